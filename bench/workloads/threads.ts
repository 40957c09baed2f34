/** What threads gain: models in pieces with one thread and with all of the machine, beside the code for one thread. */
import { availableParallelism } from 'node:os';
import { startThreads, type SharedModel } from '../../src/runtime/threads/threads.ts';
import { measure, timePerRun, type Contestant } from '../measure.ts';
import { emitMachineModule, type Functions } from '../module.ts';
import { writeReport, type Table } from '../report.ts';
import { sample } from '../table/workload.ts';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 20);
const COUNT = Math.min(availableParallelism(), 16);
const LINE = `dim N
data x: R[N], y: R[N]
param w: R, b: R
L = mean((w*x + b - y)²)
derive value, gradient of L wrt w, b`;

interface Case {
  readonly title: string;
  readonly model: string;
  readonly sizes: Readonly<Record<string, number>>;
}
const CASES: readonly Case[] = [
  ...[1e3, 1e4, 1e5, 1e6].map((N) => ({ title: `linear regression, N = ${N}`, model: LINE, sizes: { N } })),
  ...[100, 1e3, 1e4].map((N) => ({ title: `logistic regression, N = ${N}, D = 50`, model: sample('models/02-logistic.diff'), sizes: { N, D: 50 } })),
  ...[32, 256].map((N) => ({ title: `network 784x128x10 with softmax, N = ${N}`, model: sample('training/classifier.diff'), sizes: { N, D: 784, H: 128, K: 10 } })),
  { title: 'ADBench mixture, d = 10, K = 25, N = 1000', model: sample('adbench/gmm.diff'), sizes: { N: 1000, D: 10, K: 25 } },
];

export async function run(): Promise<string> {
  const tables: Table[] = [];
  for (const { title, model, sizes } of CASES) {
    const contestants = [contestant('code for one thread', model, sizes, 'one thread'), contestant('pieces, one thread', model, sizes, 'threads'), contestant(`pieces, ${COUNT} threads`, model, sizes, 'threads')];
    const team = await startThreads(contestants[2]?.module['threads']?.() as SharedModel | undefined, { count: COUNT });
    tables.push({ title, unit: 'ms', rows: measure(contestants, ROUNDS) });
    team.stop();
  }
  return writeReport('threads', ROUNDS, tables, 'WebAssembly, double precision; value and gradient. Threads that others keep busy gain nothing: the ratio of minima is the nearest to a quiet machine.');
}

function contestant(name: string, text: string, sizes: Case['sizes'], threading: 'one thread' | 'threads'): Contestant & { readonly module: Functions } {
  const create = emitMachineModule(text, 'f64', threading)?.['create'];
  if (create === undefined) throw new Error(`${name}: no machine code`);
  const module = create(sizes) as Functions;
  const data = filled(module['newData']!(), 0.5);
  const params = filled(module['newParams']!(), 0);
  const out = module['newGradient']!();
  const hyper = { lambda: 0.1, prior_scale: 1, prior_m: 0 };
  const call = (): void => void module['valueGradient']!(params, data, out, hyper);
  for (let k = 0; k < 20; k++) call();
  return { name, module, sample: () => timePerRun(call) };
}

/** Small numbers around a middle: labels lie between 0 and 1. */
function filled(struct: unknown, middle: number): unknown {
  for (const [field, array] of Object.entries(struct as object)) {
    if (typeof array === 'number') (struct as Record<string, number>)[field] = 2 * middle;
    if (array instanceof Float64Array) array.forEach((_, k) => (array[k] = middle + 0.1 * Math.sin(12.9898 * (k + 1))));
    if (array instanceof Int32Array) array.forEach((_, k) => (array[k] = k % 10));
  }
  return struct;
}
