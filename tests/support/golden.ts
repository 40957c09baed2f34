/**
 * Golden files: `# name`, the input, `==>`, the output; blank lines between cases. With UPDATE_GOLDEN=1 in the environment
 * the outputs are written anew; look at the difference before committing it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';

export interface GoldenCase {
  readonly name: string;
  readonly input: string;
  readonly output: string;
}

export function readGolden(path: string): GoldenCase[] {
  const out: GoldenCase[] = [];
  for (const block of readFileSync(path, 'utf8').split(/^# /m).slice(1)) {
    const end = block.indexOf('\n');
    const [input = '', output = ''] = block.slice(end + 1).split(/^==>\n?/m);
    out.push({ name: block.slice(0, end), input: input.replace(/\n$/, ''), output: output.trimEnd() });
  }
  return out;
}

export function writeGolden(path: string, cases: readonly GoldenCase[]): void {
  const text = cases.map(({ name, input, output }) => `# ${name}\n${input}\n==>\n${output}\n`).join('\n');
  writeFileSync(path, text);
}

/** One test per case of the file. */
export function testGolden(path: string, transform: (input: string, name: string) => string): void {
  const cases = readGolden(path);
  if (process.env['UPDATE_GOLDEN'] === '1') {
    writeGolden(path, cases.map((c) => ({ ...c, output: transform(c.input, c.name).trimEnd() })));
    return it('is written anew', () => expect(cases.length).toBeGreaterThan(0));
  }
  for (const { name, input, output } of cases) {
    it(name, () => expect(transform(input, name).trimEnd()).toBe(output));
  }
}
