/**
 * Cases with SymPy's best counts (numerics reference, 3.2): operations of the simplified derivatives as printed, and of
 * value and gradient together by reverse mode over a shared graph.
 */

export interface SympyCase {
  readonly name: string;
  readonly formula: string;
  readonly wrt: readonly string[];
  /** 1: gradient; 2: gradient's derivatives, each unordered pair once; 'only' the highest order unless 'all' */
  readonly order: number;
  readonly shown: 'highest' | 'all';
  /** operations of SymPy's simplified derivatives, the least of its forms where `simplify` did not finish */
  readonly printed: number;
  /** operations of value and gradient by plain reverse mode, where the reference has them */
  readonly computed?: number;
  /** what is asserted where it is more than the reference has, and why */
  readonly but?: { readonly printed?: number; readonly computed?: number; readonly because: string };
}

const list = (n: number, name: string): string[] => Array.from({ length: n }, (_, k) => `${name}${k + 1}`);
const join = (n: number, term: (k: number) => string, sign: string): string => Array.from({ length: n }, (_, k) => term(k + 1)).join(sign);

const EXPS = (n: number): string => join(n, (k) => `exp(x${k})`, ' + ');
const SIGMOID = '1/(1 + exp(-(w*x + b)))';
const ROSENBROCK = join(9, (k) => `100*(x${k + 1} - x${k}^2)^2 + (1 - x${k})^2`, ' + ');
const normal = (d: string): string => `1/2*(1 + erf((${d})/sqrt(2)))`;
const D1 = '(log(S/K) + (r + v^2/2)*T)/(v*sqrt(T))';
const D2 = '(log(S/K) + (r - v^2/2)*T)/(v*sqrt(T))';
const HIDDEN = (k: number): string => `tanh(a${k}*x1 + c${k}*x2 + d${k})`;
const RNN = Array.from({ length: 5 }, (_, k) => `x${k + 1}`).reduce((h, x) => `tanh(w*${h} + u*${x} + b)`, 'h0');
const QUATERNION = [
  '((1 - 2*(c^2 + d^2))*x + 2*(b*c - a*d)*y + 2*(b*d + a*c)*z - p)^2',
  '(2*(b*c + a*d)*x + (1 - 2*(b^2 + d^2))*y + 2*(c*d - a*b)*z - q)^2',
  '(2*(b*d - a*c)*x + 2*(c*d + a*b)*y + (1 - 2*(b^2 + c^2))*z - r)^2',
].join(' + ');
const MEAN = '(x1 + x2 + x3 + x4)/4';
const VARIANCE = `(${join(4, (k) => `(x${k} - ${MEAN})^2`, ' + ')})/4`;

/**
 * The reference adds exp(x) as it stands, which overflows from x = 710 and loses what is beside a 1. For n numbers the largest takes
 * n - 1 operations, its distances n, and the sum without the 1, which only a total below 2 needs, 3·n.
 */
const STABLE_SUM = 'log-sum-exp subtracts the largest and leaves out its 1';

