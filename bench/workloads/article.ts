/** The article's two programs: epochs and time of every optimiser to a given loss. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { optimisers, programs, until } from '../../tests/runtime/article.ts';
import { measure, timePerRun } from '../measure.ts';
import { machine } from '../report.ts';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 3);

export function run(): string {
  const tables = programs.map(({ name, forms, from, target, elsewhere }) => {
    const epochs = new Map<string, number>();
    const rows = measure(Object.entries(optimisers).filter(([optimiser]) => !elsewhere.includes(optimiser)).map(([optimiser, minimise]) => ({
      name: optimiser,
      sample: () => timePerRun(() => {
        const { status, iterations } = minimise(forms, from, until(target));
        if (status !== 'stopped') throw new Error(`${optimiser} does not reach ${target}: ${status}`);
        epochs.set(optimiser, iterations);
      }),
    })), ROUNDS);
    return { name, target, elsewhere, rows: rows.map(({ name: optimiser, min, median }) => ({ optimiser, epochs: epochs.get(optimiser) ?? 0, min, median })) };
  });
  const environment = machine(ROUNDS);
  const text = [
    '# article', '',
    `${environment.node}, ${environment.cpu}, ${environment.cores} cores, ${ROUNDS} interleaved rounds. The article's programs from its starting points; one rate for both where a method has one; an epoch is a step over all data, of a line search an iteration. Shared machine: compare the times of a table.`,
    ...tables.flatMap(({ name, target, elsewhere, rows }) => [
      '', `## ${name}, to loss ${target}`, '', '| optimiser | epochs | min ms | median ms |', '| --- | --: | --: | --: |',
      ...rows.map((r) => `| ${r.optimiser} | ${r.epochs} | ${r.min.toPrecision(3)} | ${r.median.toPrecision(3)} |`),
      ...elsewhere.map((optimiser) => `| ${optimiser} | ends elsewhere | | |`),
    ]),
    '',
  ].join('\n');
  const results = join(import.meta.dirname, '../results');
  writeFileSync(join(results, 'article.md'), text);
  writeFileSync(join(results, 'article.json'), `${JSON.stringify({ environment, tables }, null, 2)}\n`);
  return text;
}
