/** Emitted modules, run in this process and called with plain arrays by the names of the model. */
import { instantiate } from '../../src/backends/typescript/instantiate.ts';
import { plainJavaScript } from '../../src/backends/typescript/emit.ts';
import { identifier } from '../../src/backends/typescript/names.ts';
import { readModel, refuseInto, tidy } from '../../src/compile.ts';
import { Bag } from '../../src/diagnostics/bag.ts';
import type { Model } from '../../src/elaborate/model.ts';
import { planModule } from '../../src/plan/module.ts';
import type { NativeCompiler } from '../../src/schedule/native.ts';
import type { EmitPlan } from '../../src/schedule/plan.ts';
import { brief } from './samples.ts';

export type Values = Readonly<Record<string, number | ArrayLike<number>>>;
export type Arrays = Readonly<Record<string, ArrayLike<number>>>;

export interface Called {
  /** of a function that returns a scalar */
  readonly returned: number | undefined;
  /** the out struct, scalars as arrays of one element */
  readonly out: Arrays;
}

export interface EmittedModule {
  readonly code: string;
  readonly declarations: string;
  readonly plan: EmitPlan;
  readonly exports: Readonly<Record<string, unknown>>;
  /** Calls a function of the module, of the factory's model when sizes are symbols. */
  readonly call: (name: string, sizes: Readonly<Record<string, number>>, inputs: Values) => Called;
}

export function planOf(model: Model, name: string): EmitPlan {
  const bag = new Bag();
  const plan = planModule(model, { source: name, version: '0.0.0', refuse: refuseInto(bag), tidy });
  if (bag.hasErrors) throw new Error(`${name}: ${bag.diagnostics.map(brief).join('; ')}`);
  return plan;
}

/** Emits a model text and loads it. */
export function emitted(text: string, name = 'model.diff', native?: NativeCompiler): EmittedModule {
  const bag = new Bag();
  const model = readModel({ name, text }, {}, bag);
  if (model === undefined || bag.hasErrors) throw new Error(`${name}: ${bag.diagnostics.map(brief).join('; ')}`);
  return emittedPlan(planOf(model, name), native);
}

export function emittedPlan(plan: EmitPlan, native?: NativeCompiler): EmittedModule {
  const { code, declarations } = plainJavaScript(plan, native);
  const exports = instantiate(code);
  return { code, declarations, plan, exports, call: (name, sizes, inputs) => callByName(plan, declarations, exports, name, sizes, inputs) };
}

/** A scalar formula and its derivative as an emitted module, at points. `assume` is as in `x>0,y>0`. */
export function emittedScalar(expression: string, variable: string, names: readonly string[], assume = ''): (at: Readonly<Record<string, number>>) => { value: number; derivative: number } {
  const bounds = new Map(assume.split(',').flatMap((a): [string, string][] => (a === '' ? [] : [[/^\w+/.exec(a)?.[0] ?? '', a]])));
  const declared = names.map((n) => `${n}: R${bounds.has(n) ? ` where ${bounds.get(n)}` : ''}`).join(', ');
  const module = emitted(`param ${declared}\nresult = ${expression}\nderive value, gradient of result wrt ${variable}`);
  return (at) => {
    const { returned, out } = module.call('valueGradient', {}, at);
    return { value: returned ?? Number.NaN, derivative: out[variable]?.[0] ?? Number.NaN };
  };
}

type Function_ = (...args: unknown[]) => unknown;

/** Passes what the declared signature asks for: structs by role, a fresh out struct, the caller's directions. */
function callByName(plan: EmitPlan, declarations: string, exports: Readonly<Record<string, unknown>>, name: string, sizes: Readonly<Record<string, number>>, inputs: Values): Called {
  const create = exports['create'] as Function_ | undefined;
  const functions = (create === undefined ? exports : create(sizes)) as Readonly<Record<string, Function_>>;
  const signature = new RegExp(`\\b${name}\\(([^)]*)\\)`).exec(declarations)?.[1] ?? '';
  const parameters = signature.split(',').map((p) => p.trim()).filter((p) => p !== '').map((p) => p.split(/\??:\s*/) as [string, string]);
  let out: Record<string, number | Float64Array> = {};
  const args = parameters.map(([parameter, type]) => {
    if (parameter === 'out') {
      // room for a sparse matrix depends on arrays of positions
      out = functions[`new${type}`]!(struct(plan, 'data', inputs)) as typeof out;
      return out;
    }
    if (parameter === 'prepared') return functions['prepare']!(struct(plan, 'data', inputs));
    return struct(plan, parameter, inputs);
  });
  const returned = functions[name]!(...args);
  return {
    returned: typeof returned === 'number' ? returned : undefined,
    out: Object.fromEntries(Object.entries(out).map(([field, value]) => [field, typeof value === 'number' ? [value] : value])),
  };
}

/** One struct of inputs: its fields are the inputs of that role, or the directions given. */
function struct(plan: EmitPlan, parameter: string, inputs: Values): Record<string, unknown> {
  const known = new Map(plan.inputs.map((input) => [input.name, input]));
  const entries = Object.entries(inputs).flatMap(([name, value]): [string, unknown][] => {
    const input = known.get(name);
    const role = input === undefined ? 'direction' : input.role === 'param' || input.role === 'variable' ? 'params' : input.role;
    if (role !== parameter) return [];
    if (typeof value === 'number') return [[identifier(name), value]];
    return [[identifier(name), input?.element === 'index' ? Int32Array.from(value) : Float64Array.from(value)]];
  });
  return Object.fromEntries(entries);
}
