/**
 * The shape of the code base, held by tests: layers, cycles, sizes, homes of heavy dependencies.
 * A failing message names the file, the import and both layers.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { opNames } from '../src/ops/table.ts';
import { version } from '../src/version.ts';
import { filesBelow, readSources, root } from './support/sources.ts';
import type { SourceText } from './support/sources.ts';

/** Imports point to a lower number; two folders of one layer never import each other. */
const LAYERS: readonly (readonly string[])[] = [
  ['src/diagnostics/', 'src/kernels/', 'src/version.ts', 'src/digest.ts', 'src/targets.ts'],
  ['src/ops/'],
  ['src/ast/', 'src/ir/', 'grammar/'],
  ['src/frontends/math/', 'src/frontends/latex/', 'src/frontends/typescript/', 'src/print/'],
  ['src/elaborate/'],
  ['src/formulas/'],
  ['src/autodiff/', 'src/simplify/'],
  ['src/schedule/', 'src/structure/', 'src/verify/', 'src/explain/'],
  ['src/backends/typescript/', 'src/backends/wasm/', 'src/plan/'],
  ['src/compile.ts', 'src/source-map.ts'],
  ['src/answer/', 'src/generate.ts'],
  ['src/inline.ts'],
  ['src/project/'],
  ['src/index.ts', 'src/cli/', 'src/plugin/', 'src/register.ts', 'src/register-hooks.ts'],
];
/** `diffc/runtime` imports nothing of the compiler; of the compiler, only commands that fit and sample import it. */
const ISLAND = 'src/runtime/';
const BRIDGE = 'src/cli/';

/** Where a package may be imported, and how: what is dynamic loads in the product only when it is reached. */
const HOMES: Readonly<Record<string, { readonly only: readonly string[]; readonly dynamic: boolean }>> = {
  'ts-morph': { only: ['src/backends/typescript/assemble.ts', 'src/project/typescript.ts', 'scripts/reference/api.ts'], dynamic: true },
  prettier: { only: ['src/backends/typescript/format.ts'], dynamic: true },
  nearley: { only: ['grammar/', 'src/frontends/math/', 'scripts/'], dynamic: false },
  moo: { only: ['grammar/', 'src/frontends/math/'], dynamic: false },
  unplugin: { only: ['src/plugin/index.ts'], dynamic: false },
  'decimal.js': { only: ['src/verify/extended/decimal.ts'], dynamic: false },
};

/** Hard cap on lines of a hand-written file. */
const LONGEST = 500;

const sources = readSources('src', 'grammar');
const handWritten = readSources('src', 'grammar', 'scripts', 'tests', 'bench').filter((s) => !s.path.endsWith('.generated.ts'));

interface Place {
  readonly layer: number;
  readonly folder: string;
}

function placeOf(path: string): Place | undefined {
  for (const [layer, folders] of LAYERS.entries()) {
    const folder = folders.find((f) => path.startsWith(f));
    if (folder !== undefined) return { layer, folder };
  }
  return undefined;
}

describe('layers', () => {
  it('every source file has a place', () => {
    expect(sources.map((s) => s.path).filter((p) => placeOf(p) === undefined && !p.startsWith(ISLAND))).toEqual([]);
  });

  it('imports point downwards only', () => {
    expect(sources.flatMap(layerViolations)).toEqual([]);
  });

  it('catches a planted upward, sideways and island import', () => {
    const plant = (path: string, target: string): string[] =>
      layerViolations({ path, text: '', code: '', imports: [{ kind: 'value', target }] });
    expect(plant('src/ir/node.ts', 'src/autodiff/reverse.ts')).toHaveLength(1);
    expect(plant('src/autodiff/reverse.ts', 'src/simplify/rules.ts')).toHaveLength(1);
    expect(plant('src/compile.ts', 'src/runtime/adam.ts')).toHaveLength(1);
    expect(plant('src/runtime/adam.ts', 'src/cli/files.ts')).toHaveLength(1);
    expect(plant('src/cli/fit-command.ts', 'src/runtime/adam.ts')).toEqual([]);
    expect(plant('src/autodiff/reverse.ts', 'src/ir/node.ts')).toEqual([]);
  });
});

