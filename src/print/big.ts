/** Sums and products over indices; what counts at some positions only is said beside the range: `sum[j in 1..N, j != i] x[j]`. */
import type { OpName } from '../ops/table.ts';
import * as Q from '../ir/rational.ts';
import { shiftOf } from './elements.ts';
import type { BigOperator, Binder, Formula } from './formula.ts';

type Comparison = Formula & { readonly kind: 'compare' };

export function bigFormula(op: BigOperator, binders: readonly Binder[], body: Formula): Formula {
  const filtered = body.kind === 'conditional' ? filteredBody(op, new Set(binders.map((binder) => binder.name)), body) : undefined;
  return { kind: 'big', op, binders, condition: filtered?.condition, body: filtered?.body ?? body };
}

interface Filtered {
  readonly condition: Comparison;
  readonly body: Formula;
}

/** The branch that counts, when the other one changes nothing and the condition compares an index that runs with a position. */
function filteredBody(op: BigOperator, names: ReadonlySet<string>, { condition, whenTrue, whenFalse }: Formula & { kind: 'conditional' }): Filtered | undefined {
  const neutral = NEUTRAL[op];
  if (neutral === undefined || condition.kind !== 'compare') return undefined;
  const first = runningFirst(condition, names);
  if (first === undefined) return undefined;
  if (isNumber(whenFalse, neutral)) return { condition: first, body: whenTrue };
  const negated = NEGATED[first.op];
  return isNumber(whenTrue, neutral) && negated !== undefined ? { condition: { ...first, op: negated }, body: whenFalse } : undefined;
}

/** `i != j` where j runs as `j != i`. */
function runningFirst(condition: Comparison, names: ReadonlySet<string>): Comparison | undefined {
  const [left, right] = [shiftOf(condition.left).base, shiftOf(condition.right).base];
  const runs = (side: Formula): boolean => side.kind === 'symbol' && names.has(side.name);
  if (![left, right].every((side) => side.kind === 'symbol' || side.kind === 'number')) return undefined;
  if (runs(left)) return condition;
  const converse = CONVERSE[condition.op];
  return runs(right) && converse !== undefined ? { ...condition, op: converse, left: condition.right, right: condition.left } : undefined;
}

const isNumber = (formula: Formula, value: Q.Rational): boolean => formula.kind === 'number' && Q.equal(formula.value, value);

const NEUTRAL: Readonly<Partial<Record<BigOperator, Q.Rational>>> = { sum: Q.ZERO, prod: Q.ONE };
const NEGATED: { readonly [op in OpName]?: OpName } = { lt: 'ge', ge: 'lt', le: 'gt', gt: 'le', eq: 'ne', ne: 'eq' };
const CONVERSE: { readonly [op in OpName]?: OpName } = { lt: 'gt', gt: 'lt', le: 'ge', ge: 'le', eq: 'eq', ne: 'ne' };
