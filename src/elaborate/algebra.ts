/**
 * Tensor arithmetic on values: index strings for free indices and own axes, broadcasting aligned at the right.
 * Nothing here reports; whoever calls has checked that the shapes fit.
 */
import type { Builder, Operand } from '../ir/build.ts';
import type { Dim } from '../ir/dim.ts';
import { axisAt, axisLabel } from '../ir/normal-view.ts';
import * as Q from '../ir/rational.ts';
import type { Rational } from '../ir/rational.ts';
import { instantiate } from '../ir/template.ts';
import type { ReduceOp } from '../ir/types.ts';
import type { OpName } from '../ops/table.ts';
import { rowOf } from '../ops/table.ts';
import { definitionOf } from './scalar.ts';
import { conditionValue, plainValue, type Label, type Value } from './value.ts';

/** The common index space of several values. */
export interface Frame {
  readonly labels: readonly Label[];
  readonly axes: readonly Dim[];
}

export interface Part {
  readonly coef: Rational;
  readonly value: Value;
}

const dimOf = (label: Label): Dim => label.size ?? '1';

export class Algebra {
  readonly b: Builder;

  constructor(b: Builder) {
    this.b = b;
  }

  // ---- frames -----------------------------------------------------------------------------------

  /** The union of the free indices, and the given own axes. */
  frame(values: readonly Value[], axes: readonly Dim[]): Frame {
    return { labels: unionLabels(values), axes };
  }
  shape(frame: Frame): Dim[] {
    return [...frame.labels.map(dimOf), ...frame.axes];
  }
  /** A value in a frame: free indices by identity, own axes aligned at the right. */
  operand(frame: Frame, value: Value): Operand {
    const skipped = frame.labels.length + frame.axes.length - value.axes.length;
    return { id: value.node, sub: [...value.labels.map((l) => frame.labels.indexOf(l)), ...value.axes.map((_, k) => skipped + k)] };
  }

  // ---- elementwise ------------------------------------------------------------------------------

  constant(q: Rational): Value {
    return plainValue(this.b.rational(q), []);
  }
  map(op: OpName, args: readonly Value[], axes: readonly Dim[]): Value {
    const frame = this.frame(args, axes);
    const operands = args.map((a) => this.operand(frame, a));
    const shape = this.shape(frame);
    const definition = definitionOf(op);
    const node = definition === undefined ? this.b.map(op, operands, shape) : this.b.ein(Q.ONE, [instantiate(this.b, definition, operands, shape)], shape);
    return rowOf(op).facts?.includes('boolean') ? conditionValue(node, axes, frame.labels) : plainValue(node, axes, frame.labels);
  }
  call(name: string, orders: readonly number[], args: readonly Value[], axes: readonly Dim[]): Value {
    const frame = this.frame(args, axes);
    return plainValue(this.b.call(name, orders, args.map((a) => this.operand(frame, a)), this.shape(frame)), axes, frame.labels);
  }
  add(parts: readonly Part[], axes: readonly Dim[]): Value {
    const frame = this.frame(parts.map((p) => p.value), axes);
    const terms = parts.map((p) => ({ coef: p.coef, ...this.operand(frame, p.value) }));
    return plainValue(this.b.add(terms, this.shape(frame)), axes, frame.labels);
  }
  /** Elementwise product. */
  multiply(factors: readonly Value[], axes: readonly Dim[], coef: Rational = Q.ONE): Value {
    const frame = this.frame(factors, axes);
    return plainValue(this.b.ein(coef, factors.map((f) => this.operand(frame, f)), this.shape(frame)), axes, frame.labels);
  }
  scale(coef: Rational, value: Value): Value {
    return { ...value, element: 'real', node: this.b.scale(coef, value.node) };
  }
  power(value: Value, exponent: Rational): Value {
    return this.map('pow', [value, this.constant(exponent)], value.axes);
  }
  invert(value: Value): Value {
    return this.power(value, Q.MINUS_ONE);
  }

  // ---- products over own axes -------------------------------------------------------------------

