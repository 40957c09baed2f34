/** Training an emitted model on rows of data: mini-batches, epochs, and everything around them. */
import { Rows } from '../data/rows.ts';
import { checkCount, RuntimeError } from '../error.ts';
import { pack } from '../pack.ts';
import type { Packed } from '../pack.ts';
import { Random } from '../random.ts';
import type { Status } from '../result.ts';
import { firstNotFinite } from '../vector.ts';
import { FirstOrder } from '../rules/first-order.ts';
import type { Segments } from '../rules/first-order.ts';
import { checkProblem, decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';
import type { Snapshot } from './checkpoint.ts';
import { EpochLog } from './epoch-log.ts';
import { describeNotFinite } from './not-finite.ts';
import type { NotFinite } from './not-finite.ts';
import type { Data, EpochRecord, ModelMaker, Params, TrainOptions, TrainResult } from './options.ts';
import { progressLine } from './progress.ts';

/**
 * Trains until the epochs are over, the loss gets no better, a callback says so, or numbers stop being finite. The
 * rows of epoch e are in the order that `Random(seed, e)` shuffles them to, so that one seed gives the same numbers on
 * every platform, also when the training is interrupted and goes on from its checkpoint. After the first epoch, in
 * which the module checks every row that it meets, nothing is allocated per step.
 */
export function train<P extends Params<P>, D extends Data<D>, G extends Params<G>>(make: ModelMaker<P, D, G>, data: D, options: TrainOptions<P, D>): TrainResult<P> {
  const training = new Training(make, data, options);
  let status: Status | undefined;
  while (status === undefined) status = training.advance();
  return training.result(status);
}

interface Batch<D> {
  readonly count: number;
  readonly room: D;
  /** what `evaluate` reads: `room`, or arrays that were never seen */
  now: D;
  evaluate(x: Float64Array, g: Float64Array): number;
}

/** A training that the caller takes on epoch by epoch, to do other things in between. */
export class Training<P extends Params<P>, D extends Data<D>, G extends Params<G>> {
  readonly #options: TrainOptions<P, D>;
  readonly #rows: Rows<D>;
  readonly #packed: Packed<P>;
  readonly #batches: readonly Batch<D>[];
  readonly #validation: ((x: Float64Array) => number) | undefined;
  readonly #method: FirstOrder;
  readonly #log: EpochLog;
  readonly #x: Float64Array;
  readonly #g: Float64Array;
  readonly #order: Int32Array;
  readonly #problem: Snapshot['problem'];
  readonly #progress: (record: EpochRecord) => void;
  #epoch = 0;
  /** batches of this epoch that are done, and what they gave */
  #done = 0;
  #lossSum = 0;
  /** the module has seen every row */
  #checked = false;
  #failure: NotFinite | undefined;

  constructor(make: ModelMaker<P, D, G>, data: D, options: TrainOptions<P, D>) {
    const { batch = 32, epochs, seed = 0, partial = 'keep' } = options;
    checkCount('epochs', epochs);
    checkCount('seed', seed);
    if (!(Number.isInteger(batch) && batch >= 1)) throw new RuntimeError('bad-option', `batch is ${batch}, expected an integer >= 1`);
    this.#options = options;
    this.#rows = new Rows(data, options);
    const size = Math.min(batch, this.#rows.count);
    const rest = partial === 'keep' ? this.#rows.count % size : 0;
    const whole = this.#batchOf(make, size);
    this.#packed = whole.packed;
    this.#batches = rest === 0 ? [whole.batch] : [whole.batch, this.#batchOf(make, rest).batch];
    this.#validation = options.validation === undefined ? undefined : lossOn(make, options.validation, options);
    const n = this.#packed.dimension;
    this.#x = options.start === undefined ? this.#packed.start.slice() : this.#packed.flatten(options.start);
    const wrong = firstNotFinite(this.#x);
    if (wrong >= 0) throw new RuntimeError('bad-start', `${this.#packed.componentName(wrong)} is ${this.#x[wrong]}, expected a finite number`);
    this.#g = new Float64Array(n);
    this.#order = new Int32Array(this.#rows.count);
    this.#method = new FirstOrder(n, options, segmentsOf(this.#packed, options.penalised));
    this.#log = new EpochLog(options, n);
    this.#progress = progressLine(options.progress ?? 'auto', epochs, () => this.#epoch);
    this.#problem = {
      dimension: n, rows: this.#rows.count, batch: size, partial, seed, shuffle: options.shuffle ?? 'every-epoch',
      rule: this.#method.rule.name ?? 'a rule without name', data: this.#rows.digest(),
      penalties: [options.weightDecay ?? 0, options.l1 ?? 0, options.clipNorm ?? 'none', options.clipComponents ?? 'none', (options.penalised ?? ['all']).join(' ')].join(', '),
      metrics: this.#log.names.join(', '),
    };
    this.#resume();
  }

  #batchOf(make: ModelMaker<P, D, G>, count: number): { readonly packed: Packed<P>; readonly batch: Batch<D> } {
    const model = make(count);
    const room = this.#rows.room(count);
    const objective = pack({ params: model.params, gradient: model.gradient, valueGradient: (p, g) => model.valueGradient(p, batch.now, g) });
    const batch: Batch<D> = { count, room, now: room, evaluate: (x, g) => objective.valueGradient(x, g) };
    return { packed: objective, batch };
  }

  /** Epochs that are done. */
  get epochs(): number {
    return this.#epoch;
  }

  /** One epoch, or what is left of it; gives the status when the training is over. */
  advance(): Status | undefined {
    if (this.#failure !== undefined) return 'not-finite';
    if (this.#log.exhausted) return 'no-improvement';
    if (this.#epoch >= this.#options.epochs) return 'max-iterations';
    this.#shuffle();
    const [whole, rest] = this.#batches;
    const full = Math.floor(this.#rows.count / whole!.count);
    const count = full + (rest === undefined ? 0 : 1);
    const every = this.#options.checkpoint?.everySteps ?? Infinity;
    while (this.#done < count) {
      const batch = this.#done < full ? whole! : rest!;
      if (!this.#step(batch)) return 'not-finite';
      this.#done++;
      if (this.#done < count && this.#method.rule.memory.steps % every === 0) this.#save();
    }
    return this.#endEpoch(count === full ? full * whole!.count : this.#rows.count);
  }

  #shuffle(): void {
    for (let k = 0; k < this.#order.length; k++) this.#order[k] = k;
    if (this.#options.shuffle !== 'never') new Random(this.#options.seed ?? 0, this.#epoch).shuffle(this.#order);
  }

  /** False when value, gradient or the new point are not finite. */
  #step(batch: Batch<D>): boolean {
    const from = this.#done * this.#batches[0]!.count;
    this.#rows.gather(this.#order, from, batch.count, batch.room);
    const value = this.#checked ? batch.evaluate(this.#x, this.#g) : this.#evaluateUnseen(batch, from);
    if (!(Number.isFinite(value) && this.#method.adjust(this.#x, this.#g))) {
      this.#fail(batch, from, value);
      return false;
    }
    this.#lossSum += value * batch.count;
    this.#method.move(this.#x, this.#g);
    return true;
  }

  #evaluateUnseen(batch: Batch<D>, from: number): number {
    batch.now = this.#rows.unseen(batch.room);
    try {
      return batch.evaluate(this.#x, this.#g);
    } catch (error) {
      throw this.#rows.placed(error, this.#order, from);
    } finally {
      batch.now = batch.room;
    }
  }

  #fail(batch: Batch<D>, from: number, value: number): void {
    const [inGradient, inPoint] = [firstNotFinite(this.#g), firstNotFinite(this.#x)];
    const name = (k: number): string => this.#packed.componentName(k);
    const [what, found] = inPoint >= 0 ? [`the parameter ${name(inPoint)} after the step before`, this.#x[inPoint]!] as const
      : !Number.isFinite(value) ? ['the loss', value] as const
      : [`the gradient of ${name(inGradient)}`, this.#g[inGradient]!] as const;
    const node = inPoint >= 0 ? undefined : this.#options.diagnose?.(this.#packed.unpack(this.#x), this.#rows.unseen(batch.room));
    const rows = Array.from(this.#order.subarray(from, from + batch.count), (row) => row + 1);
    this.#failure = describeNotFinite({ epoch: this.#epoch + 1, step: this.#method.rule.memory.steps, what, found, rows, ...(node !== undefined && { node }) });
  }

  #endEpoch(rows: number): Status | undefined {
    const { metrics = {}, onEpoch, checkpoint, epochs } = this.#options;
    // within an epoch the next loss shows it
    const wrong = firstNotFinite(this.#x);
    if (wrong >= 0) {
      const what = `the parameter ${this.#packed.componentName(wrong)} after the last step`;
      this.#failure = describeNotFinite({ epoch: this.#epoch + 1, step: this.#method.rule.memory.steps - 1, what, found: this.#x[wrong]!, rows: [] });
      return 'not-finite';
    }
    this.#checked = true;
    this.#epoch++;
    this.#done = 0;
    const params = this.#packed.unpack(this.#x);
    const validationLoss = this.#validation?.(this.#x);
    const record: EpochRecord = {
      epoch: this.#epoch, steps: this.#method.rule.memory.steps, loss: this.#lossSum / rows, rate: this.#method.lastRate,
      ...(validationLoss !== undefined && { validationLoss }),
      metrics: Object.fromEntries(Object.entries(metrics).map(([name, metric]) => [name, metric(params)])),
    };
    this.#lossSum = 0;
    this.#log.add(record, this.#x);
    if (checkpoint !== undefined) this.#save();
    this.#progress(record);
    if (onEpoch?.(record, params) === 'stop') return 'stopped';
    return this.#log.exhausted ? 'no-improvement' : this.#epoch >= epochs ? 'max-iterations' : undefined;
  }

  #save(): void {
    const { memory } = this.#method.rule;
    const state = Float64Array.of(this.#epoch, this.#done, this.#lossSum, memory.steps, this.#method.lastRate);
    const rule = Object.fromEntries(memory.arrays.map((array, k) => [`rule${k}`, array]));
    this.#options.checkpoint?.store.write(encodeCheckpoint({ problem: this.#problem, arrays: { state, x: this.#x, ...rule, ...this.#log.arrays() } }));
  }

  #resume(): void {
    const store = this.#options.checkpoint?.store;
    const bytes = store?.read();
    if (store === undefined || bytes === undefined) return;
    const { problem, arrays } = decodeCheckpoint(bytes, store.name);
    checkProblem(problem, this.#problem, store.name);
    const { memory } = this.#method.rule;
    const [epoch = 0, done = 0, lossSum = 0, steps = 0, rate = 0] = arrays['state']!;
    [this.#epoch, this.#done, this.#lossSum, memory.steps, this.#method.lastRate] = [epoch, done, lossSum, steps, rate];
    this.#x.set(arrays['x']!);
    memory.arrays.forEach((array, k) => array.set(arrays[`rule${k}`]!));
    this.#log.restore(arrays);
  }

  result(status: Status): TrainResult<P> {
    const best = status === 'no-improvement' ? this.#log.best : undefined;
    const x = best?.x ?? this.#x;
    const { history } = this.#log;
    const record = best === undefined ? history[history.length - 1] : history[best.epoch - 1];
    return {
      status, x, params: this.#packed.unpack(x), value: record?.loss ?? Number.NaN, epochs: this.#epoch, steps: this.#method.rule.memory.steps, history,
      ...(this.#failure !== undefined && { failure: this.#failure }),
    };
  }
}

function lossOn<P extends Params<P>, D extends Data<D>, G extends Params<G>>(make: ModelMaker<P, D, G>, validation: D, options: TrainOptions<P, D>): (x: Float64Array) => number {
  const { count } = new Rows(validation, { ...(options.shared !== undefined && { shared: options.shared }) });
  const model = make(count);
  const objective = pack({ params: model.params, gradient: model.gradient, valueGradient: (p, g) => model.valueGradient(p, validation, g) });
  const g = new Float64Array(objective.dimension);
  return (x) => objective.valueGradient(x, g);
}

/** The parts of the vector that belong to the named parameters. */
function segmentsOf<P>(packed: Packed<P>, names: readonly string[] | undefined): Segments {
  if (names === undefined) return [[0, packed.dimension]];
  return names.map((name) => {
    const segment = packed.segment(name);
    if (segment === undefined) throw new RuntimeError('bad-option', `penalised names ${name}, which is no parameter`);
    return segment;
  });
}
