/** The fixtures' values: emitted JavaScript against the reference interpreter, and its answers to bad input. */
import { describe, expect, it } from 'vitest';
import { evaluateDim } from '../../src/ir/dim.ts';
import { evaluate } from '../../src/ir/evaluate.ts';
import type { EmitPlan } from '../../src/schedule/plan.ts';
import { fillValues } from '../schedule/support.ts';
import { algebraPlan, namesPlan, networkPlan, scalarPlan, scanPlan } from './fixtures.ts';
import { functionsOf, runPlan } from './support.ts';

type Fields = Record<string, number | Float64Array | Int32Array>;

interface Run {
  readonly structs: Record<'params' | 'data' | 'hyper', Fields>;
  readonly sizes: ReadonlyMap<string, number>;
  readonly inputs: Map<string, Float64Array>;
}

function inputsOf(plan: EmitPlan, sizes: Record<string, number>, fields: Record<string, string> = {}): Run {
  const map = new Map(Object.entries(sizes));
  for (const d of plan.dims) if (d.value !== undefined) map.set(d.name, d.value);
  const structs: Run['structs'] = { params: {}, data: {}, hyper: {} };
  const inputs = new Map<string, Float64Array>();
  plan.inputs.forEach((input, k) => {
    const length = input.shape.reduce((n, d) => n * evaluateDim(d, map), 1);
    let values = fillValues(length, k + 1);
    if (input.element === 'index') values = values.map((x) => Math.floor(Math.abs(x) * 1000) % evaluateDim(input.of ?? '1', map));
    inputs.set(input.name, values);
    const role = input.role === 'variable' || input.role === 'param' ? 'params' : input.role;
    const scalar = values[0] ?? Number.NaN;
    structs[role][fields[input.name] ?? input.name] = input.shape.length === 0 ? scalar : input.element === 'index' ? Int32Array.from(values) : Float64Array.from(values);
  });
  return { structs, sizes: map, inputs };
}

const opaques = new Map([['u', (orders: readonly number[], [x = 0, y = 0]: readonly number[]) => (orders[0] === 1 ? Math.cos(x) + y : Math.sin(x) + x * y)]]);
const functions = { du_1_0: (x: number, y: number) => Math.cos(x) + y };

function expectOutputs(plan: EmitPlan, run: Run, k: number, out: Fields, fields: Record<string, string> = {}): void {
  const { outputs } = plan.functions[k] ?? { outputs: [] };
  const want = evaluate(plan.b.graph, outputs.map((o) => o.node), { sizes: run.sizes, inputs: run.inputs, opaques });
  outputs.forEach((o, i) => {
    const got = out[fields[o.name] ?? o.name];
    const list = typeof got === 'number' ? [got] : Array.from(got ?? []);
    const expected = Array.from(want[i]?.data ?? []);
    expect(list).toHaveLength(expected.length);
    expected.forEach((w, n) => expect(Math.abs((list[n] ?? Number.NaN) - w), `${o.name}[${n}]`).toBeLessThanOrEqual(1e-11 * Math.max(1, Math.abs(w))));
  });
}

describe('plain functions', () => {
  it('fill the gradient and return the value', () => {
    const module = runPlan(scalarPlan());
    const out = module['newGradient']?.() as Fields;
    expect(module['valueGradient']?.({ x: 3, y: 4 }, out)).toBe(25);
    expect(out).toEqual({ x: 6, y: 8 });
  });
});

