/** Claims and points in words. */
import type { Environment } from '../ir/evaluate.ts';
import type { Counterexample } from '../verify/claim.ts';

/** `left 1.5, right 3 at N = 4, x = 0.2`, with the factor between the sides when there is one. */
export function counterexampleText({ point, left, right, relative, factor }: Counterexample): string {
  const where = pointText(point);
  const ratio = factor === undefined ? '' : `; the left side is ${factor} times the right side at every point tried`;
  const apart = relative === undefined || short(left) !== short(right) ? '' : `, apart by ${relative.toExponential(1)} relative`;
  return `left ${short(left)}, right ${short(right)}${apart}${where === '' ? '' : ` at ${where}`}${ratio}`;
}

/** `N = 4, x = 0.2`: sizes and the inputs that have names of the user's. */
export function pointText(point: Environment): string {
  const sizes = [...point.sizes].map(([name, n]) => `${name} = ${n}`);
  const inputs = [...point.inputs].filter(([name]) => !name.startsWith('§')).map(([name, value]) => `${name} = ${valueText(value)}`);
  return [...sizes, ...inputs].join(', ');
}

function valueText(value: number | ArrayLike<number>): string {
  if (typeof value === 'number') return short(value);
  const shown = Array.from(value).slice(0, 4).map(short);
  return value.length === 1 ? (shown[0] ?? '') : `[${shown.join(', ')}${value.length > 4 ? ', …' : ''}]`;
}

const short = (x: number): string => String(Number(x.toPrecision(6)));
