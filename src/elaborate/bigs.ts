/** `∑ (i = 1 to N) …`, `mean[n] …`, `max[k] …`: reductions over index variables, or over the common shape. */
import type { Big, Binder, Expr } from '../ast/types.ts';
import { readDim, shiftDim, type Dim } from '../ir/dim.ts';
import * as Q from '../ir/rational.ts';
import { addDims, readAffine, subtractDims, type Affine } from './affine.ts';
import { numeric } from './broadcast.ts';
import type { Part } from './resolve.ts';
import { textOf, type Pass, type Step } from './pass.ts';
import type { Scope } from './scope.ts';
import { withImplied } from './implied.ts';
import { describeReach, reachOf } from './reach.ts';
import { childrenOf } from './syntax.ts';
import { Label, conditionValue, describe, plainValue, readableDim, type Result, type Value } from './value.ts';

export interface Bound {
  readonly labels: readonly Label[];
  readonly scope: Scope;
  /** only positions that meet these count */
  readonly filters: readonly Expr[];
  readonly ends: readonly End[];
}

/** An end of a range that depends on another index: `j in i+1..n`. */
interface End {
  readonly label: Label;
  readonly relation: 'ge' | 'le';
  readonly limit: Affine;
}

export function* bigValue(pass: Pass, expr: Big, scope: Scope): Step {
  if (expr.binders.length === 0) {
    const body = yield pass.visit(expr.body, scope.inner({ elementwise: true }));
    return body && numeric(pass, body, expr.body.span) && reduceAll(pass, expr, body);
  }
  const bound = bind(pass, expr.binders, scope, [expr.body]);
  if (bound === undefined) return undefined;
  // what an index is used on tells how far it runs, and conditions want to know that
  const body = yield pass.visit(expr.body, bound.scope);
  if (body === undefined || numeric(pass, body, expr.body.span) === undefined) return undefined;
  const unknown = bound.labels.find((l) => l.size === undefined);
  if (unknown !== undefined) return pass.report('unknown-range', expr.span, { index: unknown.name });
  const masks = yield* masksOf(pass, bound);
  return masks && reduceOver(pass, expr, body, bound.labels, masks);
}

/** Index variables for binders, in a scope of their own. `uses` are searched for axes that tell how far they run. */
export function bind(pass: Pass, binders: readonly Binder[], scope: Scope, uses: readonly Expr[]): Bound | undefined {
  const all = withImplied(binders, (name) => scope.find(name) !== undefined);
  const filters = all.flatMap((b) => (b.kind === 'filter' ? [b.condition] : []));
  const inner = scope.inner({ ...(filters.length > 0 && { guarded: true }) });
  const labels: Label[] = [];
  const ends: End[] = [];
  for (const binder of all) {
    if (binder.kind === 'filter') continue;
    if (labels.some((l) => l.name === binder.name.name)) return pass.report('duplicate-index', binder.name.span, { name: binder.name.name });
    const made = withinReach(pass, binder, inner, uses) ?? makeLabel(pass, binder, inner);
    if (made === undefined) return undefined;
    labels.push(made.label);
    inner.declare(binder.name.name, { kind: 'label', label: made.label });
    ends.push(...made.ends);
  }
  inferSizes(pass, labels, uses, inner);
  return { labels, scope: inner, filters, ends };
}

/** Filters and ranges that depend on other indices, as Iverson brackets. */
function* masksOf(pass: Pass, { scope, filters, ends }: Bound): Part<readonly Value[] | undefined> {
  const masks: Value[] = [];
  for (const condition of filters) {
    const mask = yield pass.visit(condition, scope);
    if (mask === undefined) return undefined;
    if (mask.element !== 'bool' || mask.axes.length > 0) return pass.report('bad-condition', condition.span, { found: describe(mask) });
    masks.push(mask);
  }
  for (const end of ends) {
    const mask = withinEnd(pass, end);
    if (mask === undefined) return undefined;
    masks.push(mask);
  }
  return masks;
}

interface MadeLabel {
  readonly label: Label;
  readonly ends: readonly End[];
}

