/** The model files of samples/: every one elaborates to a valid graph, and its checks hold. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readModel, sameNormalForm } from '../../src/compile.ts';
import { Bag } from '../../src/diagnostics/bag.ts';
import type { Source } from '../../src/diagnostics/span.ts';
import type { Model } from '../../src/elaborate/model.ts';
import { checkGraph } from '../../src/ir/check.ts';
import { printGraph } from '../../src/ir/text.ts';
import { decide } from '../../src/verify/claim.ts';
import { filesBelow, root } from '../support/sources.ts';

const samples = filesBelow('samples', '.diff');

function read(path: string): { model: Model; bag: Bag } {
  const bag = new Bag();
  const model = readModel({ name: path, text: readFileSync(join(root, path), 'utf8') }, { load }, bag);
  if (model === undefined) throw new Error(bag.diagnostics.map((d) => `${d.code}: ${d.message}`).join('\n'));
  return { model, bag };
}

/** What a sample imports lies beside it. */
function load(path: string, { name }: Source): Source {
  const beside = join(dirname(name), path);
  return { name: beside, text: readFileSync(join(root, beside), 'utf8') };
}

/** Everything of a model that later stages start from. */
function rootsOf(model: Model): number[] {
  return [
    ...model.definitions.map((d) => d.node), ...model.requests.flatMap((r) => [...r.of, ...r.wrt, ...r.along].map((w) => w.node)),
    ...model.checks.flatMap((c) => c.claims.flatMap((claim) => [claim.left, claim.right])), ...model.updates.flatMap((u) => [u.node, u.value]),
  ];
}

describe('samples', () => {
  it('include the 21 models of the language reference and a mechanism', () => expect(samples.filter((p) => p.includes('models/'))).toHaveLength(22));
  for (const path of samples) {
    it(path, () => {
      const { model, bag } = read(path);
      expect(bag.diagnostics).toEqual([]);
      expect(checkGraph(model.graph, rootsOf(model))).toEqual([]);
      // the article's own mistake is a claim that fails
      const fails = path.endsWith('cross-entropy-as-printed.diff') ? ['fails'] : [];
      const verdicts = new Set(model.checks.map((check) => decide(model, check, sameNormalForm(model)).kind));
      expect([...verdicts].filter((v) => v !== 'proved' && v !== 'holds')).toEqual(fails);
    });
    it(`${path} twice gives the same graph`, () => {
      const [a, b] = [read(path).model, read(path).model];
      expect(printGraph(a.graph, rootsOf(a))).toBe(printGraph(b.graph, rootsOf(b)));
    });
  }
});
