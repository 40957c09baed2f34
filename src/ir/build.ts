/**
 * The one door through which nodes are made. Every constructor returns its node in normal form:
 * exact coefficients collected, pure relabelings absorbed into the user's index strings, zeros and ones
 * gone, Kronecker deltas contracted, like terms merged. It never distributes and never flattens a product
 * or a sum into its user (that could repeat shared work); `simplify/normalise.ts` does so with use counts.
 */
import type { OpName } from '../ops/table.ts';
import { constantDim, shiftDim, type Dim } from './dim.ts';
import type { Graph } from './graph.ts';
import { addOf } from './normal-add.ts';
import { einOf, productOfTwo } from './normal-ein.ts';
import { mapOf } from './normal-map.ts';
import { scatOf, viewOf, type ViewSpec } from './normal-view.ts';
import * as Q from './rational.ts';
import type { Rational } from './rational.ts';
import { isKernelSymmetric, type MatrixKind } from './symmetry.ts';
import type { Term } from './term.ts';
import { CONSTANT } from './traits.ts';
import { keptAxes } from './sub.ts';
import type { Attr, ConstValue, LeafAttr, LinalgAttr, LinearOp, NodeId, ParamAttr, ReduceOp, ScanAttr, Sub } from './types.ts';

/** An argument with its index string. */
export interface Operand {
  readonly id: NodeId;
  readonly sub: Sub;
}

const SCALAR: readonly Dim[] = [];
const NO_LABELS: Sub = [];
/** Larger integers have no place of their own. */
const MOST_KEPT = 1000n;

/** 0, 1, …, n-1: the index string of a tensor used as it stands. */
export function identitySub(rank: number): Sub {
  return IDENTITY[rank] ?? Array.from({ length: rank }, (_, k) => k);
}
const IDENTITY: readonly Sub[] = [[], [0], [0, 1], [0, 1, 2], [0, 1, 2, 3]];

export interface ScanSpec {
  readonly length: Dim;
  readonly direction: ScanAttr['direction'];
  readonly inits: readonly NodeId[];
  readonly sequences: readonly NodeId[];
  readonly captures: readonly NodeId[];
  readonly next: readonly NodeId[];
  readonly ys: readonly NodeId[];
}

/** A scalar operation: the number of its attribute, and its arity. */
export interface ScalarOperation {
  readonly attr: number;
  readonly arity: number;
}

export class Builder {
  readonly graph: Graph;
  /** attributes of scalar operations by number, met a million times: found without spelling out their keys */
  readonly operations = new Map<OpName, ScalarOperation>();
  readonly products = new Map<string | number, number>();
  readonly sums = new Map<string | number, number>();
  /** small integers are asked for again and again */
  readonly #integers = new Map<number, NodeId>();
  /** leaves and constants of formulas that are put to use again and again */
  readonly #constants = new Map<Attr, NodeId>();

  constructor(graph: Graph) {
    this.graph = graph;
  }

  // ---- leaves -------------------------------------------------------------------------------

