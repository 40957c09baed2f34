/**
 * A loop that carries values and tangents together as two: what does not depend on the directions in a loop of its own, and
 * the rest, which reads what that one keeps. The policy is that of reverse mode: what is expensive is kept, and never made
 * again (`saved.ts`). One loop is the better form where both run once; two where many directions meet the same values.
 */
import type { Builder } from '../ir/build.ts';
import { closeScan, elementOf, openScan } from '../ir/scan.ts';
import type { NodeId, ScanAttr } from '../ir/types.ts';
import { dependents, reachable, substitute } from '../ir/walk.ts';
import { activeCarries, openBody, usedSequences } from './recurrence.ts';
import { savedNodes } from './saved.ts';

/** The roots over split loops, in the same order. `varying` are the directions. */
export function splitLoops(b: Builder, roots: readonly NodeId[], varying: readonly NodeId[]): readonly NodeId[] {
  let current = roots;
  const done = new Set<NodeId>();
  for (;;) {
    const order = reachable(b.graph, current);
    const reached = dependents(b.graph, order, new Set(varying));
    const id = order.find((node) => b.graph.attr(node).kind === 'scan' && reached.has(node) && !done.has(node));
    if (id === undefined) return current;
    done.add(id);
    const made = split(b, id, (arg) => reached.has(arg));
    if (made === undefined) continue;
    done.add(made.later);
    current = substitute(b, current, made.replacements);
  }
}

interface SplitLoop {
  readonly later: NodeId;
  readonly replacements: ReadonlyMap<NodeId, NodeId>;
}

function split(b: Builder, id: NodeId, varies: (arg: NodeId) => boolean): SplitLoop | undefined {
  const attr = b.graph.attr(id);
  if (attr.kind !== 'scan') return undefined;
  const { inits, sequences, captures } = argumentsOf(b, id, attr);
  const body = openBody(b, id, attr, sequences, captures);
  const live = activeCarries(b, body, inits.map(varies), sequences.map(varies), captures.map(varies));
  const numbers = attr.next.map((_, k) => k);
  const early = numbers.filter((k) => live[k] !== true);
  const late = numbers.filter((k) => live[k] === true);
  const elements = body.sequences.map((placeholder, k) => ({ placeholder, value: sequences[k] ?? -1 }));
  const varying = [
    ...late.map((k) => body.carries[k] ?? -1), ...elements.filter((e) => varies(e.value)).map((e) => e.placeholder),
    ...body.captures.filter((_, k) => varies(captures[k] ?? -1)),
  ];
  const leaves = [...early.map((k) => body.carries[k] ?? -1), ...elements.filter((e) => !varies(e.value)).map((e) => e.placeholder), body.step];

  // what is captured and fixed takes the place of its stand-in: what then needs no placeholder leaves the loop
  const own = new Map(body.captures.flatMap((c, k): [NodeId, NodeId][] => (varies(captures[k] ?? -1) ? [] : [[c, captures[k] ?? -1]])));
  const bodies = substitute(b, [...body.next, ...body.ys], own);
  const next = bodies.slice(0, attr.carries);
  const ys = bodies.slice(attr.carries);
  const reached = dependents(b.graph, reachable(b.graph, ys), new Set(varying));
  const earlyYs = ys.flatMap((y, k) => (reached.has(y) ? [] : [k]));
  const lateYs = ys.flatMap((y, k) => (reached.has(y) ? [k] : []));
  const roots = [...late.map((k) => next[k] ?? -1), ...lateYs.map((k) => ys[k] ?? -1)];
  const saved = savedNodes(b, roots, { leaves, varying });
  if (early.length + earlyYs.length + saved.length === 0) return undefined;

  const records = [...new Set([...earlyYs.map((k) => ys[k] ?? -1), ...saved])];
  const earlyNext = early.map((k) => next[k] ?? -1);
  const first = closeScan(b, {
    length: attr.length, direction: attr.direction, step: body.step,
    carries: early.map((k, n) => ({ placeholder: body.carries[k] ?? -1, init: inits[k] ?? -1, next: earlyNext[n] ?? -1 })),
    sequences: usedSequences(b, [...earlyNext, ...records], elements), ys: records,
  });
  const stored = saved.map((node) => {
    const value = b.proj(first, 'ys', records.indexOf(node));
    return { node, placeholder: elementOf(b, value), value };
  });
  const given = new Map(body.captures.map((c, k) => [c, captures[k] ?? -1]));
  const lateRoots = substitute(b, substitute(b, roots, new Map(stored.map((s) => [s.node, s.placeholder]))), given);
  const later = closeScan(b, {
    length: attr.length, direction: attr.direction, step: body.step,
    carries: late.map((k, n) => ({ placeholder: body.carries[k] ?? -1, init: inits[k] ?? -1, next: lateRoots[n] ?? -1 })),
    sequences: usedSequences(b, lateRoots, [...elements, ...early.map((k, n) => ({ placeholder: body.carries[k] ?? -1, value: b.proj(first, 'in', n) })), ...stored]),
    ys: lateRoots.slice(late.length),
  });

  const replacements = new Map<NodeId, NodeId>();
  for (const which of ['final', 'in'] as const) {
    early.forEach((k, n) => replacements.set(b.proj(id, which, k), b.proj(first, which, n)));
    late.forEach((k, n) => replacements.set(b.proj(id, which, k), b.proj(later, which, n)));
  }
  earlyYs.forEach((k) => replacements.set(b.proj(id, 'ys', k), b.proj(first, 'ys', records.indexOf(ys[k] ?? -1))));
  lateYs.forEach((k, n) => replacements.set(b.proj(id, 'ys', k), b.proj(later, 'ys', n)));
  return { later, replacements };
}

