/** What the flags take and mean. Help texts, completion scripts and the reading of arguments are made from these rows. */
import { KINDS } from '../elaborate/kinds.ts';
import { HIGHEST_ORDER } from '../elaborate/model.ts';
import { PRECISIONS, TARGETS } from '../targets.ts';

export interface FlagRow {
  /** what help writes behind the flag; a flag without one takes nothing */
  readonly takes?: string;
  /** completes "needs …" when nothing follows */
  readonly expects?: string;
  readonly summary: string;
  /** offered by completion scripts; `files` and `directories` are the shell's own */
  readonly values?: readonly string[] | 'files' | 'directories';
  /** several of the `values` may be given, with commas between them; else it must be one */
  readonly several?: true;
  readonly number?: NumberRange;
}

/** What a number must be: whole and within these ends, or anything strictly between them. */
export interface NumberRange {
  readonly kind: 'whole' | 'between';
  readonly from: number;
  readonly to: number;
}

const whole = (from: number, to: number): NumberRange => ({ kind: 'whole', from, to });
const between = (from: number, to: number): NumberRange => ({ kind: 'between', from, to });

/** Of `diffc fit --optimizer`; `cli/fit-methods.ts` says what each is. */
export const OPTIMIZERS = [
  'lm', 'gauss-newton', 'lbfgs', 'lbfgsb', 'augmented-lagrangian', 'cg',
  'steepest-descent', 'newton', 'newton-cg', 'trust-region', 'trust-region-cg', 'sgd', 'momentum', 'nesterov', 'adagrad', 'rmsprop', 'adam', 'adamw', 'amsgrad',
] as const;
/** Of `diffc EXPR --after`. */
export const STAGES = ['parse', 'elaborate', 'differentiate', 'simplify'] as const;
/** Of `diffc sample --method` and `--metric`; the first is taken when none is given. */
export const SAMPLERS = ['nuts', 'hmc', 'advi', 'advi-full-rank', 'laplace'] as const;
export const METRICS = ['diagonal', 'dense', 'unit'] as const;

