import { exp } from './exp.ts';

interface Params {
  readonly W1: Float64Array;
  readonly b1: Float64Array;
  readonly W2: Float64Array;
  readonly b2: number;
}
interface Gradient {
  readonly W1: Float64Array;
  readonly b1: Float64Array;
  readonly W2: Float64Array;
  b2: number;
}

const N = 100;
const D = 10;
const H = 5;
const A = new Float64Array(N * H);
const B = new Float64Array(N * H);

/** tanh by a polynomial near 0 and by exp elsewhere */
function tanh(x: number): number {
  const a = Math.abs(x);
  if (a < 0.3) {
    const s = x * x;
    return x + x * s * (-1 / 3 + s * (2 / 15 + s * (-17 / 315 + s * (62 / 2835 + s * (-1382 / 155925 + s * (21844 / 6081075 + s * (-929569 / 638512875 + s * (6404582 / 10854718875))))))));
  }
  const t = 1 - 2 / (exp(Math.min(2 * a, 40)) + 1);
  return x < 0 ? -t : t;
}

/** Three phases: linear, tanh, backward; two rows an iteration, the hidden units written out. */
export function network(params: Params, data: { readonly X: Float64Array; readonly y: Float64Array }, out: Gradient): number {
  const { W1, b1, W2, b2 } = params;
  const { X, y } = data;
  const g1 = out.W1;
  for (let n = 0; n < N; n += 2) {
    const o = n * D;
    let p0 = b1[0]!;
    let p1 = b1[1]!;
    let p2 = b1[2]!;
    let p3 = b1[3]!;
    let p4 = b1[4]!;
    let q0 = p0;
    let q1 = p1;
    let q2 = p2;
    let q3 = p3;
    let q4 = p4;
    for (let d = 0; d < D; d++) {
      const x = X[o + d]!;
      const u = X[o + D + d]!;
      const k = d * H;
      const w0 = W1[k]!;
      p0 += x * w0;
      q0 += u * w0;
      const w1 = W1[k + 1]!;
      p1 += x * w1;
      q1 += u * w1;
      const w2 = W1[k + 2]!;
      p2 += x * w2;
      q2 += u * w2;
      const w3 = W1[k + 3]!;
      p3 += x * w3;
      q3 += u * w3;
      const w4 = W1[k + 4]!;
      p4 += x * w4;
      q4 += u * w4;
    }
    const a = n * H;
    A[a] = p0;
    A[a + 1] = p1;
    A[a + 2] = p2;
    A[a + 3] = p3;
    A[a + 4] = p4;
    A[a + 5] = q0;
    A[a + 6] = q1;
    A[a + 7] = q2;
    A[a + 8] = q3;
    A[a + 9] = q4;
  }
  for (let k = 0; k < N * H; k++) A[k] = tanh(A[k]!);
  let loss = 0;
  let s = 0;
  const v0 = W2[0]!;
  const v1 = W2[1]!;
  const v2 = W2[2]!;
  const v3 = W2[3]!;
  const v4 = W2[4]!;
  let t0 = 0;
  let t1 = 0;
  let t2 = 0;
  let t3 = 0;
  let t4 = 0;
  for (let n = 0; n < N; n++) {
    const a = n * H;
    const a0 = A[a]!;
    const a1 = A[a + 1]!;
    const a2 = A[a + 2]!;
    const a3 = A[a + 3]!;
    const a4 = A[a + 4]!;
    const r = b2 + a0 * v0 + a1 * v1 + a2 * v2 + a3 * v3 + a4 * v4 - y[n]!;
    const e = (2 / N) * r;
    loss += r * r;
    s += e;
    t0 += e * a0;
    t1 += e * a1;
    t2 += e * a2;
    t3 += e * a3;
    t4 += e * a4;
    B[a] = e * v0 * (1 - a0 * a0);
    B[a + 1] = e * v1 * (1 - a1 * a1);
    B[a + 2] = e * v2 * (1 - a2 * a2);
    B[a + 3] = e * v3 * (1 - a3 * a3);
    B[a + 4] = e * v4 * (1 - a4 * a4);
  }
  out.W2[0] = t0;
  out.W2[1] = t1;
  out.W2[2] = t2;
  out.W2[3] = t3;
  out.W2[4] = t4;
  out.b2 = s;
  g1.fill(0);
  for (let h = 0; h < H; h++) out.b1[h] = 0;
  for (let n = 0; n < N; n += 2) {
    const a = n * H;
    const o = n * D;
    const b0 = B[a]!;
    const b1n = B[a + 1]!;
    const b2n = B[a + 2]!;
    const b3 = B[a + 3]!;
    const b4 = B[a + 4]!;
    const c0 = B[a + 5]!;
    const c1 = B[a + 6]!;
    const c2 = B[a + 7]!;
    const c3 = B[a + 8]!;
    const c4 = B[a + 9]!;
    const gb = out.b1;
    gb[0] = gb[0]! + (b0 + c0);
    gb[1] = gb[1]! + (b1n + c1);
    gb[2] = gb[2]! + (b2n + c2);
    gb[3] = gb[3]! + (b3 + c3);
    gb[4] = gb[4]! + (b4 + c4);
    for (let d = 0; d < D; d++) {
      const x = X[o + d]!;
      const u = X[o + D + d]!;
      const k = d * H;
      g1[k] = g1[k]! + (x * b0 + u * c0);
      g1[k + 1] = g1[k + 1]! + (x * b1n + u * c1);
      g1[k + 2] = g1[k + 2]! + (x * b2n + u * c2);
      g1[k + 3] = g1[k + 3]! + (x * b3 + u * c3);
      g1[k + 4] = g1[k + 4]! + (x * b4 + u * c4);
    }
  }
  return loss / N;
}
