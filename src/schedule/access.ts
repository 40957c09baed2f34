/**
 * From a node and a place in it to where its scalar is found. Views, transpositions, scalings, identities
 * and constants cost no storage: they change the place or become arithmetic.
 */
import { InternalError, invariant } from '../diagnostics/internal.ts';
import { constantValue } from '../ir/constants.ts';
import { dimDifference, readDim, type Dim } from '../ir/dim.ts';
import type { Graph } from '../ir/graph.ts';
import * as Q from '../ir/rational.ts';
import type { Rational } from '../ir/rational.ts';
import type { AxisIndex, NodeId, Sub } from '../ir/types.ts';
import type { SizeHint } from './prepare.ts';
import { addPoly, dimPoly, scalePoly, ZERO, type Poly } from './poly.ts';
import { guardAt, positionSelection } from './triangles.ts';
import { axisPosition, fixedPosition, plainAxis, type Access, type Guard, type Item, type Position, type Read } from './stage.ts';
import type { BufferId, Expr } from './types.ts';

/** What a leaf or a scan parameter stands for in a region. */
export type Binding =
  | { readonly kind: 'buffer'; readonly buffer: BufferId; readonly lead: readonly Poly[] }
  | { readonly kind: 'value'; readonly value: Expr }
  | { readonly kind: 'position'; readonly poly: Poly };

export interface Scope {
  readonly graph: Graph;
  readonly bindings: ReadonlyMap<NodeId, Binding>;
  /** how often a node is used: a scaling is repeated only for a single user */
  readonly uses: ReadonlyMap<NodeId, number>;
  /** scalars known at compile time */
  readonly constants: ReadonlyMap<NodeId, number>;
  /** what the constant factors of a product make with its coefficient, to be rounded once */
  readonly constantFactors: ReadonlyMap<NodeId, number>;
  /** nodes that must be whole arrays in memory: arguments of scans and of dense kernels */
  readonly stored: ReadonlySet<NodeId>;
  /** products that take the coefficient of the sum that alone uses them: it is cheapest at their least varying factor */
  readonly absorbed: ReadonlyMap<NodeId, Rational>;
  readonly hint: SizeHint;
}

/** Whether a node is only a way to look at its argument. */
export function isInline(scope: Scope, id: NodeId): boolean {
  if (scope.bindings.has(id) || scope.constants.has(id)) return true;
  if (scope.stored.has(id)) return false;
  const attr = scope.graph.attr(id);
  switch (attr.kind) {
    case 'const': case 'dim': case 'iota': case 'delta': case 'view': case 'leaf': case 'param': return true;
    case 'ein': {
      if (attr.sums.length > 0 || attr.subs.length > 1) return false;
      const scaled = attr.subs.length === 1 && !Q.isOne(attr.coef) && !Q.isOne(Q.negate(attr.coef));
      return !scaled || (scope.uses.get(id) ?? 0) <= 1;
    }
    case 'map': return positionSelection(scope.graph, id) !== undefined;
    default: return false;
  }
}

/** The scalar of `node` at a place. */
export function access(scope: Scope, node: NodeId, at: readonly Position[]): Access {
  const { graph } = scope;
  let id = node;
  let place = at;
  let scale: Rational = Q.ONE;
  const guards: Guard[] = [];
  const found = (item: Item): Access => ({ item, scale, guards });
  for (;;) {
    const constant = scope.constants.get(id);
    if (constant !== undefined) return found({ kind: 'constant', value: constant });
    const binding = scope.bindings.get(id);
    if (binding !== undefined) return found(bound(binding, place));
    if (!isInline(scope, id)) return found({ kind: 'read', read: { source: { kind: 'stage', node: id }, at: place } });
    const attr = graph.attr(id);
    switch (attr.kind) {
      case 'const': return found({ kind: 'constant', value: constantValue(attr.value) });
      case 'dim': return found({ kind: 'position', position: fixedPosition(dimPoly(attr.dim)) });
      case 'iota': return found({ kind: 'position', position: place[0] ?? fixedPosition(ZERO) });
      case 'delta': {
        const [left = fixedPosition(ZERO), right = fixedPosition(ZERO)] = place;
        return found({ kind: 'equal', left, right });
      }
      case 'ein': {
        scale = Q.multiply(scale, attr.coef);
        const [sub] = attr.subs;
        if (sub === undefined) return found({ kind: 'constant', value: 1 });
        place = pick(place, sub);
        id = graph.arg(id, 0);
        break;
      }
      case 'view': {
        const arg = graph.arg(id, 0);
        const labels = attr.shape;
        const outer = place;
        place = attr.index.map((axis) => through(scope, id, axis, outer));
        if (attr.masked) attr.index.forEach((axis, k) => guards.push(...guardsOf(axis, place[k], graph.shape(arg)[k] ?? '0', labels)));
        id = arg;
        break;
      }
      case 'map': {
        const selection = positionSelection(graph, id);
        const guard = selection === undefined ? undefined : guardAt(selection, place);
        if (selection === undefined || guard === undefined) return found({ kind: 'read', read: { source: { kind: 'stage', node: id }, at: place } });
        guards.push(guard);
        place = pick(place, attr.subs[selection.kept] ?? []);
        id = graph.arg(id, selection.kept);
        break;
      }
      default: throw new InternalError('schedule', `%${id} (${attr.kind}) has no binding`);
    }
  }
}

