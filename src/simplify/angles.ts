/**
 * Addition theorems, read from the longer side to the shorter: sin(u)·cos(v) − cos(u)·sin(v) = sin(u − v) and its
 * like. Exact everywhere, and it saves the digits (and the overflow) that the difference of two nearly equal
 * products loses. Derivatives of Si, Ci, Shi and Chi of a shifted argument consist of such sums.
 */
import type { Builder } from '../ir/build.ts';
import type { Graph } from '../ir/graph.ts';
import type { Term } from '../ir/term.ts';
import * as Q from '../ir/rational.ts';
import * as T from '../ir/traits.ts';
import type { AddAttr, NodeId } from '../ir/types.ts';
import { reachable, type Change } from '../ir/walk.ts';
import { core } from '../ops/core.ts';
import { monomialOf, productNode, type Monomial } from './monomial.ts';

const { sin, cos, sinh, cosh } = core;
type Angle = typeof sin | typeof cos | typeof sinh | typeof cosh;

/** first(u)·second(v) + s·third(u)·fourth(v) = sum(u + sign·s·v) for s = ±1 */
interface Theorem {
  readonly first: Angle;
  readonly second: Angle;
  readonly third: Angle;
  readonly fourth: Angle;
  readonly sum: Angle;
  readonly sign: 1 | -1;
}

const THEOREMS: readonly Theorem[] = [
  { first: sin, second: cos, third: cos, fourth: sin, sum: sin, sign: 1 },
  { first: cos, second: cos, third: sin, fourth: sin, sum: cos, sign: -1 },
  { first: sinh, second: cosh, third: cosh, fourth: sinh, sum: sinh, sign: 1 },
  { first: cosh, second: cosh, third: sinh, fourth: sinh, sum: cosh, sign: 1 },
];

/** Sums longer than this are not searched for pairs. */
const MOST_TERMS = 32;

/** Undefined where no sum can have such terms. */
export function joiningAngles(b: Builder, roots: readonly NodeId[]): Change | undefined {
  if (!reachable(b.graph, roots).some((id) => isAngle(b.graph, id))) return undefined;
  return (id) => {
    if ((b.graph.traits(id) & (T.SUM | T.SCALAR)) !== (T.SUM | T.SCALAR) || b.graph.arity(id) > MOST_TERMS) return id;
    const attr = hasPair(b, id) ? b.graph.attr(id) : undefined;
    return attr?.kind === 'add' ? joinSum(b, id, attr) : id;
  };
}

const isAngle = (graph: Graph, id: NodeId): boolean => (graph.traits(id) & T.ANGLE) !== 0;

/** Whether two terms have angles of the same two arguments among their factors: most sums have none, and need not be taken apart. */
function hasPair({ graph }: Builder, id: NodeId): boolean {
  let likely = 0;
  for (let k = graph.arity(id) - 1; k >= 0; k--) if (mayHaveAngles(graph, graph.arg(id, k))) likely++;
  if (likely < 2) return false;
  const seen: (readonly NodeId[])[] = [];
  for (let k = graph.arity(id) - 1; k >= 0; k--) {
    const term = graph.arg(id, k);
    const found = (graph.traits(term) & T.PRODUCT) === 0 ? NONE : argumentsOfAngles(graph, term);
    if (found.length < 2) continue;
    if (seen.some((other) => other.filter((argument) => found.includes(argument)).length > 1)) return true;
    seen.push(found);
  }
  return false;
}

const NONE: readonly NodeId[] = [];

/** Whether a term may have two angles among its factors: a look at most products shows that they have not. */
function mayHaveAngles(graph: Graph, term: NodeId): boolean {
  if ((graph.traits(term) & T.PRODUCT) === 0) return false;
  let angles = 0;
  for (let k = graph.arity(term) - 1; k >= 0; k--) {
    const traits = graph.traits(graph.arg(term, k));
    if ((traits & T.PRODUCT) !== 0) return true;
    if ((traits & T.ANGLE) !== 0) angles++;
  }
  return angles > 1;
}

