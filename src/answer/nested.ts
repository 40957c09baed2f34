/** Nested lists as rectangular arrays, or the place where they are none. */

export type Nested = { readonly shape: readonly number[]; readonly data: Float64Array };
export type Misfit = { readonly place: string; readonly reason: string };

/** A misfit in words. */
export const misfitText = ({ place, reason }: Misfit): string => `${place === '' ? '' : `at ${place} `}${reason}`;

/** Typed arrays are lists too. Rows and columns of the place count from 1. */
export function placedNumbers(value: unknown): Nested | Misfit {
  const shape: number[] = [];
  for (let first: unknown = value; isList(first); first = first[0]) shape.push(first.length);
  if (shape.length > DEEPEST) return { place: '', reason: `the lists are nested ${shape.length} deep` };
  const data = new Float64Array(shape.reduce((a, b) => a * b, 1));
  const misfit = fill(value, shape, data, 0, []);
  return misfit ?? { shape, data };
}

const AXES = ['row', 'column', 'layer'];
const placeText = (at: readonly number[]): string => at.map((k, axis) => `${AXES[axis] ?? `index ${axis + 1}`} ${k + 1}`).join(', ');

/** No array has more axes. */
export const DEEPEST = 16;

const isList = (value: unknown): value is ArrayLike<unknown> => Array.isArray(value) || value instanceof Float64Array || value instanceof Float32Array || value instanceof Int32Array;

/** As deep as the nesting of the first element. */
function fill(value: unknown, shape: readonly number[], data: Float64Array, offset: number, at: readonly number[]): Misfit | undefined {
  const [count, ...rest] = shape;
  if (count === undefined) {
    if (typeof value !== 'number') return { place: placeText(at), reason: value === null ? 'the value is missing' : `${described(value)} is not a number` };
    data[offset] = value;
    return undefined;
  }
  if (!isList(value)) return { place: placeText(at), reason: `${described(value)} stands where a list of ${count} is expected` };
  if (value.length !== count) return { place: placeText(at), reason: `${value.length} element${value.length === 1 ? ' stands' : 's stand'} where the first has ${count}` };
  const size = rest.reduce((a, b) => a * b, 1);
  for (let k = 0; k < count; k++) {
    const misfit = fill(value[k], rest, data, offset + k * size, [...at, k]);
    if (misfit !== undefined) return misfit;
  }
  return undefined;
}

function described(value: unknown): string {
  if (typeof value === 'object' && value !== null) return isList(value) ? 'a list' : 'an object';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
