/**
 * What one round of a loop hands to the next goes in a local. Sums over neighbours scatter: `s = 0; for n < N - 1: s[n + 1] += v;
 * for n < N: g[n] += c·s[n]` becomes one loop that stores `g[n]` with the v of the round before, and the last element after it.
 */
import { copyBlock, type Replacement } from './copy.ts';
import { addPoly, integerPoly, localPoly, polyKey, sizePoly, ZERO, type LocalId, type Poly } from './poly.ts';
import { number } from './scalar.ts';
import type { Buffer, BufferId, Expr, Local, Program, Stmt } from './types.ts';
import { eachExpr, eachStmt, ownExprs, rewriteExpr, rewriteOwn, touched, touchedBeside } from './visit.ts';

type Loop = Extract<Stmt, { kind: 'for' }>;
type Store = Extract<Stmt, { kind: 'store' }>;

export function carryAcross(program: Program): Program {
  const locals = [...program.locals];
  let body = program.body;
  for (let k = 1; k < body.length; k++) body = carried({ ...program, locals, body }, k, locals) ?? body;
  return body === program.body ? program : { ...program, locals, body };
}

/** A loop that scatters to the next place, and the loop behind it that reads what was scattered. */
interface Neighbours {
  readonly first: Loop;
  readonly second: Loop;
  /** the statements in front of both, and those between them, which have nothing to do with the second */
  readonly before: readonly Stmt[];
  readonly between: readonly Stmt[];
  /** scratch arrays through which they pass, with the store to each */
  readonly passed: ReadonlyMap<BufferId, Store>;
  /** arrays of zeros that the first adds to once at its own place, with that store, and that the second overwrites there */
  readonly begun: ReadonlyMap<BufferId, Store>;
}

/** The program's statements with loop k as part of the one before it. */
function carried(program: Program, k: number, locals: Local[]): readonly Stmt[] | undefined {
  const found = neighbours(program, k);
  if (found === undefined) return undefined;
  const { before, between, first, second, passed, begun } = found;
  const made = (hint: string): LocalId => locals.push({ hint, named: false }) - 1;
  const handed = new Map([...passed.keys()].map((buffer) => [buffer, { round: made('handed'), next: made('next') }]));
  const sums = new Map([...begun.keys()].map((buffer) => [buffer, made('sum')]));
  const local = (id: LocalId | undefined): Expr => ({ kind: 'local', id: id ?? -1 });
  /** a round of the second loop; at its last one nothing was added */
  const round = (at: Poly, sumOf: (buffer: BufferId) => Expr): Stmt[] => {
    const reads = (e: Expr): Expr => rewriteExpr(e, (x) => {
      if (x.kind !== 'load') return x;
      if (passed.has(x.buffer)) return local(handed.get(x.buffer)?.round);
      return begun.has(x.buffer) ? sumOf(x.buffer) : x;
    });
    const r: Replacement = { poly: new Map([[second.local, at]]), renamed: new Map(), starts: new Map() };
    return copyBlock(second.body.map((s) => rewriteOwn(s, reads, (p) => p)), r, locals);
  };
  const rounds = first.body.map((s): Stmt => {
    if (s.kind !== 'store') return s;
    const next = passed.get(s.buffer) === s ? handed.get(s.buffer)?.next : sums.get(s.buffer);
    return next === undefined ? s : { kind: 'let', local: next, value: s.value };
  });
  const gone = new Set([...passed.keys(), ...begun.keys()]);
  return [
    ...before.filter((s) => s.kind !== 'fill' || !gone.has(s.buffer)),
    ...[...handed.values()].map((h): Stmt => ({ kind: 'var', local: h.round, value: number(0) })),
    { ...first, body: [
      ...rounds,
      ...round(localPoly(first.local), (buffer) => local(sums.get(buffer))),
      ...[...handed.values()].map((h): Stmt => ({ kind: 'assign', local: h.round, combine: 'set', value: local(h.next) })),
    ] },
    ...round(first.to, () => number(0)),
    ...between,
    ...program.body.slice(k + 1),
  ];
}

function neighbours(program: Program, k: number): Neighbours | undefined {
  let at = k - 1;
  while (at > 0 && program.body[at]?.kind !== 'for') at--;
  const [first, second] = [program.body[at], program.body[k]];
  if (!isStraight(first) || !isStraight(second) || polyKey(addPoly(first.to, integerPoly(1))) !== polyKey(second.to)) return undefined;
  const [before, between] = [program.body.slice(0, at), program.body.slice(at + 1, k)];
  if (!between.every((s) => haveNothingInCommon(s, second))) return undefined;
  const [inFirst, inSecond] = [new Visits(first), new Visits(second)];
  const elsewhere = touchedBeside({ ...program, body: [...before.filter((s) => s.kind !== 'fill'), first, ...between, ...program.body.slice(k + 1)] }, first);
  const passed = new Map<BufferId, Store>();
  for (const buffer of inFirst.stores.keys()) {
    const store = handedOn(program.buffers[buffer], first, second, inFirst, inSecond);
    const outside = elsewhere.buffersRead.has(buffer) || elsewhere.buffersWritten.has(buffer);
    if (store !== undefined && !outside && isZero(before, buffer)) passed.set(buffer, store);
  }
  const begun = new Map<BufferId, Store>();
  for (const [buffer, [store, ...more]] of inFirst.stores) {
    if (store === undefined || passed.has(buffer) || more.length > 0 || inFirst.loads.has(buffer) || !isSum(store)) continue;
    if (isZero(before, buffer) && overwrites(program.buffers[buffer], second) && keeps(store.index, first) && keepsOwn(buffer, second, inSecond)) begun.set(buffer, store);
  }
  const written = new Set([...inFirst.stores.keys(), ...inSecond.stores.keys()].filter((buffer) => !passed.has(buffer)));
  const apart = [...written].every((buffer) => !(inFirst.has(buffer) && inSecond.has(buffer)) || (keepsOwn(buffer, first, inFirst) && keepsOwn(buffer, second, inSecond)));
  const reads = touched(second).localsRead;
  const assigned = [...touched(first).localsWritten].some((local) => reads.has(local));
  return passed.size > 0 && apart && !assigned ? { first, second, before, between, passed, begun } : undefined;
}

