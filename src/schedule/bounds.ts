/**
 * Iterations that add nothing are not run: where all that a loop adds is zero beyond a place, as in a triangle, the
 * loop ends there. A condition that holds for every iteration is not tested.
 */
import { core } from '../ops/core.ts';
import { addPoly, integerPoly, polyKey, polyUses, scalePoly, substitutePoly, type LocalId, type Poly } from './poly.ts';
import { number } from './scalar.ts';
import type { Expr, Program, Stmt } from './types.ts';
import { definedIn, eachStmt, rewriteExpr, rewriteOwn } from './visit.ts';

type Loop = Extract<Stmt, { kind: 'for' }>;

export function tightenBounds(program: Program): Program {
  const values = new Map<LocalId, Expr>();
  eachStmt(program.body, (s) => {
    if (s.kind === 'let') values.set(s.local, s.value);
  });
  return { ...program, body: tightened(program.body, [], values) };
}

/** Polynomials that are not negative, by their text. */
type Conditions = ReadonlyMap<string, Poly>;
const NONE: Conditions = new Map();

function tightened(statements: readonly Stmt[], ranges: readonly Loop[], values: ReadonlyMap<LocalId, Expr>): Stmt[] {
  return statements.flatMap((s): Stmt[] => {
    const own = rewriteOwn(s, (e) => decided(e, ranges), (p) => p);
    if (own.kind === 'if') {
      const body = tightened(own.body, ranges, values);
      if (own.when.kind !== 'number') return [{ ...own, body }];
      return own.when.value === 0 ? [] : body;
    }
    if (own.kind !== 'for') return [own];
    const loop = withoutIdle(own, ranges, values);
    return [{ ...loop, body: tightened(loop.body, [...ranges, loop], values) }];
  });
}

// ---- what is zero where ----------------------------------------------------------------------------

/** The loop from the first to the last iteration that adds something, where these are seen to lie inside its bounds. */
function withoutIdle(loop: Loop, ranges: readonly Loop[], values: ReadonlyMap<LocalId, Expr>): Loop {
  if (loop.direction === 'backward' || loop.step !== undefined || loop.replay !== undefined) return loop;
  const inside = definedIn(loop.body);
  let { from, to } = loop;
  for (const p of (needed(loop.body, values) ?? NONE).values()) {
    const own = p.filter((m) => m.locals.includes(loop.local));
    const rest = p.filter((m) => !m.locals.includes(loop.local));
    const [term] = own;
    if (own.length !== 1 || term === undefined || term.locals.length > 1 || term.sizes.length > 0 || Math.abs(term.coef) !== 1 || rest.some((m) => m.locals.some((l) => inside.has(l)))) continue;
    const [first, end] = term.coef === 1 ? [scalePoly(rest, -1), to] : [from, addPoly(rest, integerPoly(1))];
    const within = [addPoly(first, scalePoly(from, -1)), addPoly(to, scalePoly(end, -1)), addPoly(end, scalePoly(first, -1))];
    if (within.every((distance) => isNeverNegative(distance, ranges))) [from, to] = [first, end];
  }
  return { ...loop, from, to };
}

/** The conditions without which statements do nothing that lasts; undefined when they never do. */
function needed(statements: readonly Stmt[], values: ReadonlyMap<LocalId, Expr>): Conditions | undefined {
  let all: Conditions | undefined;
  for (const s of statements) {
    if (s.kind === 'let') continue;
    const own = neededBy(s, values);
    if (own !== undefined) all = all === undefined ? own : common(all, own);
  }
  return all;
}

function neededBy(s: Stmt, values: ReadonlyMap<LocalId, Expr>): Conditions | undefined {
  switch (s.kind) {
    case 'assign': case 'store': return s.combine === 'add' ? zeroUnless(s.value, values) : NONE;
    case 'if': {
      const inside = needed(s.body, values);
      return inside === undefined ? undefined : both(conditionsOf(s.when), inside);
    }
    case 'for': return needed(s.body, values);
    default: return NONE;
  }
}

