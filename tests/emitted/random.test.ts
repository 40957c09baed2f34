/** Random graphs: reference interpreter = loops = emitted JavaScript. */
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../src/ir/evaluate.ts';
import { checkProgram } from '../../src/schedule/check.ts';
import { interpret } from '../../src/schedule/interpret.ts';
import { schedule } from '../../src/schedule/schedule.ts';
import { randomGraph } from '../support/random-graph.ts';
import { leavesOf } from './leaves.ts';
import { functionsOf, PlanSketch, runPlan } from './support.ts';

function close(got: ArrayLike<number>, want: ArrayLike<number>): boolean {
  if (got.length !== want.length) return false;
  return Array.from(want).every((w, k) => {
    const g = got[k] ?? Number.NaN;
    return Object.is(g, w) || g === w || (Number.isNaN(g) && Number.isNaN(w)) || Math.abs(g - w) <= 1e-9 * Math.max(1, Math.abs(w));
  });
}

describe.each(['scalar', 'tensor'] as const)('random %s graphs', (flavour) => {
  it.each(Array.from({ length: 12 }, (_, k) => k))('block %i of 25', (block) => {
    for (let seed = 25 * block; seed < 25 * (block + 1); seed++) {
      const sample = randomGraph(seed, 6 + (seed % 30), flavour);
      const b = sample.builder;
      const want = evaluate(b.graph, [sample.root], sample.environment)[0]?.data ?? [];
      const leaves = leavesOf(sample);
      const value = (name: string): Float64Array => Float64Array.from(sample.environment.inputs.get(name) as number[]);

      const program = schedule({ b, inputs: leaves.map((l) => ({ ...l, element: 'real' })), names: new Map(), outputs: [{ kind: 'filled', name: 'out', node: sample.root }] });
      expect(checkProgram(program), `seed ${seed}`).toEqual([]);
      const arrays = new Map(program.inputBuffers.map((buffer, k) => [buffer, value(leaves[k]?.name ?? '')]));
      interpret(program, { sizes: sample.environment.sizes, arrays });
      const looped = arrays.get(program.outputBuffers[0] ?? -1) ?? [];
      expect(close(looped, want), `seed ${seed}: loops ${String(Array.from(looped))} graph ${String(Array.from(want))}`).toBe(true);

      const sketch = new PlanSketch(b);
      for (const [name] of sample.environment.sizes) sketch.dim(name);
      for (const l of leaves) sketch.input(l.name, 'param', l.shape, { node: l.node });
      sketch.function('f', [{ name: 'result', node: sample.root, kind: 'filled' }]);
      const model = functionsOf(runPlan(sketch.plan())['create']?.(Object.fromEntries(sample.environment.sizes)));
      const params = Object.fromEntries(leaves.map((l) => [l.name, l.shape.length === 0 ? value(l.name)[0] : value(l.name)]));
      const out = { result: want.length === 1 && b.graph.shape(sample.root).length === 0 ? Number.NaN : new Float64Array(want.length) };
      if (leaves.length > 0) model['f']?.(params, out);
      else model['f']?.(out);
      const emitted = typeof out.result === 'number' ? [out.result] : out.result;
      expect(close(emitted, looped), `seed ${seed}: emitted ${String(Array.from(emitted))} loops ${String(Array.from(looped))}`).toBe(true);
    }
  });
});
