/** Loops that only one arm of a selection reads run when that arm is taken. */
import { describe, expect, it } from 'vitest';
import { Builder, type Operand } from '../../src/ir/build.ts';
import { Graph } from '../../src/ir/graph.ts';
import * as Q from '../../src/ir/rational.ts';
import type { NodeId } from '../../src/ir/types.ts';
import { schedule } from '../../src/schedule/schedule.ts';
import { programText } from '../../src/schedule/text.ts';
import { compare, Sample } from './support.ts';

interface Parts {
  readonly b: Builder;
  readonly c: Operand;
  readonly one: Operand;
  readonly two: Operand;
}

const SIZES = { N: 3, M: 4 };

/** A selection between two sums over different axes, built by `root`. */
function sampled(root: (parts: Parts) => readonly NodeId[]): { readonly text: string; readonly worst: number } {
  const b = new Builder(new Graph());
  const s = new Sample(b);
  const [x, y, z] = [s.leaf('x', ['N']), s.leaf('y', ['M']), s.leaf('z', [])];
  const sum = (v: NodeId): Operand => b.whole(b.sumOver(b.power(v, Q.integer(2)), [0]));
  const c = b.whole(b.map('gt', [b.whole(z), { id: b.integer(0), sub: [] }], []));
  const roots = root({ b, c, one: sum(x), two: sum(y) });
  const program = schedule({ b, inputs: s.inputs, names: s.names, outputs: roots.map((node, k) => ({ kind: 'filled', name: `out${k}`, node })) });
  return { text: programText(program), worst: compare(s, roots, SIZES).worst };
}

const loopsInBranches = (text: string): number => [...text.matchAll(/^( *)if [^]*?\n\1 +for /gm)].length;

describe('sums that a selection may not need', () => {
  it('are made in the branch that needs them', () => {
    const { text, worst } = sampled(({ b, c, one, two }) => [b.map('where', [c, b.whole(b.map('exp', [one], [])), two], [])]);
    expect(loopsInBranches(text)).toBe(2);
    expect(worst).toBeLessThan(1e-14);
  });

  it('are made anyway when something else reads them', () => {
    const { text, worst } = sampled(({ b, c, one, two }) => [b.map('where', [c, one, two], []), one.id]);
    expect(loopsInBranches(text)).toBe(1);
    expect(worst).toBeLessThan(1e-14);
  });

  it('are made anyway when both arms read them', () => {
    const { text, worst } = sampled(({ b, c, one }) => [b.map('where', [c, one, b.whole(b.map('sin', [one], []))], [])]);
    expect(loopsInBranches(text)).toBe(0);
    expect(worst).toBeLessThan(1e-14);
  });

  it('are made before their condition when it is made of them', () => {
    const { text, worst } = sampled(({ b, one, two }) => {
      const larger = b.whole(b.map('gt', [one, two], []));
      return [b.map('where', [larger, one, b.whole(b.map('sin', [one], []))], [])];
    });
    expect(loopsInBranches(text)).toBe(0);
    expect(worst).toBeLessThan(1e-14);
  });
});
