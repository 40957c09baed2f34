/**
 * Source maps of emitted modules. The map is read off the finished text, so it survives every layout: a line in a
 * function belongs to the statement whose name it assigns, any other line of it to the `derive` that asked for it.
 * Other lines (allocators, checks, kernels) are no statement's and stay unmapped.
 */
import { LineTable } from './diagnostics/position.ts';
import type { Source, Span } from './diagnostics/span.ts';

/** Version 3 of the format that debuggers, bundlers and Node read. */
export interface SourceMap {
  readonly version: 3;
  /** names of sources as the compiler was given them */
  readonly sources: readonly string[];
  readonly sourcesContent: readonly string[];
  readonly names: readonly string[];
  readonly mappings: string;
}

/** The user's statements by the identifiers of what they define. */
export interface Statements {
  /** of exported functions: the request */
  readonly functions: ReadonlyMap<string, Span>;
  /** of named values and inputs */
  readonly values: ReadonlyMap<string, Span>;
  /** of inputs that `step` gives new values */
  readonly updates: ReadonlyMap<string, Span>;
}

export function sourceMap(code: string, statements: Statements): SourceMap {
  const spans = spansOfLines(code.split('\n'), statements);
  const sources = [...new Set(spans.flatMap((place) => (place === undefined ? [] : [place.span.source])))];
  return {
    version: 3, sources: sources.map((s) => s.name), sourcesContent: sources.map((s) => s.text), names: [],
    mappings: encode(spans, sources),
  };
}

interface Place {
  /** first column of the line's text */
  readonly column: number;
  readonly span: Span;
}

function spansOfLines(lines: readonly string[], { functions, values, updates }: Statements): (Place | undefined)[] {
  let open: { readonly name: string; readonly end: string; readonly span: Span } | undefined;
  return lines.map((line) => {
    const [, indent = '', name = ''] = /^(\s*)(?:export )?function ([\w$\p{L}]+)\(/u.exec(line) ?? [];
    const request = functions.get(name);
    if (request !== undefined) open = { name, end: `${indent}}`, span: request };
    if (open === undefined) return undefined;
    const own = open.name === 'step' ? updates.get(assignedField(line) ?? '') : undefined;
    const span = own ?? valueOf(assigned(line), values) ?? open.span;
    if (line === open.end) open = undefined;
    const column = line.search(/\S/);
    return column < 0 ? undefined : { column, span };
  });
}

/** What a line assigns, or begins to: `const yHat = …`, `const n: number = …`, `yHats[i] = …`, `sum += …`. */
const assigned = (line: string): string | undefined => /^\s*(?:const |let )?([\w$\p{L}]+)(?:\[.*\]|: [^=]+)? [-+*/]?=(?: |$)/u.exec(line)?.[1];
const assignedField = (line: string): string | undefined => /^\s*params\.([\w$\p{L}]+)(?:\[.*\])? [-+*/]?=(?: |$)/u.exec(line)?.[1];

/** A value goes by its name, by its plural where it is kept as an array, or with a number where the name was taken. */
function valueOf(name: string | undefined, values: ReadonlyMap<string, Span>): Span | undefined {
  if (name === undefined) return undefined;
  return values.get(name) ?? values.get(name.replace(/s$/, '')) ?? values.get(name.replace(/_?\d+$/, ''));
}

/** One segment a line; every number is the difference to the one before. */
function encode(places: readonly (Place | undefined)[], sources: readonly Source[]): string {
  const tables = sources.map((source) => new LineTable(source));
  let last = { source: 0, line: 0, column: 0 };
  const mapped = places.slice(0, 1 + places.findLastIndex((place) => place !== undefined));
  return mapped.map((place) => {
    if (place === undefined) return '';
    const source = sources.indexOf(place.span.source);
    const line = tables[source]?.lineOf(place.span.start) ?? 0;
    const column = place.span.start - (tables[source]?.startOf(line) ?? 0);
    const text = [place.column, source - last.source, line - last.line, column - last.column].map(quantity).join('');
    last = { source, line, column };
    return text;
  }).join(';');
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** A signed number in base 64, five bits a digit, the sign last. */
export function quantity(value: number): string {
  let rest = value < 0 ? -value * 2 + 1 : value * 2;
  let text = '';
  do {
    const digit = rest & 31;
    rest >>>= 5;
    text += DIGITS[rest > 0 ? digit | 32 : digit] ?? '';
  } while (rest > 0);
  return text;
}
