/**
 * The backend on one screen. A module imports nothing. Interfaces `Params`, `Data`, `Hyper` hold the inputs
 * by role; every result besides a returned scalar is filled in a struct the caller allocates once
 * (`newParams()`, `newGradient()`). With sizes known only at run time the module exports
 * `create(dims): Model`, whose functions are closures over buffers allocated there; otherwise it exports
 * plain functions. Arguments come in the order params, data, prepared, direction, out, functions, hyper; those a
 * function does not need are left out. What depends on data alone and is worth it is computed once, by `prepare(data)`. Arrays of the wrong length and data with NaN throw RangeError
 * naming the argument. With a compiler for machine code, functions call that code and stay as they are beside it.
 * Loops over data add several terms at a time, so that sums agree with those of the model's formula
 * to a few ulp of the sum of magnitudes; exp, tanh and sigmoid in them are within 3 ulp.
 */
import type { NativeCompiler } from '../../schedule/native.ts';
import type { EmitPlan } from '../../schedule/plan.ts';
import { javascript, typescript } from './dialect.ts';
import { buildModule } from './module.ts';
import { declarationFileText, moduleText } from './print.ts';

export interface EmittedFiles {
  readonly code: string;
  /** of a JavaScript module */
  readonly declarations?: string;
}

/** A TypeScript module, formatted. */
export async function emitTypeScript(plan: EmitPlan, layout: 'formatted' | 'plain' = 'formatted', native?: NativeCompiler): Promise<EmittedFiles> {
  const { assemble } = await import('./assemble.ts');
  return { code: await laidOut(await assemble(buildModule(plan, typescript, native)), layout) };
}

/** A JavaScript module and its declarations. */
export async function emitJavaScript(plan: EmitPlan, layout: 'formatted' | 'plain' = 'formatted'): Promise<EmittedFiles> {
  const { code, declarations } = plainJavaScript(plan);
  return { code: await laidOut(code, layout), declarations: await laidOut(declarations, layout) };
}

/** The same without formatting and without loading anything: for evaluation in this process. */
export function plainJavaScript(plan: EmitPlan, native?: NativeCompiler): { readonly code: string; readonly declarations: string } {
  const module = buildModule(plan, javascript, native);
  return { code: moduleText(module, javascript), declarations: declarationFileText(module) };
}

/** The text that ts-morph assembles, by the small printer: a check on both. */
export function plainTypeScript(plan: EmitPlan, native?: NativeCompiler): string {
  return moduleText(buildModule(plan, typescript, native), typescript);
}

async function laidOut(text: string, layout: 'formatted' | 'plain'): Promise<string> {
  if (layout === 'plain') return text;
  const { format } = await import('./format.ts');
  return format(text);
}
