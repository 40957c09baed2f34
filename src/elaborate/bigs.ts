/** `∑ (i = 1 to N) …`, `mean[n] …`, `max[k] …`: reductions over index variables, or over the common shape. */
import type { Big, Binder, Expr } from '../ast/types.ts';
import { readDim, shiftDim, type Dim } from '../ir/dim.ts';
import * as Q from '../ir/rational.ts';
import { addDims, readAffine, subtractDims, type Affine } from './affine.ts';
import { numeric } from './broadcast.ts';
import type { Part } from './resolve.ts';
import { textOf, type Pass, type Step } from './pass.ts';
import type { Scope } from './scope.ts';
import { everyExpr } from './syntax.ts';
import { Label, conditionValue, describe, plainValue, readableDim, type Result, type Value } from './value.ts';

export interface Bound {
  readonly labels: readonly Label[];
  readonly scope: Scope;
  /** filters and ranges that depend on other indices: Iverson brackets */
  readonly masks: readonly Value[];
}

export function* bigValue(pass: Pass, expr: Big, scope: Scope): Step {
  if (expr.binders.length === 0) {
    const body = yield pass.visit(expr.body, scope.inner({ elementwise: true }));
    return body && numeric(pass, body, expr.body.span) && reduceAll(pass, expr, body);
  }
  const bound = yield* bind(pass, expr.binders, scope, [expr.body]);
  if (bound === undefined) return undefined;
  const body = yield pass.visit(expr.body, bound.scope);
  if (body === undefined || numeric(pass, body, expr.body.span) === undefined) return undefined;
  const unknown = bound.labels.find((l) => l.size === undefined);
  if (unknown !== undefined) return pass.report('unknown-range', expr.span, { index: unknown.name });
  return reduceOver(pass, expr, body, bound);
}

/** Index variables for binders, in a scope of their own. `uses` are searched for axes that tell how far they run. */
export function* bind(pass: Pass, binders: readonly Binder[], scope: Scope, uses: readonly Expr[]): Part<Bound | undefined> {
  const filtered = binders.some((b) => b.kind === 'filter');
  const inner = scope.inner({ ...(filtered && { guarded: true }) });
  const labels: Label[] = [];
  const masks: Value[] = [];
  for (const binder of binders) {
    if (binder.kind === 'filter') {
      inferSizes(pass, labels, uses, inner);
      const mask = yield pass.visit(binder.condition, inner);
      if (mask === undefined) return undefined;
      if (mask.element !== 'bool' || mask.axes.length > 0) return pass.report('bad-condition', binder.span, { found: describe(mask) });
      masks.push(mask);
      continue;
    }
    if (labels.some((l) => l.name === binder.name.name)) return pass.report('duplicate-index', binder.name.span, { name: binder.name.name });
    const made = makeLabel(pass, binder, inner);
    if (made === undefined) return undefined;
    labels.push(made.label);
    inner.declare(binder.name.name, { kind: 'label', label: made.label });
    if (made.below !== undefined) {
      const mask = upTo(pass, made.label, made.below);
      if (mask !== undefined) masks.push(mask);
    }
  }
  inferSizes(pass, labels, uses, inner);
  return { labels, masks, scope: inner };
}

interface MadeLabel {
  readonly label: Label;
  /** the upper end depends on another index: positions above it do not count */
  readonly below?: Affine;
}

function makeLabel(pass: Pass, binder: Binder & { kind: 'over' }, scope: Scope): MadeLabel | undefined {
  const { name } = binder;
  const base = String(pass.base);
  if (binder.set !== undefined) {
    // `i in N`: all positions of a size
    const size = readAffine(pass, binder.set, scope);
    if (size === undefined || size.terms.size > 0) return pass.report('unknown-size', binder.set.span, { name: textOf(binder.set.span) });
    return { label: pass.label(name.name, base, size.offset, true) };
  }
  const declared = scope.find(name.name);
  if (binder.from === undefined && declared?.kind === 'range') return { label: pass.label(name.name, declared.first, declared.size, true) };
  if (binder.from === undefined) return { label: pass.label(name.name, base, undefined, false) };
  const from = readAffine(pass, binder.from, scope);
  if (from === undefined || from.terms.size > 0) return badRange(pass, binder.from, scope);
  if (binder.to === undefined) return { label: pass.label(name.name, from.offset, undefined, false) };
  const to = readAffine(pass, binder.to, scope);
  if (to === undefined) return badRange(pass, binder.to, scope);
  const highest = to.terms.size === 0 ? to.offset : highestOf(to);
  const size = highest === undefined ? undefined : subtractDims(shiftDim(highest, 1), from.offset);
  if (size === undefined) return badRange(pass, binder.to, scope);
  if (readDim(size).base === undefined && Number(size) < 1) {
    return pass.report('empty-range', binder.from.span, { from: readableDim(from.offset), to: readableDim(to.offset) });
  }
  return { label: pass.label(name.name, from.offset, size, true), ...(to.terms.size > 0 && { below: to }) };
}

function badRange(pass: Pass, expr: Expr, scope: Scope): undefined {
  if (expr.kind === 'name' && scope.find(expr.name) === undefined) return pass.report('unknown-size', expr.span, { name: expr.name });
  if (expr.kind === 'name' && scope.find(expr.name)?.kind === 'broken') return undefined;
  return pass.report('bad-size', expr.span, { text: textOf(expr.span) }, { hint: 'the ends of a range are integers, sizes, or an index plus or minus an integer' });
}

