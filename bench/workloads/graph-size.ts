/** Differentiating and simplifying graphs of 10⁵ and 10⁶ nodes, without parsing: the compiled library, one process. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Builder } from '../../src/ir/build.ts';
import type { NodeId } from '../../src/ir/types.ts';
import { measure, type Contestant } from '../measure.ts';
import { writeReport, type Table } from '../report.ts';

const compiled = (path: string): string => pathToFileURL(join(import.meta.dirname, '../../dist/src', path)).href;
const { gradient }: typeof import('../../src/autodiff/reverse.ts') = await import(compiled('autodiff/reverse.js'));
const { Builder: MakeBuilder }: typeof import('../../src/ir/build.ts') = await import(compiled('ir/build.js'));
const { Graph }: typeof import('../../src/ir/graph.ts') = await import(compiled('ir/graph.js'));
const { tidy }: typeof import('../../src/compile.ts') = await import(compiled('compile.js'));

interface Formula {
  readonly b: Builder;
  readonly wrt: readonly NodeId[];
  readonly of: NodeId;
}

const scalars = (b: Builder, n: number): NodeId[] => Array.from({ length: n }, (_, k) => b.leaf({ name: `x${k}`, role: 'variable', element: 'real', shape: [] }));

/** u ← sin(u·y) + x, every level over the one before */
function chain(n: number): Formula {
  const b = new MakeBuilder(new Graph());
  const [x = -1, y = -1] = scalars(b, 2);
  let u = x;
  while (b.graph.size < n) u = b.sum([b.map('sin', [b.whole(b.multiply(u, y))], []), x], []);
  return { b, wrt: [x, y], of: u };
}

/** Σ (sin(x·y) − z)² over neighbours among a thousand variables */
function wide(n: number): Formula {
  const b = new MakeBuilder(new Graph());
  const wrt = scalars(b, 1000);
  const terms: NodeId[] = [];
  for (let k = 0; b.graph.size < n; k++) {
    const at = (offset: number): NodeId => wrt[(k * 7 + offset * (1 + Math.floor(k / 1000))) % wrt.length] ?? -1;
    const residual = b.subtract(b.map('sin', [b.whole(b.multiply(at(0), at(1)))], []), at(2));
    terms.push(b.power(residual, { num: 2n, den: 1n }));
  }
  return { b, wrt, of: b.sum(terms, []) };
}

/** sums, products, sines and hyperbolic tangents of random earlier nodes: what shares most and settles last */
function random(n: number): Formula {
  const b = new MakeBuilder(new Graph());
  const wrt = scalars(b, 100);
  const pool = [...wrt];
  let state = 12345;
  const below = (m: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % m;
  };
  const pick = (): NodeId => pool[pool.length - 1 - below(Math.min(pool.length, 200))] ?? -1;
  while (b.graph.size < n) {
    const [kind, x, y] = [below(6), pick(), pick()];
    pool.push(kind < 2 ? b.sum([x, y], []) : kind < 4 ? b.multiply(x, y) : b.map(kind === 4 ? 'sin' : 'tanh', [b.whole(x)], []));
  }
  return { b, wrt, of: b.sum(pool.slice(-200), []) };
}

const SHAPES = { 'chain, n/3 deep': chain, 'sum of residuals': wide, 'random graph': random };
const SIZES = [100_000, 1_000_000];
const rounds = 3;

export function run(): string {
  const tables = Object.entries(SHAPES).flatMap(([name, make]): Table[] => [
    { title: `${name}: differentiate`, unit: 'ms', rows: measure(SIZES.map((n) => contestant(n, make, differentiate)), rounds) },
    { title: `${name}: differentiate and simplify`, unit: 'ms', rows: measure(SIZES.map((n) => contestant(n, make, simplify)), rounds) },
  ]);
  return writeReport('graph-size', rounds, tables);
}

function contestant(n: number, make: (n: number) => Formula, work: (formula: Formula) => void): Contestant {
  return {
    name: `n = ${n}`,
    sample: () => {
      const formula = make(n);
      const start = performance.now();
      work(formula);
      return performance.now() - start;
    },
  };
}

const differentiate = ({ b, of, wrt }: Formula): readonly NodeId[] => gradient(b, of, wrt, () => undefined).adjoints;

function simplify(formula: Formula): void {
  const derivatives = differentiate(formula);
  tidy(formula.b, { values: [formula.of], derivatives }, [formula.of]);
}
