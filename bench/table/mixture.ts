/** ADBench's mixture. */
import { mixture } from '../reference/mixture.ts';
import { byHand, emitted, sample, waves, type Workload } from './workload.ts';

const [N, D, K] = [1000, 10, 25];

const mixtureWorkload: Workload = {
  name: 'mixture',
  title: "ADBench's mixture, d = 10, K = 25, N = 1000",
  locals: () => {
    const params = { alpha: waves(K, 0.3, 1), mu: waves(K * D, 0.5, 2), q: waves(K * D, 0.7, 0.5), l: waves(K * D * D, 0.9, 0.5) };
    const data = { x: waves(N * D, 0.1, 2), prior_scale: 1.5, prior_m: 2 };
    const out = { alpha: new Float64Array(K), mu: new Float64Array(K * D), q: new Float64Array(K * D), l: new Float64Array(K * D * D) };
    const model = sample('adbench/gmm.diff').replace('dim N, D, K', `dim N, D = ${D}, K`);
    return [
      ...emitted({ model, sizes: { N, K }, params, data, filled: (o) => [o['alpha']!, o['mu']!, o['q']!, o['l']!] }),
      byHand('hand-written', mixture, [params, data, out], () => [out.alpha, out.mu, out.q, out.l]),
    ];
  },
  programs: [{ file: 'mixture.c' }],
  peers: 'mixture',
  goals: [
    { of: 'emitted', to: 'C strict', atMost: 0.85 },
    { of: 'emitted wasm', to: 'C strict', atMost: 0.5 },
  ],
};

export const mixtureWorkloads: readonly Workload[] = [mixtureWorkload];