export const SYMPY_CASES: readonly SympyCase[] = [
  { name: 'softmax cross-entropy, 5 logits', formula: `-log(exp(x1)/(${EXPS(5)}))`, wrt: list(5, 'x'), order: 1, shown: 'all', printed: 62, computed: 18, but: { computed: 51, because: STABLE_SUM } },
  { name: 'softmax cross-entropy, soft targets', formula: `-(${join(5, (k) => `t${k}*log(exp(x${k})/(${EXPS(5)}))`, ' + ')})`, wrt: list(5, 'x'), order: 1, shown: 'all', printed: 165 },
  { name: 'logistic loss', formula: `-(y*log(${SIGMOID}) + (1 - y)*log(1 - ${SIGMOID}))`, wrt: ['w', 'b'], order: 1, shown: 'all', printed: 29, computed: 17 },
  { name: 'cross-entropy by its probability', formula: '-(y*log(p) + (1 - y)*log(1 - p))', wrt: ['p'], order: 1, shown: 'all', printed: 4 },
  { name: 'sigmoid', formula: '1/(1 + exp(-x))', wrt: ['x'], order: 1, shown: 'all', printed: 5 },
  { name: 'GELU', formula: 'x/2*(1 + erf(x/sqrt(2)))', wrt: ['x'], order: 1, shown: 'all', printed: 20, computed: 13 },
  { name: 'GELU by tanh', formula: 'x/2*(1 + tanh(sqrt(2/pi)*(x + 0.044715*x^3)))', wrt: ['x'], order: 1, shown: 'all', printed: 41, computed: 22 },
  { name: 'swish', formula: 'x/(1 + exp(-x))', wrt: ['x'], order: 1, shown: 'all', printed: 8 },
  { name: 'mish', formula: 'x*tanh(log(1 + exp(x)))', wrt: ['x'], order: 1, shown: 'all', printed: 17 },
  { name: 'log-sum-exp of 10', formula: `log(${EXPS(10)})`, wrt: list(10, 'x'), order: 1, shown: 'all', printed: 210, computed: 31, but: { computed: 106, because: `${STABLE_SUM}; a product by what x - m is rounded by for each slope (1e-14 for the smallest) are 20` } },
  { name: 'Hessian of log-sum-exp of 10', formula: `log(${EXPS(10)})`, wrt: list(10, 'x'), order: 2, shown: 'highest', printed: 1480 },
  { name: 'Gaussian density', formula: 'exp(-(x - mu)^2/(2*sigma^2))/(sigma*sqrt(2*pi))', wrt: ['x', 'mu', 'sigma'], order: 1, shown: 'all', printed: 54 },
  { name: 'Gaussian log-density', formula: '-(x - mu)^2/(2*sigma^2) - log(sigma) - log(2*pi)/2', wrt: ['x', 'mu', 'sigma'], order: 1, shown: 'all', printed: 12, but: { printed: 13, because: 'the form wanted is -(x - mu)/sigma^2, as typed; SymPy turns it round' } },
  { name: 'divergence of Gaussians', formula: 'log(s2/s1) + (s1^2 + (m1 - m2)^2)/(2*s2^2) - 1/2', wrt: ['m1', 's1'], order: 1, shown: 'all', printed: 7 },
  { name: 'Rosenbrock of 10', formula: ROSENBROCK, wrt: list(10, 'x'), order: 1, shown: 'all', printed: 91, computed: 133 },
  { name: 'Hessian of Rosenbrock of 10', formula: ROSENBROCK, wrt: list(10, 'x'), order: 2, shown: 'highest', printed: 63 },
  { name: 'Black-Scholes', formula: `S*${normal(D1)} - K*exp(-r*T)*${normal(D2)}`, wrt: ['S', 'v', 'T', 'r'], order: 1, shown: 'all', printed: 262, computed: 64 },
  { name: 'quaternion rotation', formula: QUATERNION, wrt: ['a', 'b', 'c', 'd'], order: 1, shown: 'all', printed: 326, computed: 114 },
  {
    name: 'network 2-3-1', formula: `(${join(3, (k) => `v${k}*${HIDDEN(k)}`, ' + ')} + e - y)^2`,
    wrt: [...list(3, 'a'), ...list(3, 'c'), ...list(3, 'd'), ...list(3, 'v'), 'e'], order: 1, shown: 'all', printed: 391, computed: 45,
  },
  { name: 'recurrent network of 5 steps', formula: RNN, wrt: ['w', 'u', 'b'], order: 1, shown: 'all', printed: 372, computed: 65 },
  { name: 'product of 20', formula: list(20, 'x').join('*'), wrt: list(20, 'x'), order: 1, shown: 'all', printed: 360, computed: 55 },
  { name: 'third derivative of x/(1 + x^2)', formula: 'x/(1 + x^2)', wrt: ['x'], order: 3, shown: 'highest', printed: 18 },
  { name: 'fourth derivative of exp(sin(x^2))', formula: 'exp(sin(x^2))', wrt: ['x'], order: 4, shown: 'highest', printed: 62 },
  { name: 'gravity, gradient and Hessian', formula: '-1/sqrt(x^2 + y^2 + z^2)', wrt: ['x', 'y', 'z'], order: 2, shown: 'all', printed: 99 },
  { name: 'Student t', formula: '-(v + 1)/2*log(1 + t^2/v)', wrt: ['t'], order: 1, shown: 'all', printed: 6 },
  { name: 'batch normalisation of 4', formula: `(x1 - ${MEAN})/sqrt(${VARIANCE} + eps)`, wrt: list(4, 'x'), order: 1, shown: 'all', printed: 221, computed: 41 },
  { name: 'cosine similarity in 3', formula: '(x1*y1 + x2*y2 + x3*y3)/(sqrt(x1^2 + x2^2 + x3^2)*sqrt(y1^2 + y2^2 + y3^2))', wrt: list(3, 'x'), order: 1, shown: 'all', printed: 81, computed: 36 },
  { name: 'logistic Hessian, 3 points', formula: join(3, (k) => `log(1 + exp(-y${k}*(w1*p${k} + w2*q${k})))`, ' + '), wrt: ['w1', 'w2'], order: 2, shown: 'highest', printed: 216 },
  { name: 'tanh', formula: 'tanh(x)', wrt: ['x'], order: 1, shown: 'all', printed: 3 },
  { name: 'sin(x)/x', formula: 'sin(x)/x', wrt: ['x'], order: 1, shown: 'all', printed: 6 },
  { name: 'x^x', formula: 'x^x', wrt: ['x'], order: 1, shown: 'all', printed: 4 },
];
