/** What a chart shows. */

export interface Curve {
  /** written above the chart; an empty name is not */
  readonly name: string;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  /** a line when left out; it is broken where a value is not finite */
  readonly marks?: 'line' | 'points';
  /** the area between these values and `y` is shaded instead: an interval around a prediction */
  readonly low?: ArrayLike<number>;
  /** a colour of SVG; by the place in the list when left out */
  readonly colour?: string;
}

/** Shades behind the curves: the values of a function on a grid, or a matrix. */
export interface Shades {
  /** ends of the grid */
  readonly x: readonly [from: number, to: number];
  readonly y: readonly [from: number, to: number];
  readonly columns: number;
  readonly rows: number;
  /** one for each cell, row by row from the bottom, from 0 (white) to 1 */
  readonly values: ArrayLike<number>;
}

export interface ChartOptions {
  /** pixels or characters */
  readonly width?: number;
  readonly height?: number;
  /** powers of ten on the vertical axis; 'auto' takes them when all values are positive and span more than a factor of 20 */
  readonly scale?: 'auto' | 'linear' | 'logarithmic';
  /** 'equal': one unit is as long on both axes; for images only */
  readonly aspect?: 'free' | 'equal';
  readonly xLabel?: string;
  /** for images only */
  readonly yLabel?: string;
  /** for images only */
  readonly shades?: Shades;
}

/** Curves of a history: `loss`, `validationLoss`, and the metrics. */
export function historyCurves(history: readonly { readonly epoch: number; readonly loss: number; readonly validationLoss?: number; readonly metrics?: Readonly<Record<string, number>> }[]): Curve[] {
  const x = history.map((r) => r.epoch);
  const [first] = history;
  const named = [
    { name: 'loss', y: history.map((r) => r.loss) },
    ...(first?.validationLoss === undefined ? [] : [{ name: 'validation loss', y: history.map((r) => r.validationLoss ?? Number.NaN) }]),
    ...Object.keys(first?.metrics ?? {}).map((name) => ({ name, y: history.map((r) => r.metrics?.[name] ?? Number.NaN) })),
  ];
  return named.map(({ name, y }) => ({ name, x, y }));
}
