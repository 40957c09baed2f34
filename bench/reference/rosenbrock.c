#include "bench.h"

enum { N = 10 };
static real *x, g[N];

static void prepare(int argc, char **argv) {
  (void)argc; (void)argv;
  x = waves(N, 0.1, 2);
}

__attribute__((noinline)) static double rosenbrock(const real *restrict p, real *restrict out) {
  real f = 0, carried = 0;
  for (int i = 0; i < N - 1; i++) {
    real t = p[i + 1] - p[i] * p[i], u = 1 - p[i];
    f += 100 * t * t + u * u;
    out[i] = carried - 400 * t * p[i] - 2 * u;
    carried = 200 * t;
  }
  out[N - 1] = carried;
  return f;
}

static double call(void) {
  __asm__ volatile("" : : "r"(x) : "memory");
  return rosenbrock(x, g);
}

static double checksum(double value) { return value + weighted(g, N); }