function makeLabel(pass: Pass, binder: Binder & { kind: 'over' }, scope: Scope): MadeLabel | undefined {
  const { name } = binder;
  const base = String(pass.base);
  if (binder.set !== undefined) {
    // `i in N`: all positions of a size
    const size = readAffine(pass, binder.set, scope);
    if (size === undefined || size.terms.size > 0) return pass.report('unknown-size', binder.set.span, { name: textOf(binder.set.span) });
    return whole(pass.label(name.name, base, size.offset, true));
  }
  const declared = scope.find(name.name);
  if (binder.from === undefined && declared?.kind === 'range') return whole(pass.label(name.name, declared.first, declared.size, true));
  if (binder.from === undefined) return whole(pass.label(name.name, base, undefined, false));
  const from = readAffine(pass, binder.from, scope);
  const lowest = from && lowestOf(from);
  if (from === undefined || lowest === undefined) return badRange(pass, binder.from, scope);
  const ends = (label: Label, to?: Affine): End[] => [
    ...(from.terms.size > 0 ? [{ label, relation: 'ge', limit: from } as const] : []),
    ...(to !== undefined && to.terms.size > 0 ? [{ label, relation: 'le', limit: to } as const] : []),
  ];
  if (binder.to === undefined) {
    const label = pass.label(name.name, lowest, undefined, false);
    return { label, ends: ends(label) };
  }
  const to = readAffine(pass, binder.to, scope);
  if (to === undefined) return badRange(pass, binder.to, scope);
  const highest = highestOf(to);
  const size = highest === undefined ? undefined : subtractDims(shiftDim(highest, 1), lowest);
  if (size === undefined) return badRange(pass, binder.to, scope);
  if (readDim(size).base === undefined && Number(size) < 1) {
    return pass.report('empty-range', binder.from.span, { from: readableDim(lowest), to: readableDim(highest ?? to.offset) });
  }
  const label = pass.label(name.name, lowest, size, true);
  return { label, ends: ends(label, to) };
}

/** The range that fits, for readings in which no range is given. */
function withinReach(pass: Pass, { name, from, set }: Binder & { kind: 'over' }, scope: Scope, uses: readonly Expr[]): MadeLabel | undefined {
  if (pass.options.ranges !== 'that-fit' || from !== undefined || set !== undefined || scope.find(name.name)?.kind === 'range') return undefined;
  const reach = reachOf(pass, name.name, uses, scope);
  if (reach === undefined) return undefined;
  pass.note(describeReach(name.name, reach), name.span);
  return whole(pass.label(name.name, reach.first, reach.size, true));
}

const whole = (label: Label): MadeLabel => ({ label, ends: [] });

function badRange(pass: Pass, expr: Expr, scope: Scope): undefined {
  if (expr.kind === 'name' && scope.find(expr.name) === undefined) return pass.report('unknown-size', expr.span, { name: expr.name });
  if (expr.kind === 'name' && scope.find(expr.name)?.kind === 'broken') return undefined;
  return pass.report('bad-size', expr.span, { text: textOf(expr.span) }, { hint: 'the ends of a range are integers, sizes, or an index plus or minus an integer' });
}

/** The smallest value of `j + c` over the range of j. */
function lowestOf(form: Affine): Dim | undefined {
  let total: Dim | undefined = form.offset;
  for (const [index, coef] of form.terms) total = coef !== 1 || total === undefined ? undefined : addDims(total, index.first);
  return total;
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

/** [i ≤ j + c] or [i ≥ j + c] */
function withinEnd(pass: Pass, { label, relation, limit }: End): Result {
  const { b, algebra } = pass;
  const parts = [...limit.terms].flatMap(([index, coef]) => (index instanceof Label ? [{ coef: Q.integer(coef), value: countOf(pass, index) }] : []));
  const right = algebra.add([...parts, { coef: Q.ONE, value: plainValue(b.dim(limit.offset), []) }], []);
  return algebra.map(relation, [countOf(pass, label), right], []);
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
  for (const stack = [...uses].reverse(); open.size > 0;) {
    const expr = stack.pop();
    if (expr === undefined) return;
    if (expr.kind === 'index' || expr.kind === 'subscript') meet(pass, expr, open, scope);
    // below a sum over the same letters they mean something else
    if (expr.kind === 'big' && isBoundBy(expr, open)) continue;
    stack.push(...childrenOf(expr).toReversed());
  }
}

function isBoundBy({ binders }: Big, open: ReadonlyMap<string, Label>): boolean {
  const bound = new Set(binders.flatMap((binder) => (binder.kind === 'over' ? [binder.name.name] : [])));
  return [...open.keys()].every((name) => bound.has(name));
}

function meet(pass: Pass, expr: Expr & { kind: 'index' | 'subscript' }, open: Map<string, Label>, scope: Scope): void {
  const axes = expr.base.kind === 'name' ? knownAxes(expr.base.name, scope) : undefined;
  if (axes === undefined) return;
  const items = expr.kind === 'subscript' ? expr.indices : expr.indices.map((item) => (item.kind === 'at' ? item.value : undefined));
  items.forEach((item, k) => {
    const label = item?.kind === 'name' ? open.get(item.name) : undefined;
    const axis = axes[k];
    if (label !== undefined && axis !== undefined && label.first === String(pass.base)) {
      label.size = axis;
      open.delete(label.name);
    }
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

function reduceOver(pass: Pass, expr: Big, body: Value, labels: readonly Label[], masks: readonly Value[]): Result {
  const { algebra } = pass;
  const mask = masks.length === 0 ? undefined : masks.reduce((all, next) => algebra.map('and', [all, next], []));
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
