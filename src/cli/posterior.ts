/** A model with its data as a log density for diffc/runtime: an emitted module, run in this process. */
import { RunningModule } from '../backends/typescript/invoke.ts';
import type { Bag } from '../diagnostics/bag.ts';
import { invariant } from '../diagnostics/internal.ts';
import { leafOf } from '../elaborate/leaf.ts';
import type { DeriveRequest, Input, Model } from '../elaborate/model.ts';
import { planInto } from '../generate.ts';
import { evaluateDim } from '../ir/dim.ts';
import { reachable } from '../ir/walk.ts';
import { pack, packQuantities, withHessianProduct, type PackedObjective } from '../runtime/pack.ts';
import type { ProductObjective } from '../runtime/problem.ts';
import type { Quantities } from '../runtime/sampling/target.ts';
import type { ModelData } from './model-data.ts';
import { naturalOf } from './natural.ts';

type Fields = Record<string, number | Float64Array>;

export interface Posterior {
  readonly target: PackedObjective<Fields> & ProductObjective;
  /** the parameters on their own scale, then what the model asks the plain value of */
  readonly quantities: Quantities;
  /** what was said of where to start: undefined where any point will do */
  readonly start: readonly (number | undefined)[];
}

/** Undefined when the model has no log density that can be sampled: it has been reported. */
export function posteriorOf(model: Model, data: ModelData, starts: ReadonlyMap<string, Float64Array>, bag: Bag): Posterior | undefined {
  const params = model.inputs.filter((i) => i.role === 'param');
  const { density } = model;
  if (density === undefined || params.length === 0) bag.report('no-density', undefined, { name: model.name });
  const below = new Set(reachable(model.graph, density === undefined ? [] : [density]));
  for (const input of params) {
    if (input.element !== 'real') bag.report('not-continuous', input.span, { name: input.name });
    else if (density !== undefined && !below.has(leafOf(input))) bag.report('no-distribution', input.span, { name: input.name });
  }
  const [first] = params;
  if (bag.hasErrors || first === undefined || density === undefined) return undefined;
  const request = { wrt: params.map((i) => ({ name: i.name, node: leafOf(i) })), along: [], using: [], docs: [], span: first.span };
  const kept = keptValues(model, params);
  const of = [{ name: 'logp', node: density }];
  const requests: DeriveRequest[] = [
    { ...request, what: ['value', 'gradient'], of, as: 'target' },
    { ...request, what: ['hvp'], of, as: 'product' },
    { ...request, what: ['value'], of: kept, as: 'quantities' },
  ];
  const plan = planInto(bag, { ...model, requests, updates: [] }, model.name);
  if (bag.hasErrors) return undefined;
  const running = new RunningModule(plan);
  // numbers for parameters and directions come with every call
  const varying = [...params.map(leafOf), ...plan.functions.flatMap((f) => f.directions.map((d) => d.node))];
  const room = varying.flatMap((node): [string, Float64Array][] => {
    const leaf = plan.b.graph.attr(node);
    return leaf.kind === 'leaf' ? [[leaf.name, new Float64Array(count(leaf.shape, data.sizes))]] : [];
  });
  const point = { sizes: data.sizes, inputs: new Map([...data.inputs, ...room]) };
  const functions = running.instance(point);
  const [value, product, values] = plan.functions.map((f) => running.bind(f, point, functions));
  invariant(value !== undefined && product !== undefined && values !== undefined, 'emit', 'a function is missing');
  const struct = value.params as Fields;
  const gradient = value.out as Fields;
  const objective = pack({ params: struct, gradient, valueGradient: (p, g) => Number(value.evaluateAt(p, g)) });
  const target = withHessianProduct(objective, { params: struct, direction: product.direction as Fields, product: product.out as Fields, evaluate: (p, v, out) => void product.evaluateAt(p, out, v) });
  const results = plan.functions[2]?.outputs.some((o) => o.kind === 'returned') === true ? undefined : (values.out as Fields);
  const { compute } = packQuantities({ params: struct, gradient, evaluate: (p, out) => values.evaluateAt(p, out) as number | undefined, ...(results !== undefined && { results: resultsOnly(results) }) });
  const names = kept.flatMap(({ name, node }) => elementNames(name, model.graph.shape(node).map((d) => evaluateDim(d, data.sizes))));
  const fixed = new Set(params.flatMap((input) => fixedElements(model, input, data.sizes)));
  return { target, quantities: without(fixed, { names, compute }), start: startOf(params, target, running, starts) };
}

/** In the order of the vector. */
function startOf(params: readonly Input[], target: PackedObjective<Fields>, running: RunningModule, starts: ReadonlyMap<string, Float64Array>): (number | undefined)[] {
  const start: (number | undefined)[] = Array.from({ length: target.dimension }, () => undefined);
  for (const { name } of params) {
    const [from] = target.segment(running.fieldOf(name)) ?? [];
    starts.get(name)?.forEach((x, k) => (start[(from ?? 0) + k] = x));
  }
  return start;
}

/** Elements that no parameter moves, such as the diagonal of a correlation matrix: they are no news. */
function fixedElements(model: Model, input: Input, sizes: ReadonlyMap<string, number>): string[] {
  if (input.via === undefined) return [];
  const { count: free, jacobian } = naturalOf(model.graph, input, sizes);
  const J = jacobian(new Float64Array(free).fill(0.5));
  const names = elementNames(input.name, input.shape.map((d) => evaluateDim(d, sizes)));
  return names.filter((_, k) => J.subarray(k * free, (k + 1) * free).every((slope) => slope === 0));
}

function without(fixed: ReadonlySet<string>, { names, compute }: Quantities): Quantities {
  const kept = names.flatMap((name, k) => (fixed.has(name) ? [] : [k]));
  const all = new Float64Array(names.length);
  return {
    names: names.filter((name) => !fixed.has(name)),
    compute(x, out) {
      compute(x, all);
      for (const [at, k] of kept.entries()) out[at] = all[k] ?? Number.NaN;
    },
  };
}

const count = (shape: readonly string[], sizes: ReadonlyMap<string, number>): number => shape.reduce((n, d) => n * evaluateDim(d, sizes), 1);

/** Parameters, then what `derive value of …` alone asks for. */
function keptValues(model: Model, params: readonly Input[]): DeriveRequest['of'] {
  const asked = model.requests.filter((r) => r.what.every((w) => w === 'value')).flatMap((r) => r.of);
  const values = [...params.map((i) => ({ name: i.name, node: i.node })), ...asked];
  return values.filter((v, k) => v.name !== 'logp' && values.findIndex((other) => other.name === v.name) === k);
}

/** What the function fills, without the status of its factorisations. */
function resultsOnly(out: Fields): Fields {
  return Object.fromEntries(Object.entries(out).filter(([field]) => field !== 'status' && field !== 'failed'));
}

/** `theta[1]`, `W[2,3]`: positions from 1, as the model counts. */
function elementNames(name: string, shape: readonly number[]): string[] {
  let suffixes = [''];
  for (const n of shape) suffixes = suffixes.flatMap((s) => Array.from({ length: n }, (_, k) => (s === '' ? String(k + 1) : `${s},${k + 1}`)));
  return shape.length === 0 ? [name] : suffixes.map((s) => `${name}[${s}]`);
}