  leaf(attr: Omit<LeafAttr, 'kind'>): NodeId {
    return this.#symmetric(this.graph.intern({ kind: 'leaf', ...attr }, []), attr.symmetric === true);
  }
  constant(value: ConstValue): NodeId {
    return this.graph.intern({ kind: 'const', shape: SCALAR, value }, []);
  }
  rational(value: Rational): NodeId {
    if (value.den !== 1n || value.num > MOST_KEPT || value.num < -MOST_KEPT) return this.constant({ kind: 'rational', value });
    const at = Number(value.num);
    let id = this.#integers.get(at);
    if (id === undefined) this.#integers.set(at, (id = this.constant({ kind: 'rational', value })));
    return id;
  }
  integer(n: number | bigint): NodeId {
    return this.rational(Q.integer(n));
  }
  pi(): NodeId {
    return this.constant({ kind: 'named', name: 'pi' });
  }
  /** A node without arguments of a template, whose attributes live as long as the process. */
  constantOfTemplate(attr: Attr): NodeId {
    let id = this.#constants.get(attr);
    if (id === undefined) this.#constants.set(attr, (id = this.graph.intern(attr, [])));
    return id;
  }
  /** Infinity, -Infinity or NaN; finite doubles become the rational they are. */
  double(value: number): NodeId {
    if (Number.isFinite(value)) return this.rational(exactRational(value));
    return this.constant({ kind: 'double', value });
  }
  /** A size as a number; a plain integer size is a constant. */
  dim(dim: Dim): NodeId {
    const n = constantDim(dim);
    return n === undefined ? this.graph.intern({ kind: 'dim', shape: SCALAR, dim }, []) : this.integer(n);
  }
  /** 0 … d-1, shape [d] */
  iota(dim: Dim): NodeId {
    return this.graph.intern({ kind: 'iota', shape: [dim] }, []);
  }
  /** The d×d identity. */
  delta(dim: Dim): NodeId {
    return this.#symmetric(this.graph.intern({ kind: 'delta', shape: [dim, dim] }, []), true);
  }
  #symmetric(id: NodeId, holds: boolean): NodeId {
    if (holds) this.graph.markSymmetric(id);
    return id;
  }
  param(role: ParamAttr['role'], index: number, shape: readonly Dim[], kind: MatrixKind = 'any'): NodeId {
    const holds = kind === 'symmetric';
    return this.#symmetric(this.graph.intern({ kind: 'param', role, index, shape, ...(holds && { symmetric: true }) }, []), holds);
  }

  /** A fresh leaf that stands for something until it is substituted; no user name starts with §. */
  placeholder(shape: readonly Dim[], kind: MatrixKind = 'any'): NodeId {
    return this.leaf({ name: `§${this.graph.size}`, role: 'variable', element: 'real', shape, ...(kind === 'symmetric' && { symmetric: true }) });
  }

  // ---- elementwise, products, sums ------------------------------------------------------------

  /** out[L] = op(args[sub]); `shape` are the sizes of the labels L. */
  map(op: OpName, args: readonly Operand[], shape: readonly Dim[]): NodeId {
    return mapOf(this, op, args, shape);
  }
  /** coef · Σ Π factors. Labels 0…r-1 are the output axes, r… the summed ones with sizes `sums`. */
  ein(coef: Rational, factors: readonly Operand[], shape: readonly Dim[], sums: readonly Dim[] = []): NodeId {
    return einOf(this, coef, factors, shape, sums);
  }
  add(terms: readonly Term[], shape: readonly Dim[]): NodeId {
    return addOf(this, terms, shape);
  }

  /** coef·x·y of scalars */
  times(coef: Rational, x: NodeId, y: NodeId): NodeId {
    return productOfTwo(this, coef, x, y) ?? this.ein(coef, [{ id: x, sub: NO_LABELS }, { id: y, sub: NO_LABELS }], SCALAR);
  }

  /** The constant c in every element of a tensor. */
  fill(c: Rational, shape: readonly Dim[]): NodeId {
    return einOf(this, c, [], shape, []);
  }
  zero(shape: readonly Dim[]): NodeId {
    return this.fill(Q.ZERO, shape);
  }
  /** a with its own axes as index string */
  whole(id: NodeId): Operand {
    return { id, sub: identitySub(this.graph.shape(id).length) };
  }
  scale(c: Rational, id: NodeId): NodeId {
    return this.ein(c, [this.whole(id)], this.graph.shape(id));
  }
  negate(id: NodeId): NodeId {
    return this.scale(Q.MINUS_ONE, id);
  }
  /** Sum of tensors of one shape. */
  sum(ids: readonly NodeId[], shape: readonly Dim[]): NodeId {
    const sub = identitySub(shape.length);
    return this.add(ids.map((id) => ({ coef: Q.ONE, id, sub: this.graph.shape(id).length === shape.length ? sub : this.whole(id).sub })), shape);
  }
  subtract(a: NodeId, b: NodeId): NodeId {
    return this.add([{ coef: Q.ONE, ...this.whole(a) }, { coef: Q.MINUS_ONE, ...this.whole(b) }], this.graph.shape(a));
  }
  /** Elementwise product of tensors of one shape; scalars scale. */
  multiply(a: NodeId, b: NodeId): NodeId {
    const sa = this.graph.shape(a);
    const shape = sa.length > 0 ? sa : this.graph.shape(b);
    return this.ein(Q.ONE, [this.whole(a), this.whole(b)], shape);
  }
  /** Elementwise power with an exact exponent. */
  power(id: NodeId, exponent: Rational): NodeId {
    return this.map('pow', [this.whole(id), { id: this.rational(exponent), sub: [] }], this.graph.shape(id));
  }
  divide(a: NodeId, b: NodeId): NodeId {
    return this.multiply(a, this.power(b, Q.MINUS_ONE));
  }
  /** The axes of a tensor in another order: axis k of the result is axis `order[k]` of the argument. */
  permute(id: NodeId, order: readonly number[]): NodeId {
    const from = this.graph.shape(id);
    const sub = from.map((_, axis) => order.indexOf(axis));
    return this.ein(Q.ONE, [{ id, sub }], order.map((axis) => from[axis] ?? '1'));
  }

  // ---- structure --------------------------------------------------------------------------------

  /** Σ over some axes of a tensor. */
  sumOver(id: NodeId, axes: readonly number[]): NodeId {
    const shape = this.graph.shape(id);
    const kept = keptAxes(shape.length, axes);
    const order = [...kept, ...axes];
    return this.ein(Q.ONE, [{ id, sub: shape.map((_, axis) => order.indexOf(axis)) }], kept.map((axis) => shape[axis] ?? '1'), axes.map((axis) => shape[axis] ?? '1'));
  }
  /** Reduction over some axes of a tensor; `axes` ascending. An empty list is the tensor itself. */
  reduce(op: ReduceOp, id: NodeId, axes: readonly number[]): NodeId {
    if (axes.length === 0) return id;
    // products are reduced axis by axis: the rule for one axis is two exclusive scans
    if (op === 'prod' && axes.length > 1) return this.reduce(op, this.reduce(op, id, axes.slice(-1)), axes.slice(0, -1));
    const shape = this.graph.shape(id).filter((_, axis) => !axes.includes(axis));
    return this.graph.intern({ kind: 'red', op, axes: [...axes], shape }, [id]);
  }
  view(id: NodeId, spec: ViewSpec): NodeId {
    return viewOf(this, id, spec);
  }
  /** The transpose of `view`: `shape` is the shape of the result, labels run over the shape of g. */
  scat(g: NodeId, spec: ViewSpec): NodeId {
    return scatOf(this, g, spec);
  }
  /** Tensors of one shape along a new leading axis. */
  stack(ids: readonly NodeId[]): NodeId {
    const inner = this.graph.shape(ids[0] ?? -1);
    const shape = [String(ids.length), ...inner];
    if (ids.every((id) => this.isZero(id))) return this.zero(shape);
    return this.graph.intern({ kind: 'stack', shape }, ids);
  }
  /** A closed loop; see `ScanAttr`. Use `closeScan` (scan.ts) to make one from an open body. */
  scan(spec: ScanSpec): NodeId {
    const attr: ScanAttr = {
      kind: 'scan', shape: SCALAR, length: spec.length, direction: spec.direction,
      carries: spec.inits.length, sequences: spec.sequences.length, next: [...spec.next], ys: [...spec.ys],
    };
    return this.graph.intern(attr, [...spec.inits, ...spec.sequences, ...spec.captures]);
  }
  proj(scan: NodeId, which: 'final' | 'ys' | 'in', index: number): NodeId {
    const attr = this.graph.attr(scan);
    if (attr.kind !== 'scan') throw new TypeError(`%${scan} is not a scan`);
    const body = which === 'ys' ? attr.ys[index] : attr.next[index];
    const step = this.graph.shape(body ?? -1);
    const id = this.graph.intern({ kind: 'proj', which, index, shape: which === 'final' ? step : [attr.length, ...step] }, [scan]);
    // what a step starts from is the state given from outside first
    return this.#symmetric(id, which === 'ys' && step.length >= 2 && this.graph.isSymmetric(body ?? -1));
  }
  linalg(op: LinearOp, args: readonly NodeId[], transposed: 'transposed' | 'plain' = 'plain'): NodeId {
    const first = this.graph.shape(args[0] ?? -1);
    const last = this.graph.shape(args[args.length - 1] ?? -1);
    if (op === 'solve' && this.graph.attr(args[1] ?? -1).kind === 'delta') return this.linalg('inv', args.slice(0, 1));
    if (op === 'solve' && transposed === 'transposed' && this.graph.isSymmetric(args[0] ?? -1)) return this.linalg(op, args);
    const scaled = scaledRight(this, op, args, transposed);
    if (scaled !== undefined) return scaled;
    const shape = linearShape(op, first, last);
    const attr: LinalgAttr = { kind: 'linalg', op, transposed: transposed === 'transposed', shape };
    return this.#symmetric(this.graph.intern(attr, args), isKernelSymmetric(this, attr, args));
  }
  call(name: string, orders: readonly number[], args: readonly Operand[], shape: readonly Dim[]): NodeId {
    return this.graph.intern({ kind: 'call', name, orders: [...orders], subs: args.map((a) => a.sub), shape }, args.map((a) => a.id));
  }

  // ---- questions -----------------------------------------------------------------------------

  /** The exact value when the node is a rational constant, or a tensor filled with one. */
  constantOf(id: NodeId): Rational | undefined {
    if ((this.graph.traits(id) & CONSTANT) === 0) return undefined;
    const attr = this.graph.attr(id);
    if (attr.kind === 'const') return attr.value.kind === 'rational' ? attr.value.value : undefined;
    return attr.kind === 'ein' ? attr.coef : undefined;
  }
  isZero(id: NodeId): boolean {
    const c = this.constantOf(id);
    return c !== undefined && Q.isZero(c);
  }
}

