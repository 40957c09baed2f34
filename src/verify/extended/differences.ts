/**
 * Derivatives that owe nothing to the compiler's: central differences of the oracle's values. With d digits a mixed
 * difference of order n with step 10^(−d/(n + 2)) is good to about 2d/(n + 2) digits; where an operation has only
 * doubles, two step sizes are extrapolated (Richardson).
 */
import type { Graph } from '../../ir/graph.ts';
import type { NodeId } from '../../ir/types.ts';
import { DIGITS, R, zero, type Real } from './decimal.ts';
import { evaluateExtended, type ExtendedEnvironment } from './evaluate.ts';

/** By how much each leaf moves, by name; leaves that are not named stay. */
export type Displacement = ReadonlyMap<string, readonly Real[]>;

export interface Difference {
  /** D[d₁]…D[dₙ] of the root, element by element */
  readonly value: readonly Real[];
  /** the root has a corner here: left and right slope differ (noticed for first derivatives) */
  readonly corner: boolean;
  /** what rounding of the values alone can make of the difference */
  readonly noise: Real;
}

const DOUBLE_DIGITS = 16;
/** The last four digits of a value may be wrong. */
const ROUNDING = new R(10).pow(4 - DIGITS);
/** Of the second difference against the first: about the step for a smooth function, of order one at a corner. */
const CORNER = new R('1e-6');

export function mixedDifference(graph: Graph, root: NodeId, env: ExtendedEnvironment, directions: readonly Displacement[]): Difference {
  const n = directions.length;
  const [base] = evaluateExtended(graph, [root], env);
  const centre = base?.data ?? [];
  if (env.doubleOnly.size > 0) {
    const h = new R(10).pow(-Math.round(DOUBLE_DIGITS / (n + 4)));
    const coarse = central(graph, root, env, directions, h.times(2), centre).value;
    const fine = central(graph, root, env, directions, h, centre);
    return { ...fine, value: fine.value.map((x, k) => x.times(4).minus(coarse[k] ?? zero).div(3)), corner: false };
  }
  return central(graph, root, env, directions, new R(10).pow(-Math.round(DIGITS / (n + 2))), centre);
}

/** Σ s₁…sₙ f(x + h Σ sₖ dₖ)/(2h)ⁿ over all signs. */
function central(graph: Graph, root: NodeId, env: ExtendedEnvironment, directions: readonly Displacement[], h: Real, centre: readonly Real[]): Difference {
  const n = directions.length;
  const sum = centre.map(() => zero);
  const even = centre.map((x) => x.times(-(2 ** n)));
  for (let signs = 0; signs < 2 ** n; signs++) {
    const steps = directions.map((_, k) => ((signs >> k) & 1 ? h.neg() : h));
    const [moved] = evaluateExtended(graph, [root], displaced(env, directions, steps));
    const positive = steps.filter((s) => s.isNegative()).length % 2 === 0;
    moved?.data.forEach((x, k) => {
      sum[k] = (sum[k] ?? zero)[positive ? 'plus' : 'minus'](x);
      even[k] = (even[k] ?? zero).plus(x);
    });
  }
  const scale = h.times(2).pow(n);
  const value = sum.map((x) => x.div(scale));
  const corner = n === 1 && value.some((x, k) => (even[k] ?? zero).div(h).abs().gt(CORNER.times(x.abs().plus(1))));
  const top = centre.reduce((m, x) => R.max(m, x.abs()), zero);
  return { value, corner, noise: top.times(ROUNDING).div(h.pow(n)) };
}

function displaced(env: ExtendedEnvironment, directions: readonly Displacement[], steps: readonly Real[]): ExtendedEnvironment {
  const inputs = new Map(env.inputs);
  directions.forEach((direction, k) => {
    for (const [name, d] of direction) {
      inputs.set(name, (inputs.get(name) ?? []).map((x, i) => x.plus((steps[k] ?? zero).times(d[i] ?? zero))));
    }
  });
  return { ...env, inputs };
}
