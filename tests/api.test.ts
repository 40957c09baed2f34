/** The public surface of the library, and what its functions promise. Widening it is a visible decision. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as diffc from '../src/index.ts';
import { version } from '../src/version.ts';
import { root } from './support/sources.ts';

const {
  check, compile, derivative, DiffcError, directionalDerivative, evaluate, explainNonFinite, gaussNewton, gaussNewtonProduct, gradient, hessian, hvp, jacobian, jvp, load, parse, print,
  simplify, vjp,
} = diffc;

describe('the public surface', () => {
  it('is this', () => {
    expect(Object.keys(diffc).sort()).toEqual([
      'DiffcError', 'Formula', 'SparseDerivative', 'check', 'compile', 'defineConfig', 'derivative', 'directionalDerivative', 'evaluate', 'explainNonFinite', 'gaussNewton', 'gaussNewtonProduct', 'gradient', 'hessian',
      'hvp', 'inline', 'jacobian', 'jvp', 'load', 'parse', 'print', 'simplify', 'sparse', 'vjp',
    ]);
  });

  it('has the version of the package', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    expect(version).toBe(manifest.version);
  });
});

describe('formulas', () => {
  it('differentiate, print and evaluate', () => {
    const f = parse('x^2*sin(y)');
    const g = gradient(f);
    expect(Object.fromEntries(Object.entries(g).map(([name, d]) => [name, print(d)]))).toEqual({ x: '2*x*sin(y)', y: 'x^2*cos(y)' });
    const x = g['x'];
    expect(x === undefined ? Number.NaN : evaluate(x, { x: 3, y: 0.5 })).toBeCloseTo(6 * Math.sin(0.5), 14);
    expect(print(f, 'latex')).toBe('x^{2} \\sin\\left(y\\right)');
  });

  it('may be given as texts, and variables by one name', () => {
    expect(print(gradient('x^2*sin(y)', 'x')['x'] ?? '')).toBe('2*x*sin(y)');
    expect(print(hessian('xy^3', 'xy')['xy']?.['xy'] ?? '')).toBe('6*xy');
    expect(String(derivative('x^5', 3)['x,x,x'])).toBe('60*x^2');
    expect([print('x  +1'), String(simplify('x + x')), evaluate('6*7')]).toEqual(['x + 1', '2*x', 42]);
  });

  it('say what is no text', async () => {
    const given: unknown[] = [undefined, null, 3, ['x'], {}];
    for (const thing of given) {
      const codes = (call: (text: string) => unknown): unknown => {
        try {
          return call(thing as string);
        } catch (error) {
          return error instanceof DiffcError ? error.diagnostics.map((d) => d.code) : error;
        }
      };
      for (const call of [parse, gradient, hessian, hvp, jvp, print, evaluate, simplify, check]) expect(codes(call)).toEqual(['not-a-text']);
      expect((await compile(thing as string)).diagnostics.map((d) => d.code)).toEqual(['not-a-text']);
    }
  });

  it('say how they were read, and their derivatives too', () => {
    const f = parse("norm(A*x - b)^2 + x'*x");
    expect(f.notes.map((n) => n.text)).toEqual(['read with A: R[N, M], x: R[M], b: R[N]']);
    expect(gradient(f, ['x'])['x']?.notes).toEqual(f.notes);
    expect(parse('x^2').notes).toEqual([]);
  });

  it('carry warnings, which are no mistakes', () => {
    const f = parse('dx/dy');
    expect(f.diagnostics.map((d) => [d.severity, d.code])).toEqual([['warning', 'quotient-of-differentials']]);
    const places = (g: diffc.Formula | undefined): unknown => g?.diagnostics.map((d) => [d.code, d.span?.start, d.span?.source.text]);
    const expected = [['quotient-of-differentials', 0, 'dx/dy']];
    expect([gradient(f)['dx'], hvp(f)['dx'], simplify(f)].map(places)).toEqual([expected, expected, expected]);
    expect(parse('x^2').diagnostics).toEqual([]);
  });

  it('say when they are too long to be put in their shortest form', () => {
    expect(parse('d^4/dx^4 asin(x)').diagnostics).toEqual([]);
    expect(parse('d^64/dx^64 asin(x)').diagnostics.map((d) => d.code)).toEqual(['too-long-to-read']);
  });

  it('have second derivatives and Hessian-vector products', () => {
    const f = parse('x^2*y^3');
    const H = hessian(f);
    expect(H['x']?.['y']?.toString()).toBe('6*x*y^2');
    const product = hvp(f)['x'];
    // (2y³)·v_x + (6xy²)·v_y
    expect(product === undefined ? Number.NaN : evaluate(product, { x: 2, y: 3, v_x: 1, v_y: 10 })).toBe(2 * 27 + 6 * 2 * 9 * 10);
  });

  it('of second order are of numbers', () => {
    const f = parse('[x^2, x*y]');
    for (const request of [hessian, hvp]) expect(() => request(f)).toThrow(/gradient-of-tensor/);
  });

  it('may be tensors', () => {
    const f = parse('A*exp(x)', { mode: 'matrix' });
    expect(f.shape).toHaveLength(1);
    const J = jacobian(f, ['x'])['x'];
    const value = J === undefined ? [] : evaluate(J, { A: [[1, 2], [3, 4]], x: [0, 1] });
    expect(value).toEqual([[1, 2 * Math.E], [3, 4 * Math.E]]);
  });

  it('have products with their Jacobian, and Gauss-Newton matrices', () => {
    const r = parse('A*exp(x) - y', { mode: 'matrix' });
    const at = { A: [[1, 2], [3, 4]], y: [1, 1], x: [0, 0] };
    expect(evaluate(jvp(r, ['x']), { ...at, v_x: [1, 10] })).toEqual([21, 43]);
    const back = vjp(r, ['x'])['x'] ?? r;
    expect(evaluate(back, { ...at, u: [1, 10] })).toEqual([31, 42]);
    const matrix = gaussNewton(r, ['x'])['x']?.['x'] ?? r;
    expect(evaluate(matrix, at)).toEqual([[10, 14], [14, 20]]);
    const product = gaussNewtonProduct(r, ['x'])['x'] ?? r;
    expect(evaluate(product, { ...at, v_x: [1, 10] })).toEqual([150, 214]);
    expect(() => gaussNewton(parse('x^2'))).toThrow(/residuals/);
    expect(() => hvp(r, ['x'])).toThrow(/Hessian-vector product/);
  });

  it('have derivatives of every order', () => {
    const twelfth = derivative(parse('x*exp(x)'), 12)['x,x,x,x,x,x,x,x,x,x,x,x'];
    expect(twelfth === undefined ? Number.NaN : evaluate(twelfth, { x: 1 })).toBeCloseTo(13 * Math.E, 12);
    const mixed = derivative(parse('x^2*y^3'), 3);
    expect(Object.fromEntries(Object.entries(mixed).map(([by, d]) => [by, print(d)]))).toEqual({ 'x,x,x': '0', 'x,x,y': '6*y^2', 'x,y,y': '12*x*y', 'y,y,y': '6*x^2' });
    const along = directionalDerivative(parse('x^2*y^3'), 3);
    expect(evaluate(along, { x: 2, y: 3, v_x: 1, v_y: 1 })).toBe(3 * 54 + 3 * 72 + 24);
    expect(print(directionalDerivative(parse('x^2*y'), 2, undefined, ['u', 'v']))).toBe('2*(x*u_y*v_x + u_x*(x*v_y + y*v_x))');
    expect(() => directionalDerivative(parse('x^2*y'), 3, undefined, ['u', 'v'])).toThrow(/2 directions, but 3 are needed/);
    for (const order of [0, -1, 1.5, 65]) expect(() => derivative(parse('x'), order)).toThrow(/whole number from 1 to 64/);
  });

  it('keep their domain when simplified', () => {
    expect(print(simplify(parse('x/x')))).toBe('x/x');
    expect(print(simplify(parse('2*x + 3*x')))).toBe('5*x');
  });

  it('take names that objects inherit', () => {
    expect(Object.keys(gradient(parse('__proto__*toString')))).toEqual(['__proto__', 'toString']);
  });
});

/** n functions, each of which calls the one before at two places: 2ⁿ different calls. */
const doubling = (n: number): string => Array.from({ length: n }, (_, k) => (k === 0 ? 'f0(x) = sin(x)' : `f${k}(x) = f${k - 1}(x + ${k}) + f${k - 1}(x*${k + 1})`)).join('; ');

