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

export function describeNotFinite(failure: Omit<NotFinite, 'message'>): NotFinite {
  const { epoch, step, what, found, rows, node } = failure;
  const shown = rows.length > 6 ? `${rows.slice(0, 6).join(', ')}, …` : rows.join(', ');
  const message = `epoch ${epoch}, step ${step + 1}: ${what} is ${found}${rows.length === 0 ? '' : ` on the batch of rows ${shown}`}${node === undefined ? '' : `; ${node}`}`;
  return { ...failure, message };
}
