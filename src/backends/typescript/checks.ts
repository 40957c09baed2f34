/** Checks of what the caller passes: lengths, and of data, once per array, numbers where numbers belong, positions inside their axis, declared bounds. */
import type { Bound, Input } from '../../elaborate/model.ts';
import { isDeclaredSymmetric } from '../../elaborate/types.ts';
import { addPoly, constantPoly, dimPoly, integerPoly, sizePoly } from '../../schedule/poly.ts';
import { arrayType, shapeText, type ArrayType, type ModuleContext } from './context.ts';
import { polyFactor, polyText } from './expression.ts';
import { capital } from './names.ts';

export interface Rule {
  /** a condition in the emitted language */
  readonly holds: string;
  /** for the message: a literal of the emitted language */
  readonly text: string;
}

const boundText = (value: number): string => (value === Infinity ? 'Infinity' : value === -Infinity ? '-Infinity' : String(value));

export function elementRule(ctx: ModuleContext, input: Input, x: string): Rule {
  const tests = input.bounds.map((b: Bound) => ({ holds: `${x} ${b.relation === '!=' ? '!==' : b.relation} ${boundText(b.value)}`, text: `${b.relation} ${boundText(b.value)}` }));
  switch (input.element) {
    case 'index': {
      const last = input.of === undefined ? undefined : polyText(vocabularyOf(ctx), addPoly(dimPoly(input.of), integerPoly(-1)));
      return {
        holds: `Number.isInteger(${x}) && ${x} >= 0${last === undefined ? '' : ` && ${x} <= ${last}`}`,
        text: last === undefined ? "'a position'" : `\`a position from 0 to \${${last}}\``,
      };
    }
    case 'int': return joined('an integer', `Number.isInteger(${x})`, tests);
    case 'bool': return { holds: `${x} === 0 || ${x} === 1`, text: "'0 or 1'" };
    case 'real': {
      // a bound refuses NaN already, except that NaN differs from everything
      const refusesNaN = input.bounds.some((b) => b.relation !== '!=');
      return joined('a number', refusesNaN ? undefined : `!Number.isNaN(${x})`, tests);
    }
  }
}

function joined(noun: string, first: string | undefined, tests: readonly Rule[]): Rule {
  const all = [...(first === undefined ? [] : [first]), ...tests.map((t) => t.holds)];
  return { holds: all.join(' && '), text: `'${noun}${tests.length === 0 ? '' : ` ${tests.map((t) => t.text).join(' and ')}`}'` };
}

export function vocabularyOf(ctx: ModuleContext): Parameters<typeof polyText>[0] {
  const none = (): string => '';
  return { dialect: ctx.dialect, size: (s) => ctx.size(s), local: none, isOffset: () => false, isCondition: () => false, buffer: none, cell: none, isScalar: () => false, call: none, kernel: none, status: () => [] };
}

export function sizeText(ctx: ModuleContext, shape: readonly string[]): string {
  const v = vocabularyOf(ctx);
  return shape.length === 1 ? polyText(v, sizePoly(shape)) : shape.map((dim) => polyFactor(v, dimPoly(dim))).join(' * ');
}

/** Sizes of arrays that are products of open sizes, each once: their product may be beyond any array. */
export function roomChecks(ctx: ModuleContext, shapes: readonly (readonly string[])[]): string[] {
  const open = shapes.filter((shape) => shape.length > 1 && constantPoly(sizePoly(shape)) === undefined);
  const products = new Map(open.map((shape) => [[...shape].sort().join(' '), shape]));
  return [...products.values()].map((shape) => `${ctx.helper('checkSize')}('${shapeText(ctx, shape)}', ${sizeText(ctx, shape)}, 0);`);
}

/** The name of the check of a data array's elements: most are plain numbers. */
export function elementCheck(ctx: ModuleContext, input: Input): string {
  const isSymmetric = isDeclaredSymmetric(input.properties);
  const isPlain = input.element === 'real' && input.bounds.length === 0;
  if (isPlain && !isSymmetric) return ctx.helper('numbers');
  const known = ctx.checked.get(input.name);
  if (known !== undefined) return known.name;
  const name = ctx.names.claim(`check${capital(ctx.field(input.name))}`);
  const rule = elementRule(ctx, input, 'x');
  const made = isPlain ? ctx.helper('numbers') : `${ctx.helper('elementCheck')}((x) => ${rule.holds}, ${rule.text})`;
  ctx.checked.set(input.name, { name, line: `const ${name} = ${isSymmetric ? symmetricCheck(ctx, input, made) : made};` });
  return name;
}

/** Up to the rounding of what the matrix was computed in. */
function symmetricCheck(ctx: ModuleContext, input: Input, elements: string): string {
  return `${ctx.helper('symmetric')}(${sizeText(ctx, input.shape.slice(0, 1))}, ${ctx.precision === 'f64' ? '1e-9' : '1e-4'}, ${elements})`;
}

/** An array of the caller's: its name here and in messages, its number of elements where that is known beforehand, and what its elements must be. */
export interface PassedArray {
  readonly text: string;
  readonly path: string;
  readonly length?: string | undefined;
  readonly elements?: string | undefined;
  readonly type: ArrayType;
}

/** What `checkArrays` takes for an array. */
function passedText(ctx: ModuleContext, { text, path, length, elements, type }: PassedArray): string {
  const further = type !== arrayType(ctx) ? [elements ?? 'undefined', `'${type}'`] : elements !== undefined ? [elements] : [];
  return `[${[`'${path}'`, text, length ?? `${text}.length`, ...further].join(', ')}]`;
}

/** The call that refuses wrong arrays; the first `filled` are written. */
export function arraysCheck(ctx: ModuleContext, filled: number, passed: readonly PassedArray[]): string {
  const rows = passed.map((array) => passedText(ctx, array));
  return filled === 0 || passed.length === 1 ? `${ctx.helper('checkArrays')}(${rows.join(', ')})` : `${ctx.helper('checkApart')}(${[filled, ...rows].join(', ')})`;
}

/** Before the functions: what elements must be, and for each function the last arrays that passed. */
export function checkLines(ctx: ModuleContext): string[] {
  return [
    ...[...ctx.checked.values()].map(({ line }) => line),
    // 0 is no array that is passed, so that the first call looks at all of them, also where the first is missing
    ...[...ctx.remembered].map(([name, fields]) => `const ${name}${ctx.dialect.typed(`Seen<${fields.map((field) => `'${field}'`).join(' | ')}>`)} = { ${fields[0] ?? ''}: 0 };`),
  ];
}
