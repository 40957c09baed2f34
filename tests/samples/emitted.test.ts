/** Every function of every emitted sample, values and derivatives of all kinds, against the reference interpreter. */
import { describe, expect, it } from 'vitest';
import { leafOf } from '../../src/elaborate/leaf.ts';
import { identifier } from '../../src/backends/typescript/names.ts';
import { evaluateDim } from '../../src/ir/dim.ts';
import type { Dim } from '../../src/ir/dim.ts';
import { evaluate } from '../../src/ir/evaluate.ts';
import { reachable } from '../../src/ir/walk.ts';
import { relativeDistance } from '../support/corpora.ts';
import { expanded, expectedMatrix, type SparseMatrix } from '../structure/support.ts';
import { emittedPlan, planOf } from '../support/emitted.ts';
import { finitePoints, modelOf, samples } from '../support/samples.ts';

const TOLERANCE = 1e-11;

describe.each(samples.filter((s) => !/^opaque /m.test(s.text) && /^(param|variable|data|derive)/m.test(s.text)))('$path', (sample) => {
  const model = modelOf(sample);
  const plan = planOf(model, sample.path);
  const module = emittedPlan(plan);

  it.each(plan.functions)('$name', (f) => {
    const directions = new Set(f.directions.map((d) => d.node));
    const direct = f.outputs.filter((o) => !reachable(plan.b.graph, [o.node]).some((id) => directions.has(id)));
    for (const point of finitePoints(model, direct.map((o) => o.node), 3)) {
      const given = f.directions.map((d, k): [string, Float64Array] => [leafName(d.node), wave(point.sizes, plan.b.graph.shape(d.node), k)]);
      const inputs = new Map([...point.inputs, ...given]);
      const values = evaluate(plan.b.graph, f.outputs.map((o) => o.node), { ...point, inputs });
      const byName = Object.fromEntries(plan.inputs.map((i) => [i.name, inputs.get(leafName(leafOf(i))) ?? 0]));
      const called = module.call(f.name, Object.fromEntries(point.sizes), { ...byName, ...Object.fromEntries(f.directions.map((d, k) => [d.name, plan.b.graph.shape(d.node).length === 0 ? given[k]![1][0]! : given[k]![1]])) });
      for (const matrix of f.matrices) {
        const got = expanded(called.out[matrix.name] as unknown as SparseMatrix);
        expect(relativeDistance(got, expectedMatrix(plan.b, f, matrix, { ...point, inputs })), matrix.name).toBeLessThanOrEqual(TOLERANCE);
      }
      f.outputs.forEach((o, k) => {
        if (o.kind === 'entries') return;
        const got = o.kind === 'returned' ? [called.returned ?? Number.NaN] : (called.out[identifier(o.name)] ?? []);
        expect(relativeDistance(got, values[k]!.data), `${o.doc} at point ${JSON.stringify(Object.fromEntries(point.sizes))}`).toBeLessThanOrEqual(TOLERANCE);
      });
    }
  });

  function leafName(node: number): string {
    const attr = plan.b.graph.attr(node);
    return attr.kind === 'leaf' ? attr.name : '';
  }
});

function wave(sizes: ReadonlyMap<string, number>, shape: readonly Dim[], seed: number): Float64Array {
  const count = shape.reduce((n, d) => n * evaluateDim(d, sizes), 1);
  return Float64Array.from({ length: count }, (_, k) => Math.cos(1 + 1.7 * k + seed));
}
