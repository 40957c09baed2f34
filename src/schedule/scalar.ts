/** One scalar of a stage as an expression: products, linear combinations, powers, with exact coefficients. */
import { core } from '../ops/core.ts';
import { formatRational, isNegative, isOne, isZero, negate as negateRational, toNumber, type Rational } from '../ir/rational.ts';
import type { Expr } from './types.ts';
import type { Emitter } from './draft.ts';

export const number = (value: number): Expr => ({ kind: 'number', value });
export const isNumber = (e: Expr, value: number): boolean => e.kind === 'number' && e.value === value;

export function arithmetic(op: '+' | '-' | '*' | '/', left: Expr, right: Expr): Expr {
  if (left.kind === 'number' && right.kind === 'number') return number(apply(op, left.value, right.value));
  return { kind: 'arithmetic', op, left, right };
}
function apply(op: '+' | '-' | '*' | '/', x: number, y: number): number {
  switch (op) {
    case '+': return x + y;
    case '-': return x - y;
    case '*': return x * y;
    case '/': return x / y;
  }
}
export function negated(e: Expr): Expr {
  if (e.kind === 'number') return number(-e.value);
  if (e.kind === 'negate') return e.arg;
  return { kind: 'negate', arg: e };
}

const isPowerOfTwo = (n: bigint): boolean => n > 0n && (n & (n - 1n)) === 0n;

function withoutTwosAndFives(n: bigint): bigint {
  let rest = n;
  while (rest % 2n === 0n) rest /= 2n;
  while (rest % 5n === 0n) rest /= 5n;
  return rest;
}

/**
 * c·e. x/3 rounds once where x·0.333… rounds twice; a power of two is exact either way; 9.81·x stays
 * the decimal it was typed as.
 */
export function scaled(c: Rational, e: Expr): Expr {
  if (isZero(c)) return number(0);
  if (isOne(c)) return e;
  if (isNegative(c)) return negated(scaled(negateRational(c), e));
  if (e.kind === 'number') return number(toNumber(c) * e.value);
  if (c.den === 1n || isPowerOfTwo(c.den)) return arithmetic('*', number(toNumber(c)), e);
  if (c.den > BigInt(Number.MAX_SAFE_INTEGER) || c.num > BigInt(Number.MAX_SAFE_INTEGER)) return arithmetic('*', number(toNumber(c)), e);
  if (c.num === 1n) return arithmetic('/', e, number(Number(c.den)));
  if (withoutTwosAndFives(c.den) === 1n) return arithmetic('*', number(toNumber(c)), e);
  return arithmetic('/', arithmetic('*', number(Number(c.num)), e), number(Number(c.den)));
}

export interface ProductFactor {
  readonly value: Expr;
  readonly divides: boolean;
  /** the same divisor once more: u/v/v rather than u/(v·v), which overflows or vanishes first */
  readonly again?: boolean;
}

/**
 * coef · Π. Factors that change in fewer loops come first, and what does not change in the innermost loop
 * is made outside it, the coefficient included.
 */
export function product(emit: Emitter, coef: Rational, factors: readonly ProductFactor[]): Expr {
  const constant = factors.reduce((c, f) => (f.value.kind !== 'number' ? c : f.divides ? c / f.value.value : c * f.value.value), 1);
  const others = factors.filter((f) => f.value.kind !== 'number');
  const depths = [...new Set(others.map((f) => emit.depthOf(f.value)))].sort((x, y) => x - y);
  let value: Expr | undefined;
  let scale = (e: Expr): Expr => scaled(coef, constant === 1 ? e : arithmetic('*', number(constant), e));
  for (const depth of depths) {
    const level = others.filter((f) => emit.depthOf(f.value) === depth);
    let length = 0;
    for (const f of level) {
      if (f.divides) continue;
      value = value === undefined ? f.value : arithmetic('*', value, f.value);
      if (++length % LONGEST_EXPRESSION === 0) value = emit.bind(value, 'product');
    }
    const divisor = productOf(level.filter((f) => f.divides && f.again !== true).map((f) => f.value));
    value = divided(scale(value ?? number(1)), divisor);
    for (const f of level) if (f.again === true) value = divided(value, f.value);
    scale = (e) => e;
    if (depth !== depths[depths.length - 1]) value = emit.bind(value, 'factor', depth);
  }
  return value ?? scale(number(1));
}

const productOf = (factors: readonly Expr[]): Expr | undefined => factors.reduce<Expr | undefined>((d, f) => (d === undefined ? f : arithmetic('*', d, f)), undefined);

