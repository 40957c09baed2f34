import { exp } from './exp.ts';

interface Params {
  readonly w: Float64Array;
  readonly b: number;
}
interface Data {
  readonly X: Float64Array;
  readonly y: Float64Array;
}
interface Gradient {
  readonly w: Float64Array;
  b: number;
}
interface Hessian {
  readonly w_w: Float64Array;
  readonly w_b: Float64Array;
  b_b: number;
}

const D = 50;
const lambda = 0.01;

/** Four rows an iteration share the weights and the sums; four logarithms become one of a product. N a multiple of 4. */
export function logisticGradient(params: Params, data: Data, out: Gradient): number {
  const { w, b } = params;
  const { X, y } = data;
  const g = out.w;
  const N = y.length;
  g.fill(0);
  let loss = 0;
  let sum = 0;
  for (let n = 0; n < N; n += 4) {
    const o0 = n * D;
    const o1 = o0 + D;
    const o2 = o1 + D;
    const o3 = o2 + D;
    let z0 = b;
    let z1 = b;
    let z2 = b;
    let z3 = b;
    for (let d = 0; d < D; d++) {
      const wd = w[d]!;
      z0 += X[o0 + d]! * wd;
      z1 += X[o1 + d]! * wd;
      z2 += X[o2 + d]! * wd;
      z3 += X[o3 + d]! * wd;
    }
    const e0 = exp(Math.max(-Math.abs(z0), -708));
    const e1 = exp(Math.max(-Math.abs(z1), -708));
    const e2 = exp(Math.max(-Math.abs(z2), -708));
    const e3 = exp(Math.max(-Math.abs(z3), -708));
    const y0 = y[n]!;
    const y1 = y[n + 1]!;
    const y2 = y[n + 2]!;
    const y3 = y[n + 3]!;
    loss += Math.log((1 + e0) * (1 + e1) * (1 + e2) * (1 + e3)) + (Math.max(z0, 0) - y0 * z0 + (Math.max(z1, 0) - y1 * z1)) + (Math.max(z2, 0) - y2 * z2 + (Math.max(z3, 0) - y3 * z3));
    const r0 = (z0 >= 0 ? 1 : e0) / (1 + e0) - y0;
    const r1 = (z1 >= 0 ? 1 : e1) / (1 + e1) - y1;
    const r2 = (z2 >= 0 ? 1 : e2) / (1 + e2) - y2;
    const r3 = (z3 >= 0 ? 1 : e3) / (1 + e3) - y3;
    for (let d = 0; d < D; d++) g[d] = g[d]! + (r0 * X[o0 + d]! + r1 * X[o1 + d]! + (r2 * X[o2 + d]! + r3 * X[o3 + d]!));
    sum += r0 + r1 + (r2 + r3);
  }
  let norm = 0;
  for (let d = 0; d < D; d++) {
    const wd = w[d]!;
    g[d] = g[d]! / N + lambda * wd;
    norm += wd * wd;
  }
  out.b = sum / N;
  return loss / N + (lambda / 2) * norm;
}

const BLOCK = 32;
/** transposed and zero beyond D: a row per variable */
const rows = new Float64Array(52 * BLOCK);
const scaled = new Float64Array(52 * BLOCK);
const weights = new Float64Array(BLOCK);

/** Blocks of 32 rows, transposed once as they are and once weighted; tiles of four by two over the upper triangle. */
export function logisticHessian(params: Params, data: Data, out: Hessian): void {
  const { w, b } = params;
  const { X } = data;
  const H = out.w_w;
  const hb = out.w_b;
  const N = X.length / D;
  H.fill(0);
  hb.fill(0);
  let sum = 0;
  for (let start = 0; start < N; start += BLOCK) {
    const size = Math.min(BLOCK, N - start);
    for (let k = 0; k < size; k++) {
      const o = (start + k) * D;
      let z = b;
      for (let d = 0; d < D; d++) z += X[o + d]! * w[d]!;
      const e = exp(Math.max(-Math.abs(z), -708));
      const p = e / ((1 + e) * (1 + e)) / N;
      weights[k] = p;
      sum += p;
    }
    for (let k = size; k < BLOCK; k++) weights[k] = 0;
    for (let d = 0; d < D; d++) {
      const o = d * BLOCK;
      let s = 0;
      for (let k = 0; k < size; k++) {
        const x = X[(start + k) * D + d]!;
        rows[o + k] = x;
        const v = weights[k]! * x;
        scaled[o + k] = v;
        s += v;
      }
      for (let k = size; k < BLOCK; k++) {
        rows[o + k] = 0;
        scaled[o + k] = 0;
      }
      hb[d] = hb[d]! + s;
    }
    for (let i = 0; i < 52; i += 4) for (let j = i; j < D; j += 2) tile(H, i, j);
  }
  for (let i = 0; i < D; i++) {
    H[i * D + i] = H[i * D + i]! + lambda;
    for (let j = 0; j < i; j++) H[i * D + j] = H[j * D + i]!;
  }
  out.b_b = sum;
}

function tile(H: Float64Array, i: number, j: number): void {
  const a = i * BLOCK;
  const c = j * BLOCK;
  let s00 = 0;
  let s01 = 0;
  let s10 = 0;
  let s11 = 0;
  let s20 = 0;
  let s21 = 0;
  let s30 = 0;
  let s31 = 0;
  for (let k = 0; k < BLOCK; k++) {
    const u = rows[c + k]!;
    const v = rows[c + BLOCK + k]!;
    const p = scaled[a + k]!;
    const q = scaled[a + BLOCK + k]!;
    const r = scaled[a + 2 * BLOCK + k]!;
    const t = scaled[a + 3 * BLOCK + k]!;
    s00 += p * u;
    s01 += p * v;
    s10 += q * u;
    s11 += q * v;
    s20 += r * u;
    s21 += r * v;
    s30 += t * u;
    s31 += t * v;
  }
  const o = i * D + j;
  H[o] = H[o]! + s00;
  H[o + 1] = H[o + 1]! + s01;
  if (i + 1 >= D) return;
  H[o + D] = H[o + D]! + s10;
  H[o + D + 1] = H[o + D + 1]! + s11;
  if (i + 2 >= D) return;
  H[o + 2 * D] = H[o + 2 * D]! + s20;
  H[o + 2 * D + 1] = H[o + 2 * D + 1]! + s21;
  if (i + 3 >= D) return;
  H[o + 3 * D] = H[o + 3 * D]! + s30;
  H[o + 3 * D + 1] = H[o + 3 * D + 1]! + s31;
}
