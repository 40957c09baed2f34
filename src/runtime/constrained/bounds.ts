/** Boxes: lower and upper bounds of every variable. */
import { checkLength, RuntimeError } from '../error.ts';

export interface Bounds {
  /** one bound for every variable, or one each; -Infinity when left out */
  readonly lower?: number | ArrayLike<number>;
  /** Infinity when left out */
  readonly upper?: number | ArrayLike<number>;
}

export class Box {
  readonly lower: Float64Array;
  readonly upper: Float64Array;

  constructor(bounds: Bounds, dimension: number) {
    this.lower = boundArray('lower', bounds.lower ?? -Infinity, dimension);
    this.upper = boundArray('upper', bounds.upper ?? Infinity, dimension);
    const wrong = this.lower.findIndex((low, i) => !(low <= this.upper[i]!));
    if (wrong >= 0) throw new RuntimeError('bad-bounds', `bounds of variable ${wrong} are ${this.lower[wrong]} and ${this.upper[wrong]}, expected lower <= upper`);
  }

  /** Moves x to the nearest point of the box. */
  project(x: Float64Array): void {
    for (let i = 0; i < x.length; i++) x[i] = Math.min(Math.max(x[i]!, this.lower[i]!), this.upper[i]!);
  }

  /** Largest component of x − P(x − g): 0 exactly where no feasible direction descends. */
  projectedNorm(x: Float64Array, g: Float64Array): number {
    let largest = 0;
    for (let i = 0; i < x.length; i++) {
      const moved = Math.min(Math.max(x[i]! - g[i]!, this.lower[i]!), this.upper[i]!);
      largest = Math.max(largest, Math.abs(x[i]! - moved));
    }
    return largest;
  }

  /** The largest step with x + step·d inside. */
  longestStep(x: Float64Array, d: Float64Array): number {
    let longest = Infinity;
    for (let i = 0; i < x.length; i++) {
      if (d[i]! > 0) longest = Math.min(longest, (this.upper[i]! - x[i]!) / d[i]!);
      else if (d[i]! < 0) longest = Math.min(longest, (this.lower[i]! - x[i]!) / d[i]!);
    }
    return longest;
  }
}

function boundArray(name: string, bound: number | ArrayLike<number>, dimension: number): Float64Array {
  if (typeof bound === 'number') return new Float64Array(dimension).fill(bound);
  checkLength(name, bound, dimension);
  return Float64Array.from(bound);
}
