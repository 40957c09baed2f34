/**
 * Equal values in one block are made once: what unrolling and scalar cells bring to light. An element that was just
 * stored is the value that was stored.
 */
import { renaming, replaceExpr, replacePoly } from './copy.ts';
import { exprKey } from './draft.ts';
import { addPoly, scalePoly, type LocalId, type Poly } from './poly.ts';
import type { BufferId, Expr, Program, Stmt } from './types.ts';
import { eachStmt, readBy, rewriteOwn, touched, type Touched } from './visit.ts';

export function share(program: Program): Program {
  const alias = new Map<LocalId, LocalId>();
  const mutable = new Set<LocalId>();
  eachStmt(program.body, (s) => {
    if (s.kind === 'assign') mutable.add(s.local);
  });
  const fixed = (local: LocalId): boolean => !mutable.has(local);
  const body = shareBlock({ program, fixed }, program.body, new Known(undefined), alias);
  return { ...program, body, ...(program.result === undefined ? {} : { result: replaceExpr(program.result, renaming(alias)) }) };
}

interface Sharing {
  readonly program: Program;
  /** never assigned again */
  readonly fixed: (local: LocalId) => boolean;
}

function shareBlock(sharing: Sharing, statements: readonly Stmt[], known: Known, alias: Map<LocalId, LocalId>): Stmt[] {
  const renames = renaming(alias);
  const out: Stmt[] = [];
  for (const s of statements) {
    const own = rewriteOwn(s, (e) => replaceExpr(e, renames), (p) => replacePoly(p, renames));
    if (own.kind === 'for' || own.kind === 'if') {
      // what the body changes is not known at its start: the second iteration sees it changed
      known.forget(touched(own));
      out.push({ ...own, body: shareBlock(sharing, own.body, new Known(known), alias) });
      continue;
    }
    const shareable = own.kind === 'let' && !(sharing.program.locals[own.local]?.named ?? false);
    if (shareable && own.value.kind === 'local' && sharing.fixed(own.value.id)) {
      alias.set(own.local, own.value.id);
      continue;
    }
    if (shareable && own.value.kind !== 'number') {
      const key = exprKey(own.value);
      const same = known.find(key);
      if (same !== undefined) {
        alias.set(own.local, same);
        continue;
      }
      known.learn(key, own.local, own.value);
    } else if (own.kind === 'store') {
      known.overwrite(own);
      if (own.combine === 'set' && own.value.kind === 'local' && sharing.fixed(own.value.id)) {
        const cell: Expr = { kind: 'load', buffer: own.buffer, index: own.index };
        known.learn(exprKey(cell), own.value.id, cell);
      }
    } else {
      known.forget(touched(own));
    }
    out.push(own);
  }
  return out;
}

/** Values known in a block and the blocks around it. */
class Known {
  readonly #outer: Known | undefined;
  readonly #values = new Map<string, LocalId>();
  readonly #byBuffer = new Map<BufferId, string[]>();
  readonly #byLocal = new Map<LocalId, string[]>();
  readonly #hidden = new Set<string>();
  /** where the values that are elements stand */
  readonly #places = new Map<string, Poly>();

  constructor(outer: Known | undefined) {
    this.#outer = outer;
  }
  find(key: string): LocalId | undefined {
    return this.#values.get(key) ?? (this.#hidden.has(key) ? undefined : this.#outer?.find(key));
  }
  learn(key: string, local: LocalId, value: Expr): void {
    this.#values.set(key, local);
    if (value.kind === 'load') this.#places.set(key, value.index);
    const reads = { buffersRead: new Set<BufferId>(), localsRead: new Set<LocalId>() };
    readBy(value, reads);
    for (const b of reads.buffersRead) append(this.#byBuffer, b, key);
    for (const l of reads.localsRead) append(this.#byLocal, l, key);
  }
  forget(t: Touched): void {
    for (const key of this.reading(t)) this.#drop(key);
  }
  /** Other elements of the array stay known. */
  overwrite(store: Extract<Stmt, { kind: 'store' }>): void {
    for (const key of this.reading(touched(store))) {
      const place = this.placeOf(key);
      if (place === undefined || !differ(place, store.index)) this.#drop(key);
    }
  }
  #drop(key: string): void {
    this.#values.delete(key);
    this.#hidden.add(key);
  }
  placeOf(key: string): Poly | undefined {
    return this.#places.get(key) ?? this.#outer?.placeOf(key);
  }
  reading(t: Touched): string[] {
    const own = [...[...t.buffersWritten].flatMap((b) => this.#byBuffer.get(b) ?? []), ...[...t.localsWritten].flatMap((l) => this.#byLocal.get(l) ?? [])];
    return [...own, ...(this.#outer?.reading(t) ?? [])];
  }
}

/** Never the same element: apart by a number that is not 0, or by sizes, which are not 0 where there are elements. */
function differ(a: Poly, b: Poly): boolean {
  const apart = addPoly(a, scalePoly(b, -1));
  const [first] = apart;
  return first !== undefined && apart.every((m) => m.locals.length === 0 && m.coef > 0 === first.coef > 0);
}

function append<K>(map: Map<K, string[]>, key: K, value: string): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
