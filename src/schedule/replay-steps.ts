/** How many steps a loop takes again under a bound on memory: the run of `backends/typescript/replay.ts` without the work. */
import { nextCheckpoint } from '../kernels/checkpoint.ts';

export function replaySteps(length: number, slots: number): number {
  const positions = [0];
  let taken = 0;
  for (let t = length - 1; t >= 0; t--) {
    let at = positions[positions.length - 1] ?? 0;
    while (at < t) {
      const next = positions.length < slots ? nextCheckpoint(at, t, slots - positions.length) : t;
      taken += next - at;
      at = next;
      if (at < t) positions.push(at);
    }
    if (positions[positions.length - 1] === t) positions.pop();
  }
  return taken;
}
