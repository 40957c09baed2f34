/**
 * `diffc/plugin`: `import { valueGradient } from './loss.diff'` in projects that are built with Vite, Rollup, Rolldown,
 * webpack, Rspack or esbuild, through one unplugin. Models are compiled as they are imported; mistakes in them are
 * errors of the build, with the place.
 */
import { createUnplugin } from 'unplugin';
import { render } from '../diagnostics/render.ts';
import { modelModule, writeSideCar } from '../project/model-module.ts';
import { compileInlineCalls } from './inline-calls.ts';
import { problemOf, problemText } from './problem.ts';

export interface PluginOptions {
  /** write `NAME.d.diff.ts` beside each model that is imported, so that TypeScript knows what it exports (default: true) */
  readonly types?: boolean;
}

interface Named {
  name: string;
}

/**
 * One plugin for each bundler. The types name only what the bundlers ask for, so that a project needs none of
 * the others' packages to check them.
 */
export interface Plugins {
  readonly vite: (options?: PluginOptions) => Named | Named[];
  readonly rollup: (options?: PluginOptions) => Named | Named[];
  readonly rolldown: (options?: PluginOptions) => Named | Named[];
  readonly webpack: (options?: PluginOptions) => { apply(compiler: object): void };
  readonly rspack: (options?: PluginOptions) => { apply(compiler: object): void };
  readonly esbuild: (options?: PluginOptions) => { name: string; setup(build: object): void | Promise<void> };
}

const MODEL = /\.diff(?:\?.*)?$/;
const PROGRAM = /\.[cm]?[jt]sx?(?:\?.*)?$/;
const FILES = /\.(?:diff|[cm]?[jt]sx?)$/;
/** They show a message and nothing else, and go on with the raw text unless something is thrown. */
const PLAIN = new Set(['webpack', 'rspack', 'esbuild']);

const made = createUnplugin<PluginOptions | undefined>((options, { framework }) => ({
  name: 'diffc',
  enforce: 'pre',
  load: {
    filter: { id: MODEL },
    async handler(id) {
      const path = id.replace(/\?.*$/, '');
      const { code, map, declarations, imports, diagnostics } = await modelModule(path);
      for (const file of imports) this.addWatchFile(file);
      if (code === undefined || map === undefined) {
        if (PLAIN.has(framework)) throw new Error(problemText(diagnostics));
        return this.error({ ...problemOf(path, diagnostics) });
      }
      const written = options?.types === false || declarations === undefined ? [] : writeSideCar(path, declarations);
      for (const d of [...diagnostics, ...written]) this.warn(render(d));
      return { code, map: { ...map, sources: [...map.sources], sourcesContent: [...map.sourcesContent], names: [] } };
    },
  },
  transform: {
    filter: { id: { include: PROGRAM, exclude: /[\\/]node_modules[\\/]/ }, code: /\binline\b[\s\S]*['"]diffc['"]/ },
    async handler(code, id) {
      const path = id.replace(/\?.*$/, '');
      const compiled = await compileInlineCalls(path, code);
      if (compiled === undefined) return undefined;
      const { place, diagnostics, mappings } = compiled;
      if (place !== undefined) {
        const text = `${path}:${place.line}:${place.column + 1}\n${problemText(diagnostics)}`;
        if (PLAIN.has(framework)) throw new Error(text);
        return this.error({ ...problemOf(path, diagnostics), loc: { file: path, ...place } });
      }
      for (const d of diagnostics) this.warn(render(d));
      return { code: compiled.code, map: { version: 3, sources: [path], sourcesContent: [code], names: [], mappings } };
    },
  },
  esbuild: { onLoadFilter: FILES, loader: (_code, id) => loaderOf(id) },
}));

/** What esbuild takes a file for: models come as JavaScript. */
function loaderOf(id: string): 'js' | 'jsx' | 'ts' | 'tsx' {
  if (/\.[cm]?ts$/.test(id)) return 'ts';
  if (id.endsWith('.tsx')) return 'tsx';
  return id.endsWith('.jsx') ? 'jsx' : 'js';
}

/** `plugins: [diffc.vite()]` */
export const diffc: Plugins = { vite: made.vite, rollup: made.rollup, rolldown: made.rolldown, webpack: made.webpack, rspack: made.rspack, esbuild: made.esbuild };
