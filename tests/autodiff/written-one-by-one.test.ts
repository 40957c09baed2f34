/** Vectors and matrices whose elements are written one by one: derivatives are what one would write by hand. */
import { describe, expect, it } from 'vitest';
import { evaluate, gaussNewton, gradient, hvp, jacobian } from '../../src/index.ts';

const blocks = (text: string): Record<string, string> => Object.fromEntries(Object.entries(gaussNewton(text)).flatMap(([x, row]) => Object.entries(row).map(([y, f]) => [`${x},${y}`, String(f)])));

describe('Gauss-Newton matrices', () => {
  it.each([
    ['[x^2, x*y]', { 'x,x': '4*x^2 + y^2', 'x,y': 'x*y', 'y,y': 'x^2' }],
    ['[x, y]', { 'x,x': '1', 'x,y': '0', 'y,y': '1' }],
    ['[x - 1, 10*(y - x^2)]', { 'x,x': '1 + 400*x^2', 'x,y': '-200*x', 'y,y': '100' }],
    ['[x^2*y; x + y]', { 'x,x': '4*y^2*x^2 + 1', 'x,y': '2*y*x^3 + 1', 'y,y': 'x^4 + 1' }],
    ['[[x, y], [y, x]]', { 'x,x': '2', 'x,y': '0', 'y,y': '2' }],
    ['10*sin([x, x*y])', { 'x,x': '100*(cos(x)^2 + y^2*cos(x*y)^2)', 'x,y': '100*y*cos(x*y)^2*x', 'y,y': '100*x^2*cos(x*y)^2' }],
    ['[a*exp(b) - 2, a*exp(2*b) - 3]', { 'a,a': 'exp(2*b) + exp(4*b)', 'a,b': 'a*(exp(2*b) + 2*exp(4*b))', 'b,b': 'a^2*(exp(2*b) + 4*exp(4*b))' }],
  ])('%s', (text, expected) => {
    expect(blocks(text)).toEqual(expected);
    // the product of the Jacobian's columns
    const values: Readonly<Record<string, number>> = { x: 0.7, y: 1.3, a: 0.4, b: 0.6 };
    const at = Object.fromEntries(Object.keys(jacobian(text)).map((name) => [name, values[name]!]));
    const columns = Object.fromEntries(Object.entries(jacobian(text)).map(([name, f]) => [name, [evaluate(f, at)].flat(3) as number[]]));
    for (const [x, row] of Object.entries(gaussNewton(text))) {
      for (const [y, f] of Object.entries(row)) expect(evaluate(f, at)).toBeCloseTo(columns[x]!.reduce((sum, v, k) => sum + v * columns[y]![k]!, 0), 12);
    }
  });
});

describe('determinants', () => {
  const texts = (of: Readonly<Record<string, unknown>>): Record<string, string> => Object.fromEntries(Object.entries(of).map(([name, f]) => [name, String(f)]));
  it('need no inverse', () => {
    expect(texts(gradient('det([[a, b], [c, d]])'))).toEqual({ a: 'd', b: '-c', c: '-b', d: 'a' });
    expect(texts(gradient('det([[a, b, c], [p, q, r], [u, v, w]])', ['a', 'c', 'q', 'u', 'v', 'w']))).toEqual({ a: 'q*w - r*v', c: 'p*v - q*u', q: 'a*w - c*u', u: 'b*r - c*q', v: 'c*p - a*r', w: 'a*q - b*p' });
    expect(texts(hvp('det([[a, b], [c, d]])'))).toEqual({ a: 'v_d', b: '-v_c', c: '-v_b', d: 'v_a' });
    expect(texts(gradient('1/det([[a, b], [b, d]])', 'b'))).toEqual({ b: '2*b/det([a, b; b, d])^2' });
  });

  it('of singular matrices have a derivative', () => {
    expect(evaluate(gradient('det([[a, b], [c, d]])')['a']!, { a: 1, b: 2, c: 2, d: 4 })).toBe(4);
  });
});
