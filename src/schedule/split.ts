/**
 * Long straight-line programs in parts. V8 optimises no function above 60 KB of bytecode and runs it 20 to
 * 60 times slower; parts of a few hundred statements keep full speed. Values that cross from part to part go
 * through one scratch array.
 */
import { operations } from './inline.ts';
import { integerPoly, type LocalId } from './poly.ts';
import type { BufferId, Expr, Program, Stmt } from './types.ts';
import { bodyOf, ownExprs, touched } from './visit.ts';

export interface Split {
  readonly program: Program;
  /** consecutive pieces of the body; one when the program is short */
  readonly parts: readonly (readonly Stmt[])[];
}

/** About 40 KB of bytecode at ten bytes an operation. */
const LONGEST_FUNCTION = 4000;
const PART = 2000;
/** Operations around a loop over a table: V8 optimises a loop while it runs only in short functions. */
const BESIDE_WALKS = 50;

export function split(program: Program): Split {
  const walks = new Set(program.body.filter((s) => s.kind === 'for' && [...touched(s).buffersRead].some((b) => program.buffers[b]?.use === 'table')));
  const straight = weight(program.body.filter((s) => !walks.has(s)));
  if (straight <= (walks.size > 0 ? BESIDE_WALKS : LONGEST_FUNCTION)) return { program, parts: [program.body] };
  const parts = cut(program.body, walks);
  if (parts.length === 1) return { program, parts };
  const crossing = crossings(parts, program.result);
  const carried: BufferId = program.buffers.length;
  const slots = new Map([...crossing].map((local, slot) => [local, slot]));
  const cell = (local: LocalId): Expr => ({ kind: 'load', buffer: carried, index: integerPoly(slots.get(local) ?? 0) });
  const linked = parts.map((part) => link(part, slots, carried, cell));
  const { result } = program;
  const entry: Stmt[] = result === undefined ? [] : fetches(touched({ kind: 'if', when: result, body: [] }).localsRead, slots, cell);
  const buffers = [...program.buffers, { id: carried, use: 'scratch' as const, name: 'carried', shape: [String(slots.size)], element: 'real' as const }];
  return { program: { ...program, buffers, body: [...linked.flat(), ...entry] }, parts: [...linked, entry] };
}

/** Statements and operations. */
export function weight(statements: readonly Stmt[]): number {
  let total = 0;
  for (const s of statements) {
    total += 1;
    for (const e of ownExprs(s)) total += operations(e);
    total += weight(bodyOf(s));
  }
  return total;
}

/** Consecutive statements of about `PART` operations, and each of `alone`; an accumulator stays with the loops that fill it. */
function cut(statements: readonly Stmt[], alone: ReadonlySet<Stmt>): Stmt[][] {
  const open = new Set<LocalId>();
  const lastWrite = new Map<LocalId, number>();
  statements.forEach((s, k) => {
    for (const local of touched(s).localsWritten) lastWrite.set(local, k);
  });
  const parts: Stmt[][] = [[]];
  let size = 0;
  for (const [k, s] of statements.entries()) {
    parts[parts.length - 1]?.push(s);
    size += weight([s]);
    if (s.kind === 'var') open.add(s.local);
    for (const local of open) if ((lastWrite.get(local) ?? 0) <= k) open.delete(local);
    const edge = alone.has(s) || alone.has(statements[k + 1] ?? s);
    if ((size < PART && !edge) || open.size > 0) continue;
    parts.push([]);
    size = 0;
  }
  return parts.filter((part) => part.length > 0);
}

/** Locals defined in one part and read in another, in order of definition. */
function crossings(parts: readonly (readonly Stmt[])[], result: Expr | undefined): Set<LocalId> {
  const home = new Map<LocalId, number>();
  parts.forEach((part, k) => {
    for (const s of part) if (s.kind === 'let' || s.kind === 'var' || s.kind === 'linalg') for (const local of touched(s).localsWritten) home.set(local, k);
  });
  const crossing = new Set<LocalId>();
  parts.forEach((part, k) => {
    for (const s of part) for (const local of touched(s).localsRead) if (home.has(local) && home.get(local) !== k) crossing.add(local);
  });
  if (result !== undefined) for (const local of touched({ kind: 'if', when: result, body: [] }).localsRead) crossing.add(local);
  return crossing;
}

function link(part: readonly Stmt[], slots: ReadonlyMap<LocalId, number>, carried: BufferId, cell: (local: LocalId) => Expr): Stmt[] {
  const out: Stmt[] = [];
  const here = new Set<LocalId>();
  const lastWrite = new Map<LocalId, number>();
  part.forEach((s, k) => {
    for (const local of touched(s).localsWritten) if (slots.has(local)) lastWrite.set(local, k);
  });
  part.forEach((s, k) => {
    const t = touched(s);
    for (const local of t.localsRead) {
      if (!slots.has(local) || here.has(local) || lastWrite.has(local)) continue;
      here.add(local);
      out.push({ kind: 'let', local, value: cell(local) });
    }
    out.push(s);
    for (const local of t.localsWritten) {
      if (lastWrite.get(local) === k) out.push({ kind: 'store', buffer: carried, index: integerPoly(slots.get(local) ?? 0), combine: 'set', value: { kind: 'local', id: local } });
    }
  });
  return out;
}

function fetches(locals: Iterable<LocalId>, slots: ReadonlyMap<LocalId, number>, cell: (local: LocalId) => Expr): Stmt[] {
  return [...locals].filter((l) => slots.has(l)).map((local) => ({ kind: 'let', local, value: cell(local) }));
}