describe('models with sizes', () => {
  it('the network: gradient, and a step from the old values', () => {
    const plan = networkPlan();
    const run = inputsOf(plan, { N: 6, D: 3, H: 4 });
    run.structs.hyper['lr'] = 0.5;
    run.inputs.set('lr', Float64Array.of(0.5));
    const model = functionsOf(runPlan(plan)['create']?.({ N: 6, D: 3, H: 4 }));
    const out = model['newGradient']?.() as Fields;
    const L = model['loss']?.(run.structs.params, run.structs.data, out) as number;
    expectOutputs(plan, run, 0, { ...out, L });
    const want = evaluate(plan.b.graph, plan.updates.map((u) => u.node), { sizes: run.sizes, inputs: run.inputs });
    model['step']?.(run.structs.params, run.structs.data, run.structs.hyper);
    plan.updates.forEach((u, k) => {
      const got = run.structs.params[u.target];
      const list = typeof got === 'number' ? [got] : Array.from(got ?? []);
      expect(list).toHaveLength(want[k]?.data.length ?? -1);
      want[k]?.data.forEach((w, n) => expect(list[n]).toBeCloseTo(w, 12));
    });
  });

  it('names that are no identifiers, index arrays', () => {
    const plan = namesPlan();
    const fields = { class: 'class_', 'θ₁': 'theta1', __proto__: '_proto', ŷ: 'yHat', Math: 'Math_' };
    const safe: Record<string, string> = Object.assign(Object.create(null) as object, fields, Object.fromEntries([['__proto__', '_proto']]));
    const run = inputsOf(plan, { M: 7 }, safe);
    const model = functionsOf(runPlan(plan)['create']?.({ M: 7 }));
    const out = model['newResults']?.() ?? model['newGradient']?.();
    const L = model['constructor_']?.(run.structs.params, run.structs.data, out, run.structs.hyper) as number;
    expectOutputs(plan, run, 0, { ...(out as Fields), L }, { 'θ₁': 'theta1', 'θ1': 'theta1_2' });
  });

  it('recurrences with functions of the caller', () => {
    const plan = scanPlan();
    const run = inputsOf(plan, { T: 5, H: 3 });
    const model = functionsOf(runPlan(plan)['create']?.({ T: 5, H: 3 }, functions));
    const out = model['newGradient']?.() as Fields;
    const value = model['run']?.(run.structs.params, run.structs.data, out) as number;
    expectOutputs(plan, run, 0, { ...out, value });
  });

  it('dense kernels', () => {
    const plan = algebraPlan();
    const run = inputsOf(plan, { N: 4, M: 2 });
    const model = functionsOf(runPlan(plan)['create']?.({ N: 4, M: 2 }));
    const out = model['newGradient']?.() as Fields;
    model['all']?.(run.structs.params, out);
    expectOutputs(plan, run, 0, out);
  });
});

