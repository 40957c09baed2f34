/** Products of a matrix with its own transpose, which emitted modules carry with them. */
import { helper, type Helper } from './carried.ts';

export const GRAM_HELPERS: Readonly<Record<string, Helper>> = {
  addGram: helper(`
/** Lower triangle of G += Yᵀ·X for \`count\` rows of Y from y on and of X from x on, all n wide; 4×2 sums stay in registers. */
function addGram(G: Float64Array, Y: Float64Array, y: number, X: Float64Array, x: number, n: number, count: number): void {
  const tiled = n - (n % 4);
  const end = count * n;
  for (let i = 0; i < tiled; i += 4) {
    for (let j = 0; j < i + 4; j += 2) {
      let s00 = 0;
      let s01 = 0;
      let s10 = 0;
      let s11 = 0;
      let s20 = 0;
      let s21 = 0;
      let s30 = 0;
      let s31 = 0;
      for (let k = 0, a = y + i, c = x + j; k < end; k += n, a += n, c += n) {
        const x0 = X[c]!;
        const x1 = X[c + 1]!;
        const y0 = Y[a]!;
        const y1 = Y[a + 1]!;
        const y2 = Y[a + 2]!;
        const y3 = Y[a + 3]!;
        s00 += y0 * x0;
        s01 += y0 * x1;
        s10 += y1 * x0;
        s11 += y1 * x1;
        s20 += y2 * x0;
        s21 += y2 * x1;
        s30 += y3 * x0;
        s31 += y3 * x1;
      }
      const g = i * n + j;
      G[g]! += s00;
      G[g + 1]! += s01;
      G[g + n]! += s10;
      G[g + n + 1]! += s11;
      G[g + 2 * n]! += s20;
      G[g + 2 * n + 1]! += s21;
      G[g + 3 * n]! += s30;
      G[g + 3 * n + 1]! += s31;
    }
  }
  for (let i = tiled; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let s = 0;
      for (let k = 0; k < end; k += n) s += Y[y + k + i]! * X[x + k + j]!;
      G[i * n + j]! += s;
    }
  }
}`),
  mirrorLower: helper(`
/** The upper triangle from the lower one. */
function mirrorLower(G: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) G[j * n + i] = G[i * n + j]!;
}`),
  gram: helper(`
/** G = Xᵀ·X for \`rows\` rows of X, n wide. */
function gram(X: Float64Array, G: Float64Array, n: number, rows: number): void {
  G.fill(0);
  // as many rows as the first cache holds together with a strip of G
  for (let r = 0; r < rows; r += 32) addGram(G, X, r * n, X, r * n, n, Math.min(32, rows - r));
  mirrorLower(G, n);
}`, 'addGram', 'mirrorLower'),
  weightedGram: helper(`
/** G = Xᵀ·diag(w)·X for \`rows\` rows of X, n wide; \`work\` holds 32 weighted rows. */
function weightedGram(X: Float64Array, w: Float64Array, G: Float64Array, work: Float64Array, n: number, rows: number): void {
  G.fill(0);
  for (let r = 0; r < rows; r += 32) {
    const count = Math.min(32, rows - r);
    for (let k = 0; k < count; k++) {
      const weight = w[r + k]!;
      for (let j = 0, at = k * n, from = (r + k) * n; j < n; j++) work[at + j] = weight * X[from + j]!;
    }
    addGram(G, work, 0, X, r * n, n, count);
  }
  mirrorLower(G, n);
}`, 'addGram', 'mirrorLower'),
};
