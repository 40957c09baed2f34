/**
 * The loop program: what the scheduler hands to a backend. Scalar expressions over locals and array cells,
 * loops over index ranges, stores. Every array is row-major and flat; every offset is a polynomial.
 * A backend only prints it.
 */
import type { Dim } from '../ir/dim.ts';
import type { Element, NodeId } from '../ir/types.ts';
import type { OpName } from '../ops/table.ts';
import type { LocalId, Poly } from './poly.ts';

export type BufferId = number;

/** What an array or a scalar cell is for. */
export type BufferUse =
  /** an argument of the function: read, and overwritten when an update targets it */
  | 'input'
  /** filled for the caller */
  | 'output'
  /** allocated once by the module */
  | 'scratch'
  /** numbers that the module carries */
  | 'table';

export interface Buffer {
  readonly id: BufferId;
  readonly use: BufferUse;
  /** input or output name as the user spelt it; for scratch a hint, possibly empty */
  readonly name: string;
  /** empty for a scalar cell */
  readonly shape: readonly Dim[];
  readonly element: Element;
  /** of a table */
  readonly contents?: readonly number[];
}

export interface Local {
  /** what to call it: the user's name of the value, or a word for what it is */
  readonly hint: string;
  /** true when the hint is a name the user gave */
  readonly named: boolean;
  /** the fixed part of an offset: printed before what moves */
  readonly offset?: true;
}

export type Arithmetic = '+' | '-' | '*' | '/';

export type Expr =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'local'; readonly id: LocalId }
  /** an integer as a number: a size, a position */
  | { readonly kind: 'index'; readonly poly: Poly }
  /** the largest multiple of `of` that is not above a size: where blocks of iterations end */
  | { readonly kind: 'multiple'; readonly poly: Poly; readonly of: number }
  /** into how many pieces a length is cut */
  | { readonly kind: 'pieces'; readonly poly: Poly; readonly cut: Cut }
  /** where a piece begins; for the number of pieces, the length */
  | { readonly kind: 'boundary'; readonly poly: Poly; readonly piece: Poly; readonly cut: Cut }
  | { readonly kind: 'load'; readonly buffer: BufferId; readonly index: Poly }
  | { readonly kind: 'arithmetic'; readonly op: Arithmetic; readonly left: Expr; readonly right: Expr }
  | { readonly kind: 'negate'; readonly arg: Expr }
  /** `often`: in a loop over data that does much of the work, where a faster form of a function may pay for its tables */
  | { readonly kind: 'op'; readonly op: OpName; readonly args: readonly Expr[]; readonly often?: true }
  /** a function of the caller; `orders[k]` derivatives in argument k */
  | { readonly kind: 'call'; readonly name: string; readonly orders: readonly number[]; readonly args: readonly Expr[] };

/** Pieces of one length, a multiple of the grain; the last may be shorter. They depend on the length and on nothing else. */
export interface Cut {
  readonly grain: number;
  readonly most: number;
}

/** How a value meets what is there: `add` is `+=`. */
export type Combine = 'set' | 'add' | 'multiply' | 'max' | 'min';

export type LinalgKernel =
  | 'cholesky' | 'choleskyAdjoint' | 'choleskyInverse' | 'solveLower' | 'solveLowerTransposed'
  | 'lu' | 'luSolve' | 'luSolveTransposed' | 'luInverse' | 'luLogDeterminant' | 'luDeterminant'
  | 'gram' | 'weightedGram';

