/** Powers of two stand where they are multiplied once, and small coefficients that are theirs but for a power of two are multiplied once. */
import { describe, expect, it } from 'vitest';
import { carryCoefficients } from '../../src/schedule/coefficients.ts';
import type { Expr, Program, Stmt } from '../../src/schedule/types.ts';
import { programText } from '../../src/schedule/text.ts';

const number = (value: number): Expr => ({ kind: 'number', value });
const local = (id: number): Expr => ({ kind: 'local', id });
const product = (left: Expr, right: Expr): Expr => ({ kind: 'arithmetic', op: '*', left, right });
const define = (id: number, value: Expr): Stmt => ({ kind: 'let', local: id, value });
const store = (buffer: number, value: Expr): Stmt => ({ kind: 'store', buffer, index: [], combine: 'set', value });
const input = (buffer: number): Expr => ({ kind: 'load', buffer, index: [] });

function textOf(names: readonly string[], body: readonly Stmt[], pass: (program: Program) => Program): string[] {
  const program: Program = { buffers: [], locals: names.map((hint) => ({ hint, named: hint.length > 1 })), body };
  return programText(pass(program)).split('\n');
}
const carried = (names: readonly string[], body: readonly Stmt[]): string[] => textOf(names, body, carryCoefficients);

describe('coefficients', () => {
  it('go into the definition of what is used with one coefficient alone, and on from there', () => {
    const text = carried(['r', 'p'], [
      define(0, product(input(0), input(0))), define(1, product(local(0), input(1))),
      store(3, product(number(2), product(input(2), local(1)))), store(4, product(number(2), local(1))), store(5, product(number(2), product(input(1), local(0)))),
    ]);
    expect(text).toEqual(['const r$0 = (2 * (#0[0] * #0[0]))', 'const p$1 = (r$0 * #1[0])', '#3[0] = (#2[0] * p$1)', '#4[0] = p$1', '#5[0] = (#1[0] * r$0)']);
  });

  it('get a name with the factor that is used without them too', () => {
    const text = carried(['r'], [
      define(0, input(0)),
      store(3, product(number(0.5), product(input(1), local(0)))), store(4, product(number(0.5), product(input(2), local(0)))), store(5, product(local(0), local(0))),
    ]);
    expect(text).toEqual(['const r$0 = #0[0]', 'const factor$1 = (0.5 * r$0)', '#3[0] = (#1[0] * factor$1)', '#4[0] = (#2[0] * factor$1)', '#5[0] = (r$0 * r$0)']);
  });

  it('leave elements as they are called', () => {
    const text = carried(['x'], [define(0, input(0)), store(3, product(number(2), product(input(1), local(0)))), store(4, product(number(2), local(0)))]);
    expect(text).toEqual(['const x$0 = #0[0]', 'const factor$1 = (2 * x$0)', '#3[0] = (#1[0] * factor$1)', '#4[0] = factor$1']);
  });

  it('that differ by a power of two share the least', () => {
    const text = carried(['t'], [define(0, input(0)), store(3, product(number(200), local(0))), store(4, product(number(400), product(input(1), local(0))))]);
    expect(text).toEqual(['const t$0 = #0[0]', 'const factor$1 = (200 * t$0)', '#3[0] = factor$1', '#4[0] = (2 * (#1[0] * factor$1))']);
  });

  it.each([
    ['numbers that may overflow elsewhere in a product', [define(0, input(0)), store(3, product(number(3e9), product(input(1), local(0)))), store(4, product(number(3e9), local(0)))]],
    ['squares', [define(0, input(0)), store(3, product(number(2), product(local(0), local(0)))), store(4, product(number(2), product(local(0), local(0))))]],
    ['coefficients that differ by more than a power of two', [define(0, input(0)), store(3, product(number(2), local(0))), store(4, product(number(6), local(0)))]],
    ['a single product', [define(0, input(0)), store(3, product(number(2), product(input(1), local(0))))]],
  ])('leaves %s', (_name, body) => {
    expect(carried(['r'], body)).toEqual(textOf(['r'], body, (program) => program));
  });

  it('keeps what the user named, beside its multiple', () => {
    const text = carried(['residual'], [define(0, input(0)), store(3, product(number(2), product(input(1), local(0)))), store(4, product(number(2), local(0)))]);
    expect(text).toEqual(['const residual$0 = #0[0]', 'const factor$1 = (2 * residual$0)', '#3[0] = (#1[0] * factor$1)', '#4[0] = factor$1']);
  });
});
