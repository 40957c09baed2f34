/**
 * A backward loop often starts by computing again what the forward loop had: its body reads the state at the
 * start of the step and repeats the step. Such values are kept: the forward loop appends them to its outputs,
 * the backward loop reads them as sequences. Never more than the forward loop computed anyway.
 */
import type { Builder } from '../ir/build.ts';
import { matrixKind } from '../ir/symmetry.ts';
import type { NodeId, ScanAttr } from '../ir/types.ts';
import { reachable, rebuild, substitute } from '../ir/walk.ts';
import { compact } from './compact.ts';

interface Loop {
  readonly id: NodeId;
  readonly attr: ScanAttr;
  readonly args: readonly NodeId[];
}

/** The roots with repeated work replaced by kept values, in the same order. */
export function keepIntermediates(b: Builder, roots: readonly NodeId[]): readonly NodeId[] {
  let current = roots;
  const done = new Set<string>();
  for (;;) {
    const pair = nextPair(b, current, done);
    if (pair === undefined) return current;
    done.add(`${pair.forward.id}|${pair.backward.id}`);
    current = keepFor(b, current, pair.forward, pair.backward) ?? current;
  }
}

function loopAt(b: Builder, id: NodeId): Loop | undefined {
  const attr = b.graph.attr(id);
  return attr.kind === 'scan' ? { id, attr, args: [...b.graph.args(id)] } : undefined;
}

/** A loop that reads another's states, not looked at yet. */
function nextPair(b: Builder, roots: readonly NodeId[], done: ReadonlySet<string>): { forward: Loop; backward: Loop } | undefined {
  for (const id of reachable(b.graph, roots)) {
    const backward = loopAt(b, id);
    if (backward === undefined) continue;
    const { carries, sequences } = backward.attr;
    for (const arg of backward.args.slice(carries, carries + sequences)) {
      const proj = b.graph.attr(arg);
      if (proj.kind !== 'proj' || proj.which !== 'in') continue;
      const forward = loopAt(b, b.graph.arg(arg, 0));
      if (forward !== undefined && forward.attr.length === backward.attr.length && !done.has(`${forward.id}|${id}`)) return { forward, backward };
    }
  }
  return undefined;
}

function keepFor(b: Builder, roots: readonly NodeId[], forward: Loop, backward: Loop): readonly NodeId[] | undefined {
  const known = new Set(reachable(b.graph, [...forward.attr.next, ...forward.attr.ys]));
  const same = translate(b, forward, backward);
  const wanted = frontier(b, backward, (node) => {
    const twin = same.get(node);
    return twin !== undefined && known.has(twin) && isWork(b, node);
  });
  if (wanted.length === 0) return undefined;
  const ys = [...forward.attr.ys];
  const place = wanted.map((node) => {
    const twin = same.get(node) ?? node;
    const at = ys.indexOf(twin);
    return at >= 0 ? at : ys.push(twin) - 1;
  });
  const longer = b.graph.intern({ ...forward.attr, ys }, forward.args);
  const args = substitute(b, backward.args, new Map([[forward.id, longer]]));
  return substitute(b, roots, new Map([[forward.id, longer], [backward.id, reading(b, backward, args, wanted, place.map((y) => b.proj(longer, 'ys', y)))]]));
}

/** The backward loop with the wanted values as further sequences. */
function reading(b: Builder, loop: Loop, args: readonly NodeId[], wanted: readonly NodeId[], kept: readonly NodeId[]): NodeId {
  const { carries, sequences, next, ys } = loop.attr;
  const params = new Map(wanted.map((node, k) => [node, b.param('sequence', sequences + k, b.graph.shape(node))]));
  const body = substitute(b, [...next, ...ys], params);
  const attr: ScanAttr = { ...loop.attr, sequences: sequences + kept.length, next: body.slice(0, next.length), ys: body.slice(next.length) };
  const split = carries + sequences;
  return compact(b, attr, args.slice(0, carries), [...args.slice(carries, split), ...kept], args.slice(split));
}

/** Nodes of the backward body in terms of the forward body, where they mean the same at every step. */
function translate(b: Builder, forward: Loop, backward: Loop): Map<NodeId, NodeId> {
  const same = new Map<NodeId, NodeId>();
  for (const id of reachable(b.graph, [...backward.attr.next, ...backward.attr.ys])) {
    const attr = b.graph.attr(id);
    if (attr.kind === 'param') {
      const twin = translateParam(b, forward, backward, id);
      if (twin !== undefined) same.set(id, twin);
      continue;
    }
    if (attr.kind === 'scan' || attr.kind === 'proj') continue;
    const args: NodeId[] = [];
    for (const arg of b.graph.args(id)) {
      const twin = same.get(arg);
      if (twin === undefined) break;
      args.push(twin);
    }
    if (args.length === b.graph.arity(id)) same.set(id, rebuild(b, attr, args));
  }
  return same;
}

function translateParam(b: Builder, forward: Loop, backward: Loop, id: NodeId): NodeId | undefined {
  const param = b.graph.attr(id);
  if (param.kind !== 'param') return undefined;
  if (param.role === 'step') return id;
  if (param.role === 'carry') return undefined;
  const offset = (loop: Loop): number => loop.attr.carries + (param.role === 'sequence' ? 0 : loop.attr.sequences);
  const arg = backward.args[offset(backward) + param.index] ?? -1;
  const own = forward.args.slice(offset(forward), param.role === 'sequence' ? offset(forward) + forward.attr.sequences : undefined).indexOf(arg);
  if (own >= 0) return b.param(param.role, own, param.shape, matrixKind(b, id, param.shape));
  const proj = b.graph.attr(arg);
  if (param.role !== 'sequence' || proj.kind !== 'proj' || b.graph.arg(arg, 0) !== forward.id) return undefined;
  return proj.which === 'in' ? b.param('carry', proj.index, param.shape) : proj.which === 'ys' ? forward.attr.ys[proj.index] : undefined;
}

/** Seen from the results of the loop, the first nodes that hold. */
function frontier(b: Builder, loop: Loop, holds: (node: NodeId) => boolean): NodeId[] {
  const found = new Set<NodeId>();
  const seen = new Set<NodeId>();
  const stack = [...loop.attr.next, ...loop.attr.ys];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    if (holds(node)) found.add(node);
    else stack.push(...b.graph.args(node));
  }
  return [...found].sort((x, y) => x - y);
}

/** Something was computed: not just named, moved or scaled. */
function isWork(b: Builder, id: NodeId): boolean {
  const attr = b.graph.attr(id);
  switch (attr.kind) {
    case 'map': case 'add': case 'red': case 'linalg': case 'call': case 'scat': return true;
    case 'ein': return attr.subs.length > 1 || attr.sums.length > 0;
    default: return false;
  }
}
