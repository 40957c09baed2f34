import type { Source, Span } from './span.ts';

/** A place as people count it: both from 1, columns in characters (code points), not in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Line starts of one source, computed once per report rather than once per diagnostic. */
export class LineTable {
  readonly #text: string;
  readonly #starts: number[] = [0];

  constructor(source: Source) {
    this.#text = source.text;
    for (let at = this.#text.indexOf('\n'); at >= 0; at = this.#text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  /** The 0-based number of the line that holds `offset`. */
  lineOf(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  startOf(line: number): number {
    return this.#starts[line] ?? this.#text.length;
  }

  /** The text of a line without its end-of-line characters. */
  textOf(line: number): string {
    const next = this.#starts[line + 1];
    const end = next === undefined ? this.#text.length : next - 1;
    const text = this.#text.slice(this.startOf(line), end);
    return text.endsWith('\r') ? text.slice(0, -1) : text;
  }

  position(offset: number): Position {
    const line = this.lineOf(offset);
    const before = this.#text.slice(this.startOf(line), offset);
    return { line: line + 1, column: Array.from(before).length + 1 };
  }
}

/** Line and column of the start of a span. */
export function positionOf(span: Span): Position {
  return new LineTable(span.source).position(span.start);
}
