/*
 * ADBench's Gaussian mixture, d = 10, K = 25, N = 1000: value and gradient as a plain manual gradient has them,
 * component by component for every sample. l is stored as a full d × d triangle, as in samples/adbench/gmm.diff.
 */
#include "bench.h"

enum { N = 1000, D = 10, K = 25 };
static const real scale = 1.5, m = 2;
static real *x, *alpha, *mu, *q, *l, *ga, *gm, *gq, *gl;

static void prepare(int argc, char **argv) {
  (void)argc; (void)argv;
  x = waves(N * D, 0.1, 2);
  alpha = waves(K, 0.3, 1);
  mu = waves(K * D, 0.5, 2);
  q = waves(K * D, 0.7, 0.5);
  l = waves(K * D * D, 0.9, 0.5);
  ga = room(K); gm = room(K * D); gq = room(K * D); gl = room(K * D * D);
}

static double lgammad(double a, int d) {
  double s = d * (d - 1) / 4.0 * log(M_PI);
  for (int j = 1; j <= d; j++) s += lgamma(a + 0.5 * (1 - j));
  return s;
}

__attribute__((noinline)) static double mixture(const real *restrict points) {
  static real Qd[K * D], sumq[K], xc[K][D], Qx[K][D], main_[K];
  real loglik = 0;
  for (int k = 0; k < K; k++) {
    sumq[k] = 0;
    ga[k] = 0;
    for (int d = 0; d < D; d++) {
      Qd[k * D + d] = exp(q[k * D + d]);
      sumq[k] += q[k * D + d];
      gm[k * D + d] = gq[k * D + d] = 0;
    }
  }
  for (int j = 0; j < K * D * D; j++) gl[j] = 0;
  for (int n = 0; n < N; n++) {
    const real *p = points + n * D;
    real top = -INFINITY, sum = 0;
    for (int k = 0; k < K; k++) {
      real s = 0;
      for (int d = 0; d < D; d++) xc[k][d] = p[d] - mu[k * D + d];
      for (int i = 0; i < D; i++) {
        real v = Qd[k * D + i] * xc[k][i];
        for (int j = 0; j < i; j++) v += l[(k * D + i) * D + j] * xc[k][j];
        Qx[k][i] = v;
        s += v * v;
      }
      main_[k] = alpha[k] + sumq[k] - s / 2;
      if (main_[k] > top) top = main_[k];
    }
    for (int k = 0; k < K; k++) sum += main_[k] = exp(main_[k] - top);
    loglik += top + log(sum);
    for (int k = 0; k < K; k++) {
      real w = main_[k] / sum;
      ga[k] += w;
      for (int i = 0; i < D; i++) {
        real v = w * Qx[k][i];
        gm[k * D + i] += Qd[k * D + i] * v;
        gq[k * D + i] -= v * Qd[k * D + i] * xc[k][i];
        for (int j = 0; j < i; j++) {
          gm[k * D + j] += l[(k * D + i) * D + j] * v;
          gl[(k * D + i) * D + j] -= v * xc[k][j];
        }
      }
      for (int i = 0; i < D; i++) gq[k * D + i] += w;
    }
  }
  real top = alpha[0], sum = 0, prior = 0;
  for (int k = 1; k < K; k++) if (alpha[k] > top) top = alpha[k];
  for (int k = 0; k < K; k++) sum += exp(alpha[k] - top);
  for (int k = 0; k < K; k++) {
    real frobenius = 0;
    ga[k] -= N * exp(alpha[k] - top) / sum;
    for (int i = 0; i < D; i++) {
      real e = Qd[k * D + i];
      frobenius += e * e;
      gq[k * D + i] += scale * scale * e * e - m;
      for (int j = 0; j < i; j++) {
        real v = l[(k * D + i) * D + j];
        frobenius += v * v;
        gl[(k * D + i) * D + j] += scale * scale * v;
      }
    }
    prior += scale * scale / 2 * frobenius - m * sumq[k];
  }
  real dof = D + m + 1;
  real constant = dof * D * log(scale / sqrt(2.0)) - lgammad(0.5 * dof, D);
  return loglik - N * (top + log(sum)) - N * D / 2.0 * log(2 * M_PI) + prior - K * constant;
}

static double call(void) {
  __asm__ volatile("" : : : "memory");
  return mixture(x);
}

static double checksum(double value) { return value + weighted(ga, K) + weighted(gm, K * D) + weighted(gq, K * D) + weighted(gl, K * D * D); }
