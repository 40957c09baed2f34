/* The article's network: N rows of D, H hidden units, tanh, mean squared error. */
#include "bench.h"

enum { N = 100, D = 10, H = 5 };
static real *X, *y, *W1, *b1, *W2, b2 = 0.05, *g1, *gb1, *g2, gb2;

static void prepare(int argc, char **argv) {
  (void)argc; (void)argv;
  X = waves(N * D, 0.1, 2);
  y = waves(N, 0.7, 2);
  W1 = waves(D * H, 0.3, 1);
  b1 = waves(H, 0.9, 1);
  W2 = waves(H, 1.1, 1);
  g1 = room(D * H); gb1 = room(H); g2 = room(H);
}

__attribute__((noinline)) static double network(const real *restrict A, const real *restrict t) {
  real loss = 0, s2 = 0;
  for (int k = 0; k < D * H; k++) g1[k] = 0;
  for (int h = 0; h < H; h++) gb1[h] = g2[h] = 0;
  for (int n = 0; n < N; n++) {
    const real *a = A + n * D;
    real z[H], v = b2;
    for (int h = 0; h < H; h++) z[h] = b1[h];
    for (int d = 0; d < D; d++) for (int h = 0; h < H; h++) z[h] += a[d] * W1[d * H + h];
    for (int h = 0; h < H; h++) z[h] = tanh(z[h]);
    for (int h = 0; h < H; h++) v += z[h] * W2[h];
    real r = v - t[n], dz = 2 * r / N, back[H];
    loss += r * r;
    s2 += dz;
    for (int h = 0; h < H; h++) {
      g2[h] += dz * z[h];
      back[h] = dz * W2[h] * (1 - z[h] * z[h]);
      gb1[h] += back[h];
    }
    for (int d = 0; d < D; d++) for (int h = 0; h < H; h++) g1[d * H + h] += a[d] * back[h];
  }
  gb2 = s2;
  return loss / N;
}

static double call(void) {
  __asm__ volatile("" : : : "memory");
  return network(X, y);
}

static double checksum(double value) { return value + weighted(g1, D * H) + weighted(gb1, H) + weighted(g2, H) + weighted(&gb2, 1); }
