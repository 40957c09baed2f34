/** The commands: names, flags, examples and how to run each. A new command is a row here and a file `NAME-command.ts`. */
import type { Arguments } from './arguments.ts';
import { expressionCommand } from './expression-command.ts';
import { commonFlags, flagRows, pickFlags, type Flag, type FlagRows } from './flags.ts';
import { explainCommand, opsCommand } from './reference-commands.ts';
import type { ExitCode, Terminal } from './report.ts';

export type Run = (targets: readonly string[], args: Arguments, terminal: Terminal) => ExitCode | Promise<ExitCode>;

export interface Command {
  /** the first word; `''` for the command that is an expression */
  readonly name: string;
  /** its arguments as help writes them */
  readonly takes: string;
  readonly summary: string;
  /** command lines without `diffc`, with a remark */
  readonly examples: readonly (readonly [line: string, remark: string])[];
  readonly flags: FlagRows;
  /** what a completion script offers as arguments; `models` are `.diff` files and directories */
  readonly completes: 'models' | 'operations' | 'codes' | readonly string[];
  /** commands that are programs of their own come by import(): a one-liner reads none of their text */
  readonly load: () => Promise<Run> | Run;
}

const expression: Command = {
  name: '',
  takes: 'EXPR',
  summary: 'print value and derivatives; the first line is how EXPR was read',
  examples: [
    ['"x^2 + y^2"', 'print the derivatives'],
    ['"x^2 * sin(y)" --wrt x --order 2', 'second derivative with respect to x'],
    ['"x^2 + y^2" --at x=1,y=2', 'values too'],
    ['"x^2*y" --derive hvp --at x=1,y=2,v_x=1,v_y=0', 'the product of the Hessian with a direction'],
    ['"d/dx tanh(x) = 1 - tanh(x)^2"', 'is this right?'],
    ['"norm2(A*x - b)^2" --matrix --wrt x', 'matrices and vectors'],
  ],
  flags: pickFlags('wrt', 'order', 'derive', 'along', 'using', 'at', 'matrix', 'ascii', 'unicode', 'latex', 'after'),
  completes: [],
  load: () => expressionCommand,
};

