/**
 * Statements of a straight-line program in use order: a result is stored as soon as it is known, so that few values
 * are alive at a time and stay in registers.
 */
import type { LocalId } from './poly.ts';
import type { BufferId, Program, Stmt } from './types.ts';
import { touched } from './visit.ts';

export function storeEarly(program: Program): Program {
  const straight = program.body.every((s) => s.kind === 'let' || s.kind === 'store');
  return straight ? { ...program, body: ordered(program.body) } : program;
}

function ordered(statements: readonly Stmt[]): Stmt[] {
  /** the statement that each one stands behind, by number; -1: in front */
  const behind = new Map<number, Stmt[]>();
  const defined = new Map<LocalId, number>();
  const read = new Map<BufferId, number>();
  const written = new Map<BufferId, number>();
  statements.forEach((s, k) => {
    const t = touched(s);
    let place = k;
    if (s.kind === 'store') {
      place = -1;
      for (const local of t.localsRead) place = Math.max(place, defined.get(local) ?? -1);
      for (const buffer of t.buffersRead) place = Math.max(place, written.get(buffer) ?? -1);
      for (const buffer of t.buffersWritten) place = Math.max(place, written.get(buffer) ?? -1, read.get(buffer) ?? -1);
    }
    for (const local of t.localsWritten) defined.set(local, place);
    for (const buffer of t.buffersRead) read.set(buffer, Math.max(place, read.get(buffer) ?? -1));
    for (const buffer of t.buffersWritten) written.set(buffer, Math.max(place, written.get(buffer) ?? -1));
    const list = behind.get(place);
    if (list === undefined) behind.set(place, [s]);
    else list.push(s);
  });
  return [...behind.keys()].sort((a, b) => a - b).flatMap((place) => behind.get(place) ?? []);
}
