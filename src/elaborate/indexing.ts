/** `x[i]`, `x[i+1]`, `X[c[n], :]`: indices as relabelings, shifted and gathered views, proved inside their axes. */
import type { Expr, IndexItem, Name } from '../ast/types.ts';
import type { Span } from '../diagnostics/span.ts';
import { readDim, shiftDim, type Dim } from '../ir/dim.ts';
import type { ViewSpec } from '../ir/normal-view.ts';
import * as Q from '../ir/rational.ts';
import type { AxisIndex, NodeId } from '../ir/types.ts';
import { addDims, readAffine, readSize, subtractDims, type Affine } from './affine.ts';
import { resolve, type Part } from './resolve.ts';
import { textOf, type Pass } from './pass.ts';
import { checkPosition } from './positions.ts';
import type { Family, Scope } from './scope.ts';
import { sequenceElement, stateAt, trajectoryAt } from './states.ts';
import { describe, Label, readableDim, type Result, type Value } from './value.ts';

/** One index, understood. */
type Selector =
  /** `i`, `i+1`, `3`: the position as the user counts */
  | { readonly kind: 'affine'; readonly form: Affine; readonly span: Span }
  | { readonly kind: 'gather'; readonly value: Value; readonly span: Span }
  /** `2..N-1`: 0-based start and length */
  | { readonly kind: 'range'; readonly start: Dim; readonly size: Dim; readonly span: Span }
  | { readonly kind: 'all' };

/** An index after a name: a tensor, a state, a family, a list of sizes. */
export function* indexNamed(pass: Pass, base: Name, items: readonly IndexItem[], span: Span, scope: Scope): Part<Result> {
  const entity = yield* resolve(pass, base.name, scope);
  switch (entity?.kind) {
    case 'family': return yield* memberOf(pass, entity, items, span, scope);
    case 'state': case 'trajectory': {
      const [first, ...rest] = items;
      const position = first?.kind === 'at' ? readAffine(pass, first.value, scope) : undefined;
      if (entity.kind === 'trajectory' && position === undefined) return yield* indexValue(pass, entity.trajectory.ys, items, span, scope);
      const at = position === undefined ? pass.report('bad-recurrence', span, { reason: `\`${base.name}\` is indexed by the step, as in \`${base.name}[t-1]\`` })
        : entity.kind === 'state' ? stateAt(pass, entity.state, position, span) : trajectoryAt(pass, entity.trajectory, position, span, scope);
      return at === undefined || rest.length === 0 ? at : yield* indexValue(pass, at, rest, span, scope);
    }
    case 'sizes': {
      const [item] = items;
      const size = item?.kind === 'at' && items.length === 1 ? readSize(pass, { kind: 'index', base, indices: items, span }, scope) : undefined;
      if (size === undefined) return pass.report('bad-size', span, { text: textOf(span) });
      return { node: pass.b.dim(size), labels: [], axes: [], form: 'column', element: 'real' };
    }
    default: {
      const value = yield pass.visit(base, scope);
      if (value === undefined) return undefined;
      return fromOutside(base, scope) ? yield* indexOuter(pass, value, items, span, scope) : yield* indexValue(pass, value, items, span, scope);
    }
  }
}

const fromOutside = (base: Name, scope: Scope): boolean => scope.find(base.name) === scope.global.find(base.name);

/** Elements of a tensor from outside a loop are handed to its steps one by one. */
function* indexOuter(pass: Pass, value: Value, items: readonly IndexItem[], span: Span, scope: Scope): Part<Result> {
  for (const [k, item] of items.entries()) {
    const form = item.kind === 'at' && k < value.axes.length ? readAffine(pass, item.value, scope) : undefined;
    const [[step, coef] = []] = form?.terms ?? [];
    if (form === undefined || form.terms.size !== 1 || step === undefined || step instanceof Label || coef !== 1) continue;
    const element = sequenceElement(pass, step, value, k, form.offset, span, scope);
    const rest = items.filter((_, other) => other !== k);
    return element === undefined || rest.length === 0 ? element : yield* indexValue(pass, element, rest, span, scope);
  }
  return yield* indexValue(pass, value, items, span, scope);
}

