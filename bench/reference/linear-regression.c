#include "bench.h"

static long N;
static real *x, *y, w = 0.3, b = -0.1, g[2];

static void prepare(int argc, char **argv) {
  N = argc > 1 ? atol(argv[1]) : 1000;
  x = waves(N, 0.5, 2);
  y = waves(N, 1.5, 2);
}

__attribute__((noinline)) static double regression(const real *restrict u, const real *restrict v, long n, real *restrict out) {
  real f = 0, sx = 0, s = 0;
  for (long i = 0; i < n; i++) {
    real r = v[i] - (w * u[i] + b);
    f += r * r;
    sx += r * u[i];
    s += r;
  }
  out[0] = -2 * sx / (real)n;
  out[1] = -2 * s / (real)n;
  return f / (real)n;
}

static double call(void) {
  __asm__ volatile("" : : : "memory");
  return regression(x, y, N, g);
}

static double checksum(double value) { return value + weighted(g, 2); }
