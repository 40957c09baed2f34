/* ADBench's LSTM with diagonal weights: two layers, T = 1024 characters of B = 14. With the argument `value` the loss alone. */
#include "bench.h"
#include <string.h>

enum { T = 1024, B = 14, L = 2, S = T - 1 };
static int alone;
static real *seq, *wf, *wi, *wo, *wc, *bf, *bi, *bo, *bc, *win, *wout, *bout, *h0[L], *c0[L];
static real *gwf, *gwi, *gwo, *gwc, *gbf, *gbi, *gbo, *gbc, *gin, *gout, *gbout;
/* kept for the way back */
static real F[S][L][B], I[S][L][B], O[S][L][B], G[S][L][B], C[S + 1][L][B], Hs[S + 1][L][B], TC[S][L][B], E[S][B], Z[S];

static void prepare(int argc, char **argv) {
  alone = argc > 1 && strcmp(argv[1], "value") == 0;
  seq = room(T * B);
  for (int t = 0; t < T; t++) seq[t * B + (t * 5 + t / 7) % B] = 1;
  wf = waves(L * B, 0.1, 1); wi = waves(L * B, 0.2, 1); wo = waves(L * B, 0.3, 1); wc = waves(L * B, 0.4, 1);
  bf = waves(L * B, 0.5, 1); bi = waves(L * B, 0.6, 1); bo = waves(L * B, 0.7, 1); bc = waves(L * B, 0.8, 1);
  win = waves(B, 0.9, 1); wout = waves(B, 1.0, 1); bout = waves(B, 1.1, 1);
  h0[0] = waves(B, 1.2, 1); c0[0] = waves(B, 1.3, 1); h0[1] = waves(B, 1.4, 1); c0[1] = waves(B, 1.5, 1);
  gwf = room(L * B); gwi = room(L * B); gwo = room(L * B); gwc = room(L * B);
  gbf = room(L * B); gbi = room(L * B); gbo = room(L * B); gbc = room(L * B);
  gin = room(B); gout = room(B); gbout = room(B);
}

static inline real sigmoid(real x) { return 1 / (1 + exp(-x)); }

__attribute__((noinline)) static double forward(void) {
  real loss = 0;
  for (int l = 0; l < L; l++) for (int b = 0; b < B; b++) Hs[0][l][b] = h0[l][b], C[0][l][b] = c0[l][b];
  for (int t = 0; t < S; t++) {
    for (int l = 0; l < L; l++) {
      for (int b = 0; b < B; b++) {
        int k = l * B + b;
        real x = l == 0 ? win[b] * seq[t * B + b] : Hs[t + 1][0][b], h = Hs[t][l][b];
        real f = sigmoid(wf[k] * x + bf[k]), i = sigmoid(wi[k] * h + bi[k]), o = sigmoid(wo[k] * x + bo[k]), g = tanh(wc[k] * h + bc[k]);
        real c = C[t][l][b] * f + i * g, tc = tanh(c);
        F[t][l][b] = f; I[t][l][b] = i; O[t][l][b] = o; G[t][l][b] = g; TC[t][l][b] = tc;
        C[t + 1][l][b] = c;
        Hs[t + 1][l][b] = o * tc;
      }
    }
    real sum = 2, dot = 0, ones = 0;
    for (int b = 0; b < B; b++) {
      real y = Hs[t + 1][1][b] * wout[b] + bout[b], target = seq[(t + 1) * B + b];
      sum += E[t][b] = exp(y);
      dot += target * y;
      ones += target;
    }
    Z[t] = ones / sum;
    loss += dot - ones * log(sum);
  }
  return -loss / ((double)S * B);
}

__attribute__((noinline)) static void backward(void) {
  real ah[L][B] = {{0}}, ac[L][B] = {{0}}, s = -1 / ((real)S * B);
  for (int k = 0; k < L * B; k++) gwf[k] = gwi[k] = gwo[k] = gwc[k] = gbf[k] = gbi[k] = gbo[k] = gbc[k] = 0;
  for (int b = 0; b < B; b++) gin[b] = gout[b] = gbout[b] = 0;
  for (int t = S - 1; t >= 0; t--) {
    for (int b = 0; b < B; b++) {
      real d = s * (seq[(t + 1) * B + b] - Z[t] * E[t][b]);
      gout[b] += d * Hs[t + 1][1][b];
      gbout[b] += d;
      ah[1][b] += d * wout[b];
    }
    for (int l = L - 1; l >= 0; l--) {
      for (int b = 0; b < B; b++) {
        int k = l * B + b;
        real x = l == 0 ? win[b] * seq[t * B + b] : Hs[t + 1][0][b], h = Hs[t][l][b];
        real f = F[t][l][b], i = I[t][l][b], o = O[t][l][b], g = G[t][l][b], tc = TC[t][l][b];
        real dh = ah[l][b], dc = ac[l][b] + dh * o * (1 - tc * tc);
        real zo = dh * tc * o * (1 - o), zf = dc * C[t][l][b] * f * (1 - f), zi = dc * g * i * (1 - i), zg = dc * i * (1 - g * g);
        gwo[k] += zo * x; gbo[k] += zo;
        gwf[k] += zf * x; gbf[k] += zf;
        gwi[k] += zi * h; gbi[k] += zi;
        gwc[k] += zg * h; gbc[k] += zg;
        ac[l][b] = dc * f;
        ah[l][b] = zi * wi[k] + zg * wc[k];
        real dx = zo * wo[k] + zf * wf[k];
        if (l == 0) gin[b] += dx * seq[t * B + b];
        else ah[0][b] += dx;
      }
    }
  }
}

static double call(void) {
  __asm__ volatile("" : : : "memory");
  double loss = forward();
  if (!alone) backward();
  return loss;
}

static double checksum(double value) {
  if (alone) return value;
  real *const all[] = {gwf, gwi, gwo, gwc, gbf, gbi, gbo, gbc};
  for (int k = 0; k < 8; k++) value += weighted(all[k], L * B);
  return value + weighted(gin, B) + weighted(gout, B) + weighted(gbout, B);
}
