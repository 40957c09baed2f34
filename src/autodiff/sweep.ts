/**
 * State of one reverse sweep. Every adjoint has shape [...seed axes, ...shape of the node]: with no seed
 * axes this is the gradient, with the axes of the output it is the Jacobian, by the same rules.
 */
import type { Builder, Operand } from '../ir/build.ts';
import type { NodeSet } from '../ir/dense.ts';
import type { Dim } from '../ir/dim.ts';
import * as Q from '../ir/rational.ts';
import type { Rational } from '../ir/rational.ts';
import { compose } from '../ir/sub.ts';
import type { Term } from '../ir/term.ts';
import * as T from '../ir/traits.ts';
import type { EinAttr, NodeId, Sub } from '../ir/types.ts';
import { core } from '../ops/core.ts';
import { joinParts } from './parts.ts';
import type { OpName } from '../ops/table.ts';

/** An operation without a derivative in an argument that matters, with the reason its row gives. */
export interface Refusal {
  readonly op: OpName;
  readonly argument: number;
  readonly reason: string;
}

/** coef · of: multiples of a scalar become nodes of their own only where they are asked for as nodes. */
export interface Multiple {
  readonly coef: Rational;
  readonly of: NodeId;
}

export class Sweep {
  readonly b: Builder;
  /** the seed axes */
  readonly seed: readonly Dim[];
  /** nodes whose adjoint is wanted or leads to a wanted one */
  readonly active: NodeSet;
  /** what is differentiated by */
  readonly sources: ReadonlySet<NodeId>;
  /**
   * Contributions as linked lists, one entry of #values and #older each: a million nodes have two million of them.
   * Links are 1 + the position of an entry, 0 ends a list.
   */
  readonly #newest: Int32Array;
  readonly #values: NodeId[] = [];
  readonly #coefs: Rational[] = [];
  readonly #older: number[] = [];
  /** adjoints of the results of scans, by scan and projection */
  readonly projections = new Map<NodeId, { which: 'final' | 'ys' | 'in'; index: number; adjoint: NodeId }[]>();

  readonly refuse: (refusal: Refusal) => void;

  constructor(b: Builder, seed: readonly Dim[], active: NodeSet, sources: ReadonlySet<NodeId>, refuse: (refusal: Refusal) => void) {
    this.b = b;
    this.seed = seed;
    // nodes made during the sweep are never differentiated by it
    this.#newest = new Int32Array(b.graph.size);
    this.active = active;
    this.sources = sources;
    this.refuse = refuse;
  }

  get rank(): number {
    return this.seed.length;
  }

  /** Adds a contribution to the adjoint of a node, for scalars a multiple; structural zeros never arrive. */
  contribute(id: NodeId, adjoint: NodeId, coef = Q.ONE): void {
    if (!this.active.has(id) || this.b.isZero(adjoint)) return;
    this.#older.push(this.#newest[id] ?? 0);
    this.#coefs.push(coef);
    this.#newest[id] = this.#values.push(adjoint);
  }

  /** The whole adjoint of a node, or undefined when nothing reached it. */
  adjoint(id: NodeId): NodeId | undefined {
    const whole = this.multiple(id);
    return whole && asNode(this.b, whole);
  }

