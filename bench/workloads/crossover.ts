/** From which size on machine code is faster than JavaScript, by kind of work: what src/backends/wasm/costs.ts has in its table. */
import { encodeModule } from '../../src/backends/wasm/module.ts';
import { measure, timePerRun, type Contestant } from '../measure.ts';
import { emitModule, emitNative, type Functions } from '../module.ts';
import { writeReport, type Table } from '../report.ts';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 15);
const SIZES = [1, 4, 16, 64, 256, 1024];

/** Sums over N elements, by what is done with each. */
const KINDS: Readonly<Record<string, string>> = {
  'operations (inner)': '(a*x[n] + b - y[n])^2',
  'exponentials (elementary)': 'exp(a*x[n])*y[n]',
  'sines, which JavaScript lends (borrowed)': 'sin(a*x[n])*y[n]',
};

export function run(): string {
  const tables = Object.entries(KINDS).flatMap(([kind, term]) => SIZES.map((N): Table => {
    const model = `dim N\ndata x: R[N], y: R[N]\nparam a: R, b: R\nL = sum[n] ${term} + b\nderive value, gradient of L wrt a, b`;
    return { title: `${kind}, N = ${N}`, unit: 'ms', rows: measure([contestant('JavaScript', emitModule(model), N), contestant('machine code', emitNative(model, encodeModule), N)], ROUNDS) };
  }));
  return writeReport('crossover', ROUNDS, tables, 'Value and gradient of a sum; data lie where the machine code reads them. Ratios below 1 are for machine code.');
}

function contestant(name: string, module: Functions, N: number): Contestant {
  const model = module['create']!({ N }) as Functions;
  const data = (model['newData']?.() ?? { x: new Float64Array(N), y: new Float64Array(N) }) as { readonly x: Float64Array; readonly y: Float64Array };
  for (let k = 0; k < N; k++) [data.x[k], data.y[k]] = [Math.sin(k), Math.cos(k)];
  const [params, out] = [{ a: 0.3, b: 0.1 }, model['newGradient']!()];
  // many calls a round: a single one is shorter than what the clock tells
  const calls = (): void => { for (let k = 0; k < CALLS; k++) model['valueGradient']!(params, data, out); };
  calls();
  return { name, sample: () => timePerRun(calls, 5) / CALLS };
}
const CALLS = 1000;
