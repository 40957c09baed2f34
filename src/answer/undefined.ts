/** Why a value is not a number at a point: the innermost operation whose arguments are numbers and whose result is none. */
import type { Bag } from '../diagnostics/bag.ts';
import type { Input, Model } from '../elaborate/model.ts';
import { Builder } from '../ir/build.ts';
import { evaluate, type Environment } from '../ir/evaluate.ts';
import type { Tensor } from '../ir/evaluate-tensor.ts';
import type { Graph } from '../ir/graph.ts';
import type { NodeId } from '../ir/types.ts';
import { reachable } from '../ir/walk.ts';
import { core } from '../ops/core.ts';
import { pointText } from './claims.ts';
import { quotedText } from './text.ts';

/** Reports values of the point that the declarations or an `assume` rule out. */
export function reportOutside(model: Model, point: Environment, bag: Bag): void {
  const outside = new Set<NodeId>();
  for (const input of model.inputs) {
    const value = input.via === undefined ? point.inputs.get(input.name) : undefined;
    const broken = value === undefined ? undefined : brokenBound(input, typeof value === 'number' ? [value] : Array.from(value));
    if (broken === undefined) continue;
    bag.report('outside-bounds', input.span, broken);
    outside.add(input.node);
  }
  const inputs = new Set(model.inputs.map((input) => input.node));
  // what is assumed of one variable is a bound of it, and was reported as that
  const told = (node: NodeId): boolean => {
    const [only, ...others] = reachable(model.graph, [node]).filter((id) => inputs.has(id));
    return only !== undefined && others.length === 0 && outside.has(only);
  };
  const truths = evaluate(model.graph, model.assumptions, point);
  model.assumptions.forEach((node, k) => {
    const holds = truths[k]?.data.every((x) => x !== 0) ?? true;
    if (holds || told(node)) return;
    bag.report('assumption-broken', undefined, { assumption: quotedText(new Builder(model.graph), node, model.assumptions), point: pointText(point) });
  });
}

function brokenBound({ name, bounds }: Input, values: readonly number[]): { name: string; value: string; bound: string } | undefined {
  for (const { relation, value: bound } of bounds) {
    const wrong = values.find((x) => {
      switch (relation) {
        case '<': return !(x < bound);
        case '<=': return !(x <= bound);
        case '>': return !(x > bound);
        case '>=': return !(x >= bound);
        case '!=': return x === bound;
      }
    });
    if (wrong !== undefined) return { name, value: String(wrong), bound: `${name} ${relation} ${bound}` };
  }
  return undefined;
}

/** Warns of a result that is not a number, once for each place where that begins, in the words of what was typed. */
export function reportUndefined(model: Model, typed: readonly NodeId[], results: readonly { readonly what: string; readonly node: NodeId; readonly value: Tensor | undefined }[], point: Environment, bag: Bag): void {
  const told = new Set<NodeId>();
  for (const { what, node, value } of results) {
    if (!(value?.data.some(Number.isNaN) ?? false)) continue;
    const culprit = origin(model.graph, node, point);
    if (told.has(culprit)) continue;
    told.add(culprit);
    bag.report('not-a-number', undefined, { what, culprit: quotedText(new Builder(model.graph), culprit, typed), point: pointText(point) });
  }
}

/** Downwards from a result along arguments that are not numbers; a branch that is not taken is not to blame. */
function origin(graph: Graph, root: NodeId, point: Environment): NodeId {
  const isNaN = (id: NodeId): boolean => evaluate(graph, [id], point)[0]?.data.some(Number.isNaN) ?? false;
  let current = root;
  for (let next: NodeId | undefined = root; next !== undefined;) {
    current = next;
    const attr = graph.attr(current);
    if (attr.kind === 'proj' || attr.kind === 'scan') break;
    const args = [...graph.args(current)];
    const taken = attr.kind === 'map' && attr.op === core.where && attr.shape.length === 0 ? [args[0], evaluate(graph, [args[0] ?? current], point)[0]?.data[0] === 0 ? args[2] : args[1]] : args;
    next = taken.find((a) => a !== undefined && graph.attr(a).kind !== 'scan' && isNaN(a));
  }
  return current;
}
