/**
 * Functions that emitted modules carry with them, as TypeScript text: checks of what the caller passes, copies,
 * and dense kernels. A matrix that is not positive definite gives NaN and a status, never an exception: a line
 * search can step back.
 */
import { invariant } from '../../diagnostics/internal.ts';
import type { Precision } from '../../targets.ts';
import type { Dialect } from './dialect.ts';
import { helper, type Helper } from './carried.ts';
import { FAST_HELPERS } from './fast-functions.ts';
import { GRAM_HELPERS } from './gram-functions.ts';
import { MATMUL_HELPERS } from './matmul-functions.ts';
import { MATRIX_HELPERS } from './matrix-functions.ts';
import { SEEDED_HELPERS } from './seeded-functions.ts';
import { SPARSE_HELPERS } from './sparse-functions.ts';
import { TABLE_HELPER } from './tables.ts';

const HELPERS: Readonly<Record<string, Helper>> = {
  checkSize: helper(`
function checkSize(name: string, size: number, least: number): void {
  if (!(Number.isInteger(size) && size >= least)) throw new RangeError(\`\${name} is \${size}, expected an integer >= \${least}\`);
  if (size > 4294967296) throw new RangeError(\`\${name} is \${size}, expected at most 4294967296: an array cannot be longer\`);
}`),
  checkArrays: helper(`
type ElementCheck = (name: string, array: ArrayLike<number>) => void;

type Seen<Key extends string> = { [K in Key]?: unknown };

type Passed = readonly [name: string, array: ArrayLike<number> & ArrayBufferView, length: number, check?: ElementCheck | undefined, type?: string];

/** An array of another window is no instance of ours. A detached one has no elements. */
function checkArrays(...passed: readonly Passed[]): readonly unknown[] {
  return passed.map(([name, array, length, check, type = 'Float64Array']) => {
    const given = Object.prototype.toString.call(array);
    if (array && given !== \`[object \${type}]\`) throw new RangeError(\`\${name} is \${given}, expected \${type}\`);
    if (array?.length !== length) throw new RangeError(\`\${name} has \${array?.length ?? 'no'} elements, expected \${length}\`);
    check?.(name, array);
    return array;
  });
}`),
  checkApart: helper(`
/** The first \`filled\` arrays must not share memory with another one: what is still to be read would be overwritten. */
function checkApart(filled: number, ...passed: readonly Passed[]): readonly unknown[] {
  const arrays = checkArrays(...passed);
  passed.slice(0, filled).forEach(([name, a], i) => {
    for (const [other, b] of passed.slice(i + 1)) {
      if (a.buffer === b.buffer && a.byteOffset < b.byteOffset + b.byteLength && b.byteOffset < a.byteOffset + a.byteLength)
        throw new RangeError(\`\${name} shares memory with \${other}, expected an array of its own\`);
    }
  });
  return arrays;
}`, 'checkArrays'),
  elementCheck: helper(`
/** Refuses elements that break a rule. Each array is looked at once. */
function elementCheck(holds: (x: number) => boolean, rule: string): ElementCheck {
  const passed = new WeakSet();
  return (name, array) => {
    if (passed.has(array)) return;
    for (let i = 0; i < array.length; i++) if (!holds(array[i]!)) throw new RangeError(\`\${name}[\${i}] is \${array[i]}, expected \${rule}\`);
    passed.add(array);
  };
}`, 'checkArrays'),
  numbers: helper(`
/** What elements must be where nothing else is declared. */
const numbers = elementCheck((x) => !Number.isNaN(x), 'a number');`, 'elementCheck'),
  symmetric: helper(`
/** What elements must be, and symmetry up to rounding: only one of two mirrored elements is read. */
function symmetric(n: number, rounding: number, check: ElementCheck): ElementCheck {
  return (name, matrix) => {
    check(name, matrix);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) {
        const below = matrix[i * n + j]!;
        const above = matrix[j * n + i]!;
        if (Math.abs(below - above) > rounding * (Math.abs(below) + Math.abs(above))) throw new RangeError(\`\${name}[\${i}, \${j}] is \${below} and [\${j}, \${i}] is \${above}, expected a symmetric matrix\`);
      }
    }
  };
}`, 'checkArrays'),
  checkValue: helper(`
function checkValue(name: string, value: number, holds: boolean, rule: string): void {
  if (!holds) throw new RangeError(\`\${name} is \${value}, expected \${rule}\`);
}`),
  copyElements: helper(`
/** to[at …] = from[start …], \`length\` elements. */
function copyElements(from: Float64Array, start: number, to: Float64Array, at: number, length: number): void {
  for (let i = 0; i < length; i++) to[at + i] = from[start + i]!;
}`),
  readTable: TABLE_HELPER,
  ...MATRIX_HELPERS,
  ...SPARSE_HELPERS,
  ...SEEDED_HELPERS,
  ...GRAM_HELPERS,
  ...MATMUL_HELPERS,
  ...FAST_HELPERS,
};

export function isHelper(name: string): boolean {
  return Object.hasOwn(HELPERS, name);
}

/** The helpers named and those they call, alphabetical. In modules of single numbers they work on either kind of array. */
export function helperTexts(names: Iterable<string>, dialect: Dialect, precision: Precision): string[] {
  const all = new Set(names);
  // a set yields what is added while it is walked
  for (const name of all) for (const needed of helperNamed(name).dependsOn) all.add(needed);
  const usual = precision === 'f64' ? 'Float64Array' : 'Float32Array';
  const texts = [...all].sort().map((name) => inLanguage(helperNamed(name), dialect)).filter((text) => text !== '').map((text) => text.replace(`= 'Float64Array'`, `= '${usual}'`));
  if (precision === 'f64' || dialect.language === 'js') return texts;
  const either = texts.map((text) => text.replace(/: Float64Array(?=[,)])/g, ': Reals'));
  return either.some((text) => text.includes(': Reals')) ? ['type Reals = Float32Array | Float64Array;', ...either] : either;
}

/** Every name that a helper text may define. */
export function helperNames(): string[] {
  return Object.values(HELPERS).flatMap(({ text }) => [...text.matchAll(/^(?:function|const|type|interface) (\w+)/gm)].flatMap((m) => m[1] ?? []));
}

function helperNamed(name: string): Helper {
  const found = HELPERS[name];
  invariant(found, 'emit', `no helper ${name}`);
  return found;
}

const ANNOTATION = /: (?:Float64Array|Int32Array(?: \| undefined)?|readonly Int32Array\[\]|readonly Passed\[\]|readonly unknown\[\]|SparseMatrix|SeededProducts|Pattern|readonly Seeding\[\]|number\[\]\[\]|\(\) => void|number|string|boolean|unknown|void|ArrayLike<number>|ElementCheck|\(x: number\) => boolean)(?=[,) ])/g;

const inLanguage = ({ text, javascript }: Helper, dialect: Dialect): string => (javascript !== undefined && dialect.language === 'js' ? javascript : translate(text, dialect));

/** Our own texts use these annotations and the element mark; nothing else is removed. */
function translate(text: string, dialect: Dialect): string {
  return dialect.language === 'ts' ? text : text.replace(/^type .*;\n\n/gm, '').replace(ANNOTATION, '').replaceAll(']!', ']');
}
