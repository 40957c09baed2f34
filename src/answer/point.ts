/** Values from the command line or the caller, bound to a model: sizes come from the lengths of the arrays. */
import type { Bag } from '../diagnostics/bag.ts';
import { takenAs } from '../elaborate/leaf.ts';
import type { Input, Model } from '../elaborate/model.ts';
import { evaluateDim, readDim } from '../ir/dim.ts';
import type { Environment } from '../ir/evaluate.ts';
import type { Tensor } from '../ir/evaluate-tensor.ts';
import { evaluate } from '../ir/evaluate.ts';
import { misfitText, placedNumbers } from './nested.ts';

/** A number or nested lists of numbers, row by row. */
export type NestedNumbers = number | ArrayLike<number> | readonly NestedNumbers[];

/** The reverse of `placedNumbers`: a number for a scalar, nested lists otherwise. */
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
  // declared values come last: their lengths are those of others
  for (const input of model.inputs) if (values.has(input.name)) bindInput(model, input, values.get(input.name), sizes, inputs, bag);
  for (const input of model.inputs) if (!values.has(input.name)) bindDeclared(model, input, { sizes, inputs }, bag);
  for (const { name } of model.dims) if (!sizes.has(name) && !isOnlyRange(model, name)) bag.report('missing-value', undefined, { name });
  checkPositions(model, { sizes, inputs }, bag);
  return { sizes, inputs };
}

/** Nothing has this length: it only says what positions may be. */
const isOnlyRange = ({ inputs }: Model, dim: string): boolean => inputs.some(({ of }) => of !== undefined && readDim(of).base === dim);

/** Positions in data count from 0, as in emitted modules, and must be on their axis. */
function checkPositions(model: Model, { sizes, inputs }: { readonly sizes: ReadonlyMap<string, number>; readonly inputs: ReadonlyMap<string, Float64Array> }, bag: Bag): void {
  for (const { name, element, of } of model.inputs) {
    const data = inputs.get(name);
    if (element !== 'index' || of === undefined || data === undefined) continue;
    const { base } = readDim(of);
    if (base !== undefined && sizes.get(base) === undefined) continue;
    const count = evaluateDim(of, sizes);
    const wrong = data[misplacedIn(data, count)];
    if (wrong !== undefined) bag.report('bad-data', undefined, { name, reason: `${wrong} is no position from 0 to ${count - 1}` }, { hint: 'positions in data count from 0' });
  }
}

/** Where the first element stands that is no position on an axis of `count`; -1 when all are. */
export const misplacedIn = (data: Float64Array, count: number): number => data.findIndex((x) => !(Number.isInteger(x) && x >= 0 && x < count));

/** The declared value of an input, in its shape; one number stands for all elements. */
export function initialOf({ graph }: Model, { initial, shape }: Input, environment: Environment): Float64Array | undefined {
  if (initial === undefined) return undefined;
  const data = evaluate(graph, [initial], environment)[0]?.data ?? new Float64Array(0);
  const count = shape.reduce((product, dim) => product * evaluateDim(dim, environment.sizes), 1);
  return data.length === count ? Float64Array.from(data) : new Float64Array(count).fill(data[0] ?? Number.NaN);
}

function bindDeclared(model: Model, input: Input, { sizes, inputs }: { readonly sizes: ReadonlyMap<string, number>; readonly inputs: Map<string, Float64Array> }, bag: Bag): void {
  const value = initialOf(model, input, { sizes, inputs });
  if (value === undefined) bag.report('missing-value', undefined, { name: input.name });
  else inputs.set(takenAs(model.graph, input).name, value);
}

function bindInput(model: Model, input: Input, value: unknown, sizes: Map<string, number>, inputs: Map<string, Float64Array>, bag: Bag): void {
  const { name, shape } = takenAs(model.graph, input);
  const flat = placedNumbers(value);
  if ('reason' in flat) {
    bag.report('bad-data', undefined, { name: input.name, reason: misfitText(flat) });
    return;
  }
  if (flat.shape.length !== shape.length) {
    const wanted = shape.length === 0 ? 'one number' : `${shape.length} nested list${shape.length > 1 ? 's' : ''}`;
    bag.report('bad-data', undefined, { name: input.name, reason: `${wanted} expected, found ${flat.shape.length} level(s) of lists` });
    return;
  }
  for (const [axis, dim] of shape.entries()) {
    const { base, offset } = readDim(dim);
    const length = flat.shape[axis] ?? 0;
    const expected = base === undefined ? offset : sizes.get(base) === undefined ? undefined : (sizes.get(base) ?? 0) + offset;
    if (expected === undefined && base !== undefined) sizes.set(base, length - offset);
    else if (expected !== length) bag.report('bad-data', undefined, { name: input.name, reason: `its length is ${length} where ${dim} = ${expected} is expected` });
  }
  inputs.set(name, flat.data);
}
