/** What goes to stdout and stderr: answers, diagnostics as frames or as JSON, colours only for terminals. */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { LineTable } from '../diagnostics/position.ts';
import { renderAll } from '../diagnostics/render.ts';
import type { Source } from '../diagnostics/span.ts';
import { ansi, plain } from '../diagnostics/style.ts';

/** 0 done, 1 the input is wrong or stale, 2 wrong usage, 70 our bug. */
export type ExitCode = 0 | 1 | 2 | 70;

/** The world a command acts on; tests give their own. */
export interface Terminal {
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
  readonly readStdin: () => Uint8Array;
  readonly colour: boolean;
  /** stderr is a terminal: progress may be shown */
  readonly progress: boolean;
  readonly width: number;
}

/** Whether to colour a stream: NO_COLOR, FORCE_COLOR and dumb terminals are honoured. */
export function wantsColour(isTerminal: boolean, environment: Readonly<Record<string, string | undefined>>): boolean {
  if ((environment['NO_COLOR'] ?? '') !== '') return false;
  if ((environment['FORCE_COLOR'] ?? '') !== '') return true;
  return isTerminal && environment['TERM'] !== 'dumb';
}

export interface JsonDiagnostic {
  readonly code: string;
  readonly severity: string;
  readonly message: string;
  readonly span: { readonly start: number; readonly end: number; readonly line: number; readonly column: number; readonly source: string } | null;
  readonly hint: string | null;
  readonly fix?: { readonly start: number; readonly end: number; readonly text: string };
}

export function jsonDiagnostics(diagnostics: readonly Diagnostic[]): JsonDiagnostic[] {
  const tables = new Map<Source, LineTable>();
  return diagnostics.map((d) => {
    const { span, fix } = d;
    const common = { code: d.code, severity: d.severity, message: d.message, hint: d.hint ?? null };
    const repaired = fix === undefined ? {} : { fix: { start: fix.span.start, end: fix.span.end, text: fix.text } };
    if (span === undefined) return { ...common, span: null, ...repaired };
    let table = tables.get(span.source);
    if (table === undefined) tables.set(span.source, (table = new LineTable(span.source)));
    return { ...common, span: { start: span.start, end: span.end, ...table.position(span.start), source: span.source.name }, ...repaired };
  });
}

/** JSON has no NaN and no infinities: they are the strings "NaN", "Infinity", "-Infinity". */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, v: unknown) => (typeof v === 'number' && !Number.isFinite(v) ? String(v) : v));
}

/** Prints diagnostics to stderr as frames, or to stdout inside the failure envelope of `--json`. */
export function reportFailure(terminal: Terminal, format: 'json' | 'text', diagnostics: readonly Diagnostic[]): void {
  if (format === 'json') terminal.write(`${toJson({ ok: false, version: 1, diagnostics: jsonDiagnostics(diagnostics) })}\n`);
  else printDiagnostics(terminal, diagnostics);
}

export function printDiagnostics(terminal: Terminal, diagnostics: readonly Diagnostic[]): void {
  if (diagnostics.length === 0) return;
  terminal.writeError(`${renderAll(diagnostics, { style: terminal.colour ? ansi : plain, maxWidth: Math.max(40, terminal.width) })}\n`);
}
