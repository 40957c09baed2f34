/**
 * The tensor expression DAG ("index-string DAG"). A node is a tensor with ordered axes; its arguments
 * carry index strings. Labels are small integers local to one node: 0 … rank-1 are its output axes in
 * order, higher ones are summed. Structural equality is therefore semantic sharing.
 */
import type { OpName } from '../ops/table.ts';
import type { Dim } from './dim.ts';
import type { Rational } from './rational.ts';

export type NodeId = number;
/** The labels of one argument's axes, in axis order. */
export type Sub = readonly number[];

export type ConstValue =
  | { readonly kind: 'rational'; readonly value: Rational }
  /** irrational constants stay symbols: never rationalised */
  | { readonly kind: 'named'; readonly name: 'pi' }
  /** Infinity, -Infinity, NaN */
  | { readonly kind: 'double'; readonly value: number };

export type Role = 'data' | 'param' | 'hyper' | 'variable';
export type Element = 'real' | 'int' | 'bool' | 'index';

/** One axis of a viewed tensor: Σ coef·label + offset, or a position read from an index argument. */
export type AxisIndex =
  | { readonly kind: 'affine'; readonly terms: readonly { readonly label: number; readonly coef: number }[]; readonly offset: Dim }
  /** `arg` is the argument number (≥ 1); the axis position is args[arg][sub], 0-based */
  | { readonly kind: 'gather'; readonly arg: number; readonly sub: Sub };

/** `norm`: the root of the sum of squares, which neither overflows nor vanishes where the squares do. */
export type ReduceOp = 'max' | 'min' | 'logsumexp' | 'prod' | 'norm';
export const LINEAR_OPS = [
  'chol', 'chol-adjoint', 'tsolve', 'solve', 'inv', 'logdet', 'det',
  // as without the prefix, of a matrix whose Cholesky factor is at hand: symmetric, NaN when not positive definite
  'spd-solve', 'spd-inv', 'spd-logdet',
  // (L Lᵀ)⁻¹ from L
  'chol-inv',
  // the factors of A with row exchanges, and what is read off them; made for emission by `factorise.ts`
  'lu', 'lu-solve', 'lu-inv', 'lu-logdet', 'lu-det',
  // Xᵀ X, or Xᵀ diag(w) X from X and w; made for emission by `gram.ts`
  'gram',
] as const;
export type LinearOp = (typeof LINEAR_OPS)[number];

interface Shaped {
  readonly shape: readonly Dim[];
}

/** A named input. Never merged by name alone: (name, role, shape) is its identity. */
export interface LeafAttr extends Shaped {
  readonly kind: 'leaf';
  readonly name: string;
  readonly role: Role;
  readonly element: Element;
  /** for `index`: the size of the axis it points into */
  readonly of?: Dim;
  /** a matrix that is equal to its transpose, and is not differentiated by */
  readonly symmetric?: true;
}
export interface ConstAttr extends Shaped { readonly kind: 'const'; readonly value: ConstValue }
/** A size used as a number. */
export interface DimAttr extends Shaped { readonly kind: 'dim'; readonly dim: Dim }
/** 0, 1, …, d-1 */
export interface IotaAttr extends Shaped { readonly kind: 'iota' }
/** The identity matrix (Kronecker delta), shape [d, d]. */
export interface DeltaAttr extends Shaped { readonly kind: 'delta' }
/** out[L] = op(a₁[s₁], …): labels missing from an argument broadcast it; no label repeats within one argument. */
export interface MapAttr extends Shaped { readonly kind: 'map'; readonly op: OpName; readonly subs: readonly Sub[] }
/** out[0…r-1] = coef · Σ over `sums` Π aᵢ[subᵢ]. An output label used by no argument broadcasts. Repeated labels take a diagonal. */
export interface EinAttr extends Shaped { readonly kind: 'ein'; readonly coef: Rational; readonly subs: readonly Sub[]; readonly sums: readonly Dim[] }
/** out = Σ coefᵢ · aᵢ[subᵢ] */
export interface AddAttr extends Shaped { readonly kind: 'add'; readonly coefs: readonly Rational[]; readonly subs: readonly Sub[] }
/** Reduction of `axes` (positions in the argument, ascending); the remaining axes keep their order. */
export interface RedAttr extends Shaped { readonly kind: 'red'; readonly op: ReduceOp; readonly axes: readonly number[] }
/** out[L] = a[e(L)], 0 outside when `masked`; otherwise every index is proved inside. */
export interface ViewAttr extends Shaped { readonly kind: 'view'; readonly index: readonly AxisIndex[]; readonly masked: boolean }
/** out[e(L)] += g[L], L over the shape of g; positions outside are dropped when `masked`. */
export interface ScatAttr extends Shaped { readonly kind: 'scat'; readonly index: readonly AxisIndex[]; readonly masked: boolean }
/** A new leading axis of length args.length. */
export interface StackAttr extends Shaped { readonly kind: 'stack' }
/**
 * A loop of `length` steps. Arguments: inits of the carries, then sequences (leading axis `length`), then captures.
 * The bodies are nodes over `param` leaves only (closed: captures are explicit), so equal loops are equal nodes.
 */
export interface ScanAttr extends Shaped {
  readonly kind: 'scan';
  readonly length: Dim;
  readonly direction: 'forward' | 'backward';
  readonly carries: number;
  readonly sequences: number;
  /** the next value of each carry */
  readonly next: readonly NodeId[];
  /** what each step appends to the output sequences */
  readonly ys: readonly NodeId[];
}
/** A result of a scan: final carry, an output sequence, or the sequence of carries at the start of each step. */
export interface ProjAttr extends Shaped { readonly kind: 'proj'; readonly which: 'final' | 'ys' | 'in'; readonly index: number }
/** An argument of the enclosing scan body; `step` is the 0-based number of the step. */
export interface ParamAttr extends Shaped {
  readonly kind: 'param';
  readonly role: 'carry' | 'sequence' | 'capture' | 'step';
  readonly index: number;
  /** what the loop is given here is equal to its transpose */
  readonly symmetric?: true;
}
/**
 * Dense kernels on square matrices. chol(A): lower L with L Lᵀ = A. tsolve(L, B): L⁻¹B, or L⁻ᵀB when transposed.
 * solve(A, B): A⁻¹B (B a matrix or a vector). inv(A). logdet(A) = ln det A. det(A).
 * chol-adjoint(L, L̄): Ā of chol, symmetrised, at the cost of two factorisations.
 * lu(A), [n+1, n]: unit lower and upper factor in one matrix, then the row that each row came from.
 */
export interface LinalgAttr extends Shaped { readonly kind: 'linalg'; readonly op: LinearOp; readonly transposed: boolean }
/** A function supplied by the caller, or one of its partial derivatives: `orders[k]` times in argument k. Elementwise like a map. */
export interface CallAttr extends Shaped { readonly kind: 'call'; readonly name: string; readonly orders: readonly number[]; readonly subs: readonly Sub[] }

export type Attr =
  | LeafAttr | ConstAttr | DimAttr | IotaAttr | DeltaAttr | MapAttr | EinAttr | AddAttr | RedAttr | ViewAttr | ScatAttr
  | StackAttr | ScanAttr | ProjAttr | ParamAttr | LinalgAttr | CallAttr;
