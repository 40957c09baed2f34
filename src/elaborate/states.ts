/** States of a recurrence: inside its steps, and as trajectories afterwards. */
import type { Span } from '../diagnostics/span.ts';
import { constantDim, dimDifference, shiftDim, type Dim } from '../ir/dim.ts';
import { axisLabel } from '../ir/normal-view.ts';
import * as Q from '../ir/rational.ts';
import type { AxisIndex, NodeId } from '../ir/types.ts';
import { addDims, subtractDims, type Affine } from './affine.ts';
import { checkPosition } from './positions.ts';
import { textOf, type Pass } from './pass.ts';
import type { LoopState, Scope, StepVariable, Trajectory } from './scope.ts';
import { Label, plainValue, readableDim, type Result, type Value } from './value.ts';

/** `h[t-1]`, `h[t]` inside the loop of `h`. */
export function stateAt(pass: Pass, state: LoopState, position: Affine, span: Span): Result {
  const back = stepsBack(position);
  if (back === undefined) return pass.report('bad-recurrence', span, { reason: `\`${textOf(span)}\` is not a state some steps back` });
  if (back < 0) return pass.report('bad-recurrence', span, { reason: `\`${textOf(span)}\` lies ahead` });
  if (back === 0) return state.current ?? pass.report('bad-recurrence', span, { reason: `\`${textOf(span)}\` is used before its rule` });
  const reason = state.lags.length === 0 ? `\`${state.name}\` has no initial value` : `\`${textOf(span)}\` needs an initial value that far back`;
  return state.lags[back - 1] ?? pass.report('bad-recurrence', span, { reason }, { hint: `write \`init ${state.name}[0] = …\` for the state before the first step` });
}

/** How many steps back a position is; undefined when it is not the step minus a number. */
export function stepsBack(position: Affine): number | undefined {
  const [[index, coef] = []] = position.terms;
  if (position.terms.size !== 1 || index === undefined || index instanceof Label || coef !== 1) return undefined;
  const offset = constantDim(position.offset);
  return offset === undefined ? undefined : -offset;
}

/** `h[T]`, `h[t]`, `h[t-1]`, `h[0]` after the loop. Positions first-1 (the initial value) to the last are known. */
export function trajectoryAt(pass: Pass, t: Trajectory, position: Affine, span: Span, scope: Scope): Result {
  const { carried } = t;
  if (position.terms.size === 0 && carried !== undefined) {
    const ahead = dimDifference(position.offset, t.first);
    if (ahead === -1) return carried.init;
    const last = addDims(t.first, shiftDim(t.length, -1));
    if (last !== undefined && dimDifference(position.offset, last) === 0) return carried.final;
  }
  const [label] = position.terms.keys();
  if (position.terms.size === 1 && label instanceof Label && label.size === undefined) label.size = t.length;
  // positions of the trajectory count from `first`, positions of an axis from the base
  const offset = subtractDims(addDims(position.offset, String(pass.base)) ?? '', t.first);
  if (offset === undefined) return pass.report('index-out-of-range', span, { position: textOf(span), size: readableDim(t.length), base: pass.base });
  const relative: Affine = { terms: position.terms, offset };
  const lowest = lowestPosition(relative, pass.base);
  if (lowest !== -1 || carried === undefined) return viewAt(pass, t.ys, relative, span, scope);
  const earlier: Affine = { terms: relative.terms, offset: shiftDim(relative.offset, 1) };
  if (highestFits(earlier, t.length, pass.base)) return viewAt(pass, carried.starts, earlier, span, scope);
  return viewAt(pass, withInitial(pass, t, carried.init), earlier, span, scope);
}

/** The smallest 0-based position when it is a plain number. */
function lowestPosition(form: Affine, base: number): number | undefined {
  let total = constantDim(form.offset);
  for (const [index, coef] of form.terms) {
    const first = constantDim(index.first);
    total = total === undefined || first === undefined || coef !== 1 ? undefined : total + first;
  }
  return total === undefined ? undefined : total - base;
}

function highestFits(form: Affine, length: Dim, base: number): boolean {
  let last: Dim | undefined = shiftDim(form.offset, -base);
  for (const index of form.terms.keys()) {
    const end: Dim | undefined = index instanceof Label ? addDims(index.first, shiftDim(index.size ?? '1', -1)) : undefined;
    last = last === undefined || end === undefined ? undefined : addDims(last, end);
  }
  const room = last === undefined ? undefined : dimDifference(length, last);
  return room !== undefined && room >= 1;
}