/** Conditions without which a value is a structural zero: 0·x is nothing, whatever x is. */
function zeroUnless(e: Expr, values: ReadonlyMap<LocalId, Expr>): Conditions {
  switch (e.kind) {
    case 'local': {
      const value = values.get(e.id);
      return value === undefined ? NONE : zeroUnless(value, values);
    }
    case 'negate': return zeroUnless(e.arg, values);
    case 'arithmetic': {
      if (e.op === '/') return zeroUnless(e.left, values);
      const [left, right] = [zeroUnless(e.left, values), zeroUnless(e.right, values)];
      return e.op === '*' ? both(left, right) : common(left, right);
    }
    case 'op': {
      const [condition, value, other] = e.args;
      if (e.op !== core.where || condition === undefined || value === undefined || other?.kind !== 'number' || other.value !== 0) return NONE;
      return both(conditionsOf(condition), zeroUnless(value, values));
    }
    default: return NONE;
  }
}

const both = (a: Conditions, b: Conditions): Conditions => (a.size === 0 ? b : b.size === 0 ? a : new Map([...a, ...b]));
const common = (a: Conditions, b: Conditions): Conditions => new Map([...a].filter(([key]) => b.has(key)));

/** What must not be negative for a comparison of positions, or for all of several ones. */
function conditionsOf(e: Expr): Conditions {
  if (e.kind !== 'op') return NONE;
  const [left, right] = e.args;
  if (left === undefined || right === undefined) return NONE;
  if (e.op === core.and) return both(conditionsOf(left), conditionsOf(right));
  const p = least(e);
  return p === undefined ? NONE : new Map([[polyKey(p), p]]);
}

/** a ≤ b as b - a, a < b as b - a - 1. */
function least(e: Extract<Expr, { kind: 'op' }>): Poly | undefined {
  const [left, right] = e.args.map(positionOf);
  if (left === undefined || right === undefined) return undefined;
  switch (e.op) {
    case core.le: return addPoly(right, scalePoly(left, -1));
    case core.lt: return addPoly(right, scalePoly(left, -1), integerPoly(-1));
    case core.ge: return addPoly(left, scalePoly(right, -1));
    case core.gt: return addPoly(left, scalePoly(right, -1), integerPoly(-1));
    default: return undefined;
  }
}

function positionOf(e: Expr): Poly | undefined {
  if (e.kind === 'index') return e.poly;
  return e.kind === 'number' && Number.isInteger(e.value) ? integerPoly(e.value) : undefined;
}

// ---- what the bounds of loops decide ---------------------------------------------------------------

function decided(e: Expr, ranges: readonly Loop[]): Expr {
  return rewriteExpr(e, (x) => {
    if (x.kind !== 'op') return x;
    const [first, second, third] = x.args;
    if (first === undefined || second === undefined) return x;
    if (x.op === core.where && first.kind === 'number' && third !== undefined) return first.value === 0 ? third : second;
    if (x.op === core.and && first.kind === 'number') return first.value === 0 ? first : second;
    if (x.op === core.and && second.kind === 'number') return second.value === 0 ? second : first;
    const p = least(x);
    if (p === undefined) return x;
    if (isNeverNegative(p, ranges)) return number(1);
    return isNeverNegative(addPoly(scalePoly(p, -1), integerPoly(-1)), ranges) ? number(0) : x;
  });
}

/** Whether a polynomial is at least 0 for all positions of the loops around; sizes are not negative. */
function isNeverNegative(p: Poly, ranges: readonly Loop[]): boolean {
  let lowest = p;
  for (const { local, from, to } of [...ranges].reverse()) {
    if (!polyUses(lowest, local)) continue;
    const terms = lowest.filter((m) => m.locals.includes(local));
    const rises = (terms[0]?.coef ?? 0) > 0;
    if (terms.some((m) => m.locals.length > 1 || m.coef > 0 !== rises)) return false;
    lowest = substitutePoly(lowest, local, rises ? from : addPoly(to, integerPoly(-1)));
  }
  return lowest.every((m) => m.coef >= 0 && m.locals.length === 0);
}
