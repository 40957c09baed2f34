/** Where numbers end: the first part of a model's values and gradients that is not finite, found by the reference interpreter. */
import { identifiers, Names } from '../backends/typescript/names.ts';
import { readModel, refuseInto, tidy } from '../compile.ts';
import { Bag } from '../diagnostics/bag.ts';
import { takenAs } from '../elaborate/leaf.ts';
import { initialOf } from './point.ts';
import type { Model } from '../elaborate/model.ts';
import { Builder } from '../ir/build.ts';
import { evaluateDim, readDim } from '../ir/dim.ts';
import { evaluate, type Environment } from '../ir/evaluate.ts';
import type { Tensor } from '../ir/evaluate-tensor.ts';
import type { Graph } from '../ir/graph.ts';
import type { NodeId } from '../ir/types.ts';
import { core } from '../ops/core.ts';
import { planModule, requestsOf } from '../plan/module.ts';
import { stableModel } from '../plan/stable.ts';
import { version } from '../version.ts';
import { answered } from './library.ts';
import { quotedText } from './text.ts';

/** A number, or an array row by row as emitted modules take it. */
export type FlatValue = number | ArrayLike<number>;

/**
 * One sentence about the first part of a model's values and gradients that is not finite at a point, for `diagnose` of
 * `train`; undefined when all of them are finite. `values` has the fields of the module's structs together; sizes that
 * the lengths do not decide may be given as well.
 */
export function explainNonFinite(source: string, values: Readonly<Record<string, FlatValue>>): string | undefined {
  return answered((bag) => {
    const typed = readModel({ name: '<model>', text: source }, {}, bag);
    return typed === undefined || bag.hasErrors ? undefined : { sentence: explainAt(typed, pointOf(typed, values)) };
  }).sentence;
}

/** The same for a model that was read, at values of its leaves. */
export function explainAt(typed: Model, point: Environment): string | undefined {
  const b = new Builder(typed.graph);
  const { model } = stableModel(b, { ...typed, requests: requestsOf(typed) });
  const names = new Map(model.definitions.map((d) => [d.node, d.name]));
  const typedNodes = typed.definitions.map((d) => d.node);
  for (const { name, node } of model.requests.flatMap((r) => r.of)) {
    const found = origin(b.graph, node, point);
    if (found !== undefined) return sentence(b, found, point, names, typedNodes, `in ${name}`);
  }
  const plan = planModule(typed, { source: typed.name, version, refuse: refuseInto(new Bag()), tidy });
  for (const output of plan.functions.filter((f) => f.directions.length === 0).flatMap((f) => f.outputs)) {
    const found = origin(b.graph, output.node, point);
    if (found !== undefined) return sentence(b, found, point, plan.names, typedNodes, `in the ${output.quantity} of ${output.of}${output.by.length > 0 ? ` by ${output.by.join(', ')}` : ''}`);
  }
  return undefined;
}

function pointOf(model: Model, values: Readonly<Record<string, FlatValue>>): Environment {
  const fields = identifiers(model.inputs.map((i) => i.name), new Names());
  const given = new Map(model.inputs.flatMap((i) => {
    const value = values[fields.get(i.name) ?? i.name] ?? values[i.name];
    return value === undefined ? [] : [[i, Float64Array.from(typeof value === 'number' ? [value] : Array.from(value))] as const];
  }));
  const sizes = new Map<string, number>();
  for (const { name, value } of model.dims) {
    const n = value ?? values[name];
    if (typeof n === 'number') sizes.set(name, n);
  }
  // a length decides one size once the others are known
  for (let before = -1; before !== sizes.size;) {
    before = sizes.size;
    for (const [input, data] of given) {
      const { shape } = takenAs(model.graph, input);
      const open = shape.filter((dim) => Number.isNaN(evaluateDim(dim, sizes)));
      const { base, offset } = readDim(open[0] ?? '0');
      if (open.length !== 1 || base === undefined) continue;
      const rest = shape.filter((dim) => dim !== open[0]).reduce((product, dim) => product * evaluateDim(dim, sizes), 1);
      if (Number.isInteger(data.length / rest)) sizes.set(base, data.length / rest - offset);
    }
  }
  const inputs = new Map<string, Float64Array>();
  for (const input of model.inputs) {
    const value = given.get(input) ?? initialOf(model, input, { sizes, inputs });
    if (value === undefined) throw new RangeError(`there is no value for ${input.name}`);
    inputs.set(takenAs(model.graph, input).name, value);
  }
  const open = model.dims.find((d) => !sizes.has(d.name));
  if (open !== undefined) throw new RangeError(`the lengths of the arrays do not decide the size ${open.name}: give it as well`);
  return { sizes, inputs };
}