  /**
   * Σ over the own axes that both name with the same letter and the result does not:
   * `contract(A, 'ij', x, 'j', 'i')` is the matrix-vector product.
   */
  contract(left: Value, leftAxes: string, right: Value, rightAxes: string, result: string): Value {
    const labels = unionLabels([left, right]);
    const letters = [...result];
    const sizes = new Map<string, Dim>();
    [...leftAxes].forEach((letter, k) => sizes.set(letter, left.axes[k] ?? '1'));
    [...rightAxes].forEach((letter, k) => sizes.set(letter, right.axes[k] ?? '1'));
    const summed = [...sizes.keys()].filter((letter) => !letters.includes(letter));
    const place = new Map([...letters, ...summed].map((letter, k): [string, number] => [letter, labels.length + k]));
    const sub = (value: Value, axes: string): Operand => ({
      id: value.node, sub: [...value.labels.map((l) => labels.indexOf(l)), ...[...axes].map((letter) => place.get(letter) ?? -1)],
    });
    const axes = letters.map((letter) => sizes.get(letter) ?? '1');
    const node = this.b.ein(Q.ONE, [sub(left, leftAxes), sub(right, rightAxes)], [...labels.map(dimOf), ...axes], summed.map((l) => sizes.get(l) ?? '1'));
    return plainValue(node, axes, labels);
  }
  /** Own axes in another order, repeated (a diagonal) or summed away: `relabel(A, 'ii', '')` is the trace. */
  relabel(value: Value, from: string, to: string): Value {
    const one: Value = this.constant(Q.ONE);
    return this.contract(value, from, one, '', to);
  }
  transpose(value: Value): Value {
    if (value.axes.length === 2) return { ...this.relabel(value, 'ij', 'ji'), element: value.element };
    if (value.axes.length === 1) return { ...value, form: value.form === 'row' ? 'column' : 'row' };
    return value;
  }

  // ---- free indices -----------------------------------------------------------------------------

  /** Turns free indices into leading own axes, in the order given; an index the value lacks repeats it. */
  close(value: Value, indices: readonly Label[]): Value {
    const kept = value.labels.filter((l) => !indices.includes(l));
    const order = [...kept, ...indices];
    const position = (l: Label): number => order.indexOf(l);
    const sub = [...value.labels.map(position), ...value.axes.map((_, k) => order.length + k)];
    const axes = [...indices.map(dimOf), ...value.axes];
    const identical = sub.length === order.length + value.axes.length && sub.every((l, k) => l === k);
    const node = identical ? value.node : this.b.ein(Q.ONE, [{ id: value.node, sub }], [...kept.map(dimOf), ...axes]);
    return { ...value, node, labels: kept, axes, form: 'column' };
  }
  /** Turns the leading own axes into free indices; the inverse of `close`. */
  open(value: Value, indices: readonly Label[]): Value {
    const all = [...value.labels, ...indices];
    const labels = sortLabels(all);
    const sub = [...all.map((l) => labels.indexOf(l)), ...value.axes.slice(indices.length).map((_, k) => all.length + k)];
    const axes = value.axes.slice(indices.length);
    const node = this.b.ein(Q.ONE, [{ id: value.node, sub }], [...labels.map(dimOf), ...axes]);
    return { ...value, node, labels, axes };
  }
  /** Σ over free indices; an index the value does not depend on counts its size. */
  sumLabels(value: Value, indices: readonly Label[]): Value {
    const kept = value.labels.filter((l) => !indices.includes(l));
    const all = [...kept, ...value.axes.map((_, k) => k)];
    const sub = [
      ...value.labels.map((l) => (indices.includes(l) ? all.length + indices.indexOf(l) : kept.indexOf(l))),
      ...value.axes.map((_, k) => kept.length + k),
    ];
    const node = this.b.ein(Q.ONE, [{ id: value.node, sub }], [...kept.map(dimOf), ...value.axes], indices.map(dimOf));
    return { ...plainValue(node, value.axes, kept), form: value.form };
  }
  /** Max, min, logsumexp or product over free indices. */
  reduceLabels(op: ReduceOp, value: Value, indices: readonly Label[]): Value {
    // a value that does not depend on the index is repeated first: a product of N equal factors is a power
    const spread = this.close(this.spread(value, indices), []);
    const positions = indices.map((l) => spread.labels.indexOf(l)).sort((x, y) => x - y);
    return plainValue(this.b.reduce(op, spread.node, positions), value.axes, spread.labels.filter((l) => !indices.includes(l)));
  }
  /** The value repeated along free indices it lacks. */
  spread(value: Value, indices: readonly Label[]): Value {
    const labels = sortLabels([...new Set([...value.labels, ...indices])]);
    if (labels.length === value.labels.length) return value;
    const frame: Frame = { labels, axes: value.axes };
    const node = this.b.ein(Q.ONE, [this.operand(frame, value)], this.shape(frame));
    return { ...value, node, labels };
  }

