/** A step at which numbers stopped being finite. */

export interface NotFinite {
  readonly epoch: number;
  /** steps before this one */
  readonly step: number;
  /** the value, or a component of the gradient such as `W1[3]` */
  readonly what: string;
  readonly found: number;
  /** rows of the batch, from 1 */
  readonly rows: readonly number[];
  /** the first part of the formula that is not finite, when there was someone to say so */
  readonly node?: string;
  /** all of this in one line */
  readonly message: string;
}

/** Index of the first element that is NaN or infinite, -1 when there is none. */
export function firstNotFinite(x: Float64Array): number {
  // the difference with itself is NaN for what is not finite; four sums hide the latency of one
  let [a, b, c, d] = [0, 0, 0, 0];
  const end = x.length - (x.length % 4);
  for (let i = 0; i < end; i += 4) {
    a += x[i]! - x[i]!;
    b += x[i + 1]! - x[i + 1]!;
    c += x[i + 2]! - x[i + 2]!;
    d += x[i + 3]! - x[i + 3]!;
  }
  for (let i = end; i < x.length; i++) a += x[i]! - x[i]!;
  return a + b + c + d === 0 ? -1 : x.findIndex((xi) => !Number.isFinite(xi));
}

export function describeNotFinite(failure: Omit<NotFinite, 'message'>): NotFinite {
  const { epoch, step, what, found, rows, node } = failure;
  const shown = rows.length > 6 ? `${rows.slice(0, 6).join(', ')}, …` : rows.join(', ');
  const message = `epoch ${epoch}, step ${step + 1}: ${what} is ${found} on the batch of rows ${shown}${node === undefined ? '' : `; ${node}`}`;
  return { ...failure, message };
}
