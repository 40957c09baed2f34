/** Diagnostics as text: message, place, the source lines concerned with carets, hint, fix. */
import type { Diagnostic } from './diagnostic.ts';
import { frameLines } from './frame.ts';
import type { Mark } from './frame.ts';
import { LineTable } from './position.ts';
import type { Source } from './span.ts';
import { plain } from './style.ts';
import type { Style } from './style.ts';
import { shownText } from './width.ts';

export interface RenderOptions {
  readonly style?: Style;
  /** widest source line shown; longer ones are cut around the span */
  readonly maxWidth?: number;
}

/** Renders one diagnostic as lines without a final newline. */
export function render(diagnostic: Diagnostic, options: RenderOptions = {}): string {
  return renderWith(diagnostic, tableCache(), options);
}

/** Renders all, separated by blank lines; line tables are shared. */
export function renderAll(diagnostics: readonly Diagnostic[], options: RenderOptions = {}): string {
  const tables = tableCache();
  return diagnostics.map((diagnostic) => renderWith(diagnostic, tables, options)).join('\n\n');
}

function tableCache(): (source: Source) => LineTable {
  const tables = new Map<Source, LineTable>();
  return (source) => {
    const known = tables.get(source);
    if (known) return known;
    const table = new LineTable(source);
    tables.set(source, table);
    return table;
  };
}

function renderWith(diagnostic: Diagnostic, tables: (source: Source) => LineTable, options: RenderOptions): string {
  const style = options.style ?? plain;
  const maxWidth = options.maxWidth ?? 100;
  const { severity, code, span } = diagnostic;
  const head = style.severity(severity, `${severity}[${code}]`);
  const lines = [`${head}${style.strong(`: ${shownText(diagnostic.message)}`)}`];
  if (span) {
    const { line, column } = tables(span.source).position(span.start);
    lines.push(style.faint(`  ${shownText(span.source.name)}:${line}:${column}`));
    lines.push(...renderFrames(diagnostic, span.source, tables, style, maxWidth));
  }
  if (diagnostic.hint !== undefined) lines.push(`${style.strong('hint:')} ${shownText(diagnostic.hint)}`);
  if (diagnostic.fix) lines.push(...renderFix(diagnostic.fix, tables, style, maxWidth));
  return lines.join('\n');
}

/** The marked lines of the diagnostic's own source, then those of other sources under their names. */
function renderFrames(
  diagnostic: Diagnostic, own: Source, tables: (source: Source) => LineTable, style: Style, maxWidth: number,
): string[] {
  const marks: (Mark & { readonly source: Source })[] = [];
  const { span } = diagnostic;
  if (span) {
    const beside = diagnostic.labels.find((label) => sameSpan(label.span, span));
    marks.push({ source: span.source, start: span.start, end: span.end, sign: '^', text: beside?.text ?? '' });
  }
  for (const label of diagnostic.labels) {
    if (span && sameSpan(label.span, span)) continue;
    marks.push({ source: label.span.source, start: label.span.start, end: label.span.end, sign: '-', text: label.text });
  }
  const out = frameLines(tables(own), marks.filter((mark) => mark.source === own), style, diagnostic.severity, maxWidth);
  for (const source of new Set(marks.map((mark) => mark.source))) {
    if (source === own) continue;
    const there = marks.filter((mark) => mark.source === source);
    const { line, column } = tables(source).position(there[0]?.start ?? 0);
    out.push(style.faint(`  ${shownText(source.name)}:${line}:${column}`));
    out.push(...frameLines(tables(source), there, style, diagnostic.severity, maxWidth));
  }
  return out;
}

function sameSpan(a: { source: Source; start: number; end: number }, b: { source: Source; start: number; end: number }): boolean {
  return a.source === b.source && a.start === b.start && a.end === b.end;
}

/** The line as it reads with the fix applied, the new text marked with `+`. */
function renderFix(
  fix: NonNullable<Diagnostic['fix']>, tables: (source: Source) => LineTable, style: Style, maxWidth: number,
): string[] {
  const { source, start, end } = fix.span;
  const table = tables(source);
  const line = table.lineOf(start);
  if (table.lineOf(end) !== line || fix.text.includes('\n')) return [];
  const before = table.textOf(line);
  const from = start - table.startOf(line);
  const fixed = before.slice(0, from) + fix.text + before.slice(end - table.startOf(line));
  const fixedTable = new LineTable({ name: source.name, text: '\n'.repeat(line) + fixed });
  const at = line + from;
  const sign = fix.text === '' ? '^' : '+';
  const frame = frameLines(fixedTable, [{ start: at, end: at + fix.text.length, sign, text: '' }], style, 'note', maxWidth);
  return [style.strong('fix:'), ...(fix.text === '' ? frame.slice(0, 1) : frame)];
}