export const commands: readonly Command[] = [
  expression,
  {
    name: 'generate', takes: '[FILES]', summary: 'write a module for each model file or directory',
    examples: [
      ['generate model.diff --out-dir src/gen', 'a TypeScript module with value and gradient'],
      ['generate "src/**/*.diff" --watch', 'model.gen.ts beside each model, as they change'],
      ['generate --check', 'is everything up to date? for continuous integration'],
    ],
    flags: pickFlags('out-dir', 'target', 'precision', 'threads', 'check', 'watch', 'clean', 'config', 'source-map', 'types', 'no-format', 'quiet'), completes: 'models',
    // the backend, and with it ts-morph and prettier, is needed here only
    load: async () => (await import('./generate-command.ts')).generateCommand,
  },
  {
    name: 'check', takes: 'FILES', summary: 'decide the `check` statements of models',
    examples: [['check model.diff', 'decide the `check` lines of a model']],
    flags: {}, completes: 'models',
    load: async () => (await import('./check-command.ts')).checkCommand,
  },
  {
    name: 'verify', takes: 'FILE|EXPR', summary: 'every derivative against differences in 46 digits; exit code 1 when one is wrong',
    examples: [['verify model.diff', 'are its derivatives right?']],
    flags: { points: { ...flagRows.points, summary: 'how many points are sampled (default: 5)' }, ...pickFlags('seed', 'wrt', 'matrix') },
    completes: 'models',
    load: async () => (await import('./verify-command.ts')).verifyCommand,
  },
  {
    name: 'report', takes: 'FILE', summary: 'what each function of a module costs: operations, memory, time, loops',
    examples: [['report model.diff --set N=10000', 'how expensive is its gradient?']],
    flags: { set: { takes: 'N=1000,D=50', expects: '`N=1000,D=50`', summary: 'sizes that the model leaves open (default: 1000 for samples, 40 for others)' } },
    completes: 'models',
    load: async () => (await import('./report-command.ts')).reportCommand,
  },
  {
    name: 'accuracy', takes: 'FILE|EXPR', summary: 'the emitted value and gradient against exact ones, in ulp',
    examples: [['accuracy "tanh(x)" --range x=-30:30', 'the error of the emitted code, in ulp']],
    flags: { points: { ...flagRows.points, summary: 'how many points are sampled (default: 20, with --range 1000)', number: { kind: 'whole', from: 2, to: 100_000 } }, ...pickFlags('seed', 'range', 'wrt', 'matrix') },
    completes: 'models',
    load: async () => (await import('./accuracy-command.ts')).accuracyCommand,
  },
  {
    name: 'fit', takes: 'FILE', summary: 'fit the parameters of a model to data; standard errors for least squares',
    examples: [
      ['fit model.diff --data points.csv', 'parameters that fit the data, with intervals'],
      ['fit model.diff --data houses.csv --columns X=area,rooms,y=price', 'columns by name'],
    ],
    flags: { ...pickFlags('data', 'columns', 'set', 'start', 'of', 'maximize', 'optimizer', 'iterations', 'rate', 'level'), seed: { ...flagRows.seed, summary: 'of `--start random` (default: 1)' }, out: { takes: 'FILE.json', expects: 'a file', summary: 'write the parameters there', values: 'files' }, ...pickFlags('plot') },
    completes: 'models',
    load: async () => (await import('./fit-command.ts')).fitCommand,
  },
  {
    name: 'steps', takes: 'EXPR', summary: 'the derivation in numbered steps; --check ANSWER judges an answer',
    examples: [
      ['steps "sin(x^2)"', 'the derivation, rule by rule'],
      ['steps "sin(x^2)" --check "cos(x^2)"', 'is this answer right?'],
    ],
    flags: { check: { takes: 'ANSWER', expects: 'an answer', summary: 'is this the derivative?' }, ...pickFlags('wrt', 'matrix', 'ascii', 'unicode', 'latex') },
    completes: [],
    load: async () => (await import('./steps-command.ts')).stepsCommand,
  },
  {
    name: 'sample', takes: 'FILE', summary: 'draws of the parameters of a model with `~` statements, with diagnostics',
    examples: [['sample model.diff --data data.json', 'means, spreads and quantiles of the posterior']],
    flags: { ...pickFlags('data', 'columns', 'set'), start: { takes: 'mu=1,tau=2 | FILE.json', expects: '`mu=1,tau=2` or a JSON file', summary: 'where chains start, as far as it is said (default: declared values, else random)', values: 'files' }, ...pickFlags('method', 'chains', 'samples', 'warmup'), seed: { ...flagRows.seed, summary: 'other random numbers (default: 1)' }, ...pickFlags('metric', 'accept', 'out') },
    completes: 'models',
    load: async () => (await import('./sample-command.ts')).sampleCommand,
  },
  {
    name: 'plot', takes: 'EXPR', summary: 'the function and its derivative, in the terminal or as SVG',
    examples: [['plot "sin(x)/x" --range x=-20:20', 'a picture of it']],
    flags: { range: { takes: 'x=-5:5', expects: '`x=-5:5`', summary: 'from where to where (default: -5 to 5)' }, at: { takes: 'a=1,b=2', expects: '`a=1,b=2`', summary: 'values of the other variables', values: 'files' }, out: { takes: 'FILE.svg', expects: 'an SVG file', summary: 'write an image instead', values: 'files' } },
    completes: [],
    load: async () => (await import('./plot-command.ts')).plotCommand,
  },
  {
    name: 'repl', takes: '', summary: 'ask one formula after the other; definitions are kept',
    examples: [['repl', 'a session; :help says more'], ['repl --json', 'for programs: one object on stdout for every line on stdin']],
    flags: pickFlags('wrt', 'order', 'at', 'matrix', 'ascii', 'unicode', 'latex'), completes: [],
    load: async () => (await import('./repl-command.ts')).replCommand,
  },
  {
    name: 'init', takes: '[DIR]', summary: 'write a first model, its module and a program that trains it; nothing is overwritten',
    examples: [['init', 'line.diff and train.mjs to begin with: `node train.mjs`']], flags: {}, completes: [],
    load: async () => (await import('./init-command.ts')).initCommand,
  },
  {
    name: 'completion', takes: 'SHELL', summary: 'a completion script for bash, zsh or fish',
    examples: [['completion bash > ~/.local/share/bash-completion/completions/diffc', 'complete commands, flags and files']],
    flags: {}, completes: ['bash', 'zsh', 'fish'],
    load: async () => (await import('./completion-command.ts')).completionCommand,
  },
  {
    name: 'ops', takes: '[NAME]', summary: 'list the operations, or explain one',
    examples: [['ops tanh', 'what is known of an operation']], flags: {}, completes: 'operations',
    load: () => opsCommand,
  },
  {
    name: 'explain', takes: 'CODE', summary: 'explain a diagnostic such as shape-mismatch',
    examples: [['explain shape-mismatch', 'what a message means']], flags: {}, completes: 'codes',
    load: () => explainCommand,
  },
];

/** The command that a first word names, else the one that takes an expression. */
export function commandOf(word: string | undefined): Command {
  return commands.find((c) => c.name === word && c.name !== '') ?? expression;
}

/** Names of the commands that take a flag, for those who give it to another. */
export function commandsWith(flag: Flag): string[] {
  return commands.filter((c) => c.flags[flag] !== undefined).map((c) => (c.name === '' ? 'diffc EXPR' : `diffc ${c.name}`));
}

export function acceptsFlag(command: Command, flag: Flag): boolean {
  return command.flags[flag] !== undefined || commonFlags.includes(flag);
}
