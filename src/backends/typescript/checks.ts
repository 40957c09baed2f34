/** Checks of the caller's data, once per array: numbers where numbers belong, positions inside their axis, declared bounds. */
import type { Bound, Input } from '../../elaborate/model.ts';
import { isDeclaredSymmetric } from '../../elaborate/types.ts';
import { addPoly, constantPoly, dimPoly, integerPoly, sizePoly } from '../../schedule/poly.ts';
import { arrayType, shapeText, type ModuleContext } from './context.ts';
import type { Dialect } from './dialect.ts';
import { polyFactor, polyText } from './expression.ts';
import { capital } from './names.ts';

export interface Rule {
  /** a condition in the emitted language */
  readonly holds: string;
  /** for the message: a literal of the emitted language */
  readonly text: string;
}

export const checkName = (field: string): string => `check${capital(field)}`;
export const lastName = (field: string): string => `last${capital(field)}`;

const boundText = (value: number): string => (value === Infinity ? 'Infinity' : value === -Infinity ? '-Infinity' : String(value));

export function scalarRule(ctx: ModuleContext, input: Input, x: string): Rule {
  return elementRule(ctx, input, x);
}

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

const LENGTH_CHECKS = { Float64Array: 'checkLength', Float32Array: 'checkSingles', Int32Array: 'checkIndices' } as const;

export function lengthHelper(ctx: ModuleContext, element?: Input['element']): string {
  return ctx.helper(LENGTH_CHECKS[arrayType(ctx, element)]);
}

/** Sizes of arrays that are products of open sizes, each once: their product may be beyond any array. */
export function roomChecks(ctx: ModuleContext, shapes: readonly (readonly string[])[]): string[] {
  const open = shapes.filter((shape) => shape.length > 1 && constantPoly(sizePoly(shape)) === undefined);
  const products = new Map(open.map((shape) => [[...shape].sort().join(' '), shape]));
  return [...products.values()].map((shape) => `${ctx.helper('checkRoom')}('${shapeText(ctx, shape)}', ${sizeText(ctx, shape)});`);
}

/** For each data array the last one that passed, and the function that checks a new one; for functions the last arrays that passed. */
export function dataChecks(ctx: ModuleContext, dialect: Dialect): string[] {
  const lines = [...ctx.remembered].map(([name, count]) => `let ${name}${dialect.typed('readonly (ArrayBufferView | null)[]')} = new Array(${count}).fill(null);`);
  for (const input of ctx.checked.values()) {
    const field = ctx.field(input.name);
    const type = arrayType(ctx, input.element);
    const rule = elementRule(ctx, input, 'x');
    lines.push(
      `let ${lastName(field)}${dialect.typed(`${type} | null`)} = null;`,
      `function ${checkName(field)}(${field}${dialect.typed(type)})${dialect.typed(type)} {`,
      `  ${lengthHelper(ctx, input.element)}('data.${field}', ${field}, ${sizeText(ctx, input.shape)});`,
      `  ${ctx.helper('checkElements')}('data.${field}', ${field}, (x) => ${rule.holds}, ${rule.text});`,
      ...(isDeclaredSymmetric(input.properties) ? [`  ${ctx.helper('checkSymmetric')}('data.${field}', ${field}, ${sizeText(ctx, input.shape.slice(0, 1))});`] : []),
      `  return ${field};`,
      '}',
    );
  }
  return lines;
}
