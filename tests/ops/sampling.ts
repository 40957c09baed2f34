/** Points of a row's domain, and formulas evaluated by the reference interpreter: what the tests of rows share. */
import { formulaTemplate } from '../../src/elaborate/scalar.ts';
import { evaluateScalars } from '../../src/ir/evaluate.ts';
import type { Template } from '../../src/ir/template.ts';
import type { Domain, Row } from '../../src/ops/schema.ts';

/** A deterministic stream of numbers in [0, 1) (mulberry32). */
function randomStream(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A point of a domain from a number in [0, 1): moderate sizes, since tests difference the values. */
const DOMAINS: Readonly<Record<Domain, (r: number) => number>> = {
  real: (r) => 12 * r - 6,
  positive: (r) => 0.05 + 8 * r * r,
  negative: (r) => -0.05 - 8 * r * r,
  nonnegative: (r) => 8 * r * r,
  nonzero: (r) => (r < 0.5 ? -0.05 - 10 * r : 10 * r - 4.95),
  '(-1, 1)': (r) => 1.98 * r - 0.99,
  '[-1, 1]': (r) => 2 * r - 1,
  '[1, inf)': (r) => 1 + 6 * r * r,
  '(-1, inf)': (r) => -0.98 + 8 * r * r,
  '(0, 1)': (r) => 0.01 + 0.98 * r,
  '(0, 1]': (r) => 1 - 0.98 * r,
  '(-inf, 1)': (r) => 0.98 - 8 * r * r,
  'outside [-1, 1]': (r) => (r < 0.5 ? -1.01 - 10 * r : 10 * r - 3.99),
  'not a nonpositive integer': (r) => (r < 0.7 ? 0.05 + 10 * r : -Math.floor(40 * (r - 0.7)) - 0.1 - 0.8 * ((r * 1e4) % 1)),
  integer: (r) => Math.floor(13 * r) - 6,
  'nonnegative integer': (r) => Math.floor(6 * r),
  boolean: (r) => (r < 0.5 ? 0 : 1),
  '[-1/e, inf)': (r) => -0.36 + 9 * r * r,
};

export function pointsOf(row: Row, count: number): readonly (readonly number[])[] {
  const random = randomStream(20260101);
  return Array.from({ length: count }, () => row.args.map((arg) => DOMAINS[row.domain[arg] ?? 'real'](random())));
}

export function evaluateTemplate(template: Template, names: readonly string[], values: readonly number[]): number {
  const inputs = new Map(names.map((name, k) => [name, values[k] ?? Number.NaN]));
  return evaluateScalars(template.graph, [template.root], { sizes: new Map(), inputs })[0] ?? Number.NaN;
}

export function evaluateFormula(text: string, values: Readonly<Record<string, number>>): number {
  const names = Object.keys(values);
  return evaluateTemplate(formulaTemplate(text, names), names, Object.values(values));
}
