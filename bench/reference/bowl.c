#include "bench.h"

static real x = 1.5, y = -0.25, g[2];

static void prepare(int argc, char **argv) { (void)argc; (void)argv; }

__attribute__((noinline)) static double bowl(real u, real v, real *out) {
  out[0] = 2 * u;
  out[1] = 2 * v;
  return u * u + v * v;
}

static double call(void) {
  /* the compiler shall not know the point */
  __asm__ volatile("" : "+m"(x), "+m"(y));
  return bowl(x, y, g);
}

static double checksum(double value) { return value + weighted(g, 2); }