function argumentsOf(b: Builder, id: NodeId, { carries, sequences }: ScanAttr): Readonly<Record<'inits' | 'sequences' | 'captures', readonly NodeId[]>> {
  const args = [...b.graph.args(id)];
  return { inits: args.slice(0, carries), sequences: args.slice(carries, carries + sequences), captures: args.slice(carries + sequences) };
}

// ---- loops that go through the same states --------------------------------------------------------------------

/** The roots over loops each of which goes through states of its own: what else a loop through the same states records, one of them records. */
export function mergeLoops(b: Builder, roots: readonly NodeId[]): readonly NodeId[] {
  let current = roots;
  for (;;) {
    const replacements = firstPair(b, current);
    if (replacements === undefined) return current;
    current = substitute(b, current, replacements);
  }
}

function firstPair(b: Builder, roots: readonly NodeId[]): ReadonlyMap<NodeId, NodeId> | undefined {
  const alike = new Map<string, { readonly id: NodeId; readonly attr: ScanAttr }[]>();
  for (const id of reachable(b.graph, roots)) {
    const attr = b.graph.attr(id);
    if (attr.kind !== 'scan' || attr.carries === 0) continue;
    const key = `${attr.direction} ${attr.length} ${argumentsOf(b, id, attr).inits.join(' ')}`;
    const others = alike.get(key) ?? [];
    for (const other of others) {
      const made = merged(b, other, { id, attr });
      if (made !== undefined) return made;
    }
    alike.set(key, [...others, { id, attr }]);
  }
  return undefined;
}

function merged(b: Builder, one: { readonly id: NodeId; readonly attr: ScanAttr }, other: { readonly id: NodeId; readonly attr: ScanAttr }): ReadonlyMap<NodeId, NodeId> | undefined {
  // what reads the other's results comes after it
  if (reachable(b.graph, [other.id]).includes(one.id)) return undefined;
  const { attr } = one;
  const { inits } = argumentsOf(b, one.id, attr);
  const carries = attr.next.map((next) => b.placeholder(b.graph.shape(next)));
  const step = b.placeholder([]);
  const elements = new Map<NodeId, NodeId>();
  const opened = [one, other].map((loop) => {
    const { sequences } = argumentsOf(b, loop.id, loop.attr);
    for (const value of sequences) if (!elements.has(value)) elements.set(value, elementOf(b, value));
    return openScan(b, loop.id, { carries, sequences: sequences.map((value) => elements.get(value) ?? -1), step });
  });
  const [first, second] = opened;
  if (first === undefined || second === undefined || first.next.join() !== second.next.join()) return undefined;
  const ys = [...new Set([...first.ys, ...second.ys])];
  const joint = closeScan(b, {
    length: attr.length, direction: attr.direction, step,
    carries: carries.map((placeholder, k) => ({ placeholder, init: inits[k] ?? -1, next: first.next[k] ?? -1 })),
    sequences: usedSequences(b, [...first.next, ...ys], [...elements].map(([value, placeholder]) => ({ placeholder, value }))), ys,
  });
  return new Map([one.id, other.id].flatMap((id, n) => [
    ...carries.flatMap((_, k): [NodeId, NodeId][] => [[b.proj(id, 'final', k), b.proj(joint, 'final', k)], [b.proj(id, 'in', k), b.proj(joint, 'in', k)]]),
    ...(opened[n]?.ys ?? []).map((y, k): [NodeId, NodeId] => [b.proj(id, 'ys', k), b.proj(joint, 'ys', ys.indexOf(y))]),
  ]));
}