/** Neither writes what the other reads or writes. */
function haveNothingInCommon(s: Stmt, loop: Loop): boolean {
  const [a, b] = [touched(s), touched(loop)];
  const meets = <T>(xs: ReadonlySet<T>, ...others: readonly ReadonlySet<T>[]): boolean => [...xs].some((x) => others.some((other) => other.has(x)));
  return !meets(a.buffersWritten, b.buffersRead, b.buffersWritten) && !meets(b.buffersWritten, a.buffersRead) && !meets(a.localsWritten, b.localsRead, b.localsWritten) && !meets(b.localsWritten, a.localsRead);
}

/** A whole loop upwards without loops or conditions inside. */
function isStraight(s: Stmt | undefined): s is Loop {
  return s?.kind === 'for' && s.direction === 'forward' && s.step === undefined && s.replay === undefined && s.apart === undefined && polyKey(s.from) === polyKey(ZERO)
    && s.body.every((inner) => inner.kind === 'let' || inner.kind === 'store' || inner.kind === 'assign');
}

/** The only store of the first loop to an array, to the place behind its own, when the second reads at its own place what it is all about. */
function handedOn(buffer: Buffer | undefined, first: Loop, second: Loop, inFirst: Visits, inSecond: Visits): Store | undefined {
  if (buffer === undefined || buffer.use !== 'scratch' || inFirst.loads.has(buffer.id) || inSecond.stores.has(buffer.id)) return undefined;
  const [store, ...more] = inFirst.stores.get(buffer.id) ?? [];
  const next = polyKey(addPoly(localPoly(first.local), integerPoly(1)));
  return store !== undefined && isSum(store) && more.length === 0 && polyKey(store.index) === next && (inSecond.loads.get(buffer.id) ?? []).every((p) => keeps(p, second)) ? store : undefined;
}

/** Over zeros, a sum of one term is that term. */
const isSum = ({ combine }: Store): boolean => combine === 'add' || combine === 'set';
const keeps = (index: Poly, loop: Loop): boolean => polyKey(index) === polyKey(localPoly(loop.local));
const keepsOwn = (buffer: BufferId, loop: Loop, visits: Visits): boolean =>
  [...(visits.loads.get(buffer) ?? []), ...(visits.stores.get(buffer) ?? []).map((s) => s.index)].every((index) => keeps(index, loop));

/** Every element, by one store behind all loads: what was there before does not matter any more. */
function overwrites(buffer: Buffer | undefined, { body, local, to }: Loop): boolean {
  if (buffer === undefined || polyKey(sizePoly(buffer.shape)) !== polyKey(to)) return false;
  const stores = body.flatMap((s, k) => (s.kind === 'store' && s.buffer === buffer.id ? [{ s, k }] : []));
  const [only] = stores;
  const later = body.slice((only?.k ?? 0) + 1).some((s) => touched(s).buffersRead.has(buffer.id));
  return stores.length === 1 && only?.s.combine === 'set' && polyKey(only.s.index) === polyKey(localPoly(local)) && !later;
}

/** Filled with zeros, and not touched since. */
function isZero(before: readonly Stmt[], buffer: BufferId): boolean {
  const visits = before.filter((s) => {
    const { buffersRead, buffersWritten } = touched(s);
    return buffersRead.has(buffer) || buffersWritten.has(buffer);
  });
  const [only] = visits;
  return visits.length === 1 && only?.kind === 'fill' && only.value === 0;
}

/** Where the body of a loop reads and writes arrays. */
class Visits {
  readonly loads = new Map<BufferId, Poly[]>();
  readonly stores = new Map<BufferId, Store[]>();

  constructor(loop: Loop) {
    eachStmt(loop.body, (s) => {
      for (const e of ownExprs(s)) eachExpr(e, (x) => {
        if (x.kind === 'load') this.loads.set(x.buffer, [...(this.loads.get(x.buffer) ?? []), x.index]);
      });
      if (s.kind === 'store') this.stores.set(s.buffer, [...(this.stores.get(s.buffer) ?? []), s]);
    });
  }
  has(buffer: BufferId): boolean {
    return this.loads.has(buffer) || this.stores.has(buffer);
  }
}
