/**
 * Graph to graph, before loops are made: long contractions become chains of cheap binary ones, factors that
 * do not vary with every label are multiplied first (and so leave the inner loops), log-sum-exp is spelt out
 * as the stable two passes, logistic functions of one argument share their exponential. Values do not change beyond rounding.
 */
import { identitySub, type Builder, type Operand } from '../ir/build.ts';
import { unrounded } from '../ir/difference.ts';
import { constantDim, readDim, type Dim } from '../ir/dim.ts';
import * as Q from '../ir/rational.ts';
import { softmaxOf } from '../ir/softmax.ts';
import type { EinAttr, NodeId } from '../ir/types.ts';
import { reachable, renamed, useCounts } from '../ir/walk.ts';
import { distributed } from './distribute.ts';
import { sigmoidOfDifference } from './exact.ts';
import { fromExponential, partners } from './exponentials.ts';
import { gramForm } from './gram.ts';
import { logisticSum } from './logistic-sums.ts';
import { normSpelt } from './norm.ts';
import { byReciprocal, sharedDivisors } from './reciprocals.ts';
import { commonFactors, scalarsOutside } from './scalars.ts';
import { mergeSelections, selectOnce, selectOutsideSum, type Uses } from './selections.ts';
import { stableLogSumExp, stableSoftmax } from './softmax.ts';

/** How large a size symbol probably is, to compare orders of contraction. */
export type SizeHint = (symbol: string) => number;

export interface Prepared {
  readonly roots: readonly NodeId[];
  /** where each old node went */
  readonly moved: ReadonlyMap<NodeId, NodeId>;
}

export function prepare(b: Builder, roots: readonly NodeId[], hint: SizeHint): Prepared {
  const moved = new Map<NodeId, NodeId>();
  const uses = useCounts(b.graph, roots);
  const inherit = (from: NodeId, to: NodeId): void => void uses.set(to, Math.max(uses.get(from) ?? 0, uses.get(to) ?? 0));
  const order = reachable(b.graph, roots);
  const exponentials = partners(b, order);
  const divisions = sharedDivisors(b, order);
  const inputs = unrounded(b.graph, order);
  for (const id of order) {
    let next = pairedLogistics(b, id, exponentials, moved) ?? renamed(b, id, moved);
    inherit(id, next);
    next = mergedSelection(b, next, uses);
    inherit(id, next);
    next = withoutScalars(b, next, uses);
    inherit(id, next);
    const made = b.graph.attr(next);
    const softmax = softmaxOf(b.graph, id);
    if (softmax !== undefined) next = stableSoftmax(b, moved.get(softmax.argument) ?? softmax.argument, softmax.axes, inputs.has(softmax.argument) ? 'inputs' : 'computed');
    else if (made.kind === 'map' && exponentials.has(id)) next = fromExponential(b, b.graph.argList(next), made);
    else if (made.kind === 'map' && divisions.has(id)) next = byReciprocal(b, b.graph.argList(next), made);
    else if (made.kind === 'ein') next = distributed(b, next, made, uses, hint) ?? gramForm(b, next, made) ?? reassociated(b, next, made, uses, hint) ?? orderContraction(b, next, made, hint);
    else if (made.kind === 'red' && made.op === 'logsumexp') next = stableLogSumExp(b, b.graph.arg(next, 0), made.axes);
    else if (made.kind === 'red' && made.op === 'norm') next = normSpelt(b, next, made);
    next = sigmoidOfDifference(b, id, next, inputs, (node) => moved.get(node) ?? node) ?? next;
    inherit(id, next);
    moved.set(id, next);
  }
  return { roots: roots.map((root) => moved.get(root) ?? root), moved };
}

function pairedLogistics(b: Builder, id: NodeId, exponentials: ReadonlySet<NodeId>, moved: ReadonlyMap<NodeId, NodeId>): NodeId | undefined {
  const attr = b.graph.attr(id);
  return attr.kind === 'add' && exponentials.size > 0 ? logisticSum(b, id, attr, exponentials, (node) => moved.get(node) ?? node) : undefined;
}