/** The largest value of `j + c` over the range of j. */
function highestOf(form: Affine): Dim | undefined {
  let total: Dim | undefined = form.offset;
  for (const [index, coef] of form.terms) {
    if (!(index instanceof Label) || coef !== 1 || index.size === undefined || total === undefined) return undefined;
    const last = addDims(index.first, shiftDim(index.size, -1));
    total = last === undefined ? undefined : addDims(total, last);
  }
  return total;
}

/** [i ≤ j + c] */
function upTo(pass: Pass, label: Label, limit: Affine): Result {
  const { b, algebra } = pass;
  const parts = [...limit.terms].flatMap(([index, coef]) => (index instanceof Label ? [{ coef: Q.integer(coef), value: countOf(pass, index) }] : []));
  const right = algebra.add([...parts, { coef: Q.ONE, value: plainValue(b.dim(limit.offset), []) }], []);
  return algebra.map('le', [countOf(pass, label), right], []);
}

/** The index as a number, as the user counts. */
function countOf(pass: Pass, label: Label): Value {
  const { b } = pass;
  const size = label.size ?? '1';
  const node = b.add([{ coef: Q.ONE, id: b.iota(size), sub: [0] }, { coef: Q.ONE, id: b.dim(label.first), sub: [] }], [size]);
  return plainValue(node, [], [label]);
}

/** An index without a range runs over the axes it is used on: they are looked for before anything is elaborated. */
export function inferSizes(pass: Pass, labels: readonly Label[], uses: readonly Expr[], scope: Scope): void {
  const open = new Map(labels.filter((l) => l.size === undefined).map((l) => [l.name, l]));
  if (open.size === 0) return;
  for (const root of uses) {
    for (const expr of everyExpr(root)) if (expr.kind === 'index' || expr.kind === 'subscript') meet(pass, expr, open, scope);
  }
}

function meet(pass: Pass, expr: Expr & { kind: 'index' | 'subscript' }, open: ReadonlyMap<string, Label>, scope: Scope): void {
  const axes = expr.base.kind === 'name' ? knownAxes(expr.base.name, scope) : undefined;
  if (axes === undefined) return;
  const items = expr.kind === 'subscript' ? expr.indices : expr.indices.map((item) => (item.kind === 'at' ? item.value : undefined));
  items.forEach((item, k) => {
    const label = item?.kind === 'name' ? open.get(item.name) : undefined;
    const axis = axes[k];
    if (label !== undefined && axis !== undefined && label.first === String(pass.base)) label.size ??= axis;
  });
}

function knownAxes(name: string, scope: Scope): readonly Dim[] | undefined {
  const entity = scope.find(name);
  const done = entity?.kind === 'pending' ? scope.world.results.get(entity) : entity;
  if (done?.kind === 'value') return done.value.axes;
  return done?.kind === 'trajectory' ? done.trajectory.ys.axes : undefined;
}

const NEUTRAL: Readonly<Record<Big['op'], (pass: Pass) => Value>> = {
  sum: (pass) => pass.algebra.constant(Q.ZERO), mean: (pass) => pass.algebra.constant(Q.ZERO), prod: (pass) => pass.algebra.constant(Q.ONE),
  max: (pass) => infinite(pass, Number.NEGATIVE_INFINITY), min: (pass) => infinite(pass, Number.POSITIVE_INFINITY),
  logsumexp: (pass) => infinite(pass, Number.NEGATIVE_INFINITY),
  any: (pass) => pass.algebra.constant(Q.ZERO), all: (pass) => pass.algebra.constant(Q.ONE),
};
const infinite = (pass: Pass, value: number): Value => plainValue(pass.b.double(value), []);

function reduceOver(pass: Pass, expr: Big, body: Value, bound: Bound): Result {
  const { algebra } = pass;
  const { labels } = bound;
  const mask = bound.masks.length === 0 ? undefined : bound.masks.reduce((all, next) => algebra.map('and', [all, next], []));
  const value = mask === undefined ? body : { ...algebra.map('where', [mask, body, NEUTRAL[expr.op](pass)], body.axes), form: body.form };
  switch (expr.op) {
    case 'sum': return algebra.sumLabels(value, labels);
    case 'mean': {
      const total = algebra.sumLabels(value, labels);
      const weight = mask === undefined ? algebra.reciprocalSizes(labels.map((l) => l.size ?? '1')) : algebra.invert(algebra.sumLabels(plainValue(mask.node, [], mask.labels), labels));
      return { ...algebra.multiply([total, weight], total.axes), form: total.form };
    }
    case 'any': case 'all': {
      const reduced = algebra.reduceLabels(expr.op === 'any' ? 'max' : 'min', value, labels);
      return conditionValue(reduced.node, reduced.axes, reduced.labels);
    }
    default: return algebra.reduceLabels(expr.op, value, labels);
  }
}

function reduceAll(pass: Pass, expr: Big, body: Value): Result {
  const { algebra } = pass;
  const axes = body.axes.map((_, k) => k);
  switch (expr.op) {
    case 'sum': return algebra.sumAxes(body, axes);
    case 'mean': return algebra.multiply([algebra.sumAxes(body, axes), algebra.reciprocalSizes(body.axes)], []);
    case 'any': case 'all': {
      const reduced = algebra.reduceAxes(expr.op === 'any' ? 'max' : 'min', body, axes);
      return conditionValue(reduced.node, [], reduced.labels);
    }
    default: return algebra.reduceAxes(expr.op, body, axes);
  }
}
