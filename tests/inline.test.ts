/** Formulas inside programs at run time, with their types. What the plugin makes of them is in tests/plugin. */
import { describe, expect, expectTypeOf, it } from 'vitest';
import { DiffcError, inline } from '../src/index.ts';

describe('inline', () => {
  it('gives value and gradient by the names of the text', () => {
    const cost = inline('cost(w, b; x, y) = (w*x + b - y)^2');
    expect(cost({ w: 1, b: 2, x: 3, y: 4 })).toBe(1);
    expect(cost.gradient({ w: 1, b: 2, x: 3, y: 4 })).toEqual({ w: 6, b: 2 });
    expect(cost.valueGradient({ w: 1, b: 2, x: 3, y: 5 })).toEqual({ value: 0, gradient: { w: 0, b: 0 } });
    expectTypeOf(cost).parameter(0).toEqualTypeOf<{ w: number; b: number; x: number; y: number }>();
    expectTypeOf(cost.gradient).returns.toEqualTypeOf<{ w: number; b: number }>();
  });

  it('takes vectors, and names as people write them', () => {
    const distance = inline('distance(u: R[3]; ŷ: R[3]) = norm2(u - ŷ)^2 + sin(u[1])');
    const { value, gradient } = distance.valueGradient({ u: Float64Array.of(1, 2, 3), ŷ: new Float64Array(3) });
    expect(value).toBeCloseTo(14 + Math.sin(1), 12);
    expect([...gradient.u].map((v) => Number(v.toFixed(12)))).toEqual([Number((2 + Math.cos(1)).toFixed(12)), 4, 6]);
    expectTypeOf(distance).parameter(0).toEqualTypeOf<{ u: Float64Array; ŷ: Float64Array }>();
    expectTypeOf(inline('f(x) = x^2').gradient).returns.toEqualTypeOf<{ x: number }>();
  });

  it('results are the caller\'s own, and functions do not share anything', () => {
    const f = inline('f(x: R[2]) = sum(x.^2)');
    const one = f.gradient({ x: Float64Array.of(1, 2) });
    f.gradient({ x: Float64Array.of(5, 6) });
    expect([...one.x]).toEqual([2, 4]);
  });

  it('names that objects inherit, and names of emitted functions, are names', () => {
    const f = inline('value(constructor, params) = constructor^2*params');
    expect(f({ constructor: 3, params: 2 })).toBe(18);
    expect(f.gradient({ constructor: 3, params: 2 })).toEqual({ constructor: 12, params: 9 });
  });

  it('types refuse what the text does not name', () => {
    const f = inline('f(x; a) = a*x^2');
    // @ts-expect-error a is missing
    expect(() => f({ x: 1 })).not.toThrow(DiffcError);
    // @ts-expect-error there is no z
    f({ x: 1, a: 2, z: 3 });
    // @ts-expect-error a is not differentiated by
    expect(f.gradient({ x: 1, a: 2 }).a).toBeUndefined();
  });

  it.each([
    ['x^2', 'bad-inline'], ['f(x; y; z) = x', 'bad-inline'], ['f(A: R[2,2]) = sum(A)', 'bad-inline'], ['f(x: R[N]) = sum(x)', 'bad-inline'], ['f(x) == x', 'bad-inline'],
    ['f(x; process.exit()) = x', 'bad-inline'], ['f(x) = x^^2', 'doubled-operator'], ['f(x) = x + y', 'unknown-name'], ['f(x, x) = x', 'duplicate-name'],
  ])('%s is refused', (text, code) => {
    const failure = (): unknown => { try { return inline(text); } catch (error) { return error; } };
    const error = failure();
    expect(error instanceof DiffcError ? error.diagnostics.map((d) => d.code) : error).toContain(code);
  });
});
