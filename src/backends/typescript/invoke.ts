/** An emitted module in this process, called with the values of the graph's leaves: what verification and accuracy measure. */
import type { EmitPlan, FunctionPlan, OutputPlan, SparsePlan } from '../../schedule/plan.ts';
import type { NodeId } from '../../ir/types.ts';
import type { Environment, OpaqueEvaluator } from '../../ir/evaluate.ts';
import { invariant } from '../../diagnostics/internal.ts';
import { leafOf } from '../../elaborate/leaf.ts';
import { callField, ModuleContext, PREPARED, structOf } from './context.ts';
import { javascript } from './dialect.ts';
import { plainJavaScript } from './emit.ts';
import { instantiate, type Instance } from './instantiate.ts';
import { identifier } from './names.ts';

type Emitted = (...args: readonly unknown[]) => unknown;
export type Struct = Record<string, unknown>;
type Structs = Readonly<Record<'params' | 'data' | 'hyper', Struct>>;

/** What one call computed. */
export interface Called {
  readonly outputs: ReadonlyMap<OutputPlan, ArrayLike<number>>;
  /** compressed matrices, written out row by row */
  readonly matrices: ReadonlyMap<SparsePlan, { readonly rows: number; readonly columns: number; readonly dense: Float64Array }>;
}

/** A function of the module with arguments that last. */
export interface BoundFunction {
  readonly params: Struct;
  readonly direction: Struct;
  /** what the function fills */
  readonly out: Struct;
  /** Returns what the function returns: a scalar value, or nothing. */
  evaluate(): unknown;
  /** The same with other structs. */
  evaluateAt(params: Struct, out: Struct, direction?: Struct): unknown;
}

/** A parameter of an emitted function as its declaration has it. */
interface Parameter {
  readonly name: string;
  readonly type: string;
}

/** The module's text, compiled once; `call` makes its functions for one point. */
export class RunningModule {
  readonly #plan: EmitPlan;
  readonly #ctx: ModuleContext;
  readonly #exports: Readonly<Record<string, unknown>>;
  readonly #declarations: string;

  constructor(plan: EmitPlan) {
    this.#plan = plan;
    this.#ctx = new ModuleContext(plan, javascript, []);
    const { code, declarations } = plainJavaScript(plan);
    this.#exports = instantiate(code);
    this.#declarations = declarations;
  }

  /** Every result of a function at a point; the directions are leaves of the point. Throws what the module throws. */
  call(f: FunctionPlan, point: Environment): Called {
    const { out, evaluate } = this.bind(f, point);
    spoil(out);
    return this.#read(f, out, evaluate());
  }

