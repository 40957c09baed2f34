/** Time for an effective draw of the worst quantity, beside NumPyro, where a Python that has it is given by DIFFC_PYTHON. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pack, packQuantities } from '../../src/runtime/pack.ts';
import { essBulk, essTail } from '../../src/runtime/sampling/diagnostics.ts';
import { columnOf, sample } from '../../src/runtime/sampling/sample.ts';
import type { Quantities, Target } from '../../src/runtime/sampling/target.ts';
import { measure, type Contestant } from '../measure.ts';
import { emitModule, type Functions } from '../module.ts';
import { PeerProcess } from '../peers/process.ts';
import { writeReport, type Table } from '../report.ts';

const rounds = Number(process.env['BENCH_ROUNDS'] ?? 3);
type Fields = Record<string, number | Float64Array>;

interface Posterior {
  readonly name: string;
  readonly title: string;
  readonly target: Target;
  readonly quantities?: Quantities;
}

/** Warm-up and draws of each of four chains, here and there. */
const [warmup, draws] = [500, 500];

export function run(): string {
  const folder = mkdtempSync(join(tmpdir(), 'diffc-draws-'));
  const peer = startPeer();
  const version = peer?.read() ?? '';
  const tables = [eightSchools(), normal(), logistic()].map(({ name, title, target, quantities }): Table => {
    const own: Contestant = { name: 'diffc/runtime', sample: seeded((seed) => perEffectiveDraw(() => {
      const samples = sample(target, { seed, warmup, draws, targetAcceptance: 0.8, ...(quantities !== undefined && { quantities }) });
      return samples.chains.map((c) => c.draws);
    })) };
    const file = join(folder, name);
    const other: Contestant = { name: 'NumPyro', sample: seeded((seed) => {
      const seconds = Number(peer?.ask(`${name}|${seed}|${file}`));
      const bytes = readFileSync(file);
      const all = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
      return (1000 * seconds) / worst(Array.from({ length: 4 }, (_, c) => all.subarray((c * all.length) / 4, ((c + 1) * all.length) / 4)));
    }) };
    const rows = measure(peer === undefined ? [own] : [own, other], rounds);
    const named = rows.map((r) => ({ ...r, name: `${r.name} (${(1000 / r.median).toFixed(0)} effective draws a second)` }));
    console.error('%s', `${title}: ${named.map((r) => r.name).join(', ')}`);
    return { title, unit: 'ms', rows: named };
  });
  peer?.close();
  rmSync(folder, { recursive: true });
  const what = `Milliseconds of processor time for one effective draw (the smaller one of bulk and tail, of the worst quantity): NUTS, diagonal metric, 4 chains one after the other, ${warmup} + ${draws} iterations, acceptance 0.8, warm-up counted. In brackets the same by the median.`;
  return writeReport('sampling', rounds, tables, `${what} ${version === '' ? 'No NumPyro: set DIFFC_PYTHON to a Python that has it.' : `${version}, doubles, one thread, its compilation not counted.`}`);
}

function seeded(once: (seed: number) => number): () => number {
  let seed = 0;
  return () => once(++seed);
}

/** Processor time, which others on the machine do not lengthen. */
function perEffectiveDraw(once: () => readonly Float64Array[]): number {
  const before = process.cpuUsage();
  const chains = once();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / worst(chains);
}

function worst(chains: readonly Float64Array[]): number {
  const names = Array.from({ length: chains[0]!.length / draws }, (_, k) => String(k));
  return Math.min(...names.flatMap((name) => {
    const column = columnOf(name, names, chains.map((c) => ({ draws: c })));
    return [essBulk(column), essTail(column)];
  }));
}

const textOf = (name: string): string => readFileSync(join(import.meta.dirname, '../../samples/inference', `${name}.diff`), 'utf8');

function targetOf(model: Functions, evaluate: (params: Fields, gradient: Fields) => unknown): Target {
  return pack({ params: model['newParams']!() as Fields, gradient: model['newGradient']!() as Fields, valueGradient: (p, g) => Number(evaluate(p, g)) });
}

function eightSchools(): Posterior {
  const model = emitModule(textOf('eight-schools'))['create']!({ J: 8 }) as Functions;
  const data = { y: Float64Array.of(28, 8, -3, 7, -1, 1, 18, 12), s: Float64Array.of(15, 10, 16, 11, 9, 11, 10, 18) };
  const prepared = model['prepare']!(data);
  const quantities = packQuantities({ params: model['newParams']!() as Fields, gradient: model['newGradient']!() as Fields, results: model['newResults']!() as Fields, evaluate: (p, out) => void model['quantities']!(p, out) });
  return { name: 'eight-schools', title: 'Eight schools, 10 variables', target: targetOf(model, (p, g) => model['target']!(p, data, prepared, g)), quantities };
}

function normal(): Posterior {
  const [n, rho] = [100, 0.9];
  const model = emitModule(textOf('correlated-normal'))['create']!({ N: n }) as Functions;
  const P = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    P[i * n + i] = (i === 0 || i === n - 1 ? 1 : 1 + rho * rho) / (1 - rho * rho);
    if (i > 0) P[i * n + i - 1] = P[(i - 1) * n + i] = -rho / (1 - rho * rho);
  }
  const data = { m: new Float64Array(n), P };
  return { name: 'normal', title: 'Normal density of 100 correlated variables, dense precision matrix', target: targetOf(model, (p, g) => model['target']!(p, data, g)) };
}

function logistic(): Posterior {
  const [N, D] = [500, 20];
  const model = emitModule(textOf('logistic-regression'))['create']!({ N, D }) as Functions;
  const wave = (length: number): Float64Array => Float64Array.from({ length }, (_, k) => Math.sin((k + 1) ** 2));
  const data = { X: wave(N * D), y: wave(N).map((x) => (x > 0 ? 1 : 0)) };
  return { name: 'logistic', title: 'Logistic regression, 500 rows, 21 variables', target: targetOf(model, (p, g) => model['target']!(p, data, g, { scale: 1 })) };
}

function startPeer(): PeerProcess | undefined {
  const python = process.env['DIFFC_PYTHON'];
  if (python === undefined || spawnSync(python, ['-c', 'import numpyro']).status !== 0) return undefined;
  return new PeerProcess(python, [join(import.meta.dirname, '../peers/sampling.py'), String(warmup), String(draws)]);
}
