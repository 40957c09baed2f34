/** The length of a leapfrog step: Hoffman and Gelman, JMLR 15 (2014), section 3.2, with Stan's constants. */

const GAMMA = 0.05;
const T0 = 10;
const KAPPA = 0.75;

/** Nesterov's dual averaging: steps so that the mean acceptance statistic is `target`. */
export class DualAveraging {
  readonly #target: number;
  #mu = 0;
  #count = 0;
  #error = 0;
  #averaged = 0;
  /** the step to use while adapting */
  step = 1;

  constructor(target: number) {
    this.#target = target;
  }

  /** Starts again, from a step that is about right. */
  restart(step: number): void {
    this.step = step;
    // larger steps are tried first: they are cheaper
    this.#mu = Math.log(10 * step);
    this.#count = 0;
    this.#error = 0;
    this.#averaged = 0;
  }

  update(acceptance: number): void {
    this.#count++;
    const weight = 1 / (this.#count + T0);
    this.#error = (1 - weight) * this.#error + weight * (this.#target - acceptance);
    const log = this.#mu - (this.#error * Math.sqrt(this.#count)) / GAMMA;
    const share = this.#count ** -KAPPA;
    this.#averaged = share * log + (1 - share) * this.#averaged;
    this.step = Math.exp(log);
  }

  /** The step to use from now on. */
  settled(): number {
    return this.#count === 0 ? this.step : Math.exp(this.#averaged);
  }
}

export interface Windows {
  /** iterations before the first window: the chain is still on its way */
  readonly start: number;
  /** iterations after the last window: the step settles under the last metric */
  readonly end: number;
  /** the last iteration of each window in which a metric is estimated */
  readonly ends: ReadonlySet<number>;
}

/**
 * Stan's schedule: 75 iterations, then windows of 25, 50, 100, … of which each gives a new metric, then 50 iterations.
 * Short warm-ups are divided 15 : 75 : 10; below 20 iterations only the step is adapted.
 */
export function adaptationWindows(warmup: number): Windows {
  if (warmup < 20) return { start: warmup, end: 0, ends: new Set() };
  const short = warmup < 150;
  const start = short ? Math.floor(0.15 * warmup) : 75;
  const end = short ? Math.floor(0.1 * warmup) : 50;
  const last = warmup - end;
  const ends = new Set<number>();
  let size = short ? last - start : 25;
  for (let from = start; from < last; ) {
    // a window that would leave too little for the next takes all that is left
    const to = from + size + 2 * size > last ? last : from + size;
    ends.add(to - 1);
    from = to;
    size *= 2;
  }
  return { start, end, ends };
}
