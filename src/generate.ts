/** From a model file to the text of a module: the second half of the pipeline. */
import { emitJavaScript, emitTypeScript } from './backends/typescript/emit.ts';
import { readModel, refuseInto, tidy, type ReadOptions } from './compile.ts';
import { Bag } from './diagnostics/bag.ts';
import type { Diagnostic } from './diagnostics/diagnostic.ts';
import type { Source } from './diagnostics/span.ts';
import { sha256 } from './digest.ts';
import type { Model } from './elaborate/model.ts';
import { planModule } from './plan/module.ts';
import type { EmitPlan } from './schedule/plan.ts';
import type { FormRemark } from './structure/requests.ts';
import { version } from './version.ts';

export interface GenerateOptions extends ReadOptions {
  /** `ts` (default): one TypeScript file. `js`: JavaScript and declarations. */
  readonly target?: 'ts' | 'js';
  /** `prettier` (default) or `plain` */
  readonly format?: 'prettier' | 'plain';
}

export interface Generated {
  /** undefined when the source has errors */
  readonly code?: string;
  /** of the JavaScript target */
  readonly declarations?: string;
  readonly diagnostics: readonly Diagnostic[];
}

/** Never throws for the user's mistakes: they are in `diagnostics`. */
export async function generate(source: Source, options: GenerateOptions): Promise<Generated> {
  const bag = new Bag();
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
  const emitted = await (options.target === 'js' ? emitJavaScript(plan, layout) : emitTypeScript(plan, layout));
  return { ...emitted, diagnostics: bag.diagnostics };
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

const TITLES: Readonly<Record<string, string>> = { jacobian: 'Jacobian', hessian: 'Hessian', gauss_newton: 'Gauss-Newton matrix' };

function remarkInto(bag: Bag): (remark: FormRemark) => void {
  return ({ code, request, output }) => bag.report(code, request.span, { request: TITLES[output.kind] ?? output.kind, name: output.of, by: [...new Set(output.by)].join(', ') });
}

export interface CompileOptions extends Omit<GenerateOptions, 'load'> {
  /** named in the header and in diagnostics */
  readonly name?: string;
}

/**
 * Compiles a model text to a module: TypeScript, or JavaScript with declarations. Mistakes in the text come back as
 * diagnostics and never as exceptions. Imports of other files are not followed; the command line does.
 */
export function compile(source: string, options: CompileOptions = {}): Promise<Generated> {
  return generate({ name: options.name ?? '<model>', text: source }, options);
}

/** The header names the file, not where it lay. */
function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
