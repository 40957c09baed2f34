/** diffc, the library. See the README for a tour and docs/ for the language. */
export { check } from './answer/check.ts';
export { DiffcError, evaluate, Formula, gradient, hessian, jacobian, parse, print, simplify } from './answer/library.ts';
export { derivative, directionalDerivative, gaussNewton, gaussNewtonProduct, hvp, jvp, vjp } from './answer/objects.ts';
export { instantiate as load } from './backends/typescript/instantiate.ts';
export { explainNonFinite } from './answer/not-finite.ts';
export { compile } from './generate.ts';
export { defineConfig } from './project/config.ts';
export type { Config } from './project/config.ts';
export type { SourceMap } from './source-map.ts';
export type { CompileOptions, Generated } from './generate.ts';
export type { CheckResult } from './answer/check.ts';
export type { ParseOptions } from './answer/library.ts';
export type { NestedNumbers } from './answer/point.ts';
export type { Diagnostic } from './diagnostics/diagnostic.ts';
export type { Span } from './diagnostics/span.ts';
export type { NotationName } from './print/print.ts';
export type { Verdict } from './verify/claim.ts';
