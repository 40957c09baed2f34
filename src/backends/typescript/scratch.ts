/** The arrays that functions of a module work in: fields of one object, taken out of it by the functions that use them. */
import { rooms } from '../../schedule/rooms.ts';
import type { Scheduled } from '../../schedule/schedule.ts';
import type { BufferId } from '../../schedule/types.ts';
import type { ModuleContext } from './context.ts';
import { identifier } from './names.ts';

/** What emitted modules call the object. */
export const SCRATCH = 'scratch';

/** An array of what a local of the same name is one element of. */
export const scratchWord = (hint: string): string => identifier(plural(identifier(hint)));

function plural(word: string): string {
  return word.endsWith('s') ? word : `${word}s`;
}

/** An array to work in: what a function calls it, and the field of the module's scratch that it is. */
export interface Room {
  readonly word: string;
  readonly field: string;
}

/** Arrays of the module for those of a function; some hold one thing after the other. */
export function findRoom(ctx: ModuleContext, program: Scheduled): Map<BufferId, Room> {
  const owners = rooms(program);
  const fields = new Map<BufferId, string>();
  const inUse = program.buffers.filter((b) => owners.has(b.id));
  for (const b of inUse) if (owners.get(b.id) === b.id) fields.set(b.id, ctx.room(b.name, b.shape, new Set(fields.values())));
  return new Map(inUse.map((b) => [b.id, { word: scratchWord(b.name), field: fields.get(owners.get(b.id) ?? b.id) ?? '' }]));
}
