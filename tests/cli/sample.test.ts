/** `diffc sample`: what it answers (`sampling.txt`), the files it writes, and that its figures are the runtime's. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { exactEightSchools } from '../runtime/sampling/eight-schools.ts';
import { readGolden, writeGolden } from '../support/golden.ts';
import { root } from '../support/sources.ts';

const golden = join(root, 'tests/cli/sampling.txt');
const models: Readonly<Record<string, string>> = {
  'easy.diff': 'param a: R[2]\na ~ Normal(0, 1)\n',
  'line.diff': 'dim N\ndata x: R[N], y: R[N]\nparam a: R, b: R, sigma: R where sigma > 0\na ~ Normal(0, 5)\nb ~ Normal(0, 5)\nsigma ~ Exponential(1)\ny ~ Normal(a + b*x, sigma)\n',
  'bounds.diff': 'param p: R where 0 < p < 1, q: R where q < 2, r: R[2] where r >= 1\np ~ Beta(2, 5)\nlogp2 = q\nq ~ Normal(0, 1)\nr ~ Exponential(1)\nodds = p/(1 - p)\nderive value of odds\n',
  'hand.diff': 'param s: R where s > 0\nlogp = -s\n',
  'funnel.diff': 'param v: R, x: R[9]\nv ~ Normal(0, 3)\nx ~ Normal(0, exp(v/2))\n',
  'loss.diff': 'param w: R\nL = w^2\nderive value, gradient of L wrt w\n',
  'loose.diff': 'param a: R, b: R\na ~ Normal(0, 1)\ncheck b == b\n',
  'whole.diff': 'param k: int\nk ~ Poisson(3)\n',
  'nowhere.diff': 'param a: R\ndata s: R\nlogp = ln(-1 - a^2) + s\n',
  'deviation.diff': 'dim N\ndata y: R[N]\nparam m: R\nsd = sqrt(mean((y - mean(y)).^2))\nm ~ Normal(0, sd)\n',
  'slope.diff': 'param a: R, b: R\nlogp = a - b^2\n',
  'scales.diff': 'param a: R, b: R\na ~ Normal(0, 1)\nb ~ Normal(0, 100000)\n',
  'twohills.diff': 'param a: R\nlogp = logaddexp(-(a - 20)^2/2, -(a + 20)^2/2)\n',
  'transforms.diff': 'param o: R[3] via ordered, e: R[2] where e > 1 via ordered, C: R[3, 3] via correlation, L: R[2, 2] via correlation_cholesky\no ~ Normal(0, 1)\ne - 1 ~ Exponential(1)\nC ~ LKJ(2)\nL ~ LKJCholesky(1.5)\n',
  'simplex.diff': 'param p: R[2] via simplex\np ~ Dirichlet(1)\n',
  'upto.diff': 'param a: R, b: R = 6\nlogp = ln(5 - a) + ln(5 - b) - a^2 - b^2\n',
  'constant.diff': 'param a: R\none = 1 + 0*a\na ~ Normal(0, 1)\nderive value of one\n',
};
let folder = '';
const before = process.cwd();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'diffc-sample-'));
  for (const [name, text] of Object.entries(models)) writeFileSync(join(folder, name), text);
  writeFileSync(join(folder, 'line.csv'), 'x,y\n0,1.1\n1,2.9\n2,5.2\n3,7.1\n4,8.8\n5,11.2\n');
  writeFileSync(join(folder, 'same.json'), '{"y": [2, 2, 2]}');
  process.chdir(folder);
});

afterAll(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

async function answer(line: string): Promise<string> {
  let [out, errors] = ['', ''];
  const code = await main(line.trim().split(/\s+/).slice(1), { write: (text) => void (out += text), writeError: (text) => void (errors += text), readStdin: () => Buffer.from(''), colour: false, progress: false, width: 100 });
  return [out.trimEnd(), errors === '' ? '' : `[stderr]\n${errors.trimEnd()}`, `[exit ${code}]`].filter((part) => part !== '').join('\n');
}

/** Chains are chaotic: a last bit in the emitted code changes every figure. Goldens show the form. */
async function form(line: string): Promise<string> {
  const text = await answer(line);
  return text.includes('[exit 0]') && !line.includes('--help') ? text.replace(/-?\d[\d.]*(e[+-]\d+)?/g, '•').replace(/(•,? ?)+/g, '• ').replace(/ {2,}/g, '  ').replace(/ $/gm, '') : text;
}

