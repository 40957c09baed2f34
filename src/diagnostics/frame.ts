/** Source lines with marks under them. */
import type { Severity } from './entry.ts';
import type { LineTable } from './position.ts';
import type { Style } from './style.ts';
import { cells, shown, shownText, width } from './width.ts';

/** A range to mark; `^` for the place of the mistake, `-` for places that explain it, `+` for what a fix adds. */
export interface Mark {
  readonly start: number;
  readonly end: number;
  readonly sign: '^' | '-' | '+';
  readonly text: string;
}

/** A mark in cells of one printed line. */
interface Placed {
  readonly column: number;
  readonly width: number;
  readonly sign: Mark['sign'];
  readonly text: string;
}

/** The lines that hold marks, each followed by its mark rows; `…` stands for lines left out. */
export function frameLines(
  table: LineTable, marks: readonly Mark[], style: Style, severity: Severity, maxWidth: number,
): string[] {
  const byLine = new Map<number, Mark[]>();
  for (const mark of marks) {
    const line = table.lineOf(mark.start);
    const there = byLine.get(line);
    if (there) there.push(mark);
    else byLine.set(line, [mark]);
  }
  const lines = [...byLine.keys()].sort((a, b) => a - b);
  const gutter = String((lines.at(-1) ?? 0) + 1).length;
  const blank = ' '.repeat(gutter);
  const out: string[] = [];
  let last: number | undefined;
  for (const line of lines) {
    if (last !== undefined && line > last + 1) out.push(style.faint(`${blank} …`));
    last = line;
    const { text, placed } = placeMarks(table, line, byLine.get(line) ?? [], maxWidth);
    out.push(`${style.faint(`${String(line + 1).padStart(gutter)} |`)} ${text}`.trimEnd());
    for (const row of markRows(placed)) {
      out.push(`${style.faint(`${blank} |`)} ${row.includes('^') ? style.severity(severity, row) : row}`);
    }
  }
  return out;
}

/** The printed text of a line, cut to `maxWidth` cells around its first mark, and its marks in cells. */
function placeMarks(
  table: LineTable, line: number, marks: readonly Mark[], maxWidth: number,
): { text: string; placed: Placed[] } {
  const raw = table.textOf(line);
  const base = table.startOf(line);
  const characters: { at: number; text: string; cell: number }[] = [];
  const focus = Math.min(...marks.map((mark) => mark.start - base));
  // Far more than can be shown is dropped before any per-character work: lines of 1e6 characters exist.
  const from = Math.max(0, focus - maxWidth);
  let cell = 0;
  let at = from;
  for (const character of raw.slice(from, focus + 2 * maxWidth)) {
    const text = shown(character);
    characters.push({ at, text, cell });
    cell += text === character ? cells(character) : width(text);
    at += character.length;
  }
  const endCell = cell;
  const cellOf = (offset: number): number => characters.find((c) => c.at >= offset)?.cell ?? endCell;
  const whole = from === 0 && at === raw.length && endCell <= maxWidth;
  const left = whole ? 0 : Math.max(0, Math.min(cellOf(focus) - Math.floor(maxWidth / 3), endCell - maxWidth));
  const right = whole ? endCell : left + maxWidth;
  const kept = characters.filter((c) => c.cell >= left && c.cell < right);
  const first = kept[0];
  const cutLeft = first !== undefined && first.at > 0;
  const cutRight = (kept.at(-1)?.at ?? 0) < (characters.at(-1)?.at ?? 0) || at < raw.length;
  const shift = (cutLeft ? 2 : 0) - (first?.cell ?? 0);
  const text = `${cutLeft ? '… ' : ''}${kept.map((c) => c.text).join('')}${cutRight ? ' …' : ''}`;
  const limit = width(text) + 1;
  const placed = marks.map((mark): Placed => {
    const column = Math.min(Math.max(cellOf(mark.start - base) + shift, 0), limit);
    const end = Math.min(cellOf(Math.min(mark.end - base, raw.length)) + shift, limit);
    return { column, width: Math.max(1, end - column), sign: mark.sign, text: shownText(mark.text) };
  });
  return { text, placed };
}

/** One row of underlines with the last text beside it, then the other texts hanging below, last first. */
function markRows(placed: readonly Placed[]): string[] {
  const sorted = placed.toSorted((a, b) => a.column - b.column || b.width - a.width);
  let underline = '';
  for (const mark of sorted) {
    const row = ' '.repeat(mark.column) + mark.sign.repeat(mark.width);
    const wider = sorted.some((other) => other !== mark && other.sign === '^' && other.column <= mark.column && other.column + other.width >= mark.column + mark.width && other.width > mark.width);
    underline = wider && mark.sign === '-' ? underline.slice(0, mark.column) + '-'.repeat(mark.width) + underline.slice(mark.column + mark.width) : overlay(underline, row);
  }
  const texts = sorted.filter((mark) => mark.text !== '');
  const last = sorted.at(-1);
  const beside = last && last.text !== '' && last.column + last.width >= underline.length ? last : undefined;
  const rows = [beside ? `${underline} ${beside.text}` : underline];
  const hanging = texts.filter((mark) => mark !== beside);
  for (let i = hanging.length - 1; i >= 0; i -= 1) {
    let row = '';
    for (const mark of hanging.slice(0, i)) row = overlay(row, `${' '.repeat(mark.column)}|`);
    const mark = hanging[i];
    if (mark) rows.push(overlay(row, ' '.repeat(mark.column) + mark.text));
  }
  return rows;
}

/** Writes the non-blank characters of `above` over `below`; a caret is never covered. */
function overlay(below: string, above: string): string {
  let out = '';
  for (let i = 0; i < Math.max(below.length, above.length); i += 1) {
    const under = below[i] ?? ' ';
    const over = above[i] ?? ' ';
    out += under === '^' || over === ' ' ? under : over;
  }
  return out;
}