function mergedSelection(b: Builder, id: NodeId, uses: Uses): NodeId {
  const attr = b.graph.attr(id);
  if (attr.kind === 'ein') return selectOutsideSum(b, id, attr, uses) ?? id;
  if (attr.kind === 'map') return selectOnce(b, id, uses) ?? id;
  return attr.kind === 'add' ? mergeSelections(b, id, attr, uses) ?? id : id;
}

function withoutScalars(b: Builder, id: NodeId, uses: Uses): NodeId {
  const attr = b.graph.attr(id);
  if (attr.kind === 'ein') return scalarsOutside(b, id, attr) ?? id;
  return attr.kind === 'add' ? commonFactors(b, id, attr, uses) ?? id : id;
}

/** Batches of data are large, everything else is middling. */
export function sizeHints(b: Builder, roots: readonly NodeId[]): SizeHint {
  const batches = new Set<string>();
  for (const id of reachable(b.graph, roots)) {
    const attr = b.graph.attr(id);
    const [first] = attr.shape;
    if (attr.kind === 'leaf' && attr.role === 'data' && first !== undefined) batches.add(readDim(first).base ?? '');
  }
  return (symbol) => (batches.has(symbol) ? 1000 : 40);
}

// ---- order of contraction ------------------------------------------------------------------------

interface Problem {
  readonly b: Builder;
  readonly sizes: readonly Dim[];
  readonly rank: number;
  readonly weight: (label: number) => number;
}

/** Searching all orders is affordable for this many factors. */
const EXHAUSTIVE = 6;
/** Beyond this only factors over the same labels are grouped. */
const PAIRWISE = 12;

function orderContraction(b: Builder, id: NodeId, attr: EinAttr, hint: SizeHint): NodeId {
  const outside = pullOut(b, id, attr, hint);
  if (outside !== undefined) {
    const made = b.graph.attr(outside);
    return made.kind === 'ein' ? orderContraction(b, outside, made, hint) : outside;
  }
  if (attr.subs.length < 3 || attr.shape.length + attr.sums.length === 0) return id;
  const sizes = [...attr.shape, ...attr.sums];
  const weight = (label: number): number => {
    const size = sizes[label] ?? '1';
    return constantDim(size) ?? hint(readDim(size).base ?? '');
  };
  const problem: Problem = { b, sizes, rank: attr.shape.length, weight };
  const factors = displayed(b, id).map((k): Operand => ({ id: b.graph.arg(id, k), sub: attr.subs[k] ?? [] }));
  const grouped = factors.length > PAIRWISE ? groupByLabels(problem, factors) : factors;
  const reduced = grouped.length > PAIRWISE ? grouped : contractPairs(problem, grouped);
  if (reduced === factors) return id;
  // labels summed on the way are gone: one left in place would count as a sum over nothing
  const left = sizes.map((_, label) => label).filter((label) => label >= problem.rank && reduced.some((f) => f.sub.includes(label)));
  const renamed = reduced.map((f) => ({ id: f.id, sub: f.sub.map((label) => (label < problem.rank ? label : problem.rank + left.indexOf(label))) }));
  return b.ein(attr.coef, renamed, attr.shape, left.map((label) => sizes[label] ?? '1'));
}

