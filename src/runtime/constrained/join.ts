/** Several constraints as one. */
import type { Constraints } from '../problem.ts';

/** The elements of all, one after the other: what a model's `equality1`, `equality2`, … are to a solver. */
export function joinConstraints(parts: readonly Constraints[]): Constraints {
  const values = parts.map((p) => new Float64Array(p.count));
  let product = new Float64Array(0);
  return {
    count: parts.reduce((n, p) => n + p.count, 0),
    values(x, c) {
      let at = 0;
      parts.forEach((part, k) => {
        part.values(x, values[k]!);
        c.set(values[k]!, at);
        at += part.count;
      });
    },
    jacobianTransposed(x, u, out) {
      if (product.length !== out.length) product = new Float64Array(out.length);
      out.fill(0);
      let at = 0;
      parts.forEach((part, k) => {
        const weights = values[k]!;
        for (let i = 0; i < part.count; i++) weights[i] = u[at + i]!;
        part.jacobianTransposed(x, weights, product);
        for (let i = 0; i < out.length; i++) out[i]! += product[i]!;
        at += part.count;
      });
    },
  };
}
