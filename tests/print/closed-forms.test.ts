/** Gradients and Hessians of matrix formulas through the whole pipeline, as they are printed (numerics reference, section 5). */
import { describe, expect, it } from 'vitest';
import { ask } from '../../src/answer/question.ts';
import { simplifyAnswer } from '../../src/answer/simplify.ts';
import { readExpression, refuseInto } from '../../src/compile.ts';
import { Bag } from '../../src/diagnostics/bag.ts';
import { Builder } from '../../src/ir/build.ts';
import { checkGraph } from '../../src/ir/check.ts';
import { printNode } from '../../src/print/print.ts';
import { readingForms } from '../../src/simplify/reading.ts';

const GRADIENTS: readonly (readonly [formula: string, wrt: string, text: string])[] = [
  ["x'*B*x", 'x', "(B' + B)*x"],
  ["v'*x", 'x', 'v'],
  ['norm2(A*x-y)^2', 'x', "2*A'*(A*x - y)"],
  ['norm2(A*x-y)', 'x', "A'*(A*x - y)/norm2(A*x - y)"],
  ['norm1(A*x-y)', 'x', "A'*sign(A*x - y)"],
  ['1/2*norm2(A*x-y)^2 + c*norm2(x)^2', 'x', "2*c*x + A'*(A*x - y)"],
  ['tr(X)', 'X', 'eye(m)'],
  ['tr(B*X)', 'X', "B'"],
  ["tr(X'*B*X)", 'X', "(B' + B)*X"],
  ['tr(B*inv(X))', 'X', "-inv(X)'*B'*inv(X)'"],
  ['log(det(X))', 'X', "inv(X)'"],
  ['det(X)', 'X', "det(X)*inv(X)'"],
  ["v'*X*z", 'X', "v*z'"],
  ["v'*inv(X)*z", 'X', "-inv(X)'*v*(inv(X)*z)'"],
  ['norm2(Y - W*X)^2', 'W', "-2*(Y - W*X)*X'"],
  ['sum(X.*C)', 'X', 'C'],
  ['sum(tanh(W*x))', 'W', "(1 - tanh(W*x).^2)*x'"],
  ["u'*tanh(W*x)", 'x', "W'*(u .* (1 - tanh(W*x).^2))"],
  ['logsumexp(A*x)', 'x', "A'*softmax(A*x)"],
  ["logsumexp(W*x) - y'*W*x", 'W', "(softmax(W*x) - y)*x'"],
  ["v'*softmax(x)", 'x', "softmax(x) .* (v - v'*softmax(x))"],
];
const HESSIANS: readonly (readonly [formula: string, wrt: string, text: string])[] = [
  ["1/2*x'*B*x", 'x', "1/2*B + 1/2*B'"],
  ['logsumexp(x)', 'x', "diag(softmax(x)) - softmax(x)*softmax(x)'"],
  ["(x'*x)^2", 'x', "8*x*x' + 4*sum(x.^2)*eye(m)"],
  ['sum(x.^3)', 'x', '6*diag(x)'],
  ['norm2(A*x-y)^2', 'x', "2*A'*A"],
];

function derivative(formula: string, wrt: string, order: 1 | 2): string {
  const bag = new Bag();
  const model = readExpression({ name: 'formula', text: formula }, { mode: 'matrix' }, bag);
  expect(bag.diagnostics).toEqual([]);
  const answer = model?.answer;
  if (model === undefined || answer?.kind !== 'value') throw new Error(`${formula} has no value`);
  const question = simplifyAnswer(model, ask(model, answer.node, undefined, { order, wrt: [wrt] }, refuseInto(bag)));
  const [wanted] = order === 1 ? question.gradient : question.higher;
  const [node] = readingForms(new Builder(model.graph), [wanted!.node], [answer.node, question.value]);
  expect(checkGraph(model.graph, [wanted!.node, node!])).toEqual([]);
  return printNode(model.graph, node!, { notation: 'ascii' });
}

describe('closed forms', () => {
  it.each(GRADIENTS)('gradient of %s by %s', (formula, wrt, text) => expect(derivative(formula, wrt, 1)).toBe(text));
  it.each(HESSIANS)('Hessian of %s by %s', (formula, wrt, text) => expect(derivative(formula, wrt, 2)).toBe(text));
});
