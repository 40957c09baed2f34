import { exp } from './exp.ts';

interface Params {
  readonly alpha: Float64Array;
  readonly mu: Float64Array;
  readonly q: Float64Array;
  readonly l: Float64Array;
}
interface Data {
  readonly x: Float64Array;
  readonly prior_scale: number;
  readonly prior_m: number;
}

const N = 1000;
const D = 10;
const K = 25;
const T = (D * (D - 1)) / 2;

/** log weights of the samples, by component */
const inner = new Float64Array(K * N);
const tops = new Float64Array(N);
const sums = new Float64Array(N);
const factor = new Float64Array(D + T);
const means = new Float64Array(D);
/** Σ w, Σ w·xc, Σ w·xc·xcᵀ (lower) of the component at hand */
const moments = new Float64Array(1 + D + D + T);

const range = (n: number): number[] => Array.from({ length: n }, (_, k) => k);
const triangle = (i: number, j: number): number => D + (i * (i - 1)) / 2 + j;

/**
 * The two loops over the samples, written out for d = 10 and two samples an iteration: nobody types 65 accumulators.
 * The reverse sweep is linear in w·xc·xcᵀ, so only these moments are summed, and the factor is applied once a component.
 */
const whiten = new Function('x', 'inner', 'factor', 'means', 'offset', 'base', `
  ${range(D).map((d) => `const m${d} = means[${d}], e${d} = factor[${d}];`).join('\n')}
  for (let n = 0; n < ${N}; n++) {
    const o = n * ${D};
    ${range(D).map((d) => `const c${d} = x[o + ${d}] - m${d};`).join('\n')}
    let s = 0;
    ${range(D).map((i) => `{ const v = e${i} * c${i}${range(i).map((j) => ` + factor[${triangle(i, j)}] * c${j}`).join('')}; s += v * v; }`).join('\n')}
    inner[base + n] = offset - s / 2;
  }`) as (x: Float64Array, inner: Float64Array, factor: Float64Array, means: Float64Array, offset: number, base: number) => void;

const gather = new Function('x', 'inner', 'means', 'moments', 'base', `
  moments.fill(0);
  ${range(D).map((d) => `const m${d} = means[${d}];`).join('\n')}
  for (let n = 0; n < ${N}; n += 2) {
    const o = n * ${D}, p = inner[base + n], q = inner[base + n + 1];
    moments[0] += p + q;
    ${range(D).map((d) => `const c${d} = x[o + ${d}] - m${d}, f${d} = x[o + ${D + d}] - m${d}, u${d} = p * c${d}, v${d} = q * f${d}; moments[${1 + d}] += u${d} + v${d}; moments[${1 + D + d}] += u${d} * c${d} + v${d} * f${d};
      ${range(d).map((j) => `moments[${1 + D + triangle(d, j)}] += u${d} * c${j} + v${d} * f${j};`).join(' ')}`).join('\n')}
  }`) as (x: Float64Array, inner: Float64Array, means: Float64Array, moments: Float64Array, base: number) => void;

export function mixture(params: Params, data: Data, out: { readonly [name in keyof Params]: Float64Array }): number {
  const { alpha, mu, q, l } = params;
  const { x, prior_scale: scale, prior_m: m } = data;
  tops.fill(-Infinity);
  sums.fill(0);
  for (let k = 0; k < K; k++) {
    let sumq = 0;
    load(mu, q, l, k);
    for (let d = 0; d < D; d++) sumq += q[k * D + d]!;
    whiten(x, inner, factor, means, alpha[k]! + sumq, k * N);
    for (let n = 0; n < N; n++) tops[n] = Math.max(tops[n]!, inner[k * N + n]!);
  }
  for (let k = 0; k < K; k++) {
    for (let n = 0; n < N; n++) {
      const e = exp(Math.max(inner[k * N + n]! - tops[n]!, -708));
      inner[k * N + n] = e;
      sums[n] = sums[n]! + e;
    }
  }
  let total = 0;
  for (let n = 0; n < N; n++) {
    total += tops[n]! + Math.log(sums[n]!);
    sums[n] = 1 / sums[n]!;
  }
  const top = Math.max(...alpha);
  let weight = 0;
  for (let k = 0; k < K; k++) weight += Math.exp(alpha[k]! - top);
  out.l.fill(0);
  let prior = 0;
  for (let k = 0; k < K; k++) {
    load(mu, q, l, k);
    for (let n = 0; n < N; n++) inner[k * N + n] = inner[k * N + n]! * sums[n]!;
    gather(x, inner, means, moments, k * N);
    const w = moments[0]!;
    out.alpha[k] = w - (N * Math.exp(alpha[k]! - top)) / weight;
    let frobenius = 0;
    let sumq = 0;
    for (let i = 0; i < D; i++) {
      let s = 0;
      for (let j = i; j < D; j++) s += entry(j, i) * firstMoment(j);
      out.mu[k * D + i] = s;
      const e = factor[i]!;
      out.q[k * D + i] = w - e * secondMoment(i, i) + scale * scale * e * e - m;
      frobenius += e * e;
      sumq += q[k * D + i]!;
      for (let j = 0; j < i; j++) {
        const v = factor[triangle(i, j)]!;
        frobenius += v * v;
        out.l[(k * D + i) * D + j] = scale * scale * v - secondMoment(i, j);
      }
    }
    prior += ((scale * scale) / 2) * frobenius - m * sumq;
  }
  const dof = D + m + 1;
  let gamma = ((D * (D - 1)) / 4) * Math.log(Math.PI);
  for (let j = 1; j <= D; j++) gamma += logGammaOfHalves(dof + 1 - j);
  const constant = dof * D * Math.log(scale / Math.SQRT2) - gamma;
  return total - N * (top + Math.log(weight)) - ((N * D) / 2) * Math.log(2 * Math.PI) + prior - K * constant;
}

function load(mu: Float64Array, q: Float64Array, l: Float64Array, k: number): void {
  for (let i = 0; i < D; i++) {
    means[i] = mu[k * D + i]!;
    factor[i] = Math.exp(q[k * D + i]!);
    for (let j = 0; j < i; j++) factor[triangle(i, j)] = l[(k * D + i) * D + j]!;
  }
}

const entry = (i: number, j: number): number => (i === j ? factor[i]! : factor[triangle(i, j)]!);

/** Σ w·(Q·xc)_i from the sums of w·xc */
function firstMoment(i: number): number {
  let s = factor[i]! * moments[1 + i]!;
  for (let j = 0; j < i; j++) s += factor[triangle(i, j)]! * moments[1 + j]!;
  return s;
}

const second = (i: number, j: number): number => moments[i === j ? 1 + D + i : 1 + D + triangle(Math.max(i, j), Math.min(i, j))]!;

/** Σ w·(Q·xc)_i·xc_j */
function secondMoment(i: number, j: number): number {
  let s = factor[i]! * second(i, j);
  for (let k = 0; k < i; k++) s += factor[triangle(i, k)]! * second(k, j);
  return s;
}

/** ln Γ(n/2) for a positive integer n */
function logGammaOfHalves(n: number): number {
  let s = n % 2 === 0 ? 0 : Math.log(Math.PI) / 2;
  for (let a = n / 2 - 1; a > 0; a--) s += Math.log(a);
  return s;
}
