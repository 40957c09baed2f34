/** Elements of data against what the model declares: bounds, symmetry, and positions in their range. */
import { misplacedIn } from '../answer/point.ts';
import type { Bag } from '../diagnostics/bag.ts';
import type { Bound as DeclaredBound, Input } from '../elaborate/model.ts';
import { isDeclaredSymmetric } from '../elaborate/types.ts';
import { evaluateDim } from '../ir/dim.ts';
import type { Bound } from './columns.ts';

/** Reports the first element that does not fit, by row and column. */
export function checkElements(input: Input, value: Bound, sizes: ReadonlyMap<string, number>, bag: Bag): void {
  const wrong = value.data.findIndex((x) => Number.isNaN(x) || !keeps(x, input.bounds));
  if (wrong >= 0) {
    const x = value.data[wrong] ?? Number.NaN;
    const rule = Number.isNaN(x) ? 'a number' : input.bounds.map(({ relation, value: v }) => `${input.name} ${relation} ${v}`).join(' and ');
    report(input, value, wrong, Number.isNaN(x) ? 'bad-cell' : 'cell-outside-bounds', `${x} where ${rule} is declared`, bag);
  }
  const mirrored = isDeclaredSymmetric(input.properties) ? firstAsymmetric(value.data, value.shape[0] ?? 0) : undefined;
  if (mirrored !== undefined) report(input, value, mirrored.at, 'cell-outside-bounds', `${value.data[mirrored.at]} where ${value.data[mirrored.mirror]} stands across the diagonal and a symmetric matrix is declared`, bag);
  if (input.element !== 'index') return;
  const count = input.of === undefined ? Infinity : evaluateDim(input.of, sizes);
  const misplaced = misplacedIn(value.data, count);
  if (misplaced < 0) return;
  const x = value.data[misplaced] ?? Number.NaN;
  report(input, value, misplaced, 'wrong-label', `${x} is no position from 0 to ${input.of === undefined ? '…' : `${input.of} - 1 = ${count - 1}`}`, bag);
}

/** An element below the diagonal that differs from its mirror image by more than rounding: the bound of emitted modules. */
function firstAsymmetric(data: ArrayLike<number>, n: number): { readonly at: number; readonly mirror: number } | undefined {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const [at, mirror] = [i * n + j, j * n + i];
      const [below, above] = [data[at] ?? 0, data[mirror] ?? 0];
      if (Math.abs(below - above) > 1e-9 * (Math.abs(below) + Math.abs(above))) return { at, mirror };
    }
  }
  return undefined;
}

const RELATIONS: Readonly<Record<DeclaredBound['relation'], (x: number, y: number) => boolean>> = {
  '<': (x, y) => x < y, '<=': (x, y) => x <= y, '>': (x, y) => x > y, '>=': (x, y) => x >= y, '!=': (x, y) => x !== y,
};

export const keeps = (x: number, bounds: readonly DeclaredBound[]): boolean => bounds.every(({ relation, value }) => RELATIONS[relation](x, value));

function report(input: Input, value: Bound, at: number, code: 'bad-cell' | 'cell-outside-bounds' | 'wrong-label', what: string, bag: Bag): void {
  const place = value.placeOf?.(at);
  const width = value.shape.slice(1).reduce((a, b) => a * b, 1);
  const row = value.shape.length === 0 ? '' : ` row ${Math.floor(at / width) + 1}${value.shape.length > 1 ? `, column ${(at % width) + 1}` : ''}:`;
  bag.report(code, place?.span, { path: value.source, reason: place === undefined ? `\`${input.name}\`${row} ${what}` : `${place.text}: ${what}` });
}
