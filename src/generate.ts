/** From a model file to the text of a module: the second half of the pipeline. */
import { emitJavaScript, emitTypeScript } from './backends/typescript/emit.ts';
import { identifier } from './backends/typescript/names.ts';
import { encodeModule, encodeWhereFaster } from './backends/wasm/module.ts';
import { readModel, refuseInto, tidy, type ReadOptions } from './compile.ts';
import { Bag } from './diagnostics/bag.ts';
import type { Diagnostic } from './diagnostics/diagnostic.ts';
import { reportLimit } from './diagnostics/limit.ts';
import type { Source, Span } from './diagnostics/span.ts';
import { isText } from './diagnostics/text.ts';
import { sha256 } from './digest.ts';
import type { Model, Note } from './elaborate/model.ts';
import { planModule, requestsOf } from './plan/module.ts';
import { remarkInto } from './plan/remarks.ts';
import type { NativeCompiler } from './schedule/native.ts';
import { innerFunctions, type EmitPlan } from './schedule/plan.ts';
import { sourceMap, type SourceMap, type Statements } from './source-map.ts';
import type { Precision, Target } from './targets.ts';
import { version } from './version.ts';

export interface GenerateOptions extends ReadOptions {
  /** `ts` by default */
  readonly target?: Target;
  /** `f64` by default; `f32` for `wasm` and `auto`: arrays are Float32Array, four numbers go at once */
  readonly precision?: Precision;
  /** for `wasm` and `auto`: loops over data come in pieces that threads may share */
  readonly threads?: boolean;
  /** `prettier` (default) or `plain` */
  readonly format?: 'prettier' | 'plain';
}

/** What came of a model: no code when it has errors, and what there is to say about it. */
export interface Generated {
  /** undefined when the source has errors */
  readonly code?: string;
  /** of the JavaScript target */
  readonly declarations?: string;
  /** from lines of the code to statements of the model */
  readonly map?: SourceMap;
  /** how the text was read where it could be read in more ways */
  readonly notes?: readonly Note[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Never throws for the user's mistakes: they are in `diagnostics`. */
export async function generate(source: Source, options: GenerateOptions): Promise<Generated> {
  const bag = new Bag();
  try {
    return await generateInto(bag, source, options);
  } catch (error) {
    reportLimit(error, bag);
    return { diagnostics: bag.diagnostics };
  }
}

async function generateInto(bag: Bag, source: Source, options: GenerateOptions): Promise<Generated> {
  checkKind(options, bag);
  const texts = [source.text];
  const model = readModel(source, { ...options, ...(options.load !== undefined && { load: recording(options.load, texts) }) }, bag);
  if (model === undefined || bag.hasErrors) return { diagnostics: bag.diagnostics };
  const plan = { ...planInto(bag, model, source.name), digest: digestOf(texts) };
  if (bag.hasErrors) return { diagnostics: bag.diagnostics };
  if (plan.functions.length + plan.updates.length === 0) {
    bag.report('nothing-to-generate', undefined, { path: source.name });
    return { diagnostics: bag.diagnostics };
  }
  const layout = options.format === 'plain' ? 'plain' : 'formatted';
  const emitted = await (options.target === 'js' ? emitJavaScript(plan, layout) : emitTypeScript(plan, layout, nativeFor(options)));
  return { ...emitted, map: sourceMap(emitted.code, statementsOf(model, plan)), notes: model.notes, diagnostics: bag.diagnostics };
}

/** Where the user wrote what the module computes, by the names it has there. */
function statementsOf(model: Model, plan: EmitPlan): Statements {
  const requests = requestsOf(model);
  const [update] = model.updates;
  return {
    functions: new Map([
      ...plan.functions.flatMap((f, k): [string, Span][] => { const span = requests[k]?.span; return span === undefined ? [] : [f, ...innerFunctions(f)].map(({ name }) => [identifier(name), span]); }),
      ...(update === undefined ? [] : [['step', update.span] as const]),
    ]),
    values: new Map([...model.inputs, ...model.definitions].map((d) => [identifier(d.name), d.span])),
    updates: new Map(model.updates.map((u) => [identifier(u.target), u.span])),
  };
}

type Kind = Pick<GenerateOptions, 'target' | 'precision' | 'threads'>;

/**
 * What only machine code has. JavaScript has no arithmetic of single numbers: rounding after each operation makes it several
 * times slower; and its functions are no data that threads could share.
 */
export function checkKind(kind: Kind, bag: Bag): void {
  if (holdsMachineCode(kind)) return;
  const second = `--target ${kind.target ?? 'ts'}`;
  if (kind.precision === 'f32') bag.report('flags-exclude', undefined, { first: '--precision f32', second }, { hint: 'JavaScript computes in double precision: `--target wasm` computes in single' });
  if (kind.threads === true) bag.report('flags-exclude', undefined, { first: '--threads', second }, { hint: 'threads share machine code: `--target wasm` makes it' });
}

const holdsMachineCode = ({ target }: Kind): boolean => target === 'wasm' || target === 'auto';

function nativeFor(kind: Kind): NativeCompiler | undefined {
  if (!holdsMachineCode(kind)) return undefined;
  const encode = kind.target === 'auto' ? encodeWhereFaster : encodeModule;
  return (requests) => encode(requests, kind.precision, kind.threads === true ? 'threads' : 'one thread');
}

type Load = NonNullable<ReadOptions['load']>;

function recording(load: Load, texts: string[]): Load {
  return (path, from) => {
    const found = load(path, from);
    if (found !== undefined) texts.push(found.text);
    return found;
  };
}

/** Line ends do not count: git changes them on the way to another system. Enough digits to tell versions apart. */
const digestOf = (texts: readonly string[]): string => sha256(texts.join('').replaceAll('\r\n', '\n')).slice(0, 16);

/** What the module of a model must contain; what there is to say about its derivatives is in the bag. */
export function planInto(bag: Bag, model: Model, path: string): EmitPlan {
  return planModule(model, { source: baseName(path), version, refuse: refuseInto(bag), tidy, remark: remarkInto(bag) });
}

/** How a model becomes a module. */
export interface CompileOptions extends Pick<GenerateOptions, 'target' | 'precision' | 'threads' | 'format' | 'mode'> {
  /** named in the header and in diagnostics */
  readonly name?: string;
}

/**
 * Compiles a model text to a module: TypeScript, or JavaScript with declarations. Mistakes in the text come back as
 * diagnostics and never as exceptions. Imports of other files are not followed; the command line does.
 */
export function compile(source: string, options: CompileOptions = {}): Promise<Generated> {
  const bag = new Bag();
  return isText(source, bag) ? generate({ name: options.name ?? '<model>', text: source }, options) : Promise.resolve({ diagnostics: bag.diagnostics });
}

/** The header names the file, not where it lay. */
function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
