/** What a training step costs beyond its gradient: gathering rows, checks, penalties and the rule, for 101,770 parameters. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../../src/runtime/random.ts';
import { adam, momentum, sgd } from '../../src/runtime/rules/rules.ts';
import type { RuleMaker } from '../../src/runtime/rules/rule.ts';
import { Training } from '../../src/runtime/training/train.ts';
import { measure, type Contestant } from '../measure.ts';
import { emitModule } from '../module.ts';
import { writeReport, type Table } from '../report.ts';

const [D, H, K] = [784, 128, 10];
const STEPS = 8;
const ROUNDS = 9;
type Fields = Record<string, number | Float64Array>;
interface Data { readonly X: Float64Array; readonly c: Int32Array }
interface Emitted {
  newParams(): Fields;
  newGradient(): Fields;
  valueGradient(params: Fields, data: Data, out: Fields): number;
}

export function run(): string {
  const make = real;
  const random = new Random(1);
  const draw = (count: number, scale: number): Float64Array => Float64Array.from({ length: count }, () => scale * random.normal());
  const start = { W1: draw(D * H, 0.03), b1: new Float64Array(H), W2: draw(H * K, 0.1), b2: new Float64Array(K) };
  const tables = [32, 64, 128].map((batch): Table => {
    const rows = batch * STEPS;
    const data: Data = { X: draw(rows * D, 1), c: Int32Array.from({ length: rows }, () => random.below(K)) };
    return { title: `${STEPS} steps, batches of ${batch}`, unit: 'ms', rows: measure([gradients(make, start, data, batch), steps('whole steps, Adam', make, start, data, batch, adam()), ...RULES.map(([name, rule]) => steps(`all but the gradient, ${name}`, idle, start, data, batch, rule))], ROUNDS) };
  });
  return writeReport('training', ROUNDS, tables, 'Processor time. The first row is the gradient alone, of batches that lie ready; the last rows are what a step with weight decay and clipping adds to it.');
}

const RULES: readonly (readonly [string, RuleMaker])[] = [['gradient descent', sgd()], ['momentum', momentum()], ['Adam', adam()]];

/** A model whose gradient costs nothing. */
const idle = (N: number): Emitted => ({ ...real(N), valueGradient: () => 1 });
const { create } = emitModule(readFileSync(join(import.meta.dirname, '../../samples/training/classifier.diff'), 'utf8'));
const real = (N: number): Emitted => create!({ N, D, H, K }) as Emitted;

function gradients(make: (N: number) => Emitted, start: Fields, data: Data, batch: number): Contestant {
  const model = make(batch);
  const g = model.newGradient();
  const parts = Array.from({ length: STEPS }, (_, k) => ({ X: data.X.slice(k * batch * D, (k + 1) * batch * D), c: data.c.slice(k * batch, (k + 1) * batch) }));
  const all = (): void => { for (const part of parts) model.valueGradient(start, part, g); };
  all();
  return { name: 'gradients alone', sample: () => timed(all) };
}

function steps(name: string, make: (N: number) => Emitted, start: Fields, data: Data, batch: number, rule: RuleMaker): Contestant {
  const training = new Training((N: number) => {
    const model = make(N);
    return { params: model.newParams(), gradient: model.newGradient(), valueGradient: (p: Fields, d: Data, g: Fields) => model.valueGradient(p, d, g) };
  }, data, { start, rule, rate: 1e-4, batch, epochs: 1e6, weightDecay: 1e-4, penalised: ['W1', 'W2'], clipNorm: 5, progress: 'never' });
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
