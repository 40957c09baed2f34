/**
 * What makes a derivative object right: contracted with directions it is a mixed directional derivative of what it
 * was made from. One rule a kind; a kind that no rule knows is right when its axes say that it is the full tensor.
 */
import { isDeclaredSymmetric } from '../elaborate/types.ts';
import type { Dim } from '../ir/dim.ts';
import type { Graph } from '../ir/graph.ts';
import type { NodeId } from '../ir/types.ts';
import { one, R, zero, type Real } from './extended/decimal.ts';
import { mixedDifference, type Difference, type Displacement } from './extended/differences.ts';
import { evaluateExtended, type ExtendedEnvironment } from './extended/evaluate.ts';

/** A variable of a derivative: the leaf that the caller's value stands for, and what its values keep to. */
export interface Variable {
  readonly name: string;
  readonly leaf: string;
  readonly shape: readonly Dim[];
  readonly properties: readonly string[];
}

export interface DerivativeObject {
  /** `gradient`, `hvp`, … */
  readonly kind: string;
  readonly of: { readonly name: string; readonly node: NodeId };
  readonly by: readonly Variable[];
  /** what is to be verified */
  readonly node: NodeId;
  /** leaf of the caller's direction or seed, and which variable or output it belongs to */
  readonly directions: readonly { readonly leaf: string; readonly for: string }[];
  /** of a derivative along directions */
  readonly order?: number;
  /** every variable of the request: a product moves all of them */
  readonly all: readonly Variable[];
}

export interface Comparison {
  /** largest |derived − expected| relative to the size of what was summed */
  readonly error: number;
  /** why this point says nothing */
  readonly skipped?: 'corner' | 'not finite';
}

/** Gives the components of random directions. */
export type Draw = () => number;

type Rule = (o: DerivativeObject, c: Context) => Comparison;

/** Undefined when nothing is known about objects of this kind. */
export function ruleOf(graph: Graph, o: DerivativeObject): Rule | undefined {
  const rule = Object.hasOwn(RULES, o.kind) ? RULES[o.kind] : undefined;
  if (rule !== undefined) return rule;
  const full = [...graph.shape(o.of.node), ...o.by.flatMap((v) => v.shape)];
  return o.by.length > 0 && full.join() === graph.shape(o.node).join() ? fullTensor : undefined;
}

/** One point: the object, the directions drawn there. */
export class Context {
  readonly graph: Graph;
  readonly env: ExtendedEnvironment;
  readonly #draw: Draw;

  constructor(graph: Graph, env: ExtendedEnvironment, draw: Draw) {
    this.graph = graph;
    this.env = env;
    this.#draw = draw;
  }

  values(node: NodeId): readonly Real[] {
    return evaluateExtended(this.graph, [node], this.env)[0]?.data ?? [];
  }

  difference(node: NodeId, directions: readonly Displacement[]): Difference {
    return mixedDifference(this.graph, node, this.env, directions);
  }