describe('bad arguments are named', () => {
  const sizes = { N: 6, D: 3, H: 4 };
  const plan = networkPlan();
  const call = (change: (run: Run) => void): void => {
    const run = inputsOf(plan, sizes);
    change(run);
    const model = functionsOf(runPlan(plan)['create']?.(sizes));
    model['loss']?.(run.structs.params, run.structs.data, model['newGradient']?.());
    model['step']?.(run.structs.params, run.structs.data, run.structs.hyper);
  };
  it.each<[string, (run: Run) => void, string]>([
    ['a short array', (r) => (r.structs.data['y'] = new Float64Array(5)), 'data.y has 5 elements, expected 6'],
    ['a missing array', (r) => delete r.structs.data['X'], 'data.X has no elements, expected 18'],
    ['a missing parameter', (r) => delete r.structs.params['W1'], 'params.W1 has no elements, expected 12'],
    ['a short parameter', (r) => (r.structs.params['W1'] = new Float64Array(11)), 'params.W1 has 11 elements, expected 12'],
    ['an array of another type', (r) => Object.assign(r.structs.data, { y: new Float32Array(6) }), 'data.y is [object Float32Array], expected Float64Array'],
    ['a plain array', (r) => Object.assign(r.structs.params, { W1: Array.from({ length: 12 }, () => 0) }), 'params.W1 is [object Array], expected Float64Array'],
    ['NaN in data', (r) => ((r.structs.data['X'] as Float64Array)[7] = Number.NaN), 'data.X[7] is NaN, expected a number'],
    ['data out of bounds', (r) => ((r.structs.data['y'] as Float64Array)[0] = -1000), 'data.y[0] is -1000, expected a number >= -100'],
    ['a hyperparameter out of bounds', (r) => (r.structs.hyper['lr'] = -1), 'hyper.lr is -1, expected a number >= 0'],
  ])('%s', (_, change, message) => {
    expect(() => call(change)).toThrow(new RangeError(message));
  });
  it.each([0, -1, 1.5, Number.NaN])('a size of %d', (N) => {
    expect(() => runPlan(plan)['create']?.({ ...sizes, N })).toThrow(new RangeError(`dims.N is ${N}, expected an integer >= 1`));
  });
  it('a missing result', () => {
    const run = inputsOf(plan, sizes);
    const model = functionsOf(runPlan(plan)['create']?.(sizes));
    const out = model['newGradient']?.() as Fields;
    delete out['W1'];
    expect(() => model['loss']?.(run.structs.params, run.structs.data, out)).toThrow(new RangeError('out.W1 has no elements, expected 12'));
  });
  it.each([['data', 'X', 18], ['params', 'W1', 12], ['out', 'W1', 12]] as const)('an array of %s detached after it was checked', (struct, field, length) => {
    const run = inputsOf(plan, sizes);
    const model = functionsOf(runPlan(plan)['create']?.(sizes));
    const structs = { ...run.structs, out: model['newGradient']?.() as Fields };
    const loss = (): unknown => model['loss']?.(structs.params, structs.data, structs.out);
    loss();
    const array = structs[struct][field] as Float64Array;
    structuredClone(array, { transfer: [array.buffer as ArrayBuffer] });
    expect(loss).toThrow(new RangeError(`${struct}.${field} has 0 elements, expected ${length}`));
  });
  it('results that lie on an argument or on each other', () => {
    const run = inputsOf(plan, sizes);
    const model = functionsOf(runPlan(plan)['create']?.(sizes));
    const out = model['newGradient']?.() as Fields;
    expect(() => model['loss']?.(run.structs.params, run.structs.data, { ...out, W1: run.structs.params['W1'] })).toThrow(new RangeError('out.W1 shares memory with params.W1, expected an array of its own'));
    expect(() => model['loss']?.(run.structs.params, run.structs.data, { ...out, W2: out['b1'] })).toThrow(/^out\.\w+ shares memory with out\.\w+, expected an array of its own$/);
  });
  it('results that overlap an argument, of any size and type, by one element', () => {
    const run = inputsOf(plan, sizes);
    const model = functionsOf(runPlan(plan)['create']?.(sizes));
    const out = model['newGradient']?.() as Fields;
    const loss = (structs: Partial<typeof run.structs>, results: Fields): unknown => model['loss']?.({ ...run.structs.params, ...structs.params }, { ...run.structs.data, ...structs.data }, results);
    const buffer = new ArrayBuffer(8 * 29);
    const X = new Float64Array(buffer, 0, 18);
    X.set(run.structs.data['X'] as Float64Array);
    expect(() => loss({ data: { X } }, { ...out, W1: new Float64Array(buffer, 8 * 17, 12) })).toThrow(new RangeError('out.W1 shares memory with data.X, expected an array of its own'));
    // after a refusal the same arrays are refused again
    expect(() => loss({ data: { X } }, { ...out, W1: new Float64Array(buffer, 8 * 17, 12) })).toThrow('out.W1 shares memory with data.X');
    expect(loss({}, out)).toBe(loss({ data: { X: X.slice() } }, { ...out, W1: new Float64Array(buffer, 8 * 17, 12) }));
  });
  it('views of one buffer that lie side by side are no mistake', () => {
    const run = inputsOf(plan, sizes);
    const model = functionsOf(runPlan(plan)['create']?.(sizes));
    const out = model['newGradient']?.() as Fields;
    const buffer = new ArrayBuffer(8 * 30);
    const X = new Float64Array(buffer, 0, 18);
    X.set(run.structs.data['X'] as Float64Array);
    const beside = { ...out, W1: new Float64Array(buffer, 8 * 18, 12) };
    expect(model['loss']?.(run.structs.params, { ...run.structs.data, X }, beside)).toBe(model['loss']?.(run.structs.params, run.structs.data, out));
    expect(beside.W1).toEqual(out['W1']);
  });
  it('sizes that no array can have', () => {
    const create = (N: number, D: number) => (): unknown => runPlan(plan)['create']?.({ N, D, H: 4 });
    expect(create(2 ** 40, 3)).toThrow(new RangeError('dims.N is 1099511627776, expected at most 4294967296: an array cannot be longer'));
    expect(create(2 ** 20, 2 ** 20)).toThrow(/^[NDH×]+ is \d+, expected at most 4294967296: an array cannot be longer$/);
  });
  it('a position outside its axis', () => {
    const names = namesPlan();
    const run = inputsOf(names, { M: 2 });
    const model = functionsOf(runPlan(names)['create']?.({ M: 2 }));
    const data = { class_: Int32Array.of(0, 3), yHat: new Float64Array(2) };
    expect(() => model['constructor_']?.({ theta1: new Float64Array(3), _proto: 1 }, data, model['newGradient']?.(), { Math_: new Float64Array(3), out: 1 }))
      .toThrow(new RangeError('data.class_[1] is 3, expected a position from 0 to 2'));
    expect(run.sizes.get('K')).toBe(3);
  });
});