describe('mistakes', () => {
  it('throw one error with every diagnostic', () => {
    const failure = (): unknown => { try { return parse('sigmod(x) + cso(y)'); } catch (error) { return error; } };
    const error = failure();
    expect(error).toBeInstanceOf(DiffcError);
    expect(error instanceof DiffcError ? error.diagnostics.map((d) => d.code) : []).toEqual(['unknown-function', 'unknown-function']);
  });

  const endless = 'sum[i in 1..1000000000] sin(i*x)';
  it.each<readonly [string, () => unknown]>([
    ['evaluate', () => evaluate(parse(endless), { x: 1 })], ['check', () => check(`param x: R\ncheck ${endless} == x\n`)],
    ['explainNonFinite', () => explainNonFinite(`param x: R\nL = ${endless}\nderive value of L wrt x\n`, { x: 1 })],
    ['parse', () => parse(`${'7'.repeat(1e5)}*x`)], ['gradient', () => gradient(parse(`${doubling(18)}; f17(x)`))],
    ['inline', () => (diffc.inline as (text: string) => unknown)(`f(x) = ${'7'.repeat(1e5)}*x`)],
  ])('that ask for too much of %s say so', (_, ask) => {
    expect(ask).toThrow(DiffcError);
    expect(ask).toThrow(/error\[too-large\]/);
  });

  it('an exponent tower is no work for the decimals that decide a claim', () => {
    expect(check('param x: R\ncheck 9^9^9 == x\ncheck 10^(10^10)*x == x\n').map((c) => c.verdict.kind)).toEqual(['fails', 'fails']);
  });

  it('of values name the value', () => {
    expect(() => evaluate(parse('x*y'), { x: 1 })).toThrow(/`y`/);
    expect(() => gradient(parse('x'), ['z'])).toThrow(/`z`/);
  });
});

