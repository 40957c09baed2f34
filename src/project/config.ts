/** What a project wants of `diffc generate` and of the plugin. Flags win over the file, the file over defaults. */
import type { Bag } from '../diagnostics/bag.ts';
import { suggest } from '../diagnostics/suggest.ts';
import { PRECISIONS, TARGETS, type Precision, type Target } from '../targets.ts';

/** The options of `diffc.config.ts`, all of them optional. Paths are relative to the file. */
export interface Config {
  /** model files: globs, directories or names; every `.diff` file when left out */
  readonly files?: string | readonly string[];
  /** globs of files to leave out */
  readonly exclude?: string | readonly string[];
  /** where modules go; beside their models when left out */
  readonly outDir?: string;
  /** `ts` (default), `js` with declarations, `wasm` or `auto` */
  readonly target?: Target;
  /** `f64` (default), or `f32` for `wasm` and `auto`: Float32Array, and single precision in machine code */
  readonly precision?: Precision;
  /** for `wasm` and `auto`: loops over data in pieces, which `startThreads` of diffc/runtime shares between threads */
  readonly threads?: boolean;
  /** `false` skips prettier */
  readonly format?: boolean;
  /** a map from the module to the lines of the model */
  readonly sourceMap?: boolean;
  /** also `NAME.d.diff.ts` beside each model: the types of `import … from './NAME.diff'` */
  readonly types?: boolean;
  /** remove generated modules whose model is gone */
  readonly clean?: boolean;
}

/** Gives a configuration its types in the editor; it returns what it is given. */
export function defineConfig(config: Config): Config {
  return config;
}

const list = 'a glob or a list of globs';
const flag = '`true` or `false`';
const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
const isList = (value: unknown): boolean => isText(value) || (Array.isArray(value) && value.every(isText));
const isFlag = (value: unknown): boolean => typeof value === 'boolean';
const OPTIONS: Readonly<Record<keyof Config, readonly [fits: (value: unknown) => boolean, expected: string]>> = {
  files: [isList, list],
  exclude: [isList, list],
  outDir: [isText, 'a directory'],
  target: [(value) => TARGETS.some((t) => t === value), `one of ${TARGETS.join(', ')}`],
  precision: [(value) => PRECISIONS.some((p) => p === value), `one of ${PRECISIONS.join(', ')}`],
  threads: [isFlag, flag],
  format: [isFlag, flag],
  sourceMap: [isFlag, flag],
  types: [isFlag, flag],
  clean: [isFlag, flag],
};

/** Whether a value is a configuration; each thing that is wrong with it is reported. */
export function isConfig(value: unknown, path: string, bag: Bag): value is Config {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    bag.report('config-failed', undefined, { path, reason: 'it exports no object by default' }, { hint: 'write `export default { … }`' });
    return false;
  }
  let good = true;
  for (const [key, own] of Object.entries(value)) {
    const option = Object.hasOwn(OPTIONS, key) ? OPTIONS[key as keyof Config] : undefined;
    if (option === undefined) {
      const better = suggest(key, Object.keys(OPTIONS));
      bag.report('unknown-config-option', undefined, { path, option: key }, { hint: better === undefined ? `there are ${Object.keys(OPTIONS).map((o) => `\`${o}\``).join(', ')}` : `did you mean \`${better}\`?` });
      good = false;
    } else if (own !== undefined && !option[0](own)) {
      bag.report('bad-config-option', undefined, { path, option: key, expected: option[1] });
      good = false;
    }
  }
  return good;
}
