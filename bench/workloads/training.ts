/** What a training step costs beyond its gradient: gathering rows, checks, penalties and the rule, for 101,770 parameters. */
import { create, type Data, type Model, type Params } from '../../generated/training/classifier.ts';
import { create as createFused } from '../../generated/training/classifier-adam.ts';
import { Random } from '../../src/runtime/random.ts';
import { adam, momentum, sgd } from '../../src/runtime/rules/rules.ts';
import type { RuleMaker } from '../../src/runtime/rules/rule.ts';
import type { TrainOptions } from '../../src/runtime/training/options.ts';
import { Training } from '../../src/runtime/training/train.ts';
import { measure, type Contestant } from '../measure.ts';
import { writeReport, type Table } from '../report.ts';

const [D, H, K] = [784, 128, 10];
/** As many as an epoch may have: what is done once an epoch is no part of a step. */
const STEPS = 32;
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 9);
type Gradients = Pick<Model, 'newParams' | 'newGradient' | 'valueGradient'>;

export function run(): string {
  const random = new Random(1);
  const draw = (count: number, scale: number): Float64Array => Float64Array.from({ length: count }, () => scale * random.normal());
  const start = { W1: draw(D * H, 0.03), b1: new Float64Array(H), W2: draw(H * K, 0.1), b2: new Float64Array(K) };
  const tables = [32, 64, 128].map((batch): Table => {
    const rows = batch * STEPS;
    const data: Data = { X: draw(rows * D, 1), c: Int32Array.from({ length: rows }, () => random.below(K)) };
    return { title: `${STEPS} steps, batches of ${batch}`, unit: 'ms', rows: measure([
      gradients(start, data, batch),
      fusedSteps(start, data, batch),
      steps('whole steps, Adam', real, start, data, batch, adam()),
      ...RULES.map(([name, rule]) => steps(`all but the gradient, ${name}`, idle, start, data, batch, rule)),
      steps('the same with weight decay and clipping', idle, start, data, batch, adam(), { weightDecay: 1e-4, penalised: ['W1', 'W2'], clipNorm: 5 }),
      bareLoop(start),
    ], ROUNDS) };
  });
  return writeReport('training', ROUNDS, tables, 'Processor time. The first row is the gradient alone, of batches that lie ready; then the whole step with Adam as update statements of the model, and by the runtime. What a step adds to the gradient is measured with a gradient that costs nothing: rows are gathered, numbers that are not finite looked for, the rule applied. The last row is the least that Adam can be: its update in a loop written by hand, on arrays of its own.');
}

const RULES: readonly (readonly [string, RuleMaker])[] = [['gradient descent', sgd()], ['momentum', momentum()], ['Adam', adam()]];

/** A model whose gradient costs nothing. */
const idle = (N: number): Gradients => ({ ...real(N), valueGradient: () => 1 });
const real = (N: number): Gradients => create({ N, D, H, K });

const partsOf = (data: Data, batch: number): Data[] => Array.from({ length: STEPS }, (_, k) => ({ X: data.X.slice(k * batch * D, (k + 1) * batch * D), c: data.c.slice(k * batch, (k + 1) * batch) }));

function gradients(start: Params, data: Data, batch: number): Contestant {
  const model = real(batch);
  const g = model.newGradient();
  const parts = partsOf(data, batch);
  const all = (): void => { for (const part of parts) model.valueGradient(start, part, g); };
  all();
  return { name: 'gradients alone', sample: () => timed(all) };
}

function fusedSteps(start: Params, data: Data, batch: number): Contestant {
  const model = createFused({ N: batch, D, H, K });
  const params = { ...model.newParams(), ...structuredClone(start) };
  const parts = partsOf(data, batch);
  const all = (): void => { for (const part of parts) model.step(params, part, { eta: 1e-4 }); };
  all();
  return { name: 'whole steps, Adam as update statements', sample: () => timed(all) };
}

function bareStep(x: Float64Array, g: Float64Array, m: Float64Array, v: Float64Array): void {
  for (let i = 0; i < x.length; i++) {
    const gi = g[i]!;
    const mi = 0.9 * m[i]! + 0.1 * gi;
    const vi = 0.999 * v[i]! + 0.001 * gi * gi;
    m[i] = mi;
    v[i] = vi;
    x[i]! -= (1e-4 * mi) / (Math.sqrt(vi) + 1e-8);
  }
}

function bareLoop(start: Params): Contestant {
  const n = start.W1.length + start.b1.length + start.W2.length + start.b2.length;
  const [x, g, m, v] = [new Float64Array(n), new Float64Array(n).fill(0.01), new Float64Array(n), new Float64Array(n)];
  const all = (): void => { for (let k = 0; k < STEPS; k++) bareStep(x, g, m, v); };
  all();
  return { name: 'a bare loop of Adam', sample: () => timed(all) };
}

function steps(name: string, make: (N: number) => Gradients, start: Params, data: Data, batch: number, rule: RuleMaker, more: Partial<TrainOptions<Params, Data>> = {}): Contestant {
  const training = new Training((N: number) => {
    const model = make(N);
    return { params: model.newParams(), gradient: model.newGradient(), valueGradient: model.valueGradient };
  }, data, { start, rule, rate: 1e-4, batch, epochs: 1e6, progress: 'never', ...more });
  // the first epoch checks the rows
  training.advance();
  return { name, sample: () => timed(() => void training.advance()) };
}

/** Processor time, which others on the machine do not lengthen. */
function timed(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
