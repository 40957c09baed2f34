/** Sums with the fewest signs and coefficients, of the same value. */
import { describe, expect, it } from 'vitest';
import { interpret } from '../../src/schedule/interpret.ts';
import { arithmetic, negated, number } from '../../src/schedule/scalar.ts';
import { shortSum } from '../../src/schedule/short-sums.ts';
import { exprText } from '../../src/schedule/text.ts';
import type { Expr, Program } from '../../src/schedule/types.ts';

const local = (id: number): Expr => ({ kind: 'local', id });
const [p, q, c] = [local(0), local(1), local(2)];
const twice = (e: Expr): Expr => arithmetic('*', number(2), e);
const program: Program = {
  buffers: [], locals: ['p', 'q', 'c'].map((hint) => ({ hint, named: true })),
  body: [0.3, -1.7, 2.2].map((value, id) => ({ kind: 'let', local: id, value: number(value) })),
};
const valueOf = (result: Expr): number => interpret({ ...program, result }, { sizes: new Map(), arrays: new Map() });

describe('a sum', () => {
  it.each([
    ['of what is subtracted first', arithmetic('+', negated(p), c), '(c$2 - p$0)'],
    ['of negatives', arithmetic('-', negated(p), q), '-(p$0 + q$1)'],
    ['of a negative and what only subtracts', arithmetic('+', shortSum(arithmetic('-', negated(p), q)), c), '(c$2 - (p$0 + q$1))'],
    ['with a negative at its end', arithmetic('-', p, negated(q)), '(p$0 + q$1)'],
    ['of multiples by one number', arithmetic('-', twice(p), twice(q)), '(2 * (p$0 - q$1))'],
    ['of negative multiples', arithmetic('-', negated(twice(p)), twice(q)), '-(2 * (p$0 + q$1))'],
    ['of multiples by two numbers', arithmetic('+', twice(p), arithmetic('*', number(3), q)), '((2 * p$0) + (3 * q$1))'],
    ['that is none', arithmetic('*', negated(p), q), '(-p$0 * q$1)'],
  ])('%s', (_name, long, text) => {
    expect(exprText(program, shortSum(long))).toBe(text);
    expect(valueOf(shortSum(long))).toBe(valueOf(long));
  });
});
