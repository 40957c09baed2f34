/** A graph of 100,000 operations without loops: what a call takes at first, after a second, and once everything is compiled. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { plainJavaScript } from '../../src/backends/typescript/emit.ts';
import { encodeModule } from '../../src/backends/wasm/module.ts';
import { countOperations } from '../../src/schedule/count.ts';
import type { NativeRequest } from '../../src/schedule/native.ts';
import type { Measured } from '../measure.ts';
import { planOf } from '../module.ts';
import { writeReport, type Table } from '../report.ts';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 3);
const STATEMENTS = 12_900;
const INPUTS = 64;

/** Milliseconds until V8 has optimised every part. */
const LONG = 15_000;

/** Each value is made of three of the last 64; magnitudes stay where they are. */
function model(): string {
  let state = 12345;
  const below = (n: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % n;
  };
  const names = Array.from({ length: INPUTS }, (_, k) => `x[${k + 1}]`);
  const pick = (): string => names[names.length - 1 - below(INPUTS)] ?? '';
  const lines = Array.from({ length: STATEMENTS }, (_, k) => {
    const line = `t${k} = ${pick()} ${below(2) === 0 ? '+' : '-'} ${pick()}*${pick()}/16`;
    names.push(`t${k}`);
    return line;
  });
  return [`param x: R[${INPUTS}]`, ...lines, `f = ${names.slice(-INPUTS).join(' + ')}`, 'derive value, gradient of f wrt x'].join('\n');
}

/** Milliseconds of a call. */
interface Early {
  readonly first: number;
  readonly next: number;
  readonly second: number;
  readonly best: number;
}
const MOMENTS = { best: 'at its best', first: 'first call, with compiling', next: 'the ten calls after it', second: 'after one second' } as const;

export function run(): string {
  const plan = planOf(model());
  let operations = 0;
  const compiler = (requests: readonly NativeRequest[]): ReturnType<typeof encodeModule> => {
    operations = requests.reduce((n, r) => n + countOperations(r.program('jammed'), new Map()), 0);
    return encodeModule(requests);
  };
  const modules = [['emitted wasm', plainJavaScript(plan, compiler).code], ['emitted', plainJavaScript(plan).code]] as const;
  const tables = modules.map(([name, code]): Table => ({ title: `${name}, ${operations.toLocaleString('en')} operations`, unit: 'ns an operation', rows: measured(code, operations) }));
  return writeReport('straight-line', ROUNDS, tables, 'Every round is a process of its own.');
}

function measured(code: string, operations: number): Measured[] {
  const folder = join(tmpdir(), 'diffc-bench');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'straight-line.mjs');
  writeFileSync(path, code);
  const rounds = Array.from({ length: ROUNDS }, (): Early => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, '../early.mjs'), pathToFileURL(path).href, String(LONG)], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout) as Early;
  });
  const nanoseconds = (moment: keyof Early): number[] => rounds.map((r) => (1e6 * r[moment]) / operations).sort((a, b) => a - b);
  const best = nanoseconds('best')[0] ?? Number.NaN;
  return Object.entries(MOMENTS).map(([moment, name]): Measured => {
    const times = nanoseconds(moment as keyof Early);
    const min = times[0] ?? Number.NaN;
    return { name, min, median: times[times.length >> 1] ?? Number.NaN, ratio: min / best };
  });
}
