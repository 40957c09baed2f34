import { checkApart, checkArray, checkData, checkSize } from './checks.ts';

export interface Dims {
  readonly m: number;
}

export interface Params {
  x: Float64Array;
}

export interface Data {
  readonly A: Float64Array;
}

export interface Gradient {
  x: Float64Array;
}

export interface Model {
  newParams(): Params;
  newGradient(): Gradient;
  valueGradient(params: Params, data: Data, out: Gradient): number;
}

export function create({ m }: Dims): Model {
  checkSize('dims.m', m, 1);
  checkSize('m×m', m * m, 0);
  return {
    newParams: () => ({ x: new Float64Array(m) }),
    newGradient: () => ({ x: new Float64Array(m) }),

    /** x'Ax and (A + A')x, one pass over A, four rows an iteration */
    valueGradient({ x }, { A }, { x: g }) {
      checkArray('params.x', x, m);
      checkArray('out.x', g, m);
      checkData('data.A', A, m * m);
      checkApart({ 'out.x': g }, { 'params.x': x, 'data.A': A });
      g.fill(0);
      let f = 0;
      const whole = m - (m % 4);
      for (let i = 0; i < whole; i += 4) {
        const [a, b, c, d] = [i * m, (i + 1) * m, (i + 2) * m, (i + 3) * m];
        const x0 = x[i]!;
        const x1 = x[i + 1]!;
        const x2 = x[i + 2]!;
        const x3 = x[i + 3]!;
        let s0 = 0;
        let s1 = 0;
        let s2 = 0;
        let s3 = 0;
        for (let j = 0; j < m; j++) {
          const xj = x[j]!;
          const a0 = A[a + j]!;
          const a1 = A[b + j]!;
          const a2 = A[c + j]!;
          const a3 = A[d + j]!;
          s0 += a0 * xj;
          s1 += a1 * xj;
          s2 += a2 * xj;
          s3 += a3 * xj;
          g[j]! += a0 * x0 + a1 * x1 + (a2 * x2 + a3 * x3);
        }
        f += s0 * x0 + s1 * x1 + (s2 * x2 + s3 * x3);
        g[i]! += s0;
        g[i + 1]! += s1;
        g[i + 2]! += s2;
        g[i + 3]! += s3;
      }
      for (let i = whole; i < m; i++) {
        let s = 0;
        for (let j = 0; j < m; j++) {
          s += A[i * m + j]! * x[j]!;
          g[j]! += A[i * m + j]! * x[i]!;
        }
        f += s * x[i]!;
        g[i]! += s;
      }
      return f;
    },
  };
}
