/** Adjoint rules of nodes that move elements: views, scatters, stacks, reductions. */
import type { Builder, Operand } from '../ir/build.ts';
import { axisAt, axisLabel } from '../ir/normal-view.ts';
import * as Q from '../ir/rational.ts';
import { closeScan } from '../ir/scan.ts';
import { keptAxes } from '../ir/sub.ts';
import type { AxisIndex, NodeId, RedAttr, ScatAttr, StackAttr, ViewAttr } from '../ir/types.ts';
import { core } from '../ops/core.ts';
import type { Sweep } from './sweep.ts';

/** Index entries with the seed axes walked whole in front. */
function seeded(sweep: Sweep, index: readonly AxisIndex[]): AxisIndex[] {
  const shifted = index.map((axis): AxisIndex => (axis.kind === 'affine'
    ? { ...axis, terms: axis.terms.map((t) => ({ ...t, label: t.label + sweep.rank })) }
    : { ...axis, sub: axis.sub.map((label) => label + sweep.rank) }));
  return [...sweep.seed.map((_, label) => axisLabel(label)), ...shifted];
}

const gathersOf = (b: Builder, id: NodeId): NodeId[] => [...b.graph.args(id)].slice(1);

/** a[e] pulls back to a scatter: ā[e(L)] += g[L]. */
export function pullView(sweep: Sweep, id: NodeId, attr: ViewAttr, g: NodeId): void {
  const arg = sweep.b.graph.arg(id, 0);
  const spec = { index: seeded(sweep, attr.index), shape: sweep.adjointShape(arg), gathers: gathersOf(sweep.b, id), masked: attr.masked };
  sweep.contribute(arg, sweep.b.scat(g, spec));
}

/** A scatter pulls back to the view it transposes. */
export function pullScat(sweep: Sweep, id: NodeId, attr: ScatAttr, g: NodeId): void {
  const arg = sweep.b.graph.arg(id, 0);
  const spec = { index: seeded(sweep, attr.index), shape: sweep.adjointShape(arg), gathers: gathersOf(sweep.b, id), masked: attr.masked };
  sweep.contribute(arg, sweep.b.view(g, spec));
}

export function pullStack(sweep: Sweep, id: NodeId, attr: StackAttr, g: NodeId): void {
  const { b, rank } = sweep;
  const rest = attr.shape.slice(1);
  [...b.graph.args(id)].forEach((arg, k) => {
    if (!sweep.active.has(arg)) return;
    const index = [...sweep.seed.map((_, l) => axisLabel(l)), axisAt(String(k)), ...rest.map((_, l) => axisLabel(rank + l))];
    sweep.contribute(arg, b.view(g, { index, shape: [...sweep.seed, ...rest], gathers: [], masked: false }));
  });
}

/** max, min share equally among the elements that attain them; logsumexp and norm have smooth weights; prod weighs by the other factors. */
export function pullReduction(sweep: Sweep, id: NodeId, attr: RedAttr, g: NodeId): void {
  const { b, rank } = sweep;
  const arg = b.graph.arg(id, 0);
  const labels = b.graph.shape(arg);
  const kept = keptAxes(labels.length, attr.axes);
  const space = [...sweep.seed, ...labels];
  const a: Operand = { id: arg, sub: labels.map((_, axis) => rank + axis) };
  const y: Operand = { id, sub: kept.map((axis) => rank + axis) };
  const adjoint: Operand = { id: g, sub: [...sweep.seed.keys(), ...kept.map((axis) => rank + axis)] };
  switch (attr.op) {
    case 'logsumexp': case 'norm': {
      sweep.contribute(arg, b.ein(Q.ONE, [adjoint, { id: smoothWeight(b, id, arg, attr), sub: a.sub }], space));
      return;
    }
    case 'max': case 'min': {
      const { attained, share } = attainment(b, id, arg, attr);
      const value = b.ein(Q.ONE, [adjoint, { id: share, sub: y.sub }], space);
      const whole = { id: value, sub: space.map((_, l) => l) };
      sweep.contribute(arg, b.map(core.where, [{ id: attained, sub: a.sub }, whole, { id: b.integer(0), sub: [] }], space));
      return;
    }
    case 'prod': {
      const others = productOfOthers(b, arg, attr.axes[0] ?? 0);
      sweep.contribute(arg, b.ein(Q.ONE, [adjoint, { id: others, sub: a.sub }], space));
      return;
    }
  }
}

/** ∂y/∂a of a log-sum-exp y, which is its softmax exp(a − y), and of a norm y, which is a/y and 0 at the origin. */
export function smoothWeight(b: Builder, id: NodeId, arg: NodeId, attr: RedAttr): NodeId {
  const labels = b.graph.shape(arg);
  const y: Operand = { id, sub: keptAxes(labels.length, attr.axes) };
  if (attr.op === 'norm') return b.map(core.xdivy, [b.whole(arg), y], labels);
  return b.map(core.exp, [b.whole(b.add([{ coef: Q.ONE, ...b.whole(arg) }, { coef: Q.MINUS_ONE, ...y }], labels))], labels);
}

/** Which elements attain a maximum or minimum, and the equal share of each. */
export function attainment(b: Builder, id: NodeId, arg: NodeId, attr: RedAttr): { readonly attained: NodeId; readonly share: NodeId } {
  const attained = b.map(core.eq, [b.whole(arg), { id, sub: keptAxes(b.graph.shape(arg).length, attr.axes) }], b.graph.shape(arg));
  return { attained, share: b.power(b.sumOver(attained, attr.axes), Q.MINUS_ONE) };
}

/** Π over j ≠ i along one axis, by an exclusive prefix and an exclusive suffix product: no division, zeros are fine. */
export function productOfOthers(b: Builder, id: NodeId, axis: number): NodeId {
  const shape = b.graph.shape(id);
  const length = shape[axis] ?? '1';
  const rest = shape.filter((_, k) => k !== axis);
  const front = b.permute(id, [axis, ...shape.map((_, k) => k).filter((k) => k !== axis)]);
  const exclusive = (direction: 'forward' | 'backward'): NodeId => {
    const carry = b.placeholder(rest);
    const element = b.placeholder(rest);
    const scan = closeScan(b, {
      length, direction,
      carries: [{ placeholder: carry, init: b.fill(Q.ONE, rest), next: b.multiply(carry, element) }],
      sequences: [{ placeholder: element, value: front }], ys: [],
    });
    return b.proj(scan, 'in', 0);
  };
  const product = b.multiply(exclusive('forward'), exclusive('backward'));
  const back = shape.map((_, k) => (k === axis ? 0 : k < axis ? k + 1 : k));
  return b.permute(product, back);
}

