/** The long texts of the catalogue: `diffc explain CODE` and the reference page. */
import { catalog, stages } from './catalog.ts';
import type { Code, Stage } from './catalog.ts';
import type { Entry } from './entry.ts';

const stageTitles: { readonly [S in Stage]: string } = {
  parsing: 'Reading the text',
  names: 'Names, functions, definitions, imports',
  shapes: 'Shapes and products',
  indices: 'Sizes, indices, ranges, recurrences',
  differentiation: 'Derivatives and checks',
  usage: 'Command line and files',
};

function indented(text: string): string {
  return text === '' ? '    (nothing)' : text.split('\n').map((line) => `    ${line}`).join('\n');
}

function hintOf(entry: Entry): string | undefined {
  return typeof entry.hint === 'string' ? entry.hint : undefined;
}

/** What `diffc explain CODE` prints. */
export function explain(code: Code): string {
  const entry: Entry = catalog[code];
  const hint = hintOf(entry);
  const parts = [`${entry.severity}[${code}]`, entry.explanation];
  if (hint !== undefined) parts.push(`Hint: ${hint}.`);
  parts.push(`Refused:\n\n${indented(entry.wrong)}`, `Accepted:\n\n${indented(entry.right)}`);
  return parts.join('\n\n');
}

/** What an example is: a command, what is typed in a session, a program, data, or the language of models. */
const LANGUAGES: readonly (readonly [RegExp, string])[] = [[/^diffc /, 'sh'], [/^:/, 'text'], [/^(?:inline|gradient)\(/, 'js'], [/^\{/, 'json'], [/^\w+(?:,\w+)+\n/, 'csv']];

function fenced(example: string): string {
  const [, language = 'diff-model'] = LANGUAGES.find(([begins]) => begins.test(example)) ?? [];
  return `\`\`\`${language}\n${example.trimEnd()}\n\`\`\``;
}

/** docs/reference/diagnostics.md as a whole. */
export function diagnosticsMarkdown(): string {
  const parts = [
    '# Diagnostics',
    'Generated from `src/diagnostics/catalog/`; do not edit. `diffc explain CODE` prints the same texts.',
  ];
  for (const stage of Object.keys(stages) as Stage[]) {
    parts.push(`## ${stageTitles[stage]}`);
    const entries: Record<string, Entry> = stages[stage];
    for (const [code, entry] of Object.entries(entries)) {
      const hint = hintOf(entry);
      parts.push(`### ${code}`, `*${entry.severity}.* ${entry.explanation}`);
      if (hint !== undefined) parts.push(`Hint: ${hint}.`);
      parts.push('Refused:', fenced(entry.wrong), 'Accepted:', fenced(entry.right));
    }
  }
  return `${parts.join('\n\n')}\n`;
}
