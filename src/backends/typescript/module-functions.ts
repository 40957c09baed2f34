/**
 * Functions that emitted modules carry with them, as TypeScript text: checks of what the caller passes, and
 * dense kernels on flat row-major arrays with scratch passed in. A matrix that is not positive definite gives
 * NaN, never an exception: a line search can step back from NaN.
 */
import { invariant } from '../../diagnostics/internal.ts';
import type { Dialect } from './dialect.ts';

interface Helper {
  readonly text: string;
  readonly dependsOn: readonly string[];
}

const helper = (text: string, ...dependsOn: string[]): Helper => ({ text: text.trim(), dependsOn });

const HELPERS: Readonly<Record<string, Helper>> = {
  checkSize: helper(`
function checkSize(name: string, size: number, least: number): void {
  if (!(Number.isInteger(size) && size >= least)) throw new RangeError(\`dims.\${name} is \${size}, expected an integer >= \${least}\`);
}`),
  checkLength: helper(`
function checkLength(name: string, array: ArrayLike<number> | undefined, length: number): void {
  if (array?.length !== length) throw new RangeError(\`\${name} has \${array?.length ?? 'no'} elements, expected \${length}\`);
}`),
  checkElements: helper(`
function checkElements(name: string, array: ArrayLike<number>, holds: (x: number) => boolean, rule: string): void {
  for (let i = 0; i < array.length; i++) if (!holds(array[i]!)) throw new RangeError(\`\${name}[\${i}] is \${array[i]}, expected \${rule}\`);
}`),
  checkValue: helper(`
function checkValue(name: string, value: number, holds: boolean, rule: string): void {
  if (!holds) throw new RangeError(\`\${name} is \${value}, expected \${rule}\`);
}`),
  copyElements: helper(`
/** to[at …] = from[start …], \`length\` elements. */
function copyElements(from: Float64Array, start: number, to: Float64Array, at: number, length: number): void {
  for (let i = 0; i < length; i++) to[at + i] = from[start + i]!;
}`),
  cholesky: helper(`
/** L lower triangular with L·Lᵀ = A (n×n); NaN where A is not positive definite. */
function cholesky(A: Float64Array, L: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let s = A[i * n + j]!;
      for (let k = 0; k < j; k++) s -= L[i * n + k]! * L[j * n + k]!;
      if (j < i) L[i * n + j] = s / L[j * n + j]!;
      else if (j === i) L[i * n + j] = s > 0 ? Math.sqrt(s) : NaN;
      else L[i * n + j] = 0;
    }
  }
}`),
  choleskyAdjoint: helper(`
/** A gets the adjoint of a symmetric matrix from G, that of its Cholesky factor L (Smith 1995); about twice the work of L. */
function choleskyAdjoint(L: Float64Array, G: Float64Array, A: Float64Array, n: number): void {
  A.set(G);
  for (let j = n - 1; j >= 0; j--) {
    const d = L[j * n + j]!;
    let s = A[j * n + j]!;
    for (let i = j + 1; i < n; i++) {
      const c = A[i * n + j]! / d;
      A[i * n + j] = c;
      s -= c * L[i * n + j]!;
    }
    s /= d;
    A[j * n + j] = s / 2;
    for (let k = 0; k < j; k++) A[j * n + k]! -= s * L[j * n + k]!;
    for (let i = j + 1; i < n; i++) {
      const c = A[i * n + j]!;
      for (let k = 0; k < j; k++) {
        A[j * n + k]! -= c * L[i * n + k]!;
        A[i * n + k]! -= c * L[j * n + k]!;
      }
    }
  }
  // each pair of mirrored elements shares what its lower one received
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const s = A[i * n + j]! / 2;
      A[i * n + j] = s;
      A[j * n + i] = s;
    }
  }
}`),
  solveLower: helper(`
/** X = L⁻¹·B for lower triangular L (n×n), B and X n×m. */
function solveLower(L: Float64Array, B: Float64Array, X: Float64Array, n: number, m: number): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      let s = B[i * m + j]!;
      for (let k = 0; k < i; k++) s -= L[i * n + k]! * X[k * m + j]!;
      X[i * m + j] = s / L[i * n + i]!;
    }
  }
}`),
  solveLowerTransposed: helper(`
/** X = L⁻ᵀ·B for lower triangular L (n×n), B and X n×m. */
function solveLowerTransposed(L: Float64Array, B: Float64Array, X: Float64Array, n: number, m: number): void {
  for (let i = n - 1; i >= 0; i--) {
    for (let j = 0; j < m; j++) {
      let s = B[i * m + j]!;
      for (let k = i + 1; k < n; k++) s -= L[k * n + i]! * X[k * m + j]!;
      X[i * m + j] = s / L[i * n + i]!;
    }
  }
}`),
  eliminate: helper(`
/** Gaussian elimination with row pivoting on A (n×n, overwritten), the same steps on X (n×m); the determinant of A. */
function eliminate(A: Float64Array, X: Float64Array, n: number, m: number): number {
  let determinant = 1;
  for (let c = 0; c < n; c++) {
    let pivot = c;
    for (let i = c + 1; i < n; i++) if (Math.abs(A[i * n + c]!) > Math.abs(A[pivot * n + c]!)) pivot = i;
    if (pivot !== c) {
      determinant = -determinant;
      for (let j = 0; j < n; j++) {
        const t = A[c * n + j]!;
        A[c * n + j] = A[pivot * n + j]!;
        A[pivot * n + j] = t;
      }
      for (let j = 0; j < m; j++) {
        const t = X[c * m + j]!;
        X[c * m + j] = X[pivot * m + j]!;
        X[pivot * m + j] = t;
      }
    }
    const p = A[c * n + c]!;
    determinant *= p;
    if (p === 0) return 0;
    for (let i = c + 1; i < n; i++) {
      const f = A[i * n + c]! / p;
      if (f === 0) continue;
      for (let j = c + 1; j < n; j++) A[i * n + j]! -= f * A[c * n + j]!;
      for (let j = 0; j < m; j++) X[i * m + j]! -= f * X[c * m + j]!;
    }
  }
  return determinant;
}`),
  backSubstitute: helper(`
/** X = U⁻¹·X for upper triangular U (n×n), X n×m in place. */
function backSubstitute(U: Float64Array, X: Float64Array, n: number, m: number): void {
  for (let i = n - 1; i >= 0; i--) {
    for (let j = 0; j < m; j++) {
      let s = X[i * m + j]!;
      for (let k = i + 1; k < n; k++) s -= U[i * n + k]! * X[k * m + j]!;
      X[i * m + j] = s / U[i * n + i]!;
    }
  }
}`),
  solve: helper(`
/** X = A⁻¹·B, B and X n×m. */
function solve(A: Float64Array, B: Float64Array, X: Float64Array, work: Float64Array, n: number, m: number): void {
  work.set(A);
  X.set(B);
  eliminate(work, X, n, m);
  backSubstitute(work, X, n, m);
}`, 'eliminate', 'backSubstitute'),
  solveTransposed: helper(`
/** X = A⁻ᵀ·B, B and X n×m. */
function solveTransposed(A: Float64Array, B: Float64Array, X: Float64Array, work: Float64Array, n: number, m: number): void {
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) work[j * n + i] = A[i * n + j]!;
  X.set(B);
  eliminate(work, X, n, m);
  backSubstitute(work, X, n, m);
}`, 'eliminate', 'backSubstitute'),
  inverse: helper(`
/** X = A⁻¹. */
function inverse(A: Float64Array, X: Float64Array, work: Float64Array, n: number): void {
  work.set(A);
  X.fill(0);
  for (let i = 0; i < n; i++) X[i * n + i] = 1;
  eliminate(work, X, n, n);
  backSubstitute(work, X, n, n);
}`, 'eliminate', 'backSubstitute'),
  determinant: helper(`
function determinant(A: Float64Array, work: Float64Array, n: number): number {
  work.set(A);
  return eliminate(work, work, n, 0);
}`, 'eliminate'),
  logDeterminant: helper(`
/** ln det A from the pivots, so that it does not overflow where det A does; NaN when det A < 0. */
function logDeterminant(A: Float64Array, work: Float64Array, n: number): number {
  work.set(A);
  const sign = Math.sign(eliminate(work, work, n, 0));
  let sum = 0;
  for (let i = 0; i < n; i++) sum += Math.log(Math.abs(work[i * n + i]!));
  return sign < 0 ? NaN : sum;
}`, 'eliminate'),
};

export function isHelper(name: string): boolean {
  return Object.hasOwn(HELPERS, name);
}

/** The helpers named and those they call, alphabetical. */
export function helperTexts(names: Iterable<string>, dialect: Dialect): string[] {
  const all = new Set(names);
  // a set yields what is added while it is walked
  for (const name of all) for (const needed of helperNamed(name).dependsOn) all.add(needed);
  return [...all].sort().map((name) => translate(helperNamed(name).text, dialect));
}

/** Every name that a helper text may define. */
export function helperNames(): string[] {
  return Object.keys(HELPERS);
}

function helperNamed(name: string): Helper {
  const found = HELPERS[name];
  invariant(found, 'emit', `no helper ${name}`);
  return found;
}

const ANNOTATION = /: (?:Float64Array|number|string|boolean|void|ArrayLike<number>(?: \| undefined)?|\(x: number\) => boolean)(?=[,) ])/g;

/** Our own texts use these annotations and the element mark; nothing else is removed. */
function translate(text: string, dialect: Dialect): string {
  return dialect.language === 'ts' ? text : text.replace(ANNOTATION, '').replaceAll(']!', ']');
}