  // ---- own axes ---------------------------------------------------------------------------------

  /** Σ over some own axes, by position. */
  sumAxes(value: Value, positions: readonly number[]): Value {
    const count = value.labels.length;
    const kept = value.axes.map((_, k) => k).filter((k) => !positions.includes(k));
    const axes = kept.map((k) => value.axes[k] ?? '1');
    const label = (k: number): number => (positions.includes(k) ? count + kept.length + positions.indexOf(k) : count + kept.indexOf(k));
    const sub = [...value.labels.map((_, k) => k), ...value.axes.map((_, k) => label(k))];
    const node = this.b.ein(Q.ONE, [{ id: value.node, sub }], [...value.labels.map(dimOf), ...axes], positions.map((k) => value.axes[k] ?? '1'));
    return plainValue(node, axes, value.labels);
  }
  reduceAxes(op: ReduceOp, value: Value, positions: readonly number[]): Value {
    const count = value.labels.length;
    const axes = value.axes.filter((_, k) => !positions.includes(k));
    return plainValue(this.b.reduce(op, value.node, positions.map((k) => count + k).sort((x, y) => x - y)), axes, value.labels);
  }
  /** 1/(d₁ d₂ …) */
  reciprocalSizes(dims: readonly Dim[]): Value {
    const parts = dims.map((dim) => this.b.power(this.b.dim(dim), Q.MINUS_ONE));
    return plainValue(this.b.ein(Q.ONE, parts.map((id) => ({ id, sub: [] })), []), []);
  }
  /** The value repeated to the given own axes. */
  broadcast(value: Value, axes: readonly Dim[]): Value {
    const frame: Frame = { labels: value.labels, axes };
    const node = this.b.ein(Q.ONE, [this.operand(frame, value)], this.shape(frame));
    return { ...value, node, axes };
  }
  /** One more own axis, at a position, along which the value repeats. */
  insertAxis(value: Value, position: number, size: Dim): Value {
    const count = value.labels.length;
    const axes = [...value.axes.slice(0, position), size, ...value.axes.slice(position)];
    const sub = [...value.labels.map((_, k) => k), ...value.axes.map((_, k) => count + (k < position ? k : k + 1))];
    const node = this.b.ein(Q.ONE, [{ id: value.node, sub }], [...value.labels.map(dimOf), ...axes]);
    return plainValue(node, axes, value.labels);
  }
  /** Entry k (0-based) of a vector. */
  element(value: Value, k: number): Value {
    const count = value.labels.length;
    const node = this.b.view(value.node, {
      index: [...value.labels.map((_, l) => axisLabel(l)), axisAt(String(k)), ...value.axes.slice(1).map((_, a) => axisLabel(count + a))],
      shape: [...value.labels.map(dimOf), ...value.axes.slice(1)], gathers: [], masked: false,
    });
    return plainValue(node, value.axes.slice(1), value.labels);
  }
  /** Values of one shape along a new leading own axis. */
  stack(values: readonly Value[], axes: readonly Dim[]): Value {
    const labels = unionLabels(values);
    const frame: Frame = { labels, axes };
    const parts = values.map((v) => this.b.ein(Q.ONE, [this.operand(frame, v)], this.shape(frame)));
    const stacked = this.b.stack(parts);
    // the new axis comes first in the node, the free indices come first in a value
    const order = [...labels.map((_, k) => k + 1), 0, ...axes.map((_, k) => labels.length + 1 + k)];
    const node = labels.length === 0 ? stacked : this.b.permute(stacked, order);
    return plainValue(node, [String(values.length), ...axes], labels);
  }

}

function unionLabels(values: readonly Value[]): readonly Label[] {
  const [first] = values;
  if (first === undefined) return [];
  if (values.every((v) => v.labels.length === 0 || v.labels === first.labels)) return values.find((v) => v.labels.length > 0)?.labels ?? [];
  return sortLabels([...new Set(values.flatMap((v) => v.labels))]);
}

function sortLabels(labels: readonly Label[]): Label[] {
  return [...labels].sort((x, y) => x.id - y.id);
}
