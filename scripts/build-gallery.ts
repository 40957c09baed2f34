/** Writes docs/gallery.md and its pictures: each made by its program in samples/gallery/. `--check` writes nothing. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXHIBITS, runExhibit } from './gallery.ts';
import type { Exhibit, Shown } from './gallery.ts';

const root = join(import.meta.dirname, '..');

/** What the program says of itself: the text of its first comment. */
function described(name: string): string {
  const text = readFileSync(join(root, `samples/gallery/${name}.mjs`), 'utf8');
  return /^\/\*\* (.*) \*\/$/m.exec(text)?.[1] ?? '';
}

/** The formulas: the model without comments, and without what is asked of it. */
function formulas(model: string): string {
  const lines = readFileSync(join(root, `samples/${model}.diff`), 'utf8').split('\n');
  return lines.filter((line) => !/^(?:\/\/|module|derive|check|update)/.test(line)).join('\n').replace(/\n{2,}/g, '\n\n').trim();
}

const figure = (value: number | string): string => (typeof value === 'string' ? value : String(Number(value.toPrecision(4))));

function section({ name, title, model }: Exhibit, { figures }: Shown): string {
  const rows = Object.entries(figures).map(([what, value]) => `| ${what} | ${figure(value)} |`);
  return [
    `## ${title}\n`, `${described(name)}\n`, `![${title}](gallery/${name}.svg)\n`, '| | |', '| --- | --- |', ...rows, '',
    `The [model](../samples/${model}.diff), and the [program](../samples/gallery/${name}.mjs):\n`, `\`\`\`diff-model part\n${formulas(model)}\n\`\`\`\n`,
  ].join('\n');
}

const HEAD = `# Gallery

Each picture is made by a program of [samples/gallery/](../samples/gallery/), with the module that diffc emits from the model and
with \`diffc/runtime\`. \`npm run gallery\` writes this page and the pictures anew; a test says when one is stale.
`;

const files = new Map<string, string>();
const sections: string[] = [HEAD];
for (const exhibit of EXHIBITS) {
  const shown = await runExhibit(exhibit);
  files.set(`docs/gallery/${exhibit.name}.svg`, shown.picture);
  sections.push(section(exhibit, shown));
}
files.set('docs/gallery.md', sections.join('\n'));

mkdirSync(join(root, 'docs/gallery'), { recursive: true });
for (const [path, text] of files) {
  if (!process.argv.includes('--check')) writeFileSync(join(root, path), text);
  else if (!existsSync(join(root, path)) || readFileSync(join(root, path), 'utf8') !== text) {
    console.error('%s', `${path} is stale: run \`npm run gallery\``);
    process.exitCode = 1;
  }
}
