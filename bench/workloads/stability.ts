/**
 * What sound forms cost: each function as people type it beside the same with its constants as run-time numbers, which no
 * recogniser can know, so that it is computed and differentiated as it stands; and a step of the article's network.
 */
import { plainJavaScript } from '../../src/backends/typescript/emit.ts';
import { instantiate } from '../../src/backends/typescript/instantiate.ts';
import { measure, timePerRun, type Contestant } from '../measure.ts';
import { emitModule, planOf, type Functions } from '../module.ts';
import { writeReport, type Table } from '../report.ts';
import { sample, waves } from '../table/workload.ts';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 4000);
const N = 2000;

/** Formulas of x[i] and y[i]; `one` and `zero` stand for the constants of the same name. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  sigmoid: '1/(one + exp(-x[i]))',
  softplus: 'log(one + exp(x[i]))',
  tanh: '(one*exp(x[i]) - exp(-x[i]))/(one*exp(x[i]) + exp(-x[i]))',
  'log-sum-exp': 'log(one*exp(x[i]) + exp(y[i]))',
  softmax: 'exp(x[i])/(one*exp(x[i]) + exp(y[i]))',
  gelu: 'x[i]*(one + erf(x[i]/sqrt(2)))/2',
  erfc: 'one - erf(x[i])',
  'log-erfc': 'log(one - erf(x[i]))',
  norm: 'sqrt(x[i]^2 + y[i]^2 + zero)',
};

export function run(): string {
  const tables = [
    ...Object.entries(FUNCTIONS).map(([name, formula]): Table => ({ title: `${name}, value and gradient`, unit: 'us', rows: measure(perFunction(formula), ROUNDS) })),
    { title: "a training step of the article's network", unit: 'us', rows: measure(trainingSteps(), ROUNDS) },
  ];
  return writeReport('stability', ROUNDS, tables, 'At most 1.25 for a function and 1.05 for a training step are asked of the stable form.');
}

function perFunction(formula: string): readonly Contestant[] {
  const naive = modelOf(formula, 'hyper one: R = 1, zero: R = 0\n');
  const stable = modelOf(formula.replaceAll('one*', '').replaceAll('one', '1').replaceAll(' + zero', ''), '');
  return [contestant('as it stands', emitModule(naive), { one: 1, zero: 0 }), contestant('stable', emitModule(stable), {})];
}

const modelOf = (formula: string, constants: string): string => `dim N\n${constants}param x: R[N], y: R[N]\nf = sum[i] (${formula})\nderive value, gradient of f`;

function contestant(name: string, { create }: Functions, hyper: Readonly<Record<string, number>>): Contestant {
  const { valueGradient, newGradient } = create!({ N }) as Functions;
  const params = { x: waves(N, 0.3, 4), y: waves(N, 0.7, 4) };
  const out = newGradient!();
  return timed(name, () => void valueGradient!(params, out, hyper));
}

/** Of what the network needs, only the slope of tanh has a guard. */
function trainingSteps(): readonly Contestant[] {
  const { code } = plainJavaScript(planOf(sample('article/mlp.diff')));
  const plain = code.replace(/function fastTanhslope\(x, t\) \{[\s\S]*?\n\}\n/, 'function fastTanhslope(x, t) {\n  return 1 - t * t;\n}\n');
  if (plain === code) throw new Error('the network does not use fastTanhslope');
  return [step('as it stands', plain), step('stable', code)];
}

function step(name: string, code: string): Contestant {
  const [n, d, h] = [100, 10, 5];
  const { create } = instantiate(code) as Functions;
  const model = create!({ N: n, D: d, H: h }) as Functions;
  const params = { W1: waves(d * h, 0.3, 1), b1: waves(h, 0.9, 1), W2: waves(h, 1.1, 1), b2: 0.05 };
  const data = { X: waves(n * d, 0.1, 2), y: waves(n, 0.7, 2) };
  return timed(name, () => void model['step']!(params, data, { lr: 1e-4 }));
}

/** In microseconds, warm. */
function timed(name: string, work: () => void): Contestant {
  timePerRun(work, 100);
  return { name, sample: () => 1000 * timePerRun(work, 1) };
}
