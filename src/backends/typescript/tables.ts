/** Numbers that a module carries: what long straight-line programs are walked by. */
import type { Buffer } from '../../schedule/types.ts';
import { helper } from './carried.ts';
import type { ModuleContext } from './context.ts';

/** Five bits a digit, from the character '0' on: no character in a string has to be escaped. */
const BASE = 32;

export const TABLE_HELPER = helper(`
/** Whole numbers of as many digits each, in base 32 from the character 0 on. */
function readTable(text: string, digits: number): Int32Array {
  const table = new Int32Array(text.length / digits);
  for (let k = 0; k < text.length; k++) {
    const at = Math.floor(k / digits);
    table[at] = table[at]! * 32 + text.charCodeAt(k) - 48;
  }
  return table;
}`);

export function tableText(ctx: ModuleContext, { contents = [], element }: Buffer, name: string): string {
  if (element === 'real') return `const ${name} = new Float64Array([${contents.map((x) => (Object.is(x, -0) ? '-0' : String(x))).join(', ')}]);`;
  const digits = contents.reduce((most, n) => Math.max(most, digitsOf(n).length), 1);
  return `const ${name} = ${ctx.helper('readTable')}('${contents.map((n) => digitsOf(n).padStart(digits, '0')).join('')}', ${digits});`;
}

function digitsOf(n: number): string {
  return [...n.toString(BASE)].map((digit) => String.fromCharCode(48 + Number.parseInt(digit, BASE))).join('');
}
