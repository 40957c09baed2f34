/**
 * Selections by position: `if j < i then x[i, j] else 0` is x seen through a condition on the place, so that the mask
 * is no array and a loop need not visit what is left out.
 */
import type { Graph } from '../ir/graph.ts';
import type { MapAttr, NodeId } from '../ir/types.ts';
import { core } from '../ops/core.ts';
import { addPoly, dimPoly, integerPoly, scalePoly, ZERO, type Poly } from './poly.ts';
import type { Guard, Position } from './stage.ts';

/** Σ coef·label + offset, in the labels of a node. */
interface Linear {
  readonly terms: ReadonlyMap<number, number>;
  readonly offset: Poly;
}

/** What a selection keeps and where; `least` ≥ 0 is the condition, in the labels of the selection. */
interface PositionSelection {
  /** the argument that is not zero */
  readonly kept: number;
  readonly least: Linear;
}

/** The selection that a node is; undefined where the condition is more than a comparison of positions, or neither branch is zero. */
export function positionSelection(graph: Graph, id: NodeId): PositionSelection | undefined {
  const attr = graph.attr(id);
  if (attr.kind !== 'map' || attr.op !== core.where) return undefined;
  const [zeroThen, zeroElse] = [1, 2].map((k) => isZero(graph, graph.arg(id, k)));
  const condition = graph.attr(graph.arg(id, 0));
  if (zeroThen === zeroElse || condition.kind !== 'map') return undefined;
  const holds = comparison(graph, graph.arg(id, 0), condition);
  if (holds === undefined) return undefined;
  // not 0 ≤ p is 0 ≤ -1 - p
  const least = zeroElse === true ? holds : combined([[-1, holds], [-1, { terms: new Map(), offset: integerPoly(1) }]]);
  const labels = attr.subs[0] ?? [];
  return { kept: zeroElse === true ? 1 : 2, least: { ...least, terms: new Map([...least.terms].map(([label, coef]) => [labels[label] ?? -1, coef])) } };
}

/** The condition where the labels of the selection are at these places; undefined where one of them is read from an array. */
export function guardAt({ least }: PositionSelection, place: readonly Position[]): Guard | undefined {
  let { offset } = least;
  const terms = new Map<number, number>();
  for (const [label, coef] of least.terms) {
    const position = place[label];
    if (position?.kind !== 'affine') return undefined;
    for (const t of position.terms) terms.set(t.axis, (terms.get(t.axis) ?? 0) + coef * t.coef);
    offset = addPoly(offset, scalePoly(position.offset, coef));
  }
  return { position: { kind: 'affine', terms: [...terms].map(([axis, coef]) => ({ axis, coef })).filter((t) => t.coef !== 0), offset }, low: true, high: undefined };
}

function isZero(graph: Graph, id: NodeId): boolean {
  const attr = graph.attr(id);
  return attr.kind === 'const' && attr.value.kind === 'rational' && attr.value.value.num === 0n;
}

/** What must not be negative for a comparison of positions to hold. */
function comparison(graph: Graph, id: NodeId, attr: MapAttr): Linear | undefined {
  const strict = attr.op === core.lt || attr.op === core.gt;
  if (!strict && attr.op !== core.le && attr.op !== core.ge) return undefined;
  const [left, right] = attr.subs.map((sub, k) => linear(graph, graph.arg(id, k), sub));
  if (left === undefined || right === undefined) return undefined;
  const rises = attr.op === core.lt || attr.op === core.le;
  const [low, high] = rises ? [left, right] : [right, left];
  const least = combined([[1, high], [-1, low], [-1, { terms: new Map(), offset: integerPoly(strict ? 1 : 0) }]]);
  return least.terms.size === 0 ? undefined : least;
}

/** Sums inside sums that are looked into: i - 1 of i + 1. */
const NESTED = 3;

/** A node that is a position, or a sum of positions, integers and sizes. */
function linear(graph: Graph, id: NodeId, sub: readonly number[], nested = NESTED): Linear | undefined {
  const attr = graph.attr(id);
  if (attr.kind !== 'add' || nested === 0) return positionTerm(graph, id, sub);
  const parts: (readonly [number, Linear])[] = [];
  for (const [k, own] of attr.subs.entries()) {
    const part = linear(graph, graph.arg(id, k), own.map((label) => sub[label] ?? -1), nested - 1);
    const coef = attr.coefs[k];
    if (part === undefined || coef?.den !== 1n) return undefined;
    parts.push([Number(coef.num), part]);
  }
  return combined(parts);
}

function positionTerm(graph: Graph, id: NodeId, sub: readonly number[]): Linear | undefined {
  const attr = graph.attr(id);
  switch (attr.kind) {
    case 'iota': return { terms: new Map([[sub[0] ?? -1, 1]]), offset: ZERO };
    case 'dim': return { terms: new Map(), offset: dimPoly(attr.dim) };
    case 'const': return attr.value.kind === 'rational' && attr.value.value.den === 1n ? { terms: new Map(), offset: integerPoly(Number(attr.value.value.num)) } : undefined;
    default: return undefined;
  }
}

function combined(parts: readonly (readonly [number, Linear])[]): Linear {
  const terms = new Map<number, number>();
  for (const [factor, part] of parts) for (const [label, coef] of part.terms) terms.set(label, (terms.get(label) ?? 0) + factor * coef);
  return { terms: new Map([...terms].filter(([, coef]) => coef !== 0)), offset: addPoly(...parts.map(([factor, part]) => scalePoly(part.offset, factor))) };
}