/** The arguments of the factors that are angles, through products inside the product. */
function argumentsOfAngles(graph: Graph, product: NodeId): NodeId[] {
  const found: NodeId[] = [];
  const pending = [product];
  for (let looked = 0, id = pending.pop(); id !== undefined && looked < MOST_FACTORS; looked++, id = pending.pop()) {
    if ((graph.traits(id) & T.PRODUCT) !== 0) for (let k = 0; k < graph.arity(id); k++) pending.push(graph.arg(id, k));
    else if (isAngle(graph, id)) found.push(graph.arg(id, 0));
  }
  return found;
}

/** Products with more factors than this are not searched for angles. */
const MOST_FACTORS = 64;

function joinSum(b: Builder, id: NodeId, attr: AddAttr): NodeId {
  const terms = attr.coefs.map((coef, k): Monomial => monomialOf(b, coef, { id: b.graph.arg(id, k), sub: [] }));
  let changed = false;
  for (let i = 0; i < terms.length; i++) {
    for (let j = 0; j < terms.length; j++) {
      const [x, y] = [terms[i], terms[j]];
      const joined = i === j || x === undefined || y === undefined ? undefined : joinPair(b, x, y);
      if (joined === undefined) continue;
      terms[i] = joined;
      terms.splice(j, 1);
      changed = true;
      i = -1;
      break;
    }
  }
  return changed ? b.add(terms.map((t) => ({ coef: Q.ONE, id: productNode(b, t, []), sub: [] })), []) : id;
}

/** Two terms c·r·first(u)·second(v) and ±c·r·third(u)·fourth(v) as one. */
function joinPair(b: Builder, x: Monomial, y: Monomial): Monomial | undefined {
  const s = Q.equal(x.coef, y.coef) ? 1 : Q.isZero(Q.add(x.coef, y.coef)) ? -1 : 0;
  if (s === 0 || x.powers.size !== y.powers.size) return undefined;
  const onlyX = [...x.powers].filter(([key, p]) => !sameExponent(y.powers.get(key)?.exponent, p.exponent));
  const onlyY = [...y.powers].filter(([key, p]) => !sameExponent(x.powers.get(key)?.exponent, p.exponent));
  const angles = (list: typeof onlyX): { op: string; argument: NodeId }[] => list.flatMap(([, p]) => {
    const a = b.graph.attr(p.id);
    return Q.isOne(p.exponent) && a.kind === 'map' ? { op: a.op, argument: b.graph.arg(p.id, 0) } : [];
  });
  const [left, right] = [angles(onlyX), angles(onlyY)];
  if (onlyX.length !== 2 || onlyY.length !== 2 || left.length !== 2 || right.length !== 2) return undefined;
  const found = match(left, right);
  if (found === undefined) return undefined;
  const { theorem, u, v } = found;
  const angle = sumOf(b, u, v, theorem.sign * s);
  const product = monomialOf(b, x.coef, { id: b.map(theorem.sum, [{ id: angle, sub: [] }], []), sub: [] });
  for (const [key, power] of x.powers) if (!onlyX.some(([k]) => k === key)) product.powers.set(key, power);
  return product;
}

type AngleOf = readonly { readonly op: string; readonly argument: NodeId }[];

function match(left: AngleOf, right: AngleOf): { theorem: Theorem; u: NodeId; v: NodeId } | undefined {
  for (const theorem of THEOREMS) {
    for (const [p, q] of [[left[0], left[1]], [left[1], left[0]]]) {
      if (p?.op !== theorem.first || q?.op !== theorem.second) continue;
      const third = right.find((a) => a.op === theorem.third && a.argument === p.argument);
      const fourth = right.find((a) => a !== third && a.op === theorem.fourth && a.argument === q.argument);
      if (third !== undefined && fourth !== undefined) return { theorem, u: p.argument, v: q.argument };
    }
  }
  return undefined;
}

/** u ± v with the terms of both together, so that what they share cancels exactly. */
function sumOf(b: Builder, u: NodeId, v: NodeId, sign: number): NodeId {
  const terms = (id: NodeId, coef: Q.Rational): Term[] => {
    const attr = b.graph.attr(id);
    if (attr.kind !== 'add') return [{ coef, id, sub: [] }];
    return attr.coefs.map((c, k) => ({ coef: Q.multiply(coef, c), id: b.graph.arg(id, k), sub: [] }));
  };
  return b.add([...terms(u, Q.ONE), ...terms(v, Q.integer(sign))], []);
}

const sameExponent = (a: Q.Rational | undefined, c: Q.Rational): boolean => a !== undefined && Q.equal(a, c);
