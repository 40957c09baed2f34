/** The tables of README between comments: the commands, and times of others divided by ours, from the last runs in bench/results/. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commands } from '../../src/cli/commands.ts';
import { signature } from '../../src/cli/help.ts';

interface Timing {
  readonly name: string;
  readonly min: number;
}

interface Comparison {
  readonly label: string;
  readonly from: readonly [run: string, title: string, other: string];
  /** what is timed of ours, where that is not a call of a function that needs no preparation */
  readonly with?: 'prepare and call' | 'once prepared';
}

const COMPARISONS: readonly Comparison[] = [
  { label: "Hessian of x'Ax, n = 1000, against PyTorch's vectorised one", from: ['hessian', "x'Ax, n = 1000", 'torch vectorised'], with: 'prepare and call' },
  { label: 'the same against JAX, compiled', from: ['hessian', "x'Ax, n = 1000", 'jax jit'], with: 'prepare and call' },
  { label: "the same, A + A' prepared once", from: ['hessian', "x'Ax, n = 1000", 'jax jit'], with: 'once prepared' },
  { label: 'Hessian of a masked factorisation against JAX, compiled', from: ['hessian', 'masked matrix factorisation, n = 100, k = 5, blocks n × k × k', 'jax jit'], with: 'prepare and call' },
  { label: 'Hessian of logistic regression, 200 variables, against JAX, compiled', from: ['hessian', 'logistic regression, 200 variables, 400 rows', 'jax jit'] },
  { label: 'value and gradient of linear regression, N = 10,000, against C -O3', from: ['workloads', 'Linear regression, N = 10,000', 'C strict'] },
  { label: 'value and gradient of logistic regression, N = 10,000, D = 50, against C -O3', from: ['workloads', 'Logistic regression, N = 10,000, D = 50: gradient', 'C strict'] },
  { label: 'its Hessian against C -O3', from: ['workloads', 'Logistic regression, N = 10,000, D = 50: Hessian', 'C strict'] },
  { label: 'value and gradient of a network 784-128-10, 256 rows, against C -O3', from: ['workloads', 'A network with softmax, 256 rows of 784, 128 hidden units, 10 classes', 'C strict'] },
];

/** Ours in every table, without and with WebAssembly. */
const OURS = ['emitted', 'emitted wasm'] as const;

/** The page with what stands between `<!-- NAME: … -->` and `<!-- end -->` made anew. */
export function readmePage(page: string): string {
  const tables: Readonly<Record<string, () => string>> = { commands: commandTable, measured: measuredTable };
  return page.replace(/(<!-- (\w+): written by `npm run docs` -->\n)[\s\S]*?(<!-- end -->)/g, (whole, begin: string, name: string, end: string) => {
    const table = tables[name];
    return table === undefined ? whole : `${begin}\n${table()}\n\n${end}`;
  });
}

function commandTable(): string {
  const rows = commands.map((command) => `| \`diffc ${signature(command).replaceAll('|', '\\|')}\` | ${command.summary.replaceAll('|', '\\|')} |`);
  return ['| command | |', '| --- | --- |', ...rows].join('\n');
}

function measuredTable(): string {
  const rows = COMPARISONS.map(({ label, from: [run, title, other], with: way }) => {
    const timings = tableOf(run, title);
    const [theirs, ...ours] = [other, ...OURS.map((name) => (way === undefined ? name : `${name}, ${way}`))].map((name) => timings.find((r) => r.name === name)?.min);
    if (theirs === undefined || ours[0] === undefined) throw new Error(`${title}: no row of ours or no "${other}" among ${timings.map((r) => r.name).join(', ')}`);
    return `| ${label} | ${ours.map((min) => (min === undefined ? '–' : figure(theirs / min))).join(' | ')} |`;
  });
  return ['| | emitted TypeScript | with WebAssembly |', '| --- | --: | --: |', ...rows].join('\n');
}

function tableOf(run: string, title: string): readonly Timing[] {
  type Table = { readonly title: string; readonly rows: readonly Timing[] };
  const { tables = [], results = [] } = JSON.parse(readFileSync(join(import.meta.dirname, `../../bench/results/${run}.json`), 'utf8')) as { tables?: Table[]; results?: Table[] };
  const table = [...tables, ...results].find((t) => t.title === title);
  if (table === undefined) throw new Error(`bench/results/${run}.json has no table "${title}"`);
  return table.rows;
}

/** Three digits. */
const figure = (x: number): string => (x >= 100 ? x.toFixed(0) : x.toPrecision(3));