/** The place that the labels of an index string name. */
export function pick(place: readonly Position[], sub: Sub): Position[] {
  return sub.map((label) => {
    const position = place[label];
    invariant(position, 'schedule', `label ${label} has no position`);
    return position;
  });
}

function bound(binding: Binding, place: readonly Position[]): Item {
  switch (binding.kind) {
    case 'position': return { kind: 'position', position: fixedPosition(binding.poly) };
    case 'value': return { kind: 'read', read: { source: binding, at: [] } };
    case 'buffer': return { kind: 'read', read: { source: { kind: 'buffer', buffer: binding.buffer }, at: [...binding.lead.map(fixedPosition), ...place] } };
  }
}

/** The position that an axis of a view reads, in terms of the places of its labels. */
export function through(scope: Scope, view: NodeId, axis: AxisIndex, place: readonly Position[]): Position {
  if (axis.kind === 'gather') {
    const positions = access(scope, scope.graph.arg(view, axis.arg), pick(place, axis.sub));
    return positionOf(positions.item);
  }
  let offset: Poly = dimPoly(axis.offset);
  const terms = new Map<number, number>();
  for (const { label, coef } of axis.terms) {
    const inner = place[label];
    invariant(inner, 'schedule', `label ${label} has no position`);
    // an index array walked plainly: a[idx[i]] through a further view
    if (inner.kind === 'gather') {
      invariant(coef === 1 && axis.terms.length === 1 && offset.length === 0, 'schedule', 'arithmetic on a gathered position');
      return inner;
    }
    for (const t of inner.terms) terms.set(t.axis, (terms.get(t.axis) ?? 0) + coef * t.coef);
    offset = addPoly(offset, scalePoly(inner.offset, coef));
  }
  return { kind: 'affine', terms: [...terms].map(([a, coef]) => ({ axis: a, coef })).filter((t) => t.coef !== 0), offset };
}

function positionOf(found: Item): Position {
  switch (found.kind) {
    case 'constant': return fixedPosition(found.value === 0 ? ZERO : [{ coef: found.value, sizes: [], locals: [] }]);
    case 'position': return found.position;
    case 'read': return { kind: 'gather', read: found.read };
    case 'equal': throw new InternalError('schedule', 'an identity matrix used as positions');
  }
}

/** What must be tested for a masked axis; bounds that always hold are left out. */
export function guardsOf(axis: AxisIndex, position: Position | undefined, size: Dim, labels: readonly Dim[]): Guard[] {
  if (position === undefined || axis.kind === 'gather') return [];
  const offset = readDim(axis.offset);
  const low = offset.base !== undefined || offset.offset < 0 || axis.terms.some((t) => t.coef < 0);
  const [term] = axis.terms;
  const extent = term !== undefined && axis.terms.length === 1 && term.coef === 1 && offset.base === undefined ? labels[term.label] : undefined;
  const slack = extent === undefined ? undefined : dimDifference(size, extent);
  const high = slack === undefined || slack < offset.offset;
  return low || high ? [{ position, low, high: high ? dimPoly(size) : undefined }] : [];
}

/** The stages that an access reads, index arrays included. */
export function readsOf(found: Access): Read[] {
  const reads: Read[] = [];
  const visit = (position: Position): void => {
    if (position.kind === 'gather') addRead(position.read);
  };
  const addRead = (read: Read): void => {
    reads.push(read);
    read.at.forEach(visit);
  };
  const { item } = found;
  if (item.kind === 'read') addRead(item.read);
  else if (item.kind === 'position') visit(item.position);
  else if (item.kind === 'equal') [item.left, item.right].forEach(visit);
  found.guards.forEach((g) => visit(g.position));
  return reads;
}

export const identityPlace = (rank: number): Position[] => Array.from({ length: rank }, (_, k) => axisPosition(k));

/** The whole of an array or scalar, when the access is nothing but that. */
export function plainRead(found: Access, rank: number): Read | undefined {
  if (found.item.kind !== 'read' || !Q.isOne(found.scale) || found.guards.length > 0) return undefined;
  const { at } = found.item.read;
  const lead = at.length - rank;
  // a leading position may be fixed in an array that is there already: a row of it is contiguous
  if (lead > 0 && found.item.read.source.kind === 'stage') return undefined;
  const plain = at.every((p, k) => (k < lead ? p.kind === 'affine' && p.terms.length === 0 : plainAxis(p) === k - lead));
  return plain ? found.item.read : undefined;
}
