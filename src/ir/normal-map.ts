/** Normal form of elementwise operations; see `MapAttr`. Facts come from the op's row, never from its name. */
import { rowOf, type OpName } from '../ops/table.ts';
import type { Builder, Operand } from './build.ts';
import type { Dim } from './dim.ts';
import * as Q from './rational.ts';
import type { Rational } from './rational.ts';
import { compose } from './sub.ts';
import { isUnchangedByExchange, symmetricInOrder } from './symmetry.ts';
import * as T from './traits.ts';
import type { NodeId } from './types.ts';

export function mapOf(b: Builder, op: OpName, args: readonly Operand[], shape: readonly Dim[]): NodeId {
  const [only] = args;
  // a function of one scalar that gives nothing away: what most maps of a large graph are
  if (only !== undefined && args.length === 1 && (b.graph.traits(only.id) & (T.SCALAR | T.CONSTANT | T.SCALED | T.CONTRACTION)) === T.SCALAR && shape.length === 0) {
    return b.graph.internOne(scalarAttr(b, op, args), only.id);
  }
  const operands = args.map((a) => absorbRelabeling(b, a));
  return foldConstant(b, op, operands, shape)
    ?? (op === 'pow' ? powerOf(b, operands, shape) : undefined)
    ?? (op === 'where' ? selectionOf(b, operands, shape) : undefined)
    ?? pullSign(b, op, operands, shape)
    ?? intern(b, op, operands, shape);
}

function intern(b: Builder, op: OpName, operands: readonly Operand[], shape: readonly Dim[]): NodeId {
  const inOrder = (list: readonly Operand[]): readonly Operand[] => (factsOf(op).commutative ? [...list].sort((x, y) => x.id - y.id || x.sub.join('.').localeCompare(y.sub.join('.'))) : list);
  const sorted = inOrder(operands);
  const attr = shape.length === 0 ? scalarAttr(b, op, sorted) : b.graph.attributeId({ kind: 'map', op, subs: sorted.map((o) => o.sub), shape });
  const before = b.graph.size;
  const ids = sorted.map((o) => o.id);
  const id = b.graph.internAs(attr, ids);
  if (id >= before && isUnchangedByExchange(b, sorted, shape, inOrder, () => true)) b.graph.markSymmetric(id);
  // the user's order of max(x, 0) is kept for printing
  if (id >= before && sorted !== operands && sorted.some((o, k) => o !== operands[k])) b.graph.setDisplayOrder(id, operands.map((o) => sorted.indexOf(o)));
  return id;
}

function scalarAttr(b: Builder, op: OpName, operands: readonly Operand[]): number {
  const known = b.operations.get(op);
  if (known?.arity === operands.length) return known.attr;
  const attr = b.graph.attributeId({ kind: 'map', op, subs: operands.map((o) => o.sub), shape: [] });
  if (known === undefined) b.operations.set(op, { attr, arity: operands.length });
  return attr;
}

/** What normal form asks of a row. */
interface Facts {
  readonly commutative: boolean;
  readonly parity: 'odd' | 'even' | undefined;
}

/** By operation: a memo of a pure function of the op table. */
const facts = new Map<OpName, Facts>();

function factsOf(op: OpName): Facts {
  let found = facts.get(op);
  if (found === undefined) {
    const stated: readonly string[] = rowOf(op).facts ?? [];
    found = { commutative: stated.includes('commutative'), parity: stated.includes('odd') ? 'odd' : stated.includes('even') ? 'even' : undefined };
    facts.set(op, found);
  }
  return found;
}

/** A transposed or broadcast argument is used directly, with its labels permuted; a constant tensor is its constant. */
function absorbRelabeling(b: Builder, operand: Operand): Operand {
  const traits = b.graph.traits(operand.id);
  if ((traits & T.PRODUCT) === 0 && (traits & T.SCALAR) !== 0) return operand;
  const attr = b.graph.attr(operand.id);
  if (attr.kind !== 'ein' || attr.sums.length > 0 || attr.subs.length > 1) return symmetricInOrder(b, operand);
  const sub = attr.subs[0];
  if (sub === undefined) return { id: b.rational(attr.coef), sub: [] };
  if (!Q.isOne(attr.coef) || new Set(sub).size !== sub.length) return symmetricInOrder(b, operand);
  return symmetricInOrder(b, { id: b.graph.arg(operand.id, 0), sub: compose(sub, operand.sub) });
}

/** Exact values that the row states, and exact comparisons of constants. Nothing irrational is folded. */
function foldConstant(b: Builder, op: OpName, operands: readonly Operand[], shape: readonly Dim[]): NodeId | undefined {
  for (const operand of operands) if ((b.graph.traits(operand.id) & T.CONSTANT) === 0) return undefined;
  const row = rowOf(op);
  const values: Rational[] = [];
  for (const operand of operands) {
    const value = b.constantOf(operand.id);
    if (value === undefined) return undefined;
    values.push(value);
  }
  const [first] = values;
  if (first === undefined) return undefined;
  if (values.length === 1) {
    for (const [input, output] of row.exact ?? []) {
      const at = Q.parseRational(input);
      const value = Q.parseRational(output);
      if (at && value && Q.equal(at, first)) return b.fill(value, shape);
    }
  }
  if (row.kind === 'primitive' && row.facts?.includes('exact-on-rationals') && values.every(isSafeInteger)) {
    const value = row.evaluate(...values.map(Q.toNumber));
    if (Number.isSafeInteger(value)) return b.fill(Q.integer(value), shape);
  }
  if (row.kind === 'primitive' && row.facts?.includes('boolean') && values.length === 2) {
    // a comparison is decided by the sign of the exact difference
    const second = values[1] ?? Q.ZERO;
    return b.fill(Q.integer(row.evaluate(Q.compare(first, second), 0)), shape);
  }
  return undefined;
}

