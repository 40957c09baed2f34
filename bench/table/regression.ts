/** Linear and logistic regression. */
import { linearRegression } from '../reference/linear-regression.ts';
import { logisticGradient, logisticHessian } from '../reference/logistic.ts';
import { byHand, emitted, sample, wave, waves, type Workload } from './workload.ts';

const LINE = `dim N
data x: R[N], y: R[N]
param w: R, b: R
L = mean((y - (w*x + b))²)
derive value, gradient of L wrt w, b`;

function line(N: number): Workload {
  return {
    name: `linear-regression-1e${Math.log10(N)}`,
    title: `Linear regression, N = ${N.toLocaleString('en')}`,
    locals: () => {
      const params = { w: 0.3, b: -0.1 };
      const data = { x: waves(N, 0.5, 2), y: waves(N, 1.5, 2) };
      const out = { w: 0, b: 0 };
      return [
        ...emitted({ model: LINE, sizes: { N }, params, data, filled: (o) => [o['w']!, o['b']!], single: true }),
        byHand('hand-written', linearRegression, [params, data, out], () => [out.w, out.b]),
      ];
    },
    programs: [{ file: 'linear-regression.c', args: [String(N)], single: true }],
    peers: `linear-regression ${N}`,
    goals: [
      { of: 'emitted', to: 'C strict', atMost: 1.15 },
      { of: 'emitted wasm', to: 'C strict', atMost: 0.6 },
      { of: 'emitted wasm f32', to: 'C strict', atMost: 0.35 },
    ],
  };
}

const [N, D] = [10_000, 50];
/** The sample with its number of variables known, as in the reference. */
const LOGISTIC = sample('models/02-logistic.diff').replace('dim N, D', `dim N, D = ${D}`);
const logisticInputs = () => ({
  params: { w: waves(D, 0.3, 1), b: 0.1 },
  data: { X: waves(N * D, 0.1, 2), y: Float64Array.from({ length: N }, (_, n) => (wave(n, 0.7) > 0 ? 1 : 0)) },
});

const gradient: Workload = {
  name: 'logistic-gradient',
  title: 'Logistic regression, N = 10,000, D = 50: gradient',
  locals: () => {
    const { params, data } = logisticInputs();
    const out = { w: new Float64Array(D), b: 0 };
    return [
      ...emitted({ model: LOGISTIC, sizes: { N }, params, data, filled: (o) => [o['w']!, o['b']!] }),
      byHand('hand-written', logisticGradient, [params, data, out], () => [out.w, out.b]),
    ];
  },
  programs: [{ file: 'logistic.c', args: ['gradient'] }],
  peers: 'logistic-gradient',
  goals: [
    { of: 'emitted', to: 'C strict', atMost: 1.5 },
    { of: 'emitted wasm', to: 'C fast-math', atMost: 1.1 },
  ],
};

const hessian: Workload = {
  name: 'logistic-hessian',
  title: 'Logistic regression, N = 10,000, D = 50: Hessian',
  locals: () => {
    const { params, data } = logisticInputs();
    const out = { w_w: new Float64Array(D * D), w_b: new Float64Array(D), b_b: 0 };
    return [
      ...emitted({ model: LOGISTIC, sizes: { N }, run: 'hessian', room: 'newHessian', params, data, filled: (o) => [o['w_w']!, o['w_b']!, o['b_b']!] }),
      byHand('hand-written', logisticHessian, [params, data, out], () => [out.w_w, out.w_b, out.b_b]),
    ];
  },
  programs: [{ file: 'logistic.c', args: ['hessian'] }],
  peers: 'logistic-hessian',
  goals: [
    { of: 'emitted', to: 'C fast-math', atMost: 8 },
    { of: 'emitted wasm', to: 'C fast-math', atMost: 1.9 },
  ],
};

export const regressionWorkloads: readonly Workload[] = [...[1e3, 1e4, 1e5, 1e6].map(line), gradient, hessian];
