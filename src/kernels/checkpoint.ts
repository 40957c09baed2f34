/**
 * Where to keep a state on the way from one step of a loop to another, with room for `free` more: with binomial
 * distances the fewest steps are taken again (Griewank and Walther 2000, "revolve"). Exact.
 */
export function nextCheckpoint(from: number, to: number, free: number): number {
  const steps = to - from + 1;
  let repeats = 0;
  let reach = 1;
  while (reach < steps) {
    repeats++;
    reach = Math.round((reach * (free + 1 + repeats)) / repeats);
  }
  const before = Math.round((reach * repeats) / (free + 1 + repeats));
  const right = Math.round((before * (free + 1)) / (free + repeats));
  return from + Math.max(1, Math.min(before, steps - right));
}
