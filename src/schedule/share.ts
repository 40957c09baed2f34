/** Equal values in one block are made once: what unrolling and scalar cells bring to light. */
import { renaming, replaceExpr, replacePoly } from './copy.ts';
import { exprKey } from './draft.ts';
import type { LocalId } from './poly.ts';
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

  constructor(outer: Known | undefined) {
    this.#outer = outer;
  }
  find(key: string): LocalId | undefined {
    return this.#values.get(key) ?? (this.#hidden.has(key) ? undefined : this.#outer?.find(key));
  }
  learn(key: string, local: LocalId, value: Expr): void {
    this.#values.set(key, local);
    const reads = { buffersRead: new Set<BufferId>(), localsRead: new Set<LocalId>() };
    readBy(value, reads);
    for (const b of reads.buffersRead) append(this.#byBuffer, b, key);
    for (const l of reads.localsRead) append(this.#byLocal, l, key);
  }
  forget(t: Touched): void {
    for (const key of this.reading(t)) {
      this.#values.delete(key);
      this.#hidden.add(key);
    }
  }
  reading(t: Touched): string[] {
    const own = [...[...t.buffersWritten].flatMap((b) => this.#byBuffer.get(b) ?? []), ...[...t.localsWritten].flatMap((l) => this.#byLocal.get(l) ?? [])];
    return [...own, ...(this.#outer?.reading(t) ?? [])];
  }
}

function append<K>(map: Map<K, string[]>, key: K, value: string): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
