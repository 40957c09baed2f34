/** The table of workloads: emitted code, hand-written TypeScript, C and other libraries, with what is promised of their ratios. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { machine } from '../report.ts';
import { measure } from '../measure.ts';
import { ratiosPlot } from '../plot.ts';
import { WORKLOADS } from '../table/all.ts';
import { contestants } from '../table/contestants.ts';
import type { Goal, Workload } from '../table/workload.ts';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 40);

export interface Row {
  readonly name: string;
  readonly min: number;
  readonly median: number;
}

export interface Verdict extends Goal {
  readonly ofMinima: number;
  readonly ofMedians: number;
}

export interface Result {
  readonly name: string;
  readonly title: string;
  readonly rows: readonly Row[];
  readonly goals: readonly Verdict[];
}

export const parts: readonly string[] = WORKLOADS.map((w) => w.name);

/** Without a name all of them, each in a process of its own: what one does to the engine is not the next one's. */
export function run(name?: string): string {
  if (name === undefined) {
    for (const workload of parts) {
      const { status } = spawnSync(process.execPath, [...process.execArgv, process.argv[1] ?? '', workload], { stdio: 'inherit' });
      if (status !== 0) throw new Error(`${workload} ended with ${status}`);
    }
    return write(readResults());
  }
  const workload = WORKLOADS.find((w) => w.name === name);
  if (workload === undefined) throw new Error(`no workload ${name}`);
  const result = measured(workload);
  write([...readResults().filter((r) => r.name !== name), result]);
  return table(result);
}

function measured(workload: Workload): Result {
  const ready = contestants(workload);
  compareChecksums(workload.name, ready);
  const rows = measure(ready, ROUNDS);
  for (const { close } of ready) close?.();
  const goals = workload.goals.flatMap((goal): Verdict[] => {
    const [of, to] = [goal.of, goal.to].map((n) => rows.find((r) => r.name === n));
    return of === undefined || to === undefined ? [] : [{ ...goal, ofMinima: of.min / to.min, ofMedians: of.median / to.median }];
  });
  return { name: workload.name, title: workload.title, rows, goals };
}

/** Contestants for the same quantity compute the same. */
function compareChecksums(workload: string, ready: readonly { readonly name: string; readonly checksum: number }[]): void {
  const quantity = (name: string): string => (name.startsWith('value alone') ? 'value' : '');
  for (const { name, checksum } of ready) {
    const first = ready.find((r) => quantity(r.name) === quantity(name));
    const tolerance = /f32|tfjs|jax-js/.test(name) ? 1e-3 : 1e-8;
    const off = Math.abs(checksum - (first?.checksum ?? Number.NaN)) / Math.max(1, Math.abs(checksum));
    if (!(off <= tolerance)) throw new Error(`${workload}: ${name} has the checksum ${checksum}, ${first?.name} ${first?.checksum}`);
  }
}

const folder = join(import.meta.dirname, '../results');
const file = join(folder, 'workloads.json');

function readResults(): Result[] {
  if (!existsSync(file)) return [];
  const { results } = JSON.parse(readFileSync(file, 'utf8')) as { results: Result[] };
  return results;
}

function write(results: readonly Result[]): string {
  const ordered = parts.flatMap((name) => results.filter((r) => r.name === name));
  const environment = machine(ROUNDS);
  const text = [
    '# workloads',
    '',
    `${environment.node}, ${environment.cpu}, ${environment.cores} cores, ${environment.memoryGiB} GiB, ${ROUNDS} interleaved rounds. Shared machine: read the ratios.`,
    '',
    '![times relative to C](workloads.svg)',
    '',
    ...promises(ordered),
    ...ordered.map(table),
  ].join('\n');
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, `${JSON.stringify({ environment, results: ordered }, null, 2)}\n`);
  writeFileSync(join(folder, 'workloads.md'), text);
  writeFileSync(join(folder, 'workloads.svg'), ratiosPlot(ordered));
  return text;
}

/** Every promise with what was measured. */
function promises(results: readonly Result[]): string[] {
  return [
    '| workload | promised | of medians | of minima | kept |',
    '| --- | --- | --: | --: | --- |',
    ...results.flatMap((r) => r.goals.map((g) => `| ${r.name} | ${g.of} ≤ ${factor(g.atMost)} × ${g.to} | ${factor(g.ofMedians)} | ${factor(g.ofMinima)} | ${g.ofMedians <= g.atMost ? 'yes' : 'no'} |`)),
    '',
  ];
}

function table({ title, rows }: Result): string {
  const base = rows.find((r) => r.name === 'C strict') ?? rows[0];
  return [
    `## ${title}`,
    '',
    `| contestant | minimum | median | minimum / ${base?.name} |`,
    '| --- | --: | --: | --: |',
    ...rows.map((r) => `| ${r.name} | ${duration(r.min)} | ${duration(r.median)} | ${factor(r.min / (base?.min ?? Number.NaN))} |`),
    '',
  ].join('\n');
}

const factor = (x: number): string => (x >= 100 ? x.toFixed(0) : x.toPrecision(3));

function duration(ms: number): string {
  if (ms < 1e-3) return `${factor(ms * 1e6)} ns`;
  return ms < 1 ? `${factor(ms * 1e3)} µs` : `${factor(ms)} ms`;
}
