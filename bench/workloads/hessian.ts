/** Emitted Hessians against the automatic ones of PyTorch and JAX, where a Python that has them is given by DIFFC_PYTHON. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { emitMachineModule, emitModule, type Functions } from '../module.ts';
import { measure, timePerRun, type Contestant } from '../measure.ts';
import { PeerProcess } from '../peers/process.ts';
import { writeReport, type Table } from '../report.ts';

const rounds = 9;

interface Workload {
  readonly name: string;
  readonly title: string;
  readonly text: string;
  readonly sizes: Readonly<Record<string, number>>;
  readonly inputs: Readonly<Record<string, { readonly length: number; readonly binary?: true }>>;
  readonly out: string;
}

const logistic = (d: number): Workload => ({
  name: `logistic-${d}`, title: `logistic regression, ${d} variables, ${2 * d} rows`,
  text: 'dim N, D\ndata X: R[N, D], y: R[N]\nparam w: R[D]\nz = X*w\nL = mean(softplus(z) - y .* z)\nderive hessian of L wrt w',
  sizes: { N: 2 * d, D: d }, inputs: { X: { length: 2 * d * d }, y: { length: 2 * d, binary: true }, w: { length: d } }, out: 'newHessian',
});

const workloads: readonly Workload[] = [
  {
    name: 'quadratic', title: "x'Ax, n = 1000", text: "dim N\ndata A: R[N, N]\nparam x: R[N]\nf = x'*A*x\nderive hessian of f wrt x",
    sizes: { N: 1000 }, inputs: { A: { length: 1e6 }, x: { length: 1000 } }, out: 'newHessian',
  },
  {
    name: 'factorisation', title: 'masked matrix factorisation, n = 100, k = 5, blocks n × k × k',
    text: "dim N, M, K\ndata T: R[N, M], W: R[N, M], V: R[M, K]\nparam U: R[N, K]\nL = sum(W .* (T - U*V').^2)\nderive hessian of L wrt U using blocks",
    sizes: { N: 100, M: 100, K: 5 }, inputs: { T: { length: 1e4 }, W: { length: 1e4, binary: true }, V: { length: 500 }, U: { length: 500 } }, out: 'newHessian',
  },
  logistic(50),
  logistic(200),
];

export function run(): string {
  const peers = startPeers();
  const [names = '', versions = ''] = peers?.read().split('|') ?? [];
  const contestants = names.split(',').filter((n) => n !== '');
  const tables = workloads.map((w): Table => {
    const others = contestants.map((peer): Contestant => ({ name: peer, sample: () => Number(peers?.ask(`${peer}|${w.name}`)) }));
    return { title: w.title, unit: 'ms', rows: measure([...own(w), ...others], rounds) };
  });
  peers?.close();
  return writeReport('hessian', rounds, tables, versions === '' ? 'No PyTorch, no JAX: set DIFFC_PYTHON to a Python that has them.' : `${versions}, one thread each.`);
}

/** The arrays of bench/peers/hessian.py. */
const wave = (length: number, binary: boolean): Float64Array =>
  Float64Array.from({ length }, (_, k) => 0.5 * Math.sin(12.9898 * (k + 1) + 0.5)).map((x) => (binary ? Number(x > 0) : x));

/** Without and with WebAssembly, where that is faster. */
function own(w: Workload): Contestant[] {
  const machine = emitMachineModule(w.text);
  return [...samplers(w, 'emitted', emitModule(w.text)), ...(machine === undefined ? [] : samplers(w, 'emitted wasm', machine))];
}

function samplers(w: Workload, name: string, module: Functions): Contestant[] {
  const model = module['create']!(w.sizes) as Functions;
  // in the memory of the module, where it has one: else the arrays would be copied at every call
  const structs = ['newData', 'newParams'].map((make) => model[make]?.() as Record<string, Float64Array> | undefined);
  const placed = (name: string, values: Float64Array): Float64Array => {
    const own = structs.find((s) => s?.[name] instanceof Float64Array)?.[name];
    own?.set(values);
    return own ?? values;
  };
  const arrays = Object.fromEntries(Object.entries(w.inputs).map(([name, { length, binary }]) => [name, placed(name, wave(length, binary === true))]));
  const out = model[w.out]!();
  const call = model[Object.keys(model).find((f) => f.startsWith('hessian')) ?? '']!;
  const { prepare } = model;
  if (prepare !== undefined) {
    const prepared = prepare(arrays);
    return [
      // what depends on data alone is made anew: the others make everything at every call
      { name: `${name}, prepare and call`, sample: () => timePerRun(() => { call(prepare(arrays), out); }) },
      { name: `${name}, once prepared`, sample: () => timePerRun(() => { call(prepared, out); }) },
    ];
  }
  // a function that needs no parameters does not take them
  const args = [...Array.from({ length: call.length - 1 }, () => arrays), out];
  return [{ name, sample: () => timePerRun(() => { call(...args); }) }];
}

function startPeers(): PeerProcess | undefined {
  const python = process.env['DIFFC_PYTHON'] ?? 'python3';
  if (spawnSync(python, ['-c', 'import numpy']).status !== 0) return undefined;
  return new PeerProcess(python, [join(import.meta.dirname, '../peers/hessian.py')]);
}
