/**
 * What depends on data alone is computed once, by `prepare`: sums and contractions over data, functions of it that take
 * longer to make than to read. The functions get the values as leaves of the graph.
 */
import type { Builder } from '../ir/build.ts';
import { constantDim, readDim, type Dim } from '../ir/dim.ts';
import { isInteger } from '../ir/rational.ts';
import type { Attr, LinalgAttr, NodeId } from '../ir/types.ts';
import { reachable, substitute } from '../ir/walk.ts';
import { core } from '../ops/core.ts';
import { rowOf } from '../ops/table.ts';
import { everyFunction, withOutputs, type EmitPlan, type PreparedValue } from '../schedule/plan.ts';
import { sizeHints } from '../schedule/prepare.ts';
import { fixedNodes } from './fixed.ts';
import { definiteLeaves, factorisedOverData, factorOf, formulaOf } from './factors.ts';

/** The plan without what is not worth it: `varying` are inputs that change from call to call, `text` prints a formula. */
export function withPrepared(plan: EmitPlan, varying: ReadonlySet<NodeId>, text: (node: NodeId) => string): EmitPlan {
  const { b } = plan;
  // what finds a pattern runs before anything is prepared
  const marking = new Set(plan.functions.flatMap((f) => f.matrices).flatMap((m) => m.seeded?.reach ?? []));
  const all = everyFunction(plan).filter((f) => !marking.has(f));
  const outputs = all.flatMap((f) => f.outputs);
  const marks = new Set([...marking].flatMap((f) => f.outputs));
  const functions = [...all.map((f) => f.outputs.map((o) => o.node)), plan.updates.map((u) => u.node)];
  const settled = factorisedOverData(b, functions.flat(), varying, definiteLeaves(plan));
  const movedTo = (id: NodeId): NodeId => settled.get(id) ?? id;
  const chosen = chosenNodes(b, functions.map((nodes) => nodes.map(movedTo)), varying);
  if (chosen.length === 0) return plan;
  const resultNames = new Map(outputs.map((o) => [movedTo(o.node), `${o.quantity}_${o.name}`]));
  const named = new Map([...plan.names].map(([id, name]) => [movedTo(id), name]));
  // as it was asked for, not as it is computed
  const asked = new Map([...settled].reverse().map(([from, to]) => [to, from]));
  const names = distinct(chosen.map((node) => named.get(node) ?? resultNames.get(node) ?? nounOf(b.graph.attr(asked.get(node) ?? node))));
  const prepared = chosen.map((node, k): PreparedValue => {
    const name = names[k] ?? '';
    const factor = factorOf(b, node);
    return { name, node, leaf: b.placeholder(b.graph.shape(node)), formula: formulaOf(b, asked.get(node) ?? node, text), ...(factor !== undefined && { factor }) };
  });
  const leaves = new Map(prepared.map((p) => [p.node, p.leaf]));
  const before = [...functions.flat(), ...plan.names.keys()];
  const after = substitute(b, before.map(movedTo), leaves);
  const moved = new Map(before.map((id, k) => [id, after[k] ?? id]));
  const scheduled = (id: NodeId): { scheduled?: NodeId } => { const to = moved.get(id); return to === undefined || to === id ? {} : { scheduled: to }; };
  const renamed = [...plan.names].flatMap(([id, name]): [NodeId, string][] => { const to = moved.get(id) ?? id; return b.graph.attr(to).kind === 'leaf' ? [] : [[to, name]]; });
  return {
    ...plan, prepared,
    names: new Map([...renamed, ...plan.names]),
    functions: plan.functions.map((f) => withOutputs(f, (o) => (marks.has(o) ? o : { ...o, ...scheduled(o.node) }))),
    updates: plan.updates.map((u) => ({ ...u, ...scheduled(u.node) })),
  };
}

/** Names of the model stay, others are numbered. */
export function distinct(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((wanted) => {
    let name = wanted;
    for (let k = 2; taken.has(name); k++) name = `${wanted}${k}`;
    taken.add(name);
    return name;
  });
}

export function nounOf(attr: Attr): string {
  switch (attr.kind) {
    case 'ein': return attr.subs.length > 1 ? 'product' : 'sum';
    case 'red': return attr.op === 'max' ? 'largest' : attr.op === 'min' ? 'least' : attr.op === 'prod' ? 'product' : attr.op;
    case 'linalg': return attr.shape.length === 0 ? 'determinant' : attr.op === 'chol' || attr.op === 'lu' ? 'factors' : attr.op.endsWith('inv') ? 'inverse' : 'solution';
    case 'proj': return attr.which === 'in' ? 'states' : 'record';
    default: return 'term';
  }
}

