/** Command lines and what they answer: stdout, stderr, exit code. Arguments are split as a shell would, without expansions. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fitFiles } from './fit-files.ts';
import { main } from '../../src/cli/main.ts';
import { readGolden, writeGolden } from '../support/golden.ts';
import { root } from '../support/sources.ts';

const files = ['golden.txt', 'derive.txt', 'verification.txt', 'fit.txt'].map((name) => join(root, 'tests/cli', name));
let folder = '';
const before = process.cwd();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'diffc-cli-'));
  writeFileSync(join(folder, 'point.json'), '{"A": [[1, 2], [3, 4], [5, 6]], "x": [1, -1], "b": [0, 0.5, 1]}');
  writeFileSync(join(folder, 'ragged.json'), '{"A": [[1, 2], [3]], "x": [1, -1], "b": [0, 0.5, 1]}');
  writeFileSync(join(folder, 'list.json'), '[1, 2]');
  writeFileSync(join(folder, 'empty.diff'), '');
  writeFileSync(join(folder, 'binary.diff'), Buffer.from([0, 255, 1, 2]));
  writeFileSync(join(folder, 'good.diff'), 'param x: R, y: R\nf = x^2*y\nderive value, gradient of f wrt x, y\ncheck ∂f/∂x == 2*x*y\ncheck sin(x)^2 + cos(x)^2 == 1\n');
  writeFileSync(join(folder, 'wrong.diff'), 'param x: R\nf = x^2\ncheck d/dx x^2 == 3*x\n');
  writeFileSync(join(folder, 'bad.diff'), 'param x: R\nf = x^^2\ng = y + 1\n');
  writeFileSync(join(folder, 'nothing.diff'), 'dim N\n');
  writeFileSync(join(folder, 'sized.diff'), 'dim N, D\ndata X: R[N, D], y: R[N]\nparam w: R[D]\nL = ‖X*w - y‖²\nderive value, gradient of L wrt w\nderive hessian of L wrt w\n');
  writeFileSync(join(folder, 'claims.diff'), 'param x: R\ncheck d/dx sin(x) == cos(x) + cos(x)/10^20\ncheck (sin(x) + 10^9)^2 - sin(x)^2 - 10^18 == 2*10^9*sin(x)\n');
  for (const [name, text] of Object.entries(fitFiles)) writeFileSync(join(folder, name), text);
  process.chdir(folder);
});

afterAll(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

async function answer(line: string): Promise<string> {
  const [command = '', stdin = ''] = line.split(/^<<< /m);
  let out = '';
  let errors = '';
  const code = await main(words(command.trim()), {
    write: (text) => void (out += text), writeError: (text) => void (errors += text), readStdin: () => Buffer.from(stdin), colour: false, progress: false, width: 100,
  });
  return [out.trimEnd(), errors === '' ? '' : `[stderr]\n${errors.trimEnd()}`, `[exit ${code}]`].filter((part) => part !== '').join('\n');
}

/** Quotes group words, a backslash is a backslash. */
function words(command: string): string[] {
  return [...command.matchAll(/"([^"]*)"|(\S+)/g)].map((m) => m[1] ?? m[2] ?? '').slice(1);
}

describe('the command line', () => {
  if (process.env['UPDATE_GOLDEN'] === '1') {
    it('is written anew', async () => {
      for (const file of files) {
        const cases = [];
        for (const c of readGolden(file)) cases.push({ ...c, output: await answer(c.input) });
        writeGolden(file, cases);
        expect(cases.length).toBeGreaterThan(0);
      }
    });
    return;
  }
  for (const { name, input, output } of files.flatMap((file) => readGolden(file))) it(name, async () => expect(await answer(input)).toBe(output));
});

describe('json', () => {
  it('is one object in every outcome', async () => {
    for (const { input } of files.flatMap((file) => readGolden(file)).filter((c) => c.input.includes('--json'))) {
      const text = (await answer(input)).replace(/\n?\[stderr\][\s\S]*|\n?\[exit \d+\]$/g, '');
      const parsed: unknown = JSON.parse(text);
      expect(parsed).toMatchObject({ version: 1 });
    }
  });

  it('texts parse back through the same command', async () => {
    const first = JSON.parse((await answer('diffc "x^2*sin(y) + exp(-x)/y" --json')).replace(/\n\[exit 0\]$/, '')) as { value: string; gradient: Record<string, string> };
    for (const text of [first.value, ...Object.values(first.gradient)]) {
      const again = JSON.parse((await answer(`diffc "${text}" --json`)).replace(/\n\[exit 0\]$/, '')) as { value: string };
      expect(again.value).toBe(text);
    }
  });
});

describe('generate', () => {
  it('writes, leaves alone what is current, and finds what is stale', async () => {
    expect(await answer('diffc generate good.diff --out-dir out --quiet')).toBe('[stderr]\n1 written\n[exit 0]');
    expect(await answer('diffc generate good.diff --out-dir out')).toBe('[stderr]\n1 unchanged\n[exit 0]');
    expect(await answer('diffc generate good.diff --out-dir out --check')).toBe('[stderr]\n1 unchanged\n[exit 0]');
    writeFileSync(join(folder, 'out/good.ts'), `${readFileSync(join(folder, 'out/good.ts'), 'utf8')}// edited\n`);
    expect(await answer('diffc generate good.diff --out-dir out --check')).toContain('[exit 1]');
  });

  it('gives the same bytes twice, and nothing of the machine', async () => {
    await answer('diffc generate good.diff --out-dir once');
    await answer('diffc generate good.diff --out-dir twice');
    const text = readFileSync(join(folder, 'once/good.ts'), 'utf8');
    expect(readFileSync(join(folder, 'twice/good.ts'), 'utf8')).toBe(text);
    expect(text).not.toContain(folder);
  });

  it('writes nothing for a file with an error', async () => {
    expect(await answer('diffc generate bad.diff --out-dir broken')).toContain('[exit 1]');
    expect(() => readFileSync(join(folder, 'broken/bad.ts'))).toThrow();
  });
});
