/** All `check` statements of a model, decided and reported. */
import { sameNormalForm } from '../compile.ts';
import type { Bag } from '../diagnostics/bag.ts';
import type { CheckRequest, Model } from '../elaborate/model.ts';
import type { Environment } from '../ir/evaluate.ts';
import { decide, type Counterexample, type Verdict } from '../verify/claim.ts';

export interface DecidedClaim {
  readonly check: CheckRequest;
  readonly verdict: Verdict;
}

export function decideClaims(model: Model, bag: Bag): DecidedClaim[] {
  const prove = sameNormalForm(model);
  return model.checks.map((check) => {
    const verdict = decide(model, check, prove);
    if (verdict.kind === 'fails') bag.report('check-failed', check.span, { counterexample: counterexampleText(verdict.counterexample) });
    if (verdict.kind === 'undecided') bag.report('check-undecided', check.span, { reason: 'neither side has a finite value at the points tried' });
    return { check, verdict };
  });
}

/** `left 1.5, right 3 at N = 4, x = 0.2`, with the factor between the sides when there is one. */
export function counterexampleText({ point, left, right, factor }: Counterexample): string {
  const where = pointText(point);
  const ratio = factor === undefined ? '' : `; the left side is ${factor} times the right side at every point tried`;
  return `left ${short(left)}, right ${short(right)}${where === '' ? '' : ` at ${where}`}${ratio}`;
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
