/* A network with softmax: 256 rows of 784, 128 hidden units, 10 classes, tanh, mean cross-entropy. */
#include "bench.h"

enum { N = 256, D = 784, H = 128, C = 10 };
static real *X, *W1, *b1, *W2, *b2, *A, *B, *P, *g1, *gb1, *g2, *gb2;
static int c[N];

static void prepare(int argc, char **argv) {
  (void)argc; (void)argv;
  X = waves((long)N * D, 0.1, 2);
  W1 = waves(D * H, 0.3, 0.1);
  b1 = waves(H, 0.9, 0.1);
  W2 = waves(H * C, 1.1, 1);
  b2 = waves(C, 1.3, 1);
  for (int n = 0; n < N; n++) c[n] = (n * 7 + 3) % C;
  A = room(N * H); B = room(N * H); P = room(N * C);
  g1 = room(D * H); gb1 = room(H); g2 = room(H * C); gb2 = room(C);
}

__attribute__((noinline)) static void product(const real *restrict a, const real *restrict b, real *restrict out, int n, int k, int m) {
  for (int i = 0; i < n; i++) {
    real *o = out + (long)i * m;
    for (int l = 0; l < k; l++) {
      real s = a[(long)i * k + l];
      const real *row = b + (long)l * m;
      for (int j = 0; j < m; j++) o[j] += s * row[j];
    }
  }
}

/* aᵀ b */
__attribute__((noinline)) static void productTransposed(const real *restrict a, const real *restrict b, real *restrict out, int n, int k, int m) {
  for (long j = 0; j < (long)k * m; j++) out[j] = 0;
  for (int i = 0; i < n; i++) {
    const real *row = b + (long)i * m;
    for (int l = 0; l < k; l++) {
      real s = a[(long)i * k + l], *o = out + (long)l * m;
      for (int j = 0; j < m; j++) o[j] += s * row[j];
    }
  }
}

static double call(void) {
  __asm__ volatile("" : : : "memory");
  for (int n = 0; n < N; n++) for (int h = 0; h < H; h++) A[n * H + h] = b1[h];
  product(X, W1, A, N, D, H);
  for (int k = 0; k < N * H; k++) A[k] = sizeof(real) == 4 ? tanhf(A[k]) : tanh(A[k]);
  for (int n = 0; n < N; n++) for (int j = 0; j < C; j++) P[n * C + j] = b2[j];
  product(A, W2, P, N, H, C);
  real loss = 0;
  for (int j = 0; j < C; j++) gb2[j] = 0;
  for (int n = 0; n < N; n++) {
    real *p = P + n * C, top = p[0], sum = 0, at = p[c[n]];
    for (int j = 1; j < C; j++) if (p[j] > top) top = p[j];
    for (int j = 0; j < C; j++) sum += p[j] = exp(p[j] - top);
    loss += top + log(sum) - at;
    for (int j = 0; j < C; j++) p[j] = p[j] / sum / N;
    p[c[n]] -= (real)1 / N;
    for (int j = 0; j < C; j++) gb2[j] += p[j];
  }
  productTransposed(A, P, g2, N, H, C);
  for (int h = 0; h < H; h++) gb1[h] = 0;
  for (int n = 0; n < N; n++) {
    for (int h = 0; h < H; h++) {
      real s = 0, a = A[n * H + h];
      for (int j = 0; j < C; j++) s += P[n * C + j] * W2[h * C + j];
      B[n * H + h] = s * (1 - a * a);
      gb1[h] += B[n * H + h];
    }
  }
  productTransposed(X, B, g1, N, D, H);
  return loss / N;
}

static double checksum(double value) { return value + weighted(g1, D * H) + weighted(gb1, H) + weighted(g2, H * C) + weighted(gb2, C); }
