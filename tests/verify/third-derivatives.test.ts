/** Third derivatives along a direction in all parameters at once, of the models that have everything: against differences in 46 digits. */
import { describe, expect, it } from 'vitest';
import { verifyModel } from '../../src/answer/verification.ts';
import type { DeriveRequest, Model } from '../../src/elaborate/model.ts';
import { Builder } from '../../src/ir/build.ts';
import { modelOf, samples } from '../support/samples.ts';

const MODELS = ['04-mlp', '06-gmm', '13-lstm', '14-attention', '15-gaussian-process'];

/** The first scalar that the model differentiates, to third order along one direction. */
function thirdOrder(model: Model): Model {
  const request = model.requests.find((r) => r.what.includes('gradient'));
  if (request === undefined) throw new Error(`${model.name} asks for no gradient`);
  const b = new Builder(model.graph);
  const along = request.wrt.map(({ name, node }) => ({
    name: `d_${name}`, node: b.leaf({ name: `d_${name}`, role: 'variable', element: 'real', shape: model.graph.shape(node) }),
  }));
  const third: DeriveRequest = { ...request, what: ['derivative'], orders: [3], of: request.of.slice(0, 1), along, using: [], as: 'third' };
  return { ...model, requests: [third] };
}

describe('third derivatives', () => {
  it.each(MODELS)('%s', (name) => {
    const sample = samples.find((s) => s.path.includes(name));
    if (sample === undefined) throw new Error(`no sample ${name}`);
    const objects = verifyModel(thirdOrder(modelOf(sample)), { points: 1, seed: 5 }, (r) => { throw new Error(r.reason); });
    const directional = objects.filter((o) => o.kind === 'directional');
    expect(directional).toHaveLength(1);
    for (const o of objects) {
      expect(o.verdict, JSON.stringify([o.kind, o.derivative?.error, o.emitted?.error, o.notes])).toBe('right');
      expect(o.derivative?.error).toBeLessThan(1e-9);
    }
  });
});
