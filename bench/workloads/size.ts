/**
 * Emitted modules against the same modules by hand (bench/reference/modules/): the same types, the same checks of what the caller
 * passes, loops written to be fast. Characters are counted without comments, space and imports; a text by hand counts with all it imports.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** What an emitted module may be longer than the same by hand. */
export const LONGEST = 2;

/** Samples that are written by hand too. */
export const BY_HAND: readonly string[] = [
  'basics/two-variables', 'basics/second-derivatives', 'basics/conditional', 'basics/softmax-cross-entropy', 'article/linear-regression',
  'fitting/michaelis-menten', 'matrix/quadratic-form', 'models/02-logistic',
];

/** The text by hand that a sample has. */
export const byHandPath = (sample: string): string => join(root, 'bench/reference/modules', `${sample.replace(/^.*\/(?:\d+-)?/, '')}.ts`);

export interface Sizes {
  readonly sample: string;
  readonly emitted: number;
  readonly byHand: number;
}

export function sizes(): Sizes[] {
  return BY_HAND.map((sample) => ({ sample, emitted: characters(readFileSync(join(root, 'generated', `${sample}.ts`), 'utf8')), byHand: charactersWithImports(byHandPath(sample)) }));
}

const characters = (text: string): number => text.replace(/\/\*[^]*?\*\/|\/\/.*|^import .*$|\s+/gm, '').length;

function charactersWithImports(path: string): number {
  const paths = new Set([path]);
  // a set yields what is added while it is walked
  for (const file of paths) for (const [, imported = ''] of readFileSync(file, 'utf8').matchAll(/^import .* from '(.*)';$/gm)) paths.add(join(dirname(file), imported));
  return [...paths].reduce((sum, file) => sum + characters(readFileSync(file, 'utf8')), 0);
}

export function run(): string {
  const rows = sizes();
  const text = [
    '# size',
    '',
    `Characters without comments and space; at most ${LONGEST} times the text by hand is promised.`,
    '',
    '| sample | emitted | by hand | ratio |',
    '| --- | --: | --: | --: |',
    ...rows.map(({ sample, emitted, byHand }) => `| ${sample} | ${emitted} | ${byHand} | ${(emitted / byHand).toFixed(2)} |`),
    '',
  ].join('\n');
  const folder = join(root, 'bench/results');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'size.md'), text);
  writeFileSync(join(folder, 'size.json'), `${JSON.stringify({ rows }, null, 2)}\n`);
  return text;
}
