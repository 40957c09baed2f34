/**
 * The generator behind everything random: xoshiro128** 1.1 (Blackman and Vigna, ACM TOMS 47, 2021), seeded by
 * splitmix32. 32-bit integer operations only, so that one seed gives the same numbers on every platform.
 */
export class Random {
  /** the four words of state: saved and set back, the sequence continues */
  readonly state: Int32Array = new Int32Array(4);

  /** Each `stream` of a seed is a sequence of its own. */
  constructor(seed: number, stream = 0) {
    let s = (Math.trunc(seed) ^ Math.imul(stream, 0x5bd1e995)) | 0;
    for (let k = 0; k < 4; k++) {
      s = (s + 0x9e3779b9) | 0;
      let z = Math.imul(s ^ (s >>> 16), 0x85ebca6b);
      z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
      this.state[k] = z ^ (z >>> 16);
    }
  }

  /** An integer from 0 to 2³² − 1. */
  word(): number {
    const s = this.state;
    const x = Math.imul(s[1]!, 5);
    const result = Math.imul((x << 7) | (x >>> 25), 9) >>> 0;
    const t = s[1]! << 9;
    s[2]! ^= s[0]!;
    s[3]! ^= s[1]!;
    s[1]! ^= s[2]!;
    s[0]! ^= s[3]!;
    s[2]! ^= t;
    s[3] = (s[3]! << 11) | (s[3]! >>> 21);
    return result;
  }

  /** Uniform on [0, 1), 53 random bits. */
  uniform(): number {
    return ((this.word() >>> 5) * 2 ** 26 + (this.word() >>> 6)) / 2 ** 53;
  }

  /** An integer from 0 to n − 1, every one equally likely. */
  below(n: number): number {
    // words from the last, incomplete multiple of n are drawn again
    const limit = 2 ** 32 - (2 ** 32 % n);
    let word = this.word();
    while (word >= limit) word = this.word();
    return word % n;
  }

  /** Standard normal, by Marsaglia's polar method (SIAM Review 6, 1964); the second number of each pair is dropped. */
  normal(): number {
    for (;;) {
      const u = 2 * this.uniform() - 1;
      const v = 2 * this.uniform() - 1;
      const s = u * u + v * v;
      if (s > 0 && s < 1) return u * Math.sqrt((-2 * Math.log(s)) / s);
    }
  }

  /** Puts the elements in random order: Fisher and Yates, in Durstenfeld's form (Communications of the ACM 7, 1964). */
  shuffle(order: Int32Array): void {
    for (let i = order.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const held = order[i]!;
      order[i] = order[j]!;
      order[j] = held;
    }
  }
}
