import { exp } from '../exp.ts';
import { checkApart, checkArray, checkData, checkSize } from './checks.ts';

export interface Dims {
  readonly N: number;
  readonly D: number;
}

export interface Params {
  w: Float64Array;
  b: number;
}

export interface Data {
  readonly X: Float64Array;
  readonly y: Float64Array;
}

export interface Hyper {
  readonly lambda?: number;
}

export interface Gradient {
  w: Float64Array;
  b: number;
}

export interface Hessian {
  w_w: Float64Array;
  w_b: Float64Array;
  b_b: number;
}

export interface Hvp {
  w: Float64Array;
  b: number;
}

export interface Direction {
  v_w: Float64Array;
  v_b: number;
}

export interface Model {
  newParams(): Params;
  newGradient(): Gradient;
  newHessian(): Hessian;
  newHvp(): Hvp;
  newDirection(): Direction;
  valueGradient(params: Params, data: Data, out: Gradient, hyper?: Hyper): number;
  hessian(params: Params, data: Data, out: Hessian, hyper?: Hyper): void;
  hvp(params: Params, data: Data, direction: Direction, out: Hvp, hyper?: Hyper): void;
}

const BLOCK = 32;

export function create({ N, D }: Dims): Model {
  checkSize('dims.N', N, 1);
  checkSize('dims.D', D, 1);
  checkSize('N×D', N * D, 0);
  checkSize('D×D', D * D, 0);
  const whole = N - (N % 4);
  const weights = new Float64Array(N);
  const newParams = (): Params => ({ w: new Float64Array(D), b: 0 });

  function check({ w }: Params, { X }: Data, filled: Record<string, Float64Array>, read: Record<string, Float64Array>, lambda: number): void {
    if (!(lambda >= 0)) throw new RangeError(`hyper.lambda is ${lambda}, expected a number >= 0`);
    checkData('data.X', X, N * D);
    checkArray('params.w', w, D);
    checkApart(filled, { ...read, 'params.w': w, 'data.X': X });
  }

  /** p (1 - p) of a row, without what 1 - p loses near one */
  function curvature(z: number): number {
    const e = exp(Math.max(-Math.abs(z), -708));
    return e / ((1 + e) * (1 + e));
  }

  /** Rows from `n` on, four at a time, times w into z; z + b */
  function scores(X: Float64Array, w: Float64Array, b: number, n: number, z: Float64Array): void {
    const o = n * D;
    let z0 = b;
    let z1 = b;
    let z2 = b;
    let z3 = b;
    for (let d = 0; d < D; d++) {
      const wd = w[d]!;
      z0 += X[o + d]! * wd;
      z1 += X[o + D + d]! * wd;
      z2 += X[o + 2 * D + d]! * wd;
      z3 += X[o + 3 * D + d]! * wd;
    }
    z[0] = z0;
    z[1] = z1;
    z[2] = z2;
    z[3] = z3;
  }

  function score(X: Float64Array, w: Float64Array, b: number, n: number): number {
    let z = b;
    for (let d = 0; d < D; d++) z += X[n * D + d]! * w[d]!;
    return z;
  }

  /** g += Xᵀ r */
  function addRows(X: Float64Array, r: Float64Array, g: Float64Array): void {
    for (let n = 0; n < whole; n += 4) {
      const o = n * D;
      const r0 = r[n]!;
      const r1 = r[n + 1]!;
      const r2 = r[n + 2]!;
      const r3 = r[n + 3]!;
      for (let d = 0; d < D; d++) g[d]! += r0 * X[o + d]! + r1 * X[o + D + d]! + (r2 * X[o + 2 * D + d]! + r3 * X[o + 3 * D + d]!);
    }
    for (let n = whole; n < N; n++) for (let d = 0; d < D; d++) g[d]! += r[n]! * X[n * D + d]!;
  }

  const z = new Float64Array(4);
  /** a block of rows, transposed, and the same weighted; zero beyond D */
  const rows = new Float64Array((D + 4) * BLOCK);
  const weighted = new Float64Array((D + 4) * BLOCK);

  /** Four rows and two columns of the Hessian, sums in registers */
  function addTile(H: Float64Array, i: number, j: number): void {
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
      const p = weighted[a + k]!;
      const q = weighted[a + BLOCK + k]!;
      const r = weighted[a + 2 * BLOCK + k]!;
      const t = weighted[a + 3 * BLOCK + k]!;
      s00 += p * u;
      s01 += p * v;
      s10 += q * u;
      s11 += q * v;
      s20 += r * u;
      s21 += r * v;
      s30 += t * u;
      s31 += t * v;
    }
    const sums = [s00, s01, s10, s11, s20, s21, s30, s31];
    for (let r = 0; r < 8; r++) {
      const row = i + (r >> 1);
      const column = j + (r & 1);
      if (row < D && column < D) H[row * D + column]! += sums[r]!;
    }
  }

  /** Everything of a row from its score: four rows at a time, then the rest */
  function eachScore(X: Float64Array, w: Float64Array, b: number, use: (z: number, n: number) => void): void {
    for (let n = 0; n < whole; n += 4) {
      scores(X, w, b, n, z);
      for (let k = 0; k < 4; k++) use(z[k]!, n + k);
    }
    for (let n = whole; n < N; n++) use(score(X, w, b, n), n);
  }

  return {
    newParams,
    newGradient: newParams,
    newHessian: () => ({ w_w: new Float64Array(D * D), w_b: new Float64Array(D), b_b: 0 }),
    newHvp: newParams,
    newDirection: () => ({ v_w: new Float64Array(D), v_b: 0 }),

    valueGradient(params, data, out, { lambda = 0.01 } = {}) {
      const { w, b } = params;
      const { X, y } = data;
      const g = out.w;
      checkArray('out.w', g, D);
      checkData('data.y', y, N, (v) => v >= 0 && v <= 1, 'a number >= 0 and <= 1');
      check(params, data, { 'out.w': g }, { 'data.y': y }, lambda);
      let loss = 0;
      let sum = 0;
      eachScore(X, w, b, (s, n) => {
        const e = exp(Math.max(-Math.abs(s), -708));
        loss += Math.max(s, 0) + Math.log1p(e) - y[n]! * s;
        const r = (s < 0 ? e : 1) / (1 + e) - y[n]!;
        weights[n] = r / N;
        sum += r;
      });
      let norm = 0;
      for (let d = 0; d < D; d++) {
        g[d] = lambda * w[d]!;
        norm += w[d]! * w[d]!;
      }
      addRows(X, weights, g);
      out.b = sum / N;
      return loss / N + (lambda / 2) * norm;
    },

    hessian(params, data, out, { lambda = 0.01 } = {}) {
      const { X } = data;
      const { w_w: H, w_b: h } = out;
      checkArray('out.w_w', H, D * D);
      checkArray('out.w_b', h, D);
      check(params, data, { 'out.w_w': H, 'out.w_b': h }, {}, lambda);
      H.fill(0);
      h.fill(0);
      let sum = 0;
      eachScore(X, params.w, params.b, (s, n) => {
        const c = curvature(s) / N;
        weights[n] = c;
        sum += c;
      });
      addRows(X, weights, h);
      for (let n = 0; n < N; n += BLOCK) {
        for (let k = 0; k < BLOCK; k++) {
          for (let d = 0; d < D; d++) {
            const x = n + k < N ? X[(n + k) * D + d]! : 0;
            rows[d * BLOCK + k] = x;
            weighted[d * BLOCK + k] = x === 0 ? 0 : weights[n + k]! * x;
          }
        }
        for (let i = 0; i < D; i += 4) for (let j = 0; j < i + 4 && j < D; j += 2) addTile(H, i, j);
      }
      for (let i = 0; i < D; i++) {
        H[i * D + i]! += lambda;
        for (let j = 0; j < i; j++) H[j * D + i] = H[i * D + j]!;
      }
      out.b_b = sum;
    },

    hvp(params, data, { v_w: v, v_b }, out, { lambda = 0.01 } = {}) {
      const { X } = data;
      const g = out.w;
      checkArray('direction.v_w', v, D);
      checkArray('out.w', g, D);
      check(params, data, { 'out.w': g }, { 'direction.v_w': v }, lambda);
      eachScore(X, params.w, params.b, (s, n) => void (weights[n] = curvature(s) / N));
      let sum = 0;
      eachScore(X, v, v_b, (s, n) => {
        weights[n]! *= s;
        sum += weights[n]!;
      });
      for (let d = 0; d < D; d++) g[d] = lambda * v[d]!;
      addRows(X, weights, g);
      out.b = sum;
    },
  };
}
