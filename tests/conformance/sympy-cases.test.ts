/** At most as many operations as SymPy: in what is printed, and in what is computed. */
import { describe, expect, it } from 'vitest';
import { ask } from '../../src/answer/question.ts';
import { simplifyAnswer } from '../../src/answer/simplify.ts';
import { answerText } from '../../src/answer/text.ts';
import { childrenOf } from '../../src/ast/children.ts';
import type { Expr } from '../../src/ast/types.ts';
import { readExpression, refuseInto } from '../../src/compile.ts';
import { Bag } from '../../src/diagnostics/bag.ts';
import { parseLine } from '../../src/frontends/math/parse.ts';
import { emitted } from '../support/emitted.ts';
import { operationsOf } from '../support/operations.ts';
import { SYMPY_CASES, type SympyCase } from '../support/sympy-cases.ts';

/** The texts of the derivatives. */
function printed({ formula, wrt, order, shown }: SympyCase): string[] {
  const bag = new Bag();
  const model = readExpression({ name: 'case', text: formula }, {}, bag);
  if (model?.answer?.kind !== 'value') throw new Error(bag.diagnostics.map((d) => d.message).join('; '));
  const question = simplifyAnswer(model, ask(model, model.answer.node, undefined, { order, wrt }, refuseInto(bag)));
  const text = answerText(model, question, 'ascii');
  const all = [...question.gradient, ...question.higher];
  return all.filter((d) => shown === 'all' || d.by.length === order).map((d) => text(d.shown));
}

/** Signs and functions of a text; what is defined once is counted once. */
function operationsIn(text: string): number {
  const bag = new Bag();
  let count = 0;
  const pending: Expr[] = parseLine({ name: 'printed', text }, bag).flatMap((s) => (s.kind === 'define' || s.kind === 'expression' ? [s.value] : []));
  expect(bag.diagnostics).toEqual([]);
  for (let e = pending.pop(); e !== undefined; e = pending.pop()) {
    if (e.kind === 'apply') pending.push(...childrenOf(e).slice(1));
    else pending.push(...childrenOf(e));
    if (e.kind !== 'number' && e.kind !== 'name' && e.kind !== 'group') count++;
  }
  return count;
}

/** Every function counts 1, as in the reference. */
function computed({ formula, wrt }: SympyCase): number {
  const names = [...new Set(formula.match(/[a-z]\w*(?![\w(])/gi))].filter((n) => n !== 'pi');
  const { plan } = emitted([`param ${names.map((n) => `${n}: R`).join(', ')}`, `f = ${formula}`, `derive value, gradient of f wrt ${wrt.join(', ')}`].join('\n'));
  return operationsOf(plan, plan.functions[0]?.outputs ?? [], new Map(), () => 1);
}

describe('against SymPy', () => {
  it('counts as few exceptions as there are', () => {
    expect(SYMPY_CASES.filter((c) => c.but !== undefined).map((c) => c.name)).toHaveLength(3);
  });

  it.each(SYMPY_CASES)('$name is printed with at most $printed operations', (c) => {
    const texts = printed(c);
    const count = texts.reduce((sum, text) => sum + operationsIn(text), 0);
    console.log(`${c.name}: ${count} operations printed, SymPy ${c.printed}`);
    expect(count, texts.slice(0, 3).join('\n')).toBeLessThanOrEqual(c.but?.printed ?? c.printed);
  });

  it.each(SYMPY_CASES.filter((c) => c.computed !== undefined))('value and gradient of $name take at most $computed operations', (c) => {
    const count = computed(c);
    console.log(`${c.name}: ${count} operations computed, reverse mode over a shared graph ${c.computed}`);
    expect(count).toBeLessThanOrEqual(c.but?.computed ?? c.computed ?? 0);
  });
});
