/** Every fence of docs/reference/api.md is a declaration: together those of an entry are a module that TypeScript accepts, so no type is named that is not there. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fencesOf } from '../support/fences.ts';
import { root } from '../support/sources.ts';

const page = readFileSync(join(root, 'docs/reference/api.md'), 'utf8');
const entries = page.split(/^## /m).slice(1).map((text) => ({ name: /^`(.*)`/.exec(text)?.[1] ?? '', fences: fencesOf(text) })).filter(({ fences }) => fences.length > 0);

/** What declarations are made of and nobody names. */
const inside: Readonly<Record<string, string>> = {
  diffc: 'type Environment = object;\ndeclare const catalog: Readonly<Record<string, object>>;\ntype Arguments<P extends string, V> = { [K in P]: number | V };\ntype Variables<T extends string> = T;\ntype Constants<T extends string> = T;\n',
  'diffc/runtime': 'type Params<P> = Struct<P>;\ntype Data<D> = { [K in keyof D]: unknown };\n',
  'diffc/plugin': 'interface Named { name: string }\n',
};
const declared = /^export (?:declare )?(?:function|class|const|interface|type) (\w+)/gm;
const fileOf = (name: string): string => name.replaceAll('/', '-');

let folder = '';
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'diffc-api-')); });
afterAll(() => rmSync(folder, { recursive: true }));

it('docs/reference/api.md declares all it names', () => {
  const modules = entries.map(({ name, fences }) => ({ name, text: fences.map(({ text }) => `export ${/^(?:interface|type) /.test(text) ? '' : 'declare '}${text}`).join('') }));
  const names = ({ text }: { readonly text: string }): string[] => [...text.matchAll(declared)].map((m) => m[1] ?? '');
  for (const module of modules) {
    const own = new Set(names(module));
    // what `diffc/runtime/node` takes belongs to `diffc/runtime`
    const above = modules.find(({ name }) => module.name.startsWith(`${name}/`) && name !== 'diffc');
    const taken = above === undefined ? '' : `import type { ${names(above).filter((n) => !own.has(n)).join(', ')} } from './${fileOf(above.name)}.js';\n`;
    writeFileSync(join(folder, `${fileOf(module.name)}.ts`), `${taken}${inside[module.name] ?? ''}${module.text}`);
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: { strict: true, noEmit: true, target: 'es2022', lib: ['es2022', 'dom'], module: 'nodenext', types: ['node'], typeRoots: [join(root, 'node_modules/@types')] } }));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const { stdout } = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], { encoding: 'utf8' });
  expect(stdout).toBe('');
  expect(modules.length).toBeGreaterThan(3);
});
