/**
 * JavaScript libraries on the workloads of the table: `node javascript.mjs LIBRARY WORKLOAD [SIZE]`. Prints the
 * library's name, or `- why not`; then the checksum; then answers each line with the milliseconds of one call.
 */
import { createInterface } from 'node:readline';

const wave = (k, phase) => 0.5 * Math.sin(12.9898 * (k + 1) + phase);
const waves = (n, phase, scale) => Float64Array.from({ length: n }, (_, k) => scale * wave(k, phase));

function checksum(value, filled) {
  let sum = value;
  let position = 0;
  for (const part of filled) for (const x of typeof part === 'number' ? [part] : part) sum += x * (1 + (position++ % 7));
  return sum;
}

const rosenbrockText = Array.from({ length: 9 }, (_, k) => `100*(x${k + 1} - x${k}^2)^2 + (1 - x${k})^2`).join(' + ');
/** Scalar functions: their text, the names, the point. */
const SCALAR = {
  bowl: { text: 'x^2 + y^2', names: ['x', 'y'], at: [1.5, -0.25] },
  rosenbrock: { text: rosenbrockText, names: Array.from({ length: 10 }, (_, k) => `x${k}`), at: [...waves(10, 0.1, 2)] },
};

/** Arrays of the tensor workloads: parameters in the order of their gradients, and data, with their shapes. */
function tensors(name, size) {
  switch (name) {
    case 'linear-regression': return { params: [[[], [0.3]], [[], [-0.1]]], data: [[[size], waves(size, 0.5, 2)], [[size], waves(size, 1.5, 2)]] };
    case 'logistic-gradient': {
      const [n, d] = [10_000, 50];
      return { params: [[[d], waves(d, 0.3, 1)], [[], [0.1]]], data: [[[n, d], waves(n * d, 0.1, 2)], [[n], Float64Array.from({ length: n }, (_, k) => (wave(k, 0.7) > 0 ? 1 : 0))]] };
    }
    case 'network': {
      const [n, d, h] = [100, 10, 5];
      return { params: [[[d, h], waves(d * h, 0.3, 1)], [[h], waves(h, 0.9, 1)], [[h], waves(h, 1.1, 1)], [[], [0.05]]], data: [[[n, d], waves(n * d, 0.1, 2)], [[n], waves(n, 0.7, 2)]] };
    }
    case 'classifier': {
      const [n, d, h, c] = [256, 784, 128, 10];
      const classes = new Float64Array(n * c);
      for (let k = 0; k < n; k++) classes[k * c + ((k * 7 + 3) % c)] = 1;
      return { params: [[[d, h], waves(d * h, 0.3, 0.1)], [[h], waves(h, 0.9, 0.1)], [[h, c], waves(h * c, 1.1, 1)], [[c], waves(c, 1.3, 1)]], data: [[[n, d], waves(n * d, 0.1, 2)], [[n, c], classes]] };
    }
    default: return undefined;
  }
}

/** For each library the workload as `() => [value, gradients]` (numbers or arrays), or as a promise of it. */
const LIBRARIES = {
  mathjs: async (name) => {
    const scalar = SCALAR[name];
    if (scalar === undefined) return undefined;
    const { derivative, parse } = await import('mathjs');
    const value = parse(scalar.text).compile();
    const partials = scalar.names.map((n) => derivative(scalar.text, n).compile());
    const scope = new Map(scalar.names.map((n, k) => [n, scalar.at[k]]));
    return () => [value.evaluate(scope), partials.map((p) => p.evaluate(scope))];
  },
  'compute-engine': async (name) => {
    const scalar = SCALAR[name];
    if (scalar === undefined) return undefined;
    const { ComputeEngine, compile } = await import('@cortex-js/compute-engine');
    const { parse } = await import('mathjs');
    const ce = new ComputeEngine();
    const json = (node) => {
      if (node.type === 'ConstantNode') return node.value;
      if (node.type === 'SymbolNode') return node.name;
      if (node.type === 'ParenthesisNode') return json(node.content);
      return [{ '+': 'Add', '-': 'Subtract', '*': 'Multiply', '^': 'Power' }[node.op], ...node.args.map(json)];
    };
    const f = ce.box(json(parse(scalar.text)));
    const value = compile(f);
    const partials = scalar.names.map((n) => compile(ce.box(['D', f, n]).evaluate()));
    const scope = Object.fromEntries(scalar.names.map((n, k) => [n, scalar.at[k]]));
    return () => [value.run(scope), partials.map((p) => p.run(scope))];
  },
  rose: async (name) => {
    const scalar = SCALAR[name];
    if (scalar === undefined) return undefined;
    const { Real, Vec, add, compile, fn, mul, struct, sub, vjp } = await import('rose');
    const n = scalar.names.length;
    const Point = Vec(n, Real);
    const square = (u) => mul(u, u);
    const f = fn([Point], Real, (x) => {
      if (name === 'bowl') return add(square(x[0]), square(x[1]));
      let sum = 0;
      for (let k = 0; k < n - 1; k++) sum = add(sum, add(mul(100, square(sub(x[k + 1], square(x[k])))), square(sub(1, x[k]))));
      return sum;
    });
    const both = await compile(fn([Point], struct({ value: Real, gradient: Point }), (x) => {
      const { ret, grad } = vjp(f)(x);
      return { value: ret, gradient: grad(1) };
    }));
    return () => {
      const { value, gradient } = both(scalar.at);
      return [value, [gradient]];
    };
  },
  'tfjs-cpu': (name, size) => tfjs('cpu', name, size),
  'tfjs-wasm': (name, size) => tfjs('wasm', name, size),
  'jax-js': async (name, size) => {
    const jax = await import('@jax-js/jax');
    await jax.init('wasm');
    jax.defaultDevice('wasm');
    const { numpy: np, nn } = jax;
    const loss = {
      bowl: ([x]) => np.sum(np.square(x)),
      rosenbrock: ([x]) => {
        const [a, b] = [x.ref.slice([0, 9]), x.slice([1, 10])];
        return np.add(np.sum(np.square(np.subtract(b, np.square(a.ref)))).mul(100), np.sum(np.square(np.subtract(1, a))));
      },
      'linear-regression': ([w, b], [x, y]) => np.mean(np.square(y.sub(x.mul(w).add(b)))),
      'logistic-gradient': ([w, b], [X, y]) => {
        const z = np.dot(X, w.ref).add(b);
        return np.mean(nn.softplus(z.ref).sub(y.mul(z))).add(np.sum(np.square(w)).mul(0.005));
      },
      network: ([W1, b1, W2, b2], [X, y]) => np.mean(np.square(y.sub(np.dot(np.tanh(np.dot(X, W1).add(b1)), W2).add(b2)))),
      classifier: ([W1, b1, W2, b2], [X, c]) => np.sum(nn.logSoftmax(np.dot(np.tanh(np.dot(X, W1).add(b1)), W2).add(b2)).mul(c)).mul(-1 / 256),
    }[name];
    const inputs = SCALAR[name] === undefined ? tensors(name, size) : { params: [[[SCALAR[name].at.length], SCALAR[name].at]], data: [] };
    if (loss === undefined || inputs === undefined) return undefined;
    const array = ([shape, values]) => (shape.length === 0 ? np.array(values[0]) : np.array(Float32Array.from(values), { shape }));
    const [params, data] = [inputs.params.map(array), inputs.data.map(array)];
    const run = jax.jit(jax.valueAndGrad((p, d) => loss(p, d)));
    return async () => {
      const [value, gradient] = run(params.map((a) => a.ref), data.map((a) => a.ref));
      const read = await Promise.all(gradient.map((g) => g.data()));
      return [(await value.data())[0], read];
    };
  },
};

