/** A seeded generator (mulberry32, Tommy Ettinger, public domain): same seed, same points, on every machine. */
export interface Random {
  /** uniform in [lo, hi) */
  uniform(lo: number, hi: number): number;
  /** an integer in [lo, hi] */
  integer(lo: number, hi: number): number;
}

export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    uniform: (lo, hi) => lo + (hi - lo) * next(),
    integer: (lo, hi) => lo + Math.floor(next() * (hi - lo + 1)),
  };
}
