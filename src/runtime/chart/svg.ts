/** A chart as an image: no script, no font, no time, and positions rounded to a tenth of a pixel. */
import type { ChartOptions, Curve, Shades } from './curve.ts';
import { decades, frameOf, heightOf, shown, ticks, tickText, widened, withEqualUnits } from './frame.ts';

const COLOURS = ['#1f77b4', '#d62728', '#2ca02c', '#9467bd', '#ff7f0e', '#17becf'];
const MARGIN = { left: 64, right: 16, top: 12, bottom: 44 };
/** Height of a line of text. */
const LINE = 16;
/** Shades are rounded to this many steps, so that cells of one step become one rectangle. */
const SHADE_STEPS = 12;

interface Plane {
  readonly px: (x: number) => number;
  readonly py: (y: number) => number;
  readonly shown: (y: number) => boolean;
}

/** A stand-alone SVG image. The same curves give the same text. */
export function chartSvg(curves: readonly Curve[], options: ChartOptions = {}): string {
  const { width = 640, height = 400, xLabel = 'epoch', yLabel = '' } = options;
  const coloured = curves.map((curve, k) => ({ ...curve, stroke: escaped(curve.colour ?? COLOURS[k % COLOURS.length]!) }));
  const named = coloured.filter(({ name }) => name !== '');
  const [left, right, top, bottom] = [MARGIN.left, width - MARGIN.right, MARGIN.top + LINE * named.length, height - MARGIN.bottom];
  const natural = frameOf(curves, options);
  // a point at the very edge would be cut
  const roomy = curves.some(({ marks }) => marks === 'points') ? widened(natural, 0.03) : natural;
  const frame = options.aspect === 'equal' ? withEqualUnits(roomy, right - left, bottom - top) : roomy;
  const px = (x: number): number => left + ((x - frame.left) / (frame.right - frame.left)) * (right - left);
  const py = (y: number): number => bottom - heightOf(frame, y) * (bottom - top);
  const plane = { px, py, shown: (y: number) => shown(frame, y) };
  const yTicks = frame.logarithmic ? decades(frame) : ticks(frame.bottom, frame.top);
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="white"/>`,
    ...(options.shades === undefined ? [] : shadePaths(options.shades, plane)),
    ...yTicks.map((y) => `<path d="M${left} ${pixel(py(y))}H${right}" stroke="#ddd"/><text x="${left - 8}" y="${pixel(py(y) + 4)}" text-anchor="end">${tickText(y)}</text>`),
    ...ticks(frame.left, frame.right).map((x) => `<path d="M${pixel(px(x))} ${bottom}v5" stroke="#444"/><text x="${pixel(px(x))}" y="${bottom + 18}" text-anchor="middle">${tickText(x)}</text>`),
    `<path d="M${left} ${top}V${bottom}H${right}" fill="none" stroke="#444"/>`,
    `<text x="${width / 2}" y="${height - 8}" text-anchor="middle">${escaped(xLabel)}</text>`,
    ...(yLabel === '' ? [] : [`<text transform="translate(14 ${(top + bottom) / 2}) rotate(-90)" text-anchor="middle">${escaped(yLabel)}</text>`]),
    ...coloured.map((curve) => drawn(curve, curve.stroke, plane)),
    ...named.map(({ name, stroke }, k) => `<text x="${right - 8}" y="${LINE * (k + 1)}" text-anchor="end" fill="${stroke}">${escaped(name)}</text>`),
    '</svg>',
  ];
  return `${lines.join('\n')}\n`;
}

function drawn(curve: Curve, colour: string, plane: Plane): string {
  if (curve.low !== undefined) return `<path d="${bandPath(curve, curve.low, plane)}" fill="${colour}" fill-opacity="0.2"/>`;
  if (curve.marks === 'points') return `<path d="${pointsPath(curve, plane)}" fill="none" stroke="${colour}" stroke-width="5" stroke-linecap="round"/>`;
  return `<path d="${linePath(curve, plane)}" fill="none" stroke="${colour}" stroke-width="1.5"/>`;
}

function linePath({ x, y }: Curve, plane: Plane): string {
  let [path, pen] = ['', 'M'];
  for (let k = 0; k < x.length; k++) {
    if (!plane.shown(y[k]!)) pen = 'M';
    else {
      path += `${pen}${place(plane, x[k]!, y[k]!)}`;
      pen = 'L';
    }
  }
  return path;
}

/** Lines without length, whose round ends are the points. */
function pointsPath({ x, y }: Curve, plane: Plane): string {
  return Array.from(x, (xk, k) => (plane.shown(y[k]!) ? `M${place(plane, xk, y[k]!)}h0` : '')).join('');
}

/** Along the upper values, and back along the lower ones. */
function bandPath({ x, y }: Curve, low: ArrayLike<number>, plane: Plane): string {
  const finite = Array.from(x, (_, k) => k).filter((k) => plane.shown(y[k]!) && plane.shown(low[k]!));
  const corners = [...finite.map((k) => place(plane, x[k]!, y[k]!)), ...finite.reverse().map((k) => place(plane, x[k]!, low[k]!))];
  return corners.length === 0 ? '' : `M${corners.join('L')}Z`;
}

/** One path for each step, of runs of neighbouring cells. */
function shadePaths({ x, y, columns, rows, values }: Shades, { px, py }: Plane): string[] {
  const column = (k: number): number => px(x[0] + ((x[1] - x[0]) * k) / columns);
  const row = (k: number): number => py(y[0] + ((y[1] - y[0]) * k) / rows);
  const step = (cell: number): number => Math.round(SHADE_STEPS * Math.min(1, Math.max(0, values[cell]!))) || 0;
  const paths = new Array<string>(SHADE_STEPS + 1).fill('');
  for (let r = 0; r < rows; r++) {
    for (let from = 0; from < columns; ) {
      const level = step(r * columns + from);
      let to = from + 1;
      while (to < columns && step(r * columns + to) === level) to++;
      paths[level] += `M${pixel(column(from))} ${pixel(row(r))}H${pixel(column(to))}V${pixel(row(r + 1))}H${pixel(column(from))}Z`;
      from = to;
    }
  }
  return paths.flatMap((path, level) => (path === '' || level === 0 ? [] : [`<path d="${path}" fill="${COLOURS[0]}" fill-opacity="${Math.round((60 * level) / SHADE_STEPS) / 100}"/>`]));
}

const place = ({ px, py }: Plane, x: number, y: number): string => `${pixel(px(x))} ${pixel(py(y))}`;
const pixel = (x: number): string => String(Math.round(x * 10) / 10);
const escaped = (text: string): string => text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c] ?? c);
