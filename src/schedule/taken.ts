/**
 * A loop whose sums only one arm of a selection reads runs only when that arm is taken:
 * `let s = 0; for … s += …; y = if c then r else √s` becomes `…; if not c: for … s += …; y = …`.
 */
import { core } from '../ops/core.ts';
import type { LocalId } from './poly.ts';
import type { Expr, Program, Stmt } from './types.ts';
import { children, definedIn, eachStmt, readBy, touched } from './visit.ts';

/** When a value is read: always, or only when a condition, a local, has this truth value. */
type Need = 'always' | { readonly condition: LocalId; readonly holds: boolean };

export function runWhenTaken(program: Program): Program {
  const assigned = new Set<LocalId>();
  eachStmt(program.body, (s) => {
    if (s.kind === 'assign') assigned.add(s.local);
  });
  const needs = new Needs(assigned);
  if (program.result !== undefined) needs.read(program.result, 'always');
  return { ...program, body: needs.block(program.body) };
}

class Needs {
  readonly #needs = new Map<LocalId, Need>();
  /** locals whose value changes: no condition that could be asked earlier */
  readonly #assigned: ReadonlySet<LocalId>;

  constructor(assigned: ReadonlySet<LocalId>) {
    this.#assigned = assigned;
  }

  /** From the last statement to the first: uses come after definitions. */
  block(statements: readonly Stmt[]): Stmt[] {
    const place = new Map(statements.flatMap((s, k) => (s.kind === 'let' ? [[s.local, k] as const] : [])));
    const out: Stmt[] = [];
    for (let k = statements.length - 1; k >= 0; k--) {
      const s = statements[k];
      if (s === undefined) continue;
      const need = s.kind === 'for' ? this.#needOfLoop(s) : 'always';
      if (s.kind === 'for' && need !== 'always' && (place.get(need.condition) ?? -1) < k) {
        this.#readAll(s, need);
        this.#note(need.condition, 'always');
        out.push({ kind: 'if', when: conditionOf(need), body: [s] });
      } else {
        out.push(this.#statement(s));
      }
    }
    return out.reverse();
  }

  /** What an expression reads, which is itself needed when `need` says. */
  read(e: Expr, need: Need): void {
    if (e.kind === 'op' && e.op === core.where && need === 'always') {
      const [condition, whenTrue, whenFalse] = e.args;
      if (condition !== undefined) this.read(condition, need);
      const arm = (value: Expr | undefined, holds: boolean): void => {
        if (value !== undefined) this.read(value, condition?.kind === 'local' && !this.#assigned.has(condition.id) ? { condition: condition.id, holds } : need);
      };
      arm(whenTrue, true);
      arm(whenFalse, false);
      return;
    }
    if (children(e).length === 0) this.#readLeaf(e, need);
    for (const child of children(e)) this.read(child, need);
  }

  #statement(s: Stmt): Stmt {
    if (s.kind === 'let' || s.kind === 'var') this.read(s.value, this.#needs.get(s.local) ?? 'always');
    else if (s.kind === 'for' || s.kind === 'if') {
      // what the next round reads is needed too
      const inside = definedIn(s.body);
      for (const local of touched(s).localsRead) if (!inside.has(local)) this.#note(local, 'always');
      return { ...s, body: this.block(s.body) };
    } else this.#readAll(s, 'always');
    return s;
  }

  /** A loop that only adds up numbers is needed when all of them are. */
  #needOfLoop(s: Extract<Stmt, { kind: 'for' }>): Need {
    const { buffersWritten, localsWritten } = touched(s);
    const needs = [...localsWritten].flatMap((local) => this.#needs.get(local) ?? []);
    return buffersWritten.size > 0 ? 'always' : needs.reduce(joined, needs[0] ?? 'always');
  }

  #readAll(s: Stmt, need: Need): void {
    for (const local of touched(s).localsRead) this.#note(local, need);
  }

  #readLeaf(e: Expr, need: Need): void {
    const reads = { buffersRead: new Set<number>(), localsRead: new Set<LocalId>() };
    readBy(e, reads);
    for (const local of reads.localsRead) this.#note(local, need);
  }

  #note(local: LocalId, need: Need): void {
    const before = this.#needs.get(local);
    this.#needs.set(local, before === undefined ? need : joined(before, need));
  }
}

const joined = (x: Need, y: Need): Need => (x !== 'always' && y !== 'always' && x.condition === y.condition && x.holds === y.holds ? x : 'always');

function conditionOf(need: Exclude<Need, 'always'>): Expr {
  const condition: Expr = { kind: 'local', id: need.condition };
  return need.holds ? condition : { kind: 'op', op: core.not, args: [condition] };
}
