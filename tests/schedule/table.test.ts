/** Straight-line programs as tables: the same bits, in a few statements. */
import { describe, expect, it } from 'vitest';
import { checkProgram } from '../../src/schedule/check.ts';
import { interpret } from '../../src/schedule/interpret.ts';
import { arithmetic, number } from '../../src/schedule/scalar.ts';
import { integerPoly } from '../../src/schedule/poly.ts';
import { split } from '../../src/schedule/split.ts';
import { tabulate } from '../../src/schedule/table.ts';
import type { Arithmetic, Expr, Program, Stmt } from '../../src/schedule/types.ts';

const [INPUT, RATE, OUTPUT] = [0, 1, 2];
const INPUTS = [1.5, -0.25, 0, -0, 1 / 3, -7, 1e-3, 2];

/** Statements over the last values; operations of every kind where `kinds` names them. */
function straight(length: number, kinds: readonly ('/' | 'negate' | 'sin' | 'where' | 'min')[]): Program {
  let state = 7;
  const below = (n: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % n;
  };
  const body: Stmt[] = [];
  const load = (at: number): Expr => ({ kind: 'load', buffer: INPUT, index: integerPoly(at) });
  const operand = (): Expr => {
    const seen = body.length;
    if (seen === 0 || below(8) === 0) return [load(below(INPUTS.length)), number([0, -0, 1, -1, 0.5, -0.125][below(6)] ?? 0), { kind: 'load', buffer: RATE, index: [] } as Expr][below(3)] ?? number(1);
    return { kind: 'local', id: Math.max(0, seen - 1 - below(40)) };
  };
  const sum = (): Expr => arithmetic((['+', '-', '*'] as Arithmetic[])[below(3)] ?? '+', operand(), arithmetic(below(2) === 0 ? '*' : '-', operand(), operand()));
  const other = (): Expr => {
    const kind = kinds[below(kinds.length)];
    if (kind === undefined) return sum();
    if (kind === '/') return arithmetic('/', operand(), operand());
    if (kind === 'negate') return { kind: 'negate', arg: operand() };
    return { kind: 'op', op: kind, args: Array.from({ length: { sin: 1, min: 2, where: 3 }[kind] }, operand) };
  };
  const kept = (e: Expr): Expr => arithmetic('*', number(0.25), e);
  for (let k = 0; k < length; k++) body.push({ kind: 'let', local: k, value: kept(below(6) === 0 ? other() : sum()) });
  const stores = Array.from({ length: 8 }, (_, k): Stmt => ({ kind: 'store', buffer: OUTPUT, index: integerPoly(k), combine: k % 2 === 0 ? 'set' : 'add', value: { kind: 'local', id: length - 1 - k } }));
  return {
    buffers: [
      { id: INPUT, use: 'input', name: 'x', shape: [String(INPUTS.length)], element: 'real' },
      { id: RATE, use: 'input', name: 'rate', shape: [], element: 'real' },
      { id: OUTPUT, use: 'output', name: 'out', shape: ['8'], element: 'real' },
    ],
    locals: Array.from({ length }, () => ({ hint: 'value', named: false })),
    body: [{ kind: 'fill', buffer: OUTPUT, value: 1 }, ...body, ...stores],
    result: { kind: 'local', id: length - 1 },
  };
}

function run(program: Program): number[] {
  const arrays = new Map([[INPUT, Float64Array.from(INPUTS)], [RATE, Float64Array.of(0.75)]]);
  const value = interpret(program, { sizes: new Map(), arrays });
  return [value, ...(arrays.get(OUTPUT) ?? [])];
}

describe('tables', () => {
  it.each([[[]], [['/', 'negate', 'sin', 'where', 'min']]] as const)('compute the bits of the straight line, with %j among its operations', (kinds) => {
    const program = straight(8_000, kinds);
    const table = tabulate(program);
    expect(checkProgram(table)).toEqual([]);
    expect(table.body.length).toBeLessThan(20);
    run(table).forEach((value, k) => expect(value).toBe(run(program)[k]));
  });

  it('the loop over the rows stands in a function of its own where there is more to do', () => {
    const program = straight(8_000, []);
    const more = Array.from({ length: 100 }, (_, k): Stmt => ({ kind: 'store', buffer: OUTPUT, index: integerPoly(k % 8), combine: 'add', value: arithmetic('*', { kind: 'load', buffer: OUTPUT, index: integerPoly((k + 1) % 8) }, number(0.5)) }));
    const longer = { ...program, body: [...program.body, ...more] };
    const { program: linked, parts } = split(tabulate(longer));
    const walks = parts.filter((part) => part.some((s) => s.kind === 'for'));
    expect(walks.map((part) => part.length)).toEqual([1]);
    expect(parts.flat()).toEqual(linked.body);
    expect(run(linked)).toEqual(run(longer));
  });

  it('short programs stay as they are', () => {
    const program = straight(2_000, []);
    expect(tabulate(program)).toBe(program);
  });

  it('a value that is read where it was stored ends the table before', () => {
    const program = straight(8_000, []);
    const again: Expr = { kind: 'load', buffer: OUTPUT, index: integerPoly(3) };
    const later: Program = { ...program, locals: [...program.locals, { hint: 'later', named: false }], body: [...program.body, { kind: 'let', local: program.locals.length, value: again }], result: { kind: 'local', id: program.locals.length } };
    expect(run(tabulate(later))).toEqual(run(later));
  });

  it('where most values are read once, there is nothing to walk', () => {
    const length = 20_000;
    const x: Expr = { kind: 'load', buffer: INPUT, index: integerPoly(0) };
    const stores = Array.from({ length }, (_, k): Stmt => ({ kind: 'store', buffer: 1, index: integerPoly(k), combine: 'set', value: arithmetic('*', x, number(k)) }));
    const program: Program = { buffers: [{ id: INPUT, use: 'input', name: 'x', shape: ['1'], element: 'real' }, { id: 1, use: 'output', name: 'out', shape: [String(length)], element: 'real' }], locals: [], body: stores };
    expect(tabulate(program).body).toEqual(stores);
  });
});
