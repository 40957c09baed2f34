/** What a program in JavaScript passes where TypeScript would ask for a text. */
import type { Bag } from './bag.ts';

/** Whether it is a text; anything else is reported. */
export function isText(given: unknown, bag: Bag): given is string {
  if (typeof given === 'string') return true;
  bag.report('not-a-text', undefined, { found: given === null ? 'null' : Array.isArray(given) ? 'an array' : typeof given });
  return false;
}
