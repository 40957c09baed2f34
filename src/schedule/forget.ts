/**
 * The opposite of `keep.ts`, for loops under a bound on memory: what a backward loop reads of a forward loop's outputs
 * is computed again from the state at the start of the step. Only the states are then needed, and `replay.ts` keeps a
 * few of them.
 */
import type { Builder } from '../ir/build.ts';
import { matrixKind } from '../ir/symmetry.ts';
import type { NodeId, ScanAttr } from '../ir/types.ts';
import { reachable, substitute } from '../ir/walk.ts';
import { compact } from './compact.ts';

/** The states at the start of every step. */
export function isState(b: Builder, id: NodeId): boolean {
  const attr = b.graph.attr(id);
  return attr.kind === 'proj' && attr.which === 'in';
}

/** Backward loops with the forward loop whose states they read, when that is one. */
export function replayed(b: Builder, order: readonly NodeId[]): Map<NodeId, NodeId> {
  const pairs = new Map<NodeId, NodeId>();
  for (const id of order) {
    const attr = b.graph.attr(id);
    if (attr.kind !== 'scan' || attr.direction !== 'backward') continue;
    const loops = new Set(sequencesOf(b, id, attr).filter((arg) => isState(b, arg)).map((arg) => b.graph.arg(arg, 0)));
    const [loop] = loops;
    if (loops.size !== 1 || loop === undefined || !opposite(b, attr, loop)) continue;
    pairs.set(id, loop);
  }
  return pairs;
}

function opposite(b: Builder, attr: ScanAttr, loop: NodeId): boolean {
  const other = b.graph.attr(loop);
  return other.kind === 'scan' && other.direction === 'forward' && other.length === attr.length;
}

const sequencesOf = (b: Builder, id: NodeId, attr: ScanAttr): NodeId[] => [...b.graph.args(id)].slice(attr.carries, attr.carries + attr.sequences);

/** The roots with what can be computed again no longer read. */
export function forgetIntermediates(b: Builder, roots: readonly NodeId[]): readonly NodeId[] {
  let current = roots;
  const done = new Set<NodeId>();
  for (;;) {
    const found = reachable(b.graph, current).find((id) => !done.has(id) && forgettable(b, id).length > 0);
    if (found === undefined) return current;
    const next = recomputing(b, found);
    done.add(found).add(next);
    current = substitute(b, current, new Map([[found, next]]));
  }
}

/** Sequences of a backward loop that are outputs of a forward loop. */
function forgettable(b: Builder, id: NodeId): { readonly position: number; readonly loop: NodeId; readonly output: number }[] {
  const attr = b.graph.attr(id);
  if (attr.kind !== 'scan' || attr.direction !== 'backward') return [];
  return sequencesOf(b, id, attr).flatMap((arg, position) => {
    const proj = b.graph.attr(arg);
    if (proj.kind !== 'proj' || proj.which !== 'ys') return [];
    const loop = b.graph.arg(arg, 0);
    return opposite(b, attr, loop) ? [{ position, loop, output: proj.index }] : [];
  });
}

/** The loop with those sequences replaced by the forward body, over further sequences and captures. */
function recomputing(b: Builder, id: NodeId): NodeId {
  const attr = b.graph.attr(id);
  if (attr.kind !== 'scan') throw new TypeError(`%${id} is not a scan`);
  const args = [...b.graph.args(id)];
  const inits = args.slice(0, attr.carries);
  const sequences = args.slice(attr.carries, attr.carries + attr.sequences);
  const captures = args.slice(attr.carries + attr.sequences);
  const place = (list: NodeId[], arg: NodeId): number => (list.includes(arg) ? list.indexOf(arg) : list.push(arg) - 1);
  const replacement = new Map<NodeId, NodeId>();
  for (const { position, loop, output } of forgettable(b, id)) {
    const other = b.graph.attr(loop);
    if (other.kind !== 'scan') continue;
    const otherArgs = [...b.graph.args(loop)];
    const root = other.ys[output] ?? -1;
    const params = new Map<NodeId, NodeId>();
    for (const node of reachable(b.graph, [root])) {
      const param = b.graph.attr(node);
      if (param.kind !== 'param' || param.role === 'step') continue;
      const kind = matrixKind(b, node, param.shape);
      if (param.role === 'carry') params.set(node, b.param('sequence', place(sequences, b.proj(loop, 'in', param.index)), param.shape));
      else if (param.role === 'sequence') params.set(node, b.param('sequence', place(sequences, otherArgs[other.carries + param.index] ?? -1), param.shape, kind));
      else params.set(node, b.param('capture', place(captures, otherArgs[other.carries + other.sequences + param.index] ?? -1), param.shape, kind));
    }
    const [again = root] = substitute(b, [root], params);
    // whether the sequence was known to be symmetric when the loop was made, its element stands for the same
    for (const kind of ['any', 'symmetric'] as const) replacement.set(b.param('sequence', position, b.graph.shape(root), kind), again);
  }
  const body = substitute(b, [...attr.next, ...attr.ys], replacement);
  return compact(b, { ...attr, next: body.slice(0, attr.next.length), ys: body.slice(attr.next.length) }, inits, sequences, captures);
}
