/** Curves in characters, for a terminal. */
import { frameOf, heightOf, shown, tickText } from './frame.ts';
import type { ChartOptions, Curve } from './curve.ts';

const MARKS = '*+ox#@';

/** Curves in characters, for a terminal. */
export function chartText(curves: readonly Curve[], options: ChartOptions = {}): string {
  const { width = 72, height = 16, xLabel = 'epoch' } = options;
  const frame = frameOf(curves, options);
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
