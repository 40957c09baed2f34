/** Time against size: a long sum, deep parentheses and a deep chain, from text to differentiated graph. */
import { gradient } from '../../src/autodiff/reverse.ts';
import { readExpression } from '../../src/compile.ts';
import { Bag } from '../../src/diagnostics/bag.ts';
import { parseExpression } from '../../src/frontends/math/parse.ts';
import { Builder } from '../../src/ir/build.ts';
import { measure } from '../measure.ts';
import type { Table } from '../report.ts';
import { writeReport } from '../report.ts';

const SHAPES: Readonly<Record<string, (n: number) => string>> = {
  'sum of n terms': (n) => Array.from({ length: n }, (_, k) => `${k + 2}*sin(x)^${(k % 5) + 2}`).join(' + '),
  'n parenthesised operands': (n) => Array.from({ length: n }, (_, k) => `(x+${k})`).join('*'),
  'n nested parentheses': (n) => `${'('.repeat(n)}x${')'.repeat(n)}`,
  'chain n deep': (n) => `${'sin('.repeat(n)}x${')'.repeat(n)}`,
};
const SIZES = [1_000, 10_000, 100_000];
const rounds = 3;

export function run(): string {
  const tables = Object.entries(SHAPES).flatMap(([name, text]): Table[] => [
    { title: `${name}: parse`, unit: 'ms', rows: measure(SIZES.map((n) => contestant(n, text(n), parse)), rounds) },
    { title: `${name}: parse, elaborate, differentiate`, unit: 'ms', rows: measure(SIZES.map((n) => contestant(n, text(n), differentiate)), rounds) },
  ]);
  return writeReport('scaling', rounds, tables);
}

function contestant(n: number, text: string, work: (text: string) => void) {
  return {
    name: `n = ${n}`,
    sample: () => {
      const start = performance.now();
      work(text);
      return performance.now() - start;
    },
  };
}

function parse(text: string): void {
  const bag = new Bag();
  parseExpression({ name: '<bench>', text }, bag);
  if (bag.hasErrors) throw new Error(bag.diagnostics[0]?.message);
}

function differentiate(text: string): void {
  const bag = new Bag();
  const model = readExpression({ name: '<bench>', text }, {}, bag);
  const answer = model?.answer;
  if (model === undefined || answer?.kind !== 'value') throw new Error(bag.diagnostics[0]?.message);
  gradient(new Builder(model.graph), answer.node, model.inputs.map((i) => i.node), () => undefined);
}
