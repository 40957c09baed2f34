import { exp } from './exp.ts';

interface Params {
  readonly W1: Float64Array;
  readonly b1: Float64Array;
  readonly W2: Float64Array;
  readonly b2: Float64Array;
}

const N = 256;
const D = 784;
const H = 128;
const C = 10;
const A = new Float64Array(N * H);
const B = new Float64Array(N * H);
const P = new Float64Array(N * C);
/** four rows, two columns: interleaved along the summed index */
const left = new Float64Array(4 * D);
const right = new Float64Array(D * H);

function tanh(x: number): number {
  const a = Math.abs(x);
  if (a < 0.3) {
    const s = x * x;
    return x + x * s * (-1 / 3 + s * (2 / 15 + s * (-17 / 315 + s * (62 / 2835 + s * (-1382 / 155925 + s * (21844 / 6081075 + s * (-929569 / 638512875 + s * (6404582 / 10854718875))))))));
  }
  const t = 1 - 2 / (exp(Math.min(2 * a, 40)) + 1);
  return x < 0 ? -t : t;
}

interface Matrix {
  readonly values: Float64Array;
  /** steps from row to row and from column to column */
  readonly row: number;
  readonly column: number;
}

/** out (n × m) += a (n × k) · b (k × m); n a multiple of 4, m and k even. */
function multiply(a: Matrix, b: Matrix, out: Float64Array, n: number, k: number, m: number): void {
  for (let j = 0; j < m; j += 2) {
    const o = j * k;
    for (let l = 0; l < k; l++) {
      const at = l * b.row + j * b.column;
      right[o + 2 * l] = b.values[at]!;
      right[o + 2 * l + 1] = b.values[at + b.column]!;
    }
  }
  for (let i = 0; i < n; i += 4) {
    const v = a.values;
    for (let l = 0; l < k; l++) {
      const at = i * a.row + l * a.column;
      left[4 * l] = v[at]!;
      left[4 * l + 1] = v[at + a.row]!;
      left[4 * l + 2] = v[at + 2 * a.row]!;
      left[4 * l + 3] = v[at + 3 * a.row]!;
    }
    for (let j = 0; j < m; j += 2) tile(j * k, k, out, i * m + j, m);
  }
}

function tile(o: number, k: number, out: Float64Array, at: number, m: number): void {
  let s00 = 0;
  let s01 = 0;
  let s10 = 0;
  let s11 = 0;
  let s20 = 0;
  let s21 = 0;
  let s30 = 0;
  let s31 = 0;
  for (let l = 0; l < k; l += 2) {
    let q = o + 2 * l;
    let p = 4 * l;
    const u = right[q]!;
    const v = right[q + 1]!;
    const a0 = left[p]!;
    s00 += a0 * u;
    s01 += a0 * v;
    const a1 = left[p + 1]!;
    s10 += a1 * u;
    s11 += a1 * v;
    const a2 = left[p + 2]!;
    s20 += a2 * u;
    s21 += a2 * v;
    const a3 = left[p + 3]!;
    s30 += a3 * u;
    s31 += a3 * v;
    q += 2;
    p += 4;
    const w = right[q]!;
    const x = right[q + 1]!;
    const b0 = left[p]!;
    s00 += b0 * w;
    s01 += b0 * x;
    const b1 = left[p + 1]!;
    s10 += b1 * w;
    s11 += b1 * x;
    const b2 = left[p + 2]!;
    s20 += b2 * w;
    s21 += b2 * x;
    const b3 = left[p + 3]!;
    s30 += b3 * w;
    s31 += b3 * x;
  }
  out[at] = out[at]! + s00;
  out[at + 1] = out[at + 1]! + s01;
  out[at + m] = out[at + m]! + s10;
  out[at + m + 1] = out[at + m + 1]! + s11;
  out[at + 2 * m] = out[at + 2 * m]! + s20;
  out[at + 2 * m + 1] = out[at + 2 * m + 1]! + s21;
  out[at + 3 * m] = out[at + 3 * m]! + s30;
  out[at + 3 * m + 1] = out[at + 3 * m + 1]! + s31;
}

/** Products of packed panels in tiles of four by two; the rest row by row. */
export function classifier(params: Params, data: { readonly X: Float64Array; readonly c: Int32Array }, out: { readonly [K in keyof Params]: Float64Array }): number {
  const { W1, b1, W2, b2 } = params;
  const { X, c } = data;
  for (let n = 0; n < N; n++) A.set(b1, n * H);
  multiply({ values: X, row: D, column: 1 }, { values: W1, row: H, column: 1 }, A, N, D, H);
  for (let k = 0; k < N * H; k++) A[k] = tanh(A[k]!);
  for (let n = 0; n < N; n++) P.set(b2, n * C);
  multiply({ values: A, row: H, column: 1 }, { values: W2, row: C, column: 1 }, P, N, H, C);
  const gb2 = out.b2.fill(0);
  let loss = 0;
  for (let n = 0; n < N; n++) {
    const o = n * C;
    let top = P[o]!;
    for (let j = 1; j < C; j++) top = Math.max(top, P[o + j]!);
    loss += top - P[o + c[n]!]!;
    let sum = 0;
    for (let j = 0; j < C; j++) {
      const e = exp(Math.max(P[o + j]! - top, -708));
      P[o + j] = e;
      sum += e;
    }
    loss += Math.log(sum);
    const s = 1 / (sum * N);
    for (let j = 0; j < C; j++) P[o + j] = P[o + j]! * s;
    P[o + c[n]!] = P[o + c[n]!]! - 1 / N;
    for (let j = 0; j < C; j++) gb2[j] = gb2[j]! + P[o + j]!;
  }
  multiply({ values: A, row: 1, column: H }, { values: P, row: C, column: 1 }, out.W2.fill(0), H, N, C);
  B.fill(0);
  multiply({ values: P, row: C, column: 1 }, { values: W2, row: 1, column: C }, B, N, C, H);
  const gb1 = out.b1.fill(0);
  for (let n = 0; n < N; n++) {
    const o = n * H;
    for (let h = 0; h < H; h++) {
      const a = A[o + h]!;
      const s = B[o + h]! * (1 - a * a);
      B[o + h] = s;
      gb1[h] = gb1[h]! + s;
    }
  }
  multiply({ values: X, row: 1, column: D }, { values: B, row: H, column: 1 }, out.W1.fill(0), D, N, H);
  return loss / N;
}