  /** The same as a multiple. */
  multiple(id: NodeId): Multiple | undefined {
    const newest = this.#newest[id] ?? 0;
    if (newest === 0) return undefined;
    const inParts = this.seed.length === 0 && (this.b.graph.traits(id) & T.SCALAR) === 0;
    if (this.#older[newest - 1] !== 0 || inParts) this.#settle(id, this.#joined(this.#contributions(newest), this.adjointShape(id), inParts));
    const at = (this.#newest[id] ?? 0) - 1;
    return { coef: this.#coefs[at] ?? Q.ONE, of: this.#values[at] ?? -1 };
  }

  /** What was contributed, first things first. */
  #contributions(newest: number): Term[] {
    const terms: Term[] = [];
    for (let at = newest; at > 0; at = this.#older[at - 1] ?? 0) terms.push({ coef: this.#coefs[at - 1] ?? Q.ONE, id: this.#values[at - 1] ?? -1, sub: NO_LABELS });
    return terms.reverse();
  }

  #joined(terms: readonly Term[], shape: readonly Dim[], inParts: boolean): NodeId {
    const { b } = this;
    if (shape.length === 0 && !terms.some(({ id }) => asSelection(b, id) !== undefined)) return b.add(terms, shape);
    const nodes = terms.map(({ coef, id }) => asNode(b, { coef, of: id }));
    const [first = -1, ...others] = inParts ? joinParts(b, nodes, shape) : nodes;
    return others.length === 0 ? first : mergeSelections(b, [first, ...others], shape);
  }

  /** One contribution in place of all: whoever asks again finds it. */
  #settle(id: NodeId, adjoint: NodeId): void {
    this.#older.push(0);
    this.#coefs.push(Q.ONE);
    this.#newest[id] = this.#values.push(adjoint);
  }

  adjointShape(id: NodeId): Dim[] {
    return [...this.seed, ...this.b.graph.shape(id)];
  }

  /** Labels 0 … s-1 of the seed axes, then the given labels moved behind them. */
  shift(sub: Sub): number[] {
    return [...this.seed.keys(), ...sub.map((label) => label + this.rank)];
  }
}

const NO_LABELS: Sub = [];
/** Outside of a product, which can be shared so. */
export const asNode = (b: Builder, { coef, of }: Multiple): NodeId => (Q.isOne(coef) ? of : b.scale(coef, of));

/** Selections on one condition add up inside it, so that their common branch stays unselected. */
export function mergeSelections(b: Builder, adjoints: readonly NodeId[], shape: readonly Dim[]): NodeId {
  if (!adjoints.some((id) => asSelection(b, id) !== undefined)) return b.sum(adjoints, shape);
  const groups = new Map<string, Selection[]>();
  const rest: NodeId[] = [];
  for (const id of adjoints) {
    const selection = asSelection(b, id);
    if (selection === undefined) {
      rest.push(id);
      continue;
    }
    const key = `${selection.condition.id}|${selection.condition.sub.join('.')}|${selection.branch}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [selection]);
    else group.push(selection);
  }
  for (const group of groups.values()) {
    const [first] = group;
    if (first === undefined) continue;
    const value = b.add(group.map((s) => ({ coef: Q.ONE, ...s.value })), shape);
    rest.push(select(b, first, { id: value, sub: shape.map((_, k) => k) }, shape));
  }
  return b.sum(rest, shape);
}

/** `where(c, value, 0)` or `where(c, 0, value)`: an adjoint guarded by a condition. */
export interface Selection {
  readonly condition: Operand;
  readonly branch: 'true' | 'false';
  readonly value: Operand;
}

export function asSelection(b: Builder, id: NodeId): Selection | undefined {
  const traits = b.graph.traits(id);
  if ((traits & (T.SELECTION | T.PRODUCT)) === 0) return undefined;
  // deltas have axes: of the factors of a scalar none is one
  if ((traits & T.PRODUCT) !== 0 && (traits & T.SCALAR) !== 0 && b.graph.arity(id) !== 1) return undefined;
  const attr = b.graph.attr(id);
  if (attr.kind === 'ein') return scaledSelection(b, id, attr);
  if (attr.kind !== 'map' || attr.op !== core.where) return undefined;
  const operand = (k: number): Operand => ({ id: b.graph.arg(id, k), sub: attr.subs[k] ?? [] });
  if (b.isZero(b.graph.arg(id, 2))) return { condition: operand(0), branch: 'true', value: operand(1) };
  if (b.isZero(b.graph.arg(id, 1))) return { condition: operand(0), branch: 'false', value: operand(2) };
  return undefined;
}

/** Each part is a product of its own in every node that is pulled: the questions of a loss of many residuals are not told apart. */
const MOST_PARTS = 4;

/**
 * The terms of a sum of selections that ask different questions, each of which is pulled on its own, inside of its condition
 * and of its deltas; any other adjoint is its only part.
 */
export function guardedParts(b: Builder, g: NodeId): readonly NodeId[] {
  if ((b.graph.traits(g) & T.SUM) === 0 || b.graph.arity(g) > MOST_PARTS) return [g];
  const attr = b.graph.attr(g);
  if (attr.kind !== 'add') return [g];
  for (const arg of b.graph.args(g)) if (asSelection(b, arg) === undefined) return [g];
  return attr.subs.map((sub, k) => b.ein(attr.coefs[k] ?? Q.ONE, [{ id: b.graph.arg(g, k), sub }], attr.shape));
}

/** c·where(…), δ·where(…): coefficient and deltas go to the value. */
function scaledSelection(b: Builder, id: NodeId, attr: EinAttr): Selection | undefined {
  if (attr.sums.length > 0) return undefined;
  const factors = factorsOf(b, id, attr);
  const [only, ...others] = factors.filter((f) => !isDelta(b, f));
  const inner = only === undefined || others.length > 0 ? undefined : asSelection(b, only.id);
  if (only === undefined || inner === undefined) return undefined;
  const placed = (o: Operand): Operand => ({ id: o.id, sub: compose(o.sub, only.sub) });
  if (factors.length === 1) return { condition: placed(inner.condition), branch: inner.branch, value: placed({ id: b.scale(attr.coef, inner.value.id), sub: inner.value.sub }) };
  const value = b.ein(attr.coef, [...factors.filter((f) => f !== only), placed(inner.value)], attr.shape);
  return { condition: placed(inner.condition), branch: inner.branch, value: b.whole(value) };
}

const factorsOf = (b: Builder, id: NodeId, attr: EinAttr): Operand[] => attr.subs.map((sub, k) => ({ id: b.graph.arg(id, k), sub }));
const isDelta = (b: Builder, { id }: Operand): boolean => b.graph.attr(id).kind === 'delta';

/**
 * Puts a value back under a selection's condition; labels as in `shape`. Deltas stay outside, and the condition speaks of
 * the same label as the value: of δᵢₖ·wᵢ where c(k) only the element at k = i is meant, and wᵢ may be infinite where c(i) is not.
 */
export function select(b: Builder, selection: Pick<Selection, 'condition' | 'branch'>, value: Operand, shape: readonly Dim[]): NodeId {
  const attr = b.graph.attr(value.id);
  const deltas = attr.kind === 'ein' && value.sub.every((label, k) => label === k) ? factorsOf(b, value.id, attr).filter((f) => isDelta(b, f)) : [];
  if (attr.kind === 'ein' && deltas.length > 0) return selectOnDiagonals(b, selection, { id: value.id, attr, deltas }, shape);
  const zero: Operand = { id: b.integer(0), sub: [] };
  const branches = selection.branch === 'true' ? [value, zero] : [zero, value];
  return b.map(core.where, [withoutRepeats(b, selection.condition, shape), ...branches], shape);
}

/** An operand of an elementwise operation: what stands along a diagonal is a node of its own. */
function withoutRepeats(b: Builder, operand: Operand, shape: readonly Dim[]): Operand {
  const labels = [...new Set(operand.sub)];
  if (labels.length === operand.sub.length) return operand;
  const diagonal = b.ein(Q.ONE, [{ id: operand.id, sub: operand.sub.map((label) => labels.indexOf(label)) }], labels.map((label) => shape[label] ?? '1'));
  return { id: diagonal, sub: labels };
}

interface Diagonals {
  readonly id: NodeId;
  readonly attr: EinAttr;
  readonly deltas: readonly Operand[];
}

function selectOnDiagonals(b: Builder, { condition, branch }: Pick<Selection, 'condition' | 'branch'>, { id, attr, deltas }: Diagonals, shape: readonly Dim[]): NodeId {
  // in normal form the other factors speak of the smaller of the two labels
  const same = new Map(deltas.map(({ sub }) => [Math.max(...sub), Math.min(...sub)]));
  const kept = shape.map((_, label) => label).filter((label) => !same.has(label));
  const own = kept.map((label) => shape[label] ?? '1');
  const place = (label: number): number => {
    let at = label;
    for (let next = same.get(at); next !== undefined && next !== at; next = same.get(at)) at = next;
    return at < shape.length ? kept.indexOf(at) : at - shape.length + own.length;
  };
  const placed = (o: Operand): Operand => ({ id: o.id, sub: o.sub.map(place) });
  const rest = b.ein(attr.coef, factorsOf(b, id, attr).filter((f) => !isDelta(b, f)).map(placed), own, attr.sums);
  return b.ein(Q.ONE, [...deltas, { id: select(b, { condition: placed(condition), branch }, b.whole(rest), own), sub: kept }], shape);
}
