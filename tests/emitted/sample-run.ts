/** Every function of a plan at chosen sizes: the emitted module against the reference interpreter, updates included. */
import { expect } from 'vitest';
import { structOf } from '../../src/backends/typescript/context.ts';
import { evaluateDim } from '../../src/ir/dim.ts';
import type { NativeCompiler } from '../../src/schedule/native.ts';
import type { Precision } from '../../src/targets.ts';
import type { EmitPlan } from '../../src/schedule/plan.ts';
import { expanded, expectedMatrix, type SparseMatrix } from '../structure/support.ts';
import { SampleRun, type Numbers } from './sample-functions.ts';

/** How far results may be from the interpreter's, as a part of the largest of them. */
const TOLERANCE: Readonly<Record<Precision, number>> = { f64: 1e-11, f32: 1e-4 };

function expectClose(got: Numbers | undefined, want: readonly number[], what: string, tolerance: number): void {
  const list = typeof got === 'number' ? [got] : Array.from(got ?? []);
  expect(list.length, what).toBe(want.length);
  const scale = Math.max(1, ...want.map(Math.abs));
  want.forEach((w, k) => {
    const g = list[k] ?? Number.NaN;
    expect(g === w || (Number.isNaN(g) && Number.isNaN(w)) || Math.abs(g - w) <= tolerance * scale, `${what}[${k}]: ${g} for ${w}`).toBe(true);
  });
}

/** Around the four and eight elements that go at once, primes, and one. */
const EXTENTS = [9, 17, 7, 8, 5, 16, 1, 13];

/** Sizes from these, from place `shift` on; undefined where the interpreter would take long. */
export function largerSizes(plan: EmitPlan, shift: number): ReadonlyMap<string, number> | undefined {
  const sizes = new Map(plan.dims.map((d, k) => [d.name, d.value ?? Math.max(EXTENTS[(k + shift) % EXTENTS.length] ?? 1, d.atLeast)]));
  const elements = plan.functions.flatMap((f) => f.outputs).map((o) => plan.b.graph.shape(o.node).reduce((n, d) => n * evaluateDim(d, sizes), 1));
  return plan.dims.every((d) => d.value !== undefined) || Math.max(0, ...elements) > 1200 ? undefined : sizes;
}

/** Calls everything that the plan has and compares every result. */
export function expectAsInterpreted(plan: EmitPlan, sizes: ReadonlyMap<string, number>, native?: NativeCompiler, precision: Precision = 'f64'): void {
  const run = new SampleRun(plan, sizes, native, precision);
  const tolerance = TOLERANCE[precision];
  for (const f of plan.functions) {
    const { fields, out, direction } = run.room(f);
    const returned = run.bound(f.name, { out, direction })();
    const want = run.want(f.outputs.map((o) => o.node));
    f.outputs.forEach((o, k) => {
      if (o.kind === 'entries') return;
      expectClose(o.kind === 'returned' ? (returned as number) : (out[fields.get(o.name) ?? ''] as Numbers), want[k] ?? [], `${f.name}: ${o.name}`, tolerance);
    });
    for (const m of f.matrices) {
      const expected = expectedMatrix(plan.b, f, m, { sizes: run.sizes, inputs: run.leaves });
      expectClose(expanded(out[m.name] as SparseMatrix), Array.from(expected), `${f.name}: ${m.name}`, tolerance);
    }
  }
  if (plan.updates.length === 0) return;
  const want = run.want(plan.updates.map((u) => u.node));
  run.bound('step', {})();
  plan.updates.forEach((u, k) => {
    const input = plan.inputs.find((i) => i.name === u.target);
    const struct = run.structs[input === undefined ? '' : structOf(input)];
    expectClose(struct?.[run.ctx.field(u.target)], want[k] ?? [], `step: ${u.target}`, tolerance);
  });
}

/** A module with arguments of its own, and every function that takes no matrix: what it returns and fills. */
export function runOf(plan: EmitPlan, sizes: ReadonlyMap<string, number>, native: NativeCompiler, precision: Precision = 'f64'): { readonly model: SampleRun['model']; readonly results: () => number[][] } {
  const run = new SampleRun(plan, sizes, native, precision);
  const bound = plan.functions.filter((f) => f.matrices.length === 0).map((f) => {
    const { out, direction } = run.room(f);
    return { out, call: run.bound(f.name, { out, direction }) };
  });
  return { model: run.model, results: () => bound.map(({ out, call }) => [call() as number | undefined ?? 0, ...Object.values(out).flatMap((x) => (typeof x === 'number' ? [x] : Array.from(x as Float64Array)))]) };
}