export type Stmt =
  /** `const local = value` */
  | { readonly kind: 'let'; readonly local: LocalId; readonly value: Expr }
  /** `let local = value`, assigned later */
  | { readonly kind: 'var'; readonly local: LocalId; readonly value: Expr }
  | { readonly kind: 'assign'; readonly local: LocalId; readonly combine: Combine; readonly value: Expr }
  | { readonly kind: 'store'; readonly buffer: BufferId; readonly index: Poly; readonly combine: Combine; readonly value: Expr }
  /** every element of the array */
  | { readonly kind: 'fill'; readonly buffer: BufferId; readonly value: number }
  /** `length` elements of one array to another */
  | { readonly kind: 'copy'; readonly to: BufferId; readonly toOffset: Poly; readonly from: BufferId; readonly fromOffset: Poly; readonly length: Poly }
  /**
   * local = from … to-1, downwards when backward; every `step`-th of a forward loop. `apart`: iterations touch nothing
   * of each other, and threads may share them.
   */
  | { readonly kind: 'for'; readonly local: LocalId; readonly from: Poly; readonly to: Poly; readonly direction: 'forward' | 'backward'; readonly step?: number; readonly body: readonly Stmt[]; readonly replay?: Replay; readonly apart?: Apart }
  | { readonly kind: 'if'; readonly when: Expr; readonly body: readonly Stmt[] }
  | LinalgStmt
  | MatmulStmt;

/**
 * A loop that runs backwards over the steps of another one and needs the state at the start of each. As written, its
 * body sets the state to the initial one and takes all the steps up to its own: `resets` statements, then the loop of
 * steps. A backend keeps up to `slots` states on the way and starts from the nearest (Griewank and Walther 2000).
 */
export interface Replay {
  readonly slots: number;
  /** the loop variable of the inner loop, by which it is found */
  readonly step: LocalId;
  /** the step of each state kept */
  readonly positions: BufferId;
  readonly states: readonly ReplayState[];
}
export type ReplayState =
  | { readonly kind: 'local'; readonly local: LocalId; readonly kept: BufferId }
  | { readonly kind: 'array'; readonly buffer: BufferId; readonly kept: BufferId; readonly length: Poly };

/** Iterations for threads. */
export interface Apart {
  /** what is walked altogether, and about how many operations one step of that is: tells whether threads pay */
  readonly length: Poly;
  readonly work: number;
}

/** A dense kernel: arrays in, an array or a scalar local out; `scratch` is passed in. */
export interface LinalgStmt {
  readonly kind: 'linalg';
  readonly kernel: LinalgKernel;
  readonly args: readonly BufferId[];
  /** the array the result goes to, or the local a scalar result defines */
  readonly result: { readonly kind: 'buffer'; readonly buffer: BufferId } | { readonly kind: 'local'; readonly local: LocalId };
  readonly scratch: readonly BufferId[];
  /** n, and the number of right-hand sides where there are some */
  readonly sizes: readonly Poly[];
  /** position in the guards of the program: what becomes of the status */
  readonly guard?: number;
}

/** One factor of a matrix product: element (i, j) is at offset + i·row + j·column, so that transposing it costs nothing. */
export interface MatrixOperand {
  readonly buffer: BufferId;
  readonly offset: Poly;
  readonly row: Poly;
  readonly column: Poly;
}

/** result = scale·left·right, `rows`×`columns` and row-major from element `at` on, with sums of `inner` products. The result is no factor. */
export interface MatmulStmt {
  readonly kind: 'matmul';
  readonly left: MatrixOperand;
  readonly right: MatrixOperand;
  readonly result: BufferId;
  readonly at: Poly;
  readonly scale: number;
  readonly rows: Poly;
  readonly columns: Poly;
  readonly inner: Poly;
}

/** A matrix that a kernel may find unusable. */
export interface MatrixGuard {
  readonly kind:
    /** a leading minor is not positive definite */
    | 'cholesky'
    /** a pivot is zero */
    | 'pivot'
    /** an element on the diagonal of a triangle is zero */
    | 'diagonal'
    /** the determinant is negative where its logarithm is wanted */
    | 'determinant';
  readonly matrix: NodeId;
  /** as the user called it */
  readonly name: string | undefined;
}

export interface Program {
  readonly buffers: readonly Buffer[];
  readonly locals: readonly Local[];
  readonly body: readonly Stmt[];
  /** the scalar the function returns */
  readonly result?: Expr;
}