/** A product of products in the cheapest order, when the one it has is dearer: (A·B)·x is A·(B·x). */
function reassociated(b: Builder, id: NodeId, attr: EinAttr, uses: Uses, hint: SizeHint): NodeId | undefined {
  if (attr.sums.length === 0 || !isChain(attr)) return undefined;
  const sizes: Dim[] = [...attr.shape, ...attr.sums];
  const weight = (label: number): number => constantDim(sizes[label] ?? '1') ?? hint(readDim(sizes[label] ?? '1').base ?? '');
  const problem: Problem = { b, sizes, rank: attr.shape.length, weight };
  let coef = attr.coef;
  let factors = [...b.graph.args(id)].map((arg, k): Operand => ({ id: arg, sub: attr.subs[k] ?? [] }));
  let cost = volume(problem, labelsOf(factors));
  for (let k = 0; k < factors.length && factors.length < EXHAUSTIVE; ) {
    const factor = factors[k];
    const inner = factor === undefined ? undefined : b.graph.attr(factor.id);
    if (factor === undefined || inner?.kind !== 'ein' || inner.sums.length === 0 || !isChain(inner) || (uses.get(factor.id) ?? 1) !== 1) {
      k += 1;
      continue;
    }
    const place = [...factor.sub, ...inner.sums.map((_, n) => sizes.length + n)];
    const parts = [...b.graph.args(factor.id)].map((arg, n): Operand => ({ id: arg, sub: (inner.subs[n] ?? []).map((label) => place[label] ?? -1) }));
    sizes.push(...inner.sums);
    cost += volume(problem, labelsOf(parts));
    coef = Q.multiply(coef, inner.coef);
    factors = [...factors.slice(0, k), ...parts, ...factors.slice(k + 1)];
  }
  if (factors.length === attr.subs.length) return undefined;
  const sets = factors.map((f) => new Set(f.sub));
  const best = Math.min(...allPairs(sets.length).map((pair) => costVia(problem, sets, pair)));
  if (best > CHEAPER * cost) return undefined;
  const flat = b.ein(coef, factors, attr.shape, sizes.slice(attr.shape.length));
  const made = b.graph.attr(flat);
  return made.kind === 'ein' ? orderContraction(b, flat, made, hint) : flat;
}

/** What another order must save before the user's own is given up. */
const CHEAPER = 0.9;

/** Two matrices or vectors, joined by what they share. */
const isChain = (attr: EinAttr): boolean => attr.subs.length === 2 && attr.subs.every((sub) => sub.length > 0 && sub.length <= 2 && new Set(sub).size === sub.length);

/** Factors that no sum touches are multiplied after the sum. */
function pullOut(b: Builder, id: NodeId, attr: EinAttr, hint: SizeHint): NodeId | undefined {
  const rank = attr.shape.length;
  const factors = displayed(b, id).map((k): Operand => ({ id: b.graph.arg(id, k), sub: attr.subs[k] ?? [] }));
  const inside = factors.filter((f) => f.sub.some((label) => label >= rank));
  if (attr.sums.length === 0 || inside.length === 0 || inside.length === factors.length) return undefined;
  const kept = [...labelsOf(inside)].filter((label) => label < rank).sort((a, c) => a - c);
  const local = (label: number): number => (label < rank ? kept.indexOf(label) : kept.length + label - rank);
  const sum = b.ein(Q.ONE, inside.map((f) => ({ id: f.id, sub: f.sub.map(local) })), kept.map((label) => attr.shape[label] ?? '1'), attr.sums);
  const made = b.graph.attr(sum);
  const ordered = made.kind === 'ein' ? orderContraction(b, sum, made, hint) : sum;
  return b.ein(attr.coef, [...factors.filter((f) => !inside.includes(f)), { id: ordered, sub: kept }], attr.shape);
}

/** The arguments of a commutative node in the user's order. */
export function displayed(b: Builder, id: NodeId): readonly number[] {
  return b.graph.displayOrder(id) ?? identitySub(b.graph.arity(id));
}

const labelsOf = (operands: readonly Operand[]): Set<number> => new Set(operands.flatMap((o) => o.sub));
const volume = (p: Problem, labels: Iterable<number>): number => {
  let product = 1;
  for (const label of labels) product *= p.weight(label);
  return product;
};

