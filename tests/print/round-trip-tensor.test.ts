/** Tensors, loops included: what is printed is a model that the front end reads, and it means the same. */
import * as fc from '../support/property.ts';
import { expect, it } from 'vitest';
import { readModel } from '../../src/compile.ts';
import { Bag } from '../../src/diagnostics/bag.ts';
import { evaluate } from '../../src/ir/evaluate.ts';
import { printNode } from '../../src/print/print.ts';
import { normalise } from '../../src/simplify/normalise.ts';
import { magnitude, randomGraph } from '../support/random-graph.ts';

const DECLARATIONS = 'dim N where N >= 3\ndim D where D >= 2\ndata a: R, b: R, u: R[N], v: R[N], w: R[D], X: R[N, D], S: R[D, D]\n';

it.each(['ascii', 'unicode'] as const)('random tensor formulas, %s', (notation) => {
  fc.assert(fc.property(fc.integer(), fc.integer({ min: 1, max: 15 }), (seed, size) => {
    const { builder: b, root, environment } = randomGraph(seed, size);
    const [node] = normalise(b, [root]);
    const statements = printNode(b.graph, node!, { notation }).split(/; (?![^{]*\})/);
    const result = statements.pop()!;
    const text = `${DECLARATIONS}${statements.join('\n')}\nresult = ${result}\n`;
    const bag = new Bag();
    const model = readModel({ name: 'printed', text }, {}, bag);
    expect(bag.diagnostics.filter((d) => d.severity === 'error').map((d) => d.message), text).toEqual([]);
    const read = model!.definitions.find((d) => d.name === 'result')!.node;
    expect(model!.graph.shape(read), text).toEqual(b.graph.shape(node!));
    const most = magnitude(b.graph, [node!], environment);
    if (!(most < 1e6)) return;
    const [expected] = evaluate(b.graph, [node!], environment);
    const [found] = evaluate(model!.graph, [read], environment);
    expected!.data.forEach((value, k) => expect(Math.abs(found!.data[k]! - value), text).toBeLessThanOrEqual(1e-7 * (1 + most)));
  }), { numRuns: 200, examples: [[-1588161657, 3]] });
});
