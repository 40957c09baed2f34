/** Bodies of loops keep fewer values in flight, and what must stay in order stays. */
import { describe, expect, it } from 'vitest';
import { addPoly, integerPoly, localPoly, scalePoly, sizePoly, ZERO } from '../../src/schedule/poly.ts';
import { relievePressure } from '../../src/schedule/pressure.ts';
import { interpret } from '../../src/schedule/interpret.ts';
import { arithmetic, number } from '../../src/schedule/scalar.ts';
import type { Combine, Expr, Program, Stmt } from '../../src/schedule/types.ts';

const COUNT = 20;
const STEP = COUNT;
const local = (id: number): Expr => ({ kind: 'local', id });
const at = (k: number) => addPoly(scalePoly(localPoly(STEP), COUNT), integerPoly(k));
const load = (k: number): Expr => ({ kind: 'load', buffer: 0, index: at(k) });
const store = (k: number, value: Expr, combine: Combine = 'set'): Stmt => ({ kind: 'store', buffer: 1, index: at(k), combine, value });

/** A loop that first computes all values and then stores what `end` makes of them. */
function loop(end: (k: number) => Stmt): Program {
  const values = Array.from({ length: COUNT }, (_, k): Stmt => ({ kind: 'let', local: k, value: arithmetic('*', load(k), number(k + 2)) }));
  const ends = Array.from({ length: COUNT }, (_, k) => end(k));
  return {
    buffers: (['input', 'output'] as const).map((use, id) => ({ id, use, name: use, shape: ['N', String(COUNT)], element: 'real' })),
    locals: Array.from({ length: COUNT + 1 }, (_, k) => ({ hint: `v${k}`, named: false })),
    body: [{ kind: 'for', local: STEP, from: ZERO, to: sizePoly(['N']), direction: 'forward', body: [...values, ...ends] }],
  };
}

function run(program: Program): Float64Array {
  const out = new Float64Array(2 * COUNT);
  interpret(program, { sizes: new Map([['N', 2]]), arrays: new Map([[0, Float64Array.from({ length: 2 * COUNT }, (_, k) => k + 1)], [1, out]]) });
  return out;
}

const kinds = (program: Program): string => program.body.flatMap((s) => (s.kind === 'for' ? s.body : [])).map((s) => (s.kind === 'let' ? 'l' : 's')).join('');

describe('a body with more values in flight than registers', () => {
  it('stores each as soon as it is known', () => {
    const program = loop((k) => store(k, local(k)));
    const relieved = relievePressure(program);
    expect(kinds(program)).toBe('l'.repeat(COUNT) + 's'.repeat(COUNT));
    expect(kinds(relieved)).toBe('ls'.repeat(COUNT));
    expect(run(relieved)).toEqual(run(program));
  });

  it('makes the result first that needs least', () => {
    const program = loop((k) => store(k, arithmetic('+', local(k), local(COUNT - 1 - k))));
    const relieved = relievePressure(program);
    // both ends that use a pair
    expect(kinds(relieved)).toBe('llss'.repeat(COUNT / 2));
    expect(run(relieved)).toEqual(run(program));
  });

  it.each<[string, Program]>([
    ['places that may be one', loop((k) => store(k % 2, local(k)))],
    ['places that are read', loop((k) => store(k, { kind: 'load', buffer: 1, index: at(COUNT - 1 - k) }))],
    ['a variable that is read', { ...loop((k): Stmt => (k === 0 ? { kind: 'assign', local: COUNT, combine: 'add', value: local(COUNT) } : store(k, local(k)))) }],
  ])('keeps its order with %s', (_what, program) => {
    expect(relievePressure(program)).toBe(program);
  });

  it('adds to places that are apart in any order', () => {
    expect(kinds(relievePressure(loop((k) => store(k, local(k), 'add'))))).toBe('ls'.repeat(COUNT));
  });
});

it('a body that fits the registers stays as it is written', () => {
  const program = loop((k) => store(k, k < 12 ? local(k) : number(k)));
  const [outer] = program.body;
  const few: Program = { ...program, body: outer?.kind === 'for' ? [{ ...outer, body: outer.body.filter((s) => s.kind !== 'let' || s.local < 12) }] : [] };
  expect(relievePressure(few)).toBe(few);
});
