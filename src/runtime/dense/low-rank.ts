/** What a module fills `using low_rank`: diag(d) + Uᵀ·diag(w)·U over all variables, never formed as a table. */
import { checkLength, RuntimeError } from '../error.ts';
import { Lu } from './lu.ts';

/** One of the terms: the rows of U over each variable, in the order of the diagonals, and their weights. */
export interface LowRankTerm {
  readonly weights: Float64Array;
  /** for each variable rank × its elements; undefined where the term does not read it */
  readonly factors: readonly (Float64Array | undefined)[];
}

/** The matrix as the numbers are when it is made; products and solutions are over all variables, one after the other. */
export class LowRankMatrix {
  readonly dimension: number;
  readonly rank: number;
  readonly #diagonal: Float64Array;
  readonly #weights: Float64Array;
  /** rank × dimension */
  readonly #factors: Float64Array;

  /** From the fields of a results struct; of a variable that is a number the diagonal is one. Throws `RuntimeError`. */
  constructor(diagonals: readonly (Float64Array | number)[], terms: readonly LowRankTerm[]) {
    const lengths = diagonals.map((d) => (typeof d === 'number' ? 1 : d.length));
    const n = lengths.reduce((sum, length) => sum + length, 0);
    const rank = terms.reduce((sum, term) => sum + term.weights.length, 0);
    this.dimension = n;
    this.rank = rank;
    this.#diagonal = Float64Array.from(diagonals.flatMap((d) => (typeof d === 'number' ? [d] : Array.from(d))));
    this.#weights = new Float64Array(rank);
    this.#factors = new Float64Array(rank * n);
    let row = 0;
    for (const [t, { weights, factors }] of terms.entries()) {
      if (factors.length !== diagonals.length) throw new RuntimeError('bad-dimension', `terms[${t}].factors has ${factors.length} variables, expected ${diagonals.length}`);
      this.#weights.set(weights, row);
      let column = 0;
      for (const [v, length] of lengths.entries()) {
        const block = factors[v];
        if (block !== undefined) {
          checkLength(`terms[${t}].factors[${v}]`, block, weights.length * length);
          for (let k = 0; k < weights.length; k++) this.#factors.set(block.subarray(k * length, (k + 1) * length), (row + k) * n + column);
        }
        column += length;
      }
      row += weights.length;
    }
  }

  /** d∘v + Uᵀ(w∘(U v)), in 2·rank·dimension multiplications. */
  product(v: Float64Array, out: Float64Array = new Float64Array(this.dimension)): Float64Array {
    checkLength('v', v, this.dimension);
    checkLength('out', out, this.dimension);
    const { dimension: n } = this;
    for (let i = 0; i < n; i++) out[i] = this.#diagonal[i]! * v[i]!;
    for (let k = 0; k < this.rank; k++) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += this.#factors[k * n + i]! * v[i]!;
      sum *= this.#weights[k]!;
      for (let i = 0; i < n; i++) out[i]! += sum * this.#factors[k * n + i]!;
    }
    return out;
  }

  /**
   * x with (diag(d) + Uᵀ·diag(w)·U)·x = b; undefined when the matrix is singular. With a diagonal without zeros and a rank below the
   * dimension by Woodbury's identity (Golub and Van Loan, Matrix Computations, 2.1.4), whose system has the size of the rank; else the table is made.
   */
  solve(b: Float64Array): Float64Array | undefined {
    checkLength('b', b, this.dimension);
    const smaller = this.rank < this.dimension && this.#diagonal.every((d) => d !== 0);
    const x = smaller ? this.#woodbury(b) : this.#direct(b);
    return x?.every(Number.isFinite) === true ? x : undefined;
  }

  /** D⁻¹b − D⁻¹Uᵀ (I + W U D⁻¹ Uᵀ)⁻¹ W U D⁻¹b: weights may be zero */
  #woodbury(b: Float64Array): Float64Array | undefined {
    const { dimension: n, rank } = this;
    const u = this.#factors;
    const scaled = b.map((x, i) => x / this.#diagonal[i]!);
    const system = new Float64Array(rank * rank);
    const inner = new Float64Array(rank);
    for (let k = 0; k < rank; k++) {
      const w = this.#weights[k]!;
      for (let i = 0; i < n; i++) inner[k]! += w * u[k * n + i]! * scaled[i]!;
      for (let l = 0; l < rank; l++) {
        let sum = 0;
        for (let i = 0; i < n; i++) sum += (u[k * n + i]! * u[l * n + i]!) / this.#diagonal[i]!;
        system[k * rank + l] = w * sum + (k === l ? 1 : 0);
      }
    }
    const lu = new Lu(rank);
    if (!lu.factor(system, rank, rank)) return undefined;
    lu.solve(inner);
    for (let k = 0; k < rank; k++) for (let i = 0; i < n; i++) scaled[i]! -= (inner[k]! * u[k * n + i]!) / this.#diagonal[i]!;
    return scaled;
  }

  #direct(b: Float64Array): Float64Array | undefined {
    const { dimension: n } = this;
    const lu = new Lu(n);
    if (!lu.factor(this.dense(), n, n)) return undefined;
    const x = b.slice();
    lu.solve(x);
    return x;
  }

  /** The table, row by row. */
  dense(): Float64Array {
    const { dimension: n } = this;
    const table = new Float64Array(n * n);
    const unit = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      unit.fill(0);
      unit[i] = 1;
      this.product(unit, table.subarray(i * n, (i + 1) * n));
    }
    return table;
  }
}
