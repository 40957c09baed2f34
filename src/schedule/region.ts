/** One straight piece of a program: the body of a function, or of a scan. */
import type { Builder } from '../ir/build.ts';
import { foldConstants } from '../ir/constants.ts';
import { isNegative, isOne, negate, ONE, type Rational } from '../ir/rational.ts';
import type { NodeId } from '../ir/types.ts';
import { reachable, useCounts } from '../ir/walk.ts';
import { access, identityPlace, isInline, type Binding, type Scope } from './access.ts';
import { noteTriangles } from './demand.ts';
import { Emitter, type ProgramDraft } from './draft.ts';
import { factorise } from './factorise.ts';
import { edgesOf, fuse } from './fuse.ts';
import { forgetIntermediates, isState, replayed } from './forget.ts';
import { keepIntermediates } from './keep.ts';
import { isMatrixProduct } from './matmul.ts';
import { makeInPlace } from './in-place.ts';
import { accessExpr, lowerTrees, type Lowering } from './lower.ts';
import type { MatrixFactor } from './plan.ts';
import { prepare, sizeHints, type SizeHint } from './prepare.ts';
import type { ScanResult, Stage } from './stage.ts';
import { buildStages, type RegionOutput } from './stages.ts';
import { placements } from './storage.ts';
import type { BufferId, Expr, Stmt } from './types.ts';
import { lowerWhole } from './whole.ts';

export interface RegionRequest {
  readonly b: Builder;
  readonly draft: ProgramDraft;
  readonly outputs: readonly RegionOutput[];
  readonly bindings: ReadonlyMap<NodeId, Binding>;
  readonly nameOf: (node: NodeId) => string | undefined;
  /** nesting depth of the region's first block */
  readonly base: number;
  /** of loops in this region, not of loops inside them */
  readonly checkpoints?: number | undefined;
  /** leaves that are symmetric positive definite matrices */
  readonly definite?: ReadonlySet<NodeId>;
  /** leaves that are factors of a matrix */
  readonly factors?: ReadonlyMap<NodeId, MatrixFactor>;
}

export interface Region {
  readonly statements: readonly Stmt[];
  /** the scalars of outputs without target, in the order of `outputs` */
  readonly values: readonly (Expr | undefined)[];
}

export function lowerRegion(request: RegionRequest): Region {
  const { b, draft } = request;
  const wanted = request.outputs.map((o) => o.node);
  const named = reachable(b.graph, wanted).filter((node) => request.nameOf(node) !== undefined);
  const { checkpoints } = request;
  const kept = checkpoints === undefined ? keepIntermediates(b, [...wanted, ...named]) : forgetIntermediates(b, [...wanted, ...named]);
  const given = kept.slice(0, wanted.length);
  const keptName = new Map(named.map((node, k) => [kept[wanted.length + k] ?? node, request.nameOf(node)]));
  const hint = sizeHints(b, given);
  const prepared = prepare(b, given, hint);
  const { roots, moved } = factorise(b, prepared.roots, request.definite ?? new Set());
  const outputs = request.outputs.map((o, k): RegionOutput => ({ ...o, node: roots[k] ?? o.node }));
  const nameOf = renamed(renamed((node) => keptName.get(node) ?? request.nameOf(node), prepared.moved), moved);
  const order = reachable(b.graph, roots);
  const scope = scopeOf(b, order, outputs, request.bindings, hint);

  const replays = checkpoints === undefined ? new Map<NodeId, NodeId>() : replayed(b, order);
  const { stages, byNode } = buildStages(b, scope, outputs, scanResults(b, order, roots, replays));
  noteTriangles(stages, byNode);
  const replaced = new Set(outputs.flatMap((o) => (o.overwrites && o.target !== undefined ? [o.target.buffer] : [])));
  const overwritten = (stage: Stage): BufferId | undefined =>
    (stage.target !== undefined && (replaced.has(stage.target.buffer) || draft.buffers[stage.target.buffer]?.use === 'input') ? stage.target.buffer : undefined);
  const edges = edgesOf(stages, (_, read) => (read.source.kind === 'stage' ? byNode.get(read.source.node) : undefined), overwritten);
  const trees = fuse(stages, edges, hint);

  const places = placements(trees, edges);
  makeInPlace(stages, edges, places, (stage) => overwritten(stage) === undefined);

  const emit = new Emitter(draft, request.base);
  const low: Lowering = {
    emit, places, homes: new Map(), byNode, loopLocal: new Map(), nameOf,
    whole: (l, stage) => lowerWhole(l, stage, { graph: b, lowerRegion, replays, slots: checkpoints ?? 0, factors: request.factors ?? new Map() }),
  };
  lowerTrees(low, trees);
  const values = outputs.map((o) => (o.target === undefined ? scalarOutput(low, scope, o.node) : undefined));
  return { statements: emit.blocks[0]?.statements ?? [], values };
}