/** A⁻¹(c·B) is c·A⁻¹B: coefficients and scalar factors of the right side stand outside, so that equal systems are one. */
function scaledRight(b: Builder, op: LinearOp, [matrix = -1, right = -1]: readonly NodeId[], transposed: 'transposed' | 'plain'): NodeId | undefined {
  if (op !== 'solve' && op !== 'tsolve' && op !== 'spd-solve' && op !== 'lu-solve') return undefined;
  const attr = b.graph.attr(right);
  if (attr.kind !== 'ein' || attr.sums.length > 0 || attr.subs.length === 0) return undefined;
  const inner = attr.subs.flatMap((sub, k): Operand[] => (sub.length === 0 ? [] : [{ id: b.graph.arg(right, k), sub }]));
  if (inner.length === attr.subs.length && (attr.coef.num === 1n && attr.coef.den === 1n)) return undefined;
  if (inner.length === 0) return undefined;
  const outer = attr.subs.flatMap((sub, k): Operand[] => (sub.length === 0 ? [{ id: b.graph.arg(right, k), sub }] : []));
  const solved = b.linalg(op, [matrix, b.ein(Q.ONE, inner, attr.shape)], transposed);
  return b.ein(attr.coef, [...outer, b.whole(solved)], attr.shape);
}

/** The shape of a dense kernel's result, from those of its first and last argument. */
export function linearShape(op: LinearOp, first: readonly Dim[], last: readonly Dim[]): readonly Dim[] {
  switch (op) {
    case 'det': case 'logdet': case 'spd-logdet': case 'lu-det': case 'lu-logdet': return SCALAR;
    case 'solve': case 'tsolve': case 'spd-solve': case 'lu-solve': return last;
    case 'chol': case 'chol-adjoint': case 'chol-inv': case 'inv': case 'spd-inv': return first;
    case 'lu': return [shiftDim(first[0] ?? '1', 1), ...first.slice(1)];
    case 'lu-inv': case 'gram': return [...first.slice(1), ...first.slice(1)];
  }
}

/** The rational that a finite double is. */
export function exactRational(value: number): Rational {
  if (Number.isSafeInteger(value)) return Q.integer(value);
  let exponent = 0;
  let mantissa = value;
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2;
    exponent++;
  }
  return Q.rational(BigInt(mantissa), 1n << BigInt(exponent));
}
