/** The article's network, a classifier and ADBench's recurrent network. */
import { classifier } from '../reference/classifier.ts';
import { lstm, lstmValue } from '../reference/lstm.ts';
import { network } from '../reference/network.ts';
import { byHand, emitted, sample, waves, type Filled, type Workload } from './workload.ts';

const articleWorkload: Workload = {
  name: 'network',
  title: "The article's network, 100 rows of 10, 5 hidden units",
  locals: () => {
    const [N, D, H] = [100, 10, 5];
    const params = { W1: waves(D * H, 0.3, 1), b1: waves(H, 0.9, 1), W2: waves(H, 1.1, 1), b2: 0.05 };
    const data = { X: waves(N * D, 0.1, 2), y: waves(N, 0.7, 2) };
    const out = { W1: new Float64Array(D * H), b1: new Float64Array(H), W2: new Float64Array(H), b2: 0 };
    const model = sample('article/mlp.diff');
    const filled = (o: Readonly<Record<string, Filled>>): Filled[] => [o['W1']!, o['b1']!, o['W2']!, o['b2']!];
    return [
      ...emitted({ model: model.replace('dim N, D, H', `dim N, D = ${D}, H = ${H}`), sizes: { N }, params, data, filled }),
      ...emitted({ model, sizes: { N, D, H }, params, data, filled, prefix: 'open sizes, ' }),
      byHand('hand-written', network, [params, data, out], () => filled(out)),
    ];
  },
  programs: [{ file: 'network.c' }],
  peers: 'network',
  goals: [
    { of: 'emitted', to: 'C strict', atMost: 1 },
    { of: 'emitted', to: 'jax-js', atMost: 1 / 15 },
    { of: 'emitted', to: 'tfjs wasm', atMost: 1 / 15 },
    { of: 'emitted', to: 'tfjs cpu', atMost: 1 / 15 },
  ],
};

const CLASSIFIER = `dim N, D, H, C
data X: R[N, D], c: index[N] of C
param W1: R[D, H], b1: R[H], W2: R[H, C], b2: R[C]
A = tanh(X @ W1 + b1)
logp = log_softmax(A @ W2 + b2)
L = -mean[n] logp[n, c[n]]
derive value, gradient of L wrt W1, b1, W2, b2`;

const classifierWorkload: Workload = {
  name: 'classifier',
  title: 'A network with softmax, 256 rows of 784, 128 hidden units, 10 classes',
  locals: () => {
    const [N, D, H, C] = [256, 784, 128, 10];
    const params = { W1: waves(D * H, 0.3, 0.1), b1: waves(H, 0.9, 0.1), W2: waves(H * C, 1.1, 1), b2: waves(C, 1.3, 1) };
    const data = { X: waves(N * D, 0.1, 2), c: Int32Array.from({ length: N }, (_, n) => (n * 7 + 3) % C) };
    const out = { W1: new Float64Array(D * H), b1: new Float64Array(H), W2: new Float64Array(H * C), b2: new Float64Array(C) };
    return [
      ...emitted({ model: CLASSIFIER, sizes: { N, D, H, C }, params, data, filled: (o) => [o['W1']!, o['b1']!, o['W2']!, o['b2']!], single: true }),
      byHand('hand-written', classifier, [params, data, out], () => [out.W1, out.b1, out.W2, out.b2]),
    ];
  },
  programs: [{ file: 'classifier.c', single: true }],
  peers: 'classifier',
  goals: [
    { of: 'emitted', to: 'C strict', atMost: 4.2 },
    { of: 'emitted wasm f32', to: 'C strict f32', atMost: 1.2 },
    { of: 'emitted wasm f32', to: 'jax-js', atMost: 1 / 1.5 },
  ],
};

const LSTM_ORDER = ['wf', 'wi', 'wo', 'wc', 'bf', 'bi', 'bo', 'bc', 'win', 'wout', 'bout'] as const;

const lstmWorkload: Workload = {
  name: 'lstm',
  title: "ADBench's LSTM, two layers, 1,024 characters of 14",
  locals: () => {
    const [T, B] = [1024, 14];
    const group = (phase: number): Float64Array => waves(2 * B, phase, 1);
    const params = {
      wf: group(0.1), wi: group(0.2), wo: group(0.3), wc: group(0.4), bf: group(0.5), bi: group(0.6), bo: group(0.7), bc: group(0.8),
      win: waves(B, 0.9, 1), wout: waves(B, 1, 1), bout: waves(B, 1.1, 1),
    };
    const seq = new Float64Array(T * B);
    for (let t = 0; t < T; t++) seq[t * B + ((t * 5 + Math.floor(t / 7)) % B)] = 1;
    const data = { seq, h10: waves(B, 1.2, 1), c10: waves(B, 1.3, 1), h20: waves(B, 1.4, 1), c20: waves(B, 1.5, 1) };
    const out = Object.fromEntries(LSTM_ORDER.map((name) => [name, new Float64Array(params[name].length)])) as typeof params;
    const model = sample('adbench/lstm.diff');
    const alone = `${model.slice(0, model.indexOf('derive'))}\nderive value of loss wrt wf as alone\n`;
    return [
      ...emitted({ model, sizes: { T, B }, params, data, filled: (o) => LSTM_ORDER.map((name) => o[name]!) }),
      ...emitted({ model: alone, sizes: { T, B }, run: 'alone', room: '', params, data, filled: () => [], prefix: 'value alone, ' }),
      byHand('hand-written', lstm, [params, data, out], () => LSTM_ORDER.map((name) => out[name])),
      byHand('value alone, hand-written', lstmValue, [params, data], () => []),
    ];
  },
  programs: [{ file: 'lstm.c' }, { file: 'lstm.c', args: ['value'], prefix: 'value alone, ' }],
  goals: [
    { of: 'emitted', to: 'value alone, emitted', atMost: 1.5 },
    { of: 'emitted', to: 'C strict', atMost: 1 },
  ],
};

export const networkWorkloads: readonly Workload[] = [articleWorkload, classifierWorkload, lstmWorkload];