describe('diffc sample', () => {
  if (process.env['UPDATE_GOLDEN'] === '1') {
    it('is written anew', async () => {
      const cases = [];
      for (const c of readGolden(golden)) cases.push({ ...c, output: await form(c.input) });
      writeGolden(golden, cases);
      expect(cases.length).toBeGreaterThan(0);
    });
    return;
  }
  for (const { name, input, output } of readGolden(golden)) it(name, async () => expect(await form(input)).toBe(output));
});

interface Answered {
  readonly diagnostics: readonly { readonly code: string }[];
  readonly divergences: number;
  readonly quantities: readonly { readonly name: string; readonly mean: number; readonly sd: number; readonly mcseMean: number; readonly rHat: number }[];
}

async function json(line: string): Promise<Answered> {
  return JSON.parse((await answer(`${line} --json`)).replace(/\n\[exit 0\]$/, '')) as Answered;
}

describe('figures', () => {
  it('of the eight schools are those of the integral', async () => {
    const { quantities, divergences } = await json(`diffc sample ${join(root, 'samples/inference/eight-schools.diff')} --data ${join(root, 'samples/data/eight-schools.json')} --accept 0.95 --seed 4`);
    const exact = exactEightSchools();
    expect(divergences).toBe(0);
    for (const q of quantities.filter(({ name }) => !name.startsWith('eta'))) {
      const { mean } = exact.get(name0(q.name))!;
      expect(Math.abs(q.mean - mean) / q.mcseMean, q.name).toBeLessThan(4);
      expect(q.rHat).toBeLessThan(1.01);
    }
    expect(quantities.map((q) => q.name)).toContain('theta[8]');
  });

  it('bounds without `via` are transformed, with their Jacobians', async () => {
    const { quantities } = await json('diffc sample bounds.diff --samples 2000 --seed 3');
    const mean = (name: string): { mean: number; mcseMean: number } => quantities.find((q) => q.name === name)!;
    // q is normal below 2, r is 1 + exponential
    const below = 0.977249868051821;
    const expected = { p: 2 / 7, q: -Math.exp(-2) / Math.sqrt(2 * Math.PI) / below, 'r[1]': 2, 'r[2]': 2, odds: 2 / 4 };
    for (const [name, value] of Object.entries(expected)) expect(Math.abs(mean(name).mean - value) / mean(name).mcseMean, name).toBeLessThan(4);
  });

  it('of shares are those of the Dirichlet distribution that they follow', async () => {
    const { quantities, divergences } = await json(`diffc sample ${join(root, 'samples/inference/shares.diff')} --data ${join(root, 'samples/data/shares.json')} --seed 5`);
    expect([divergences, quantities.map((q) => q.name)]).toEqual([0, ['p[1]', 'p[2]', 'p[3]']]);
    [13, 31, 9].forEach((a, k) => {
      const { mean, sd, mcseMean, rHat } = quantities[k]!;
      expect(Math.abs(mean - a / 53) / mcseMean).toBeLessThan(4);
      expect(sd / Math.sqrt((a * (53 - a)) / (53 * 53 * 54)) - 1).toBeCloseTo(0, 1);
      expect(rHat).toBeLessThan(1.01);
    });
  });

  it('of ordered and correlated parameters are those of order statistics and of the LKJ distribution', async () => {
    const { quantities, diagnostics } = await json('diffc sample transforms.diff --samples 2000 --seed 2');
    // the diagonal never moves, and so it is no quantity
    expect(quantities.map((q) => q.name)).toEqual(['o[1]', 'o[2]', 'o[3]', 'e[1]', 'e[2]', 'C[1,2]', 'C[1,3]', 'C[2,1]', 'C[2,3]', 'C[3,1]', 'C[3,2]', 'L[2,1]', 'L[2,2]']);
    expect(diagnostics).toEqual([]);
    const third = 3 / (2 * Math.sqrt(Math.PI));
    // r of LKJ in d dimensions is 2 Beta(η - 1 + d/2, …) - 1; two exponentials above 1: the smaller is 1 + 1/2 on average
    const expected = { 'o[1]': [-third, 0.748], 'o[2]': [0, 0.670], 'o[3]': [third, 0.748], 'e[1]': [1.5, 0.5], 'e[2]': [2.5, Math.sqrt(1.25)], 'C[1,2]': [0, Math.sqrt(1 / 6)], 'C[2,3]': [0, Math.sqrt(1 / 6)], 'L[2,1]': [0, 0.5] } as const;
    for (const [name, [mean, sd]] of Object.entries(expected)) {
      const q = quantities.find((k) => k.name === name)!;
      expect(Math.abs(q.mean - mean) / q.mcseMean, name).toBeLessThan(4);
      expect(q.sd / sd, name).toBeGreaterThan(0.93);
      expect(q.sd / sd, name).toBeLessThan(1.07);
    }
  });

  it('a log density by hand is of the parameters as they are declared', async () => {
    const [s] = (await json('diffc sample hand.diff --samples 2000')).quantities;
    expect(Math.abs(s!.mean - 1) / s!.mcseMean).toBeLessThan(4);
  });
});