function layerViolations(source: SourceText): string[] {
  const from = placeOf(source.path);
  return source.imports
    .filter((edge) => /^(src|grammar)\//.test(edge.target))
    .flatMap(({ target }) => {
      const island = source.path.startsWith(ISLAND) !== target.startsWith(ISLAND);
      if (island && source.path.startsWith(BRIDGE)) return [];
      if (island) return [`${source.path} imports ${target}: ${ISLAND} is an island`];
      const to = placeOf(target);
      if (from === undefined || to === undefined || from.folder === to.folder) return [];
      // the pipeline files of one layer may use each other; cycles among them are caught below
      const pipeline = !from.folder.endsWith('/') && !to.folder.endsWith('/');
      if (to.layer < from.layer || (pipeline && to.layer === from.layer)) return [];
      // index.ts and cli/ are both doors
      return [`${source.path} (layer ${from.layer}) imports ${target} (layer ${to.layer})`];
    });
}

describe('imports', () => {
  it('have no cycles among values', () => {
    expect(cycles(sources)).toEqual([]);
  });

  it('a planted cycle is found', () => {
    const file = (path: string, target: string): SourceText => ({ path, text: '', code: '', imports: [{ kind: 'value', target }] });
    expect(cycles([file('a.ts', 'b.ts'), file('b.ts', 'c.ts'), file('c.ts', 'a.ts')])).toHaveLength(1);
  });

  it('keep heavy packages in their homes', () => {
    const strays = handWritten
      .filter((s) => !s.path.startsWith('tests/') && !s.path.startsWith('bench/'))
      .flatMap((s) =>
        s.imports.flatMap(({ kind, target }) => {
          const home = Object.hasOwn(HOMES, target) ? HOMES[target] : undefined;
          if (home === undefined || kind === 'type') return [];
          if (!home.only.some((h) => s.path.startsWith(h))) return [`${s.path} imports ${target}`];
          return home.dynamic && kind === 'value' && s.path.startsWith('src/') ? [`${s.path} imports ${target} at start; use import()`] : [];
        }),
      );
    expect(strays).toEqual([]);
  });

  it('no module imports the barrel of its own package', () => {
    expect(sources.filter((s) => s.imports.some((e) => e.target === 'src/index.ts')).map((s) => s.path)).toEqual([]);
  });
});

/** One message per strongly connected set of files, found with Tarjan's algorithm on an explicit stack. */
function cycles(files: readonly SourceText[]): string[] {
  const graph = new Map(files.map((f) => [f.path, f.imports.filter((e) => e.kind === 'value').map((e) => e.target)]));
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const found: string[] = [];
  for (const start of graph.keys()) {
    if (index.has(start)) continue;
    const work: { node: string; next: number }[] = [{ node: start, next: 0 }];
    while (work.length > 0) {
      const top = work[work.length - 1]!;
      if (top.next === 0) {
        index.set(top.node, index.size);
        low.set(top.node, index.get(top.node)!);
        open.push(top.node);
      }
      const targets = (graph.get(top.node) ?? []).filter((t) => graph.has(t));
      const target = targets[top.next];
      top.next += 1;
      if (target !== undefined) {
        if (!index.has(target)) work.push({ node: target, next: 0 });
        else if (open.includes(target)) low.set(top.node, Math.min(low.get(top.node)!, index.get(target)!));
        continue;
      }
      work.pop();
      const parent = work[work.length - 1];
      if (parent !== undefined) low.set(parent.node, Math.min(low.get(parent.node)!, low.get(top.node)!));
      if (low.get(top.node) !== index.get(top.node)) continue;
      const members = open.splice(open.indexOf(top.node));
      if (members.length > 1 || targets.includes(top.node)) found.push(members.join(' -> '));
    }
  }
  return found;
}

describe('files', () => {
  it(`are at most ${LONGEST} lines`, () => {
    const long = handWritten.map((s) => ({ path: s.path, lines: s.text.split('\n').length - 1 })).filter((s) => s.lines > LONGEST);
    expect(long).toEqual([]);
  });

  it('are not drawers', () => {
    expect(handWritten.map((s) => s.path).filter((p) => /\/(utils?|helpers?|misc|common)(\.|\/)/.test(p))).toEqual([]);
  });

  it('use no type escapes, default exports or enums', () => {
    const forbidden: readonly [string, RegExp][] = [
      ['any', /(?:[:<,|&(]\s*|\bas\s+)any\b(?!\s*[:(])/],
      ['double assertion', /\bas unknown as\b/],
      ['default export', /\bexport default\b/],
      ['enum', /\b(?:const\s+)?enum\s+[A-Z]/],
    ];
    const suppressions: readonly [string, RegExp][] = [['type error suppressed', /@ts-(?:ignore|nocheck|expect-error)/]];
    const found = readSources('src', 'scripts').flatMap((s) => [
      ...forbidden.filter(([, pattern]) => pattern.test(blankStrings(s.code))).map(([name]) => `${s.path}: ${name}`),
      ...suppressions.filter(([, pattern]) => pattern.test(s.text)).map(([name]) => `${s.path}: ${name}`),
    ]);
    expect(found).toEqual([]);
  });
});

function blankStrings(code: string): string {
  return code.replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\[\s\S])*`/g, "''");
}

describe('operations', () => {
  it('are not spelt in the passes and backends, which ask the row or import the operation', () => {
    const names = new Set<string>(opNames());
    // reductions and stores have kinds of their own with these names; names.ts spells Greek letters, lanes.ts instructions
    const structural = new Set(['max', 'min']);
    const spelt = readSources('src/autodiff', 'src/simplify', 'src/schedule', 'src/backends')
      .filter((s) => s.path !== 'src/backends/typescript/names.ts' && s.path !== 'src/backends/wasm/lanes.ts')
      .flatMap((s) => [...s.code.matchAll(/'([^'\\\n]*)'/g)].map((m) => ({ path: s.path, name: m[1] ?? '' })))
      .filter(({ name }) => names.has(name) && !structural.has(name));
    expect(spelt).toEqual([]);
  });
});

describe('packages', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, Record<string, string>>;

  it('have one version', () => {
    expect(manifest['version']).toBe(version);
  });

  it('are pinned exactly', () => {
    const loose = Object.entries({ ...manifest['dependencies'], ...manifest['devDependencies'] }).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version));
    expect(loose).toEqual([]);
  });

  it('the lock file names every optional platform binary, so that `npm ci` accepts it on every platform', () => {
    const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { optionalDependencies?: Record<string, string> }>;
    };
    const missing = Object.entries(lock.packages).flatMap(([path, entry]) =>
      Object.keys(entry.optionalDependencies ?? {}).filter((name) => !(`node_modules/${name}` in lock.packages) && !(`${path}/node_modules/${name}` in lock.packages)),
    );
    expect(missing).toEqual([]);
  });
});

describe('checked-in generated files', () => {
  it.each(['build-grammar', 'build-kernels', 'build-docs', 'build-gallery'])('%s gives no difference', (script) => {
    const result = spawnSync(process.execPath, ['--import', 'tsx', join(root, 'scripts', `${script}.ts`), '--check'], { cwd: root, encoding: 'utf8' });
    expect(result.stderr + result.stdout).toBe('');
    expect(result.status).toBe(0);
  });
});

describe('generated modules', () => {
  it('mirror samples/, one module per model that derives something', () => {
    const stem = (path: string): string => path.replace(/^[^/]+\//, '').replace(/\.[^.]+$/, '');
    const models = filesBelow('samples', '.diff').map(stem);
    expect(filesBelow('generated', '.ts').map(stem).filter((g) => !models.includes(g.replace(/^wasm(-f32|-threads)?\//, 'models/')))).toEqual([]);
  });

  it('import nothing', () => {
    expect(readSources('generated').filter((s) => s.imports.length > 0).map((s) => s.path)).toEqual([]);
  });
});
