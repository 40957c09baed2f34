/**
 * Lists of formulas taken apart for reading: the second of exp([x, y]) is exp(y), a sum over [a, b]·[c, d] is a·c + b·d.
 * Several numbers that stable forms put into one tensor are read one by one. A small derivative that is put together
 * from entries at fixed places is written as the list of its entries: the Jacobian of [x·y, x²] is [[y, x], [2·x, 0]].
 */
import type { Builder } from '../ir/build.ts';
import { boundOf, Renaming } from '../ir/dense.ts';
import { constantDim, readDim, type Dim } from '../ir/dim.ts';
import { displayOperands } from '../ir/display.ts';
import * as Q from '../ir/rational.ts';
import { axisAt } from '../ir/normal-view.ts';
import type { AddAttr, AxisIndex, EinAttr, MapAttr, NodeId, ScatAttr, Sub, ViewAttr } from '../ir/types.ts';
import { reachable, renamed } from '../ir/walk.ts';

/** Longer sums and lists stay as they are. */
const MOST_ELEMENTS = 64;
/** A tensor of more elements is not written out: a formula with deltas is shorter. */
const MOST_WRITTEN = 16;

type Position = readonly number[];

/** The roots without lists, wherever their elements can be told; `typed` nodes stay. */
export function listsOpened(b: Builder, roots: readonly NodeId[], typed: ReadonlySet<NodeId>): NodeId[] {
  const order = reachable(b.graph, roots);
  if (!order.some((id) => !typed.has(id) && (b.graph.attr(id).kind === 'stack' || isEntry(b, id)))) return [...roots];
  const opening = new Opening(b, order, typed);
  return roots.map((root) => opening.written(root) ?? opening.made(root));
}

/** A number put at a fixed place: a column of the identity, a scatter to one position. */
function isEntry(b: Builder, id: NodeId): boolean {
  const attr = b.graph.attr(id);
  const placed = attr.kind === 'scat' || (attr.kind === 'view' && isIdentity(b, b.graph.arg(id, 0)));
  return placed && attr.index.some((axis) => axis.kind === 'affine' && axis.terms.length === 0);
}

/** A Kronecker delta, or the product of those of several axes. */
function isIdentity(b: Builder, id: NodeId): boolean {
  const attr = b.graph.attr(id);
  return attr.kind === 'delta' || (attr.kind === 'ein' && [...b.graph.args(id)].every((arg) => b.graph.attr(arg).kind === 'delta'));
}

class Opening {
  readonly #b: Builder;
  readonly #made: Renaming;
  /** nodes that a list is part of */
  readonly #listed = new Set<NodeId>();
  /** nodes that are typed, and stay */
  readonly #typed: ReadonlySet<NodeId>;
  readonly #elements = new Map<string, NodeId | undefined>();

