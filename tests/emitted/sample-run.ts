/** Every function of a plan at chosen sizes: the emitted module against the reference interpreter, updates included. */
import { expect } from 'vitest';
import { ModuleContext, structOf } from '../../src/backends/typescript/context.ts';
import { leafOf } from '../../src/elaborate/leaf.ts';
import { javascript } from '../../src/backends/typescript/dialect.ts';
import { identifier } from '../../src/backends/typescript/names.ts';
import { constantDim, evaluateDim } from '../../src/ir/dim.ts';
import { evaluate } from '../../src/ir/evaluate.ts';
import type { NodeId } from '../../src/ir/types.ts';
import type { NativeCompiler } from '../../src/schedule/native.ts';
import type { Precision } from '../../src/targets.ts';
import type { EmitPlan, FunctionPlan } from '../../src/schedule/plan.ts';
import { expanded, expectedMatrix, type SparseMatrix } from '../structure/support.ts';
import { valuesOf } from './models.ts';
import { functionsOf, runPlan } from './support.ts';

type Numbers = number | Float64Array | Float32Array | Int32Array;

/** How far results may be from the interpreter's, as a part of the largest of them. */
const TOLERANCE: Readonly<Record<Precision, number>> = { f64: 1e-11, f32: 1e-4 };
const ARRAYS = { f64: Float64Array, f32: Float32Array } as const;

interface Room {
  readonly fields: ReadonlyMap<string, string>;
  readonly out: Record<string, Numbers | SparseMatrix>;
  readonly direction: Readonly<Record<string, Numbers>>;
}

class SampleRun {
  readonly plan: EmitPlan;
  readonly ctx: ModuleContext;
  readonly sizes: ReadonlyMap<string, number>;
  readonly precision: Precision;
  readonly model: Record<string, (...args: readonly unknown[]) => unknown>;
  readonly structs: Record<string, Record<string, Numbers>> = { params: {}, data: {}, hyper: {} };
  readonly leaves = new Map<string, Float64Array>();

  constructor(plan: EmitPlan, sizes: ReadonlyMap<string, number>, native: NativeCompiler | undefined, precision: Precision) {
    this.plan = plan;
    this.ctx = new ModuleContext(plan, javascript, []);
    this.sizes = sizes;
    this.precision = precision;
    const exported = runPlan(plan, native);
    const dims = Object.fromEntries(plan.dims.map((d) => [this.ctx.size(d.name), this.sizes.get(d.name)]));
    this.model = this.ctx.symbolic ? functionsOf(exported['create']?.(dims)) : exported;
    plan.inputs.forEach((input, k) => {
      const values = Float64Array.from(ARRAYS[precision].from(valuesOf(input, this.sizes, k + 1)));
      const attr = plan.b.graph.attr(leafOf(input));
      if (attr.kind === 'leaf') this.leaves.set(attr.name, values);
      const scalar = values[0] ?? Number.NaN;
      const value = input.shape.length === 0 ? scalar : input.element === 'index' ? Int32Array.from(values) : ARRAYS[precision].from(values);
      const struct = this.structs[structOf(input)];
      if (struct !== undefined) struct[this.ctx.field(input.name)] = value;
    });
  }

  /** A call with the parameters its text names. */
  bound(name: string, extra: Readonly<Record<string, unknown>>): () => unknown {
    const f = this.model[identifier(name)];
    if (f === undefined) throw new RangeError(`no function ${name}`);
    const parameters = /\(([^)]*)\)/.exec(f.toString())?.[1]?.split(',').map((p) => p.split('=')[0]?.trim() ?? '').filter((p) => p !== '') ?? [];
    const args = parameters.map((p) => extra[p] ?? (p === 'prepared' ? this.bound('prepare', {})() : this.structs[p]));
    return () => f(...args);
  }
  /** Room for what a function fills, and directions for it. */
  room(f: FunctionPlan): Room {
    const { graph } = this.plan.b;
    const Reals = ARRAYS[this.precision];
    const filled = f.outputs.filter((o) => o.kind === 'filled');
    const fields = this.ctx.resultFields(filled.map((o) => o.name));
    const size = (node: NodeId): number => graph.shape(node).reduce((n, d) => n * (constantDim(d) ?? this.want([this.plan.b.dim(d)])[0]?.[0] ?? 0), 1);
    const empty = (node: NodeId): Numbers => (graph.shape(node).length === 0 ? Number.NaN : new Reals(size(node)).fill(Number.NaN));
    const out: Room['out'] = Object.fromEntries(filled.map((o) => [fields.get(o.name) ?? '', empty(o.node)]));
    // one matrix: the pattern is called like the function
    for (const m of f.matrices) out[m.name] = this.bound(`${f.name}Pattern`, {})() as SparseMatrix;
    const directions = this.ctx.resultFields(f.directions.map((d) => d.name));
    const direction: Record<string, Numbers> = {};
    f.directions.forEach((d, k) => {
      const values = new Reals(Array.from({ length: size(d.node) }, (_, n) => Math.cos(3 * n + k)));
      const attr = graph.attr(d.node);
      if (attr.kind === 'leaf') this.leaves.set(attr.name, Float64Array.from(values));
      direction[directions.get(d.name) ?? ''] = attr.shape.length === 0 ? values[0] ?? 0 : values;
    });
    return { fields, out, direction };
  }
  want(nodes: readonly NodeId[]): (readonly number[])[] {
    return evaluate(this.plan.b.graph, nodes, { sizes: this.sizes, inputs: this.leaves }).map((t) => Array.from(t.data));
  }
}

function expectClose(got: Numbers | undefined, want: readonly number[], what: string, tolerance: number): void {
  const list = typeof got === 'number' ? [got] : Array.from(got ?? []);
  expect(list.length, what).toBe(want.length);
  const scale = Math.max(1, ...want.map(Math.abs));
  want.forEach((w, k) => {
    const g = list[k] ?? Number.NaN;
    expect(g === w || (Number.isNaN(g) && Number.isNaN(w)) || Math.abs(g - w) <= tolerance * scale, `${what}[${k}]: ${g} for ${w}`).toBe(true);
  });
}

/** Small sizes that differ from each other. */
export function smallSizes(plan: EmitPlan): Map<string, number> {
  return new Map(plan.dims.map((d, k) => [d.name, d.value ?? Math.max(3 + (k % 3), d.atLeast)]));
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

/** Calls of everything that the plan has, by name. */
export function callsOf(plan: EmitPlan, sizes: ReadonlyMap<string, number>, native?: NativeCompiler): ReadonlyMap<string, () => unknown> {
  const run = new SampleRun(plan, sizes, native, 'f64');
  const calls = new Map(plan.functions.map((f) => [f.name, run.bound(f.name, { ...run.room(f) })]));
  return plan.updates.length === 0 ? calls : calls.set('step', run.bound('step', {}));
}