  /** A random direction that keeps the structure which the variable's values have. */
  random({ leaf, properties }: Variable): readonly Real[] {
    const count = this.env.inputs.get(leaf)?.length ?? 0;
    const d = Array.from({ length: count }, () => new R(this.#draw()));
    const n = Math.round(Math.sqrt(count));
    const at = (i: number, j: number): Real => d[i * n + j] ?? zero;
    if (properties.includes('diag')) return d.map((x, k) => (k % n === Math.floor(k / n) ? x : zero));
    if (isDeclaredSymmetric(properties)) return d.map((_, k) => at(Math.floor(k / n), k % n).plus(at(k % n, Math.floor(k / n))).div(2));
    if (properties.includes('lower')) return d.map((x, k) => (k % n <= Math.floor(k / n) ? x : zero));
    return d;
  }
}

const RULES: Readonly<Record<string, Rule>> = {
  value: (o, c) => compare(c.values(o.node), c.values(o.of.node)),
  gradient: fullTensor,
  jacobian: fullTensor,
  hessian: (o, c) => worst(fullTensor(o, c), symmetry(o, c)),
  jvp: (o, c) => {
    const expected = c.difference(o.of.node, [callersDirection(o, c)]);
    return expected.corner ? CORNER : compare(c.values(o.node), expected.value, [], expected.noise);
  },
  hvp: (o, c) => alongVariable(o, c, (d) => c.difference(o.of.node, [d, callersDirection(o, c)])),
  vjp: (o, c) => alongVariable(o, c, (d) => {
    const expected = c.difference(o.of.node, [d]);
    const seed = o.directions.find((s) => s.for === o.of.name);
    const u = c.env.inputs.get(seed?.leaf ?? '') ?? [one];
    return { ...expected, value: [dot(expected.value, u)] };
  }),
  directional: (o, c) => {
    const rounds = roundsOf(o);
    const expected = c.difference(o.of.node, rounds.length > 1 ? rounds.map((r) => displacement(r, c)) : Array.from({ length: o.order ?? 1 }, () => callersDirection(o, c)));
    return expected.corner ? CORNER : compare(c.values(o.node), expected.value, [], expected.noise);
  },
  gauss_newton: (o, c) => {
    const [x, y] = o.by;
    if (x === undefined || y === undefined) return { error: Number.NaN };
    const [d, e] = [c.random(x), c.random(y)];
    const [left, right] = [c.difference(o.of.node, [new Map([[x.leaf, d]])]), c.difference(o.of.node, [new Map([[y.leaf, e]])])];
    if (left.corner || right.corner) return CORNER;
    const product = contractLast(contractLast(c.values(o.node), e), d);
    return compare(product, [dot(left.value, right.value)], [dot(left.value.map((v) => v.abs()), right.value.map((v) => v.abs()))], left.noise);
  },
  gauss_newton_product: (o, c) => alongVariable(o, c, (d) => {
    const [left, right] = [c.difference(o.of.node, [d]), c.difference(o.of.node, [callersDirection(o, c)])];
    return { value: [dot(left.value, right.value)], corner: left.corner || right.corner, noise: left.noise };
  }),
};

/** An error of the size of the noise counts as one in 10¹⁶. */
const NOISE_COUNTS = '1e16';
const CORNER: Comparison = { error: 0, skipped: 'corner' };

/** T[…, d₁, …, dₙ] = D[d₁]…D[dₙ] f */
function fullTensor(o: DerivativeObject, c: Context): Comparison {
  const directions = o.by.map((v) => c.random(v));
  const expected = c.difference(o.of.node, o.by.map((v, k) => new Map([[v.leaf, directions[k] ?? []]])));
  if (expected.corner) return CORNER;
  let values = c.values(o.node);
  let sizes = values.map((x) => x.abs());
  for (const d of [...directions].reverse()) {
    values = contractLast(values, d);
    sizes = contractLast(sizes, d.map((x) => x.abs()));
  }
  return compare(values, expected.value, sizes, expected.noise);
}

/** An object of the shape of one variable, contracted with a direction in it. */
function alongVariable(o: DerivativeObject, c: Context, expectedAlong: (d: Displacement) => Difference): Comparison {
  const [v] = o.by;
  if (v === undefined) return { error: Number.NaN };
  const d = c.random(v);
  const values = c.values(o.node);
  const expected = expectedAlong(new Map([[v.leaf, d]]));
  if (expected.corner) return CORNER;
  return compare([dot(values, d)], expected.value, [dot(values.map((x) => x.abs()), d.map((x) => x.abs()))], expected.noise);
}

/** The block of a variable with itself is symmetric. */
function symmetry(o: DerivativeObject, c: Context): Comparison {
  const [x, y] = o.by;
  const n = c.env.inputs.get(x?.leaf ?? '')?.length ?? 0;
  const h = c.values(o.node);
  if (x?.leaf !== y?.leaf || h.length !== n * n) return { error: 0 };
  const top = h.reduce((m, v) => R.max(m, v.abs()), zero);
  return compare(h, h.map((_, k) => h[(k % n) * n + Math.floor(k / n)] ?? zero), h.map(() => top));
}

/** The caller's directions as displacements of all variables: the k-th of each variable together. */
function roundsOf(o: DerivativeObject): ReadonlyMap<string, string>[] {
  const rounds: Map<string, string>[] = [];
  for (const v of o.all) {
    o.directions.filter((d) => d.for === v.name).forEach((d, k) => (rounds[k] ??= new Map()).set(v.leaf, d.leaf));
  }
  return rounds;
}

function displacement(round: ReadonlyMap<string, string>, c: Context): Displacement {
  return new Map([...round].map(([variable, direction]) => [variable, c.env.inputs.get(direction) ?? []]));
}

/** The first direction of every variable. */
function callersDirection(o: DerivativeObject, c: Context): Displacement {
  return displacement(roundsOf(o)[0] ?? new Map(), c);
}

function contractLast(values: readonly Real[], d: readonly Real[]): Real[] {
  const n = d.length;
  return Array.from({ length: n === 0 ? 0 : values.length / n }, (_, k) => dot(values.slice(k * n, (k + 1) * n), d));
}

export function dot(a: readonly Real[], b: readonly Real[]): Real {
  return a.reduce((sum, x, k) => sum.plus(x.times(b[k] ?? zero)), zero);
}

/** `sizes` are what the derived numbers were summed from: errors are measured against them, or against what is not lost in the noise of the expected ones. */
export function compare(derived: readonly Real[], expected: readonly Real[], sizes: readonly Real[] = [], noise: Real = zero): Comparison {
  if (expected.some((x) => !x.isFinite())) return { error: 0, skipped: 'not finite' };
  if (derived.length !== expected.length) return { error: Infinity };
  let error = 0;
  derived.forEach((x, k) => {
    const y = expected[k] ?? zero;
    const distance = x.minus(y).abs();
    if (distance.isZero()) return;
    const scale = R.max(y.abs(), sizes[k] ?? zero, noise.times(NOISE_COUNTS), '1e-300');
    const relative = distance.div(scale).toNumber();
    error = Math.max(error, Number.isNaN(relative) ? Infinity : relative);
  });
  return { error };
}

function worst(a: Comparison, b: Comparison): Comparison {
  return a.error >= b.error ? a : { ...a, error: b.error };
}
