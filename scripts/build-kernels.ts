/**
 * Writes src/kernels/sources.generated.ts, the text of every function in src/kernels/, and src/structure/colouring-source.generated.ts,
 * that of the declarations in colouring.ts, for backends to copy into emitted modules. A bundled command cannot read its own source
 * files. With `--check` nothing is written.
 */
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { transformSync } from 'esbuild';

interface Kernel {
  readonly name: string;
  readonly source: string;
  readonly javascript: string;
  readonly dependsOn: readonly string[];
}

const folder = join(import.meta.dirname, '../src/kernels');
const target = join(folder, 'sources.generated.ts');

/** The functions of one file, each with its comment; everything at top level but imports must be one. */
function functionsOf(text: string, file: string): Kernel[] {
  const found: Kernel[] = [];
  const pattern = /((?:\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)?)(?:export )?function (\w+)\(([^)]*)\): number \{\n[\s\S]*?\n\}\n/g;
  const rest = text.replace(pattern, (whole: string, doc: string, name: string, parameters: string) => {
    const source = whole.replace(/^export function/m, 'function').trimEnd();
    const untyped = source.replace(`(${parameters}): number {`, `(${parameters.replaceAll(': number', '')}) {`);
    // throws where a type was used inside the body
    void new Script(untyped, { filename: `${file}: ${name} as JavaScript` });
    found.push({ name, source, javascript: untyped.slice(doc.length), dependsOn: [] });
    return '';
  });
  const stray = rest.replace(/\/\*\*[\s\S]*?\*\//g, '').replace(/^import .*$/gm, '').trim();
  if (stray !== '') throw new Error(`${file}: only functions of numbers belong here, found ${stray.slice(0, 80)}`);
  return found;
}

function link(kernels: readonly Kernel[]): Kernel[] {
  const names = new Set(kernels.map((kernel) => kernel.name));
  if (names.size !== kernels.length) throw new Error('two kernels share a name');
  return kernels
    .map((kernel) => {
      const called = [...kernel.javascript.replace(/\/\/.*/g, '').matchAll(/(?<![.\w])(\w+)\(/g)].map((match) => match[1] ?? '');
      const dependsOn = [...new Set(called)].filter((name) => names.has(name) && name !== kernel.name).toSorted();
      return { ...kernel, dependsOn };
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

const quote = (text: string): string => `\`${text.replace(/[\\`$]/g, '\\$&')}\``;

function print(kernels: readonly Kernel[]): string {
  return `// Generated from src/kernels/*.ts by scripts/build-kernels.ts; do not edit.

export type KernelName =
${kernels.map(({ name }) => `  | '${name}'`).join('\n')};

export interface KernelSource {
  /** a TypeScript function with its comment, without \`export\` */
  readonly source: string;
  /** the same in plain JavaScript, without the comment */
  readonly javascript: string;
  /** the kernels it calls */
  readonly dependsOn: readonly KernelName[];
}

export const kernelSources: Readonly<Record<KernelName, KernelSource>> = {
${kernels
  .map(
    ({ name, source, javascript, dependsOn }) =>
      `  ${name}: {\n    source: ${quote(source)},\n    javascript: ${quote(javascript)},\n    dependsOn: [${dependsOn.map((d) => `'${d}'`).join(', ')}],\n  },\n`,
  )
  .join('')}};
`;
}

/** The declarations of a file that stands by itself, each with its comment; they follow each other after empty lines. */
function declarationsOf(text: string): Kernel[] {
  const blocks = text.trimEnd().split(/\n\n(?=\S)/).map((block) => ({ source: block.replace(/^export /m, ''), name: /^(?:export )?(?:function|interface|type) (\w+)/m.exec(block)?.[1] ?? '' }));
  const names = blocks.map(({ name }) => name);
  return blocks.filter(({ name }) => name !== '').map(({ name, source }) => ({
    name, source, javascript: transformSync(source, { loader: 'ts' }).code.trimEnd(),
    dependsOn: names.filter((other) => other !== '' && other !== name && new RegExp(`\\b${other}\\b`).test(source.replace(/^ ?(?:\/\*)?\*.*$/gm, ''))).toSorted(),
  }));
}

function printDeclarations(declarations: readonly Kernel[]): string {
  return `// Generated from src/structure/colouring.ts by scripts/build-kernels.ts; do not edit.

export interface DeclarationSource {
  /** TypeScript with its comment, without \`export\` */
  readonly source: string;
  /** the same in plain JavaScript; nothing for a type */
  readonly javascript: string;
  /** the declarations that it mentions */
  readonly dependsOn: readonly string[];
}

export const colouringSources: Readonly<Record<string, DeclarationSource>> = {
${declarations.map(({ name, source, javascript, dependsOn }) => `  ${name}: {\n    source: ${quote(source)},\n    javascript: ${quote(javascript)},\n    dependsOn: [${dependsOn.map((d) => `'${d}'`).join(', ')}],\n  },\n`).join('')}};
`;
}

const files = readdirSync(folder).filter((file) => file.endsWith('.ts') && !/registry|generated/.test(file));
const structure = join(folder, '../structure');
const targets = [
  { path: target, text: print(link(files.flatMap((file) => functionsOf(readFileSync(join(folder, file), 'utf8'), file)))) },
  { path: join(structure, 'colouring-source.generated.ts'), text: printDeclarations(declarationsOf(readFileSync(join(structure, 'colouring.ts'), 'utf8'))) },
];
for (const { path, text } of targets) {
  if (!process.argv.includes('--check')) writeFileSync(path, text);
  else if (!existsSync(path) || readFileSync(path, 'utf8') !== text) {
    console.error(`${path} is stale: run npx tsx scripts/build-kernels.ts`);
    process.exit(1);
  }
}