const count = 'a whole number';
const SEEDS = whole(0, 2 ** 32 - 1);
const rows = {
  wrt: { takes: 'x,y', expects: 'names such as `x,y`', summary: 'differentiate with respect to these (default: all variables)' },
  order: { takes: 'N', expects: count, summary: 'derivatives up to order N', number: whole(0, HIGHEST_ORDER) },
  derive: {
    takes: 'hvp,jvp', expects: 'kinds such as `hvp,jvp`',
    summary: `instead: ${KINDS.join(', ')} (of order N); directions are called v_x, adjoints u`,
    values: KINDS, several: true,
  },
  along: { takes: 'v | u,v,w', expects: 'names of directions such as `v`', summary: 'with --derive derivative --order N: N times along v, or once along each; their parts are called v_x' },
  using: { takes: 'sparse', expects: '`sparse` (`operator` is `--derive hvp` or `jvp`, other forms are options of `derive` in a model file)', summary: 'with --derive jacobian, hessian or gauss_newton: elements that can differ from zero; with --at in compressed rows', values: ['sparse'] },
  at: { takes: 'x=1,y=2 | FILE.json', expects: '`x=1,y=2` or a JSON file', summary: 'evaluate there; the file gives {"x": 1, "A": [[1, 2], [3, 4]]}', values: 'files' },
  matrix: { summary: 'one-letter names have kinds: a-g scalars, h-z vectors, A-Z matrices' },
  ascii: { summary: 'notation of the answer: ASCII (default)' },
  unicode: { summary: 'notation of the answer: Unicode' },
  latex: { summary: 'notation of the answer: LaTeX' },
  after: { takes: 'STAGE', expects: 'a stage', summary: `show the result of a stage: ${STAGES.join(', ')}`, values: STAGES },
  'out-dir': { takes: 'DIR', expects: 'a directory', summary: 'where modules go (default: beside the source, NAME.gen.ts)', values: 'directories' },
  target: { takes: TARGETS.join('|'), expects: 'a target', summary: 'TypeScript, JavaScript with declarations, TypeScript with WebAssembly inside, or that where it is faster (default: ts)', values: TARGETS },
  precision: { takes: PRECISIONS.join('|'), expects: 'a precision', summary: 'with --target wasm or auto: double (default) or single precision, which is up to twice as fast', values: PRECISIONS },
  threads: { summary: 'with --target wasm or auto: loops over data in pieces that threads may share (startThreads of diffc/runtime)' },
  check: { summary: 'compare instead of writing; exit code 1 when a module is stale' },
  config: { takes: 'FILE', expects: 'a configuration file', summary: 'in place of diffc.config.ts, .js or .json of this directory', values: 'files' },
  clean: { summary: 'also remove generated files whose model is gone' },
  watch: { summary: 'stay, and generate again when a model or the configuration changes' },
  'source-map': { summary: 'also a .map beside the module, which leads debuggers to the lines of the model' },
  types: { summary: 'also NAME.d.diff.ts beside each model: types for `import … from "./NAME.diff"`' },
  'no-format': { summary: 'skip prettier' },
  quiet: { summary: 'no line per file' },
  points: { takes: 'N', expects: count, summary: 'how many points are sampled', number: whole(1, 1000) },
  seed: { takes: 'N', expects: count, summary: 'other random points (default: 1)', number: SEEDS },
  range: { takes: 'x=-700:700,y=0:1', expects: '`x=-700:700`', summary: 'sample these intervals, ends included' },
  data: { takes: 'FILE', expects: 'a file such as `data.csv`, or `X=x.npy`', summary: 'data: .csv, .tsv, .json, or X=x.npy,y=y.npy', values: 'files' },
  columns: { takes: 'X=a,b,c,y=price', expects: 'names such as `X=a,b,c,y=price`', summary: 'columns of the table (default: `y` for y, `X1`, `X2`, … for X); a..c is a range, * all others' },
  set: { takes: 'lambda=0.1,H=10', expects: '`lambda=0.1,H=10`', summary: 'constants, and sizes that no data decide' },
  method: { takes: 'nuts', expects: 'a method', summary: 'nuts (default), hmc, advi, advi-full-rank (variational) or laplace', values: SAMPLERS },
  chains: { takes: 'N', expects: count, summary: 'chains (default: 4)', number: whole(1, 1000) },
  samples: { takes: 'N', expects: count, summary: 'draws of each chain, or of an approximation (default: 1000)', number: whole(1, 10_000_000) },
  warmup: { takes: 'N', expects: count, summary: 'iterations before, which find step and metric (default: 1000)', number: whole(0, 10_000_000) },
  metric: { takes: 'diagonal', expects: 'a metric', summary: 'diagonal (default), dense for strong correlations, or unit', values: METRICS },
  accept: { takes: '0.9', expects: 'a number between 0 and 1', summary: 'mean acceptance to choose the step for (default: 0.9); more means smaller steps', number: between(0.01, 1) },
  out: { takes: 'FILE', expects: 'a file', summary: 'write there: .csv or .json', values: 'files' },
  of: { takes: 'NAME', expects: 'a name of the model', summary: 'what is fitted (default: what the first `derive` statement is about)' },
  maximize: { summary: 'make it large instead of small' },
  start: { takes: 'w=1,b=0 | FILE.json | random', expects: '`w=1,b=0` or a JSON file', summary: 'where to start (default: declared values, else 0)', values: 'files' },
  optimizer: { takes: 'NAME', expects: 'a method such as `lbfgs`', summary: 'the method (default: augmented-lagrangian with `subject to`, lm for least squares, lbfgsb with bounds, else lbfgs)', values: OPTIMIZERS },
  rate: { takes: '0.01', expects: 'a number such as `0.01`', summary: 'learning rate of first-order methods (default: 0.01)', number: between(0, Infinity) },
  iterations: { takes: 'N', expects: count, summary: 'at most so many (default: 1000; first-order methods: 10000)', number: whole(1, 1e9) },
  level: { takes: '0.95', expects: 'a probability such as `0.95`', summary: 'of the confidence intervals (default: 0.95)', number: between(0, 1) },
  plot: { takes: 'FILE.svg', expects: 'an SVG file', summary: 'the value at every iteration as an image', values: 'files' },
  json: { summary: 'one JSON object on stdout, also for errors' },
  'no-color': { summary: 'plain text (NO_COLOR is honoured too)' },
  help: { summary: 'this text; after a command, the help of that command' },
  version: { summary: 'the version' },
} as const satisfies Record<string, FlagRow>;

export type Flag = keyof typeof rows;
/** The flags of a command, in the order of its help; a command may give a row of its own. */
export type FlagRows = Readonly<Partial<Record<Flag, FlagRow>>>;

export const flagRows: Readonly<Record<Flag, FlagRow>> = rows;

/** Every command has these. */
export const commonFlags: readonly Flag[] = ['json', 'no-color', 'help', 'version'];
export const shortFlags: ReadonlyMap<string, Flag> = new Map([['-h', 'help'], ['-V', 'version']]);

export function isFlag(name: string): name is Flag {
  return Object.hasOwn(rows, name);
}

export function pickFlags(...names: readonly Flag[]): FlagRows {
  return Object.fromEntries(names.map((name) => [name, flagRows[name]]));
}
