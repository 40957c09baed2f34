import { exp } from './exp.ts';

type Name = 'wf' | 'wi' | 'wo' | 'wc' | 'bf' | 'bi' | 'bo' | 'bc' | 'win' | 'wout' | 'bout';
type Params = { readonly [name in Name]: Float64Array };
interface Data {
  readonly seq: Float64Array;
  readonly h10: Float64Array;
  readonly c10: Float64Array;
  readonly h20: Float64Array;
  readonly c20: Float64Array;
}

const T = 1024;
const B = 14;
const S = T - 1;
const W = 2 * B;
/** what the way back needs, a row of two layers per step */
const F = new Float64Array(S * W);
const I = new Float64Array(S * W);
const O = new Float64Array(S * W);
const G = new Float64Array(S * W);
const TC = new Float64Array(S * W);
const C = new Float64Array((S + 1) * W);
const Hs = new Float64Array((S + 1) * W);
const E = new Float64Array(S * B);
const Z = new Float64Array(S);
const ah = new Float64Array(W);
const ac = new Float64Array(W);

function sigmoid(x: number): number {
  return 1 / (1 + exp(Math.min(Math.max(-x, -708), 708)));
}

function tanh(x: number): number {
  const a = Math.abs(x);
  if (a < 0.3) {
    const s = x * x;
    return x + x * s * (-1 / 3 + s * (2 / 15 + s * (-17 / 315 + s * (62 / 2835 + s * (-1382 / 155925 + s * (21844 / 6081075 + s * (-929569 / 638512875 + s * (6404582 / 10854718875))))))));
  }
  const t = 1 - 2 / (exp(Math.min(2 * a, 40)) + 1);
  return x < 0 ? -t : t;
}

export function lstmValue(p: Params, data: Data): number {
  const { wf, wi, wo, wc, bf, bi, bo, bc, win, wout, bout } = p;
  const { seq } = data;
  Hs.set(data.h10);
  Hs.set(data.h20, B);
  C.set(data.c10);
  C.set(data.c20, B);
  let loss = 0;
  for (let t = 0; t < S; t++) {
    const o = t * W;
    for (let k = 0; k < W; k++) {
      const x = k < B ? win[k]! * seq[t * B + k]! : Hs[o + W + k - B]!;
      const h = Hs[o + k]!;
      const f = sigmoid(wf[k]! * x + bf[k]!);
      const i = sigmoid(wi[k]! * h + bi[k]!);
      const g = tanh(wc[k]! * h + bc[k]!);
      const u = sigmoid(wo[k]! * x + bo[k]!);
      const c = C[o + k]! * f + i * g;
      const tc = tanh(c);
      F[o + k] = f;
      I[o + k] = i;
      O[o + k] = u;
      G[o + k] = g;
      TC[o + k] = tc;
      C[o + W + k] = c;
      Hs[o + W + k] = u * tc;
    }
    let sum = 2;
    let dot = 0;
    let ones = 0;
    for (let b = 0; b < B; b++) {
      const y = Hs[o + W + B + b]! * wout[b]! + bout[b]!;
      const e = exp(Math.min(Math.max(y, -708), 708));
      E[t * B + b] = e;
      sum += e;
      const target = seq[(t + 1) * B + b]!;
      dot += target * y;
      ones += target;
    }
    Z[t] = ones / sum;
    loss += dot - ones * Math.log(sum);
  }
  return -loss / (S * B);
}

/** Forward with everything kept in flat arrays, backward with the outputs of the gates instead of their inputs. */
export function lstm(p: Params, data: Data, out: Params): number {
  const loss = lstmValue(p, data);
  const { wf, wi, wo, wc, win, wout } = p;
  const { seq } = data;
  const { wf: gwf, wi: gwi, wo: gwo, wc: gwc, bf: gbf, bi: gbi, bo: gbo, bc: gbc, win: gin, wout: gout, bout: gbout } = out;
  for (const array of [gwf, gwi, gwo, gwc, gbf, gbi, gbo, gbc, gin, gout, gbout]) array.fill(0);
  ah.fill(0);
  ac.fill(0);
  const s = -1 / (S * B);
  for (let t = S - 1; t >= 0; t--) {
    const o = t * W;
    const z = Z[t]!;
    for (let b = 0; b < B; b++) {
      const d = s * (seq[(t + 1) * B + b]! - z * E[t * B + b]!);
      gout[b] = gout[b]! + d * Hs[o + W + B + b]!;
      gbout[b] = gbout[b]! + d;
      ah[B + b] = ah[B + b]! + d * wout[b]!;
    }
    for (let k = W - 1; k >= 0; k--) {
      const x = k < B ? win[k]! * seq[t * B + k]! : Hs[o + W + k - B]!;
      const h = Hs[o + k]!;
      const f = F[o + k]!;
      const i = I[o + k]!;
      const u = O[o + k]!;
      const g = G[o + k]!;
      const tc = TC[o + k]!;
      const dh = ah[k]!;
      const dc = ac[k]! + dh * u * (1 - tc * tc);
      const zo = dh * tc * u * (1 - u);
      const zf = dc * C[o + k]! * f * (1 - f);
      const zi = dc * g * i * (1 - i);
      const zg = dc * i * (1 - g * g);
      gwo[k] = gwo[k]! + zo * x;
      gbo[k] = gbo[k]! + zo;
      gwf[k] = gwf[k]! + zf * x;
      gbf[k] = gbf[k]! + zf;
      gwi[k] = gwi[k]! + zi * h;
      gbi[k] = gbi[k]! + zi;
      gwc[k] = gwc[k]! + zg * h;
      gbc[k] = gbc[k]! + zg;
      ac[k] = dc * f;
      ah[k] = zi * wi[k]! + zg * wc[k]!;
      const dx = zo * wo[k]! + zf * wf[k]!;
      if (k < B) gin[k] = gin[k]! + dx * seq[t * B + k]!;
      else ah[k - B] = ah[k - B]! + dx;
    }
  }
  return loss;
}
