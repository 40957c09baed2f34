/** Every function of a plan at chosen sizes, ready to be called. */
import { ModuleContext, structOf } from '../../src/backends/typescript/context.ts';
import { leafOf } from '../../src/elaborate/leaf.ts';
import { javascript } from '../../src/backends/typescript/dialect.ts';
import { capital, identifier } from '../../src/backends/typescript/names.ts';
import { constantDim } from '../../src/ir/dim.ts';
import { evaluate } from '../../src/ir/evaluate.ts';
import type { NodeId } from '../../src/ir/types.ts';
import type { NativeCompiler } from '../../src/schedule/native.ts';
import type { Precision } from '../../src/targets.ts';
import type { EmitPlan, FunctionPlan } from '../../src/schedule/plan.ts';
import type { SparseMatrix } from '../structure/support.ts';
import { valuesOf } from './models.ts';
import { functionsOf, runPlan } from './support.ts';

export type Numbers = number | Float64Array | Float32Array | Int32Array;

const ARRAYS = { f64: Float64Array, f32: Float32Array } as const;

export interface Room {
  readonly fields: ReadonlyMap<string, string>;
  readonly out: Record<string, Numbers | SparseMatrix>;
  readonly direction: Readonly<Record<string, Numbers>>;
}

export class SampleRun {
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
  /** A call with arrays in the places that the module has for them. It hands out each once: a run serves one function. */
  resident(f: FunctionPlan): () => unknown {
    const makers = Object.keys(this.model).filter((name) => /^new[A-Z]/.test(name));
    const inputs = new Map(Object.keys(this.structs).map((struct) => [`new${capital(struct)}`, struct]));
    for (const [maker, struct] of inputs) {
      if (makers.includes(maker)) this.structs[struct] = filledFrom(this.structs[struct] ?? {}, this.bound(maker, {})() as Record<string, Numbers>);
    }
    const results = makers.filter((maker) => !inputs.has(maker)).map((maker) => this.bound(maker, {})() as Record<string, Numbers>);
    const placed = (struct: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => {
      const fields = Object.keys(struct);
      const room = results.find((r) => fields.length === Object.keys(r).length && fields.every((field) => lengthOf(r[field]) === lengthOf(struct[field])));
      return room === undefined ? struct : filledFrom(struct, room);
    };
    const { out, direction } = this.room(f);
    return this.bound(f.name, { out: placed(out), direction: placed(direction) });
  }
  want(nodes: readonly NodeId[]): (readonly number[])[] {
    return evaluate(this.plan.b.graph, nodes, { sizes: this.sizes, inputs: this.leaves }).map((t) => Array.from(t.data));
  }
}

const lengthOf = (value: unknown): number | undefined => (ArrayBuffer.isView(value) ? (value as Float64Array).length : undefined);

/** The room with these values. */
function filledFrom(values: Readonly<Record<string, unknown>>, room: Record<string, Numbers>): Record<string, Numbers> {
  for (const [field, value] of Object.entries(values)) {
    const there = room[field];
    if (typeof there === 'object' && ArrayBuffer.isView(value)) there.set(value as Float64Array);
    else room[field] = value as number;
  }
  return room;
}

/** Small sizes that differ from each other. */
export function smallSizes(plan: EmitPlan): Map<string, number> {
  return new Map(plan.dims.map((d, k) => [d.name, d.value ?? Math.max(3 + (k % 3), d.atLeast)]));
}

/** Calls of everything that the plan has, by name. */
export function callsOf(plan: EmitPlan, sizes: ReadonlyMap<string, number>, native?: NativeCompiler): ReadonlyMap<string, () => unknown> {
  const run = new SampleRun(plan, sizes, native, 'f64');
  const calls = new Map(plan.functions.map((f) => [f.name, run.bound(f.name, { ...run.room(f) })]));
  return plan.updates.length === 0 ? calls : calls.set('step', run.bound('step', {}));
}
