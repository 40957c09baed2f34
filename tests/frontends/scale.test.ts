/** Size: no stack overflow anywhere between the text and its printed form, and nothing quadratic (these would not end in time). */
import { describe, expect, it } from 'vitest';
import { printStatement } from '../../src/ast/print-statements.ts';
import { Bag } from '../../src/diagnostics/bag.ts';
import { parseExpression } from '../../src/frontends/math/parse.ts';

const repeat = (n: number, item: (i: number) => string, separator: string): string => Array.from({ length: n }, (_, i) => item(i)).join(separator);

const shapes: Readonly<Record<string, (n: number) => string>> = {
  'a sum': (n) => repeat(n, (i) => `x${i}`, ' + '),
  'nested calls': (n) => `${'sin('.repeat(n)}x${')'.repeat(n)}`,
  'bracketed operands': (n) => repeat(n, (i) => `(x + ${i})`, '*'),
  'a chain of powers': (n) => repeat(n, () => 'x', '^'),
  'nested brackets': (n) => `${'('.repeat(n)}x${')'.repeat(n)}`,
  'signs': (n) => `${'-'.repeat(n)}x`,
  'roots': (n) => `${'√'.repeat(n)}x`,
  'a chain of comparisons': (n) => repeat(n, () => 'x', ' < '),
  'a chain of else if': (n) => `${repeat(n, (i) => `if x > ${i} then ${i} else`, ' ')} 0`,
  'a vector': (n) => `[${repeat(n, () => 'x', ', ')}]`,
  'juxtaposed factors': (n) => repeat(n, () => 'x', ' '),
  'partial derivatives': (n) => repeat(n, () => '∂f/∂x', ' + '),
};

describe('long and deep texts', () => {
  for (const [name, make] of Object.entries(shapes)) {
    it(name, () => {
      const text = make(20_000);
      const bag = new Bag();
      const statement = parseExpression({ name: '<expression>', text }, bag);
      expect(bag.size).toBe(0);
      expect(statement.kind).toBe('expression');
      for (const notation of ['ascii', 'unicode'] as const) expect(printStatement(statement, notation)).toMatch(/x/);
    });
  }

  it('mistakes at the bottom of a deep text', () => {
    for (const text of ['('.repeat(50_000), `${'('.repeat(20_000)}x +${')'.repeat(20_000)}`, `${'|'.repeat(9_999)}x`, 'x '.repeat(20_000) + '2']) {
      const bag = new Bag();
      expect(parseExpression({ name: '<expression>', text }, bag).kind).toBe('broken');
      expect(bag.hasErrors).toBe(true);
    }
  });
});