describe('models', () => {
  const source = 'dim N\ndata x: R[N], y: R[N]\nparam w: R, b: R\nL = mean((y - w*x - b)^2)\nderive value, gradient of L wrt w, b\ncheck ∂L/∂b == -2*mean(y - w*x - b)\n';

  it('compile to a module that runs in this process', async () => {
    const { code, declarations, diagnostics } = await compile(source, { target: 'js', format: 'plain' });
    expect(diagnostics).toEqual([]);
    expect(declarations).toContain('export interface Params');
    const { create } = load(code ?? '') as { create: (dims: { N: number }) => { newGradient(): { w: number; b: number }; valueGradient(p: object, d: object, g: object): number } };
    const model = create({ N: 3 });
    const g = model.newGradient();
    const loss = model.valueGradient({ w: 1, b: 0 }, { x: Float64Array.of(1, 2, 3), y: Float64Array.of(2, 4, 6) }, g);
    expect([loss, g.w, g.b]).toEqual([14 / 3, -28 / 3, -4].map((v) => expect.closeTo(v, 12) as number));
  });

  it('come back with diagnostics, not exceptions', async () => {
    const { code, diagnostics } = await compile('L = x^^2');
    expect(code).toBeUndefined();
    expect(diagnostics.map((d) => d.code)).toEqual(['doubled-operator']);
  });

  it('have their claims decided', () => {
    expect(check(source).map((c) => c.verdict.kind)).toEqual(['proved']);
    expect(() => check('check y == 1')).toThrow(DiffcError);
  });
});

describe('explainNonFinite', () => {
  const model = 'dim N\ndata x: R[N], y: R[N]\nparam w: R, b: R\np = w*x + b\nL = mean((y - ln(p))^2)\nderive value, gradient of L wrt w, b';

  it.each([
    ['the first part that is not finite, with its arguments', model, { x: [1, 2, 3], y: [1, 1, 1], w: -1, b: 2.5 }, 'in L, `ln(p)` [3] is NaN, where p = -0.5'],
    ['data', model, { x: [1, Number.NaN, 3], y: [1, 1, 1], w: 1, b: 2.5 }, 'in L, `x` [2] is NaN'],
    ['an overflow', model, { x: [1, 2, 3], y: [1, 1e200, 1], w: 1, b: 2.5 }, 'in L, `(y - ln(p)).^2` [2] is Infinity, where y - ln(p) = 1e+200'],
    ['a gradient under a finite value', 'param x: R\ng = sqrt(x)\nderive value, gradient of g wrt x', { x: 0 }, 'in the gradient of g by x, `1/g` is Infinity, where g = 0'],
    ['a branch that is not taken is not to blame', 'param x: R, y: R\ng = if x > 0 then ln(y) else 1/x\nderive value, gradient of g wrt x, y', { x: 1, y: -1 }, 'in g, `ln(y)` is NaN, where y = -1'],
    ['nothing', model, { x: [1, 2, 3], y: [1, 1, 1], w: 1, b: 2.5 }, undefined],
  ])('names %s', (_, source, values, want) => {
    expect(explainNonFinite(source, values)).toBe(want);
  });

  it('finds sizes in the lengths of arrays, and says which one it cannot', () => {
    const matrix = 'dim N, D\ndata X: R[N, D]\nparam w: R[D]\nL = sum(exp(X*w))';
    expect(explainNonFinite(matrix, { X: [1, 2, 1000, 4], w: [1, 1] })).toBe('in L, `exp(X*w)` [2] is Infinity, where X*w = 1004');
    expect(() => explainNonFinite('dim N, D\ndata X: R[N, D]\nparam b: R\nL = sum(exp(X + b))', { X: [1, 2], b: 1 })).toThrow('do not decide the size');
  });
});
