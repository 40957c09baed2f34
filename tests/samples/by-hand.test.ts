/** Modules written by hand (bench/reference/modules/) are what emitted ones are measured against: they compute and refuse the same. */
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { BY_HAND, byHandPath, LONGEST, sizes } from '../../bench/workloads/size.ts';

type Struct = Record<string, unknown>;
type Functions = Record<string, (...args: unknown[]) => unknown>;

/** How functions of the samples are called, with sizes that end blocks of four and do not. */
const DIMS: readonly Record<string, number>[] = [{ N: 1, D: 1, K: 1, m: 1 }, { N: 4, D: 2, K: 4, m: 4 }, { N: 37, D: 7, K: 5, m: 5 }];

async function moduleOf(path: string, dims: Record<string, number>): Promise<Functions> {
  const exports = (await import(pathToFileURL(path).href)) as Functions;
  return exports['create'] === undefined ? exports : (exports['create'](dims) as Functions);
}

/** Numbers between a half and one: they suit every rule of the samples. */
function filled(struct: Struct): Struct {
  let k = 0;
  const next = (): number => 0.75 + 0.25 * Math.sin(++k);
  return Object.fromEntries(Object.entries(struct).map(([field, value]) => [field, value instanceof Float64Array ? value.map(next) : next()]));
}

const LENGTHS: Readonly<Record<string, (d: Record<string, number>) => Record<string, number>>> = {
  'basics/conditional': (d) => ({ y: d['N']! }),
  'basics/softmax-cross-entropy': (d) => ({ t: d['K']! }),
  'article/linear-regression': (d) => ({ x: d['N']!, y: d['N']! }),
  'fitting/michaelis-menten': (d) => ({ c: d['N']!, v: d['N']! }),
  'matrix/quadratic-form': (d) => ({ A: d['m']! ** 2 }),
  'models/02-logistic': (d) => ({ X: d['N']! * d['D']!, y: d['N']! }),
};

/** Every function of a module on the same numbers: what it returns and fills, or what it says. */
function results(sample: string, module: Functions, dims: Record<string, number>, spoil: (data: Struct) => void): unknown[] {
  const data = filled(Object.fromEntries(Object.entries(LENGTHS[sample]?.(dims) ?? {}).map(([field, length]) => [field, new Float64Array(length)])));
  spoil(data);
  const direction = module['newDirection'] === undefined ? [] : [filled(module['newDirection']() as Struct)];
  const call = (name: string, room: string | undefined): unknown => {
    const params = filled(module['newParams']!() as Struct);
    const out = room === undefined ? [] : [module[room]!()];
    const given = [params, ...(Object.keys(data).length > 0 ? [data] : []), ...(name === 'hvp' ? direction : []), ...out];
    try {
      return [module[name]!(...given), params, out];
    } catch (error) {
      return String(error);
    }
  };
  return Object.keys(module).filter((name) => !name.startsWith('new')).sort().map((name) => call(name, ROOMS[name]));
}

const ROOMS: Readonly<Record<string, string>> = {
  valueGradient: 'newGradient', valueGradientHessian: 'newResults', valueJacobian: 'newResults', hessian: 'newHessian', hvp: 'newHvp',
};

const numbersIn = (value: unknown): number[] =>
  typeof value === 'number' ? [value] : value instanceof Float64Array ? [...value] : typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];

describe.each(BY_HAND)('%s by hand', (sample) => {
  it.each(DIMS)('has the interface and the results of the emitted module at %o', async (dims) => {
    const [emitted, byHand] = [await moduleOf(`generated/${sample}.ts`, dims), await moduleOf(byHandPath(sample), dims)];
    expect(Object.keys(byHand).sort()).toEqual(Object.keys(emitted).sort());
    const [want, got] = [emitted, byHand].map((module) => numbersIn(results(sample, module, dims, () => {})));
    expect(got).toHaveLength(want!.length);
    expect(want!.length).toBeGreaterThan(0);
    got!.forEach((x, k) => expect(Math.abs(x - want![k]!)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(x))));
  });

  it('refuses what the emitted module refuses', async () => {
    const dims = DIMS[2]!;
    const [emitted, byHand] = [await moduleOf(`generated/${sample}.ts`, dims), await moduleOf(byHandPath(sample), dims)];
    for (const [field, wrong] of Object.entries(LENGTHS[sample]?.(dims) ?? {}).flatMap(([f, n]) => [new Float64Array(n + 1), new Float32Array(n), new Float64Array(n).fill(Number.NaN)].map((w) => [f, w] as const))) {
      const said = [emitted, byHand].map((module) => results(sample, module, dims, (data) => void (data[field] = wrong)).map(String));
      expect(said[1]).toEqual(said[0]);
      expect(said[0]!.join()).toContain(`RangeError: data.${field}`);
    }
  });
});

it('no emitted module is longer than promised', () => {
  expect(sizes().filter(({ emitted, byHand }) => emitted > LONGEST * byHand)).toEqual([]);
});
