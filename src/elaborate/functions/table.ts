/** Built-in functions of whole tensors, by name. */
import { distributionsReference } from '../distributions.ts';
import type { Builtin } from './builtin.ts';
import { cumulatives } from './cumulative.ts';
import { linear } from './linear.ts';
import { orderStatistics } from './order.ts';
import { reductions } from './reductions.ts';

const builtins: ReadonlyMap<string, Builtin> = new Map(Object.entries({ ...reductions, ...cumulatives, ...orderStatistics, ...linear }));

export function findBuiltin(name: string): Builtin | undefined {
  return builtins.get(name);
}

export function builtinNames(): readonly string[] {
  return [...builtins.keys()];
}

/** The page of the reference: one line for each, families together. */
export function functionsReference(): string {
  const families: readonly (readonly [string, Readonly<Record<string, Builtin>>])[] = [
    ['Reductions and norms', reductions], ['Running sums and products', cumulatives], ['Order statistics', orderStatistics], ['Linear algebra and shapes', linear],
  ];
  const call = (name: string, { parameters, takesAxis }: Builtin): string => {
    const counts = { value: 0, size: 0 };
    const words = parameters.map((p) => {
      const kind = p.startsWith('size') ? 'size' : 'value';
      const word = kind === 'size' ? ['N', 'M'][counts.size++] ?? 'K' : ['x', 'y'][counts.value++] ?? 'z';
      return p.endsWith('?') ? `[${word}]` : p.endsWith('*') ? `${word}…` : word;
    });
    return `${name}(${[...words, ...(takesAxis ? ['axis = k'] : [])].join(', ')})`;
  };
  return [
    '# Functions of whole tensors', '', 'Generated from the tables in `src/elaborate/`; do not edit. Inside free indices they apply at every position.',
    ...families.flatMap(([title, table]) => ['', `## ${title}`, '', '| call | meaning |', '| --- | --- |', ...Object.entries(table).map(([name, row]) => `| \`${call(name, row)}\` | ${row.doc.replaceAll('|', '\\|')} |`)]),
    '', '## Distributions', '', 'After `~`, element by element; a log density is added to `logp`.', '', '| call | parameters |', '| --- | --- |', ...distributionsReference(),
    '',
  ].join('\n');
}
