/**
 * Derivatives as sums of placed tensors: out[e(L)] += value[L]. A Jacobian or Hessian comes out of the sweep
 * full of Kronecker deltas, views and scatters; pulling these out to the front leaves the values that are
 * really different from zero, and says where each one stands. What has no such form stays as it is: a
 * tensor placed over its own axes.
 */
import type { Builder, Operand } from '../ir/build.ts';
import type { Dim } from '../ir/dim.ts';
import * as Q from '../ir/rational.ts';
import type { AddAttr, AxisIndex, EinAttr, MapAttr, NodeId, ScatAttr, Sub, ViewAttr } from '../ir/types.ts';
import { axisKey } from '../ir/graph.ts';
import { axisAt } from '../ir/normal-view.ts';
import { reachable } from '../ir/walk.ts';
import { core } from '../ops/core.ts';
import { atLabel, indexOf, Labels, labelsOf, positionOf, type Position } from './positions.ts';

/** out[index(L)] += value[L], L over the shape of the value. */
export interface Placed {
  readonly value: NodeId;
  /** one entry per axis of the whole */
  readonly index: readonly AxisIndex[];
  /** arrays of positions that the index reads, argument 1 onwards */
  readonly gathers: readonly NodeId[];
  /** positions may be outside: such elements are dropped */
  readonly masked: boolean;
}

/** More terms than this are no structure. */
const MOST_TERMS = 64;

/** What is known already: blocks of one matrix share most of their nodes. */
export interface KnownForms {
  readonly visited: Set<NodeId>;
  /** of those among them that have one */
  readonly forms: Map<NodeId, readonly Placed[]>;
}

export const noForms = (): KnownForms => ({ visited: new Set(), forms: new Map() });

/** The roots as sums of placed tensors. An empty sum is zero. */
export function placedForms(b: Builder, roots: readonly NodeId[], { visited, forms } = noForms()): (readonly Placed[])[] {
  for (const id of reachable(b.graph, roots)) {
    if (visited.has(id)) continue;
    visited.add(id);
    if (b.isZero(id)) {
      forms.set(id, []);
      continue;
    }
    const made = formOf(b, id, forms);
    const merged = made === undefined ? undefined : mergeLikeTerms(b, made);
    if (merged !== undefined && merged.length <= MOST_TERMS) forms.set(id, merged);
  }
  return roots.map((root) => forms.get(root) ?? [asItStands(b, root)]);
}

export function asItStands(b: Builder, id: NodeId): Placed {
  return { value: id, index: b.graph.shape(id).map((_, k) => ({ kind: 'affine', terms: [{ label: k, coef: 1 }], offset: '0' })), gathers: [], masked: false };
}

/** Rows and columns at the same places. */
export function isDiagonal({ index }: Placed): boolean {
  const half = index.length / 2;
  return index.slice(0, half).every((axis, k) => {
    const other = index[half + k];
    return axis.kind === 'affine' && other?.kind === 'affine' && axisKey(axis) === axisKey(other) && axis.terms.length === 1;
  });
}

type Forms = ReadonlyMap<NodeId, readonly Placed[]>;

/** Undefined: the node stays as it is. Nodes below which nothing is placed are not looked into. */
function formOf(b: Builder, id: NodeId, forms: Forms): readonly Placed[] | undefined {
  const attr = b.graph.attr(id);
  const args = [...b.graph.args(id)];
  switch (attr.kind) {
    case 'delta': return [{ value: b.fill(Q.ONE, attr.shape.slice(0, 1)), index: [label0, label0], gathers: [], masked: false }];
    case 'scat': return scatForm(b, attr, args, forms);
    case 'view': return args[0] !== undefined && forms.has(args[0]) ? viewForm(b, attr, args, forms) : undefined;
    case 'ein': return args.some((a) => forms.has(a)) ? einForm(b, attr, args, forms) : undefined;
    case 'add': return args.some((a) => forms.has(a)) ? addForm(b, attr, args, forms) : undefined;
    case 'map': return attr.op === core.where && args.slice(1).some((a) => forms.has(a)) ? selectionForm(b, attr, args, forms) : undefined;
    case 'stack': return args.some((a) => forms.has(a)) ? stackForm(b, args, forms) : undefined;
    default: return undefined;
  }
}

const label0: AxisIndex = { kind: 'affine', terms: [{ label: 0, coef: 1 }], offset: '0' };