// ---- what is worth it -----------------------------------------------------------------------------

/** A function that the platform computes takes about as long as this many sums and products. */
const FUNCTION_COST = 8;
/** What must be saved, in operations, and as a share of a function. */
const LEAST = 32;
const SHARE = 0.1;

/** What is known of a node that depends on data alone. */
interface Estimate {
  /** elements, at probable sizes */
  readonly size: number;
  /** operations for one element that is made from stored values */
  readonly each: number;
  /** elements of the reductions that it is made from */
  readonly reduced: number;
  readonly worth: boolean;
}

/** The largest nodes that are worth it, in the order of the graph. `functions` are the results of each function. */
function chosenNodes(b: Builder, functions: readonly (readonly NodeId[])[], varying: ReadonlySet<NodeId>): NodeId[] {
  const { graph } = b;
  const roots = functions.flat();
  const order = reachable(graph, roots);
  const fixed = fixedNodes(b, order, varying);
  if (fixed.size === 0) return [];
  const hint = sizeHints(b, roots);
  const sizeOf: SizeOf = (shape) => shape.reduce((n, d) => n * (constantDim(d) ?? hint(readDim(d).base ?? '')), 1);
  const room = largestArray(b, order, roots, sizeOf);
  const estimates = new Map<NodeId, Estimate>();
  for (const id of order) if (fixed.has(id)) estimates.set(id, estimate(b, id, estimates, sizeOf, room));
  const chosen = new Set<NodeId>();
  const wanted = new Set(roots);
  for (const id of [...order].reverse()) {
    if (!wanted.has(id)) continue;
    if (estimates.get(id)?.worth === true) chosen.add(id);
    else for (const arg of graph.args(id)) wanted.add(arg);
  }
  return chosen.size === 0 ? [] : felt(b, functions, [...chosen].sort((x, y) => x - y), sizeOf);
}

export type SizeOf = (shape: readonly Dim[]) => number;

/** Those that would be at least a tenth of what some function has left to do. */
function felt(b: Builder, functions: readonly (readonly NodeId[])[], chosen: readonly NodeId[], sizeOf: SizeOf): NodeId[] {
  const { graph } = b;
  const work = (ids: Iterable<NodeId>): number => { let sum = 0; for (const id of ids) sum += ownWork(b, id, sizeOf); return sum; };
  const stop = new Set(chosen);
  const left = functions.map((outputs) => {
    const reached = new Set(outputs);
    for (const id of reachable(graph, outputs).toReversed()) if (reached.has(id) && !stop.has(id)) for (const arg of graph.args(id)) reached.add(arg);
    const used = new Set(chosen.filter((id) => reached.has(id)));
    return { used, work: work([...reached].filter((id) => !used.has(id))) };
  });
  return chosen.filter((id) => {
    const saved = work(reachable(graph, [id]));
    return left.some((f) => f.used.has(id) && saved >= SHARE * (saved + f.work));
  });
}

/** Operations of a node itself. */
function ownWork(b: Builder, id: NodeId, sizeOf: SizeOf): number {
  const attr = b.graph.attr(id);
  switch (attr.kind) {
    case 'linalg': return linalgSteps(b, id, attr, sizeOf);
    case 'scan': return sizeOf([attr.length]) * reachable(b.graph, [...attr.next, ...attr.ys]).reduce((sum, n) => sum + ownWork(b, n, sizeOf), 0);
    case 'leaf': case 'const': case 'dim': case 'iota': case 'delta': case 'param': case 'view': case 'proj': case 'stack': return 0;
    default: return (reducedOver(b, id, attr, sizeOf) ?? sizeOf(attr.shape)) * Math.max(ownCost(b, id, attr), 'subs' in attr ? attr.subs.length : 1);
  }
}

/** The largest array that there is anyway: an input, a result, a matrix that is factorised. */
export function largestArray(b: Builder, order: readonly NodeId[], roots: readonly NodeId[], sizeOf: SizeOf): number {
  const { graph } = b;
  const arrays = order.filter((id) => graph.attr(id).kind === 'leaf' || graph.attr(id).kind === 'linalg');
  return [...arrays, ...roots].reduce((most, id) => Math.max(most, sizeOf(graph.shape(id))), 1);
}