function viewAt(pass: Pass, sequence: Value, position: Affine, span: Span, scope: Scope): Result {
  const [length = '1', ...axes] = sequence.axes;
  const checked = checkPosition(pass, position, length, span, scope);
  if (checked === undefined) return undefined;
  const labels = [...position.terms.keys()].filter((l) => l instanceof Label).sort((x, y) => x.id - y.id);
  const leading: AxisIndex = { kind: 'affine', offset: checked.offset, terms: labels.map((l, k) => ({ label: k, coef: position.terms.get(l) ?? 1 })) };
  const node = pass.b.view(sequence.node, {
    index: [leading, ...axes.map((_, k) => axisLabel(labels.length + k))],
    shape: [...labels.map((l) => l.size ?? '1'), ...axes], gathers: [], masked: checked.masked,
  });
  return plainValue(node, axes, labels);
}

/** The initial value followed by every later one. */
function withInitial(pass: Pass, t: Trajectory, init: Value): Value {
  const { b } = pass;
  const length = shiftDim(t.length, 1);
  const [, ...axes] = t.ys.axes;
  const shape = [length, ...axes];
  const own = axes.map((_, k) => k + 1);
  const shift: AxisIndex = { kind: 'affine', terms: [{ label: 0, coef: 1 }], offset: '-1' };
  const later = b.view(t.ys.node, { index: [shift, ...own.map(axisLabel)], shape, gathers: [], masked: true });
  const isFirst = b.map('eq', [{ id: b.iota(length), sub: [0] }, { id: b.integer(0), sub: [] }], [length]);
  const initial = b.ein(Q.ONE, [{ id: isFirst, sub: [0] }, { id: init.node, sub: own }], shape);
  return plainValue(b.sum([later, initial], shape), shape);
}

/**
 * Element `axis[t + offset]` of a tensor from outside the loop. The tensor becomes a sequence that the loop
 * reads element by element.
 */
export function sequenceElement(pass: Pass, step: StepVariable, outer: Value, axis: number, offset: Dim, span: Span, scope: Scope): Result {
  const start = addDims(shiftDim(offset, -pass.base), step.first);
  const to = start === undefined ? undefined : addDims(start, shiftDim(step.length, -1));
  const size = outer.axes[axis] ?? '1';
  if (start === undefined || to === undefined) return pass.report('bad-size', span, { text: textOf(span) });
  const fit = pass.sizes.fit(start, to, size);
  if (fit !== 'inside' && !scope.reading.guarded) {
    return pass.report('index-out-of-range', span, { position: `${shiftDim(start, pass.base)}..${shiftDim(to, pass.base)}`, size: readableDim(size), base: pass.base });
  }
  const axes = outer.axes.filter((_, k) => k !== axis);
  const key = `${outer.node}|${axis}|${start}`;
  let sequence = step.sequences.get(key);
  if (sequence === undefined) {
    sequence = { placeholder: placeholderLike(pass, outer, axes), value: sequenceOf(pass, step, outer, axis, start, fit !== 'inside') };
    step.sequences.set(key, sequence);
  }
  return { ...outer, node: sequence.placeholder, axes, form: 'column' };
}

function sequenceOf(pass: Pass, step: StepVariable, outer: Value, axis: number, start: Dim, masked: boolean): NodeId {
  let next = 0;
  const index = outer.axes.map((_, k): AxisIndex => {
    if (k === axis) return { kind: 'affine', terms: [{ label: 0, coef: 1 }], offset: start };
    next += 1;
    return axisLabel(next);
  });
  const shape = [step.length, ...outer.axes.filter((_, k) => k !== axis)];
  return pass.b.view(outer.node, { index, shape, gathers: [], masked });
}

/** A leaf that stands for one element until the loop is closed. */
function placeholderLike(pass: Pass, outer: Value, axes: readonly Dim[]): NodeId {
  if (outer.element !== 'index') return pass.b.placeholder(axes);
  return pass.b.leaf({ name: `§${pass.b.graph.size}`, role: 'variable', element: 'index', shape: axes, ...(outer.of !== undefined && { of: outer.of }) });
}
