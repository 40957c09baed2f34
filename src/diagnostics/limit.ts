/** More than diffc will do. Thrown from deep inside, where a bag cannot reach; doors turn it into the diagnostic `too-large`. */
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
