/**
 * Positions along axes as functions of labels, and equations between them. Two index strings meet where
 * their positions agree; solving for single labels keeps everything symbolic: nothing of the size of the
 * data is looked at.
 */
import type { Builder, Operand } from '../ir/build.ts';
import { dimDifference, readDim, shiftDim, writeDim, type Dim } from '../ir/dim.ts';
import type { AxisIndex, NodeId } from '../ir/types.ts';

export type Position =
  | { readonly kind: 'affine'; readonly terms: ReadonlyMap<number, number>; readonly offset: Dim }
  /** read from an array of positions */
  | { readonly kind: 'gather'; readonly array: NodeId; readonly labels: readonly number[] };

export const atLabel = (label: number): Position => ({ kind: 'affine', terms: new Map([[label, 1]]), offset: '0' });

/** The label that runs along the axis from its first position on. */
export function plainLabel(p: Position): number | undefined {
  if (p.kind !== 'affine' || p.offset !== '0' || p.terms.size !== 1) return undefined;
  const [[label, coef] = [-1, 0]] = p.terms;
  return coef === 1 ? label : undefined;
}

export function labelsOf(p: Position): readonly number[] {
  return p.kind === 'affine' ? [...p.terms.keys()] : p.labels;
}

/** A position of an index string, its labels renamed. */
export function positionOf(axis: AxisIndex, gathers: readonly NodeId[], rename: (label: number) => number): Position {
  if (axis.kind === 'gather') return { kind: 'gather', array: gathers[axis.arg - 1] ?? -1, labels: axis.sub.map(rename) };
  return { kind: 'affine', terms: new Map(axis.terms.map((t) => [rename(t.label), t.coef])), offset: axis.offset };
}

/** No solution: the term is zero. Not solved: the positions depend on data or on several labels. */
export type Outcome = 'solved' | 'empty' | 'unsolved';

export class Labels {
  readonly #b: Builder;
  readonly #sizes: Dim[] = [];
  readonly #bound = new Map<number, Position>();

  constructor(b: Builder) {
    this.#b = b;
  }

  add(size: Dim): number {
    return this.#sizes.push(size) - 1;
  }
  size(label: number): Dim {
    return this.#sizes[label] ?? '1';
  }

