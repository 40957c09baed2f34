/**
 * Emitted functions as problems in one flat vector. Arrays of the structs are views of the vector and are never
 * copied; numbers are written before and read after each call. Fields lie in the vector in the struct's order.
 */
import { checkLength, RuntimeError } from './error.ts';
import type { Constraints, HessianObjective, LeastSquares, Objective, ProductObjective } from './problem.ts';
import type { Quantities } from './sampling/target.ts';

/** Structs of emitted modules: every field is a number or a Float64Array. */
export type Struct<S> = { readonly [K in keyof S]: number | Float64Array };
type Fields = Record<string, number | Float64Array>;

interface Field {
  readonly name: string;
  readonly offset: number;
  readonly length: number;
  readonly scalar: boolean;
}

/** The named parameters as parts of a vector. */
export interface Packed<P> {
  readonly dimension: number;
  /** the vector of the parameters that were given to `pack` */
  readonly start: Float64Array;
  /** A fresh struct with the parameters in `x`. */
  unpack(x: Float64Array): P;
  /** A fresh vector with the parameters in `params`. */
  flatten(params: P): Float64Array;
  /** The name of the parameter that component i belongs to: `b`, `w[3]` (from 0). */
  componentName(i: number): string;
  /** Where a parameter lies in the vector; undefined when there is none of the name. */
  segment(name: string): readonly [from: number, to: number] | undefined;
}

export interface PackedObjective<P> extends Packed<P>, Objective {}
export interface PackedLeastSquares<P> extends Packed<P>, LeastSquares {}

/** Structs whose arrays are parts of vectors: made once for each vector. */
class Layout<P extends Struct<P>> {
  readonly fields: readonly Field[];
  readonly dimension: number;
  readonly #template: P;
  readonly #prefix: string;
  readonly #views = new WeakMap<Float64Array, P>();

  /** The fields called `names`, in the vector; other fields of the template keep its values. */
  constructor(template: P, names: readonly string[], prefix = '') {
    this.#template = template;
    this.#prefix = prefix;
    const values = template as Fields;
    let offset = 0;
    this.fields = names.map((name) => {
      const value = values[prefix + name];
      if (value === undefined) throw new RuntimeError('bad-struct', `there is no field ${prefix}${name} in { ${Object.keys(template).join(', ')} }`);
      const field = { name: prefix + name, offset, length: typeof value === 'number' ? 1 : value.length, scalar: typeof value === 'number' };
      offset += field.length;
      return field;
    });
    this.dimension = offset;
  }

