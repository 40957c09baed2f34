/*
 * The frame of the references in C. A reference defines prepare (arrays from the arguments), call (one evaluation,
 * which gives the value) and checksum (of what the last call filled in). The program prints its checksum, then
 * answers every line on its standard input with the milliseconds of one call.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#ifndef REAL
#define REAL double
#endif
typedef REAL real;

static void prepare(int argc, char **argv);
static double call(void);
static double checksum(double value);

/* the same numbers as `wave` in bench/table/data.ts */
static double wave(long k, double phase) { return 0.5 * sin(12.9898 * (double)(k + 1) + phase); }

static real *room(long n) {
  void *p = aligned_alloc(64, ((size_t)n * sizeof(real) + 63) / 64 * 64);
  for (long k = 0; k < n; k++) ((real *)p)[k] = 0;
  return (real *)p;
}

static real *waves(long n, double phase, double scale) {
  real *a = room(n);
  for (long k = 0; k < n; k++) a[k] = (real)(scale * wave(k, phase));
  return a;
}

static long position = 0;
static double weighted(const real *a, long n) {
  double s = 0;
  for (long k = 0; k < n; k++, position++) s += (double)a[k] * (1 + position % 7);
  return s;
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return 1e3 * (double)t.tv_sec + 1e-6 * (double)t.tv_nsec;
}

int main(int argc, char **argv) {
  prepare(argc, argv);
  volatile double sink = call();
  printf("%.17g\n", checksum(sink));
  fflush(stdout);
  char line[64];
  long runs = 1;
  while (fgets(line, sizeof line, stdin) != NULL) {
    double least = atof(line), elapsed;
    for (;;) {
      double start = now();
      for (long k = 0; k < runs; k++) sink = call();
      elapsed = now() - start;
      if (elapsed >= least) break;
      runs = elapsed < least / 16 ? runs * 8 : runs * 2;
    }
    printf("%.9g\n", elapsed / (double)runs);
    fflush(stdout);
  }
  return 0;
}
