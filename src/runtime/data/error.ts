/** Mistakes in data: always with the place, so that a file of a million rows can be mended. */
import { RuntimeError } from '../error.ts';
import type { DataErrorCode } from '../error.ts';

export interface DataPlace {
  /** row of data, from 1; the header does not count */
  readonly row?: number;
  /** name of the column, or its number from 1 when it has none */
  readonly column?: string;
  /** line of the file, from 1 */
  readonly line?: number;
  /** the characters meant, in the text that was read */
  readonly start?: number;
  readonly end?: number;
}

/** `row`, `column` and `line` are part of the message as well. */
export class DataError extends RuntimeError {
  declare readonly code: DataErrorCode;
  readonly place: DataPlace;

  /** The message begins with `written`, which is the place unless it says more. */
  constructor(code: DataErrorCode, written: DataPlace, message: string, place: DataPlace = written) {
    super(code, `${placeText(written)}${message}`);
    this.name = 'DataError';
    this.place = place;
  }
}

function placeText({ row, column, line }: DataPlace): string {
  const words = [
    ...(row === undefined ? (line === undefined ? [] : [`line ${line}`]) : [`row ${row}${line === undefined ? '' : ` (line ${line})`}`]),
    ...(column === undefined ? [] : [`column \`${column}\``]),
  ];
  return words.length === 0 ? '' : `${words.join(', ')}: `;
}