  /** The position in terms of free labels; undefined when it has no such form. */
  resolve(p: Position): Position | undefined {
    let current: Position | undefined = p;
    for (;;) {
      const label: number | undefined = labelsOf(current).find((l) => this.#bound.has(l));
      const by: Position | undefined = label === undefined ? undefined : this.#bound.get(label);
      if (label === undefined || by === undefined) return current;
      current = this.#substitute(current, label, by);
      if (current === undefined) return undefined;
    }
  }

  /** Requires two positions to be the same. */
  equate(left: Position, right: Position): Outcome {
    const a = this.resolve(left);
    const c = this.resolve(right);
    if (a === undefined || c === undefined) return 'unsolved';
    if (samePosition(a, c)) return 'solved';
    const x = plainLabel(a);
    const y = plainLabel(c);
    if (x !== undefined && y !== undefined) return this.#identify(x, y);
    // a label whose range holds the other side loses nothing
    if (x !== undefined && this.inside(c, this.size(x)) && this.#bind(x, c)) return 'solved';
    if (y !== undefined && this.inside(a, this.size(y)) && this.#bind(y, a)) return 'solved';
    if (a.kind === 'affine' && c.kind === 'affine') return this.#solve(a, c);
    if (x !== undefined && this.#bind(x, c)) return 'solved';
    if (y !== undefined && this.#bind(y, a)) return 'solved';
    return 'unsolved';
  }

  /** Whether every position lies on an axis of that size. Arrays of positions are checked where they enter. */
  inside(p: Position, size: Dim): boolean {
    if (p.kind === 'gather') return true;
    let lowest: Dim | undefined = p.offset;
    let highest: Dim | undefined = p.offset;
    for (const [label, coef] of p.terms) {
      const last = shiftDim(this.size(label), -1);
      if (coef < 0) lowest = lowest === undefined ? undefined : addScaled(lowest, last, coef);
      else highest = highest === undefined ? undefined : addScaled(highest, last, coef);
    }
    if (lowest === undefined || highest === undefined) return false;
    const beyond = dimDifference(highest, size);
    return isPosition(lowest) && beyond !== undefined && beyond < 0;
  }

  /** A tensor read at the given positions, as an operand over free labels; 0 where a position is outside. */
  read(node: NodeId, positions: readonly Position[]): Operand | undefined {
    const resolved = positions.map((p) => this.resolve(p));
    if (!resolved.every((p) => p !== undefined)) return undefined;
    const plain = resolved.map(plainLabel);
    const shape = this.#b.graph.shape(node);
    if (plain.every((l, k) => l !== undefined && this.size(l) === shape[k])) return { id: node, sub: plain.map((l) => l ?? -1) };
    const labels = [...new Set(resolved.flatMap(labelsOf))].sort((p, q) => p - q);
    const { index, gathers } = indexOf(resolved, labels);
    const masked = resolved.some((p, k) => !this.inside(p, shape[k] ?? '1'));
    return { id: this.#b.view(node, { index, gathers, masked, shape: labels.map((l) => this.size(l)) }), sub: labels };
  }

  #identify(x: number, y: number): Outcome {
    const excess = dimDifference(this.size(x), this.size(y));
    if (excess === undefined) return 'unsolved';
    // the smaller range stays
    const [from, to] = excess > 0 ? [x, y] : [y, x];
    this.#bound.set(from, atLabel(to));
    return 'solved';
  }

  #bind(label: number, p: Position): boolean {
    if (labelsOf(p).includes(label)) return false;
    this.#bound.set(label, p);
    return true;
  }

  /** a = c for a label that occurs once and alone, with coefficient 1. */
  #solve(a: Position & { kind: 'affine' }, c: Position & { kind: 'affine' }): Outcome {
    if (a.terms.size === 0 && c.terms.size === 0) return dimDifference(a.offset, c.offset) === undefined ? 'unsolved' : 'empty';
    for (const [one, other] of [[a, c], [c, a]] as const) {
      if (one.terms.size !== 1) continue;
      const [[label, coef] = [-1, 0]] = one.terms;
      const offset = differenceOf(other.offset, one.offset);
      if (coef !== 1 || offset === undefined || other.terms.has(label)) continue;
      const value: Position = { kind: 'affine', terms: other.terms, offset };
      if (other.terms.size === 0 && (dimDifference(offset, '0') ?? 0) < 0) return 'empty';
      if (other.terms.size === 0 && (dimDifference(offset, this.size(label)) ?? -1) >= 0) return 'empty';
      this.#bound.set(label, value);
      return 'solved';
    }
    return 'unsolved';
  }

  #substitute(p: Position, label: number, by: Position): Position | undefined {
    if (p.kind === 'gather') return this.#substituteInGather(p, label, by);
    if (plainLabel(p) === label) return by;
    if (by.kind === 'gather') return undefined;
    const coef = p.terms.get(label) ?? 0;
    const terms = new Map(p.terms);
    terms.delete(label);
    for (const [l, c] of by.terms) terms.set(l, (terms.get(l) ?? 0) + coef * c);
    for (const [l, c] of terms) if (c === 0) terms.delete(l);
    const offset = addScaled(p.offset, by.offset, coef);
    return offset === undefined ? undefined : { kind: 'affine', terms, offset };
  }

  /** The array of positions itself read elsewhere. */
  #substituteInGather(p: Position & { kind: 'gather' }, label: number, by: Position): Position | undefined {
    const positions = p.labels.map((l) => (l === label ? by : atLabel(l)));
    const labels = [...new Set(positions.flatMap(labelsOf))];
    const shape = this.#b.graph.shape(p.array);
    if (positions.some((q, k) => !this.inside(q, shape[k] ?? '1'))) return undefined;
    const plain = positions.map(plainLabel);
    if (plain.every((l, k) => l !== undefined && this.size(l) === shape[k])) return { kind: 'gather', array: p.array, labels: plain.map((l) => l ?? -1) };
    const { index, gathers } = indexOf(positions, labels);
    return { kind: 'gather', array: this.#b.view(p.array, { index, gathers, masked: false, shape: labels.map((l) => this.size(l)) }), labels };
  }
}

/** Positions as an index string whose label k is `labels[k]`. */
export function indexOf(positions: readonly Position[], labels: readonly number[]): { index: AxisIndex[]; gathers: NodeId[] } {
  const gathers: NodeId[] = [];
  const index = positions.map((p): AxisIndex => {
    if (p.kind === 'gather') return { kind: 'gather', arg: gathers.push(p.array), sub: p.labels.map((l) => labels.indexOf(l)) };
    const terms = [...p.terms].map(([label, coef]) => ({ label: labels.indexOf(label), coef })).sort((s, t) => s.label - t.label);
    return { kind: 'affine', terms, offset: p.offset };
  });
  return { index, gathers };
}

export function samePosition(a: Position, c: Position): boolean {
  if (a.kind === 'gather') return c.kind === 'gather' && a.array === c.array && a.labels.join() === c.labels.join();
  return c.kind === 'affine' && a.offset === c.offset && a.terms.size === c.terms.size && [...a.terms].every(([l, coef]) => c.terms.get(l) === coef);
}

/** a + coef·b as a size, when it is still one symbol plus an integer. */
function addScaled(a: Dim, b: Dim, coef: number): Dim | undefined {
  const y = readDim(b);
  if (y.base === undefined) return shiftDim(a, coef * y.offset);
  const x = readDim(a);
  if (x.base === undefined && coef === 1) return writeDim({ base: y.base, offset: x.offset + y.offset });
  return x.base === y.base && coef === -1 ? String(x.offset - y.offset) : undefined;
}

const differenceOf = (a: Dim, b: Dim): Dim | undefined => addScaled(a, b, -1);

/** Not negative: sizes are at least 1, so `N - 1` is none of the negative numbers. */
function isPosition(dim: Dim): boolean {
  const { base, offset } = readDim(dim);
  return offset >= (base === undefined ? 0 : -1);
}
