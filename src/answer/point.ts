/** Values from the command line or the caller, bound to a model: sizes come from the lengths of the arrays. */
import type { Bag } from '../diagnostics/bag.ts';
import type { Input, Model } from '../elaborate/model.ts';
import { readDim } from '../ir/dim.ts';
import type { Environment } from '../ir/evaluate.ts';
import type { Tensor } from '../ir/evaluate-tensor.ts';
import { evaluateScalars } from '../ir/evaluate.ts';

/** A number or nested lists of numbers, row by row. */
export type NestedNumbers = number | ArrayLike<number> | readonly NestedNumbers[];

export interface Flat {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** Undefined when the lists are ragged or hold something else than numbers. */
export function flatten(value: unknown): Flat | undefined {
  if (typeof value === 'number') return { shape: [], data: Float64Array.of(value) };
  if (value instanceof Float64Array || value instanceof Float32Array || value instanceof Int32Array) {
    return { shape: [value.length], data: Float64Array.from(value) };
  }
  if (!Array.isArray(value)) return undefined;
  const parts = value.map(flatten);
  const [first] = parts;
  if (first === undefined) return parts.length === 0 ? { shape: [0], data: new Float64Array(0) } : undefined;
  const data = new Float64Array(parts.length * first.data.length);
  for (const [k, part] of parts.entries()) {
    if (part === undefined || part.shape.join() !== first.shape.join()) return undefined;
    data.set(part.data, k * first.data.length);
  }
  return { shape: [parts.length, ...first.shape], data };
}

/** The reverse of `flatten`: a number for a scalar, nested lists otherwise. */
export function nest({ shape, data }: Tensor): number | unknown[] {
  if (shape.length === 0) return data[0] ?? Number.NaN;
  const [n = 0, ...rest] = shape;
  const size = rest.reduce((a, b) => a * b, 1);
  return Array.from({ length: n }, (_, k) => nest({ shape: rest, data: data.subarray(k * size, (k + 1) * size) }));
}

/** An environment for the reference interpreter; reports missing, surplus, ragged and misfitting values. */
export function bindPoint(model: Model, values: ReadonlyMap<string, unknown>, bag: Bag): Environment {
  const sizes = new Map<string, number>();
  for (const dim of model.dims) if (dim.value !== undefined) sizes.set(dim.name, dim.value);
  const inputs = new Map<string, Float64Array>();
  const known = new Map(model.inputs.map((i) => [i.name, i]));
  for (const name of values.keys()) {
    const isSize = model.dims.some((d) => d.name === name);
    if (!known.has(name) && !isSize) bag.report('unused-value', undefined, { name });
    const n = values.get(name);
    if (isSize && typeof n === 'number') sizes.set(name, n);
  }
  for (const input of model.inputs) bindInput(model, input, values.get(input.name), sizes, inputs, bag);
  return { sizes, inputs };
}

function bindInput(model: Model, input: Input, value: unknown, sizes: Map<string, number>, inputs: Map<string, Float64Array>, bag: Bag): void {
  const leaf = model.graph.attr(input.via?.leaf ?? input.node);
  const name = leaf.kind === 'leaf' ? leaf.name : input.name;
  if (value === undefined) {
    if (input.initial === undefined) bag.report('missing-value', undefined, { name: input.name });
    else inputs.set(name, Float64Array.from(evaluateScalars(model.graph, [input.initial], { sizes, inputs })));
    return;
  }
  const flat = flatten(value);
  if (flat === undefined) {
    bag.report('bad-data', undefined, { name: input.name, reason: 'it must be a number or nested lists of numbers of one length' });
    return;
  }
  if (flat.shape.length !== input.shape.length) {
    const wanted = input.shape.length === 0 ? 'one number' : `${input.shape.length} nested list${input.shape.length > 1 ? 's' : ''}`;
    bag.report('bad-data', undefined, { name: input.name, reason: `${wanted} expected, found ${flat.shape.length} level(s) of lists` });
    return;
  }
  for (const [axis, dim] of input.shape.entries()) {
    const { base, offset } = readDim(dim);
    const length = flat.shape[axis] ?? 0;
    const expected = base === undefined ? offset : sizes.get(base) === undefined ? undefined : (sizes.get(base) ?? 0) + offset;
    if (expected === undefined && base !== undefined) sizes.set(base, length - offset);
    else if (expected !== length) bag.report('bad-data', undefined, { name: input.name, reason: `its length is ${length} where ${dim} = ${expected} is expected` });
  }
  inputs.set(name, flat.data);
}
