/**
 * Adjoint of a scan: one scan in the other direction. Its carries are the adjoint state λ and one accumulator
 * per captured node; it reads the saved carries, the original sequences and the adjoints of the outputs.
 *
 * Save policy: what the backward body needs of the forward body is appended to the forward scan's outputs when
 * it is expensive (a contraction, a function value) or takes more than two cheap operations; the rest is done
 * again. Memory is therefore proportional to length × (state + saved values), and the forward work runs once.
 */
import type { Builder } from '../ir/build.ts';
import { inCholeskyForm } from '../ir/cholesky-form.ts';
import * as Q from '../ir/rational.ts';
import { closeScan, elementOf, openScan } from '../ir/scan.ts';
import type { NodeId, ScanAttr } from '../ir/types.ts';
import { dependents, rebuild, reachable, substitute } from '../ir/walk.ts';
import type { pullback as Pullback, Seed } from './reverse.ts';
import { otherPlaceholders, savedNodes } from './saved.ts';
import type { Sweep } from './sweep.ts';

export interface Body {
  readonly carries: readonly NodeId[];
  readonly sequences: readonly NodeId[];
  readonly captures: readonly NodeId[];
  readonly step: NodeId;
  readonly next: readonly NodeId[];
  readonly ys: readonly NodeId[];
}

export function pullScan(sweep: Sweep, id: NodeId, attr: ScanAttr, replacements: Map<NodeId, NodeId>, pullback: typeof Pullback): void {
  const results = sweep.projections.get(id);
  if (results === undefined) return;
  const { b } = sweep;
  const args = [...b.graph.args(id)];
  const inits = args.slice(0, attr.carries);
  const sequences = args.slice(attr.carries, attr.carries + attr.sequences);
  const captures = args.slice(attr.carries + attr.sequences);
  const body = openBody(b, id, attr, sequences, captures, sweep.sources);
  const isActive = (n: NodeId): boolean => sweep.active.has(n);
  const live = activeCarries(b, body, inits.map(isActive), sequences.map(isActive), captures.map(isActive));

  // λ for each live carry, an element of ȳ for each output with an adjoint, ī for saved carries with one
  const lambda = body.carries.map((c, k) => (live[k] === true ? b.placeholder([...sweep.seed, ...b.graph.shape(c)]) : undefined));
  const seeds: Seed[] = [];
  body.next.forEach((root, k) => { const l = lambda[k]; if (l !== undefined) seeds.push({ root, adjoint: l }); });
  const incomingElement = (adjoint: NodeId): NodeId => {
    const placeholder = b.placeholder([...sweep.seed, ...b.graph.shape(adjoint).slice(sweep.rank + 1)]);
    incoming.push({ placeholder, value: lengthFirst(b, adjoint, sweep.rank) });
    return placeholder;
  };
  const incoming: { placeholder: NodeId; value: NodeId }[] = [];
  const fromCarryIn = new Map<number, NodeId>();
  const fromFinal = new Map<number, NodeId>();
  for (const r of results) {
    if (r.which === 'final') {
      fromFinal.set(r.index, r.adjoint);
      continue;
    }
    const element = multipleOfElement(b, lengthFirst(b, r.adjoint, sweep.rank), sequences, body) ?? incomingElement(r.adjoint);
    const root = body.ys[r.index];
    if (r.which === 'in') fromCarryIn.set(r.index, element);
    else if (root !== undefined) seeds.push({ root, adjoint: element });
  }

  const sources = [...body.carries, ...body.sequences, ...body.captures];
  const pulled = pullback(b, seeds, sources, sweep.seed, sweep.refuse);
  const adjointOf = (source: NodeId): NodeId => pulled.adjoints[sources.indexOf(source)] ?? -1;

  const wantedCaptures = body.captures.filter((_, k) => isActive(captures[k] ?? -1));
  const wantedSequences = body.sequences.filter((_, k) => isActive(sequences[k] ?? -1));
  const accumulators = wantedCaptures.map((c) => b.placeholder([...sweep.seed, ...b.graph.shape(c)]));
  const nextLambda = body.carries.flatMap((c, k) => {
    const l = lambda[k];
    if (l === undefined) return [];
    const direct = fromCarryIn.get(k);
    return [direct === undefined ? adjointOf(c) : b.sum([adjointOf(c), direct], b.graph.shape(l))];
  });
  const nextSums = wantedCaptures.map((c, k) => b.sum([accumulators[k] ?? -1, adjointOf(c)], b.graph.shape(accumulators[k] ?? -1)));
  const elementAdjoints = wantedSequences.map(adjointOf);

  // captured nodes take the place of their stand-ins; what then needs no placeholder is computed outside the loop
  const unbind = new Map(body.captures.map((c, k) => [c, captures[k] ?? -1]));
  // in terms of factors, which the forward loop has made: they are what is worth keeping
  const roots = inCholeskyForm(b, substitute(b, [...nextLambda, ...nextSums, ...elementAdjoints], new Map([...unbind, ...pulled.replacements])));
  const primal = substitute(b, [...body.next, ...body.ys], new Map([...unbind, ...pulled.replacements]));
  const leaves = [...body.carries, ...body.sequences, body.step];
  const saved = savedNodes(b, roots, { leaves, varying: otherPlaceholders(b, roots, leaves) });

  const forward = closeScan(b, {
    length: attr.length, direction: attr.direction, step: body.step,
    carries: body.carries.map((placeholder, k) => ({ placeholder, init: inits[k] ?? -1, next: primal[k] ?? -1 })),
    sequences: body.sequences.map((placeholder, k) => ({ placeholder, value: sequences[k] ?? -1 })),
    ys: [...primal.slice(attr.carries), ...saved],
  });
  if (forward !== id) replaceProjections(b, id, forward, attr, replacements);

  const stored = saved.map((node, k) => {
    const value = b.proj(forward, 'ys', attr.ys.length + k);
    return { node, placeholder: elementOf(b, value), value };
  });
  const backRoots = substitute(b, roots, new Map(stored.map((s) => [s.node, s.placeholder])));
  const liveLambda = lambda.flatMap((l, k) => (l === undefined ? [] : [{ l, k }]));
  const backward = closeScan(b, {
    length: attr.length, direction: attr.direction === 'forward' ? 'backward' : 'forward', step: body.step,
    carries: [
      ...liveLambda.map(({ l, k }, n) => ({ placeholder: l, init: fromFinal.get(k) ?? b.zero(b.graph.shape(l)), next: backRoots[n] ?? -1 })),
      ...accumulators.map((a, n) => ({ placeholder: a, init: b.zero(b.graph.shape(a)), next: backRoots[liveLambda.length + n] ?? -1 })),
    ],
    sequences: usedSequences(b, backRoots, [
      ...body.carries.map((placeholder, k) => ({ placeholder, value: b.proj(forward, 'in', k) })),
      ...body.sequences.map((placeholder, k) => ({ placeholder, value: sequences[k] ?? -1 })),
      ...incoming, ...stored,
    ]),
    ys: backRoots.slice(liveLambda.length + accumulators.length),
  });

  liveLambda.forEach(({ k }, n) => sweep.contribute(inits[k] ?? -1, b.proj(backward, 'final', n)));
  wantedCaptures.forEach((c, n) => sweep.contribute(captures[body.captures.indexOf(c)] ?? -1, b.proj(backward, 'final', liveLambda.length + n)));
  wantedSequences.forEach((x, n) => sweep.contribute(sequences[body.sequences.indexOf(x)] ?? -1, seedFirst(b, b.proj(backward, 'ys', n), sweep.rank)));
}

