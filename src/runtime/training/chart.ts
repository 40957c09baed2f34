/** Curves of losses as SVG and as text. */

export interface Curve {
  readonly name: string;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

export interface ChartOptions {
  /** pixels or characters */
  readonly width?: number;
  readonly height?: number;
  /** powers of ten on the vertical axis; 'auto' takes them when all values are positive and span more than a factor of 20 */
  readonly scale?: 'auto' | 'linear' | 'logarithmic';
  readonly xLabel?: string;
}

/** The part of the plane that is shown. */
interface Frame {
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly top: number;
  readonly logarithmic: boolean;
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

const COLOURS = ['#1f77b4', '#d62728', '#2ca02c', '#9467bd', '#ff7f0e', '#17becf'];
const MARGIN = { left: 64, right: 16, top: 16, bottom: 44 };

/** A stand-alone SVG image. The same curves give the same text. */
export function chartSvg(curves: readonly Curve[], options: ChartOptions = {}): string {
  const { width = 640, height = 400, xLabel = 'epoch' } = options;
  const frame = frameOf(curves, options.scale ?? 'auto');
  const px = (x: number): number => MARGIN.left + ((x - frame.left) / (frame.right - frame.left)) * (width - MARGIN.left - MARGIN.right);
  const py = (y: number): number => height - MARGIN.bottom - heightOf(frame, y) * (height - MARGIN.top - MARGIN.bottom);
  const yTicks = frame.logarithmic ? decades(frame) : ticks(frame.bottom, frame.top);
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="white"/>`,
    ...yTicks.map((y) => `<path d="M${MARGIN.left} ${pixel(py(y))}H${width - MARGIN.right}" stroke="#ddd"/><text x="${MARGIN.left - 8}" y="${pixel(py(y) + 4)}" text-anchor="end">${tickText(y)}</text>`),
    ...ticks(frame.left, frame.right).map((x) => `<path d="M${pixel(px(x))} ${height - MARGIN.bottom}v5" stroke="#444"/><text x="${pixel(px(x))}" y="${height - MARGIN.bottom + 18}" text-anchor="middle">${tickText(x)}</text>`),
    `<path d="M${MARGIN.left} ${MARGIN.top}V${height - MARGIN.bottom}H${width - MARGIN.right}" fill="none" stroke="#444"/>`,
    `<text x="${width / 2}" y="${height - 8}" text-anchor="middle">${escaped(xLabel)}</text>`,
    ...curves.map((curve, k) => `<path d="${pathOf(curve, frame, px, py)}" fill="none" stroke="${COLOURS[k % COLOURS.length]}" stroke-width="1.5"/>`),
    ...curves.map(({ name }, k) => `<text x="${width - MARGIN.right - 8}" y="${MARGIN.top + 16 * (k + 1)}" text-anchor="end" fill="${COLOURS[k % COLOURS.length]}">${escaped(name)}</text>`),
    '</svg>',
  ];
  return `${lines.join('\n')}\n`;
}

function pathOf({ x, y }: Curve, frame: Frame, px: (x: number) => number, py: (y: number) => number): string {
  let [path, pen] = ['', 'M'];
  for (let k = 0; k < x.length; k++) {
    if (!shown(frame, y[k]!)) pen = 'M';
    else {
      path += `${pen}${pixel(px(x[k]!))} ${pixel(py(y[k]!))}`;
      pen = 'L';
    }
  }
  return path;
}

const MARKS = '*+ox#@';

/** Curves in characters, for a terminal. */
export function chartText(curves: readonly Curve[], options: ChartOptions = {}): string {
  const { width = 72, height = 16, xLabel = 'epoch' } = options;
  const frame = frameOf(curves, options.scale ?? 'auto');
  const margin = 10;
  const columns = Math.max(8, width - margin - 1);
  const cells = Array.from({ length: height }, () => Array.from({ length: columns }, () => ' '));
  curves.forEach(({ x, y }, c) => {
    for (let k = 0; k < x.length; k++) {
      if (!shown(frame, y[k]!)) continue;
      const column = Math.round(((x[k]! - frame.left) / (frame.right - frame.left)) * (columns - 1));
      const row = Math.round((1 - heightOf(frame, y[k]!)) * (height - 1));
      cells[row]![column] = MARKS[c % MARKS.length]!;
    }
  });
  const at = (row: number): number => {
    const part = 1 - row / (height - 1);
    return frame.logarithmic ? frame.bottom * (frame.top / frame.bottom) ** part : frame.bottom + part * (frame.top - frame.bottom);
  };
  const lines = cells.map((row, k) => `${(k % 5 === 0 || k === height - 1 ? tickText(at(k)) : '').padStart(margin - 1)} |${row.join('').trimEnd()}`);
  const [from, to] = [tickText(frame.left), tickText(frame.right)];
  const axis = `${' '.repeat(margin + 1)}${from}${`${xLabel} ${to}`.padStart(columns - from.length)}`;
  const legend = curves.length > 1 ? [`${' '.repeat(margin + 1)}${curves.map(({ name }, k) => `${MARKS[k % MARKS.length]} ${name}`).join('   ')}`] : [];
  return `${[...lines, `${' '.repeat(margin)}+${'-'.repeat(columns)}`, axis, ...legend].join('\n')}\n`;
}

function frameOf(curves: readonly Curve[], scale: 'auto' | 'linear' | 'logarithmic'): Frame {
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const { x, y } of curves) {
    for (let k = 0; k < x.length; k++) {
      const [xk, yk] = [x[k]!, y[k]!];
      if (!Number.isFinite(yk) || (scale === 'logarithmic' && yk <= 0)) continue;
      [left, right, bottom, top] = [Math.min(left, xk), Math.max(right, xk), Math.min(bottom, yk), Math.max(top, yk)];
    }
  }
  if (!(left <= right)) [left, right, bottom, top] = [0, 1, 0, 1];
  if (left === right) right = left + 1;
  const logarithmic = scale === 'logarithmic' || (scale === 'auto' && bottom > 0 && top > 20 * bottom);
  if (bottom === top) [bottom, top] = logarithmic ? [bottom / 2, 2 * top] : [bottom - 1, top + 1];
  return { left, right, bottom, top, logarithmic };
}

const shown = ({ logarithmic }: Frame, y: number): boolean => Number.isFinite(y) && (!logarithmic || y > 0);
/** From 0 at the bottom to 1 at the top. */
const heightOf = ({ bottom, top, logarithmic }: Frame, y: number): number => (logarithmic ? Math.log(y / bottom) / Math.log(top / bottom) : (y - bottom) / (top - bottom));

/** Four to ten round numbers between two. */
function ticks(from: number, to: number): number[] {
  const rough = (to - from) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((m) => m * power >= rough) ?? 10);
  const first = Math.ceil(from / step);
  return Array.from({ length: Math.floor(to / step) - first + 1 }, (_, k) => (first + k) * step);
}

/** Powers of ten, thinned out; where there are fewer than two, the ends. */
function decades({ bottom, top }: Frame): number[] {
  const [low, high] = [Math.ceil(Math.log10(bottom)), Math.floor(Math.log10(top))];
  if (high - low < 1) return [bottom, top];
  const step = Math.ceil((high - low + 1) / 8);
  return Array.from({ length: Math.floor((high - low) / step) + 1 }, (_, k) => 10 ** (low + k * step));
}

const tickText = (x: number): string => String(Number(x.toPrecision(3)));
const pixel = (x: number): string => String(Math.round(x * 10) / 10);
const escaped = (text: string): string => text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c] ?? c);
