/** A condition that much of a loop body asks is asked once, and comparisons that follow from the answer are decided. */
import { expect, it } from 'vitest';
import { leafOf } from '../../src/elaborate/leaf.ts';
import { core } from '../../src/ops/core.ts';
import { checkProgram } from '../../src/schedule/check.ts';
import { decideOnce } from '../../src/schedule/decide.ts';
import { interpret } from '../../src/schedule/interpret.ts';
import { addPoly, integerPoly, localPoly, scalePoly } from '../../src/schedule/poly.ts';
import { schedule } from '../../src/schedule/schedule.ts';
import { programText } from '../../src/schedule/text.ts';
import type { Expr, Program, Stmt } from '../../src/schedule/types.ts';
import { emitted } from '../support/emitted.ts';

const COMPARISONS = [core.lt, core.le, core.eq, core.ge, core.gt] as const;
const number = (value: number): Expr => ({ kind: 'number', value });
const local = (id: number): Expr => ({ kind: 'local', id });

/** y[K*i + k] = c ? x*k : (x rel 0 ? k + 1 : -k - 1), all relations in turn; c is `x asked 0`. */
function program(asked: (typeof COMPARISONS)[number], K: number): Program {
  const [i, x, c] = [0, 1, 2];
  const selected = (k: number): Expr => {
    const other: Expr = { kind: 'op', op: COMPARISONS[k % COMPARISONS.length] ?? core.eq, args: [local(x), number(0)] };
    const either: Expr = { kind: 'op', op: core.where, args: [other, number(k + 1), number(-k - 1)] };
    return { kind: 'op', op: core.where, args: [local(c), { kind: 'arithmetic', op: '*', left: local(x), right: either }, either] };
  };
  const body: Stmt[] = [
    { kind: 'let', local: x, value: { kind: 'load', buffer: 0, index: localPoly(i) } },
    { kind: 'let', local: c, value: { kind: 'op', op: asked, args: [local(x), number(0)] } },
    ...Array.from({ length: K }, (_, k): Stmt[] => [
      { kind: 'let', local: 3 + k, value: selected(k) },
      { kind: 'store', buffer: 1, index: addPoly(scalePoly(localPoly(i), K), integerPoly(k)), combine: 'set', value: local(3 + k) },
    ]).flat(),
  ];
  return {
    buffers: [{ id: 0, use: 'input', name: 'x', shape: ['5'], element: 'real' }, { id: 1, use: 'output', name: 'y', shape: ['5', String(K)], element: 'real' }],
    locals: Array.from({ length: 3 + K }, (_, k) => ({ hint: `t${k}`, named: false })),
    body: [{ kind: 'for', local: i, from: [], to: integerPoly(5), direction: 'forward', body }],
  };
}

function run(p: Program): Float64Array | undefined {
  const arrays = new Map([[0, Float64Array.of(-2, -0, 0, 3, Number.NaN)]]);
  interpret(p, { sizes: new Map(), arrays });
  return arrays.get(1);
}

it.each(COMPARISONS)('the same values whatever x %s 0 says, also of NaN', (asked) => {
  const asTyped = program(asked, 12);
  const once = decideOnce(asTyped, 'all');
  expect(checkProgram(once)).toEqual([]);
  expect(programText(once)).toContain('if ');
  expect(run(once)).toEqual(run(asTyped));
});

it('an answer decides the comparisons that follow from it', () => {
  const text = programText(decideOnce(program(core.gt, 12), 'all'));
  const [, yes = '', no = ''] = text.split('if ');
  expect(yes).not.toContain('where');
  expect(no).toContain('where');
});

it('loops that walk their arrays stay as they are where several steps may be taken at once', () => {
  const asTyped = program(core.gt, 12);
  expect(decideOnce(asTyped, 'gathering')).toBe(asTyped);
  const byPlace: Program = { ...asTyped, buffers: asTyped.buffers.map((b) => ({ ...b, element: b.id === 0 ? 'index' as const : b.element })) };
  expect(decideOnce(byPlace, 'gathering')).toEqual(decideOnce(byPlace, 'all'));
});

it('a few selections stay as they are', () => {
  const asTyped = program(core.gt, 11);
  expect(decideOnce(asTyped, 'all')).toBe(asTyped);
});

it('is emitted as a branch', () => {
  const terms = Array.from({ length: 14 }, (_, k) => `y${k}[n] = if x[n] > 0 then exp(${k + 1}*x[n])*x[n] else sin(${k + 1}*x[n])`);
  const { code } = emitted(`dim N\nparam x: R[N]\n${terms.join('\n')}\nderive value of ${terms.map((_, k) => `y${k}`).join(', ')} as f`);
  expect(code).toMatch(/if \(gt\) \{[^?]*\} else \{[^?]*\}/);
});

it('what compares with another number, what is the larger and what the answer leaves out are decided, in loops too', () => {
  const terms = Array.from({ length: 14 }, (_, k) => `y${k}[n] = (if x[n] > 2 then max(x[n], 1)*exp(${k + 1}*x[n]) else 0)*(if x[n] > 1 then 1 else cos(x[n])) + (if x[n] > 2 then 0 else sin(${k + 1}*x[n]))`);
  const { plan } = emitted(`dim N, M\nparam x: R[N], A: R[N, M]\n${terms.join('\n')}\nz[n,m] = if x[n] > 2 then cosh(A[n,m]) else tanh(A[n,m])\nderive value of ${terms.map((_, k) => `y${k}`).join(', ')}, z as f`);
  const inputs = plan.inputs.map((i) => ({ name: i.name, node: leafOf(i), shape: i.shape, element: i.element }));
  const outputs = (plan.functions[0]?.outputs ?? []).map((o) => ({ kind: 'filled' as const, name: o.name, node: o.node }));
  const [, yes = '', no = ''] = programText(schedule({ b: plan.b, inputs, outputs, names: plan.names })).split('  if ');
  expect(yes).toMatch(/ for .*cosh\(/s);
  expect(yes).not.toMatch(/where|max\(|sin\(|cos\(|tanh\(/);
  expect(no).toMatch(/sin\(/);
  expect(no).not.toMatch(/exp\(|cosh\(/);
});