/** -(a/b) rather than (-a)/b keeps the sign where a sum can take it over. */
function divided(top: Expr, divisor: Expr | undefined): Expr {
  if (divisor === undefined) return top;
  return top.kind === 'negate' ? negated(arithmetic('/', top.arg, divisor)) : arithmetic('/', top, divisor);
}

export interface CombinationTerm {
  readonly coef: Rational;
  readonly value: Expr;
}

/** Σ cᵢ·xᵢ. A coefficient that several terms share multiplies their sum; c·x made for one sum serves the others. */
export function combination(emit: Emitter, terms: readonly CombinationTerm[]): Expr {
  const groups = new Map<string, CombinationTerm[]>();
  const order: string[] = [];
  terms.forEach((term, k) => {
    const size = isNegative(term.coef) ? negateRational(term.coef) : term.coef;
    const key = isOne(size) || term.value.kind === 'number' ? `#${k}` : formatRational(size);
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, [term]);
      order.push(key);
    } else {
      group.push(term);
    }
  });
  return sum(emit, order.flatMap((key): Expr[] => {
    const group = groups.get(key) ?? [];
    const [first] = group;
    if (first === undefined) return [];
    if (group.length === 1) return [bound(emit, first.coef, first.value)];
    const size = isNegative(first.coef) ? negateRational(first.coef) : first.coef;
    const total = sum(emit, group.map((t) => (isNegative(t.coef) === isNegative(first.coef) ? t.value : negated(t.value))));
    const value = scaled(size, total);
    return [isNegative(first.coef) ? negated(value) : value];
  }));
}

function bound(emit: Emitter, coef: Rational, value: Expr): Expr {
  if (isNegative(coef)) return negated(bound(emit, negateRational(coef), value));
  return isOne(coef) ? value : emit.bind(scaled(coef, value), 'scaled');
}

/** Longer sums and products are made in pieces, so that no expression is deep. */
const LONGEST_EXPRESSION = 16;

/** Sum of signed terms: `a - b + c`. */
function sum(emit: Emitter, terms: readonly Expr[]): Expr {
  // b - a rather than -a + b
  const positive = terms.findIndex((t) => t.kind !== 'negate');
  const start = positive > 0 ? [...terms.slice(positive, positive + 1), ...terms.slice(0, positive), ...terms.slice(positive + 1)] : terms;
  let total: Expr | undefined;
  for (const [k, term] of start.entries()) {
    if (k > 0 && k % LONGEST_EXPRESSION === 0 && total !== undefined) total = emit.bind(total, 'sum');
    if (total === undefined) total = term;
    else if (term.kind === 'negate') total = arithmetic('-', total, term.arg);
    else if (term.kind === 'number' && term.value < 0) total = arithmetic('-', total, number(-term.value));
    else total = arithmetic('+', total, term);
  }
  return total ?? number(0);
}

/** Largest integer exponent written as multiplications; beyond it rounding errors pile up and Math.pow is better. */
const LONGEST_CHAIN = 32n;

/** Divisors up to this power are divided by one by one: their power may overflow where the quotient does not. */
export const LONGEST_QUOTIENT = 3n;

/** base^n: products by repeated squaring, half-integers through the square root, reciprocals last. */
export function power(emit: Emitter, base: Expr, exponent: Rational): Expr {
  const size = exponent.num < 0n ? negateRational(exponent) : exponent;
  const doubled = size.den === 1n ? 2n * size.num : size.den === 2n ? size.num : 0n;
  if (doubled === 0n || doubled > 2n * LONGEST_CHAIN) {
    return { kind: 'op', op: core.pow, args: [base, number(toNumber(exponent))] };
  }
  const x = emit.bind(base, 'base');
  const whole = doubled / 2n;
  if (isNegative(exponent) && exponent.den === 1n && whole <= LONGEST_QUOTIENT) {
    let quotient: Expr = number(1);
    for (let k = 0n; k < whole; k++) quotient = arithmetic('/', quotient, x);
    return quotient;
  }
  let value = whole > 0n ? chain(emit, x, whole) : undefined;
  if (doubled % 2n === 1n) {
    const root: Expr = { kind: 'op', op: core.sqrt, args: [x] };
    value = value === undefined ? root : arithmetic('*', value, root);
  }
  return isNegative(exponent) ? arithmetic('/', number(1), value ?? number(1)) : value ?? number(1);
}

function chain(emit: Emitter, x: Expr, n: bigint): Expr {
  let square = x;
  let value: Expr | undefined;
  for (let rest = n; rest > 0n; rest /= 2n) {
    if (rest % 2n === 1n) value = value === undefined ? square : arithmetic('*', value, square);
    if (rest > 1n) square = rest === 2n && value === undefined ? arithmetic('*', square, square) : emit.bind(arithmetic('*', square, square), 'square');
  }
  return value ?? number(1);
}