  /**
   * A function with all its arguments made once: parameters, data, constants and directions hold the point's values.
   * `evaluate` may be called again and again after the numbers in `params`, `direction` and `hyper` have changed. Room that
   * an earlier call made for the same sizes and positions may be given again.
   */
  bind(f: FunctionPlan, point: Environment, functions: Instance = this.instance(point), room?: Struct): BoundFunction {
    const structs = this.#structs(point);
    const directions = this.#ctx.resultFields(f.directions.map((d) => d.name));
    const direction: Struct = {};
    for (const d of f.directions) direction[directions.get(d.name) ?? ''] = this.#value(d.node, point);
    const parameters = this.#parametersOf(f);
    const outType = parameters.find((p) => p.name === 'out')?.type;
    // room for a sparse matrix depends on arrays of positions
    const out = room ?? (outType === undefined ? {} : (callable(functions, `new${outType}`)(structs.data) as Struct));
    const prepared = parameters.some((p) => p.type === PREPARED) ? callable(functions, this.#prepare())(structs.data) : {};
    const emitted = callable(functions, identifier(f.name));
    const given: Struct = { ...structs, prepared, out, direction, functions: this.#callers(point) };
    const args = parameters.map((p) => given[p.name]);
    const [paramsAt, outAt, directionAt] = ['params', 'out', 'direction'].map((name) => parameters.findIndex((p) => p.name === name)) as [number, number, number];
    const evaluateAt = (params: Struct, results: Struct, along: Struct = direction): unknown => {
      if (paramsAt >= 0) args[paramsAt] = params;
      if (outAt >= 0) args[outAt] = results;
      if (directionAt >= 0) args[directionAt] = along;
      return emitted(...args);
    };
    return { params: structs.params, direction, out, evaluateAt, evaluate: () => evaluateAt(structs.params, out) };
  }

  #read(f: FunctionPlan, out: Struct, returned: unknown): Called {
    const filled = f.outputs.filter((o) => o.kind === 'filled');
    const fields = this.#ctx.resultFields(filled.map((o) => o.name));
    const read = (o: OutputPlan): ArrayLike<number> => {
      const value = o.kind === 'returned' ? returned : out[fields.get(o.name) ?? ''];
      return typeof value === 'number' ? [value] : (value as ArrayLike<number>);
    };
    return {
      outputs: new Map(f.outputs.filter((o) => o.kind !== 'entries').map((o) => [o, read(o)])),
      matrices: new Map(f.matrices.map((m) => [m, writtenOut(out[identifier(m.name)] as CompressedRows)])),
    };
  }

  /** From the declarations, so that a call passes what the module asks for. */
  #parametersOf(f: FunctionPlan): Parameter[] {
    const list = new RegExp(`\\b${identifier(f.name)}\\(([^)]*)\\)`).exec(this.#declarations)?.[1] ?? '';
    return list.split(',').map((p) => p.trim()).filter((p) => p !== '').map((p) => {
      const [name = '', type = ''] = p.split(/\??:\s*/);
      return { name, type };
    });
  }

  /** What the module calls the function that prepares. */
  #prepare(): string {
    return new RegExp(`(\\w+)\\([^)]*\\): ${PREPARED}\\b`).exec(this.#declarations)?.[1] ?? '';
  }

  /** The functions of the module for the sizes of a point: they share buffers. */
  instance(point: Pick<Environment, 'sizes' | 'opaques'>): Instance {
    if (!this.#ctx.symbolic) return this.#exports;
    const dims = Object.fromEntries(this.#plan.dims.map((d) => [this.#ctx.size(d.name), point.sizes.get(d.name) ?? d.value]));
    return (this.#exports['create'] as Emitted)(dims, this.#callers(point)) as Instance;
  }

  /** The field of an input in its struct. */
  fieldOf(input: string): string {
    return this.#ctx.field(input);
  }

  #structs(point: Environment): Structs {
    const structs = { params: {}, data: {}, hyper: {} } satisfies Record<string, Struct>;
    for (const input of this.#plan.inputs) {
      const value = this.#value(leafOf(input), point);
      const struct: Struct = structs[structOf(input)];
      struct[this.#ctx.field(input.name)] = input.element === 'index' && typeof value !== 'number' ? Int32Array.from(value) : value;
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

  /** The caller's functions and all their partials up to order 6, under the names that modules call them by. */
  #callers(point: Pick<Environment, 'opaques'>): Record<string, (...x: number[]) => number> {
    const callers: Record<string, (...x: number[]) => number> = {};
    for (const { name, arity } of this.#plan.opaques) {
      const f: OpaqueEvaluator | undefined = point.opaques?.get(name);
      if (f === undefined) continue;
      for (const orders of ordersUpTo(6, arity)) callers[callField(name, orders)] = (...x) => f(orders, x);
    }
    return callers;
  }
}

export interface CompressedRows {
  readonly rows: number;
  readonly columns: number;
  readonly rowPtr: Int32Array;
  readonly colIdx: Int32Array;
  readonly values: Float64Array;
}

function writtenOut({ rows, columns, rowPtr, colIdx, values }: CompressedRows): { rows: number; columns: number; dense: Float64Array } {
  const dense = new Float64Array(rows * columns);
  for (let r = 0; r < rows; r++) {
    for (let k = rowPtr[r] ?? 0; k < (rowPtr[r + 1] ?? 0); k++) dense[r * columns + (colIdx[k] ?? 0)] = values[k] ?? Number.NaN;
  }
  return { rows, columns, dense };
}

/** NaN in room that the function must fill shows what it forgot. */
function spoil(out: Struct): void {
  for (const [field, value] of Object.entries(out)) {
    if (typeof value === 'number') out[field] = Number.NaN;
    else if (value instanceof Float64Array) value.fill(Number.NaN);
    else if (typeof value === 'object' && value !== null && 'values' in value && value.values instanceof Float64Array) value.values.fill(Number.NaN);
  }
}

function callable(functions: Readonly<Record<string, unknown>>, name: string): Emitted {
  const found = functions[name];
  invariant(typeof found === 'function', 'emit', `the module has no function ${name}`);
  return found as Emitted;
}

/** All tuples of whole numbers with at most this sum. */
function ordersUpTo(total: number, arity: number): number[][] {
  let tuples: number[][] = [[]];
  for (let k = 0; k < arity; k++) {
    tuples = tuples.flatMap((t) => Array.from({ length: total - t.reduce((a, b) => a + b, 0) + 1 }, (_, n) => [...t, n]));
  }
  return tuples;
}
