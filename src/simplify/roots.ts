/** Roots of squares, of sums of squares and of powers; differences of squares and of roots. */
import { invariant } from '../diagnostics/internal.ts';
import type { Builder, Operand } from '../ir/build.ts';
import type { Dim } from '../ir/dim.ts';
import * as Q from '../ir/rational.ts';
import type { AddAttr, Attr, EinAttr, MapAttr, NodeId } from '../ir/types.ts';
import { core } from '../ops/core.ts';
import { monomialOf, productNode, type Monomial } from './monomial.ts';
import { compose } from '../ir/sub.ts';
import { termsOf, type SumTerm } from './parts.ts';
import type { Recogniser } from './recognise.ts';
import { Signs } from './sign.ts';
import { squareRoot } from './square-root.ts';

/** R41, R42, R43, R44: roots of products and of sums. */
export const ROOTS: Recogniser = {
  name: 'root', doc: '`sqrt(u^2)` is `abs(u)`; the root of a sum of squares is a norm that does not overflow; roots of one radicand merge',
  about: [core.sqrt, core.pow],
  apply: (b, id, attr) => {
    if (attr.kind === 'ein') return mergedRoots(b, id, attr);
    if (attr.kind !== 'map') return undefined;
    const exponent = attr.op === core.sqrt ? Q.HALF : attr.op === core.pow ? b.constantOf(b.graph.arg(id, 1)) : undefined;
    return exponent === undefined || Q.isInteger(exponent) ? undefined : rootOf(b, id, attr, exponent);
  },
};

function rootOf(b: Builder, id: NodeId, attr: MapAttr, r: Q.Rational): NodeId | undefined {
  const radicand = b.graph.arg(id, 0);
  const inner = b.graph.attr(radicand);
  const whole = (made: NodeId | undefined): NodeId | undefined => (made === undefined ? undefined : b.ein(Q.ONE, [{ id: made, sub: attr.subs[0] ?? [] }], attr.shape));
  if (inner.kind === 'ein' && inner.sums.length > 0) return whole(rootOfSquares(b, radicand, inner, r));
  if (inner.kind === 'ein' || (inner.kind === 'map' && inner.op === core.pow)) return whole(rootOfProduct(b, radicand, inner.shape, r));
  return inner.kind === 'add' && isProperRoot(r) ? whole(rootOfSum(b, radicand, inner, r)) : undefined;
}

const isProperRoot = (r: Q.Rational): boolean => Q.compare(r, Q.ZERO) > 0 && Q.compare(r, Q.ONE) < 0;

/** A root whose slope at 0 is the least subgradient, 0. */
const guarded = (b: Builder, radicand: NodeId, r: Q.Rational): NodeId => b.map(core.root0, [b.whole(radicand), { id: b.rational(r), sub: [] }], b.graph.shape(radicand));

/** The root of a sum of squares along axes: a norm, or a power with slope 0 at 0. */
function rootOfSquares(b: Builder, radicand: NodeId, attr: EinAttr, r: Q.Rational): NodeId | undefined {
  if (attr.sums.length === 0 || !isProperRoot(r) || !isSumOfSquares(b, attr, radicand)) return undefined;
  return Q.equal(r, Q.HALF) ? normOf(b, radicand, attr) : guarded(b, radicand, r);
}

/** √(c·Σ u²) is √c·‖u‖. */
function normOf(b: Builder, radicand: NodeId, { coef, subs, shape, sums }: EinAttr): NodeId {
  const halves = subs.map((sub, k): Operand => {
    const factor = b.graph.arg(radicand, k);
    const power = b.graph.attr(factor);
    invariant(power.kind === 'map', 'simplify', 'a factor of a sum of squares is no power');
    const exponent = b.constantOf(b.graph.arg(factor, 1)) ?? Q.ZERO;
    return { id: b.power(b.graph.arg(factor, 0), Q.multiply(exponent, Q.HALF)), sub: compose(power.subs[0] ?? [], sub) };
  });
  const u = b.ein(Q.ONE, halves, [...shape, ...sums]);
  const length = b.reduce('norm', u, sums.map((_, k) => shape.length + k));
  return Q.isOne(coef) ? length : b.ein(Q.ONE, [b.whole(length), { id: b.power(b.rational(coef), Q.HALF), sub: [] }], shape);
}

