/** Where a fit starts, and the box it stays in. */
import { initialOf } from '../answer/point.ts';
import type { Bag } from '../diagnostics/bag.ts';
import { suggest } from '../diagnostics/suggest.ts';
import type { Input, Model } from '../elaborate/model.ts';
import { limits } from '../elaborate/transforms/elements.ts';
import { evaluateDim } from '../ir/dim.ts';
import type { Bounds } from '../runtime/constrained/bounds.ts';
import { Random } from '../runtime/random.ts';
import type { Arguments } from './arguments.ts';
import { keeps } from './data-elements.ts';
import type { Problem } from './fit-problem.ts';
import type { ModelData } from './model-data.ts';
import { naturalOf } from './natural.ts';
import { misfitText, placedNumbers, type Misfit } from '../answer/nested.ts';
import { readPoint } from './point-text.ts';

/** Unconstrained values of the parameters by name: as given, as declared, random, or 0. */
export function startOf(model: Model, params: readonly Input[], data: ModelData, args: Arguments, seed: number, bag: Bag): Map<string, Float64Array> {
  const random = args.flags.get('start') === 'random' ? new Random(seed) : undefined;
  const given = startGiven(model, params, data, args, bag);
  return new Map(params.map((input) => {
    const said = given.get(input.name);
    if (said !== undefined) return [input.name, said] as const;
    // rows of a matrix add up: their spread is kept
    const spread = input.shape.length > 1 ? 1 / Math.sqrt(evaluateDim(input.shape[0] ?? '1', data.sizes)) : 0.1;
    const start = Float64Array.from({ length: naturalOf(model.graph, input, data.sizes).count }, () => (random === undefined ? 0 : spread * random.normal()));
    return [input.name, input.via === undefined ? start.map((x) => inside(input, x)) : start] as const;
  }));
}

/** What `--start`, the data file or the model say of where parameters start, as functions take it. */
export function startGiven(model: Model, params: readonly Input[], data: ModelData, args: Arguments, bag: Bag): Map<string, Float64Array> {
  const text = args.flags.get('start');
  const given = text === undefined || text === 'random' ? new Map<string, unknown>() : (readPoint(text, 'start', bag) ?? new Map<string, unknown>());
  for (const name of given.keys()) {
    const better = suggest(name, params.map((i) => i.name));
    if (params.every((i) => i.name !== name)) bag.report('unused-value', undefined, { name }, better === undefined ? {} : { hint: `did you mean \`${better}\`?` });
  }
  return new Map(params.flatMap((input) => {
    const value = given.get(input.name) ?? data.starts.get(input.name);
    const natural = value === undefined ? initialOf(model, input, data) : givenStart(input, value, input.shape.map((dim) => evaluateDim(dim, data.sizes)), bag);
    if (natural === undefined) return [];
    const free = naturalOf(model.graph, input, data.sizes).inverse(natural);
    if (!('reason' in free)) return [[input.name, free] as const];
    reportMisfit(input, free, bag);
    return [];
  }));
}

function reportMisfit({ name }: Input, misfit: Misfit, bag: Bag): void {
  bag.report('bad-data', undefined, { name, reason: misfitText(misfit) });
}

/** One number stands for all elements. */
function givenStart(input: Input, value: unknown, shape: readonly number[], bag: Bag): Float64Array | undefined {
  const count = shape.reduce((a, b) => a * b, 1);
  const found = placedNumbers(value);
  const flat = 'reason' in found ? undefined : found.shape.length === 0 ? new Float64Array(count).fill(found.data[0] ?? 0) : found.data;
  if (flat === undefined || flat.length !== count) {
    reportMisfit(input, 'reason' in found ? found : { place: '', reason: `${found.data.length} numbers are given where ${shape.join(' x ')} are expected` }, bag);
    return undefined;
  }
  const outside = flat.find((x) => !keeps(x, input.bounds));
  if (outside === undefined) return flat;
  bag.report('outside-bounds', undefined, { name: input.name, value: String(outside), bound: input.bounds.map((b) => `${input.name} ${b.relation} ${b.value}`).join(' and ') });
  return undefined;
}

/** Strict bounds are approached as far as this. */
const NEAR = 1e-10;

function box({ bounds, via }: Input): readonly [number, number] {
  if (via !== undefined) return [-Infinity, Infinity];
  const { lower = -Infinity, upper = Infinity } = limits(bounds);
  const strict = (relation: string, at: number): boolean => bounds.some((b) => b.relation === relation && b.value === at);
  const margin = (at: number): number => NEAR * Math.max(1, Math.abs(at));
  return [strict('>', lower) ? lower + margin(lower) : lower, strict('<', upper) ? upper - margin(upper) : upper];
}

/** 0, or what is nearest to it; in the middle of an interval. */
function inside(input: Input, x: number): number {
  const [low, high] = box(input);
  if (x >= low && x <= high && keeps(x, input.bounds)) return x;
  if (Number.isFinite(low) && Number.isFinite(high)) return (low + high) / 2;
  return Number.isFinite(low) ? Math.max(x, low + 1) : Math.min(x, high - 1);
}

/** Bounds of all components, those that are declared and those of `subject to`; undefined when there are none. */
export function boundsOf({ params, segment, start, restrictions }: Problem): Bounds | undefined {
  const typed = restrictions.bounds;
  if (typed === undefined && params.every((i) => i.via !== undefined || i.bounds.every((b) => b.relation === '!='))) return undefined;
  const [lower, upper] = [new Float64Array(start.length), new Float64Array(start.length)];
  for (const input of params) {
    const [low, high] = box(input);
    lower.fill(low, ...segment(input));
    upper.fill(high, ...segment(input));
  }
  const both = (declared: Float64Array, other: Float64Array | undefined, tighter: (a: number, b: number) => number): Float64Array => declared.map((bound, k) => tighter(bound, other?.[k] ?? bound));
  return { lower: both(lower, typed?.lower, Math.max), upper: both(upper, typed?.upper, Math.min) };
}
