/**
 * JavaScript libraries training the network 784-128-10: `node mnist.mjs LIBRARY BATCH FILE`, rows in the file as float32
 * (784 pixels and the class), the number of training rows first. Prints `ready`, or `- why not`; then answers each line
 * `epoch` with milliseconds, and `right` with the part of the other rows that is told right.
 */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const [library, batch, file] = [process.argv[2], Number(process.argv[3]), process.argv[4]];
const bytes = readFileSync(file);
const numbers = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
const [N, D, H, K, RATE] = [numbers[0], 784, 128, 10, 0.1];
const total = (numbers.length - 1) / (D + 1);
const X = new Float32Array(total * D);
const c = new Int32Array(total);
for (let n = 0; n < total; n++) {
  X.set(numbers.subarray(1 + n * (D + 1), 1 + n * (D + 1) + D), n * D);
  c[n] = numbers[1 + n * (D + 1) + D];
}
const onehot = Float32Array.from({ length: total * K }, (_, at) => (c[Math.floor(at / K)] === at % K ? 1 : 0));
const wave = (count, scale) => Float32Array.from({ length: count }, (_, k) => scale * Math.sin(12.9898 * (k + 1)) );
const start = [[[D, H], wave(D * H, 0.05)], [[H], new Float32Array(H)], [[H, K], wave(H * K, 0.15)], [[K], new Float32Array(K)]];
const right = (scores) => {
  let count = 0;
  for (let n = N; n < total; n++) {
    const row = scores.subarray((n - N) * K, (n - N + 1) * K);
    if (row.indexOf(Math.max(...row)) === c[n]) count++;
  }
  return count / (total - N);
};

/** Gradient descent on batches in the order of the rows: what all libraries have. */
const LIBRARIES = {
  'tfjs cpu': () => tfjs('cpu'),
  'tfjs wasm': () => tfjs('wasm'),
  'jax-js': async () => {
    const jax = await import('@jax-js/jax');
    await jax.init('wasm');
    jax.defaultDevice('wasm');
    const { numpy: np, nn } = jax;
    const scores = ([W1, b1, W2, b2], x) => np.dot(np.tanh(np.dot(x, W1).add(b1)), W2).add(b2);
    const loss = (p, x, y) => np.sum(nn.logSoftmax(scores(p, x)).mul(y)).mul(-1 / batch);
    const step = jax.jit((p, x, y) => {
      const g = jax.grad((q) => loss(q, x, y))(p.map((a) => a.ref));
      return p.map((a, k) => a.sub(g[k].mul(RATE)));
    });
    let params = start.map(([shape, values]) => np.array(values, { shape }));
    const parts = [];
    for (let n = 0; n + batch <= N; n += batch) parts.push([np.array(X.slice(n * D, (n + batch) * D), { shape: [batch, D] }), np.array(onehot.slice(n * K, (n + batch) * K), { shape: [batch, K] })]);
    return {
      epoch: async () => {
        for (const [x, y] of parts) params = step(params, x.ref, y.ref);
        await params[3].ref.data();
      },
      scores: async () => scores(params, np.array(X.slice(N * D), { shape: [total - N, D] })).data(),
    };
  },
};

async function tfjs(backend) {
  const tf = await import('@tensorflow/tfjs');
  if (backend === 'wasm') {
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
    const { createRequire } = await import('node:module');
    const { dirname } = await import('node:path');
    setWasmPaths(`${dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'))}/`);
  }
  if (!(await tf.setBackend(backend))) throw new Error(`tfjs has no ${backend} here`);
  await tf.ready();
  const params = start.map(([shape, values]) => tf.variable(tf.tensor(values, shape)));
  const [W1, b1, W2, b2] = params;
  const scores = (x) => x.matMul(W1).add(b1).tanh().matMul(W2).add(b2);
  const optimizer = tf.train.sgd(RATE);
  const parts = [];
  for (let n = 0; n + batch <= N; n += batch) parts.push([tf.tensor(X.slice(n * D, (n + batch) * D), [batch, D]), tf.tensor(onehot.slice(n * K, (n + batch) * K), [batch, K])]);
  return {
    epoch: async () => {
      for (const [x, y] of parts) optimizer.minimize(() => scores(x).logSoftmax().mul(y).sum().mul(-1 / batch));
      await W1.data();
    },
    scores: async () => tf.tidy(() => scores(tf.tensor(X.slice(N * D), [total - N, D]))).data(),
  };
}

try {
  const { epoch, scores } = await LIBRARIES[library]();
  console.log('ready');
  for await (const line of createInterface({ input: process.stdin })) {
    if (line === 'right') console.log(right(Float32Array.from(await scores())));
    else {
      const begun = performance.now();
      await epoch();
      console.log(performance.now() - begun);
    }
  }
} catch (error) {
  console.log(`- ${String(error.message ?? error).split('\n')[0]}`);
}
