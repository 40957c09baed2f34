/** Derivatives of high order by recurrences, against repeated reverse mode; their size. */
import { describe, expect, it } from 'vitest';
import { byNumbers } from '../../src/autodiff/higher.ts';
import { gradient } from '../../src/autodiff/reverse.ts';
import { directionalDerivatives } from '../../src/autodiff/taylor.ts';
import { parse } from '../../src/answer/library.ts';
import { Builder } from '../../src/ir/build.ts';
import { evaluate } from '../../src/ir/evaluate.ts';
import * as Q from '../../src/ir/rational.ts';
import type { NodeId } from '../../src/ir/types.ts';
import { reachable } from '../../src/ir/walk.ts';
import { opNames, rowOf } from '../../src/ops/table.ts';

const refuse = (): never => { throw new Error('refused'); };

interface Bench {
  readonly b: Builder;
  readonly root: NodeId;
  readonly x: NodeId;
}
function bench(text: string): Bench {
  const formula = parse(text);
  const input = formula.model.inputs.find((i) => i.name === 'x');
  return { b: new Builder(formula.model.graph), root: formula.node, x: input?.node ?? -1 };
}

/** Derivatives 1 … order of a function of one number, each the gradient of the one before. */
function repeated({ b, root, x }: Bench, order: number): NodeId[] {
  const found: NodeId[] = [];
  let current = root;
  for (let k = 0; k < order; k++) found.push((current = gradient(b, current, [x], refuse).adjoints[0] ?? -1));
  return found;
}

function expectSame(c: Bench, order: number, at: number): void {
  const [series = []] = directionalDerivatives(c.b, [c.root], new Map([[c.x, c.b.integer(1)]]), order, refuse) ?? [];
  const expected = repeated(c, order);
  const values = evaluate(c.b.graph, [...series, ...expected], { sizes: new Map(), inputs: new Map([['x', at]]) }).map((v) => v.data[0] ?? Number.NaN);
  for (let k = 0; k < order; k++) {
    const [got = Number.NaN, want = Number.NaN] = [values[k], values[order + k]];
    if (!Number.isFinite(want)) continue;
    expect(Math.abs(got - want), `order ${k + 1} at ${at}: ${got}, expected ${want}`).toBeLessThanOrEqual(1e-10 * Math.max(1, Math.abs(want)));
  }
}

describe('recurrences agree with repeated differentiation', () => {
  it.each([
    'x*exp(x)', 'sin(x)*exp(x)*x^3*cos(x)', 'x^5', '(1+x)^7/3', '1/(1+x^2)', 'x/(1+x)', 'exp(x)/sin(x)', 'sqrt(1+x)', 'x^2.5', 'x^x', '2^x', 'log(cosh(x))', 'erf(x)', 'lgamma(x)',
    'sigmoid(3*x)', 'atan(x^2)', 'asin(x/2)', 'if x > 1/2 then x^3*ln(x) else 1/x', 'max(x, 0)^3', 'abs(x)*x', 'softplus(x)', 'atan2(x, 1+x)', 'sum[k in 1..5] sin(k*x)/k', 'hypot(x, x^2)',
    '(1+x^2)^(-5/2)', '(2+sin(x))^-3', 'sin(x)^cos(x)', 'x/sqrt(1+x^2)',
  ])('%s', (text) => {
    for (const at of [0.3, 0.7, 1.4]) expectSame(bench(text), 5, at);
  });

  it.each(opNames().filter((name) => rowOf(name).kind === 'primitive' && rowOf(name).args.length === 1))('%s', (name) => {
    const c = bench('x');
    const root = c.b.map(name, [c.b.whole(c.b.scale(Q.rational(3n, 4n), c.x))], []);
    const refused: unknown[] = [];
    directionalDerivatives(c.b, [root], new Map([[c.x, c.b.integer(1)]]), 4, (r) => refused.push(r));
    if (refused.length > 0) return;
    expectSame({ ...c, root }, 4, 0.6);
  });
});

describe('several numbers', () => {
  it('each choice of variables once, low orders first, and what repeated reverse mode gives', () => {
    const { model, node } = parse('exp(x*y)*sin(x + 2*y)/(1 + x^2)');
    const b = new Builder(model.graph);
    const sources = model.inputs.map((i) => i.node);
    const entries = byNumbers({ b, refuse, swept: (sweep) => sweep }, node, sources, 4);
    expect(entries.map((e) => e.by.join(''))).toEqual(['0', '1', '00', '01', '11', '000', '001', '011', '111', '0000', '0001', '0011', '0111', '1111']);
    const expected = entries.map(({ by }) => by.reduce((of, k) => gradient(b, of, [sources[k] ?? -1], refuse).adjoints[0] ?? -1, node));
    const values = evaluate(b.graph, [...entries.map((e) => e.node), ...expected], { sizes: new Map(), inputs: new Map([['x', 0.3], ['y', 0.7]]) }).map((v) => v.data[0] ?? Number.NaN);
    entries.forEach(({ by }, k) => expect(values[k], by.join()).toBeCloseTo(values[entries.length + k] ?? Number.NaN, 9));
  });
});

describe('size', () => {
  const nodes = (text: string, order: number): number => {
    const c = bench(text);
    const [series = []] = directionalDerivatives(c.b, [c.root], new Map([[c.x, c.b.integer(1)]]), order, refuse) ?? [];
    return reachable(c.b.graph, [series[order - 1] ?? -1]).length;
  };

  it.each(['sin(sin(sin(sin(x))))', 'exp(x)/(1 + x^2)', 'tanh(x)*tanh(x^2)', 'sqrt(1 + sigmoid(x))', 'x^x', 'x/sqrt(1 + x^2)', '(1 + x^2)^(-3/2)', 'exp(x)/x^5'])('%s grows with the square of the order', (text) => {
    const [n, twice] = [nodes(text, 12), nodes(text, 24)];
    expect(twice / n).toBeLessThanOrEqual(5);
  });

  it.each(['d^24/dx^24 (exp(sin(x))/x)', `f(t) = exp(sin(t))/t; f${"'".repeat(24)}(x)`, '∂^24/∂x^24 (exp(sin(x))/x)'])('%s as typed is made by recurrences', (text) => {
    const { b, root } = bench(text);
    expect(reachable(b.graph, [root]).length).toBeLessThanOrEqual(2 * nodes('exp(sin(x))/x', 24));
  });

  it('a broken power goes down one exponent after the other, so it grows with the cube', () => {
    expect(nodes('x^2.5*ln(x)', 24) / nodes('x^2.5*ln(x)', 12)).toBeLessThanOrEqual(8);
  });

  it('the tenth derivative of sin(sin(sin(sin(x)))) has at most 300 nodes', () => {
    expect(nodes('sin(sin(sin(sin(x))))', 10)).toBeLessThanOrEqual(300);
  });

  it('factorisations have no recurrence, which is said', () => {
    const { b, root, x } = bench('x');
    const n = b.linalg('chol', [b.ein(Q.ONE, [b.whole(root), { id: b.delta('3'), sub: [0, 1] }], ['3', '3'])]);
    expect(directionalDerivatives(b, [n], new Map([[x, b.integer(1)]]), 3, refuse)).toBeUndefined();
  });
});
