/** Every step of a derivation is an equality that holds, and the last line is what `diffc` prints. */
import { describe, expect, it } from 'vitest';
import * as fc from '../support/property.ts';
import { magnitude, randomGraph } from '../support/random-graph.ts';
import { spellDerivations } from '../../src/answer/derivation.ts';
import { joinAnswer, judgeAnswer } from '../../src/answer/answer-check.ts';
import { ask, variablesOf } from '../../src/answer/question.ts';
import { simplifyAnswer } from '../../src/answer/simplify.ts';
import { answerText } from '../../src/answer/text.ts';
import { gradient } from '../../src/autodiff/reverse.ts';
import { readExpression } from '../../src/compile.ts';
import { Bag } from '../../src/diagnostics/bag.ts';
import type { Model } from '../../src/elaborate/model.ts';
import { derivationOf } from '../../src/explain/derivation.ts';
import { ruleTitles } from '../../src/explain/rules.ts';
import { Builder } from '../../src/ir/build.ts';
import type { NodeId } from '../../src/ir/types.ts';
import { reachable, substitute } from '../../src/ir/walk.ts';
import { opNames, rowOf } from '../../src/ops/table.ts';
import type { NotationName } from '../../src/print/print.ts';
import { compare } from '../../src/verify/objects.ts';
import { evaluateExtended } from '../../src/verify/extended/evaluate.ts';
import { exactly } from '../../src/verify/extended/decimal.ts';
import { extend } from '../../src/verify/extended/point.ts';
import { admissiblePoints } from '../../src/verify/points.ts';

const refuse = (): void => {};

function read(text: string): { readonly model: Model; readonly node: NodeId } {
  const bag = new Bag();
  const model = readExpression({ name: '<test>', text }, {}, bag);
  const answer = model?.answer;
  if (model === undefined || answer === undefined || answer.kind === 'check' || answer.kind === 'explanation') throw new Error(`${text}: ${bag.diagnostics.map((d) => d.message).join('; ')}`);
  return { model, node: answer.node };
}

const EXPRESSIONS = [
  'x', '7', 'sin(x^2)', '3*x^2/(x + 1) - 2^x', 'x^x', '(x^2 + 1)^sin(x)', 'exp(-x^2/2)*ln(x)^3', 'sqrt(1 + sqrt(x))', 'x*y*sin(x*y)', '1/(1 + exp(-x))',
  'tan(x)/x', 'if x > 0 then x^2 else sin(x)', 'f(x^2)*x', 'g(x, x^2)', 'sum(i in 1..N) (a[i]*x)^2', 'atan2(x, x^2 + 1)', 'abs(x)^3', 'max(x, x^2)',
  'sin(sin(sin(x)))', 'ln(x^2 + y^2)', 'a*x^3 + b*x^2 + c', '(x - 1)*(x - 2)*(x - 3)', 'x/(y*(x + y))', 'lgamma(x^2)', 'erf(x/2)*exp(x)',
  '(1 - cos(x))/x^2', 'sin(x)^2/(y*x^3)', '(x + 1)/sqrt(x^2 + y)^3',
];
const TENSORS = [
  'norm(A*x - b)^2', 'mean((W2*tanh(W1*x + b1) - y).^2)', '-sum(y .* log(softmax(z)))', "x'*A*x/(x'*x)", 'sum(max(0, 1 - y.*(X*w))) + c*norm(w)', 'logdet(A\'*X*A)',
  'log(sum(exp(x)))^2', 'sum_i (y_i - w*x_i)^2', 'sum_i prod_j x_{ij}', "y'*inv(X)*y", 'if sum(x) > 0 then x\'*x/c else sum(exp(x))', 'f(sum(x.^2))*sum(x)', 'exp(v\'*x)/sum(exp(h*x))',
];
const UNARY = opNames().filter((name) => rowOf(name).args.length === 1 && rowOf(name).domain['u'] !== 'boolean').map((name) => `${name}(x^2/3 + x/4)`);

