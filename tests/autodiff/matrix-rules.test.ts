/** What stands in for a factorisation before a sweep: both sides of every rule are equal, and every rule fires on its own text. */
import { describe, expect, it } from 'vitest';
import { MATRIX_RULES, restate } from '../../src/autodiff/restate.ts';
import { readModel } from '../../src/compile.ts';
import { Bag } from '../../src/diagnostics/bag.ts';
import { Builder } from '../../src/ir/build.ts';
import { evaluate } from '../../src/ir/evaluate.ts';
import type { NodeId } from '../../src/ir/types.ts';
import { seededRandom } from '../../src/verify/random.ts';
import { operationsOf } from '../support/operations.ts';
import { emitted } from '../support/emitted.ts';

const SIZES = new Map([['N', 5]]);

function sides(text: string): { readonly b: Builder; readonly A: NodeId; readonly left: NodeId; readonly right: NodeId } {
  const [left = '', right = ''] = text.split('->');
  const bag = new Bag();
  const model = readModel({ name: 'rule.diff', text: `dim N\nparam A: R[N, N], x: R[N], y: R[N]\nleft = ${left}\nright = ${right}` }, {}, bag);
  if (model === undefined || bag.hasErrors) throw new Error(bag.diagnostics.map((d) => d.message).join('; '));
  const node = (name: string): NodeId => model.definitions.find((d) => d.name === name)?.node ?? -1;
  return { b: new Builder(model.graph), A: model.inputs[0]?.node ?? -1, left: node('left'), right: node('right') };
}

describe.each(MATRIX_RULES.map((rule) => [rule.name, rule] as const))('%s', (name, rule) => {
  it('has equal sides for positive definite matrices', () => {
    const { b, left, right } = sides(rule.text);
    for (let seed = 1; seed <= 20; seed++) {
      const random = seededRandom(seed);
      const array = (n: number): Float64Array => Float64Array.from({ length: n }, () => random.uniform(-1, 1));
      const root = array(25);
      const A = Float64Array.from({ length: 25 }, (_, k) => {
        const [i, j] = [Math.floor(k / 5), k % 5];
        return Array.from({ length: 5 }, (_unused, n) => (root[i * 5 + n] ?? 0) * (root[j * 5 + n] ?? 0)).reduce((s, v) => s + v, i === j ? 0.1 : 0);
      });
      const [l, r] = evaluate(b.graph, [left, right], { sizes: SIZES, inputs: new Map(Object.entries({ A, x: array(5), y: array(5) })) });
      const scale = Math.max(1, ...Array.from(r?.data ?? [], Math.abs));
      l?.data.forEach((value, k) => expect(Math.abs(value - (r?.data[k] ?? Number.NaN)) / scale).toBeLessThan(1e-11));
    }
  });

  it('fires, and the original can be put back', () => {
    const { b, A, left: typed } = sides(rule.text);
    // `inv(C*C')` is how the kernel prints that derivatives make; as typed it is another formula
    const left = name === 'inverse-by-cholesky' ? b.linalg('chol-inv', [b.linalg('chol', [A])]) : typed;
    const { roots, originals } = restate(b, [left], [A]);
    expect(roots[0]).not.toBe(left);
    expect(originals.get(roots[0] ?? -1)).toBe(left);
  });
});

it('a factor that is varied itself stays', () => {
  const { b, left } = sides('sum(ln(diag(cholesky(A)))) -> 1');
  const factor = [...Array(b.graph.size).keys()].find((id) => { const a = b.graph.attr(id); return a.kind === 'linalg' && a.op === 'chol'; }) ?? -1;
  expect(restate(b, [left], [factor]).roots).toEqual([left]);
});

describe('cost of derivatives, in operations of the value', () => {
  const ratio = (text: string, n: number): number => {
    const { plan } = emitted(text);
    const outputs = plan.functions[0]?.outputs ?? [];
    const sizes = new Map([['N', n], ['M', n]]);
    return operationsOf(plan, outputs, sizes) / operationsOf(plan, outputs.filter((o) => o.quantity === 'value'), sizes);
  };
  it.each([
    ['Gaussian log density by a factor', 'C = cholesky(A)\nL = ‖solve_lower(C, y)‖²/2 + sum(ln(diag(C)))', 3.1],
    ['log determinant', 'L = logdet(A)', 3.1],
    ['logarithm of a determinant', 'L = ln(det(A))', 3.1],
    ['quadratic form with a solution', "L = y'*solve(A, y)", 1.2],
    ['quadratic form with an inverse', "L = y'*inv(A)*y", 1.2],
    ['both with one factorisation', "L = y'*solve(A, y) + logdet(A)", 3.1],
    ['many right sides', 'L = sum(solve(A, B).^2)', 2.6],
    ['a random draw by a factor', 'L = sum((cholesky(A)*y).^3)', 3.1],
  ])('%s', (_, definition, most) => {
    const text = `dim N, M\ndata y: R[N]\nparam A: R[N, N], B: R[N, M]\n${definition}\nderive value, gradient of L wrt ${definition.includes('B') ? 'A, B' : 'A'}`;
    const measured = ratio(text, 200);
    console.log(`${definition.replace('\n', '; ')}: value and gradient ${measured.toFixed(2)} × value`);
    expect(measured).toBeLessThanOrEqual(most);
  });
});