const isFinite = (tensor: Tensor | undefined): boolean => tensor?.data.every(Number.isFinite) ?? true;

/** Downwards along arguments that are not finite; undefined when the root is. */
function origin(graph: Graph, root: NodeId, point: Environment): NodeId | undefined {
  const known = new Map<NodeId, boolean>();
  const broken = (id: NodeId): boolean => {
    let answer = known.get(id);
    if (answer === undefined) known.set(id, (answer = !isFinite(evaluate(graph, [id], point)[0])));
    return answer;
  };
  if (!broken(root)) return undefined;
  let current = root;
  for (let next: NodeId | undefined = root; next !== undefined;) {
    current = next;
    const attr = graph.attr(current);
    if (attr.kind === 'proj' || attr.kind === 'scan') break;
    next = takenArguments(graph, current, point).find((a) => graph.attr(a).kind !== 'scan' && broken(a));
  }
  return current;
}

/** A branch that no element takes is not to blame. */
function takenArguments(graph: Graph, id: NodeId, point: Environment): NodeId[] {
  const attr = graph.attr(id);
  const args = [...graph.args(id)];
  const [condition, yes, no] = args;
  if (attr.kind !== 'map' || attr.op !== core.where || condition === undefined || yes === undefined || no === undefined) return args;
  const truths = evaluate(graph, [condition], point)[0]?.data ?? [];
  const some = (wanted: boolean): boolean => Array.from(truths).some((t) => (t !== 0) === wanted);
  return [condition, ...(some(true) ? [yes] : []), ...(some(false) ? [no] : [])];
}

/** The operation is named as a reader knows it: by what was typed, not by the primitive that computes it. */
function sentence(b: Builder, culprit: NodeId, point: Environment, names: ReadonlyMap<NodeId, string>, typed: readonly NodeId[], where: string): string {
  const { graph } = b;
  const others = new Map([...names].filter(([node]) => node !== culprit));
  const text = (node: NodeId): string => quotedText(b, node, typed, others);
  const args = [...graph.args(culprit)].filter((a) => graph.attr(a).kind !== 'scan' && graph.attr(a).kind !== 'const');
  const [value, ...argValues] = evaluate(graph, [culprit, ...args], point);
  const at = value?.data.findIndex((x) => !Number.isFinite(x)) ?? 0;
  const place = value === undefined || value.shape.length === 0 ? '' : `[${indicesOf(at, value.shape).join(', ')}]`;
  const found = value?.data[at] ?? Number.NaN;
  const because = args.flatMap((a, k) => {
    const tensor = argValues[k];
    if (tensor === undefined || tensor.shape.length > 0 && tensor.shape.join() !== value?.shape.join()) return [];
    return [`${names.get(a) ?? text(a)} = ${tensor.data[tensor.shape.length === 0 ? 0 : at]}`];
  });
  return `${where}, \`${text(culprit)}\`${place === '' ? '' : ` ${place}`} is ${found}${because.length === 0 ? '' : `, where ${because.slice(0, 3).join(', ')}`}`;
}

/** Positions from 1, as the language counts. */
function indicesOf(at: number, shape: readonly number[]): number[] {
  let rest = at;
  return shape.map((_, axis) => {
    const size = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
    const index = Math.floor(rest / size);
    rest %= size;
    return index + 1;
  });
}
