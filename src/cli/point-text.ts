/** Values given on the command line, `x=1,A=[[1,2],[3,4]]`, or in a JSON file. */
import { DEEPEST } from '../answer/nested.ts';
import type { Bag } from '../diagnostics/bag.ts';
import type { Flag } from './flags.ts';
import { kindOf, readSource } from '../project/files.ts';

/** `x=1,y=2`, `x=[1,2]`, or a JSON file. */
export function readPoint(text: string, flag: Flag, bag: Bag): ReadonlyMap<string, unknown> | undefined {
  if (text.includes('=')) return readAssignments(text, flag, bag);
  if (kindOf(text) === 'missing' && !text.endsWith('.json')) {
    bag.report('bad-flag-value', undefined, { flag: `--${flag}`, value: text, expected: '`x=1,y=2` or a JSON file' });
    return undefined;
  }
  const source = readSource(text, bag);
  if (source === undefined) return undefined;
  const data = parseJson(source.text);
  if (data === undefined) {
    bag.report('bad-data', undefined, { name: text, reason: 'it is not valid JSON' }, { hint: 'for example `{"x": 1, "A": [[1, 2], [3, 4]]}`, without a comma behind the last value' });
    return undefined;
  }
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    bag.report('bad-flag-value', undefined, { flag: `--${flag}`, value: text, expected: 'a JSON object of numbers and nested lists' });
    return undefined;
  }
  return new Map(Object.entries(data).map(([name, value]): [string, unknown] => [name.normalize('NFC'), fromJson(value)]));
}

/** `x=1,y=[2,3]` */
function readAssignments(text: string, flag: Flag, bag: Bag): ReadonlyMap<string, unknown> {
  const values = new Map<string, unknown>();
  for (const [name, given] of splitAssignments(text)) {
    const value = readValue(given);
    if (name === '' || value === undefined) bag.report('bad-flag-value', undefined, { flag: `--${flag}`, value: `${name}=${given}`, expected: 'NAME=NUMBER, several with commas between them,' });
    else values.set(name, value);
  }
  return values;
}

/** `X=a,b,y=c` as X → `a,b` and y → `c`. */
export function splitAssignments(text: string): [name: string, value: string][] {
  return text.split(/,(?=\s*[^\s,=[\]]+\s*=)/u).map((part) => {
    const equals = part.indexOf('=');
    return equals < 0 ? ['', part.trim()] : [part.slice(0, equals).trim().normalize('NFC'), part.slice(equals + 1).trim()];
  });
}

function readValue(text: string): unknown {
  if (text.startsWith('[')) return fromJson(parseJson(text));
  return fromJson(text === '' || !/^[-+]?(\d|\.\d|Infinity$|inf$|NaN$)/.test(text) ? undefined : numberOf(text));
}

/** A number or one of the words for numbers JSON does not have; undefined for anything that only begins like a number. */
function numberOf(text: string): number | string | undefined {
  const value = Number(text);
  if (!Number.isNaN(value)) return value;
  return /^[-+]?(inf|Infinity)$|^NaN$/.test(text) ? text.replace(/inf$/, 'Infinity') : undefined;
}

/** The three strings that stand for numbers JSON does not have; what is nested deeper than any array is left for others to refuse. */
export function fromJson(value: unknown, depth = 0): unknown {
  if (value === 'Infinity' || value === '+Infinity') return Infinity;
  if (value === '-Infinity') return -Infinity;
  if (value === 'NaN') return Number.NaN;
  return Array.isArray(value) && depth < DEEPEST ? value.map((part) => fromJson(part, depth + 1)) : value;
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Where a text stops being JSON, as far as the engine tells it. */
export function jsonMistakeAt(text: string): number | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const [, position] = /at position (\d+)/.exec(error.message) ?? [];
    return position === undefined ? undefined : Number(position);
  }
}
