import { checkData, checkSize } from './checks.ts';

export interface Dims {
  readonly N: number;
}

export interface Params {
  w: number;
  b: number;
}

export interface Data {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

export interface Hyper {
  readonly lr?: number;
}

export interface Gradient {
  w: number;
  b: number;
}

export interface Model {
  newParams(): Params;
  newGradient(): Gradient;
  valueGradient(params: Params, data: Data, out: Gradient): number;
  step(params: Params, data: Data, hyper?: Hyper): void;
}

export function create({ N }: Dims): Model {
  checkSize('dims.N', N, 1);
  const gradient = newGradient();

  function newGradient(): Gradient {
    return { w: 0, b: 0 };
  }

  function valueGradient({ w, b }: Params, { x, y }: Data, out: Gradient): number {
    checkData('data.x', x, N);
    checkData('data.y', y, N);
    let loss = 0;
    let gw = 0;
    let gb = 0;
    const m = N - (N % 4);
    for (let n = 0; n < m; n += 4) {
      const x0 = x[n]!;
      const x1 = x[n + 1]!;
      const x2 = x[n + 2]!;
      const x3 = x[n + 3]!;
      const r0 = y[n]! - (w * x0 + b);
      const r1 = y[n + 1]! - (w * x1 + b);
      const r2 = y[n + 2]! - (w * x2 + b);
      const r3 = y[n + 3]! - (w * x3 + b);
      loss += r0 * r0 + r1 * r1 + (r2 * r2 + r3 * r3);
      gw += r0 * x0 + r1 * x1 + (r2 * x2 + r3 * x3);
      gb += r0 + r1 + (r2 + r3);
    }
    for (let n = m; n < N; n++) {
      const r = y[n]! - (w * x[n]! + b);
      loss += r * r;
      gw += r * x[n]!;
      gb += r;
    }
    out.w = (-2 * gw) / N;
    out.b = (-2 * gb) / N;
    return loss / N;
  }

  return {
    newParams: newGradient,
    newGradient,
    valueGradient,
    step(params, data, { lr = 0.01 } = {}) {
      if (Number.isNaN(lr)) throw new RangeError(`hyper.lr is ${lr}, expected a number`);
      valueGradient(params, data, gradient);
      params.w -= lr * gradient.w;
      params.b -= lr * gradient.b;
    },
  };
}