// ---- joining index strings ------------------------------------------------------------------------------

/** A term put to use: its axes stand at these positions of the user. */
interface Use {
  readonly term: Placed;
  readonly at: readonly Position[];
}

interface Joined {
  readonly labels: Labels;
  /** the values of the terms, over free labels */
  readonly values: readonly Operand[];
  /** where the axes of the result stand */
  readonly index: readonly Position[];
}

type Join = Joined | 'zero' | undefined;

/** Terms whose axes stand at given positions, all labels solved for. */
function join(b: Builder, labels: Labels, uses: readonly Use[], axes: readonly Position[]): Join {
  const own = uses.map(({ term }) => b.graph.shape(term.value).map((size) => labels.add(size)));
  for (const [k, { term, at }] of uses.entries()) {
    for (const [axis, entry] of term.index.entries()) {
      const here = positionOf(entry, term.gathers, (l) => own[k]?.[l] ?? -1);
      const outcome = labels.equate(at[axis] ?? here, here);
      if (outcome === 'empty') return 'zero';
      if (outcome === 'unsolved') return undefined;
    }
  }
  const values = uses.map(({ term }, k) => labels.read(term.value, (own[k] ?? []).map(atLabel)));
  const index = axes.map((p) => labels.resolve(p));
  if (!values.every((v) => v !== undefined) || !index.every((p) => p !== undefined)) return undefined;
  return { labels, values, index };
}

/** The term with its labels numbered as they first occur in the index; labels that no position needs are summed. */
function place(joined: Joined, shape: readonly Dim[], value: (factors: readonly Operand[], space: readonly Dim[], sums: readonly Dim[]) => NodeId | undefined): Placed | undefined {
  const { labels, values, index } = joined;
  const kept = [...new Set(index.flatMap(labelsOf))];
  const summed = [...new Set(values.flatMap((v) => v.sub))].filter((l) => !kept.includes(l));
  const order = [...kept, ...summed];
  const factors = values.map((v) => ({ id: v.id, sub: v.sub.map((l) => order.indexOf(l)) }));
  const made = value(factors, kept.map((l) => labels.size(l)), summed.map((l) => labels.size(l)));
  if (made === undefined) return undefined;
  const masked = index.some((p, axis) => !labels.inside(p, shape[axis] ?? '1'));
  return { value: made, ...indexOf(index, kept), masked };
}

const termsOf = (b: Builder, id: NodeId, forms: Forms): readonly Placed[] => forms.get(id) ?? [asItStands(b, id)];

// ---- the kinds of nodes -----------------------------------------------------------------------------------

function scatForm(b: Builder, attr: ScatAttr, args: readonly NodeId[], forms: Forms): readonly Placed[] | undefined {
  const [g = -1, ...gathers] = args;
  return every(termsOf(b, g, forms), (term) => {
    const labels = new Labels(b);
    const own = b.graph.shape(g).map((size) => labels.add(size));
    const axes = attr.index.map((axis) => positionOf(axis, gathers, (l) => own[l] ?? -1));
    const joined = join(b, labels, [{ term, at: own.map(atLabel) }], axes);
    return joined && (joined === 'zero' ? joined : place(joined, attr.shape, product(b, Q.ONE)));
  });
}

function viewForm(b: Builder, attr: ViewAttr, args: readonly NodeId[], forms: Forms): readonly Placed[] | undefined {
  const [a = -1, ...gathers] = args;
  return every(termsOf(b, a, forms), (term) => {
    const labels = new Labels(b);
    const own = attr.shape.map((size) => labels.add(size));
    const at = attr.index.map((axis) => positionOf(axis, gathers, (l) => own[l] ?? -1));
    const joined = join(b, labels, [{ term, at }], own.map(atLabel));
    return joined && (joined === 'zero' ? joined : place(joined, attr.shape, product(b, Q.ONE)));
  });
}

const product = (b: Builder, coef: Q.Rational) => (factors: readonly Operand[], space: readonly Dim[], sums: readonly Dim[]): NodeId =>
  b.ein(coef, factors, space, sums);

