/** Problems made of emitted modules, and the data beside the repository. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { pack, packConstraints, packLeastSquares, withHessian, withHessianProduct } from '../../src/runtime/pack.ts';
import type { PackedLeastSquares, PackedObjective } from '../../src/runtime/pack.ts';
import type { Constraints, HessianObjective, ProductObjective } from '../../src/runtime/problem.ts';
import { emitted } from '../support/emitted.ts';
import { root } from '../support/sources.ts';

export type Fields = Record<string, number | Float64Array>;
type Data = Readonly<Record<string, Float64Array | Int32Array>>;

/** What a function of an emitted module may ask for, by the names of its parameters. */
interface Arguments {
  readonly params: Fields;
  readonly data?: Data;
  readonly hyper?: Readonly<Record<string, number>>;
  readonly direction?: Fields;
  readonly out: Fields;
  /** made from the data */
  readonly prepared?: unknown;
}

export interface Functions {
  /** `newParams()`, `newGradient()`, … */
  make(what: string): Fields;
  /** Calls a function with those of the arguments that it has. */
  call(name: string, given: Arguments): number;
}

/** Emits a model and makes it for the given sizes. */
export function functionsOf(text: string, sizes: Readonly<Record<string, number>> = {}): Functions {
  const { exports, declarations } = emitted(text);
  type Callable = (...args: readonly unknown[]) => unknown;
  const create = exports['create'] as Callable | undefined;
  const functions = (create === undefined ? exports : create(sizes)) as Readonly<Record<string, Callable>>;
  const parameters = new Map<string, readonly (keyof Arguments)[]>();
  const parametersOf = (name: string): readonly (keyof Arguments)[] => {
    let names = parameters.get(name);
    if (names === undefined) {
      const signature = new RegExp(`\\b${name}\\(([^)]*)\\)`).exec(declarations)?.[1] ?? '';
      names = signature.split(',').map((p) => p.trim().split(/\??:/)[0] as keyof Arguments);
      parameters.set(name, names);
    }
    return names;
  };
  const preparedOf = new Map<Data | undefined, unknown>();
  const prepared = (data: Data | undefined): unknown => {
    if (!preparedOf.has(data)) preparedOf.set(data, functions['prepare']!(data));
    return preparedOf.get(data);
  };
  return {
    make: (what) => functions[`new${what}`]!() as Fields,
    call: (name, given) => functions[name]!(...parametersOf(name).map((p) => (p === 'prepared' ? prepared(given.data) : given[p]))) as number,
  };
}

export function objectiveOf(f: Functions, data: Data = {}, hyper: Readonly<Record<string, number>> = {}, name = 'valueGradient'): PackedObjective<Fields> {
  return pack({ params: f.make('Params'), gradient: f.make('Gradient'), valueGradient: (params, out) => f.call(name, { params, data, hyper, out }) });
}

/** With `derive hessian` and `derive hvp`. */
export function curvedObjectiveOf(f: Functions, data: Data = {}): PackedObjective<Fields> & HessianObjective & ProductObjective {
  const params = f.make('Params');
  const plain = objectiveOf(f, data);
  const curved = withHessian(plain, { params, hessian: f.make('Hessian'), evaluate: (p, out) => void f.call('hessian', { params: p, data, out }) });
  const product = withHessianProduct(plain, { params, direction: f.make('Direction'), product: f.make('Hvp'), evaluate: (p, direction, out) => void f.call('hvp', { params: p, data, direction, out }) });
  return { ...product, hessian: (x, H) => curved.hessian(x, H) };
}

export function leastSquaresOf(f: Functions, residuals: string, data: Data = {}): PackedLeastSquares<Fields> {
  return packLeastSquares({ params: f.make('Params'), results: f.make('Results'), residuals, valueJacobian: (params, out) => void f.call('valueJacobian', { params, data, out }) });
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

/** `derive value, vjp of c wrt x along u as name`, with c an array. */
export function constraintsOf(f: Functions, name: string, of: string, weights: string, results: string): Constraints {
  return packConstraints({
    params: f.make('Params'),
    weights: f.make(weights),
    results: f.make(results),
    values: of,
    evaluate: (params, direction, out) => f.call(name, { params, direction, out }),
  });
}
