/**
 * Interleaved measurement: every round runs each contestant once, in a rotating order, so that a slow
 * moment of the machine hits all of them. Ratios of minima and medians are what is reported.
 */
export interface Contestant {
  readonly name: string;
  /** one sample in milliseconds; does its own warming */
  readonly sample: () => number;
}

export interface Measured {
  readonly name: string;
  readonly min: number;
  readonly median: number;
  /** min relative to the first contestant's min */
  readonly ratio: number;
}

export function measure(contestants: readonly Contestant[], rounds: number): Measured[] {
  const samples = new Map<string, number[]>(contestants.map((c) => [c.name, []]));
  for (let round = 0; round < rounds; round++) {
    for (let k = 0; k < contestants.length; k++) {
      const contestant = contestants[(k + round) % contestants.length]!;
      samples.get(contestant.name)!.push(contestant.sample());
    }
  }
  const base = Math.min(...samples.get(contestants[0]!.name)!);
  return contestants.map(({ name }) => {
    const sorted = [...samples.get(name)!].sort((a, b) => a - b);
    return { name, min: sorted[0]!, median: sorted[sorted.length >> 1]!, ratio: sorted[0]! / base };
  });
}

/**
 * The least of the samples that fit into `within` milliseconds. A core that is shared with a neighbour's thread gives loops that
 * are bound by what it can start in a cycle half their speed for tenths of a second, and loops that wait for their own last sum
 * all of theirs: measured beside each other, a chain of additions took 0.94 to 1.01 ns a step while as many operations as fit
 * into a cycle took 1.1 to 1.8. Medians of single samples would compare the neighbours.
 */
export function leastWithin(within: number, { sample }: Pick<Contestant, 'sample'>): number {
  const end = performance.now() + within;
  let least = sample();
  while (performance.now() < end) least = Math.min(least, sample());
  return least;
}

/** Runs `work` until at least `atLeast` ms have passed and returns milliseconds per run. */
export function timePerRun(work: () => void, atLeast = 30): number {
  let runs = 0;
  const start = performance.now();
  let elapsed = 0;
  while (elapsed < atLeast) {
    work();
    runs += 1;
    elapsed = performance.now() - start;
  }
  return elapsed / runs;
}
