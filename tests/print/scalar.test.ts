import { describe, expect, it } from 'vitest';
import { Builder } from '../../src/ir/build.ts';
import { Graph } from '../../src/ir/graph.ts';
import * as Q from '../../src/ir/rational.ts';
import type { NodeId } from '../../src/ir/types.ts';
import type { OpName } from '../../src/ops/table.ts';
import { printNode } from '../../src/print/print.ts';

const b = new Builder(new Graph());
const variable = (name: string): NodeId => b.leaf({ name, role: 'variable', element: 'real', shape: [] });
const f = (op: OpName, ...args: NodeId[]): NodeId => b.map(op, args.map((id) => b.whole(id)), []);
const sum = (...args: NodeId[]): NodeId => b.sum(args, []);
const times = (...args: NodeId[]): NodeId => b.ein(Q.ONE, args.map((id) => b.whole(id)), []);
const n = (value: number): NodeId => b.integer(value);
const half = b.rational(Q.HALF);
const square = (id: NodeId): NodeId => b.power(id, Q.integer(2));
const x = variable('x');
const y = variable('y');
const w = variable('w');
const hat = variable('ŷ');

const GOLDENS: readonly (readonly [node: NodeId, ascii: string, unicode: string, latex: string])[] = [
  [sum(square(x), square(y)), 'x^2 + y^2', 'x² + y²', 'x^{2} + y^{2}'],
  [b.subtract(sum(times(w, x), y), hat), 'w*x + y - ŷ', 'w·x + y − ŷ', 'w x + y - \\hat{y}'],
  [b.negate(square(x)), '-x^2', '−x²', '-x^{2}'],
  [square(b.subtract(x, y)), '(x - y)^2', '(x − y)²', '\\left(x - y\\right)^{2}'],
  [b.divide(x, times(n(2), y)), 'x/(2*y)', 'x/(2·y)', '\\frac{x}{2 y}'],
  [times(half, x), 'x/2', 'x/2', '\\frac{1}{2} x'],
  [b.divide(n(1), f('sqrt', x)), '1/sqrt(x)', '1/sqrt(x)', '\\frac{1}{\\sqrt{x}}'],
  [f('pow', x, b.rational(Q.rational(3n, 2n))), 'x^(3/2)', 'x^(3/2)', 'x^{\\frac{3}{2}}'],
  [f('pow', x, b.negate(y)), 'x^(-y)', 'x^(−y)', 'x^{-y}'],
  [f('pow', f('pow', x, y), w), '(x^y)^w', '(x^y)^w', '\\left(x^{y}\\right)^{w}'],
  [f('exp', n(1)), 'e', 'e', 'e'],
  [times(sum(x, y), b.subtract(x, y)), '(x + y)*(x - y)', '(x + y)·(x − y)', '\\left(x + y\\right) \\left(x - y\\right)'],
  [f('where', f('le', x, n(0)), n(0), x), 'if x <= 0 then 0 else x', 'if x ≤ 0 then 0 else x', '\\begin{cases} 0 & \\text{if } x \\le 0 \\\\ x & \\text{otherwise} \\end{cases}'],
  [times(n(2), b.pi()), '2*pi', '2·π', '2 \\pi'],
  [b.double(-Infinity), '-inf', '−∞', '-\\infty'],
];

describe('scalar formulas', () => {
  it.each(GOLDENS)('%#: %s', (node, ascii, unicode, latex) => {
    expect(printNode(b.graph, node, { notation: 'ascii' })).toBe(ascii);
    expect(printNode(b.graph, node, { notation: 'unicode' })).toBe(unicode);
    expect(printNode(b.graph, node, { notation: 'latex' })).toBe(latex);
  });

  it('writes the names the user gave', () => {
    const z = sum(times(w, x), y);
    expect(printNode(b.graph, square(z), { notation: 'ascii', names: new Map([[z, 'z']]) })).toBe('z^2');
    expect(printNode(b.graph, z, { notation: 'ascii', names: new Map([[z, 'z']]) })).toBe('w*x + y');
  });

  it('puts derived terms in reading order', () => {
    const derived = b.add([{ coef: Q.MINUS_ONE, id: square(f('tanh', x)), sub: [] }, { coef: Q.ONE, id: n(1), sub: [] }], []);
    expect(printNode(b.graph, derived, { notation: 'ascii', typed: new Set() })).toBe('1 - tanh(x)^2');
    const product = times(f('exp', x), sum(f('sin', x), f('cos', x)));
    expect(printNode(b.graph, product, { notation: 'ascii', typed: new Set() })).toBe('exp(x)*(sin(x) + cos(x))');
  });
});

describe('large formulas', () => {
  it('a chain 20,000 deep', () => {
    let chain = x;
    for (let k = 0; k < 20_000; k++) chain = f('sin', chain);
    expect(printNode(b.graph, chain, { notation: 'ascii' })).toBe('sin('.repeat(20_000) + 'x' + ')'.repeat(20_000));
  });

  it('a sum of 20,000 nested terms is one flat sum', () => {
    let total = x;
    for (let k = 1; k <= 20_000; k++) total = sum(total, f('sin', times(n(k), y)));
    const text = printNode(b.graph, total, { notation: 'ascii' });
    expect(text.startsWith('x + sin(y) + sin(2*y) + sin(3*y)')).toBe(true);
    expect(text.endsWith('sin(20000*y)')).toBe(true);
    expect(text).not.toContain('((');
  });

  it('shared work is written once when its unfolding would be long', () => {
    let node = x;
    for (let k = 0; k < 60; k++) node = f('sin', times(sum(node, y), sum(node, w)));
    const text = printNode(b.graph, node, { notation: 'ascii' });
    expect(text.length).toBeLessThan(4000);
    expect(text.startsWith('t1 = sin((x + y)*(x + w)); t2 = sin((t1 + y)*(t1 + w));')).toBe(true);
  });
});
