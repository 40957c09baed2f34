/** An emitted module in this process, called with the values of the graph's leaves: what verification and accuracy measure. */
import type { EmitPlan, FunctionPlan, OutputPlan } from '../../schedule/plan.ts';
import type { NodeId } from '../../ir/types.ts';
import { evaluateDim } from '../../ir/dim.ts';
import type { Environment, OpaqueEvaluator } from '../../ir/evaluate.ts';
import { invariant } from '../../diagnostics/internal.ts';
import { callField, leafOf, ModuleContext, structOf } from './context.ts';
import { javascript } from './dialect.ts';
import { plainJavaScript } from './emit.ts';
import { instantiate } from './instantiate.ts';
import { identifier } from './names.ts';

type Emitted = (...args: readonly unknown[]) => unknown;
type Struct = Record<string, unknown>;

/** The module's text, compiled once; `at` gives its functions for one point. */
export class RunningModule {
  readonly #plan: EmitPlan;
  readonly #ctx: ModuleContext;
  readonly #exports: Readonly<Record<string, unknown>>;

  constructor(plan: EmitPlan) {
    this.#plan = plan;
    this.#ctx = new ModuleContext(plan, javascript, []);
    this.#exports = instantiate(plainJavaScript(plan).code);
  }

  /** Every output of a function at a point; the directions are leaves of the point. Throws what the module throws. */
  outputs(f: FunctionPlan, point: Environment): ReadonlyMap<OutputPlan, ArrayLike<number>> {
    const functions = this.#functions(point);
    const filled = f.outputs.filter((o) => o.kind === 'filled');
    const fields = this.#ctx.resultFields(filled.map((o) => o.name));
    const out: Struct = {};
    for (const o of filled) out[fields.get(o.name) ?? ''] = this.#room(o.node, point);
    const directions = this.#ctx.resultFields(f.directions.map((d) => d.name));
    const direction: Struct = {};
    for (const d of f.directions) direction[directions.get(d.name) ?? ''] = this.#value(d.node, point);
    const run = functions[identifier(f.name)];
    invariant(typeof run === 'function', 'emit', `the module has no function ${f.name}`);
    const given: Struct = { ...this.#structs(point), out, direction, functions: this.#callers(point) };
    const returned = (run as Emitted)(...parametersOf(run).map((p) => given[p]));
    return new Map(f.outputs.map((o) => {
      const value = o.kind === 'returned' ? returned : out[fields.get(o.name) ?? ''];
      return [o, typeof value === 'number' ? [value] : (value as ArrayLike<number>)];
    }));
  }

  #functions(point: Environment): Readonly<Record<string, unknown>> {
    if (!this.#ctx.symbolic) return this.#exports;
    const dims = Object.fromEntries(this.#plan.dims.map((d) => [this.#ctx.size(d.name), point.sizes.get(d.name) ?? d.value]));
    return (this.#exports['create'] as Emitted)(dims, this.#callers(point)) as Readonly<Record<string, unknown>>;
  }

  #structs(point: Environment): Struct {
    const structs: Record<string, Struct> = { params: {}, data: {}, hyper: {} };
    for (const input of this.#plan.inputs) {
      const value = this.#value(leafOf(input), point);
      const struct = structs[structOf(input)];
      if (struct !== undefined) struct[this.#ctx.field(input.name)] = input.element === 'index' && typeof value !== 'number' ? Int32Array.from(value) : value;
    }
    return structs;
  }

  #value(leaf: NodeId, point: Environment): number | Float64Array {
    const attr = this.#plan.b.graph.attr(leaf);
    const value = attr.kind === 'leaf' ? point.inputs.get(attr.name) : undefined;
    invariant(value !== undefined, 'emit', `no value for %${leaf}`);
    if (attr.shape.length === 0) return typeof value === 'number' ? value : (value[0] ?? Number.NaN);
    return typeof value === 'number' ? Float64Array.of(value) : Float64Array.from(value);
  }

  /** NaN in room that the function must fill shows what it forgot. */
  #room(node: NodeId, point: Environment): number | Float64Array {
    const shape = this.#plan.b.graph.shape(node);
    if (shape.length === 0) return Number.NaN;
    return new Float64Array(shape.reduce((n, d) => n * evaluateDim(d, point.sizes), 1)).fill(Number.NaN);
  }

  /** The caller's functions and all their partials up to order 6, under the names that modules call them by. */
  #callers(point: Environment): Record<string, (...x: number[]) => number> {
    const callers: Record<string, (...x: number[]) => number> = {};
    for (const { name, arity } of this.#plan.opaques) {
      const f: OpaqueEvaluator | undefined = point.opaques?.get(name);
      if (f === undefined) continue;
      for (const orders of ordersUpTo(6, arity)) callers[callField(name, orders)] = (...x) => f(orders, x);
    }
    return callers;
  }
}

function parametersOf(run: { toString(): string }): string[] {
  const list = /\(([^)]*)\)/.exec(run.toString())?.[1] ?? '';
  return list.split(',').map((p) => p.split('=')[0]?.trim() ?? '').filter((p) => p !== '');
}

/** All tuples of whole numbers with at most this sum. */
function ordersUpTo(total: number, arity: number): number[][] {
  let tuples: number[][] = [[]];
  for (let k = 0; k < arity; k++) {
    tuples = tuples.flatMap((t) => Array.from({ length: total - t.reduce((a, b) => a + b, 0) + 1 }, (_, n) => [...t, n]));
  }
  return tuples;
}
