/** Blocked kernels against plain loops, the gradient of a Gaussian process against its value, recurrences with few states kept. */
import { measure, timePerRun } from '../measure.ts';
import { emitModule, type Functions } from '../module.ts';
import { writeReport, type Table } from '../report.ts';

const rounds = 5;

export function run(): string {
  return writeReport('linalg', rounds, [cholesky(200), cholesky(500), gaussianProcess(100), gaussianProcess(400), recurrence(10_000)]);
}

const covariance = (n: number): Float64Array => Float64Array.from({ length: n * n }, (_, k) => {
  const [i, j] = [Math.floor(k / n), k % n];
  return Math.exp(-Math.abs(i - j) / 10) + (i === j ? 1 : 0);
});

function cholesky(n: number): Table {
  const model = emitModule('dim N\nparam A: R[N, N]\nC = cholesky(A)\nderive value of C')['create']!({ N: n }) as Functions;
  const params = { A: covariance(n) };
  const out = model['newResults']!() as { C: Float64Array };
  const L = new Float64Array(n * n);
  const rows = measure([
    { name: 'plain loops', sample: () => timePerRun(() => plainCholesky(params.A, L, n)) },
    { name: 'emitted, blocked', sample: () => timePerRun(() => void model['value']!(params, out)) },
  ], rounds);
  return { title: `Cholesky factor, n = ${n}`, unit: 'ms', rows };
}

function plainCholesky(A: Float64Array, L: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let s = A[i * n + j]!;
      for (let k = 0; k < j; k++) s -= L[i * n + k]! * L[j * n + k]!;
      L[i * n + j] = i === j ? Math.sqrt(s) : s / L[j * n + j]!;
    }
  }
}

const PROCESS = `dim N, D
data X: R[N, D], y: R[N]
param logl: R[D], logsf: R, logsn: R
K[i, j] = exp(2*logsf - sum[d] ((X[i, d] - X[j, d])/exp(logl[d]))²/2)
C = cholesky(K + (exp(2*logsn) + 1e-9)*eye(N))
nll = ‖solve_lower(C, y)‖²/2 + sum[i] ln(C[i, i]) + N/2*ln(2π)
derive value of nll wrt logl, logsf, logsn as alone
derive value, gradient of nll wrt logl, logsf, logsn as both`;

function gaussianProcess(n: number): Table {
  const D = 3;
  const model = emitModule(PROCESS)['create']!({ N: n, D }) as Functions;
  const data = { X: Float64Array.from({ length: n * D }, (_, k) => Math.sin(1.3 * k)), y: Float64Array.from({ length: n }, (_, k) => Math.cos(k)) };
  const params = { logl: new Float64Array(D), logsf: 0, logsn: -1 };
  const out = model['newGradient']!();
  const rows = measure([
    { name: 'value', sample: () => timePerRun(() => void model['alone']!(params, data)) },
    { name: 'value and gradient', sample: () => timePerRun(() => void model['both']!(params, data, out)) },
  ], rounds);
  return { title: `Gaussian process, N = ${n}`, unit: 'ms', rows };
}

function recurrence(T: number): Table {
  const text = `dim T, H
data x: R[T]
param A: R[H, H], u: R[H], s0: R[H]
recur t in 1..T {
  init s[0] = s0, loss[0] = 0
  s[t] = tanh(A*s[t-1] + u*x[t])
  loss[t] = loss[t-1] + sum(s[t])^2
}
L = loss[T]
derive value of L wrt A as alone
derive value, gradient of L wrt A, u, s0 as all
derive value, gradient of L wrt A, u, s0 as hundred using checkpoints = 100
derive value, gradient of L wrt A, u, s0 as ten using checkpoints = 10`;
  const H = 8;
  const model = emitModule(text)['create']!({ T, H }) as Functions;
  const data = { x: Float64Array.from({ length: T }, (_, k) => Math.sin(k)) };
  const params = { A: Float64Array.from({ length: H * H }, (_, k) => Math.sin(k) / 3), u: new Float64Array(H).fill(0.3), s0: new Float64Array(H) };
  const out = model['newGradient']!();
  const rows = measure([
    { name: 'value', sample: () => timePerRun(() => void model['alone']!(params, data)) },
    { name: 'gradient, every step kept', sample: () => timePerRun(() => void model['all']!(params, data, out)) },
    { name: 'gradient, 100 states kept', sample: () => timePerRun(() => void model['hundred']!(params, data, out)) },
    { name: 'gradient, 10 states kept', sample: () => timePerRun(() => void model['ten']!(params, data, out)) },
  ], rounds);
  return { title: `Recurrence, T = ${T.toLocaleString('en')}, ${H} states`, unit: 'ms', rows };
}
