/**
 * The likeliest reading of a one-liner. Undeclared names are numbers, until that makes no sense of the line:
 * `x'*A*x` of numbers, `det(A)` of a number. Then vectors and matrices are tried, the usual meaning of letters first.
 * Elaboration itself says which readings are possible, so nothing here knows what fits what. Where a position is 0,
 * all of them are counted from there; where `x[i-1]` is beside `x[i]`, i runs where both are there.
 */
import { Bag } from '../diagnostics/bag.ts';
import type { Code } from '../diagnostics/catalog.ts';
import type { Model } from './model.ts';
import type { ElaborateOptions, Guess, Pass, Rank } from './pass.ts';
import { solve, type Solved } from './solve.ts';

/** What is said of shapes that do not fit: with other ranks they may. */
const SHAPES: ReadonlySet<Code> = new Set<Code>(['expected-shape', 'shape-mismatch', 'inner-sizes-differ', 'ambiguous-product', 'ambiguous-broadcast', 'not-square', 'wrong-rank']);
/** Every reading takes an elaboration. Who writes longer lines declares their names. */
const MOST_NAMES = 8;
const MOST_NODES = 1_000;
const MOST_READINGS = 100;

type Ranks = ReadonlyMap<string, Rank>;

interface Reading extends Solved<Model> {
  readonly bag: Bag;
  readonly cost: number;
}

/** Elaborates by the likeliest reading. Where none is possible, the reports are those of the plain one. */
export function likeliest(options: ElaborateOptions, bag: Bag, elaborate: (pass: Pass) => Model): Model | undefined {
  const plain = bestOf(options, elaborate);
  const best = plain.model === undefined && liesOutside(plain) ? otherRanges(options, plain, elaborate) : plain;
  for (const diagnostic of best.bag.diagnostics) bag.add(diagnostic);
  if (best.model === undefined) return undefined;
  const model = best.guesses ? withShapes(best.model, best.pass) : best.model;
  return best.pass.base === plain.pass.base ? model : withNote(model, 'read with positions counted from 0');
}

const liesOutside = ({ bag, pass }: Reading): boolean => pass.b.graph.size <= MOST_NODES && bag.diagnostics.some((d) => d.code === 'index-out-of-range' || d.code === 'unknown-range');

const OTHERS: readonly Pick<ElaborateOptions, 'base' | 'ranges'>[] = [{ base: 0 }, { ranges: 'that-fit' }, { base: 0, ranges: 'that-fit' }];

/** The first reading whose positions are all on their axes; the plain one when there is none. */
function otherRanges(options: ElaborateOptions, plain: Best, elaborate: (pass: Pass) => Model): Best {
  for (const other of OTHERS) {
    const reading = bestOf({ ...options, ...other }, elaborate);
    if (reading.model !== undefined) return reading;
  }
  return plain;
}

interface Best extends Reading {
  /** other ranks than those that names have by themselves */
  readonly guesses: boolean;
}

function bestOf(options: ElaborateOptions, elaborate: (pass: Pass) => Model): Best {
  const read = (ranks?: Ranks): Reading => {
    const own = new Bag();
    const solved = solve(ranks === undefined ? options : { ...options, ranks }, own, elaborate);
    return { ...solved, bag: own, cost: costOf(solved) };
  };
  const plain = read();
  const best = wantsTensors(plain) ? search(plain, read) : plain;
  return { ...best, guesses: best !== plain };
}

function wantsTensors({ bag, pass }: Reading): boolean {
  if (pass.guessed.size === 0 || pass.guessed.size > MOST_NAMES || pass.b.graph.size > MOST_NODES) return false;
  return pass.wantsTensors || bag.diagnostics.some((d) => SHAPES.has(d.code));
}

/** The possible reading of least cost; the plain one when it is as good. */
function search(plain: Reading, read: (ranks: Ranks) => Reading): Reading {
  let best = plain;
  let left = MOST_READINGS;
  const names = [...plain.pass.guessed].map(([name, { usual }]) => ({ name, usual }));
  for (let cost = 0; cost < best.cost && cost <= DEAREST * names.length; cost++) {
    for (const ranks of readingsOf(names, cost)) {
      if (left === 0) return best;
      left -= 1;
      const reading = read(ranks);
      if (reading.cost < best.cost) best = reading;
    }
  }
  return best;
}

/** All readings whose names cost so much together. */
function* readingsOf(names: readonly { readonly name: string; readonly usual: Rank }[], cost: number): Generator<Ranks> {
  const [first, ...others] = names;
  if (first === undefined) {
    if (cost === 0) yield new Map();
    return;
  }
  for (const rank of [0, 1, 2] as const) {
    const rest = cost - costOfGuess({ rank, usual: first.usual });
    if (rest < 0) continue;
    for (const ranks of readingsOf(others, rest)) yield new Map([[first.name, rank], ...ranks]);
  }
}

/** Impossible readings cost more than all others. */
function costOf({ model, pass }: Solved<Model>): number {
  if (model === undefined) return Infinity;
  const letters = [...pass.guessed.values()].reduce((sum, guess) => sum + costOfGuess(guess), 0);
  const rank = model.answer?.kind === 'value' ? model.graph.shape(model.answer.node).length : 0;
  return letters + pass.oddities + (COST_OF_ANSWER[rank] ?? DEAREST);
}

const DEAREST = 6;
/** People ask for derivatives of numbers, then of vectors. */
const COST_OF_ANSWER = [0, 2, 4];
/** What it costs to read a name that is usually a number, a vector, a matrix (rows) as one of these (columns). */
const COSTS = [[0, 1, 4], [1, 0, 4], [DEAREST, 5, 0]] as const;

const costOfGuess = ({ rank, usual }: Guess): number => COSTS[usual][rank];

/** Says what was read, so that a wrong reading is seen. */
function withShapes(model: Model, pass: Pass): Model {
  const shapes = model.inputs.filter((input) => pass.guessed.has(input.name))
    .map(({ name, shape, properties }) => [`${name}: R${shape.length === 0 ? '' : `[${shape.join(', ')}]`}`, ...properties].join(' '));
  return withNote(model, `read with ${shapes.join(', ')}`);
}

function withNote(model: Model, text: string): Model {
  const [first] = model.inputs;
  return first === undefined ? model : { ...model, notes: [...model.notes, { text, span: first.span }] };
}
