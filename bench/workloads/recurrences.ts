/** Every sample with a state: value and gradient beside the value alone, for each target; and what keeping few states costs on a long loop. */
import { measure } from '../measure.ts';
import { emitMachineModule, emitModule, type Functions } from '../module.ts';
import { writeReport, type Table } from '../report.ts';
import { sample, waves } from '../table/workload.ts';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 20);
/** Runs before a function is measured: V8 has then compiled it. */
const WARMING_MS = 300;

interface Recurrence {
  readonly file: string;
  readonly loss: string;
  readonly wrt: string;
  readonly sizes: Readonly<Record<string, number>>;
}
const RECURRENCES: readonly Recurrence[] = [
  { file: 'adbench/lstm.diff', loss: 'loss', wrt: 'wf, wi, wo, wc, bf, bi, bo, bc, win, wout, bout', sizes: { T: 1024, B: 14 } },
  { file: 'models/13-lstm.diff', loss: 'L', wrt: 'Wi, Ui, bi, Wf, Uf, bf, Wo, Uo, bo, Wg, Ug, bg, v, v0', sizes: { T: 100, D: 8, H: 16 } },
  { file: 'models/18-lotka-volterra.diff', loss: 'L', wrt: 'a, b, c, d, u0', sizes: { T: 1000 } },
  { file: 'models/12-sir.diff', loss: 'L', wrt: 'beta, gamma', sizes: { T: 1000 } },
  { file: 'basics/recurrence.diff', loss: 'L', wrt: 'w, u, s0', sizes: { T: 1000 } },
];

export function run(): string {
  return writeReport('recurrences', ROUNDS, [...RECURRENCES.map(gradientBesideValue), ...[10_000, 1_000_000].map(fewStates)], 'Asked: a gradient takes at most 4 times the value.');
}

/** The sample up to what it derives itself. */
const modelOf = (file: string): string => sample(file).replace(/^(derive|check)[^]*/m, '');

function gradientBesideValue({ file, loss, wrt, sizes }: Recurrence): Table {
  const text = `${modelOf(file)}derive value of ${loss} wrt ${wrt} as alone\nderive value, gradient of ${loss} wrt ${wrt} as both`;
  const rows = [{ target: 'TypeScript', module: emitModule(text) }, { target: 'wasm', module: emitMachineModule(text) }].flatMap(({ target, module }) => {
    if (module === undefined) return [];
    const model = module['create']!(sizes) as Functions;
    const params = filled(model['newParams']!() as Record<string, unknown>);
    const data = filled((model['newData'] ?? (() => dataOf(text, sizes)))() as Record<string, unknown>);
    const out = model['newGradient']!();
    // where something is prepared, the functions read nothing else of the data
    const given = [params, model['prepare']?.(data) ?? data];
    return measure([contestant(`value, ${target}`, () => model['alone']!(...given)), contestant(`value and gradient, ${target}`, () => model['both']!(...given, out))], ROUNDS);
  });
  return { title: `${file}, ${Object.entries(sizes).map(([name, size]) => `${name} = ${size}`).join(', ')}`, unit: 'ms', rows };
}

/** All states kept against 16 of them, of which the others are made again. */
function fewStates(T: number): Table {
  const text = `${modelOf('basics/checkpoints.diff')}derive value of L wrt a, b, s0 as alone
derive value, gradient of L wrt a, b, s0 as everyStep
derive value, gradient of L wrt a, b, s0 as fewStates using checkpoints = 16`;
  const model = emitModule(text)['create']!({ T }) as Functions;
  const params = { a: 0.7, b: 0.3, s0: 0.1 };
  const data = { x: waves(T, 0.1, 1), y: waves(T, 0.2, 1) };
  const out = model['newGradient']!();
  return {
    title: `A state of two numbers, T = ${T}`, unit: 'ms',
    rows: measure([
      contestant('value', () => model['alone']!(params, data)),
      contestant('value and gradient, every state kept', () => model['everyStep']!(params, data, out)),
      contestant('value and gradient, 16 states kept', () => model['fewStates']!(params, data, out)),
    ], ROUNDS),
  };
}

function contestant(name: string, call: () => unknown): { name: string; sample: () => number } {
  const once = (): number => {
    const start = performance.now();
    call();
    return performance.now() - start;
  };
  for (const end = performance.now() + WARMING_MS; performance.now() < end; ) once();
  let runs = 1;
  // a call of a short loop is too short for the clock
  while (runs * once() < 1) runs *= 2;
  return { name, sample: () => Array.from({ length: runs }, once).reduce((a, b) => a + b, 0) / runs };
}

/** Positive numbers everywhere: the logarithms and rates of the samples exist. */
function filled<T extends Record<string, unknown>>(struct: T): T {
  for (const [field, value] of Object.entries(struct)) {
    if (value instanceof Float64Array) value.set(waves(value.length, 0.1, 0.2).map((x) => 0.3 + x));
    else if (typeof value === 'number') (struct as Record<string, unknown>)[field] = 0.1;
  }
  return struct;
}

/** Data of the sizes that the model declares: arrays, and numbers where a declaration has no shape. */
function dataOf(text: string, sizes: Readonly<Record<string, number>>): Record<string, unknown> {
  const lines = text.split('\n').filter((line) => line.startsWith('data '));
  return Object.fromEntries(lines.flatMap((line) => [...line.matchAll(/(\w+): R(?:\[([^\]]*)\])?/g)]).map(([, name = '', shape]) => [
    name, shape === undefined ? 0 : new Float64Array(shape.split(',').reduce((n, dim) => n * (sizes[dim.trim()] ?? Number(dim)), 1)),
  ]));
}
