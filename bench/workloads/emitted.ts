/** Emitted value and gradient against the same written by hand, in one process. */
import { measure, timePerRun } from '../measure.ts';
import { emitModule, type Functions } from '../module.ts';
import type { Table } from '../report.ts';
import { writeReport } from '../report.ts';

const rounds = 15;
const N = 1000;

export function run(): string {
  return writeReport('emitted', rounds, [bowl(), rosenbrock()]);
}

function bowl(): Table {
  const { valueGradient } = emitModule('param x: R, y: R\nf = x² + y²\nderive value, gradient of f wrt x, y');
  const params = { x: 1.5, y: -0.25 };
  const out = { x: 0, y: 0 };
  let sink = 0;
  const emitted = (): void => {
    for (let k = 0; k < 10_000; k++) sink += valueGradient!(params, out) as number;
  };
  const byHand = (): void => {
    for (let k = 0; k < 10_000; k++) sink += hand(params, out);
  };
  const rows = measure([{ name: 'by hand', sample: () => timePerRun(byHand) }, { name: 'emitted', sample: () => timePerRun(emitted) }], rounds);
  if (Number.isNaN(sink)) throw new Error('not a number');
  return { title: 'x² + y², 10,000 calls', unit: 'ms', rows };
}

function hand(params: { x: number; y: number }, out: { x: number; y: number }): number {
  const { x, y } = params;
  out.x = 2 * x;
  out.y = 2 * y;
  return x * x + y * y;
}

function rosenbrock(): Table {
  const model = emitModule(`dim N where N >= 2\nparam x: R[N]\nf = ∑ (i = 1 to N-1) [100*(x[i+1] - x[i]²)² + (1 - x[i])²]\nderive value, gradient of f wrt x`)['create']!({ N }) as Functions;
  const params = { x: Float64Array.from({ length: N }, (_, k) => Math.sin(k)) };
  const out = { x: new Float64Array(N) };
  let sink = 0;
  const rows = measure(
    [
      { name: 'by hand', sample: () => timePerRun(() => { sink += handRosenbrock(params.x, out.x); }) },
      { name: 'emitted', sample: () => timePerRun(() => { sink += model['valueGradient']!(params, out) as number; }) },
    ],
    rounds,
  );
  if (Number.isNaN(sink)) throw new Error('not a number');
  return { title: `Rosenbrock, N = ${N}`, unit: 'ms', rows };
}

/** One pass, the neighbour's share carried in a local. */
function handRosenbrock(x: Float64Array, g: Float64Array): number {
  let f = 0;
  let carried = 0;
  const last = x.length - 1;
  for (let i = 0; i < last; i++) {
    const xi = x[i]!;
    const t = x[i + 1]! - xi * xi;
    const u = 1 - xi;
    f += 100 * t * t + u * u;
    g[i] = carried - 400 * t * xi - 2 * u;
    carried = 200 * t;
  }
  g[last] = carried;
  return f;
}
