import { checkApart, checkArray, checkData, checkSize } from './checks.ts';

export interface Dims {
  readonly N: number;
}

export interface Params {
  V: number;
  K: number;
}

export interface Data {
  readonly c: Float64Array;
  readonly v: Float64Array;
}

export interface Results {
  res: Float64Array;
  V: Float64Array;
  K: Float64Array;
}

export interface Model {
  newParams(): Params;
  newResults(): Results;
  valueJacobian(params: Params, data: Data, out: Results): void;
}

export function create({ N }: Dims): Model {
  checkSize('dims.N', N, 1);
  return {
    newParams: () => ({ V: 0, K: 0 }),
    newResults: () => ({ res: new Float64Array(N), V: new Float64Array(N), K: new Float64Array(N) }),

    /** Residuals of the Michaelis-Menten law */
    valueJacobian({ V, K }, { c, v }, { res, V: outV, K: outK }) {
      checkData('data.c', c, N, (x) => x > 0, 'a number > 0');
      checkData('data.v', v, N);
      checkArray('out.res', res, N);
      checkArray('out.V', outV, N);
      checkArray('out.K', outK, N);
      checkApart({ 'out.res': res, 'out.V': outV, 'out.K': outK }, { 'data.c': c, 'data.v': v });
      for (let n = 0; n < N; n++) {
        const share = c[n]! / (K + c[n]!);
        res[n] = V * share - v[n]!;
        outV[n] = share;
        outK[n] = (-V * share) / (K + c[n]!);
      }
    },
  };
}