  constructor(b: Builder, order: readonly NodeId[], typed: ReadonlySet<NodeId>) {
    this.#b = b;
    this.#typed = typed;
    this.#made = new Renaming(boundOf(order));
    for (const id of order) {
      if (typed.has(id)) continue;
      const attr = b.graph.attr(id);
      const before = b.graph.size;
      const lists = [...b.graph.args(id)].some((arg) => this.#listed.has(arg));
      if (attr.shape.length > 0 && (attr.kind === 'stack' || lists)) this.#listed.add(id);
      const next = (attr.shape.length === 0 && lists ? this.#opened(id, []) : undefined) ?? renamed(b, id, this.#made);
      if (next !== id) this.#made.set(id, next);
      b.graph.noteRule(before, b.graph.ruleOf(id) ?? 'reading');
    }
  }

  made(id: NodeId): NodeId {
    return this.#made.get(id);
  }

  /** A small tensor with entries at fixed places, as the list of all its entries. */
  written(root: NodeId): NodeId | undefined {
    const b = this.#b;
    const shape = b.graph.shape(root);
    const positions = positionsOf(shape);
    if (shape.length === 0 || positions === undefined || positions.length > MOST_WRITTEN) return undefined;
    if (!reachable(b.graph, [root]).some((id) => !this.#typed.has(id) && isEntry(b, id))) return undefined;
    const elements = positions.map((at) => this.#element(root, at)).filter((element) => element !== undefined);
    if (elements.length < positions.length) return undefined;
    return shape.reduceRight<NodeId[]>((level, dim) => {
      const size = constantDim(dim) ?? 1;
      return Array.from({ length: level.length / size }, (_, k) => b.stack(level.slice(k * size, (k + 1) * size)));
    }, elements)[0];
  }

  /** One element of a tensor as a number; undefined when the graph does not tell it. As deep as tensors are nested. */
  #element(id: NodeId, at: Position): NodeId | undefined {
    if (at.length === 0) return this.made(id);
    const key = `${id}|${at.join(',')}`;
    if (!this.#elements.has(key)) this.#elements.set(key, this.#opened(id, at));
    return this.#elements.get(key);
  }

  #opened(id: NodeId, at: Position): NodeId | undefined {
    const b = this.#b;
    const attr = b.graph.attr(id);
    switch (attr.kind) {
      case 'stack': return this.#element(b.graph.arg(id, at[0] ?? 0), at.slice(1));
      case 'map': return this.#map(id, attr, at);
      case 'add': return this.#sum(id, attr, at);
      case 'ein': return this.#product(id, attr, at);
      case 'view': return this.#view(id, attr, at);
      case 'scat': return this.#scattered(id, attr, at);
      case 'delta': return b.integer(at[0] === at[1] ? 1 : 0);
      case 'iota': return b.integer(at[0] ?? 0);
      case 'leaf': return b.view(id, { index: at.map((k) => axisAt(String(k))), gathers: [], masked: false, shape: [] });
      default: return undefined;
    }
  }

  #map(id: NodeId, attr: MapAttr, at: Position): NodeId | undefined {
    const args = attr.subs.map((sub, k) => this.#element(this.#b.graph.arg(id, k), pick(sub, at))).filter((arg) => arg !== undefined);
    return args.length === attr.subs.length ? this.#b.map(attr.op, args.map((arg) => ({ id: arg, sub: [] })), []) : undefined;
  }

  #sum(id: NodeId, attr: AddAttr, at: Position): NodeId | undefined {
    const terms = displayOperands(this.#b.graph, id, attr).flatMap(({ operand, position }) => {
      const element = this.#element(operand.id, pick(operand.sub, at));
      return element === undefined ? [] : [{ coef: attr.coefs[position] ?? Q.ONE, id: element, sub: [] }];
    });
    return terms.length === attr.subs.length ? this.#b.add(terms, []) : undefined;
  }

  #product(id: NodeId, attr: EinAttr, at: Position): NodeId | undefined {
    const b = this.#b;
    const summed = positionsOf(attr.sums);
    if (summed === undefined) return undefined;
    const operands = displayOperands(b.graph, id, attr);
    const terms = summed.map((labels) => {
      const factors = operands.map(({ operand }) => this.#element(operand.id, pick(operand.sub, [...at, ...labels]))).filter((f) => f !== undefined);
      return factors.length === operands.length ? b.ein(attr.coef, factors.map((f) => ({ id: f, sub: [] })), []) : undefined;
    }).filter((term) => term !== undefined);
    return terms.length === summed.length ? b.sum(terms, []) : undefined;
  }

  #view(id: NodeId, attr: ViewAttr, at: Position): NodeId | undefined {
    const inner = placesOf(attr.index, at);
    const shape = this.#b.graph.shape(this.#b.graph.arg(id, 0)).map(constantDim);
    if (inner === undefined || shape.some((size) => size === undefined)) return undefined;
    if (inner.some((place, axis) => place < 0 || place >= (shape[axis] ?? 0))) return this.#b.integer(0);
    return this.#element(this.#b.graph.arg(id, 0), inner);
  }

  #scattered(id: NodeId, attr: ScatAttr, at: Position): NodeId | undefined {
    const source = this.#b.graph.arg(id, 0);
    const sources = positionsOf(this.#b.graph.shape(source));
    const places = sources?.map((labels) => placesOf(attr.index, labels));
    if (sources === undefined || places === undefined || places.includes(undefined)) return undefined;
    const met = sources.filter((_, k) => places[k]?.join() === at.join()).map((labels) => this.#element(source, labels));
    const known = met.filter((element) => element !== undefined);
    return known.length === met.length ? this.#b.sum(known, []) : undefined;
  }
}

const pick = (sub: Sub, at: Position): number[] => sub.map((label) => at[label] ?? 0);

/** The positions that affine indices name; undefined for gathers and sizes that are symbols. */
function placesOf(index: readonly AxisIndex[], labels: Position): number[] | undefined {
  const places: number[] = [];
  for (const axis of index) {
    if (axis.kind === 'gather') return undefined;
    const { base, offset } = readDim(axis.offset);
    if (base !== undefined) return undefined;
    places.push(axis.terms.reduce((sum, { label, coef }) => sum + coef * (labels[label] ?? 0), offset));
  }
  return places;
}

/** Every position in a tensor of known sizes, when they are few. */
function positionsOf(shape: readonly Dim[]): Position[] | undefined {
  let positions: Position[] = [[]];
  for (const dim of shape) {
    const size = constantDim(dim);
    if (size === undefined || size * positions.length > MOST_ELEMENTS) return undefined;
    positions = positions.flatMap((p) => Array.from({ length: size }, (_, k) => [...p, k]));
  }
  return positions;
}
