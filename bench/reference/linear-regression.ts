export interface Line {
  w: number;
  b: number;
}

/** One pass, four elements an iteration, their sums added in turn, which fits the registers; the rest with a counter of its own. */
export function linearRegression(params: Line, data: { readonly x: Float64Array; readonly y: Float64Array }, out: Line): number {
  const { w, b } = params;
  const { x, y } = data;
  // an integer of 32 bits: lengths may be longer, and a remainder of one is slow
  const n = x.length | 0;
  let f = 0;
  let sx = 0;
  let s = 0;
  const m = n - (n % 4);
  for (let i = 0; i < m; i += 4) {
    const x0 = x[i]!;
    const x1 = x[i + 1]!;
    const x2 = x[i + 2]!;
    const x3 = x[i + 3]!;
    const r0 = w * x0 + b - y[i]!;
    const r1 = w * x1 + b - y[i + 1]!;
    const r2 = w * x2 + b - y[i + 2]!;
    const r3 = w * x3 + b - y[i + 3]!;
    f += r0 * r0 + r1 * r1 + r2 * r2 + r3 * r3;
    sx += r0 * x0 + r1 * x1 + r2 * x2 + r3 * x3;
    s += r0 + r1 + r2 + r3;
  }
  for (let i = m; i < n; i++) {
    const r = w * x[i]! + b - y[i]!;
    f += r * r;
    sx += r * x[i]!;
    s += r;
  }
  out.w = (2 * sx) / n;
  out.b = (2 * s) / n;
  return f / n;
}