const isSafeInteger = (q: Rational): boolean => Q.isInteger(q) && Number.isSafeInteger(Number(q.num));

/** x⁰ = 1, x¹ = x, exact powers, (c·u)ⁿ = cⁿ·uⁿ, (uᵐ)ⁿ = uᵐⁿ for integers, u^½ = √u, e^u = exp u. */
function powerOf(b: Builder, operands: readonly Operand[], shape: readonly Dim[]): NodeId | undefined {
  const [base, exponent] = operands;
  if (base === undefined || exponent === undefined) return undefined;
  const baseAttr = b.graph.attr(base.id);
  if (baseAttr.kind === 'map' && baseAttr.op === 'exp' && baseAttr.shape.length === 0) {
    const inner = b.constantOf(b.graph.arg(base.id, 0));
    if (inner !== undefined && Q.isOne(inner)) return b.map('exp', [exponent], shape);
  }
  const n = b.constantOf(exponent.id);
  if (n === undefined) return undefined;
  if (Q.isZero(n)) return b.fill(Q.ONE, shape);
  if (Q.isOne(n)) return b.ein(Q.ONE, [base], shape);
  const c = b.constantOf(base.id);
  const folded = c === undefined ? undefined : constantPower(c, n);
  if (folded !== undefined) return b.fill(folded, shape);
  if (Q.equal(n, Q.HALF)) return b.map('sqrt', [base], shape);
  if (n.den === 2n && n.num === -1n) {
    const root = b.map('sqrt', [base], shape);
    return b.map('pow', [{ id: root, sub: shape.map((_, k) => k) }, { id: b.integer(-1), sub: [] }], shape);
  }
  return Q.isInteger(n) ? integerPower(b, base, n, shape) : undefined;
}

function integerPower(b: Builder, base: Operand, n: Rational, shape: readonly Dim[]): NodeId | undefined {
  const attr = b.graph.attr(base.id);
  if (attr.kind === 'map' && attr.op === 'pow') {
    const m = b.constantOf(b.graph.arg(base.id, 1));
    const sub = attr.subs[0];
    if (m !== undefined && Q.isInteger(m) && sub !== undefined) {
      return b.map('pow', [{ id: b.graph.arg(base.id, 0), sub: compose(sub, base.sub) }, { id: b.rational(Q.multiply(m, n)), sub: [] }], shape);
    }
  }
  if (attr.kind === 'ein' && !Q.isOne(attr.coef)) {
    const c = Q.power(attr.coef, n.num);
    if (c === undefined) return undefined;
    const rest = b.scale(Q.invert(attr.coef), base.id);
    const raised = b.map('pow', [{ id: rest, sub: base.sub }, { id: b.rational(n), sub: [] }], shape);
    return b.scale(c, raised);
  }
  return undefined;
}

function constantPower(c: Rational, n: Rational): Rational | undefined {
  if (Q.isInteger(n)) return Q.power(c, n.num);
  const root = n.den <= 64n ? Q.exactRoot(c, n.den) : undefined;
  return root === undefined ? undefined : Q.power(root, n.num);
}

/** A decided condition picks its branch; equal branches need no condition. */
function selectionOf(b: Builder, operands: readonly Operand[], shape: readonly Dim[]): NodeId | undefined {
  const [condition, whenTrue, whenFalse] = operands;
  if (condition === undefined || whenTrue === undefined || whenFalse === undefined) return undefined;
  const c = b.constantOf(condition.id);
  if (c !== undefined) return b.ein(Q.ONE, [Q.isZero(c) ? whenFalse : whenTrue], shape);
  const same = whenTrue.id === whenFalse.id && whenTrue.sub.join() === whenFalse.sub.join();
  return same ? b.ein(Q.ONE, [whenTrue], shape) : undefined;
}

/** f(-u) = -f(u) for odd f, f(u) for even f: exact in floating point too. */
function pullSign(b: Builder, op: OpName, operands: readonly Operand[], shape: readonly Dim[]): NodeId | undefined {
  const [operand] = operands;
  if (operand === undefined || operands.length !== 1 || (b.graph.traits(operand.id) & T.SCALED) === 0) return undefined;
  const { parity } = factsOf(op);
  if (parity === undefined) return undefined;
  const attr = b.graph.attr(operand.id);
  if (attr.kind !== 'ein' || !Q.isNegative(attr.coef)) return undefined;
  const inner = b.map(op, [{ id: b.negate(operand.id), sub: operand.sub }], shape);
  return parity === 'odd' ? b.negate(inner) : inner;
}
