/** What `diffc ops` and docs/reference/ops.md say about an operation, made from its row alone. */
import type { NoDerivative, Row } from './schema.ts';
import { families, rowOf, type OpName } from './table.ts';

/** One operation as plain text, for a terminal. */
export function describeOp(name: OpName): string {
  const row = rowOf(name);
  const facts = describedFacts(row);
  const width = Math.max(...facts.map(([label]) => label.length));
  const lines = facts.map(([label, text]) => `  ${label.padEnd(width)}  ${text}`);
  return `${signature(name, row)}: ${row.title}\n  ${row.doc}\n\n${lines.join('\n')}\n`;
}

/** The whole table as one Markdown page. */
export function opsReference(): string {
  const sections = Object.entries(families).map(([title, rows]) => {
    const entries = Object.entries<Row>(rows).map(([name, row]) => referenceEntry(name, row));
    return `## ${title}\n\n${entries.join('\n')}`;
  });
  return `# Operations

Generated from the rows in \`src/ops/\`; do not edit. In a derivative, \`y\` is the value of the operation itself.

${sections.join('\n')}`;
}

function referenceEntry(name: string, row: Row): string {
  const facts = describedFacts(row).map(([label, text]) => `- ${label}: ${text.split('; ').map((t) => `\`${t}\``).join('; ')}`);
  return `### \`${signature(name, row)}\`\n\n${capitalised(row.title)}. ${row.doc}\n\n${facts.join('\n')}\n`;
}

function signature(name: string, row: Row): string {
  const parameters = row.args.map((arg) => {
    const value = row.defaults?.[arg];
    return value === undefined ? arg : `${arg} = ${value}`;
  });
  return `${name}(${parameters.join(', ')})`;
}

/** Label and text of everything a row states; several texts of one label are joined with `; `. */
function describedFacts(row: Row): readonly (readonly [string, string])[] {
  const domain = row.args.map((arg) => `${arg}: ${row.domain[arg] ?? 'real'}`);
  const facts: [string, readonly string[]][] = [
    ['also written', row.aliases ?? []],
    ['domain', domain],
    ['range', row.range === undefined ? [] : [row.range]],
    ...(row.kind === 'composite'
      ? [['definition', [row.expand]] satisfies [string, readonly string[]]]
      : row.args.map((arg): [string, readonly string[]] => [`d/d${arg}`, [partialText(row.derivative[arg] ?? '')]])),
    ['exact values', (row.exact ?? []).map(([at, value]) => `f(${at}) = ${value}`)],
    ['identities', row.identities ?? []],
    ['facts', row.facts ?? []],
    ['examples', row.examples ?? []],
  ];
  return facts.filter(([, texts]) => texts.length > 0).map(([label, texts]) => [label, texts.join('; ')] as const);
}

function partialText(partial: string | NoDerivative): string {
  return typeof partial === 'string' ? partial : `none: ${partial.refused}`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
