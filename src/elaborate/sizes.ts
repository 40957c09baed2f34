/**
 * Sizes as symbols. Declared sizes are rigid: two of them are equal only when they are the same. Sizes that
 * nobody declared (one-liners, matrix mode, `vector(1)`) are flexible: meeting another size binds them, and the
 * text is elaborated again with the binding, until nothing new is learnt.
 */
import { constantDim, dimDifference, readDim, shiftDim, type Dim } from '../ir/dim.ts';
import { FLEXIBLE } from './value.ts';

/** What has been learnt about flexible sizes; survives from one elaboration to the next. */
export class Bindings {
  readonly #bound = new Map<Dim, Dim>();

  resolve(dim: Dim): Dim {
    let current = dim;
    for (;;) {
      const { base, offset } = readDim(current);
      const next = base === undefined ? undefined : this.#bound.get(base);
      if (next === undefined) return current;
      current = shiftDim(next, offset);
    }
  }

  /** Makes both equal if one of them is flexible. */
  unify(a: Dim, b: Dim): 'same' | 'bound' | 'different' {
    const x = this.resolve(a);
    const y = this.resolve(b);
    if (x === y) return 'same';
    return this.#bind(x, y) || this.#bind(y, x) ? 'bound' : 'different';
  }

  /** Gives a flexible size its final name. */
  rename(from: Dim, to: Dim): void {
    this.#bound.set(from, to);
  }

  #bind(from: Dim, to: Dim): boolean {
    const { base, offset } = readDim(from);
    if (base === undefined || !base.startsWith(FLEXIBLE)) return false;
    // ?n = ?n + 1 has no solution
    if (readDim(to).base === base) return false;
    this.#bound.set(base, shiftDim(to, -offset));
    return true;
  }
}

export type Fit = 'inside' | 'outside' | 'unknown';

export class Sizes {
  readonly bindings: Bindings;
  /** the smallest value each size symbol may have: declared, or needed by a literal position */
  readonly atLeast = new Map<string, number>();
  /** something was learnt: this elaboration must be repeated */
  learnt = false;
  /** flexible sizes in order of appearance */
  readonly flexible = new Set<Dim>();
  readonly #needs = new Map<Dim, Dim[]>();

  constructor(bindings: Bindings) {
    this.bindings = bindings;
  }

  /** A size to be inferred. The key is stable from one elaboration to the next. */
  fresh(key: string): Dim {
    const resolved = this.bindings.resolve(FLEXIBLE + key);
    const { base } = readDim(resolved);
    if (base?.startsWith(FLEXIBLE)) this.flexible.add(base);
    return resolved;
  }

  /** Whether two sizes are equal; flexible ones become so. */
  same(a: Dim, b: Dim): boolean {
    if (a === b) return true;
    const outcome = this.bindings.unify(a, b);
    if (outcome === 'bound') this.learnt = true;
    return outcome !== 'different';
  }

  sameShape(a: readonly Dim[], b: readonly Dim[]): boolean {
    return a.length === b.length && a.every((dim, k) => this.same(dim, b[k] ?? ''));
  }

  /** A flexible axis is read up to this length: the largest such length becomes its size. */
  needs(axis: Dim, length: Dim): void {
    const lengths = this.#needs.get(axis);
    if (lengths === undefined) this.#needs.set(axis, [length]);
    else lengths.push(length);
  }

  /** Binds the axes of which only positions are known. */
  settle(): void {
    for (const [axis, lengths] of this.#needs) {
      const [first = '1'] = lengths;
      const longest = lengths.reduce((best, next) => ((dimDifference(next, best) ?? 0) > 0 ? next : best), first);
      this.same(axis, longest);
    }
  }

  minimum(base: string): number {
    return this.atLeast.get(base) ?? 1;
  }

  /** The smallest value that the user allows. */
  declare(base: string, atLeast: number): void {
    this.atLeast.set(base, Math.max(atLeast, this.atLeast.get(base) ?? atLeast));
  }

  require(base: string, atLeast: number): void {
    if (atLeast > this.minimum(base)) this.atLeast.set(base, atLeast);
  }

  /** Whether dim >= n, for a plain number n. */
  #atLeast(dim: Dim, n: number): Fit {
    const { base, offset } = readDim(dim);
    if (base === undefined) return offset >= n ? 'inside' : 'outside';
    return this.minimum(base) + offset >= n ? 'inside' : 'unknown';
  }

  /**
   * Whether the 0-based positions from..to lie on an axis of the given size. A literal position on a symbolic
   * axis is a requirement on the size, checked when data arrive.
   */
  fit(from: Dim, to: Dim, size: Dim): Fit {
    const start = this.#atLeast(from, 0);
    if (start !== 'inside') return start;
    const room = dimDifference(size, shiftDim(to, 1));
    if (room !== undefined) return room >= 0 ? 'inside' : 'outside';
    const last = constantDim(to);
    const { base, offset } = readDim(size);
    if (last === undefined || base === undefined) return 'unknown';
    this.require(base, last + 1 - offset);
    return 'inside';
  }
}