/** A product of sums is the sum over the choices of one term each. */
function einForm(b: Builder, attr: EinAttr, args: readonly NodeId[], forms: Forms): readonly Placed[] | undefined {
  let choices: Placed[][] = [[]];
  for (const arg of args) {
    choices = choices.flatMap((chosen) => termsOf(b, arg, forms).map((term) => [...chosen, term]));
    if (choices.length > MOST_TERMS) return undefined;
  }
  return every(choices, (chosen) => {
    const labels = new Labels(b);
    const own = [...attr.shape, ...attr.sums].map((size) => labels.add(size));
    const uses = chosen.map((term, k) => ({ term, at: spread(attr.subs[k], own) }));
    const joined = join(b, labels, uses, own.slice(0, attr.shape.length).map(atLabel));
    return joined && (joined === 'zero' ? joined : place(joined, attr.shape, product(b, attr.coef)));
  });
}

const spread = (sub: Sub | undefined, own: readonly number[]): Position[] => (sub ?? []).map((l) => atLabel(own[l] ?? -1));

function addForm(b: Builder, attr: AddAttr, args: readonly NodeId[], forms: Forms): readonly Placed[] | undefined {
  const summands = args.map((id, k) => ({ id, coef: attr.coefs[k] ?? Q.ONE, sub: attr.subs[k] ?? [] }));
  const dense = summands.filter((s) => !forms.has(s.id));
  const whole = dense.length === 0 ? [] : [asItStands(b, b.add(dense, attr.shape))];
  const placed = summands.filter((s) => forms.has(s.id)).map(({ id, coef, sub }) => every(termsOf(b, id, forms), (term) => {
    const labels = new Labels(b);
    const own = attr.shape.map((size) => labels.add(size));
    const joined = join(b, labels, [{ term, at: spread(sub, own) }], own.map(atLabel));
    return joined && (joined === 'zero' ? joined : place(joined, attr.shape, product(b, coef)));
  }));
  return placed.every((p) => p !== undefined) ? [...whole, ...placed.flat()] : undefined;
}

/** where(c, x, y): each term under the condition read where the term stands. */
function selectionForm(b: Builder, attr: MapAttr, args: readonly NodeId[], forms: Forms): readonly Placed[] | undefined {
  const [condition = -1, ...branches] = args;
  const parts = branches.map((branch, k) => every(termsOf(b, branch, forms), (term) => {
    const labels = new Labels(b);
    const own = attr.shape.map((size) => labels.add(size));
    const uses = [{ term: asItStands(b, condition), at: spread(attr.subs[0], own) }, { term, at: spread(attr.subs[k + 1], own) }];
    const joined = join(b, labels, uses, own.map(atLabel));
    if (joined === undefined || joined === 'zero') return joined;
    return place(joined, attr.shape, ([c, v], space, sums) => {
      if (c === undefined || v === undefined || sums.length > 0) return undefined;
      const zero = { id: b.integer(0), sub: [] };
      return b.map(core.where, k === 0 ? [c, v, zero] : [c, zero, v], space);
    });
  }));
  return parts.every((p) => p !== undefined) ? parts.flat() : undefined;
}

function stackForm(b: Builder, args: readonly NodeId[], forms: Forms): readonly Placed[] {
  return args.flatMap((arg, k) => termsOf(b, arg, forms).map((term) => ({ ...term, index: [axisAt(String(k)), ...term.index] })));
}

/** All of them, without those that are zero; undefined when one has no form. */
function every<T>(items: readonly T[], change: (item: T) => Placed | 'zero' | undefined): Placed[] | undefined {
  const made: Placed[] = [];
  for (const item of items) {
    const next = change(item);
    if (next === undefined) return undefined;
    if (next !== 'zero') made.push(next);
  }
  return made;
}

// ---- like terms ---------------------------------------------------------------------------------------------

/** Terms at the same positions are one. */
export function mergeLikeTerms(b: Builder, terms: readonly Placed[]): readonly Placed[] {
  const byPlace = new Map<string, Placed>();
  for (const term of terms) {
    const key = placeKey(b, term);
    const same = byPlace.get(key);
    byPlace.set(key, same === undefined ? term : { ...same, value: b.sum([same.value, term.value], b.graph.shape(term.value)) });
  }
  return [...byPlace.values()].filter((t) => !b.isZero(t.value));
}

/** Equal for terms that stand at the same positions. */
function placeKey(b: Builder, term: Placed): string {
  const axes = term.index.map((axis) => (axis.kind === 'gather' ? `%${term.gathers[axis.arg - 1] ?? -1}[${axis.sub.join('.')}]` : axisKey(axis)));
  return `${axes.join(';')}|${b.graph.shape(term.value).join(',')}|${String(term.masked)}`;
}

