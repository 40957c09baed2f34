/** Objectives as typed at matrixcalculus.org / GENO: types by declaration, sizes by unification. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readExpression } from '../../src/compile.ts';
import { Bag } from '../../src/diagnostics/bag.ts';
import type { Model } from '../../src/elaborate/model.ts';
import type { DeclaredShape } from '../../src/elaborate/pass.ts';
import { checkGraph } from '../../src/ir/check.ts';
import { evaluate } from '../../src/ir/evaluate.ts';

const path = '/work/shared/corpora/geno.jsonl';
const shapes: Readonly<Record<string, DeclaredShape>> = { scalar: [], vector: [undefined], matrix: [undefined, undefined] };

type Datum = number | readonly number[] | readonly (readonly number[])[];
interface Problem {
  readonly name: string;
  readonly objective: string;
  readonly types: Readonly<Record<string, string>>;
  readonly params: Readonly<Record<string, Datum>>;
  readonly variables: Readonly<Record<string, Datum>>;
  readonly value: number;
}

const extents = (datum: Datum): number[] => (typeof datum === 'number' ? [] : [datum.length, ...extents(datum[0] ?? 0)]);

/** The size symbols that the data bind; a symbol with two values is a mistake of inference. */
function sizesOf(model: Model, data: ReadonlyMap<string, Datum>): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const input of model.inputs) {
    extents(data.get(input.name) ?? 0).forEach((extent, k) => {
      const size = input.shape[k] ?? '';
      expect(sizes.get(size) ?? extent, `${size} of ${input.name}`).toBe(extent);
      sizes.set(size, extent);
    });
  }
  return sizes;
}

describe.skipIf(!existsSync(path))('GENO objectives (skipped without shared/corpora)', () => {
  const problems: Problem[] = existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter((l) => l !== '').map((l): Problem => JSON.parse(l)) : [];
  it('are 66', () => expect(problems).toHaveLength(66));
  for (const { name, objective, types, params, variables, value } of problems) {
    it(`${name}: ${objective}`, () => {
      const bag = new Bag();
      const declarations = new Map(Object.entries(types).map(([variable, type]) => [variable, shapes[type] ?? []]));
      const model = readExpression({ name: '<expression>', text: objective }, { mode: 'matrix', declarations, wrt: Object.keys(variables) }, bag);
      expect(bag.diagnostics).toEqual([]);
      if (model?.answer?.kind !== 'value') throw new Error('no value');
      expect(checkGraph(model.graph, [model.answer.node])).toEqual([]);
      const data = new Map(Object.entries({ ...params, ...variables }));
      const inputs = new Map([...data].map(([key, datum]): [string, number | number[]] => [key, typeof datum === 'number' ? datum : datum.flat()]));
      const [result] = evaluate(model.graph, [model.answer.node], { sizes: sizesOf(model, data), inputs });
      expect(Math.abs((result?.data[0] ?? Number.NaN) - value)).toBeLessThanOrEqual(1e-11 * Math.max(1, Math.abs(value)));
    });
  }
});
