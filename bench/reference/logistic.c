/* Gradient (argument `gradient`) or Hessian (`hessian`) of the logistic loss with an L2 penalty, 10,000 rows of 50. */
#include "bench.h"
#include <string.h>

enum { N = 10000, D = 50 };
static const real lambda = 0.01;
static int second;
static real *X, *y, *w, b = 0.1, *gw, *gb, *p, *scaled, *hww, *hwb, *hbb;

static void prepare(int argc, char **argv) {
  second = argc > 1 && strcmp(argv[1], "hessian") == 0;
  X = waves((long)N * D, 0.1, 2);
  y = room(N);
  for (long n = 0; n < N; n++) y[n] = wave(n, 0.7) > 0;
  w = waves(D, 0.3, 1);
  gw = room(D); gb = room(1); p = room(N); scaled = room(4 * D);
  hww = room(D * D); hwb = room(D); hbb = room(1);
}

__attribute__((noinline)) static double gradient(const real *restrict A, const real *restrict t, real *restrict out) {
  real loss = 0, sum = 0;
  for (int d = 0; d < D; d++) out[d] = 0;
  for (long n = 0; n < N; n++) {
    const real *a = A + n * D;
    real z = b;
    for (int d = 0; d < D; d++) z += a[d] * w[d];
    real e = exp(-fabs(z));
    loss += (z > 0 ? z : 0) + log1p(e) - t[n] * z;
    real r = (z >= 0 ? 1 : e) / (1 + e) - t[n];
    for (int d = 0; d < D; d++) out[d] += r * a[d];
    sum += r;
  }
  real norm = 0;
  for (int d = 0; d < D; d++) {
    out[d] = out[d] / N + lambda * w[d];
    norm += w[d] * w[d];
  }
  *gb = sum / N;
  return loss / N + lambda / 2 * norm;
}

/* four rows at a time into the upper triangle */
__attribute__((noinline)) static void hessian(const real *restrict A, real *restrict H) {
  for (long n = 0; n < N; n++) {
    const real *a = A + n * D;
    real z = b;
    for (int d = 0; d < D; d++) z += a[d] * w[d];
    p[n] = exp(-fabs(z));
  }
  for (long n = 0; n < N; n++) p[n] = p[n] / ((1 + p[n]) * (1 + p[n])) / N;
  for (int k = 0; k < D * D; k++) H[k] = 0;
  for (int d = 0; d < D; d++) hwb[d] = 0;
  real sum = 0;
  for (long n = 0; n < N; n += 4) {
    const real *a = A + n * D, *c = a + D, *e = c + D, *h = e + D;
    for (int d = 0; d < D; d++) {
      real s = p[n] * a[d], t = p[n + 1] * c[d], u = p[n + 2] * e[d], v = p[n + 3] * h[d];
      hwb[d] += (s + t) + (u + v);
      for (int k = d; k < D; k++) H[d * D + k] += (s * a[k] + t * c[k]) + (u * e[k] + v * h[k]);
    }
    sum += (p[n] + p[n + 1]) + (p[n + 2] + p[n + 3]);
  }
  for (int d = 0; d < D; d++) {
    H[d * D + d] += lambda;
    for (int k = 0; k < d; k++) H[d * D + k] = H[k * D + d];
  }
  *hbb = sum;
}

static double call(void) {
  __asm__ volatile("" : : : "memory");
  if (!second) return gradient(X, y, gw);
  hessian(X, hww);
  return 0;
}

static double checksum(double value) {
  return second ? weighted(hww, D * D) + weighted(hwb, D) + weighted(hbb, 1) : value + weighted(gw, D) + weighted(gb, 1);
}