function* memberOf(pass: Pass, family: Family, items: readonly IndexItem[], span: Span, scope: Scope): Part<Result> {
  const [first, ...rest] = items;
  const position = first?.kind === 'at' ? readSize(pass, first.value, scope) : undefined;
  const at = position === undefined || readDim(position).base !== undefined ? undefined : Number(position);
  if (at === undefined) return pass.report('bad-family', span, { name: family.name, reason: 'its members are counted when the formula is compiled' });
  let member = family.members.get(at);
  if (member?.kind === 'pending') {
    if (!scope.world.results.has(member)) yield pass.demand(member, scope);
    member = scope.world.results.get(member);
  }
  if (member === undefined) return pass.report('bad-family', span, { name: family.name, reason: `it has no member ${at}` });
  if (member.kind !== 'value') return undefined;
  return rest.length === 0 ? member.value : yield* indexValue(pass, member.value, rest, span, scope);
}

/** An index after any value. */
export function* indexValue(pass: Pass, base: Value, items: readonly IndexItem[], span: Span, scope: Scope): Part<Result> {
  if (items.length > base.axes.length) {
    if (base.axes.length === 0) return pass.report('wrong-rank', span, { name: textOf(span).replace(/\[.*$/su, ''), rank: 0, found: items.length }, { hint: `it is ${describe(base)}` });
    return pass.report('wrong-rank', span, { name: textOf(span).replace(/\[.*$/su, ''), rank: base.axes.length, found: items.length });
  }
  const selectors: Selector[] = [];
  for (const item of items) {
    const selector = yield* readItem(pass, item, span, scope);
    if (selector === undefined) return undefined;
    selectors.push(selector);
  }
  return select(pass, base, selectors, scope);
}

function* readItem(pass: Pass, item: IndexItem, span: Span, scope: Scope): Part<Selector | undefined> {
  if (item.kind === 'all') return { kind: 'all' };
  if (item.kind === 'at') return yield* readPosition(pass, item.value, scope);
  const from = readSize(pass, item.from, scope);
  const to = readSize(pass, item.to, scope);
  const size = from !== undefined && to !== undefined ? subtractDims(shiftDim(to, 1), from) : undefined;
  if (item.kind === 'bind' || from === undefined || size === undefined) return pass.report('bad-size', span, { text: textOf(span) }, { hint: 'a range of positions reads `x[2..N]`' });
  return { kind: 'range', start: shiftDim(from, -pass.base), size, span: item.from.span };
}

function* readPosition(pass: Pass, expr: Expr, scope: Scope): Part<Selector | undefined> {
  const form = readAffine(pass, expr, scope);
  if (form !== undefined) return { kind: 'affine', form, span: expr.span };
  if (expr.kind === 'name' && scope.find(expr.name) === undefined) return pass.report('unknown-index', expr.span, { name: expr.name });
  const value = yield pass.visit(expr, scope);
  if (value === undefined) return undefined;
  if (value.element !== 'index' && value.element !== 'int') {
    return pass.report('unknown-index', expr.span, { name: textOf(expr.span) }, {
      hint: `an index is a position: an integer, an index variable, or data of type \`index[N] of K\`${expr.kind === 'binary' ? '; for a product write `*` before the bracket' : ''}`,
    });
  }
  return { kind: 'gather', value, span: expr.span };
}

/** Builds the view: free indices first, then own axes in the order they are made. */
function select(pass: Pass, base: Value, selectors: readonly Selector[], scope: Scope): Result {
  const view = new ViewBuilder(pass, base, selectors);
  for (const [k, selector] of selectors.entries()) {
    if (!view.take(selector, base.axes[k] ?? '1', scope)) return undefined;
  }
  for (const size of base.axes.slice(selectors.length)) view.keep(size);
  return view.finish();
}

class ViewBuilder {
  readonly #pass: Pass;
  readonly #base: Value;
  readonly #labels: readonly Label[];
  readonly #axes: Dim[] = [];
  readonly #index: AxisIndex[];
  readonly #gathers: NodeId[] = [];
  #masked = false;

  constructor(pass: Pass, base: Value, selectors: readonly Selector[]) {
    this.#pass = pass;
    this.#base = base;
    const labels = new Set<Label>(base.labels);
    for (const s of selectors) {
      if (s.kind === 'affine') for (const index of s.form.terms.keys()) if (index instanceof Label) labels.add(index);
      if (s.kind === 'gather') for (const label of s.value.labels) labels.add(label);
    }
    this.#labels = [...labels].sort((x, y) => x.id - y.id);
    this.#index = base.labels.map((l) => this.#walk(this.#labels.indexOf(l), '0'));
  }

  #walk(label: number, offset: Dim): AxisIndex {
    return { kind: 'affine', terms: [{ label, coef: 1 }], offset };
  }

  keep(size: Dim): void {
    this.#axes.push(size);
    this.#index.push(this.#walk(this.#labels.length + this.#axes.length - 1, '0'));
  }

  take(selector: Selector, axis: Dim, scope: Scope): boolean {
    switch (selector.kind) {
      case 'all':
        this.keep(axis);
        return true;
      case 'range': return this.#takeRange(selector.start, selector.size, axis, selector.span);
      case 'gather': return this.#takeGather(selector.value, axis, selector.span);
      case 'affine': return this.#takeAffine(selector.form, axis, selector.span, scope);
    }
  }

  #takeRange(start: Dim, size: Dim, axis: Dim, span: Span): boolean {
    const to = addDims(start, shiftDim(size, -1));
    if (to === undefined || this.#pass.sizes.fit(start, to, axis) !== 'inside') {
      this.#pass.report('index-out-of-range', span, { position: `${shiftDim(start, this.#pass.base)}..${to === undefined ? '' : shiftDim(to, this.#pass.base)}`, size: readableDim(axis), base: this.#pass.base });
      return false;
    }
    this.#axes.push(size);
    this.#index.push(this.#walk(this.#labels.length + this.#axes.length - 1, start));
    return true;
  }

  #takeGather(value: Value, axis: Dim, span: Span): boolean {
    const { of } = value;
    if (of !== undefined && !this.#pass.sizes.same(of, axis)) {
      this.#pass.report('index-wrong-axis', span, { name: textOf(span), of: readableDim(of), axis: readableDim(axis) });
      return false;
    }
    const own = value.axes.map((size) => {
      this.#axes.push(size);
      return this.#labels.length + this.#axes.length - 1;
    });
    this.#gathers.push(value.element === 'index' ? value.node : this.#zeroBased(value));
    this.#index.push({ kind: 'gather', arg: this.#gathers.length, sub: [...value.labels.map((l) => this.#labels.indexOf(l)), ...own] });
    return true;
  }

  /** Whole numbers used as positions count as the user counts; the graph counts from 0. */
  #zeroBased(value: Value): NodeId {
    const { b, base } = this.#pass;
    const shape = b.graph.shape(value.node);
    return base === 0 ? value.node : b.add([{ coef: Q.ONE, ...b.whole(value.node) }, { coef: Q.MINUS_ONE, id: b.integer(1), sub: [] }], shape);
  }

  #takeAffine(form: Affine, axis: Dim, span: Span, scope: Scope): boolean {
    const step = [...form.terms.keys()].find((index) => !(index instanceof Label));
    if (step !== undefined && !(step instanceof Label)) return this.#takeStep(form, axis, span);
    const check = checkPosition(this.#pass, form, axis, span, scope);
    if (check === undefined) return false;
    this.#masked ||= check.masked;
    const terms = [...form.terms].flatMap(([index, coef]) => (index instanceof Label ? [{ label: this.#labels.indexOf(index), coef }] : []));
    terms.sort((x, y) => x.label - y.label);
    this.#index.push({ kind: 'affine', terms, offset: check.offset });
    return true;
  }

  /** A position that depends on the step of a loop is read when the step runs. */
  #takeStep(form: Affine, axis: Dim, span: Span): boolean {
    const { b, base } = this.#pass;
    const terms = [{ coef: Q.ONE, id: b.dim(shiftDim(form.offset, -base)), sub: [] as number[] }];
    const labels: Label[] = [];
    for (const [index, coef] of form.terms) {
      const q = Q.integer(coef);
      if (index instanceof Label) {
        if (index.size === undefined) {
          this.#pass.report('unknown-range', span, { index: index.name });
          return false;
        }
        terms.push({ coef: q, id: b.iota(index.size), sub: [labels.length] });
        labels.push(index);
      } else {
        terms.push({ coef: q, id: index.node, sub: [] });
      }
      terms.push({ coef: q, id: b.dim(index.first), sub: [] });
    }
    const node = b.add(terms, labels.map((l) => l.size ?? '1'));
    return this.#takeGather({ node, labels, axes: [], form: 'column', element: 'index' }, axis, span);
  }

  finish(): Value {
    const shape = [...this.#labels.map((l) => l.size ?? '1'), ...this.#axes];
    const spec: ViewSpec = { index: this.#index, shape, gathers: this.#gathers, masked: this.#masked };
    const node = this.#pass.b.view(this.#base.node, spec);
    return { ...this.#base, node, labels: this.#labels, axes: this.#axes, form: 'column' };
  }
}