describe('every step holds', () => {
  it.each([...EXPRESSIONS, ...TENSORS, ...UNARY])('%s', (text) => {
    const { model, node } = read(text);
    const wrt = variablesOf(model);
    const b = new Builder(model.graph);
    const derivative = (of: NodeId, x: NodeId): NodeId => gradient(b, of, [x], refuse).adjoints[0] ?? -1;
    const points = admissiblePoints(model, [node], 3, 17);
    for (const { steps } of spellDerivations(model, { name: undefined, node, wrt }, 'ascii', refuse)) {
      for (const { rule, claim, parts, left, right } of steps) {
        const known = new Map([...parts].map(([placeholder, part]) => [placeholder, derivative(part.of, part.by)]));
        const [right_ = -1] = substitute(b, [claim.derivative], known);
        for (const point of points) {
          const env = extend(point);
          const [got, expected] = evaluateExtended(model.graph, [right_, derivative(claim.of, claim.by)], env);
          const tolerance = env.doubleOnly.size > 0 ? 1e-9 : 1e-20;
          expect(compare(got?.data ?? [], expected?.data ?? []).error, `${rule}: ${left} = ${right}`).toBeLessThan(tolerance);
        }
      }
    }
  });
});

it.each(['scalar', 'tensor'] as const)('steps of random %s formulas come to their gradients', (flavour) => {
  let compared = 0;
  fc.assert(fc.property(fc.integer(), fc.integer({ min: 3, max: 25 }), (seed, size) => {
    const { builder: b, root, environment } = randomGraph(seed, size, flavour);
    if (b.graph.shape(root).length > 0) return;
    for (const x of reachable(b.graph, [root]).filter((id) => b.graph.attr(id).kind === 'leaf')) {
      const { assembled } = derivationOf(b, root, x, refuse);
      const { adjoints } = gradient(b, root, [x], refuse);
      if (!(magnitude(b.graph, adjoints, environment) <= 1e6)) continue;
      const nodes = [assembled, ...adjoints];
      compared++;
      // In 46 digits: a step is an equation between formulas as they are on paper, and exp(z)^2 of a step may leave the doubles where the gradient does not.
      const env = extend({ ...environment, waves: new Map() });
      const [got, expected] = evaluateExtended(b.graph, nodes, env).map((t) => t.data);
      // What is left of terms that cancel carries their rounding, one part in 10^46 of the largest.
      const values = reachable(b.graph, nodes).filter((id) => b.graph.attr(id).kind !== 'scan');
      const largest = Math.max(...evaluateExtended(b.graph, values, env).flatMap((t) => t.data.map((v) => v.abs().toNumber())));
      const digits = env.doubleOnly.size > 0 ? 1e-9 : 1e-20;
      expect(got?.length).toBe(expected?.length);
      got?.forEach((v, k) => {
        const right = expected?.[k] ?? v.times(Number.NaN);
        expect(v.minus(right).abs().lte(right.abs().times(digits).plus(exactly(largest).times(1e-42))), `${v} for ${right}`).toBe(true);
      });
    }
  }), { numRuns: flavour === 'scalar' ? 120 : 250, examples: flavour === 'scalar' ? [[-1783677931, 21], [-799541453, 24], [1671868651, 25], [1344882872, 13], [-678775126, 16]] : [] });
  expect(compared).toBeGreaterThan(60);
});

describe('the chain rule through tensors', () => {
  it('goes back value by value', () => {
    const { model, node } = read('sum((W2*tanh(W1*x + b) - v).^2)');
    const [{ steps } = { steps: [] }] = spellDerivations(model, { name: undefined, node, wrt: variablesOf(model).filter((i) => i.name === 'W1') }, 'ascii', refuse);
    // the letter v is taken
    expect(steps.slice(0, 4).map(({ note, left, right }) => `${note} | ${left} = ${right}`)).toEqual([
      "z1 = W1*x + b | d/dW1(sum((W2*tanh(W1*x + b) - v).^2)) = d/dz1(sum((W2*tanh(z1) - v).^2))*x'",
      'z2 = tanh(z1); table: d/dx tanh(x) = 1 - tanh(x)^2 | d/dz1(sum((W2*tanh(z1) - v).^2)) = d/dz2(sum((W2*z2 - v).^2)) .* (1 - tanh(z1).^2)',
      "z3 = W2*z2 - v | d/dz2(sum((W2*z2 - v).^2)) = W2'*d/dz3(z3'*z3)",
      " | d/dz3(z3'*z3) = 2*z3",
    ]);
  });
});