/** `theta[1]` of the command is `theta[0]` of the arrays. */
const name0 = (name: string): string => name.replace(/\[(\d+)\]/, (_, k: string) => `[${Number(k) - 1}]`);

describe('methods', () => {
  it.each(['nuts', 'hmc', 'advi', 'advi-full-rank', 'laplace'])('%s agrees about a normal density', async (method) => {
    const { quantities } = await json(`diffc sample easy.diff --method ${method} --chains 2`);
    expect(quantities.map((q) => q.name)).toEqual(['a[1]', 'a[2]']);
    for (const { mean, sd } of quantities) {
      expect(Math.abs(mean)).toBeLessThan(0.3);
      expect(Math.abs(sd - 1)).toBeLessThan(0.2);
    }
  });
});

describe('what is wrong with draws is said', () => {
  it.each([
    ['funnel.diff', 'trajectories-diverged', /trajectories diverged: part of the density is not explored/],
    ['line.diff --data line.csv --warmup 0 --samples 30 --chains 1', 'few-effective-draws', /fewer than 100 effective draws for each chain of a, b, sigma/],
    ['constant.diff --chains 2', 'constant-quantity', /one never changed or is not finite/],
    ['scales.diff --metric unit --warmup 100 --samples 20 --chains 1', 'trajectories-cut-off', /trajectories were cut off at 1023 steps/],
    ['twohills.diff --samples 100', 'chains-disagree', /the chains do not agree on a \(R-hat up to/],
    ['line.diff --data line.csv --method advi-full-rank', 'approximation-not-settled', /the evidence lower bound still changed after 10000 iterations/],
  ])('%s: %s', async (line, code, message) => {
    const text = await answer(`diffc sample ${line}`);
    expect(text).toContain(`warning[${code}]`);
    expect(text).toMatch(message);
    expect(text).toContain('[exit 0]');
    expect((await json(`diffc sample ${line}`)).diagnostics.map((d) => d.code)).toContain(code);
  });
});

describe('draws', () => {
  it('are written as CSV and JSON, the same numbers', async () => {
    const line = 'diffc sample line.diff --data line.csv --chains 2 --samples 150 --warmup 200';
    expect(await answer(`${line} --out draws.csv`)).toContain('[exit 0]');
    expect(await answer(`${line} --out draws.json`)).toContain('[exit 0]');
    const rows = readFileSync(join(folder, 'draws.csv'), 'utf8').trimEnd().split('\n');
    expect(rows[0]).toBe('chain,draw,a,b,sigma');
    expect(rows).toHaveLength(301);
    expect(rows[300]).toMatch(/^2,150,/);
    const { names, chains } = JSON.parse(readFileSync(join(folder, 'draws.json'), 'utf8')) as { names: string[]; chains: number[][][] };
    expect(names).toEqual(['a', 'b', 'sigma']);
    expect(rows[300]!.split(',').slice(2).map(Number)).toEqual(chains[1]![149]);
  });

  it('progress is for terminals', async () => {
    let errors = '';
    const code = await main(['sample', 'hand.diff', '--samples', '100', '--chains', '2'], { write: () => {}, writeError: (text) => void (errors += text), readStdin: () => Buffer.from(''), colour: false, progress: true, width: 100 });
    expect(code).toBe(0);
    expect(errors).toContain('\r\u001b[Kchain 2 of 2: 50 of 1100, warming up');
    expect(errors).toContain('\r\u001b[Kchain 1 of 2: 1100 of 1100');
  });
});