/** An adjoint that is a multiple of what the loop walks along: in terms of it, systems that the value solves are met again. */
function multipleOfElement(b: Builder, value: NodeId, sequences: readonly NodeId[], body: Body): NodeId | undefined {
  const attr = b.graph.attr(value);
  const coef = attr.kind === 'ein' ? attr.coef : Q.ONE;
  const plain = attr.kind === 'ein' ? rebuild(b, { ...attr, coef: Q.ONE }, [...b.graph.args(value)]) : value;
  const at = sequences.indexOf(plain);
  const element = body.sequences[at];
  return element === undefined ? undefined : b.scale(coef, element);
}

/** The loop with its arguments as leaves; `varied` sequences vary entry by entry, whatever they are now. */
export function openBody(b: Builder, id: NodeId, attr: ScanAttr, sequences: readonly NodeId[], captures: readonly NodeId[], varied: ReadonlySet<NodeId> = new Set()): Body {
  const carries = attr.next.map((next) => b.placeholder(b.graph.shape(next)));
  const elements = sequences.map((s) => (varied.has(s) ? b.placeholder(b.graph.shape(s).slice(1)) : elementOf(b, s)));
  const captured = captures.map((c) => b.placeholder(b.graph.shape(c)));
  const step = b.placeholder([]);
  return { carries, sequences: elements, captures: captured, step, ...openScan(b, id, { carries, sequences: elements, captures: captured, step }) };
}

/** A carry is live when an active init, sequence or capture can reach it through the loop. */
export function activeCarries(b: Builder, body: Body, inits: readonly boolean[], sequences: readonly boolean[], captures: readonly boolean[]): boolean[] {
  const live = [...inits];
  const order = reachable(b.graph, body.next);
  for (let changed = true; changed; ) {
    changed = false;
    const sources = [
      ...body.carries.filter((_, k) => live[k]), ...body.sequences.filter((_, k) => sequences[k]), ...body.captures.filter((_, k) => captures[k]),
    ];
    const reached = dependents(b.graph, order, new Set(sources));
    body.next.forEach((next, k) => {
      if (live[k] === true || !reached.has(next)) return;
      live[k] = true;
      changed = true;
    });
  }
  return live;
}

function replaceProjections(b: Builder, from: NodeId, to: NodeId, attr: ScanAttr, replacements: Map<NodeId, NodeId>): void {
  attr.next.forEach((_, k) => {
    replacements.set(b.proj(from, 'final', k), b.proj(to, 'final', k));
    replacements.set(b.proj(from, 'in', k), b.proj(to, 'in', k));
  });
  attr.ys.forEach((_, k) => replacements.set(b.proj(from, 'ys', k), b.proj(to, 'ys', k)));
}

/** Only the sequences that the body reads are carried along. */
export function usedSequences<T extends { readonly placeholder: NodeId }>(b: Builder, roots: readonly NodeId[], all: readonly T[]): T[] {
  const used = new Set(reachable(b.graph, roots));
  return all.filter((s) => used.has(s.placeholder));
}

/** [...seed, T, ...rest] → [T, ...seed, ...rest] */
function lengthFirst(b: Builder, id: NodeId, seedRank: number): NodeId {
  const rank = b.graph.shape(id).length;
  return b.permute(id, [seedRank, ...Array.from({ length: rank }, (_, k) => k).filter((k) => k !== seedRank)]);
}

/** [T, ...seed, ...rest] → [...seed, T, ...rest] */
function seedFirst(b: Builder, id: NodeId, seedRank: number): NodeId {
  const rank = b.graph.shape(id).length;
  const order = Array.from({ length: rank }, (_, k) => k);
  return b.permute(id, [...order.slice(1, seedRank + 1), 0, ...order.slice(seedRank + 1)]);
}