/** Outputs are read where the region ends: outside all loops. */
function scalarOutput(low: Lowering, scope: Scope, node: NodeId): Expr {
  const reader: Stage = { index: -1, node, axes: [], shape: [], axisAt: [], combine: 'set', body: { kind: 'access', access: access(scope, node, []) }, reads: [] };
  const places = new Map(low.places).set(reader, { loops: [], shared: 0, reduces: 0 });
  return accessExpr({ ...low, places }, reader, access(scope, node, identityPlace(0)));
}

function renamed(nameOf: (node: NodeId) => string | undefined, moved: ReadonlyMap<NodeId, NodeId>): (node: NodeId) => string | undefined {
  const names = new Map<NodeId, string>();
  for (const [from, to] of moved) {
    const name = nameOf(from);
    if (name !== undefined && !names.has(to)) names.set(to, name);
  }
  return (node) => names.get(node) ?? nameOf(node);
}

function scopeOf(b: Builder, order: readonly NodeId[], outputs: readonly RegionOutput[], bindings: ReadonlyMap<NodeId, Binding>, hint: SizeHint): Scope {
  const roots = outputs.map((o) => o.node);
  const constants = foldConstants(b.graph, order);
  const scope: Scope = { graph: b.graph, bindings, uses: useCounts(b.graph, roots), constants: constants.values, constantFactors: constants.factors, stored: new Set(), absorbed: absorbedCoefficients(b, order, roots), hint };
  // a view of what is overwritten is copied out before
  const stored = new Set<NodeId>(outputs.filter((o) => o.overwrites && b.graph.shape(o.node).length > 0 && !bindings.has(o.node) && isInline(scope, o.node)).map((o) => o.node));
  for (const id of order) {
    for (const arg of b.graph.args(id)) {
      if (b.graph.shape(arg).length > 0 && !bindings.has(arg) && isInline(scope, arg) && needsArray(scope, id, arg)) stored.add(arg);
    }
  }
  return { ...scope, stored };
}

/** Whether a node wants an argument as an array: a kernel multiplies triangles with their zeros. */
function needsArray(scope: Scope, user: NodeId, arg: NodeId): boolean {
  const attr = scope.graph.attr(user);
  if (attr.kind === 'scan' || attr.kind === 'linalg') return true;
  return attr.kind === 'ein' && isMatrixProduct(attr, scope.hint) && access(scope, arg, identityPlace(scope.graph.shape(arg).length)).guards.length > 0;
}

function absorbedCoefficients(b: Builder, order: readonly NodeId[], roots: readonly NodeId[]): Map<NodeId, Rational> {
  const uses = useCounts(b.graph, roots);
  const absorbed = new Map<NodeId, Rational>();
  for (const id of order) {
    const attr = b.graph.attr(id);
    if (attr.kind !== 'add') continue;
    for (const [k, arg] of [...b.graph.args(id)].entries()) {
      const signed = attr.coefs[k] ?? ONE;
      const coef = isNegative(signed) ? negate(signed) : signed;
      const product = b.graph.attr(arg);
      if (isOne(coef) || product.kind !== 'ein' || uses.get(arg) !== 1) continue;
      const labels = product.shape.length + product.sums.length;
      if (product.subs.length > 1 && product.subs.some((sub) => new Set(sub).size < labels)) absorbed.set(arg, coef);
    }
  }
  return absorbed;
}

function scanResults(b: Builder, order: readonly NodeId[], roots: readonly NodeId[], replays: ReadonlyMap<NodeId, NodeId>): Map<NodeId, ScanResult[]> {
  const results = new Map<NodeId, ScanResult[]>();
  // the states that a replaying loop reads are made again, not kept
  const read = new Set([...roots, ...order.flatMap((id) => [...b.graph.args(id)].filter((arg) => !isState(b, arg) || replays.get(id) !== b.graph.arg(arg, 0)))]);
  for (const id of order) {
    const attr = b.graph.attr(id);
    if (attr.kind !== 'proj' || (isState(b, id) && !read.has(id))) continue;
    const scan = b.graph.arg(id, 0);
    results.set(scan, [...(results.get(scan) ?? []), { node: id, which: attr.which, index: attr.index }]);
  }
  return results;
}