/** (c·u²ᵏ)ʳ is cʳ·|u|²ᵏʳ; (uᵐ)ʳ is uᵐʳ for odd m while m·r stays a fraction. A factor that is no even power stays under the root. */
function rootOfProduct(b: Builder, radicand: NodeId, shape: readonly Dim[], r: Q.Rational): NodeId | undefined {
  const product = monomialOf(b, Q.ONE, b.whole(radicand));
  if (Q.compare(product.coef, Q.ZERO) <= 0 || [...product.powers.values()].some((p) => !Q.isInteger(p.exponent))) return undefined;
  const powers = [...product.powers.values()];
  const even = powers.every((p) => p.exponent.num % 2n === 0n);
  const [only] = powers;
  const constant: Operand[] = Q.isOne(product.coef) ? [] : [{ id: b.power(b.rational(product.coef), r), sub: [] }];
  if (even && powers.length > 0) {
    // one absolute value of the whole: |x·y| rather than |x|·|y|
    const root: Monomial = { coef: Q.ONE, powers: new Map([...product.powers].map(([key, p]) => [key, { ...p, exponent: Q.multiply(p.exponent, Q.HALF) }])) };
    const size = b.map(core.abs, [b.whole(productNode(b, root, shape))], shape);
    const raised = b.power(size, Q.add(r, r));
    return b.ein(Q.ONE, [b.whole(withoutNeedlessAbs(b, raised, root, r, shape)), ...constant], shape);
  }
  if (only === undefined || powers.length > 1) return undefined;
  if (Q.isOne(only.exponent)) return constant.length === 0 ? undefined : rootOfMultiple(b, only, constant, shape, r);
  const exponent = Q.multiply(only.exponent, r);
  if (Q.isInteger(exponent)) return undefined;
  return b.ein(Q.ONE, [{ id: b.power(only.id, exponent), sub: only.sub }, ...constant], shape);
}

/** √(c·(u² + v²)) is √c·√(u² + v²), if that is something better. */
function rootOfMultiple(b: Builder, base: Operand, constant: readonly Operand[], shape: readonly Dim[], r: Q.Rational): NodeId | undefined {
  const sum = b.graph.attr(base.id);
  const root = sum.kind === 'ein' ? rootOfSquares(b, base.id, sum, r) : sum.kind === 'add' && isProperRoot(r) ? rootOfSum(b, base.id, sum, r) : undefined;
  return root === undefined ? undefined : b.ein(Q.ONE, [{ id: root, sub: base.sub }, ...constant], shape);
}

/** |x²| is x². */
function withoutNeedlessAbs(b: Builder, raised: NodeId, root: Monomial, r: Q.Rational, shape: readonly Dim[]): NodeId {
  const node = productNode(b, root, shape);
  return new Signs(b, new Map()).isNonnegative(node) ? b.power(node, Q.add(r, r)) : raised;
}

/** √(u² + v²) without overflow; the root of any sum that vanishes like squares gets slope 0 there. */
function rootOfSum(b: Builder, radicand: NodeId, attr: AddAttr, r: Q.Rational): NodeId | undefined {
  const terms = termsOf(b.graph, radicand, attr);
  const shape = attr.shape;
  if (Q.equal(r, Q.HALF)) {
    const length = lengthOf(b, terms, shape);
    if (length !== undefined) return length;
  }
  return terms.every((t) => Q.compare(t.coef, Q.ZERO) > 0 && isFlatAtZero(b, t.id)) ? guarded(b, radicand, r) : undefined;
}

/** Few enough squares for a scaled length; with a constant beside more than one the root is smooth anyway. */
const MOST_SIDES = 4;

function lengthOf(b: Builder, terms: readonly SumTerm[], shape: readonly Dim[]): NodeId | undefined {
  if (terms.length > MOST_SIDES || (terms.length > 2 && terms.some((t) => b.constantOf(t.id) !== undefined))) return undefined;
  const [first] = terms;
  const common = first !== undefined && terms.every((t) => Q.equal(t.coef, first.coef)) ? first.coef : Q.ONE;
  if (Q.compare(common, Q.ZERO) <= 0) return undefined;
  const sides = terms.map((t) => sideOf(b, { ...t, coef: Q.multiply(t.coef, Q.invert(common)) }, shape));
  const [start, ...others] = sides;
  if (start === undefined) return undefined;
  let length: Operand = start;
  for (const side of others) {
    if (side === undefined) return undefined;
    length = b.whole(b.map(core.hypot, [length, side], shape));
  }
  return Q.isOne(common) ? length.id : b.ein(Q.ONE, [length, { id: b.power(b.rational(common), Q.HALF), sub: [] }], shape);
}

