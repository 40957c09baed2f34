/** What no one reads is printed in normal form, which is said; it is right all the same. */
import { expect, it } from 'vitest';
import { evaluate, parse } from '../../src/answer/library.ts';
import { main } from '../../src/cli/main.ts';

async function run(...words: readonly string[]): Promise<{ readonly out: string; readonly error: string; readonly code: number }> {
  let [out, error] = ['', ''];
  const terminal = { write: (text: string) => void (out += text), writeError: (text: string) => void (error += text), readStdin: () => new Uint8Array(), colour: false, progress: false, width: 100 };
  const code = await main(words, terminal);
  return { out, error, code };
}

/** The answer in one line, as a text that is read back: definitions first. */
function statements(answer: string): string {
  const [formula = '', clauses] = (answer.split('\n')[1] ?? '').replace(/^ *= /, '').split(' where ');
  return clauses === undefined ? formula : `${clauses.split(', t').map((c, k) => (k === 0 ? c : `t${c}`)).join('; ')}; ${formula}`;
}

it.each([['asin(x)', 64], ['sin(sin(sin(sin(x))))', 30]])('derivatives of %s of order %i', async (text, order) => {
  const { out, error, code } = await run(`d^${order}/dx^${order} ${text}`);
  expect(code).toBe(0);
  expect(error).toContain('warning[too-long-to-read]: one formula is');
  const [printed, made] = [statements(out), `d^${order}/dx^${order} ${text}`].map((f) => evaluate(parse(f), { x: 0.3 }));
  expect(Number(printed) / Number(made)).toBeCloseTo(1, 9);
});

it('a product of sums of many variables', async () => {
  const sum = (k: number): string => `(${Array.from({ length: 40 }, (_, j) => `x${(7 * j + k) % 60}`).join(' + ')})`;
  const { error, code } = await run(Array.from({ length: 40 }, (_, k) => sum(k)).join('*'));
  expect(code).toBe(0);
  expect(error).toMatch(/\d+ formulas are longer than anyone reads/);
});

it('an answer that is read says nothing', async () => {
  const { error, code } = await run('d^10/dx^10 sin(sin(x))');
  expect([error, code]).toEqual(['', 0]);
});