/** Multiplies pairs until two factors are left or until no pair is cheaper than the whole nest. */
function contractPairs(p: Problem, factors: readonly Operand[]): readonly Operand[] {
  let current = factors;
  while (current.length > 2) {
    const whole = labelsOf(current).size;
    const pair = current.length <= EXHAUSTIVE ? bestPair(p, current) : cheapestPair(p, current);
    const [x, y] = pair.map((k) => current[k]);
    if (x === undefined || y === undefined || labelsOf([x, y]).size === whole) break;
    const rest = current.filter((_, k) => !pair.includes(k));
    current = [...rest, multiplyPair(p, x, y, labelsOf(rest))];
  }
  return current;
}

function allPairs(n: number): [number, number][] {
  const pairs: [number, number][] = [];
  for (let x = 0; x < n; x++) for (let y = x + 1; y < n; y++) pairs.push([x, y]);
  return pairs;
}

function cheapestPair(p: Problem, factors: readonly Operand[]): readonly [number, number] {
  return leastBy(allPairs(factors.length), (pair) => volume(p, labelsOf(pair.flatMap((k) => factors[k] ?? []))));
}

function bestPair(p: Problem, factors: readonly Operand[]): readonly [number, number] {
  return leastBy(allPairs(factors.length), (pair) => costVia(p, factors.map((f) => new Set(f.sub)), pair));
}

/** Multiplications when this pair is taken first and the rest in the best way. */
function costVia(p: Problem, sets: readonly ReadonlySet<number>[], [x, y]: readonly [number, number]): number {
  const union = new Set([...(sets[x] ?? []), ...(sets[y] ?? [])]);
  const cost = volume(p, union);
  const rest = sets.filter((_, k) => k !== x && k !== y);
  if (rest.length === 0) return cost;
  const needed = new Set(rest.flatMap((s) => [...s]));
  const kept = new Set([...union].filter((label) => label < p.rank || needed.has(label)));
  const next = [...rest, kept];
  return cost + Math.min(...allPairs(next.length).map((pair) => costVia(p, next, pair)));
}

function leastBy(pairs: readonly (readonly [number, number])[], cost: (pair: readonly [number, number]) => number): readonly [number, number] {
  let best: readonly [number, number] = [0, 1];
  let least = Infinity;
  for (const pair of pairs) {
    const c = cost(pair);
    if (c < least) [best, least] = [pair, c];
  }
  return best;
}

/** x·y, summed over the labels that nobody else needs. */
function multiplyPair(p: Problem, x: Operand, y: Operand, needed: ReadonlySet<number>): Operand {
  const labels = [...labelsOf([x, y])].sort((a, c) => a - c);
  const kept = labels.filter((label) => label < p.rank || needed.has(label));
  const summed = labels.filter((label) => !kept.includes(label));
  const order = [...kept, ...summed];
  const local = (o: Operand): Operand => ({ id: o.id, sub: o.sub.map((label) => order.indexOf(label)) });
  const size = (label: number): Dim => p.sizes[label] ?? '1';
  return { id: p.b.ein(Q.ONE, [local(x), local(y)], kept.map(size), summed.map(size)), sub: kept };
}

/** Factors over the same proper subset of the labels become one factor. */
function groupByLabels(p: Problem, factors: readonly Operand[]): readonly Operand[] {
  const whole = labelsOf(factors).size;
  const groups = new Map<string, Operand[]>();
  for (const f of factors) {
    const labels = [...new Set(f.sub)].sort((a, c) => a - c);
    const key = labels.length === whole ? `${groups.size}!` : labels.join('.');
    groups.set(key, [...(groups.get(key) ?? []), f]);
  }
  if (groups.size === factors.length) return factors;
  return [...groups.values()].map((group) => {
    const [only] = group;
    if (only !== undefined && group.length === 1) return only;
    const kept = [...labelsOf(group)].sort((a, c) => a - c);
    const operands = group.map((o) => ({ id: o.id, sub: o.sub.map((label) => kept.indexOf(label)) }));
    return { id: p.b.ein(Q.ONE, operands, kept.map((label) => p.sizes[label] ?? '1')), sub: kept };
  });
}
