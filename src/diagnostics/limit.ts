import type { Bag } from './bag.ts';

/** More than diffc will do. Thrown from deep inside, where a bag cannot reach; doors report it. */
export class LimitExceeded extends Error {
  /** the construct that asks for too much, as a person would call it */
  readonly what: string;
  readonly most: string;

  constructor(what: string, most: string) {
    super(`${what} is too large: at most ${most}`);
    this.name = 'LimitExceeded';
    this.what = what;
    this.most = most;
  }
}

/** For a door that has caught something: a limit is the user's mistake, anything else is thrown on. */
export function reportLimit(error: unknown, bag: Bag): void {
  if (!(error instanceof LimitExceeded)) throw error;
  bag.report('too-large', undefined, { what: error.what, most: error.most });
}
