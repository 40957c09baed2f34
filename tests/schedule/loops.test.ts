/** The loops themselves, as text: one pass over the rows, rows of intermediates, nothing materialised in vain. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Builder } from '../../src/ir/build.ts';
import { Graph } from '../../src/ir/graph.ts';
import { axisLabel } from '../../src/ir/normal-view.ts';
import * as Q from '../../src/ir/rational.ts';
import type { NodeId } from '../../src/ir/types.ts';
import { checkProgram } from '../../src/schedule/check.ts';
import { schedule } from '../../src/schedule/schedule.ts';
import { programText } from '../../src/schedule/text.ts';
import { networkPlan } from '../emitted/fixtures.ts';
import { Sample } from './support.ts';

async function expectProgram(name: string, s: Sample, outputs: Readonly<Record<string, NodeId>>): Promise<void> {
  const program = schedule({ b: s.b, inputs: s.inputs, names: s.names, outputs: Object.entries(outputs).map(([field, node]) => ({ kind: 'filled', name: field, node })) });
  expect(checkProgram(program)).toEqual([]);
  await expect(`${programText(program)}\n`).toMatchFileSnapshot(join(import.meta.dirname, 'programs', `${name}.txt`));
}

describe('loops', () => {
  it('the network of the article: products of matrices, and passes over the rows between them', async () => {
    const plan = networkPlan();
    const s = new Sample(plan.b);
    for (const i of plan.inputs) s.inputs.push({ name: i.name, node: i.node, shape: i.shape, element: i.element });
    for (const [node, name] of plan.names) s.names.set(node, name);
    await expectProgram('network', s, Object.fromEntries(plan.functions[0]?.outputs.map((o) => [o.name, o.node]) ?? []));
  });

  it('a gathered row is read and its gradient scattered in the same pass', async () => {
    const b = new Builder(new Graph());
    const s = new Sample(b);
    const P = s.leaf('P', ['U', 'F']);
    const u = s.indices('u', ['M'], 'U');
    const index = [{ kind: 'gather', arg: 1, sub: [0] } as const, axisLabel(1)];
    const rows = b.view(P, { index, shape: ['M', 'F'], gathers: [u], masked: false });
    const loss = b.ein(Q.ONE, [b.whole(b.power(rows, Q.integer(2)))], [], ['M', 'F']);
    const gradient = b.scat(b.scale(Q.integer(2), rows), { index, shape: ['U', 'F'], gathers: [u], masked: false });
    await expectProgram('gather', s, { loss, P: gradient });
  });

  it('small vectors become locals', async () => {
    const b = new Builder(new Graph());
    const s = new Sample(b);
    const w = s.leaf('w', ['3']);
    const length = b.map('sqrt', [b.whole(b.ein(Q.ONE, [b.whole(b.power(w, Q.integer(2)))], [], ['3']))], []);
    await expectProgram('unit-vector', s, { unit: b.ein(Q.ONE, [b.whole(w), { id: b.power(length, Q.MINUS_ONE), sub: [] }], ['3']) });
  });
});

describe('the checker', () => {
  const program = (body: Parameters<typeof checkProgram>[0]['body']): string[] => checkProgram({ buffers: [], locals: [{ hint: 'x', named: false }], body });
  it('finds a local used before it is made, made twice, or assigned without being a variable', () => {
    const one = { kind: 'number', value: 1 } as const;
    expect(program([{ kind: 'let', local: 0, value: { kind: 'local', id: 0 } }])).toEqual(['$0 is used outside its block']);
    expect(program([{ kind: 'let', local: 0, value: one }, { kind: 'let', local: 0, value: one }])).toEqual(['$0 is defined twice']);
    expect(program([{ kind: 'let', local: 0, value: one }, { kind: 'assign', local: 0, combine: 'add', value: one }])).toEqual(['$0 is assigned but no variable in scope']);
    expect(program([{ kind: 'fill', buffer: 3, value: 0 }])).toEqual(['#3 is no buffer']);
  });
});