  /** The struct that shows `x`, numbers included. */
  view(x: Float64Array): P {
    let struct = this.#views.get(x);
    if (struct === undefined) {
      checkLength('x', x, this.dimension);
      struct = { ...this.#template };
      const values = struct as Fields;
      for (const f of this.fields) if (!f.scalar) values[f.name] = f.length === x.length ? x : x.subarray(f.offset, f.offset + f.length);
      this.#views.set(x, struct);
    }
    const values = struct as Fields;
    for (const f of this.fields) if (f.scalar) values[f.name] = x[f.offset]!;
    return struct;
  }

  /** Brings the numbers of the struct that shows `x` into `x`: what a function wrote. */
  readBack(x: Float64Array, struct: P): void {
    const values = struct as Fields;
    for (const f of this.fields) if (f.scalar) x[f.offset] = Number(values[f.name]);
  }

  flatten(struct: P): Float64Array {
    const x = new Float64Array(this.dimension);
    const values = struct as Fields;
    for (const { name, offset, length } of this.fields) {
      const value = values[name] ?? Number.NaN;
      if (typeof value === 'number') x[offset] = value;
      else {
        checkLength(name, value, length);
        x.set(value, offset);
      }
    }
    return x;
  }

  packed(): Packed<P> {
    return {
      dimension: this.dimension,
      start: this.flatten(this.#template),
      unpack: (x) => this.view(x.slice()),
      flatten: (params) => this.flatten(params),
      componentName: (i) => this.#componentName(i),
      segment: (name) => {
        const field = this.fields.find((f) => f.name === name);
        return field && [field.offset, field.offset + field.length];
      },
    };
  }

  #componentName(i: number): string {
    const field = this.fields.find((f) => i >= f.offset && i < f.offset + f.length);
    if (field === undefined) throw new RuntimeError('bad-dimension', `there is no component ${i} among ${this.dimension}`);
    const name = field.name.slice(this.#prefix.length);
    return field.scalar ? name : `${name}[${i - field.offset}]`;
  }
}

/** Parameters whose gradient is taken; those without one keep the values in `params`. */
function layoutOf<P extends Struct<P>>(params: P, of: object): Layout<P> {
  const names = Object.keys(params).filter((name) => Object.hasOwn(of, name));
  if (names.length === 0) throw new RuntimeError('bad-struct', `none of the parameters { ${Object.keys(params).join(', ')} } is in { ${Object.keys(of).join(', ')} }`);
  return new Layout(params, names);
}

const namesOf = (layout: { readonly fields: readonly Field[] }): string[] => layout.fields.map((f) => f.name);

export interface ObjectiveParts<P, G> {
  /** `model.newParams()`, filled with the starting values */
  readonly params: P;
  /** `model.newGradient()` */
  readonly gradient: G;
  /** `(p, g) => model.valueGradient(p, data, g)` */
  readonly valueGradient: (params: P, gradient: G) => number;
}

/** An emitted `valueGradient` as an objective. */
export function pack<P extends Struct<P>, G extends Struct<G>>(parts: ObjectiveParts<P, G>): PackedObjective<P> {
  const layout = layoutOf(parts.params, parts.gradient);
  const gradients = new Layout(parts.gradient, namesOf(layout));
  return {
    ...layout.packed(),
    valueGradient(x, g) {
      const out = gradients.view(g);
      const value = parts.valueGradient(layout.view(x), out);
      gradients.readBack(g, out);
      return value;
    },
  };
}

export interface ProductParts<P, D, H> {
  readonly params: P;
  /** `model.newDirection()`: the field of parameter w is v_w */
  readonly direction: D;
  /** `model.newHvp()`, or that of a Gauss-Newton product */
  readonly product: H;
  /** `(p, v, out) => model.hvp(p, data, v, out)` */
  readonly evaluate: (params: P, direction: D, product: H) => void;
}

/** The objective with an emitted product of its Hessian (or of Gauss-Newton's matrix) with a direction. */
export function withHessianProduct<P extends Struct<P>, D extends Struct<D>, H extends Struct<H>>(objective: PackedObjective<P>, parts: ProductParts<P, D, H>): PackedObjective<P> & ProductObjective {
  const layout = layoutOf(parts.params, parts.product);
  const directions = new Layout(parts.direction, namesOf(layout), 'v_');
  const products = new Layout(parts.product, namesOf(layout));
  return {
    ...objective,
    hessianProduct(x, v, out) {
      const product = products.view(out);
      parts.evaluate(layout.view(x), directions.view(v), product);
      products.readBack(out, product);
    },
  };
}

export interface HessianParts<P, H> {
  readonly params: P;
  /** `model.newHessian()`: the block of w and b is the field w_b */
  readonly hessian: H;
  /** `(p, out) => model.hessian(p, data, out)` */
  readonly evaluate: (params: P, hessian: H) => void;
}

/** The objective with an emitted Hessian; its blocks are copied into one matrix, both triangles. */
export function withHessian<P extends Struct<P>, H extends Struct<H>>(objective: PackedObjective<P>, parts: HessianParts<P, H>): PackedObjective<P> & HessianObjective {
  const values = parts.hessian as Fields;
  const names = Object.keys(parts.params).filter((name) => `${name}_${name}` in values);
  const layout = new Layout(parts.params, names);
  const n = layout.dimension;
  const blocks = layout.fields.flatMap((row, k) => layout.fields.slice(k).map((column) => ({ row, column, name: `${row.name}_${column.name}` })));
  const missing = blocks.find(({ name }) => !(name in values));
  if (names.length === 0 || missing !== undefined) throw new RuntimeError('bad-struct', `there is no field ${missing?.name ?? 'of second derivatives'} in { ${Object.keys(values).join(', ')} }`);
  return {
    ...objective,
    hessian(x, H) {
      parts.evaluate(layout.view(x), parts.hessian);
      for (const { row, column, name } of blocks) copyBlock(H, n, row, column, values[name]!);
    },
  };
}

function copyBlock(H: Float64Array, n: number, row: Field, column: Field, block: number | Float64Array): void {
  for (let i = 0; i < row.length; i++) {
    for (let j = 0; j < column.length; j++) {
      const value = typeof block === 'number' ? block : block[i * column.length + j]!;
      H[(row.offset + i) * n + column.offset + j] = value;
      H[(column.offset + j) * n + row.offset + i] = value;
    }
  }
}

export interface LeastSquaresParts<P, R> {
  readonly params: P;
  /** `model.newResults()`: residuals and one block of the Jacobian for each parameter */
  readonly results: R;
  /** name of the field with the residuals */
  readonly residuals: keyof R & string;
  /** `(p, out) => model.valueJacobian(p, data, out)` */
  readonly valueJacobian: (params: P, results: R) => void;
}

/** Emitted residuals and their Jacobian as a least-squares problem. */
export function packLeastSquares<P extends Struct<P>, R extends Struct<R>>(parts: LeastSquaresParts<P, R>): PackedLeastSquares<P> {
  const layout = layoutOf(parts.params, parts.results);
  const values = parts.results as Fields;
  const r = values[parts.residuals];
  if (!(r instanceof Float64Array)) throw new RuntimeError('bad-struct', `${parts.residuals} is not an array of residuals`);
  const m = r.length;
  const n = layout.dimension;
  for (const f of layout.fields) checkLength(`results.${f.name}`, arrayOf(values[f.name]), m * f.length);
  // the point that `results` are at: a trial point that is accepted is asked for twice
  const at = new Float64Array(n).fill(Number.NaN);
  const evaluate = (x: Float64Array): void => {
    if (at.every((value, i) => value === x[i])) return;
    parts.valueJacobian(layout.view(x), parts.results);
    at.set(x);
  };
  return {
    ...layout.packed(),
    observations: m,
    residuals(x, out) {
      evaluate(x);
      out.set(r);
    },
    jacobian(x, out, J) {
      evaluate(x);
      out.set(r);
      for (const f of layout.fields) {
        const block = arrayOf(values[f.name]);
        if (f.length === n) J.set(block);
        else for (let i = 0; i < m; i++) for (let j = 0; j < f.length; j++) J[i * n + f.offset + j] = block[i * f.length + j]!;
      }
    },
  };
}

export interface QuantityParts<P, G, R> {
  readonly params: P;
  /** as given to `pack`: it says which parameters vary */
  readonly gradient: G;
  /** `model.newResults()`: every number in it becomes a quantity; left out for a function that returns the only one */
  readonly results?: R;
  /** `(p, out) => model.quantities(p, data, out)` for `derive value of sigma, theta as quantities` */
  readonly evaluate: (params: P, results: R) => number | void;
}

/** Values of an emitted function by name: what is kept of each draw of a sampler. A parameter declared `via` has its own scale there. */
export function packQuantities<P extends Struct<P>, G extends Struct<G>, R extends Struct<R>>(parts: QuantityParts<P, G, R>): Quantities {
  const layout = layoutOf(parts.params, parts.gradient);
  const { results } = parts;
  const filled = new Layout<Fields>(results ?? { value: 0 }, Object.keys(results ?? { value: 0 }));
  const { componentName } = filled.packed();
  return {
    names: Array.from({ length: filled.dimension }, (_, i) => componentName(i)),
    compute(x, out) {
      const struct = filled.view(out);
      const returned = parts.evaluate(layout.view(x), struct as R);
      if (results === undefined) out[0] = Number(returned);
      else filled.readBack(out, struct);
    },
  };
}

export interface ConstraintParts<P, D, R> {
  readonly params: P;
  /** the struct with the weights of the constraints, `model.newDirection()`: one field */
  readonly weights: D;
  /** `model.newResults()` or `model.newVjp()`: products, and the constraints when they are an array */
  readonly results: R;
  /** name of the field with the constraints; left out when the function returns the only one */
  readonly values?: keyof R & string;
  /** `(p, u, out) => model.constraints(p, u, out)` for `derive value, vjp of c wrt x along u as constraints` */
  readonly evaluate: (params: P, weights: D, results: R) => number | void;
}

/** Emitted constraints with products of their transposed Jacobian, for `augmentedLagrangian`. */
export function packConstraints<P extends Struct<P>, D extends Struct<D>, R extends Struct<R>>(parts: ConstraintParts<P, D, R>): Constraints {
  const layout = layoutOf(parts.params, parts.results);
  const weights = new Layout(parts.weights, Object.keys(parts.weights));
  const products = new Layout(parts.results, namesOf(layout));
  const scratch = new Float64Array(layout.dimension);
  const none = new Float64Array(weights.dimension);
  const values = parts.values === undefined ? undefined : (parts.results as Fields)[parts.values];
  return {
    count: weights.dimension,
    values(x, c) {
      const returned = parts.evaluate(layout.view(x), weights.view(none), products.view(scratch));
      if (typeof returned === 'number') c[0] = returned;
      else c.set(arrayOf(values));
    },
    jacobianTransposed(x, u, out) {
      const product = products.view(out);
      parts.evaluate(layout.view(x), weights.view(u), product);
      products.readBack(out, product);
    },
  };
}

export interface BoundParts<P, G, R> {
  readonly params: P;
  /** as given to `pack`: it says which parameters vary */
  readonly gradient: G;
  /** what the function fills: `lower_x` and `upper_x` for a parameter x with such bounds */
  readonly results: R;
  /** `(out) => model.bounds(data, out)` */
  readonly evaluate: (results: R) => void;
}

/** Bounds of a model with `subject to`, as arrays over the vector of its parameters. */
export function packBounds<P extends Struct<P>, G extends Struct<G>, R extends Struct<R>>(parts: BoundParts<P, G, R>): { readonly lower: Float64Array; readonly upper: Float64Array } {
  const layout = layoutOf(parts.params, parts.gradient);
  parts.evaluate(parts.results);
  const values = parts.results as Fields;
  const side = (name: 'lower' | 'upper', free: number): Float64Array => {
    const bound = new Float64Array(layout.dimension).fill(free);
    for (const f of layout.fields) {
      const value = values[`${name}_${f.name}`];
      if (typeof value === 'number') bound[f.offset] = value;
      else if (value !== undefined) bound.set(value, f.offset);
    }
    return bound;
  };
  return { lower: side('lower', -Infinity), upper: side('upper', Infinity) };
}

function arrayOf(value: number | Float64Array | undefined): Float64Array {
  if (value instanceof Float64Array) return value;
  throw new RuntimeError('bad-struct', 'a field that should hold an array of residuals, constraints or derivatives does not');
}
