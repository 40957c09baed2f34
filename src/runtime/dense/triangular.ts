/** Triangular matrices, n×n column-major. */

/** Overwrites upper triangular R by its inverse; false when a diagonal element is 0. */
export function invertUpper(R: Float64Array, n: number): boolean {
  for (let j = 0; j < n; j++) {
    if (R[j * n + j] === 0) return false;
    const inverse = 1 / R[j * n + j]!;
    R[j * n + j] = inverse;
    // column j of R⁻¹ is -R⁻¹[0..j) r_j / r_jj, and R⁻¹[0..j) is already in place
    for (let i = 0; i < j; i++) {
      let sum = 0;
      for (let k = i; k < j; k++) sum += R[k * n + i]! * R[j * n + k]!;
      R[j * n + i] = -sum * inverse;
    }
  }
  return true;
}
