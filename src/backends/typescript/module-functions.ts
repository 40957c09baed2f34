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
import { SPARSE_HELPERS } from './sparse-functions.ts';

function lengthCheck(name: string, type: string): Helper {
  return helper(`
function ${name}(name: string, array: ArrayLike<number> | undefined, length: number): void {
  if (!(array instanceof ${type}) || array.length !== length) checkArray(name, array, length, '${type}');
}`, 'checkArray');
}

const HELPERS: Readonly<Record<string, Helper>> = {
  checkSize: helper(`
function checkSize(name: string, size: number, least: number): void {
  if (!(Number.isInteger(size) && size >= least)) throw new RangeError(\`dims.\${name} is \${size}, expected an integer >= \${least}\`);
  checkRoom(\`dims.\${name}\`, size);
}`, 'checkRoom'),
  checkLength: lengthCheck('checkLength', 'Float64Array'),
  checkSingles: lengthCheck('checkSingles', 'Float32Array'),
  checkIndices: lengthCheck('checkIndices', 'Int32Array'),
  checkArray: helper(`
/** An array may come from another window, where instanceof says no. A detached one has no elements. */
function checkArray(name: string, array: ArrayLike<number> | undefined, length: number, expected: string): void {
  const type = Object.prototype.toString.call(array);
  if (array && type !== \`[object \${expected}]\`) throw new RangeError(\`\${name} is \${type}, expected \${expected}\`);
  if (array?.length !== length) throw new RangeError(\`\${name} has \${array?.length ?? 'no'} elements, expected \${length}\`);
}`),
  checkApart: helper(`
/** The first \`filled\` arrays must not share memory with another one: what is still to be read would be overwritten. */
function checkApart(arrays: readonly ArrayBufferView[], names: readonly string[], filled: number): readonly ArrayBufferView[] {
  for (let i = 0; i < filled; i++) {
    const a = arrays[i]!;
    for (let k = i + 1; k < arrays.length; k++) {
      const b = arrays[k]!;
      if (a.buffer === b.buffer && a.byteOffset < b.byteOffset + b.byteLength && b.byteOffset < a.byteOffset + a.byteLength)
        throw new RangeError(\`\${names[i]} shares memory with \${names[k]}, expected an array of its own\`);
    }
  }
  return arrays;
}`),
  checkRoom: helper(`
function checkRoom(name: string, length: number): void {
  if (length > 4294967296) throw new RangeError(\`\${name} is \${length}, expected at most 4294967296: an array cannot be longer\`);
}`),
  checkElements: helper(`
function checkElements(name: string, array: ArrayLike<number>, holds: (x: number) => boolean, rule: string): void {
  for (let i = 0; i < array.length; i++) if (!holds(array[i]!)) throw new RangeError(\`\${name}[\${i}] is \${array[i]}, expected \${rule}\`);
}`),
  checkSymmetric: helper(`
/** Up to rounding: only one of two mirrored elements is read. */
function checkSymmetric(name: string, matrix: Float64Array, n: number): void {
  const rounding = matrix.BYTES_PER_ELEMENT === 4 ? 1e-4 : 1e-9;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const below = matrix[i * n + j]!;
      const above = matrix[j * n + i]!;
      if (Math.abs(below - above) > rounding * (Math.abs(below) + Math.abs(above))) throw new RangeError(\`\${name}[\${i}, \${j}] is \${below} and [\${j}, \${i}] is \${above}, expected a symmetric matrix\`);
    }
  }
}`),
  checkValue: helper(`
function checkValue(name: string, value: number, holds: boolean, rule: string): void {
  if (!holds) throw new RangeError(\`\${name} is \${value}, expected \${rule}\`);
}`),
  copyElements: helper(`
/** to[at …] = from[start …], \`length\` elements. */
function copyElements(from: Float64Array, start: number, to: Float64Array, at: number, length: number): void {
  for (let i = 0; i < length; i++) to[at + i] = from[start + i]!;
}`),
  ...MATRIX_HELPERS,
  ...SPARSE_HELPERS,
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
  const texts = [...all].sort().map((name) => translate(helperNamed(name).text, dialect));
  if (precision === 'f64' || dialect.language === 'js') return texts;
  const either = texts.map((text) => text.replace(/: Float64Array(?=[,)])/g, ': Reals'));
  return either.some((text) => text.includes(': Reals')) ? ['type Reals = Float32Array | Float64Array;', ...either] : either;
}

/** Every name that a helper text may define. */
export function helperNames(): string[] {
  return Object.values(HELPERS).flatMap(({ text }) => [...text.matchAll(/^(?:function|const) (\w+)/gm)].flatMap((m) => m[1] ?? []));
}

function helperNamed(name: string): Helper {
  const found = HELPERS[name];
  invariant(found, 'emit', `no helper ${name}`);
  return found;
}

const ANNOTATION = /: (?:Float64Array|Int32Array(?: \| undefined)?|readonly Int32Array\[\]|readonly ArrayBufferView\[\]|readonly string\[\]|SparseMatrix|number|string|boolean|unknown|void|ArrayLike<number>(?: \| undefined)?|\(x: number\) => boolean)(?=[,) ])/g;

/** Our own texts use these annotations and the element mark; nothing else is removed. */
function translate(text: string, dialect: Dialect): string {
  return dialect.language === 'ts' ? text : text.replace(ANNOTATION, '').replaceAll(']!', ']');
}
