interface Point {
  readonly x: Float64Array;
}

/** Straight-line: every value once, in the order in which it is used. */
export function rosenbrock10(params: Point, out: Point): number {
  const { x } = params;
  const g = out.x;
  const a = x[0]!;
  const b = x[1]!;
  const ta = b - a * a;
  const ua = 1 - a;
  let f = 100 * ta * ta + ua * ua;
  g[0] = -400 * ta * a - 2 * ua;
  const c = x[2]!;
  const tb = c - b * b;
  const ub = 1 - b;
  f += 100 * tb * tb + ub * ub;
  g[1] = 200 * ta - 400 * tb * b - 2 * ub;
  const d = x[3]!;
  const tc = d - c * c;
  const uc = 1 - c;
  f += 100 * tc * tc + uc * uc;
  g[2] = 200 * tb - 400 * tc * c - 2 * uc;
  const e = x[4]!;
  const td = e - d * d;
  const ud = 1 - d;
  f += 100 * td * td + ud * ud;
  g[3] = 200 * tc - 400 * td * d - 2 * ud;
  const h = x[5]!;
  const te = h - e * e;
  const ue = 1 - e;
  f += 100 * te * te + ue * ue;
  g[4] = 200 * td - 400 * te * e - 2 * ue;
  const i = x[6]!;
  const th = i - h * h;
  const uh = 1 - h;
  f += 100 * th * th + uh * uh;
  g[5] = 200 * te - 400 * th * h - 2 * uh;
  const j = x[7]!;
  const ti = j - i * i;
  const ui = 1 - i;
  f += 100 * ti * ti + ui * ui;
  g[6] = 200 * th - 400 * ti * i - 2 * ui;
  const k = x[8]!;
  const tj = k - j * j;
  const uj = 1 - j;
  f += 100 * tj * tj + uj * uj;
  g[7] = 200 * ti - 400 * tj * j - 2 * uj;
  const l = x[9]!;
  const tk = l - k * k;
  const uk = 1 - k;
  f += 100 * tk * tk + uk * uk;
  g[8] = 200 * tj - 400 * tk * k - 2 * uk;
  g[9] = 200 * tk;
  return f;
}

/** One pass over any number of variables, the neighbour's share carried in a local. */
export function rosenbrock(params: Point, out: Point): number {
  const { x } = params;
  const g = out.x;
  let f = 0;
  let carried = 0;
  const last = x.length - 1;
  let xi = x[0]!;
  for (let i = 0; i < last; i++) {
    const next = x[i + 1]!;
    const t = next - xi * xi;
    const u = 1 - xi;
    f += 100 * t * t + u * u;
    g[i] = carried - 400 * t * xi - 2 * u;
    carried = 200 * t;
    xi = next;
  }
  g[last] = carried;
  return f;
}
