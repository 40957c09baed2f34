/**
 * Test problems of Moré, Garbow and Hillstrom, "Testing unconstrained optimization software", ACM TOMS 7 (1981), with
 * their numbers, as model texts: residuals r, minimised is f = ‖r‖².
 */
export interface MghProblem {
  readonly name: string;
  /** declarations and the definition of `r`, of parameters `x` or `x, y` */
  readonly text: string;
  readonly sizes?: Readonly<Record<string, number>>;
  readonly data?: Readonly<Record<string, Float64Array>>;
  readonly start: readonly number[];
  /** values of f at the known minima, the global one first */
  readonly minima: readonly number[];
}

const numbers = (count: number, f: (i: number) => number): Float64Array => Float64Array.from({ length: count }, (_, k) => f(k + 1));
const repeated = (count: number, values: readonly number[]): number[] => Array.from({ length: count * values.length }, (_, k) => values[k % values.length]!);

export const mghProblems: readonly MghProblem[] = [
  { name: '1 Rosenbrock', text: 'param x: R[2]\nr = [10*(x[2] - x[1]^2), 1 - x[1]]', start: [-1.2, 1], minima: [0] },
  {
    name: '2 Freudenstein and Roth',
    text: 'param x: R[2]\nr = [-13 + x[1] + ((5 - x[2])*x[2] - 2)*x[2], -29 + x[1] + ((x[2] + 1)*x[2] - 14)*x[2]]',
    start: [0.5, -2],
    minima: [0, 48.98425367924],
  },
  { name: '3 Powell badly scaled', text: 'param x: R[2]\nr = [10^4*x[1]*x[2] - 1, exp(-x[1]) + exp(-x[2]) - 1.0001]', start: [0, 1], minima: [0] },
  { name: '4 Brown badly scaled', text: 'param x: R[2]\nr = [x[1] - 10^6, x[2] - 2*10^(-6), x[1]*x[2] - 2]', start: [1, 1], minima: [0] },
  { name: '5 Beale', text: 'param x: R[2]\nr = [1.5 - x[1]*(1 - x[2]), 2.25 - x[1]*(1 - x[2]^2), 2.625 - x[1]*(1 - x[2]^3)]', start: [1, 1], minima: [0] },
  {
    name: '6 Jennrich and Sampson',
    text: 'dim M\ndata i: R[M]\nparam x: R[2]\nr[k] = 2 + 2*i[k] - (exp(i[k]*x[1]) + exp(i[k]*x[2]))',
    sizes: { M: 10 },
    data: { i: numbers(10, (i) => i) },
    start: [0.3, 0.4],
    minima: [124.36218235561],
  },
  {
    name: '7 helical valley',
    text: 'param x: R[3]\nθ = atan(x[2]/x[1])/(2*pi) + (if x[1] < 0 then 0.5 else 0)\nr = [10*(x[3] - 10*θ), 10*(√(x[1]^2 + x[2]^2) - 1), x[3]]',
    start: [-1, 0, 0],
    minima: [0],
  },
  {
    name: '8 Bard',
    text: 'dim M\ndata y: R[M], u: R[M], v: R[M], w: R[M]\nparam x: R[3]\nr[i] = y[i] - (x[1] + u[i]/(v[i]*x[2] + w[i]*x[3]))',
    sizes: { M: 15 },
    data: {
      y: Float64Array.of(0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.1, 4.39),
      u: numbers(15, (i) => i),
      v: numbers(15, (i) => 16 - i),
      w: numbers(15, (i) => Math.min(i, 16 - i)),
    },
    start: [1, 1, 1],
    minima: [8.214877306578e-3, 17.4286933333333],
  },
  {
    name: '9 Gaussian',
    text: 'dim M\ndata t: R[M], y: R[M]\nparam x: R[3]\nr[i] = x[1]*exp(-x[2]*(t[i] - x[3])^2/2) - y[i]',
    sizes: { M: 15 },
    data: {
      t: numbers(15, (i) => (8 - i) / 2),
      y: Float64Array.of(0.0009, 0.0044, 0.0175, 0.054, 0.1295, 0.242, 0.3521, 0.3989, 0.3521, 0.242, 0.1295, 0.054, 0.0175, 0.0044, 0.0009),
    },
    start: [0.4, 1, 0],
    minima: [1.12793276961871e-8],
  },
  {
    name: '12 Box three-dimensional',
    text: 'dim M\ndata t: R[M]\nparam x: R[3]\nr[i] = exp(-t[i]*x[1]) - exp(-t[i]*x[2]) - x[3]*(exp(-t[i]) - exp(-10*t[i]))',
    sizes: { M: 10 },
    data: { t: numbers(10, (i) => 0.1 * i) },
    start: [0, 10, 20],
    minima: [0],
  },
  { name: '13 Powell singular', text: 'param x: R[4]\nr = [x[1] + 10*x[2], √5*(x[3] - x[4]), (x[2] - 2*x[3])^2, √10*(x[1] - x[4])^2]', start: [3, -1, 0, 1], minima: [0] },
  {
    name: '14 Wood',
    text: 'param x: R[4]\nr = [10*(x[2] - x[1]^2), 1 - x[1], √90*(x[4] - x[3]^2), 1 - x[3], √10*(x[2] + x[4] - 2), (x[2] - x[4])/√10]',
    start: [-3, -1, -3, -1],
    minima: [0],
  },
  {
    name: '15 Kowalik and Osborne',
    text: 'dim M\ndata y: R[M], u: R[M]\nparam x: R[4]\nr[i] = y[i] - x[1]*(u[i]^2 + u[i]*x[2])/(u[i]^2 + u[i]*x[3] + x[4])',
    sizes: { M: 11 },
    data: {
      y: Float64Array.of(0.1957, 0.1947, 0.1735, 0.16, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246),
      u: Float64Array.of(4, 2, 1, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625),
    },
    start: [0.25, 0.39, 0.415, 0.39],
    minima: [3.0750560385e-4, 1.0273485e-3],
  },
  {
    name: '16 Brown and Dennis',
    text: 'dim M\ndata t: R[M]\nparam x: R[4]\nr[i] = (x[1] + t[i]*x[2] - exp(t[i]))^2 + (x[3] + x[4]*sin(t[i]) - cos(t[i]))^2',
    sizes: { M: 20 },
    data: { t: numbers(20, (i) => i / 5) },
    start: [25, 5, -5, -1],
    minima: [85822.20162636],
  },
  {
    name: '18 Biggs EXP6',
    text: 'dim M\ndata t: R[M], y: R[M]\nparam x: R[6]\nr[i] = x[3]*exp(-t[i]*x[1]) - x[4]*exp(-t[i]*x[2]) + x[6]*exp(-t[i]*x[5]) - y[i]',
    sizes: { M: 13 },
    data: { t: numbers(13, (i) => 0.1 * i), y: numbers(13, (i) => Math.exp(-0.1 * i) - 5 * Math.exp(-i) + 3 * Math.exp(-0.4 * i)) },
    start: [1, 2, 1, 1, 1, 1],
    minima: [0, 5.65564992e-3, 0.30636677],
  },
  ...[6, 9].map((n, k): MghProblem => ({
    name: `20 Watson, n = ${n}`,
    // rows 30 and 31 are x₁ and x₂ − x₁² − 1: the same formula at t = 0
    text: 'dim M, N\ndata t: R[M], p: R[M], q: R[M], c: R[M]\nparam x: R[N]\nr[i] = p[i]*(∑ (j = 2 to N) [(j - 1)*x[j]*t[i]^(j - 2)] - (∑ (j = 1 to N) [x[j]*t[i]^(j - 1)])^2) + q[i]*(∑ (j = 1 to N) [x[j]*t[i]^(j - 1)]) - c[i]',
    sizes: { M: 31, N: n },
    data: { t: numbers(31, (i) => (i > 29 ? 0 : i / 29)), p: numbers(31, (i) => (i === 30 ? 0 : 1)), q: numbers(31, (i) => (i === 30 ? 1 : 0)), c: numbers(31, (i) => (i === 30 ? 0 : 1)) },
    start: repeated(n, [0]),
    minima: [[2.28767005355e-3, 1.39976013e-6][k]!],
  })),
  {
    name: '21 extended Rosenbrock, n = 1000',
    // x₁, x₃, … are x and x₂, x₄, … are y here
    text: 'dim H\nparam x: R[H], y: R[H]\nr = [10*(y - x.^2), 1 - x]',
    sizes: { H: 500 },
    start: [...repeated(500, [-1.2]), ...repeated(500, [1])],
    minima: [0],
  },
];

/** The model with everything the algorithms ask for. */
export function mghText({ text }: MghProblem): string {
  const wrt = text.includes('y: R[H]') ? 'x, y' : 'x';
  return ['module mgh', text, 'f = sum(r.^2)', `derive value, jacobian of r wrt ${wrt}`, ...['value, gradient', 'hessian', 'hvp'].map((what) => `derive ${what} of f wrt ${wrt}`)].join('\n');
}