async function tfjs(backend, name, size) {
  const tf = await import('@tensorflow/tfjs');
  if (backend === 'wasm') {
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
    const { createRequire } = await import('node:module');
    const { dirname } = await import('node:path');
    setWasmPaths(`${dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'))}/`);
  }
  if (!(await tf.setBackend(backend))) throw new Error(`tfjs has no ${backend} here`);
  await tf.ready();
  const inputs = SCALAR[name] === undefined ? tensors(name, size) : { params: [[[SCALAR[name].at.length], SCALAR[name].at]], data: [] };
  const tensor = ([shape, values]) => tf.tensor(Float32Array.from(values), shape);
  const loss = {
    bowl: (x) => x.square().sum(),
    rosenbrock: (x) => {
      const [a, b] = [x.slice([0], [9]), x.slice([1], [9])];
      return b.sub(a.square()).square().sum().mul(100).add(tf.sub(1, a).square().sum());
    },
    'linear-regression': (w, b) => data[1].sub(data[0].mul(w).add(b)).square().mean(),
    'logistic-gradient': (w, b) => {
      const z = data[0].matMul(w.reshape([50, 1])).reshape([10_000]).add(b);
      return z.softplus().sub(data[1].mul(z)).mean().add(w.square().sum().mul(0.005));
    },
    network: (W1, b1, W2, b2) => data[1].sub(data[0].matMul(W1).add(b1).tanh().matMul(W2.reshape([5, 1])).reshape([100]).add(b2)).square().mean(),
    classifier: (W1, b1, W2, b2) => data[0].matMul(W1).add(b1).tanh().matMul(W2).add(b2).logSoftmax().mul(data[1]).sum().mul(-1 / 256),
  }[name];
  if (loss === undefined || inputs === undefined) return undefined;
  const [params, data] = [inputs.params.map(tensor), inputs.data.map(tensor)];
  const run = tf.valueAndGrads(loss);
  return () => tf.tidy(() => {
    const { value, grads } = run(params);
    return [value.dataSync()[0], grads.map((g) => g.dataSync())];
  });
}

async function main() {
  const [library, workload, size] = process.argv.slice(2);
  let call;
  let sum;
  try {
    call = await LIBRARIES[library](workload, Number(size));
    if (call === undefined) return console.log('- not for this');
    sum = checksum(...(await call()));
  } catch (error) {
    return console.log(`- ${String(error.message ?? error).split('\n')[0]}`);
  }
  console.log(library.replace('tfjs-', 'tfjs '));
  console.log(sum);
  let runs = 1;
  for await (const line of createInterface({ input: process.stdin })) {
    const least = Number(line);
    for (;;) {
      const start = performance.now();
      for (let k = 0; k < runs; k++) {
        const made = call();
        if (made instanceof Promise) await made;
      }
      const elapsed = performance.now() - start;
      if (elapsed >= least) {
        console.log(elapsed / runs);
        break;
      }
      runs *= elapsed < least / 16 ? 8 : 2;
    }
  }
}

await main();
