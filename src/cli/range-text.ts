/** Intervals given on the command line: `--range x=-700:700,y=0:1`. */
import type { Bag } from '../diagnostics/bag.ts';

export interface GivenRange {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** `x=-700:700,y=0:1`; what cannot be read is reported and left out. */
export function readRanges(text: string | undefined, bag: Bag): GivenRange[] {
  return (text?.split(',') ?? []).flatMap((part) => {
    const [, name, from, to] = /^\s*([^=\s]+)\s*=\s*([^:]+):([^:]+)$/u.exec(part) ?? [];
    const range = { name: (name ?? '').normalize('NFC'), from: Number(from), to: Number(to) };
    if (name === undefined || !Number.isFinite(range.from) || !Number.isFinite(range.to)) {
      bag.report('bad-flag-value', undefined, { flag: '--range', value: part, expected: 'NAME=FROM:TO with two numbers' });
      return [];
    }
    if (range.from >= range.to) {
      bag.report('empty-sample-range', undefined, { name, from: String(range.from), to: String(range.to) });
      return [];
    }
    return [range];
  });
}
