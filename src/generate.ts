/** From a model file to the text of a module: the second half of the pipeline. */
import { emitModule } from './backends/typescript/emit.ts';
import { readModel, refuseInto, tidy, type ReadOptions } from './compile.ts';
import { Bag } from './diagnostics/bag.ts';
import type { Diagnostic } from './diagnostics/diagnostic.ts';
import type { Source } from './diagnostics/span.ts';
import { planModule } from './plan/module.ts';

export interface GenerateOptions extends ReadOptions {
  /** `ts` (default): one TypeScript file. `js`: JavaScript and declarations. */
  readonly target?: 'ts' | 'js';
  /** `prettier` (default) or `plain` */
  readonly format?: 'prettier' | 'plain';
  /** of diffc, for the header */
  readonly version: string;
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
  const model = readModel(source, options, bag);
  if (model === undefined || bag.hasErrors) return { diagnostics: bag.diagnostics };
  const plan = planModule(model, { source: baseName(source.name), version: options.version, refuse: refuseInto(bag), tidy });
  if (bag.hasErrors) return { diagnostics: bag.diagnostics };
  if (plan.functions.length + plan.updates.length === 0) {
    bag.report('nothing-to-generate', undefined, { path: source.name });
    return { diagnostics: bag.diagnostics };
  }
  const emitted = await emitModule(plan, { target: options.target ?? 'ts', format: options.format ?? 'prettier' });
  return { ...emitted, diagnostics: bag.diagnostics };
}

/** The header names the file, not where it lay. */
function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
