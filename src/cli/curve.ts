/** Curves of functions of one number: where they are finite, what of them is shown, and how they are drawn. */

export interface Curve {
  readonly label: string;
  /** values at the places of the plot; NaN where there is none */
  readonly y: readonly number[];
}

export interface Plot {
  readonly name: string;
  readonly x: readonly number[];
  readonly curves: readonly Curve[];
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** What is worth seeing: poles and rare peaks do not press everything else flat. */
export function visible(curves: readonly Curve[]): Interval {
  const values = curves.flatMap(({ y }) => y.filter((v) => Number.isFinite(v))).sort((a, b) => a - b);
  const at = (share: number): number => values[Math.min(values.length - 1, Math.max(0, Math.round(share * (values.length - 1))))] ?? 0;
  const [least, most, low, high] = [at(0), at(1), at(0.03), at(0.97)];
  const room = Math.max(high - low, Math.abs(high) * 1e-6, 1e-300);
  // the whole range, unless its ends lie far outside of where nearly all values are
  const span = most - least <= 4 * room ? { low: least, high: most } : { low: low - 0.25 * room, high: high + 0.25 * room };
  return span.high > span.low ? span : { low: span.low - 1, high: span.high + 1 };
}

/** Runs of neighbouring points that belong together: a hole of the domain or a jump through a pole ends one. */
export function pieces(y: readonly number[], { low, high }: Interval): number[][] {
  const out: number[][] = [];
  let run: number[] = [];
  for (const [k, value] of y.entries()) {
    const before = y[k - 1];
    const jumps = before !== undefined && Math.abs(value - before) > 0.5 * (high - low) && Math.sign(value - (low + high) / 2) !== Math.sign(before - (low + high) / 2);
    if ((!Number.isFinite(value) || jumps) && run.length > 0) {
      out.push(run);
      run = [];
    }
    if (Number.isFinite(value)) run.push(k);
  }
  if (run.length > 0) out.push(run);
  return out;
}

/** A number short enough for an axis. */
export const short = (value: number): string => String(Number(value.toPrecision(4)));

const BRAILLE = 0x2800;
/** Bits of a braille cell, by row and column. */
const DOTS = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]] as const;
const COLOURS = [36, 33, 35, 32] as const;

/** The plot in braille dots, two across and four down in a cell; a later curve colours the cells it crosses. */
export function terminalPlot(plot: Plot, columns: number, rows: number, colour: boolean): string {
  const range = visible(plot.curves);
  const dots = Array.from({ length: rows }, () => new Array<number>(columns).fill(0));
  const owner = Array.from({ length: rows }, () => new Array<number>(columns).fill(-1));
  const [height, width] = [4 * rows - 1, 2 * columns - 1];
  const row = (v: number): number => Math.round(((range.high - v) / (range.high - range.low)) * height);
  const put = (px: number, py: number, curve: number): void => {
    if (py < 0 || py > height || px < 0 || px > width) return;
    const [r, c] = [py >> 2, px >> 1];
    const line = dots[r];
    const owners = owner[r];
    if (line === undefined || owners === undefined) return;
    line[c] = (line[c] ?? 0) | (DOTS[py & 3]?.[px & 1] ?? 0);
    if (curve >= 0) owners[c] = curve;
  };
  const zero = row(0);
  for (let px = 0; px <= width; px += 4) put(px, zero, -1);
  for (const [curve, { y }] of plot.curves.entries()) {
    for (const run of pieces(y, range)) {
      for (const k of run) {
        const px = Math.round((k / Math.max(1, y.length - 1)) * width);
        const here = row(y[k] ?? 0);
        const next = run.includes(k + 1) ? row(y[k + 1] ?? 0) : here;
        const steps = Math.min(height, Math.abs(next - here));
        for (let s = 0; s <= steps; s += 1) put(px, here + Math.sign(next - here) * s, curve);
      }
    }
  }
  const margin = Math.max(short(range.high).length, short(range.low).length);
  const label = (r: number): string => (r === 0 ? short(range.high) : r === rows - 1 ? short(range.low) : '').padStart(margin);
  const cell = (r: number, c: number): string => {
    const text = String.fromCodePoint(BRAILLE + (dots[r]?.[c] ?? 0));
    const curve = owner[r]?.[c] ?? -1;
    return colour && curve >= 0 ? `\u001b[${COLOURS[curve % COLOURS.length] ?? 36}m${text}\u001b[0m` : text;
  };
  const lines = dots.map((_, r) => `${label(r)} ┤${Array.from({ length: columns }, (__, c) => cell(r, c)).join('')}`);
  const [left, right] = [short(plot.x[0] ?? 0), short(plot.x.at(-1) ?? 0)];
  const legend = plot.curves.map(({ label: text }, k) => `${' '.repeat(margin + 2)}${colour ? `\u001b[${COLOURS[k % COLOURS.length] ?? 36}m${text}\u001b[0m` : text}`);
  return `${[...lines, `${' '.repeat(margin + 2)}${left}${right.padStart(Math.max(1, columns - left.length))}`, ...legend].join('\n')}\n`;
}

const escapeXml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const STROKES = ['#0b62a4', '#d1495b', '#2e8b57', '#8a5fbf'] as const;

/** The plot as an image of its own: no script, no font, no time. */
export function svgPlot(plot: Plot): string {
  const [width, height, left, right, top, bottom] = [640, 400, 60, 620, 20, 360];
  const range = visible(plot.curves);
  const [from, to] = [plot.x[0] ?? 0, plot.x.at(-1) ?? 1];
  const px = (x: number): string => (left + ((x - from) / (to - from)) * (right - left)).toFixed(1);
  const py = (y: number): string => (bottom - ((y - range.low) / (range.high - range.low)) * (bottom - top)).toFixed(1);
  const axis = (a: string, b: string, c: string, d: string): string => `<line x1="${a}" y1="${b}" x2="${c}" y2="${d}" stroke="#bbb"/>`;
  const parts = [
    `<rect x="${left}" y="${top}" width="${right - left}" height="${bottom - top}" fill="none" stroke="#888"/>`,
    ...(range.low < 0 && range.high > 0 ? [axis(String(left), py(0), String(right), py(0))] : []),
    ...(from < 0 && to > 0 ? [axis(px(0), String(top), px(0), String(bottom))] : []),
    `<text x="${left}" y="${height - 22}">${short(from)}</text><text x="${right}" y="${height - 22}" text-anchor="end">${short(to)}</text>`,
    `<text x="${left - 6}" y="${bottom}" text-anchor="end">${short(range.low)}</text><text x="${left - 6}" y="${top + 10}" text-anchor="end">${short(range.high)}</text>`,
    ...plot.curves.flatMap(({ label, y }, k) => {
      const stroke = STROKES[k % STROKES.length] ?? '#000';
      const lines = pieces(y, range).map((run) => `<polyline clip-path="url(#frame)" fill="none" stroke="${stroke}" stroke-width="2" points="${run.map((i) => `${px(plot.x[i] ?? 0)},${py(Math.min(Math.max(y[i] ?? 0, range.low - 10 * (range.high - range.low)), range.high + 10 * (range.high - range.low)))}`).join(' ')}"/>`);
      return [...lines, `<text x="${left + 10}" y="${top + 18 + 16 * k}" fill="${stroke}">${escapeXml(label)}</text>`];
    }),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">\n<title>${escapeXml(plot.name)}</title>\n<clipPath id="frame"><rect x="${left}" y="${top}" width="${right - left}" height="${bottom - top}"/></clipPath>\n${parts.join('\n')}\n</svg>\n`;
}
