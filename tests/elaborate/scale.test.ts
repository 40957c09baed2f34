/** Large inputs: no stack overflow, no blow-up of the graph. */
import { describe, expect, it } from 'vitest';
import { elaborateFile } from '../../src/elaborate/file.ts';
import { elaborateExpression } from '../../src/elaborate/line.ts';
import type { Expr, SourceFile, Statement } from '../../src/ast/types.ts';
import { Bag } from '../../src/diagnostics/bag.ts';
import type { ElaborateOptions } from '../../src/elaborate/pass.ts';
import type { Model } from '../../src/elaborate/model.ts';

const options: ElaborateOptions = { differentiator: { gradient: () => [], jacobian: () => [], ordinary: () => -1 } };
const span = { source: { name: 'scale', text: '' }, start: 0, end: 0 };
const name = (text: string): Expr => ({ kind: 'name', name: text, span });
const number = (text: string): Expr => ({ kind: 'number', text, span });
const binary = (op: '+' | '*', left: Expr, right: Expr): Expr => ({ kind: 'binary', op, left, right, span, opSpan: span });

function line(value: Expr): Model {
  const model = elaborateExpression({ kind: 'expression', value, span, docs: [] }, options, new Bag());
  if (model === undefined) throw new Error('not elaborated');
  return model;
}

function nested(depth: number, wrap: (inner: Expr) => Expr): Expr {
  let expr = name('x');
  for (let k = 0; k < depth; k++) expr = wrap(expr);
  return expr;
}

/** a₀ + a₁·1 + a₂·2 + … leaning to the left, as the parser gives it */
function sum(terms: number): Expr {
  let expr = name('a0');
  for (let k = 1; k < terms; k++) expr = binary('+', expr, binary('*', name(`a${k}`), number(String(k))));
  return expr;
}

describe('one-liners', () => {
  for (const terms of [1_000, 10_000, 100_000]) {
    it(`a sum of ${terms} terms is one node over its terms`, () => {
      const model = line(sum(terms));
      const answer = model.answer?.kind === 'value' ? model.answer.node : -1;
      expect(model.graph.attr(answer).kind).toBe('add');
      expect(model.graph.arity(answer)).toBe(terms);
      expect(model.graph.size).toBeLessThan(4 * terms);
    });
  }
  it('a product of 100,000 factors', () => {
    const model = line(nested(100_000, (inner) => binary('*', inner, name('y'))));
    expect(model.graph.size).toBeLessThan(300_000);
  });
  it('100,000 nested brackets', () => expect(line(nested(100_000, (inner) => ({ kind: 'group', bracket: '(', inner, span }))).graph.size).toBeLessThan(10));
  const deep: readonly [string, (inner: Expr) => Expr][] = [
    ['calls', (inner) => ({ kind: 'apply', callee: name('sin'), args: [{ kind: 'positional', value: inner }], span })],
    ['sums', (inner) => ({ kind: 'group', bracket: '(', inner: binary('+', number('1'), inner), span })],
    ['negations', (inner) => ({ kind: 'negate', operand: inner, span })],
    ['conditionals', (inner) => ({ kind: 'conditional', condition: { kind: 'compare', operators: ['<'], operands: [name('x'), number('0')], span }, whenTrue: number('1'), whenFalse: inner, span })],
    ['factorials', (inner) => ({ kind: 'factorial', base: inner, span })],
    ['absolute values', (inner) => ({ kind: 'abs', operand: inner, span })],
    ['applications of values', (inner) => ({ kind: 'apply', callee: inner, args: [{ kind: 'positional', value: name('x') }], span })],
  ];
  for (const [what, wrap] of deep) {
    it(`20,000 nested ${what}`, () => expect(line(nested(20_000, wrap)).graph.size).toBeLessThan(100_000));
  }
});

describe('files', () => {
  const define = (left: string, value: Expr): Statement => ({ kind: 'define', left: name(left), value, family: [], span, docs: [] });
  const declare: Statement = { kind: 'declare', role: 'param', items: [{ name: { kind: 'name', name: 'x', span }, family: [], docs: [], span }], span, docs: [] };
  const file = (statements: readonly Statement[]): SourceFile => ({ statements, span });

  it('a chain of 20,000 definitions, the last one first', () => {
    const chain = Array.from({ length: 20_000 }, (_, k) => define(`a${20_000 - k}`, { kind: 'apply', callee: name('sin'), args: [{ kind: 'positional', value: name(`a${19_999 - k}`) }], span }));
    const model = elaborateFile(file([...chain, define('a0', name('x')), declare]), options, new Bag());
    expect(model?.definitions).toHaveLength(20_001);
    expect(model?.graph.size).toBeLessThan(20_010);
  });

  it('functions that call the one before twice are elaborated once per argument', () => {
    const call = (f: string, arg: Expr): Expr => ({ kind: 'apply', callee: name(f), args: [{ kind: 'positional', value: arg }], span });
    const fn = (k: number): Statement => ({
      kind: 'define', left: call(`f${k}`, name('t')), family: [], span, docs: [],
      value: k === 0 ? call('sin', name('t')) : binary('*', call(`f${k - 1}`, name('t')), call(`f${k - 1}`, name('t'))),
    });
    // 2^60 calls if every one were followed
    const model = elaborateFile(file([declare, ...Array.from({ length: 61 }, (_, k) => fn(k)), define('y', call('f60', name('x')))]), options, new Bag());
    expect(model?.graph.size).toBeLessThan(300);
  });
});
