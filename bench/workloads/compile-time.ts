/** Milliseconds from the text of each sample to the text of its module, in a warm process and without formatting: at most 300 are promised. */
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { generate } from '../../src/generate.ts';
import { writeReport } from '../report.ts';

const root = join(import.meta.dirname, '../..');
const ROUNDS = 5;
const PROMISED = 300;

export async function run(): Promise<string> {
  const paths = readdirSync(join(root, 'samples'), { recursive: true, encoding: 'utf8' }).filter((p) => p.endsWith('.diff')).sort();
  const samples = new Map<string, number[]>(paths.map((path) => [path, []]));
  for (let round = -1; round < ROUNDS; round++) {
    for (const path of paths) {
      const start = performance.now();
      await compile(path);
      if (round >= 0) samples.get(path)!.push(performance.now() - start);
    }
  }
  const rows = paths.map((name) => {
    const sorted = [...samples.get(name)!].sort((a, b) => a - b);
    return { name, min: sorted[0]!, median: sorted[sorted.length >> 1]!, ratio: sorted[0]! / PROMISED };
  }).sort((a, b) => b.min - a.min);
  const late = rows.filter((r) => r.min > PROMISED).length;
  return writeReport('compile-time', ROUNDS, [{ title: 'Text of the model to text of the module', unit: 'ms', rows }], `The ratio is to the ${PROMISED} ms promised; ${rows.length - late} of ${rows.length} samples keep them.`);
}

async function compile(path: string): Promise<void> {
  const read = (name: string): string => readFileSync(join(root, 'samples', name), 'utf8');
  const source = { name: path, text: read(path) };
  await generate(source, { format: 'plain', load: (other) => ({ name: other, text: read(join(dirname(path), other)) }) });
}
