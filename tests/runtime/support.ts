/** Problems made of emitted modules, and the data beside the repository. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { pack, packLeastSquares, withHessian, withHessianProduct } from '../../src/runtime/pack.ts';
import type { PackedLeastSquares, PackedObjective } from '../../src/runtime/pack.ts';
import type { HessianObjective, ProductObjective } from '../../src/runtime/problem.ts';
import { emitted } from '../support/emitted.ts';
import { root } from '../support/sources.ts';

export type Fields = Record<string, number | Float64Array>;
type Data = Readonly<Record<string, Float64Array | Int32Array>>;

/** The functions of an emitted module that the tests call, each with the arguments it has. */
export interface Functions {
  newParams(): Fields;
  newGradient(): Fields;
  newResults(): Fields;
  newHessian(): Fields;
  newHvp(): Fields;
  newDirection(): Fields;
  valueGradient(...args: readonly unknown[]): number;
  valueJacobian(...args: readonly unknown[]): void;
  hessian(...args: readonly unknown[]): void;
  hvp(...args: readonly unknown[]): void;
}

/** Emits a model and makes it for the given sizes. */
export function functionsOf(text: string, sizes: Readonly<Record<string, number>> = {}): Functions {
  const { exports } = emitted(text);
  const create = exports['create'] as ((sizes: unknown) => Functions) | undefined;
  return create === undefined ? (exports as unknown as Functions) : create(sizes);
}

/** The arguments between params and out: data, when the model has some. */
const between = (data: Data | undefined): readonly unknown[] => (data === undefined ? [] : [data]);

export function objectiveOf(f: Functions, data?: Data, hyper?: Readonly<Record<string, number>>): PackedObjective<Fields> {
  return pack({ params: f.newParams(), gradient: f.newGradient(), valueGradient: (p, g) => f.valueGradient(p, ...between(data), g, hyper) });
}

/** With `derive hessian` and `derive hvp`. */
export function curvedObjectiveOf(f: Functions, data?: Data): PackedObjective<Fields> & HessianObjective & ProductObjective {
  const params = f.newParams();
  const plain = objectiveOf(f, data);
  const curved = withHessian(plain, { params, hessian: f.newHessian(), evaluate: (p, h) => f.hessian(p, ...between(data), h) });
  const product = withHessianProduct(plain, { params, direction: f.newDirection(), product: f.newHvp(), evaluate: (p, v, out) => f.hvp(p, ...between(data), v, out) });
  return { ...product, hessian: (x, H) => curved.hessian(x, H) };
}

export function leastSquaresOf(f: Functions, residuals: string, data?: Data): PackedLeastSquares<Fields> {
  return packLeastSquares({ params: f.newParams(), results: f.newResults(), residuals, valueJacobian: (p, out) => f.valueJacobian(p, ...between(data), out) });
}

/** Rows of numbers of `../shared/data/FILE`; undefined, and said so, when absent. */
export function readTable(file: string, skipLines = 0): number[][] | undefined {
  const path = join(root, '..', 'shared', 'data', file);
  if (!existsSync(path)) {
    console.log(`${file}: skipped, ../shared/data/${file} is not present`);
    return undefined;
  }
  const bytes = readFileSync(path);
  const text = file.endsWith('.gz') ? gunzipSync(bytes).toString('utf8') : bytes.toString('utf8');
  return text.split('\n').slice(skipLines).filter((line) => line.trim() !== '').map((line) => line.trim().split(/[\s,]+/).map(Number));
}
