/** `diffc fit` beyond its goldens: files it writes, random starts, arrays of numpy, transforms. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { naturalOf } from '../../src/cli/natural.ts';
import { readModel } from '../../src/compile.ts';
import { Bag } from '../../src/diagnostics/bag.ts';
import type { Input, Model } from '../../src/elaborate/model.ts';
import { Random } from '../../src/runtime/random.ts';
import { fitFiles } from './fit-files.ts';

let folder = '';
const at = (name: string): string => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'diffc-fit-'));
  for (const [name, text] of Object.entries(fitFiles)) writeFileSync(at(name), text);
});
afterAll(() => rmSync(folder, { recursive: true }));

async function fit(...args: readonly string[]): Promise<{ readonly code: number; readonly out: string; readonly errors: string }> {
  let [out, errors] = ['', ''];
  const code = await main(['fit', ...args], { write: (t) => void (out += t), writeError: (t) => void (errors += t), readStdin: () => new Uint8Array(0), colour: false, progress: false, width: 100 });
  return { code, out, errors };
}
const parametersOf = (out: string): Record<string, unknown> => (JSON.parse(out) as { parameters: Record<string, unknown> }).parameters;

describe('diffc fit', () => {
  it('writes the parameters and the values on the way', async () => {
    const { code } = await fit(at('decay.diff'), '--data', at('decay.csv'), '--of', 'L', '--optimizer', 'lbfgs', '--out', at('params.json'), '--plot', at('loss.svg'));
    expect(code).toBe(0);
    const params = JSON.parse(readFileSync(at('params.json'), 'utf8')) as Record<string, number>;
    expect(params['a']).toBeCloseTo(2.0916, 4);
    const svg = readFileSync(at('loss.svg'), 'utf8');
    expect(svg).toMatch(/^<svg [^>]*>\n[\s\S]*>iteration<[\s\S]*<path d="M[\d.]+ [\d.]+L[\s\S]*>L<[\s\S]*<\/svg>\n$/);
  });

  it('starts at random by a seed: the same numbers again', async () => {
    const run = (seed: string) => fit(at('hidden.diff'), '--data', at('decay.csv'), '--set', 'H=2', '--start', 'random', '--seed', seed, '--json', '--iterations', '20');
    const [first, again, other] = [await run('1'), await run('1'), await run('2')];
    expect(first.out).toBe(again.out);
    expect(parametersOf(other.out)).not.toEqual(parametersOf(first.out));
  });

  it('reads arrays that numpy saved', async () => {
    const npy = (shape: string, values: readonly number[]): Uint8Array => {
      const header = `${`{'descr': '<f8', 'fortran_order': False, 'shape': (${shape}), }`.padEnd(117)}\n`;
      return Buffer.concat([Buffer.from([0x93]), Buffer.from('NUMPY'), Buffer.from([1, 0, header.length, 0]), Buffer.from(header), Buffer.from(Float64Array.from(values).buffer)]);
    };
    writeFileSync(at('X.npy'), npy('3, 2', [1, 0, 0, 1, 1, 1]));
    writeFileSync(at('y.npy'), npy('3,', [1, 2, 3.5]));
    writeFileSync(at('cut.npy'), npy('4,', [1, 2, 3.5]));
    const { out } = await fit(at('ridge.diff'), '--data', `X=${at('X.npy')},y=${at('y.npy')}`, '--set', 'lambda=0', '--json');
    const w = parametersOf(out)['w'] as number[];
    expect(w[0]).toBeCloseTo(7 / 6, 7);
    expect(w[1]).toBeCloseTo(13 / 6, 7);
    const cut = await fit(at('ridge.diff'), '--data', `X=${at('X.npy')},y=${at('cut.npy')}`);
    expect([cut.code, cut.errors]).toEqual([1, expect.stringContaining('it is cut off or too long: 24 bytes of numbers where 32 are expected')]);
  });

  it.each(['lm', 'gauss-newton', 'lbfgs', 'lbfgsb', 'cg', 'newton', 'trust-region', 'newton-cg', 'trust-region-cg', 'steepest-descent', 'adam', 'amsgrad', 'adagrad'])('%s arrives', async (optimizer) => {
    const { code, out, errors } = await fit(at('decay.diff'), '--data', at('decay.csv'), '--of', 'L', '--start', 'a=1,b=0.5', '--optimizer', optimizer, '--rate', '0.05', '--json');
    expect([code, errors]).toEqual([0, '']);
    expect(parametersOf(out)['b']).toBeCloseTo(0.532664, 4);
  });

  it('under constraints is a point of Karush, Kuhn and Tucker', async () => {
    const { code, out } = await fit(at('shares.diff'), '--data', at('shares.json'), '--json', '--plot', at('risk.svg'));
    const { parameters: { w }, constraints, violation, value } = JSON.parse(out) as {
      parameters: { w: number[] }; violation: number; value: number; constraints: { name: string; kind: string; constraint: string; value: number; multiplier: number }[];
    };
    expect([code, constraints.map((c) => [c.name, c.kind, c.constraint])]).toEqual([0, [['equality1', 'equality', 'sum(w) == 1'], ['inequality1', 'inequality', "m'*w >= least"]]]);
    expect(violation).toBeLessThan(1e-8);
    const S = [[0.04, 0.006, 0], [0.006, 0.09, 0.02], [0, 0.02, 0.16]];
    const m = [0.05, 0.1, 0.15];
    // all shares are positive: S w + λ - μ m = 0
    S.forEach((row, i) => expect(row.reduce((sum, s, j) => sum + s * w[j]!, 0) + constraints[0]!.multiplier - constraints[1]!.multiplier * m[i]!).toBeCloseTo(0, 6));
    // the curve is that of the value, not of the Lagrangian: it ends where the fit ended
    expect(readFileSync(at('risk.svg'), 'utf8')).toContain('>risk<');
    expect(value).toBeCloseTo(0.0189956, 6);
  });

  it('parameters with `via` are given and shown as they were declared', async () => {
    const { out } = await fit(at('decay.diff'), '--data', at('decay.csv'), '--of', 'logp', '--start', 's=0.5', '--json');
    // at the maximum s² is the mean of the squares
    expect(parametersOf(out)['s']).toBeCloseTo(Math.sqrt(0.00270102 / 5), 6);
  });
});

describe('naturalOf', () => {
  const inputOf = (declaration: string): { readonly model: Model; readonly input: Input } => {
    const bag = new Bag();
    const model = readModel({ name: 'm', text: `dim K\nparam ${declaration}\nf = sum(x)\nderive value, gradient of f wrt x` }, {}, bag);
    const [input] = model?.inputs ?? [];
    if (model === undefined || input === undefined) throw new Error(bag.diagnostics[0]?.message);
    return { model, input };
  };
  const sizes = new Map([['K', 4]]);

  it.each([
    'x: R where x > 2 via exp', 'x: R where x < 3 via exp', 'x: R where x > 0 via exp', 'x: R where x > -1 via softplus', 'x: R where x > 0 via softplus',
    'x: R where 0 < x < 1 via sigmoid', 'x: R where 2 < x < 5 via sigmoid', 'x: R where -1 < x < 1 via tanh', 'x: R where -3 < x < 4 via tanh', 'x: R[K] where x > 1 via exp',
    'x: R[K] via simplex', 'x: R[3, K] via simplex', 'x: R[K] via ordered', 'x: R[K] where x >= 2 via ordered', 'x: R[2, K] via ordered',
    'x: R[3, 3] via correlation', 'x: R[4, 4] via correlation_cholesky', 'x: R[2, 2] via correlation',
  ])('%s is undone', (declaration) => {
    const { model, input } = inputOf(declaration);
    const natural = naturalOf(model.graph, input, sizes);
    for (const seed of [1, 2, 3]) {
      const random = new Random(seed);
      const u = Float64Array.from({ length: natural.count }, () => 1.5 * random.normal());
      const x = natural.forward(u);
      const back = natural.inverse(x);
      if ('reason' in back) throw new Error(back.reason);
      expect(back).toHaveLength(natural.count);
      back.forEach((b, k) => expect(b).toBeCloseTo(u[k]!, 9));
      const J = natural.jacobian(u);
      expect(J).toHaveLength(x.length * u.length);
      u.forEach((_, k) => {
        const [above, below] = [1e-6, -1e-6].map((h) => natural.forward(u.map((v, j) => (j === k ? v + h : v))));
        x.forEach((__, i) => expect(J[i * u.length + k]).toBeCloseTo((above![i]! - below![i]!) / 2e-6, 5));
      });
    }
  });

  it.each([
    ['x: R[K] via simplex', [0.5, 0.2, 0.2, 0.2], /no positive numbers that sum to 1/],
    ['x: R[K] via simplex', [0.5, 0.5, 0, 0], /comes near to such values and never reaches them/],
    ['x: R[K] via ordered', [1, 2, 1.5, 3], /do not rise/],
    ['x: R[2, 2] via correlation', [1, 0.5, 0.4, 1], /symmetric/],
    ['x: R[2, 2] via correlation', [2, 0.5, 0.5, 1], /ones on the diagonal/],
    ['x: R[2, 2] via correlation', [1, 1.5, 1.5, 1], /not positive definite/],
    ['x: R[2, 2] via correlation_cholesky', [1, 0.5, 0, 1], /above the diagonal/],
    ['x: R[2, 2] via correlation_cholesky', [1, 0, 0.5, 1], /squares do not sum to 1/],
  ])('%s refuses %j', (declaration, values, reason) => {
    const { model, input } = inputOf(declaration);
    expect(naturalOf(model.graph, input, sizes).inverse(Float64Array.from(values))).toMatchObject({ reason: expect.stringMatching(reason) as string });
  });
});
