/**
 * Reverse mode over the DAG: one loop from the roots down visits each node once and creates a bounded number
 * of contributions per argument, so the cost is linear in the edges. All wanted adjoints come from one sweep.
 */
import type { Builder } from '../ir/build.ts';
import type { Dim } from '../ir/dim.ts';
import * as Q from '../ir/rational.ts';
import type { Attr, NodeId } from '../ir/types.ts';
import { dependents, reachable, substitute } from '../ir/walk.ts';
import { pullAdd, pullCall, pullEin, pullMap } from './elementwise.ts';
import { pullLinalg } from './linalg.ts';
import { pullScan } from './recurrence.ts';
import { restate } from './restate.ts';
import { pullReduction, pullScat, pullStack, pullView } from './structural.ts';
import { pullScalar } from './scalars.ts';
import { guardedParts, Sweep, type Refusal } from './sweep.ts';

export interface Seed {
  readonly root: NodeId;
  /** of shape [...seed axes, ...shape of root] */
  readonly adjoint: NodeId;
}

export interface Adjoints {
  /** per source, of shape [...seed axes, ...shape of source]; a structural zero where nothing depends on it */
  readonly adjoints: readonly NodeId[];
  /** primal nodes that should be used in place of others, so that the forward work is done once (scans that save more) */
  readonly replacements: ReadonlyMap<NodeId, NodeId>;
}

export type Refuse = (refusal: Refusal) => void;

/** VJP: adjoints of the sources for given adjoints of the roots. */
export function pullback(b: Builder, seeds: readonly Seed[], sources: readonly NodeId[], seedAxes: readonly Dim[], refuse: Refuse): Adjoints {
  const { roots, originals } = restate(b, seeds.map((s) => s.root), sources);
  const order = reachable(b.graph, roots);
  const varied = new Set(sources);
  const active = dependents(b.graph, order, varied);
  const sweep = new Sweep(b, seedAxes, active, varied, refuse);
  const replacements = new Map<NodeId, NodeId>();
  // by the number of the attribute
  const rules: string[] = [];
  roots.forEach((root, k) => sweep.contribute(root, seeds[k]?.adjoint ?? -1));
  for (let k = order.length - 1; k >= 0; k--) {
    const id = order[k];
    if (id === undefined || !active.has(id)) continue;
    const before = b.graph.size;
    const attr = b.graph.attr(id);
    pullNode(sweep, id, attr, replacements);
    if (b.graph.size > before) b.graph.noteRule(before, (rules[b.graph.attrOf(id)] ??= ruleName(attr)));
  }
  const found = sources.map((source) => sweep.adjoint(source) ?? b.zero(sweep.adjointShape(source)));
  const given = originals.size > 0 ? substitute(b, found, originals) : found;
  return { adjoints: replacements.size > 0 ? substitute(b, given, replacements) : given, replacements };
}

function pullNode(sweep: Sweep, id: NodeId, attr: Attr, replacements: Map<NodeId, NodeId>): void {
  if (attr.kind === 'scan') {
    pullScan(sweep, id, attr, replacements, pullback);
    return;
  }
  if (pullScalar(sweep, id, attr)) return;
  const g = sweep.adjoint(id);
  if (g === undefined) return;
  switch (attr.kind) {
    case 'map': for (const part of guardedParts(sweep.b, g)) pullMap(sweep, id, attr, part); return;
    case 'call': return pullCall(sweep, id, attr, g);
    case 'ein': for (const part of guardedParts(sweep.b, g)) pullEin(sweep, id, attr, part); return;
    case 'add': return pullAdd(sweep, id, attr, g);
    case 'red': return pullReduction(sweep, id, attr, g);
    case 'view': return pullView(sweep, id, attr, g);
    case 'scat': return pullScat(sweep, id, attr, g);
    case 'stack': return pullStack(sweep, id, attr, g);
    case 'linalg': return pullLinalg(sweep, id, attr, g);
    case 'proj': {
      const scan = sweep.b.graph.arg(id, 0);
      const list = sweep.projections.get(scan) ?? [];
      list.push({ which: attr.which, index: attr.index, adjoint: g });
      sweep.projections.set(scan, list);
      return;
    }
    // leaves have no arguments to pull to
    case 'leaf': case 'const': case 'dim': case 'iota': case 'delta': case 'param': return;
  }
}

/** The rule that a mathematician would name for this node. */
function ruleName(attr: Attr): string {
  switch (attr.kind) {
    case 'map': return `chain:${attr.op}`;
    case 'ein': return attr.sums.length > 0 ? 'contraction' : attr.subs.length > 1 ? 'product' : 'constant-multiple';
    case 'add': return 'sum';
    case 'red': return `reduction:${attr.op}`;
    case 'scan': return 'recurrence';
    case 'linalg': return `linear-algebra:${attr.op}`;
    case 'call': return 'chain:opaque';
    default: return attr.kind;
  }
}

/** ∂of/∂sources for a scalar `of`. */
export function gradient(b: Builder, of: NodeId, sources: readonly NodeId[], refuse: Refuse): Adjoints {
  return pullback(b, [{ root: of, adjoint: b.integer(1) }], sources, [], refuse);
}

/** ∂of/∂sources with shape [...shape(of), ...shape(source)]: the sweep seeded with Kronecker deltas. */
export function jacobian(b: Builder, of: NodeId, sources: readonly NodeId[], refuse: Refuse): Adjoints {
  const axes = b.graph.shape(of);
  const deltas = axes.map((axis, k) => ({ id: b.delta(axis), sub: [k, axes.length + k] }));
  const seed = b.ein(Q.ONE, deltas, [...axes, ...axes]);
  return pullback(b, [{ root: of, adjoint: seed }], sources, axes, refuse);
}
