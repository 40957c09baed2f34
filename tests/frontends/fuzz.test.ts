/**
 * Random inputs. `npm run fuzz` sets FUZZ=100000; the default keeps `npm test` short.
 */
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { printStatement } from '../../src/ast/print-statements.ts';
import { Bag } from '../../src/diagnostics/bag.ts';
import { renderAll } from '../../src/diagnostics/render.ts';
import { runEarley } from '../../src/frontends/math/earley.ts';
import { finishStatement } from '../../src/frontends/math/finish.ts';
import { parseExpression, parseFile } from '../../src/frontends/math/parse.ts';
import { readingOf } from '../ast/reading.ts';
import { randomSentence, randomSource, tokensOf, typesOf } from './sentences.ts';

const rounds = Number(process.env['FUZZ'] ?? 10_000);

/** Ways to combine tokens that no text gives: two primes are one, types have no juxtaposition, `return` and `init` stand in blocks, statement words stand before names. */
const unwritable = /PRIME PRIME|SUP SUP|SUB SUB|COEF NUM|(?:UPDATE|INDEX|RECUR) (?!NAME)|BASE|RETURN|INIT|(?:DATA|PARAM|HYPER|FN|OPAQUE).*JUXT/;

describe('sentences of the grammar', () => {
  it(`${rounds} have exactly one parse`, () => {
    const random = randomSource(2026);
    const distinct = new Set<string>();
    for (let i = 0; i < rounds; i += 1) {
      const terminals = typesOf(randomSentence(random, 3 + Math.floor(random() * 12)), random);
      distinct.add(terminals.join(' '));
      // more than one parse is an InternalError
      expect(runEarley(tokensOf(terminals, random)).kind, terminals.join(' ')).toBe('parsed');
    }
    expect(distinct.size).toBeGreaterThan(rounds / 4);
  }, 300_000);

  it('print and parse back to the same reading, in both notations', () => {
    const random = randomSource(7);
    let compared = 0;
    for (let i = 0; i < rounds / 4; i += 1) {
      const terminals = typesOf(randomSentence(random, 4 + Math.floor(random() * 12)), random).map((type, _, all) => (all.includes('IMPORT') ? type : plain(type)));
      if (unwritable.test(terminals.join(' '))) continue;
      const outcome = runEarley(tokensOf(terminals, random));
      if (outcome.kind !== 'parsed' || outcome.statement.kind === 'fn' || outcome.statement.kind === 'recur') continue;
      finishStatement(outcome.statement);
      const reading = readingOf(outcome.statement);
      for (const notation of ['ascii', 'unicode'] as const) {
        const text = printStatement(outcome.statement, notation);
        const bag = new Bag();
        const [again, ...rest] = parseFile({ name: '<printed>', text }, bag).statements;
        expect(renderAll(bag.diagnostics), text).toBe('');
        expect(rest).toEqual([]);
        if (!again) throw new Error(text);
        expect(isDeepStrictEqual(readingOf(again), reading), text).toBe(true);
        expect(printStatement(again, notation)).toBe(text);
        compared += 1;
      }
    }
    expect(compared).toBeGreaterThan(rounds / 8);
  }, 300_000);
});

/** Strings and ellipses are no operands in real texts. */
function plain(type: string): string {
  return type === 'STR' ? 'NAME' : type === 'ELL' ? 'NUM' : type;
}

const words = [
  'x', 'y', 'w', 'N', 'sin', 'ln', 'sum', 'ŷ', 'θ', '2', '3.5', '½', '1e-3', '+', '-', '*', '/', '^', '**', '.*', '@', '(', ')', '[', ']', '{', '}',
  '|', '||', '‖', "'", '’', '!', '?', ':', ';', ',', '.', '..', '…', '=', '==', '!=', '<', '<=', '∈', '->', '→', ':=', '-=', '~', '∑', '∏', '∂', '∇', '√',
  'ᵢ', '²', 'ᵀ', '_{', '^{', 'd/dx', 'lim', 'if', 'then', 'else', 'elif', 'for', 'in', 'to', 'of', 'wrt', 'where', 'return', 'and', 'not', 'derive',
  'check', 'param', 'data', 'dim', 'fn', 'recur', 'import', 'init', 'update', 'module', 'base', 'matrix', '"a"', '"', '/*', '//', '///', '#', '\n',
  ' ', ' ', ' ', '$', '\\', '\\partial', 'а', '“', '＋', '\u0000', '\ud800', 'np.', '\u0302',
];

describe('texts that mean nothing', () => {
  it('token soup never crashes, and what fails says why', () => {
    const random = randomSource(11);
    for (let i = 0; i < rounds; i += 1) {
      const length = 1 + Math.floor(random() * 12);
      let text = '';
      for (let k = 0; k < length; k += 1) text += words[Math.floor(random() * words.length)] ?? '';
      const bag = new Bag();
      const statement = parseExpression({ name: '<soup>', text }, bag);
      if (statement.kind === 'broken') expect(bag.hasErrors, JSON.stringify(text)).toBe(true);
      if (i % 4 === 0) {
        const { statements } = parseFile({ name: '<soup>', text }, bag);
        if (statements.some((s) => s.kind === 'broken')) expect(bag.hasErrors).toBe(true);
        expect(renderAll(bag.diagnostics)).not.toMatch(/undefined|NaN|%[A-Z]|●/);
      }
    }
  }, 300_000);

  it('random bytes never crash', () => {
    const random = randomSource(13);
    for (let i = 0; i < rounds / 10; i += 1) {
      const bytes = Uint8Array.from({ length: Math.floor(random() * 200) }, () => Math.floor(random() * 256));
      const text = new TextDecoder(i % 2 === 0 ? 'utf-8' : 'utf-16le').decode(bytes);
      const bag = new Bag();
      parseFile({ name: '<bytes>', text }, bag);
      expect(renderAll(bag.diagnostics)).not.toMatch(/undefined|\u001b/);
    }
  }, 300_000);
});
