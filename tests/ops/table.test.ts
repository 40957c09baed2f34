/** What every row must have, and what it states about itself, sampled. */
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { describeOp, opsReference } from '../../src/ops/describe.ts';
import { findOp, opNames, opSpellings, rowOf, type OpName } from '../../src/ops/table.ts';
import type { Fact, PrimitiveRow } from '../../src/ops/schema.ts';
import { kernelSources } from '../../src/kernels/sources.generated.ts';
import { evaluateFormula, pointsOf } from './sampling.ts';

const primitives = opNames().flatMap((name): [OpName, PrimitiveRow][] => {
  const row = rowOf(name);
  return row.kind === 'primitive' ? [[name, row]] : [];
});

describe('names', () => {
  it('every spelling means one operation', () => {
    const spellings = opNames().flatMap((name) => [name, ...(rowOf(name).aliases ?? [])]);
    expect(spellings.filter((spelling, k) => spellings.indexOf(spelling) !== k)).toEqual([]);
    const typed = opNames().filter((name) => rowOf(name).reads === undefined);
    expect([...opSpellings()].sort()).toEqual(typed.flatMap((name) => [name, ...(rowOf(name).aliases ?? [])]).sort());
  });

  it('are found by name and alias, and nothing else is', () => {
    expect(['log', 'arctan', 'th', 'swish', 'tanh'].map(findOp)).toEqual(['ln', 'atan', 'tanh', 'silu', 'tanh']);
    expect(['Tanh', '', '__proto__', 'toString', 'constructor', 'σ'].map(findOp)).toEqual(Array.from({ length: 6 }, () => undefined));
  });

  it('argument names never hide the result y or a constant', () => {
    const taken = new Set(['y', 'pi', 'e', 'inf', 'nan', 'true', 'false']);
    expect(opNames().filter((name) => rowOf(name).args.some((arg) => taken.has(arg) || findOp(arg) !== undefined))).toEqual([]);
  });
});

describe.each(opNames())('%s', (name) => {
  const row = rowOf(name);

  it('has text for people', () => {
    expect(row.doc).toMatch(/\.$/);
    expect(row.title).not.toMatch(/^[A-Z][a-z]+ [a-z]+ function\.$|\.$/);
    expect(row.examples?.length).toBeGreaterThan(0);
    expect(row.args.filter((arg) => !row.latex?.includes(`{${arg}}`))).toEqual([]);
    expect(describeOp(name)).toContain(row.doc);
  });

  it('its examples are formulas', () => {
    const undefinedOnes = (row.examples ?? []).filter((text) => Number.isNaN(evaluateFormula(text, { x: 0.5, y: 0.25, w: 2, b: -1 })));
    expect(undefinedOnes).toEqual([]);
  });

  it('is finite on its domain and inside its range', () => {
    const [low, high] = interval(row.range ?? '(-inf, inf)');
    const outside = pointsOf(row, 200).filter((args) => {
      const value = valueOf(name, args);
      return !(Number.isFinite(value) && value >= low && value <= high);
    });
    expect(outside).toEqual([]);
  });

  it.each(row.facts ?? [])('is %s', (fact) => {
    const check = FACTS[fact];
    const broken = check === undefined ? [] : pointsOf(row, 200).filter((args) => !check((...at) => valueOf(name, at), args));
    expect(broken).toEqual([]);
  });
});

function valueOf(name: OpName, args: readonly number[]): number {
  const row = rowOf(name);
  if (row.kind === 'primitive') return row.evaluate(...args);
  return evaluateFormula(row.expand, Object.fromEntries(row.args.map((arg, k) => [arg, args[k] ?? Number.NaN])));
}

/** The ends of an interval text. An open end counts as closed: rounding may reach it. */
function interval(text: string): readonly [number, number] {
  const ends = /^[([](.+), (.+)[)\]]$/.exec(text);
  const parse = (end = ''): number => (end === 'inf' ? Infinity : end === '-inf' ? -Infinity : Number(end));
  const [low, high] = [parse(ends?.[1]), parse(ends?.[2])];
  expect([low, high]).not.toContain(Number.NaN);
  return [low, high];
}

