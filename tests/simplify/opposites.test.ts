/** Residuals are emitted as prediction minus observation where nothing but products and squares sees the sign. */
import { describe, expect, it } from 'vitest';
import { Builder } from '../../src/ir/build.ts';
import { Graph } from '../../src/ir/graph.ts';
import * as Q from '../../src/ir/rational.ts';
import type { NodeId } from '../../src/ir/types.ts';
import { core } from '../../src/ops/core.ts';
import { fromOpposites } from '../../src/simplify/opposites.ts';
import { emitted } from '../support/emitted.ts';

function scene(): { b: Builder; residual: NodeId; opposite: NodeId; x: NodeId; squares: (of: NodeId) => NodeId; slope: (of: NodeId, coef: Q.Rational) => NodeId } {
  const b = new Builder(new Graph());
  const vector = (name: string): NodeId => b.leaf({ name, role: 'data', element: 'real', shape: ['N'] });
  const [x, y] = [vector('x'), vector('y')];
  const w = b.leaf({ name: 'w', role: 'param', element: 'real', shape: [] });
  const line = b.ein(Q.ONE, [{ id: x, sub: [0] }, { id: w, sub: [] }], ['N']);
  const difference = (left: NodeId, right: NodeId): NodeId => b.add([{ coef: Q.ONE, id: left, sub: [0] }, { coef: Q.MINUS_ONE, id: right, sub: [0] }], ['N']);
  return {
    b, x, residual: difference(y, line), opposite: difference(line, y),
    squares: (of) => b.ein(Q.ONE, [{ id: b.map(core.pow, [{ id: of, sub: [0] }, { id: b.integer(2), sub: [] }], ['N']), sub: [0] }], [], ['N']),
    slope: (of, coef) => b.ein(coef, [{ id: x, sub: [0] }, { id: of, sub: [0] }], [], ['N']),
  };
}

describe('a residual', () => {
  it('is turned round for its square, and its products change their sign', () => {
    const { b, residual, opposite, squares, slope } = scene();
    expect(fromOpposites(b, [squares(residual), slope(residual, Q.integer(-2))])).toEqual([squares(opposite), slope(opposite, Q.integer(2))]);
  });

  it('stays where something else reads it, and where it is a result', () => {
    const { b, residual, squares, slope } = scene();
    const size = b.map(core.exp, [{ id: residual, sub: [0] }], ['N']);
    for (const roots of [[squares(residual), size], [slope(residual, Q.ONE), residual]]) expect(fromOpposites(b, roots)).toEqual(roots);
  });

  it('that is a prediction minus an observation already stays', () => {
    const { b, opposite, squares } = scene();
    expect(fromOpposites(b, [squares(opposite)])).toEqual([squares(opposite)]);
  });

  it('leaves no negation in an emitted gradient', () => {
    const { code } = emitted('dim N\ndata x: R[N], y: R[N]\nparam w: R, b: R\nL = mean((y - (w*x + b))²)\nderive value, gradient of L wrt w, b');
    expect(code).toContain('out.w = total2 * factor;');
    expect(code).not.toMatch(/-total|- y\[n\]! - /);
  });
});