/** u of a term u², or of a sum of squares. */
function sideOf(b: Builder, term: SumTerm, shape: readonly Dim[]): Operand | undefined {
  const root = squareRoot(b, term.coef, term, shape);
  if (root !== undefined) return root;
  const sum = b.graph.attr(term.id);
  if (sum.kind !== 'ein' || sum.sums.length === 0 || !isSumOfSquares(b, sum, term.id) || !Q.isOne(term.coef)) return undefined;
  return { id: normOf(b, term.id, sum), sub: term.sub };
}

/** Terms that are nowhere negative and vanish with their slope: even powers, powers of |u| above 1, sums of squares. */
function isFlatAtZero(b: Builder, id: NodeId): boolean {
  const attr = b.graph.attr(id);
  if (attr.kind === 'ein') return attr.sums.length > 0 ? isSumOfSquares(b, attr, id) : squareRoot(b, Q.ONE, b.whole(id), attr.shape) !== undefined && attr.subs.length > 0;
  if (attr.kind !== 'map' || attr.op !== core.pow) return false;
  const exponent = b.constantOf(b.graph.arg(id, 1));
  if (exponent === undefined || Q.compare(exponent, Q.ONE) <= 0) return false;
  return (Q.isInteger(exponent) && exponent.num % 2n === 0n) || new Signs(b, new Map()).isNonnegative(b.graph.arg(id, 0));
}

/** Σ of even powers with a positive coefficient. */
function isSumOfSquares(b: Builder, attr: EinAttr, id: NodeId): boolean {
  return Q.compare(attr.coef, Q.ZERO) > 0 && [...b.graph.args(id)].every((arg) => {
    const factor = b.graph.attr(arg);
    const exponent = factor.kind === 'map' && factor.op === core.pow ? b.constantOf(b.graph.arg(arg, 1)) : undefined;
    return exponent !== undefined && Q.isInteger(exponent) && exponent.num > 0n && exponent.num % 2n === 0n;
  });
}

/** x·√x is x^(3/2): one power, whose slope at 0 is right. Exponents of opposite sign stay apart. */
function mergedRoots(b: Builder, id: NodeId, attr: EinAttr): NodeId | undefined {
  const args = [...b.graph.args(id)];
  if (attr.sums.length > 0 || !args.some((arg) => isOp(b.graph.attr(arg), core.sqrt))) return undefined;
  const exponents = new Map<string, { base: Operand; exponent: Q.Rational; count: number }>();
  args.forEach((arg, k) => {
    const power = fractionalPower(b, { id: arg, sub: attr.subs[k] ?? [] });
    const key = `${power.base.id}|${power.base.sub.join('.')}|${String(Q.isNegative(power.exponent))}`;
    const present = exponents.get(key);
    exponents.set(key, present === undefined ? { ...power, count: 1 } : { base: present.base, exponent: Q.add(present.exponent, power.exponent), count: present.count + 1 });
  });
  const merged = [...exponents.values()];
  // √x·√x would be x, which is defined for negative x too
  if (merged.every((p) => p.count === 1 || Q.isInteger(p.exponent))) return undefined;
  const separate = merged.some((p) => p.count > 1 && Q.isInteger(p.exponent));
  if (separate) return undefined;
  return b.ein(attr.coef, merged.map((p) => ({ id: b.power(p.base.id, p.exponent), sub: p.base.sub })), attr.shape);
}

const isOp = (attr: Attr, op: string): boolean => attr.kind === 'map' && attr.op === op;

function fractionalPower(b: Builder, operand: Operand): { base: Operand; exponent: Q.Rational } {
  const attr = b.graph.attr(operand.id);
  if (attr.kind === 'map') {
    const exponent = attr.op === core.sqrt ? Q.HALF : attr.op === core.pow ? b.constantOf(b.graph.arg(operand.id, 1)) : undefined;
    const base = { id: b.graph.arg(operand.id, 0), sub: (attr.subs[0] ?? []).map((label) => operand.sub[label] ?? -1) };
    if (exponent !== undefined) return { base, exponent };
  }
  return { base: operand, exponent: Q.ONE };
}

