/** Polynomials on vectors. */
import type { Code } from './code.ts';
import type { Lanes } from './lanes.ts';

/** c[0] + c[1] x + …, pairs first: half the depth of Horner's rule. */
export function estrin(code: Code, lanes: Lanes, x: number, coefficients: readonly number[]): void {
  const powers = [x];
  let level: (() => void)[] = coefficients.map((c) => () => void lanes.constant(code, c));
  for (let depth = 0; level.length > 1; depth++) {
    const below = level;
    if (depth > 0) {
      const last = powers[depth - 1] ?? x;
      const square = code.local('v128');
      code.get(last).get(last).op(lanes.op('mul')).set(square);
      powers.push(square);
    }
    const power = powers[depth] ?? x;
    const made: (() => void)[] = [];
    for (let k = 0; k < below.length; k += 2) {
      const [low, high] = [below[k], below[k + 1]];
      if (low === undefined) continue;
      if (high === undefined) {
        made.push(low);
        continue;
      }
      const sum = code.local('v128');
      low();
      high();
      code.get(power).op(lanes.op('mul'), lanes.op('add')).set(sum);
      made.push(() => void code.get(sum));
    }
    level = made;
  }
  level[0]?.();
}
