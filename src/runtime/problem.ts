/** What the algorithms ask of a problem. Emitted modules become problems by `pack`; anything else may implement these by hand. */

/** A function to be minimised. */
export interface Objective {
  /** number of variables */
  readonly dimension: number;
  /** Returns f(x) and writes the gradient into `g`. */
  valueGradient(x: Float64Array, g: Float64Array): number;
}

/** An objective with its matrix of second derivatives. */
export interface HessianObjective extends Objective {
  /** Writes the Hessian at `x`, row-major, both triangles. */
  hessian(x: Float64Array, H: Float64Array): void;
}

/** An objective with products of the Hessian, or of a positive semidefinite stand-in such as Gauss-Newton's. */
export interface ProductObjective extends Objective {
  /** Writes H(x) v into `out`. */
  hessianProduct(x: Float64Array, v: Float64Array, out: Float64Array): void;
}

/** An objective that is a mean over parts of the data, one part at a time. */
export interface BatchedObjective {
  readonly dimension: number;
  /** number of mini-batches */
  readonly batches: number;
  /** Returns the loss on one batch, numbered from 0, and writes its gradient into `g`. */
  valueGradient(x: Float64Array, g: Float64Array, batch: number): number;
}

/** ½‖r(x)‖² as its residuals. */
export interface LeastSquares {
  /** number of parameters, n */
  readonly dimension: number;
  /** number of residuals, m */
  readonly observations: number;
  /** Writes the m residuals at `x`. */
  residuals(x: Float64Array, r: Float64Array): void;
  /** Writes the residuals and their Jacobian, m×n row-major, at `x`. */
  jacobian(x: Float64Array, r: Float64Array, J: Float64Array): void;
}

/** A part of an objective without a gradient, known by its proximal operator. */
export interface Regulariser {
  value(x: Float64Array): number;
  /** Writes argmin_u h(u) + ‖u − x‖²/(2·step) into `out`, which may be `x`. */
  prox(x: Float64Array, step: number, out: Float64Array): void;
}

/** c(x) with c = 0 or c ≤ 0 element by element; an emitted value and its `vjp` are all that is asked for. */
export interface Constraints {
  /** number of elements */
  readonly count: number;
  /** Writes c(x). */
  values(x: Float64Array, c: Float64Array): void;
  /** Writes J(x)ᵀ u. */
  jacobianTransposed(x: Float64Array, u: Float64Array, out: Float64Array): void;
}
