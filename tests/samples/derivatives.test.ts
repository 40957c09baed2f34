/**
 * Every gradient that a sample asks for, against differences in 50 digits: the reference interpreter on the
 * differentiated graph, at two points of the declared domain, along a random direction in each variable.
 */
import { describe, expect, it } from 'vitest';
import { gradient } from '../../src/autodiff/reverse.ts';
import type { Refusal } from '../../src/autodiff/sweep.ts';
import { Builder } from '../../src/ir/build.ts';
import { evaluate } from '../../src/ir/evaluate.ts';
import { differentiateExtended, evaluateExtended, extend } from '../support/extended.ts';
import { finitePoints, modelOf, samples } from '../support/samples.ts';

const TOLERANCE = 1e-9;

describe.each(samples.filter((s) => /^derive .*gradient/m.test(s.text)))('$path', (sample) => {
  const model = modelOf(sample);
  const requests = model.requests.filter((r) => r.what.includes('gradient'));

  it.each(requests.flatMap((r) => r.of.map((of) => ({ name: of.name, of, wrt: r.wrt }))))('gradient of $name', ({ of, wrt }) => {
    const b = new Builder(model.graph);
    const refused: Refusal[] = [];
    const { adjoints } = gradient(b, of.node, wrt.map((w) => w.node), (r) => refused.push(r));
    expect(refused).toEqual([]);
    for (const [index, point] of finitePoints(model, [of.node], 2).entries()) {
      const exact = extend(point.sizes, point.inputs);
      const [value, ...partials] = evaluate(model.graph, [of.node, ...adjoints], point);
      const [expected] = evaluateExtended(model.graph, [of.node], exact);
      expectClose(value?.data[0], expected?.data[0]?.toNumber(), `value of ${of.name} at point ${index}`);
      wrt.forEach((w, k) => {
        const attr = model.graph.attr(w.node);
        if (attr.kind !== 'leaf') return;
        const got = partials[k]?.data ?? new Float64Array();
        const direction = Array.from(got, (_, j) => Math.cos(1 + 2.7 * j + k));
        const along = got.reduce((sum, g, j) => sum + g * (direction[j] ?? 0), 0);
        // the parts of the sum may cancel: measure against their size
        const size = got.reduce((sum, g, j) => sum + Math.abs(g * (direction[j] ?? 0)), 0);
        const want = differentiateExtended(model.graph, of.node, attr.name, direction, exact).toNumber();
        expectClose(along, want, `d${of.name}/d${w.name} at point ${index}`, size);
      });
    }
  });
});

function expectClose(got: number | undefined, want: number | undefined, what: string, scale = 0): void {
  const distance = Math.abs((got ?? Number.NaN) - (want ?? Number.NaN)) / Math.max(Math.abs(want ?? 0), scale, 1e-300);
  expect(distance, `${what}: ${got}, expected ${want}`).toBeLessThanOrEqual(TOLERANCE);
}
