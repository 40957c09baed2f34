/** Random admissible points of a model: sizes, inputs inside their declared bounds and structure, smooth opaque functions. */
import { takenAs } from '../elaborate/leaf.ts';
import type { Bound, DimDecl, Input, Model } from '../elaborate/model.ts';
import { isDeclaredDefinite, isDeclaredSymmetric } from '../elaborate/types.ts';
import { evaluateDim } from '../ir/dim.ts';
import { evaluateScalars, type Environment, type OpaqueEvaluator } from '../ir/evaluate.ts';
import { seededRandom, type Random } from './random.ts';

/** sin(Σ aₖ xₖ + φ), whose partials of every order are known, stands for a function nobody knows. */
export interface Wave {
  readonly slopes: readonly number[];
  readonly phase: number;
}

export interface SamplePoint extends Environment {
  /** what the opaque functions are */
  readonly waves: ReadonlyMap<string, Wave>;
}

/** Point number `index` of a model's domain; the same number (and seed) is the same point. */
export function samplePoint(model: Model, index: number, seed = 0x5eed): SamplePoint {
  const random = seededRandom(seed + 7919 * index);
  const sizes = new Map(model.dims.map((dim) => [dim.name, sampleSize(dim, random)]));
  const inputs = new Map<string, ArrayLike<number> | number>();
  for (const input of model.inputs) {
    inputs.set(takenAs(model.graph, input).name, sampleInput(model, input, sizes, random));
  }
  const waves = new Map(model.opaques.map((f): [string, Wave] => [f.name, sampleWave(f.arity, random)]));
  return { sizes, inputs, waves, opaques: new Map([...waves].map(([name, wave]) => [name, evaluatorOf(wave)])) };
}

function sampleSize(dim: DimDecl, random: Random): number {
  return dim.value ?? random.integer(Math.max(2, dim.atLeast), Math.max(2, dim.atLeast) + 3);
}

function sampleInput(model: Model, input: Input, sizes: ReadonlyMap<string, number>, random: Random): Float64Array | number {
  const shape = takenAs(model.graph, input).shape.map((d) => evaluateDim(d, sizes));
  const count = shape.reduce((a, b) => a * b, 1);
  if (input.role === 'hyper' && input.initial !== undefined && shape.length === 0) {
    return evaluateScalars(model.graph, [input.initial], { sizes, inputs: new Map() })[0] ?? 0;
  }
  const element = elementSampler(input, sizes, random);
  const data = Float64Array.from({ length: count }, element);
  if (shape.length === 2 && shape[0] === shape[1]) impose(input.properties, data, shape[0] ?? 0);
  if (input.properties.includes('simplex')) normaliseSum(data);
  return shape.length === 0 ? (data[0] ?? 0) : data;
}

function elementSampler(input: Input, sizes: ReadonlyMap<string, number>, random: Random): () => number {
  if (input.element === 'index') {
    const size = input.of === undefined ? 1 : evaluateDim(input.of, sizes);
    return () => random.integer(0, size - 1);
  }
  if (input.element === 'bool') return () => random.integer(0, 1);
  const { lo, hi } = interval(input.via === undefined ? input.bounds : []);
  if (input.element === 'int') return () => random.integer(Math.ceil(Math.max(lo, -3)), Math.floor(Math.min(hi, 3)));
  if (Number.isFinite(lo) && Number.isFinite(hi)) return () => lo + (hi - lo) * random.uniform(0.05, 0.95);
  if (Number.isFinite(lo)) return () => lo + random.uniform(0.2, 2.2);
  if (Number.isFinite(hi)) return () => hi - random.uniform(0.2, 2.2);
  return () => random.uniform(-1.6, 1.6);
}

function interval(bounds: readonly Bound[]): { lo: number; hi: number } {
  let lo = -Infinity;
  let hi = Infinity;
  for (const { relation, value } of bounds) {
    if (relation === '>' || relation === '>=') lo = Math.max(lo, value);
    if (relation === '<' || relation === '<=') hi = Math.min(hi, value);
  }
  return { lo, hi };
}

function impose(properties: readonly string[], a: Float64Array, n: number): void {
  const at = (i: number, j: number): number => a[i * n + j] ?? 0;
  if (isDeclaredDefinite(properties) || properties.includes('psd')) {
    const product = Float64Array.from({ length: n * n }, (_, k) => {
      const i = Math.floor(k / n);
      const j = k % n;
      let sum = i === j ? n : 0;
      for (let m = 0; m < n; m++) sum += at(i, m) * at(j, m);
      return sum;
    });
    a.set(product);
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      if (isDeclaredSymmetric(properties) && j > i) a[i * n + j] = at(j, i);
      if (properties.includes('lower') && j > i) a[i * n + j] = 0;
      if (properties.includes('diag') && i !== j) a[i * n + j] = 0;
    }
  }
}

function normaliseSum(a: Float64Array): void {
  const sum = a.reduce((s, x) => s + Math.abs(x), 0);
  for (let k = 0; k < a.length; k++) a[k] = Math.abs(a[k] ?? 0) / sum;
}

function sampleWave(arity: number, random: Random): Wave {
  const slopes = Array.from({ length: arity }, () => random.uniform(0.5, 1.5));
  return { slopes, phase: random.uniform(0, 2) };
}

function evaluatorOf({ slopes, phase }: Wave): OpaqueEvaluator {
  return (orders, args) => {
    const order = orders.reduce((x, y) => x + y, 0);
    const angle = args.reduce((sum, x, k) => sum + (slopes[k] ?? 1) * x, phase) + (order * Math.PI) / 2;
    return orders.reduce((p, n, k) => p * (slopes[k] ?? 1) ** n, 1) * Math.sin(angle);
  };
}
