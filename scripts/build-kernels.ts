/**
 * Writes src/kernels/sources.generated.ts, the text of every function in src/kernels/, for backends
 * to copy into emitted modules. A bundled command cannot read its own source files. With `--check` nothing is written.
 */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';

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

function print(kernels: readonly Kernel[]): string {
  const quote = (text: string): string => `\`${text.replace(/[\\`$]/g, '\\$&')}\``;
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

const files = readdirSync(folder).filter((file) => file.endsWith('.ts') && !/registry|generated/.test(file));
const generated = print(link(files.flatMap((file) => functionsOf(readFileSync(join(folder, file), 'utf8'), file))));
if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== generated) {
    console.error('src/kernels/sources.generated.ts is stale: run npx tsx scripts/build-kernels.ts');
    process.exit(1);
  }
} else {
  writeFileSync(target, generated);
}
