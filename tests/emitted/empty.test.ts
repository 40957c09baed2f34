/** Sizes of 0, where a model allows them: emitted code of both targets does what the interpreter does, sums over nothing are 0. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { javascript } from '../../src/backends/typescript/dialect.ts';
import { encodeModule } from '../../src/backends/wasm/module.ts';
import { readModel, refuseInto, tidy } from '../../src/compile.ts';
import { Bag } from '../../src/diagnostics/bag.ts';
import { evaluateDim } from '../../src/ir/dim.ts';
import { evaluate } from '../../src/ir/evaluate.ts';
import { ModuleContext } from '../../src/backends/typescript/context.ts';
import { leafOf } from '../../src/elaborate/leaf.ts';
import { planModule } from '../../src/plan/module.ts';
import type { EmitPlan } from '../../src/schedule/plan.ts';
import { filesBelow, root } from '../support/sources.ts';
import { valuesOf } from './models.ts';
import { smallSizes } from './sample-functions.ts';
import { expectAsInterpreted } from './sample-run.ts';
import { runPlan } from './support.ts';

type Sizes = ReadonlyMap<string, number>;

/** A model where every size may be 0 that needs no element. */
function planAllowingEmpty(name: string, text: string): EmitPlan {
  const bag = new Bag();
  const read = (file: string): { name: string; text: string } => ({ name: file, text: readFileSync(file, 'utf8') });
  const open = text.replace(/^dim ([\w, ]+)$/gm, (_, names: string) => `dim ${names.split(', ').map((dim) => `${dim} where ${dim} >= 0`).join(', ')}`);
  const model = readModel({ name, text: open }, { load: (file, from) => read(join(from.name, '..', file)) }, bag);
  expect(bag.diagnostics.filter((d) => d.severity === 'error')).toEqual([]);
  return model === undefined ? expect.unreachable() : planModule(model, { source: name, version: '0', refuse: refuseInto(bag), tidy });
}

/** Positions on an axis without elements: there is no valid data. */
const hasPositions = (plan: EmitPlan, sizes: Sizes): boolean =>
  plan.inputs.some((i) => i.element === 'index' && evaluateDim(i.of ?? '1', sizes) === 0 && i.shape.every((d) => evaluateDim(d, sizes) > 0));

/** Means of nothing are NaN, and what is left of their derivatives depends on how they are written. */
function isUndefined(plan: EmitPlan, sizes: Sizes): boolean {
  const inputs = new Map(plan.inputs.flatMap((input, k): [string, Float64Array][] => {
    const attr = plan.b.graph.attr(leafOf(input));
    return attr.kind === 'leaf' ? [[attr.name, valuesOf(input, sizes, k + 1)]] : [];
  }));
  const values = plan.functions.flatMap((f) => f.outputs.filter((o) => o.kind === 'returned').map((o) => o.node));
  return evaluate(plan.b.graph, values, { sizes, inputs }).some((t) => t.data.some(Number.isNaN));
}

/** An array of N - 1 elements needs an N of 1. */
function isRefused(plan: EmitPlan, sizes: Sizes): boolean {
  const { sizeOf } = new ModuleContext(plan, javascript, []);
  try {
    runPlan(plan)['create']?.(Object.fromEntries([...sizes].map(([name, size]) => [sizeOf.get(name) ?? name, size])));
    return false;
  } catch (error) {
    expect(String(error)).toMatch(/^RangeError: dims\.\w+ is 0, expected an integer >= [1-9]$/);
    return true;
  }
}

let compared = 0;

describe('samples with an empty axis', () => {
  it.each(filesBelow('samples/models', '.diff'))('%s', (path) => {
    const file = join(root, path);
    const plan = planAllowingEmpty(file, readFileSync(file, 'utf8'));
    if (plan.functions.length + plan.updates.length === 0) return;
    const usual = smallSizes(plan);
    for (const { name, atLeast, value } of plan.dims) {
      const sizes = new Map([...usual, [name, 0]]);
      if (value !== undefined || atLeast > 0 || isRefused(plan, sizes) || hasPositions(plan, sizes) || isUndefined(plan, sizes)) continue;
      expectAsInterpreted(plan, sizes);
      expectAsInterpreted(plan, sizes, encodeModule);
      compared++;
    }
  }, 60_000);
  it('most of them have one', () => expect(compared).toBeGreaterThan(20));
});

describe('a range that is shorter than nothing', () => {
  it('is empty where nothing is kept along it', () => {
    const plan = planAllowingEmpty('<range>', 'dim N\nparam x: R[N]\nf = sum(i = 1 to N-2) exp(x[i+2] - x[i])^2 + sum(x.^2)\nderive value, gradient of f wrt x');
    for (const N of [0, 1, 2, 3]) for (const native of [undefined, encodeModule]) expectAsInterpreted(plan, new Map([['N', N]]), native);
  });
  it('is refused where an array would have a negative length', () => {
    const plan = planAllowingEmpty('<array>', 'dim N\ndata y: R[N-2]\nparam x: R\nf = sum((x - y).^2)\nderive value, gradient of f wrt x');
    expect(() => runPlan(plan)['create']?.({ N: 1 })).toThrow(new RangeError('dims.N is 1, expected an integer >= 2'));
  });
});
