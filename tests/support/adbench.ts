/** Reads ADBench's input texts into the arrays of the models in samples/adbench/. */

export type Inputs = Readonly<Record<string, number | readonly number[]>>;

const words = (line: string | undefined): number[] => (line ?? '').trim().split(/\s+/).map(Number);

/** GMM: sizes, alphas, means, packed inverse covariance factors, points, Wishart prior. */
export function readGmm(text: string): { sizes: Record<string, number>; inputs: Inputs } {
  const lines = text.trim().split('\n');
  const [D = 0, K = 0, N = 0] = words(lines[0]);
  const take = (from: number, count: number): number[][] => lines.slice(from, from + count).map(words);
  const icf = take(1 + 2 * K, K);
  const [scale = 0, m = 0] = words(lines[1 + 3 * K + N]);
  return {
    sizes: { N, D, K },
    inputs: {
      alpha: take(1, K).flat(),
      mu: take(1 + K, K).flat(),
      q: icf.flatMap((row) => row.slice(0, D)),
      l: icf.flatMap((row) => unpackLower(row.slice(D), D)),
      x: take(1 + 3 * K, N).flat(),
      prior_scale: scale,
      prior_m: m,
    },
  };
}

/** The strictly lower triangle is stored column by column. */
function unpackLower(packed: readonly number[], d: number): number[] {
  const full = new Array<number>(d * d).fill(0);
  let next = 0;
  for (let column = 0; column < d; column++) {
    for (let row = column + 1; row < d; row++) full[row * d + column] = packed[next++] ?? 0;
  }
  return full;
}

/** The gradient in ADBench's order: alphas, means, then per component the log diagonal and the packed triangle. */
export function packGmmGradient(gradient: Readonly<Record<string, ArrayLike<number>>>, d: number, k: number): number[] {
  const { alpha = [], mu = [], q = [], l = [] } = gradient;
  const packed = [...Array.from(alpha), ...Array.from(mu)];
  for (let c = 0; c < k; c++) {
    for (let i = 0; i < d; i++) packed.push(q[c * d + i] ?? Number.NaN);
    for (let column = 0; column < d; column++) {
      for (let row = column + 1; row < d; row++) packed.push(l[c * d * d + row * d + column] ?? Number.NaN);
    }
  }
  return packed;
}

/** BA: one camera, one point, one weight and one feature, repeated; observations go round the cameras and points. */
export function readBa(text: string): { sizes: Record<string, number>; inputs: Inputs } {
  const lines = text.trim().split('\n');
  const [C = 0, P = 0, O = 0] = words(lines[0]);
  const camera = words(lines[1]);
  const repeat = (values: readonly number[], times: number): number[] => Array.from({ length: times }, () => values).flat();
  return {
    sizes: { C, P, O },
    inputs: {
      cam: Array.from({ length: O }, (_, k) => k % C),
      pt: Array.from({ length: O }, (_, k) => k % P),
      camera: repeat(camera, C),
      X: repeat(words(lines[2]), P),
      w: repeat(words(lines[3]), O),
      feat: repeat(words(lines[4]), O),
    },
  };
}

/** LSTM: main parameters (weights and biases per layer), extra parameters, states, the text as one-hot rows. */
export function readLstm(text: string): { sizes: Record<string, number>; inputs: Inputs } {
  const lines = text.split('\n').map((line) => line.trim()).filter((line) => line !== '');
  const [layers = 0, T = 0, B = 0] = words(lines[0]);
  if (layers !== 2) throw new RangeError(`samples/adbench/lstm.diff has two layers, the input ${layers}`);
  const rows = lines.slice(1).map(words);
  const main = rows.slice(0, 2 * layers);
  const [win = [], wout = [], bout = []] = rows.slice(2 * layers, 2 * layers + 3);
  const states = rows.slice(2 * layers + 3, 4 * layers + 3);
  const gate = (kind: 0 | 1, g: number): number[] => [0, 1].flatMap((layer) => (main[2 * layer + kind] ?? []).slice(g * B, (g + 1) * B));
  return {
    sizes: { T, B },
    inputs: {
      wf: gate(0, 0), wi: gate(0, 1), wo: gate(0, 2), wc: gate(0, 3),
      bf: gate(1, 0), bi: gate(1, 1), bo: gate(1, 2), bc: gate(1, 3),
      win, wout, bout,
      h10: states[0] ?? [], c10: states[1] ?? [], h20: states[2] ?? [], c20: states[3] ?? [],
      seq: rows.slice(4 * layers + 3, 4 * layers + 3 + T).flat(),
    },
  };
}

/** The gradient in ADBench's order: per layer the four weight blocks and the four bias blocks, then the extra parameters. */
export function packLstmGradient(gradient: Readonly<Record<string, ArrayLike<number>>>, b: number): number[] {
  const block = (name: string, layer: number): number[] => Array.from(gradient[name] ?? []).slice(layer * b, (layer + 1) * b);
  const layers = [0, 1].flatMap((layer) => ['wf', 'wi', 'wo', 'wc', 'bf', 'bi', 'bo', 'bc'].flatMap((name) => block(name, layer)));
  return [...layers, ...['win', 'wout', 'bout'].flatMap((name) => Array.from(gradient[name] ?? []))];
}
