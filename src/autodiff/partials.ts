/** Partials of elementwise operations over the nodes they were made from, and products that respect selections: used in both directions. */
import { partialAgainstConstant, partialOf } from '../formulas/formula.ts';
import type { Builder, Operand } from '../ir/build.ts';
import type { Dim } from '../ir/dim.ts';
import * as Q from '../ir/rational.ts';
import { instantiate } from '../ir/template.ts';
import type { MapAttr, NodeId } from '../ir/types.ts';
import { core } from '../ops/core.ts';
import { asSelection, select, type Refusal } from './sweep.ts';

/** ∂op/∂(argument k) over the labels of the node; its row may refuse. */
export function partialOperand(b: Builder, attr: MapAttr, operands: readonly Operand[], k: number, result: Operand): Operand | Refusal {
  if (attr.op === core.pow && k === 0 && attr.shape.length === 0) {
    const slope = slopeOfPower(b, operands);
    if (slope !== undefined) return slope;
  }
  const constants = operands.length > 1 && operands.every((o, n) => n === k || b.constantOf(o.id) !== undefined);
  const template = (constants ? partialAgainstConstant(attr.op, k) : undefined) ?? partialOf(attr.op, k);
  if ('refused' in template) return { op: attr.op, argument: k, reason: template.refused };
  return instantiate(b, template, [...operands, result], attr.shape);
}

/** n·xⁿ⁻¹ for a constant n, which is not 0: the row's formula, decided. Large sums of squares consist of these. */
function slopeOfPower(b: Builder, [base, exponent]: readonly Operand[]): Operand | undefined {
  const n = exponent === undefined ? undefined : b.constantOf(exponent.id);
  if (base === undefined || n === undefined || Q.isZero(n)) return undefined;
  return { id: b.ein(n, [{ id: b.power(base.id, Q.subtract(n, Q.ONE)), sub: [] }], []), sub: [] };
}

/**
 * derivative · partial over `space` when one of them is a selection: the product stays inside it, because an
 * unselected branch never contributes and 0 · Infinity is not 0. Undefined when neither is.
 */
export function guardedProduct(b: Builder, derivative: Operand, partial: Operand, space: readonly Dim[]): NodeId | undefined {
  const whole = (id: NodeId): Operand => ({ id, sub: space.map((_, label) => label) });
  const place = (o: Operand, outer: Operand): Operand => ({ id: o.id, sub: o.sub.map((label) => outer.sub[label] ?? -1) });
  const guarded = b.constantOf(partial.id) === undefined ? asSelection(b, derivative.id) : undefined;
  if (guarded !== undefined) {
    const inner = b.ein(Q.ONE, [place(guarded.value, derivative), partial], space);
    return select(b, { condition: place(guarded.condition, derivative), branch: guarded.branch }, whole(inner), space);
  }
  const selection = asSelection(b, partial.id);
  if (selection === undefined) return undefined;
  const inner = b.ein(Q.ONE, [derivative, place(selection.value, partial)], space);
  return select(b, { condition: place(selection.condition, partial), branch: selection.branch }, whole(inner), space);
}
