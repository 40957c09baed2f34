/** Writes one workload's result as Markdown and JSON under bench/results/, with the machine in the header. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Measured } from './measure.ts';

export interface Table {
  readonly title: string;
  readonly unit: string;
  readonly rows: readonly Measured[];
}

export function writeReport(name: string, rounds: number, tables: readonly Table[], note = ''): string {
  const environment = machine(rounds);
  const markdown = [
    `# ${name}`,
    '',
    `${environment.node}, ${environment.cpu}, ${environment.cores} cores, ${environment.memoryGiB} GiB, ${rounds} interleaved rounds. Shared machine: read the ratios.${note === '' ? '' : ` ${note}`}`,
    ...tables.flatMap(({ title, unit, rows }) => [
      '',
      `## ${title}`,
      '',
      `| contestant | min ${unit} | median ${unit} | ratio of minima |`,
      '| --- | --: | --: | --: |',
      ...rows.map((r) => `| ${r.name} | ${figure(r.min)} | ${figure(r.median)} | ${r.ratio.toFixed(2)} |`),
    ]),
    '',
  ].join('\n');
  const folder = join(import.meta.dirname, 'results');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.md`), markdown);
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify({ environment, tables }, null, 2)}\n`);
  return markdown;
}

/** What the figures were measured on. */
export function machine(rounds: number): { node: string; cpu: string; cores: number; memoryGiB: number; rounds: number } {
  return { node: process.version, cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, memoryGiB: Math.round(totalmem() / 2 ** 30), rounds };
}

function figure(x: number): string {
  return x >= 100 ? x.toFixed(0) : x.toPrecision(3);
}