function estimate(b: Builder, id: NodeId, known: ReadonlyMap<NodeId, Estimate>, sizeOf: SizeOf, room: number): Estimate {
  const { graph } = b;
  const attr = graph.attr(id);
  const size = sizeOf(attr.shape);
  const below = [...graph.args(id)].flatMap((arg) => known.get(arg) ?? []);
  const each = below.reduce((n, e) => n + e.each, ownCost(b, id, attr));
  const steps = reducedOver(b, id, attr, sizeOf);
  if (steps !== undefined) {
    const worth = attr.kind !== 'scan' && size <= room && steps > size && steps * Math.max(each, 1) >= LEAST;
    // a reduction that is not kept is made again with what is made of it
    return { size, each: worth ? 0 : (steps / size) * Math.max(each, 1), reduced: worth ? size : 0, worth };
  }
  const reduced = below.reduce((n, e) => n + e.reduced, 0);
  const dear = size * each >= LEAST && each >= FUNCTION_COST;
  const worth = size <= room && attr.kind !== 'leaf' && attr.kind !== 'view' && (dear || (reduced > 0 && size <= reduced));
  return { size, each, reduced, worth };
}

/** What one element takes besides sums and products of what is read. */
function ownCost(b: Builder, id: NodeId, attr: Attr): number {
  if (readsAcross(attr)) return FUNCTION_COST;
  if (attr.kind !== 'map' || CHEAP.has(attr.op)) return 0;
  const row = rowOf(attr.op);
  const exponent = attr.op === core.pow ? b.constantOf(b.graph.arg(id, 1)) : undefined;
  return row.kind !== 'primitive' || (exponent !== undefined && isInteger(exponent)) ? 0 : FUNCTION_COST * row.cost;
}

/** A[i, j] + A[j, i]: an array read along its rows and another across them waits for memory longer than it computes. */
function readsAcross(attr: Attr): boolean {
  if (attr.kind !== 'add') return false;
  const matrices = attr.subs.filter((sub) => sub.length > 1);
  return matrices.some((sub) => sub.some((label, k) => label < (sub[k - 1] ?? 0))) && matrices.length > 1;
}

/** Selections and comparisons take no longer than a product. */
const CHEAP: ReadonlySet<string> = new Set(['where', 'eq', 'gt', 'lt', 'ge', 'le', 'and', 'or', 'not', 'max', 'min', 'abs', 'floor', 'ceil', 'round', 'sign', 'mod']);

/** How many elements a reduction goes through; undefined for what is made element by element. */
function reducedOver(b: Builder, id: NodeId, attr: Attr, sizeOf: SizeOf): number | undefined {
  const { graph } = b;
  switch (attr.kind) {
    case 'ein': {
      // a label that no argument has is a factor, and one of a selection is not gone through
      const labels = new Set(attr.subs.flat());
      const found = new Set(attr.subs.flatMap((sub, k) => (selects(b, graph.arg(id, k)) ? sub : [])));
      const sums = attr.sums.filter((_, k) => labels.has(attr.shape.length + k) && !found.has(attr.shape.length + k));
      return sums.length === 0 ? undefined : sizeOf([...attr.shape, ...sums]);
    }
    case 'linalg': return linalgSteps(b, id, attr, sizeOf);
    case 'red': case 'scat': return sizeOf(graph.shape(graph.arg(id, 0)));
    case 'scan': return sizeOf([attr.length]) * (1 + attr.next.length + attr.ys.length);
    case 'proj': {
      const scan = graph.attr(graph.arg(id, 0));
      return scan.kind === 'scan' ? sizeOf([...attr.shape, scan.length]) * (1 + scan.next.length) : undefined;
    }
    default: return undefined;
  }
}

/** A factorisation or an inverse takes n³ steps, a solution n² for each right side, a determinant of factors n. */
function linalgSteps(b: Builder, id: NodeId, attr: LinalgAttr, sizeOf: SizeOf): number {
  return sizeOf([...attr.shape, b.graph.shape(b.graph.arg(id, 0))[0] ?? '1']);
}

/** Mostly zero: what it multiplies is looked up, not summed. */
function selects(b: Builder, id: NodeId): boolean {
  let at = id;
  let attr = b.graph.attr(at);
  for (; attr.kind === 'view' && !attr.masked; attr = b.graph.attr(at)) at = b.graph.arg(at, 0);
  return attr.kind === 'view' || attr.kind === 'delta' || attr.kind === 'scat' || (attr.kind === 'map' && (attr.op === core.where || attr.op === core.eq));
}
