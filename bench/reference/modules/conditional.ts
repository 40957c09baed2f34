import { checkData, checkSize } from './checks.ts';

export interface Dims {
  readonly N: number;
}

export interface Params {
  m: number;
}

export interface Data {
  readonly y: Float64Array;
}

export interface Hyper {
  readonly delta?: number;
}

export interface Gradient {
  m: number;
}

export interface Model {
  newParams(): Params;
  newGradient(): Gradient;
  valueGradient(params: Params, data: Data, out: Gradient, hyper?: Hyper): number;
}

export function create({ N }: Dims): Model {
  checkSize('dims.N', N, 1);
  return {
    newParams: () => ({ m: 0 }),
    newGradient: () => ({ m: 0 }),

    /** Huber's loss */
    valueGradient({ m }, { y }, out, { delta = 1 } = {}) {
      if (!(delta > 0)) throw new RangeError(`hyper.delta is ${delta}, expected a number > 0`);
      checkData('data.y', y, N);
      let loss = 0;
      let slope = 0;
      for (let n = 0; n < N; n++) {
        const r = y[n]! - m;
        const a = Math.abs(r);
        if (a <= delta) {
          loss += (r * r) / 2;
          slope += r;
        } else {
          loss += delta * (a - delta / 2);
          slope += delta * Math.sign(r);
        }
      }
      out.m = -slope;
      return loss;
    },
  };
}