/** R51: u² - v² is (u - v)·(u + v), for two squares standing alone. */
export const DIFFERENCES_OF_SQUARES: Recogniser = {
  name: 'difference-of-squares', doc: '`u^2 - v^2` is `(u - v)*(u + v)`, for two squares standing alone',
  about: [core.pow],
  apply: (b, id, attr) => {
    if (attr.kind !== 'add' || attr.subs.length !== 2) return undefined;
    const [x, y] = termsOf(b.graph, id, attr);
    if (x === undefined || y === undefined || Q.isNegative(x.coef) === Q.isNegative(y.coef)) return undefined;
    const [positive, negative] = Q.isNegative(x.coef) ? [y, x] : [x, y];
    const scale = positive.coef;
    const u = squareRoot(b, Q.ONE, positive, attr.shape);
    const v = squareRoot(b, Q.multiply(Q.negate(negative.coef), Q.invert(scale)), negative, attr.shape);
    if (u === undefined || v === undefined) return undefined;
    return b.scale(scale, b.map(core.diffsq, [u, v], attr.shape));
  },
};

/** R50: √a - √b is (a - b)/(√a + √b) where a - b is a number. */
export const DIFFERENCES_OF_ROOTS: Recogniser = {
  name: 'difference-of-roots', doc: '`sqrt(u) - sqrt(v)` is `(u - v)/(sqrt(u) + sqrt(v))` where u - v is a number',
  about: [core.sqrt],
  apply: (b, id, attr) => {
    if (attr.kind !== 'add' || attr.subs.length !== 2 || attr.shape.length > 0) return undefined;
    const [x, y] = termsOf(b.graph, id, attr);
    if (x === undefined || y === undefined || !Q.isZero(Q.add(x.coef, y.coef))) return undefined;
    if (!isOp(b.graph.attr(x.id), core.sqrt) || !isOp(b.graph.attr(y.id), core.sqrt)) return undefined;
    const difference = b.constantOf(opened(b, b.graph.arg(x.id, 0), b.graph.arg(y.id, 0)));
    if (difference === undefined) return undefined;
    const total = b.add([{ coef: Q.ONE, id: x.id, sub: [] }, { coef: Q.ONE, id: y.id, sub: [] }], []);
    return b.scale(Q.multiply(x.coef, difference), b.power(total, Q.MINUS_ONE));
  },
};

/** a - b with the terms of sums side by side. */
function opened(b: Builder, x: NodeId, y: NodeId): NodeId {
  const parts = (id: NodeId, sign: Q.Rational): SumTerm[] => {
    const attr = b.graph.attr(id);
    if (attr.kind !== 'add') return [{ coef: sign, id, sub: [] }];
    return termsOf(b.graph, id, attr).map((t) => ({ ...t, coef: Q.multiply(sign, t.coef) }));
  };
  return b.add([...parts(x, Q.ONE), ...parts(y, Q.MINUS_ONE)], []);
}

/** R52: 1/a - 1/b is (b - a)/(a·b) where a - b is a number. */
export const DIFFERENCES_OF_RECIPROCALS: Recogniser = {
  name: 'difference-of-reciprocals', doc: '`1/u - 1/v` is `(v - u)/(u*v)` where u - v is a number',
  about: [core.pow],
  apply: (b, id, attr) => {
    if (attr.kind !== 'add' || attr.subs.length !== 2 || attr.shape.length > 0) return undefined;
    const [x, y] = termsOf(b.graph, id, attr);
    if (x === undefined || y === undefined || !Q.isZero(Q.add(x.coef, y.coef))) return undefined;
    const [u, v] = [reciprocalOf(b, x.id), reciprocalOf(b, y.id)];
    const difference = u === undefined || v === undefined ? undefined : b.constantOf(opened(b, v, u));
    if (u === undefined || v === undefined || difference === undefined) return undefined;
    return b.ein(Q.multiply(x.coef, difference), [{ id: x.id, sub: [] }, { id: y.id, sub: [] }], []);
  },
};

function reciprocalOf(b: Builder, id: NodeId): NodeId | undefined {
  const attr = b.graph.attr(id);
  const exponent = isOp(attr, core.pow) ? b.constantOf(b.graph.arg(id, 1)) : undefined;
  return exponent !== undefined && Q.equal(exponent, Q.MINUS_ONE) ? b.graph.arg(id, 0) : undefined;
}