describe('the result', () => {
  it.each(EXPRESSIONS.flatMap((text) => (['ascii', 'unicode', 'latex'] as const).map((notation) => ({ text, notation }))))('$text in $notation is what diffc prints', ({ text, notation }) => {
    const { model, node } = read(text);
    const wrt = variablesOf(model).filter((i) => i.shape.length === 0);
    const derivations = spellDerivations(model, { name: undefined, node, wrt }, notation, refuse);
    expect(derivations.map((d) => d.result)).toEqual(printed(text, wrt.map((i) => i.name), notation));
    for (const { steps, result } of derivations) expect(steps.at(-1)?.right).toBe(result);
  });
});

function printed(text: string, wrt: readonly string[], notation: NotationName): string[] {
  const { model, node } = read(text);
  const question = simplifyAnswer(model, ask(model, node, undefined, { order: 1, wrt }, refuse));
  const print = answerText(model, question, notation);
  return question.gradient.map((d) => print(d.shown));
}

it('rule ids are stable', () => {
  expect(Object.keys(ruleTitles)).toEqual([
    'constant', 'identity', 'sum', 'constant-factor', 'product', 'quotient', 'power', 'exponential', 'log-derivative', 'table', 'chain',
    'cases', 'opaque', 'reverse-mode', 'put-together', 'normal-form', 'implied-facts', 'angles', 'common-factor', 'reading-form',
  ]);
});

it('a deep expression does not overflow the stack', () => {
  const { model, node } = read('x');
  const b = new Builder(model.graph);
  let deep = node;
  for (let k = 0; k < 2000; k++) deep = b.map('sin', [b.whole(deep)], []);
  const { steps, assembled } = derivationOf(b, deep, node, refuse);
  expect(steps).toHaveLength(2000);
  expect(assembled).not.toBe(deep);
});

describe('an answer', () => {
  const judge = (text: string, answer: string): ReturnType<typeof judgeAnswer> => {
    const { model, node } = read(text);
    const given = read(answer);
    const joined = joinAnswer(model, given.model, given.node);
    if (!('node' in joined)) throw new Error('strangers');
    const b = new Builder(model.graph);
    const x = variablesOf(model)[0]?.node ?? -1;
    return judgeAnswer(model, node, gradient(b, node, [x], refuse).adjoints[0] ?? -1, joined.node, [{ node: b.integer(-1), text: 'sign' }]);
  };

  it.each([
    ['sin(x^2)', '2*x*cos(x^2)', 'equal'], ['sin(x)^2', 'sin(2*x)', 'equal'], ['ln(sqrt(1 + x^2))', 'x/(1 + x^2)', 'equal'],
    ['x^3', '3*x^3/x', 'equal with conditions'], ['sin(x^2)', 'cos(x^2)', 'wrong'], ['cos(x)', 'sin(x)', 'wrong'],
    // two functions that agree to eleven digits
    ['sin(x)', 'cos(x) + x/10^11', 'wrong'],
    // equal where the function has a value, which is where x is positive
    ['ln(x)', 'abs(1/x)', 'equal'],
    ['x^2', 'ln(-1 - x^2)', 'undecided'],
  ])('%s: %s is %s', (text, answer, verdict) => {
    expect(judge(text, answer).kind).toBe(verdict);
  });

  it('says what it is off by', () => {
    expect(judge('cos(x)', 'sin(x)')).toMatchObject({ kind: 'wrong', factor: 'sign' });
  });

  it('names variables that the expression does not have', () => {
    const given = read('cos(t)');
    expect(joinAnswer(read('sin(x)').model, given.model, given.node)).toEqual({ strangers: ['t'] });
  });
});
