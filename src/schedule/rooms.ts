/** Scratch arrays that are never needed at the same time share one room. */
import { polyKey, sizePoly } from './poly.ts';
import type { BufferId, Program } from './types.ts';
import { touched } from './visit.ts';

/** The statements of the program from the first that touches an array to the last. */
export interface Life {
  readonly first: number;
  readonly last: number;
}

/** Of every scratch array that is touched. A call starts with garbage, so nothing lives before its first statement. */
export function lives(program: Program): Map<BufferId, Life> {
  const found = new Map<BufferId, Life>();
  const end = program.result === undefined ? [] : [{ kind: 'if' as const, when: program.result, body: [] }];
  for (const [k, statement] of [...program.body, ...end].entries()) {
    const { buffersRead, buffersWritten } = touched(statement);
    for (const buffer of new Set([...buffersRead, ...buffersWritten])) {
      if (program.buffers[buffer]?.use === 'scratch') found.set(buffer, { first: found.get(buffer)?.first ?? k, last: k });
    }
  }
  return found;
}

/** For each scratch array in use the one whose room it takes, itself where it has its own. */
export function rooms(program: Program): Map<BufferId, BufferId> {
  const owner = new Map<BufferId, BufferId>();
  const free = new Map<string, { readonly owner: BufferId; until: number }[]>();
  for (const [buffer, { first, last }] of [...lives(program)].sort(([a, x], [b, y]) => x.first - y.first || a - b)) {
    const { shape = [], element = 'real' } = program.buffers[buffer] ?? {};
    const key = `${element} ${polyKey(sizePoly(shape))}`;
    const known = free.get(key) ?? [];
    const room = known.find((r) => r.until < first);
    if (room === undefined) free.set(key, [...known, { owner: buffer, until: last }]);
    else room.until = last;
    owner.set(buffer, room?.owner ?? buffer);
  }
  return owner;
}

/** What is wrong with such a plan: arrays in one room that are needed at one time, or that differ in length. */
export function checkRooms(program: Program, owners: ReadonlyMap<BufferId, BufferId>): string[] {
  const faults: string[] = [];
  const alive = lives(program);
  const length = (buffer: BufferId): string => polyKey(sizePoly(program.buffers[buffer]?.shape ?? []));
  const guests = new Map<BufferId, BufferId[]>();
  for (const [buffer, life] of alive) {
    const owner = owners.get(buffer);
    if (owner === undefined) {
      faults.push(`#${buffer} has no room`);
      continue;
    }
    if (length(owner) !== length(buffer)) faults.push(`#${buffer} is not as long as #${owner}`);
    const others = guests.get(owner) ?? [];
    for (const other of others) {
      const { first, last } = alive.get(other) ?? life;
      if (first <= life.last && life.first <= last) faults.push(`#${buffer} and #${other} are needed at one time`);
    }
    guests.set(owner, [...others, buffer]);
  }
  return faults;
}
