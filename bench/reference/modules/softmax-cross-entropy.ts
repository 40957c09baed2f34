import { exp } from '../exp.ts';
import { checkApart, checkArray, checkData, checkSize } from './checks.ts';

export interface Dims {
  readonly K: number;
}

export interface Params {
  z: Float64Array;
}

export interface Data {
  readonly t: Float64Array;
}

export interface Gradient {
  z: Float64Array;
}

export interface Model {
  newParams(): Params;
  newGradient(): Gradient;
  valueGradient(params: Params, data: Data, out: Gradient): number;
}

export function create({ K }: Dims): Model {
  checkSize('dims.K', K, 1);
  return {
    newParams: () => ({ z: new Float64Array(K) }),
    newGradient: () => ({ z: new Float64Array(K) }),

    valueGradient({ z }, { t }, { z: g }) {
      checkArray('params.z', z, K);
      checkArray('out.z', g, K);
      checkData('data.t', t, K);
      checkApart({ 'out.z': g }, { 'params.z': z, 'data.t': t });
      let max = -Infinity;
      let mass = 0;
      for (let k = 0; k < K; k++) {
        max = Math.max(max, z[k]!);
        mass += t[k]!;
      }
      // the largest term, which is 1, is left to log1p
      let others = -1;
      let total = 0;
      for (let k = 0; k < K; k++) {
        const e = exp(Math.max(z[k]! - max, -708));
        g[k] = e;
        total += e;
        others += e;
      }
      const logSum = max + Math.log1p(others);
      const scale = mass / total;
      let loss = 0;
      for (let k = 0; k < K; k++) {
        loss -= t[k]! * (z[k]! - logSum);
        g[k] = scale * g[k]! - t[k]!;
      }
      return loss;
    },
  };
}