type Function = (...args: readonly number[]) => number;
type Check = (f: Function, args: readonly number[]) => boolean;

const close = (a: number, b: number): boolean => Object.is(a, b) || Math.abs(a - b) <= 1e-14 * Math.max(Math.abs(a), Math.abs(b));
const last = (args: readonly number[], change: (x: number) => number): number[] => [...args.slice(0, -1), change(args.at(-1) ?? Number.NaN)];

/** How a fact shows at a point. What a difference of values cannot show (smooth, cheap, …) is left out. */
const FACTS: Readonly<Partial<Record<Fact, Check>>> = {
  even: (f, args) => close(f(...args), f(...last(args, (x) => -x))),
  odd: (f, args) => close(f(...args), -f(...last(args, (x) => -x))),
  increasing: (f, args) => f(...last(args, stepUp)) >= f(...args) || !Number.isFinite(f(...last(args, stepUp))),
  decreasing: (f, args) => f(...last(args, stepUp)) <= f(...args) || !Number.isFinite(f(...last(args, stepUp))),
  commutative: (f, [u = Number.NaN, v = Number.NaN]) => close(f(u, v), f(v, u)),
  idempotent: (f, args) => (args.length === 1 ? f(f(...args)) === f(...args) : f(...args.map(() => args[0] ?? Number.NaN)) === args[0]),
  positive: (f, args) => f(...args) > 0,
  nonnegative: (f, args) => f(...args) >= 0,
  bounded: (f, args) => Math.abs(f(...args)) <= 6,
  'piecewise-constant': (f, args) => f(...args) === f(...last(args, (x) => x * (1 + 1e-9))) || args.length > 1 || Number.isInteger(args[0]),
  boolean: (f, args) => f(...args) === 0 || f(...args) === 1,
  'exact-on-rationals': (f, args) => Number.isSafeInteger(f(...args.map(Math.round))),
};

function stepUp(x: number): number {
  return x + Math.abs(x) * 1e-3 + 1e-6;
}

describe('facts', () => {
  it('most can be sampled', () => {
    const unsampled = new Set(opNames().flatMap((name) => rowOf(name).facts ?? []).filter((fact) => FACTS[fact] === undefined));
    expect([...unsampled].sort()).toEqual(['cheap', 'smooth']);
  });

  it('exact values are the values', () => {
    const wrong = opNames().flatMap((name) =>
      (rowOf(name).exact ?? []).filter(([at, value]) => valueOf(name, [rational(at)]) !== rational(value)).map(([at]) => `${name}(${at})`),
    );
    expect(wrong).toEqual([]);
  });
});

function rational(text: string): number {
  const [numerator, denominator = 1] = text.split('/').map(Number);
  return (numerator ?? Number.NaN) / denominator;
}

describe('spellings for emission', () => {
  const inlined = primitives.flatMap(([name, row]) => ('inline' in row.ts ? [{ name, row, ...row.ts }] : []));
  const conditions = inlined.flatMap(({ name, row, condition }) => (condition === undefined ? [] : [{ name, row, inline: `((${condition}) ? 1 : 0)` }]));

  it('are atoms', () => {
    expect(inlined.map(({ inline }) => inline).filter((inline) => !/^(?:\(.*\)|Math\.\w+\(.*\))$/.test(inline))).toEqual([]);
  });

  it('name kernels that exist', () => {
    const kernels = primitives.flatMap(([, row]) => ('kernel' in row.ts ? [row.ts.kernel] : []));
    expect(kernels.filter((kernel) => !Object.hasOwn(kernelSources, kernel))).toEqual([]);
  });

  it.each([...inlined, ...conditions])('$name: $inline', ({ row, inline }) => {
    const points = pointsOf(row, 50);
    const body = row.args.reduce((text, arg) => text.replaceAll(`{${arg}}`, arg), inline);
    const values = runInNewContext(`points.map(([${row.args.join(', ')}]) => ${body})`, { points }) as number[];
    expect([...values]).toEqual(points.map((args) => row.evaluate(...args)));
  });
});

describe('reference page', () => {
  it('has an entry for every operation', () => {
    const page = opsReference();
    expect(opNames().filter((name) => !page.includes(`### \`${name}(`))).toEqual([]);
  });
});
