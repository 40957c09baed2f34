/** The history of a training, and whether it still gets better. */
import { checkCount, checkRange, RuntimeError } from '../error.ts';
import type { EarlyStopping, EpochRecord } from './options.ts';

interface LogOptions {
  readonly metrics?: Readonly<Record<string, unknown>>;
  readonly validation?: unknown;
  readonly earlyStopping?: EarlyStopping;
}

/** Numbers of a record before its metrics. */
const FIXED = 5;

export class EpochLog {
  readonly history: EpochRecord[] = [];
  readonly names: readonly string[];
  readonly #stopping: EarlyStopping | undefined;
  readonly #metric: string;
  readonly #best: Float64Array;
  #bestEpoch = 0;

  constructor(options: LogOptions, dimension: number) {
    this.names = Object.keys(options.metrics ?? {});
    this.#stopping = options.earlyStopping;
    this.#metric = options.earlyStopping?.metric ?? (options.validation === undefined ? 'loss' : 'validationLoss');
    this.#best = new Float64Array(this.#stopping === undefined ? 0 : dimension);
    if (this.#stopping === undefined) return;
    checkCount('earlyStopping.patience', this.#stopping.patience);
    checkRange('earlyStopping.improvement', this.#stopping.improvement ?? 0, 0, Infinity);
    const known = ['loss', ...(options.validation === undefined ? [] : ['validationLoss']), ...this.names];
    if (!known.includes(this.#metric)) throw new RuntimeError('bad-option', `earlyStopping.metric is ${this.#metric}, expected one of ${known.join(', ')}`);
  }

  add(record: EpochRecord, x: Float64Array): void {
    this.history.push(record);
    if (this.#stopping === undefined) return;
    const { goal = 'smallest', improvement = 0 } = this.#stopping;
    const sign = goal === 'smallest' ? 1 : -1;
    const best = this.history[this.#bestEpoch - 1];
    if (best !== undefined && !(sign * this.#valueOf(record) < sign * this.#valueOf(best) - improvement)) return;
    this.#bestEpoch = record.epoch;
    this.#best.set(x);
  }

  get best(): { readonly epoch: number; readonly x: Float64Array } | undefined {
    return this.#bestEpoch === 0 ? undefined : { epoch: this.#bestEpoch, x: this.#best };
  }

  /** No better epoch for as long as patience lasts. */
  get exhausted(): boolean {
    return this.#stopping !== undefined && this.history.length - this.#bestEpoch >= Math.max(1, this.#stopping.patience);
  }

  #valueOf(record: EpochRecord): number {
    if (this.#metric === 'loss') return record.loss;
    return (this.#metric === 'validationLoss' ? record.validationLoss : record.metrics[this.#metric]) ?? Number.NaN;
  }

  /** Everything as arrays of numbers, for a checkpoint. */
  arrays(): { readonly history: Float64Array; readonly best: Float64Array; readonly bestEpoch: Float64Array } {
    const rows = this.history.flatMap((r) => [r.epoch, r.steps, r.loss, r.rate, r.validationLoss ?? Number.NaN, ...this.names.map((name) => r.metrics[name] ?? Number.NaN)]);
    return { history: Float64Array.from(rows), best: this.#best, bestEpoch: Float64Array.of(this.#bestEpoch) };
  }

  restore(arrays: Readonly<Record<string, Float64Array>>): void {
    const { history = new Float64Array(0), best = new Float64Array(0), bestEpoch = new Float64Array(1) } = arrays;
    const width = FIXED + this.names.length;
    for (let at = 0; at < history.length; at += width) {
      const [epoch, steps, loss, rate, validationLoss] = [history[at]!, history[at + 1]!, history[at + 2]!, history[at + 3]!, history[at + 4]!];
      const metrics = Object.fromEntries(this.names.map((name, k) => [name, history[at + FIXED + k]!]));
      this.history.push({ epoch, steps, loss, rate, metrics, ...(!Number.isNaN(validationLoss) && { validationLoss }) });
    }
    // a run that was not stopped early before has no best point yet: its search begins anew
    if (best.length !== this.#best.length) return;
    this.#best.set(best);
    this.#bestEpoch = bestEpoch[0]!;
  }
}
