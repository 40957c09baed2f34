/** `recur t in 1..T { init h[0] = …; h[t] = … }`: an open body over placeholders, closed into a scan. */
import type { Expr, Statement } from '../ast/types.ts';
import type { Span } from '../diagnostics/span.ts';
import { constantDim, dimDifference, shiftDim, type Dim } from '../ir/dim.ts';
import { closeScan } from '../ir/scan.ts';
import { readAffine, subtractDims } from './affine.ts';
import { arrayValue } from './arrays.ts';
import { bindLocal } from './inline.ts';
import { textOf, type Pass } from './pass.ts';
import type { Part } from './resolve.ts';
import type { Entity, Loop, LoopState, Scope, StepVariable } from './scope.ts';
import { stepsBack } from './states.ts';
import { describe, plainValue, type Value } from './value.ts';

type Recur = Loop['statement'];

/** The name and indices of `h[t]`, `hₜ`. */
export function indexedName(left: Expr): { readonly name: string; readonly indices: readonly Expr[]; readonly span: Span } | undefined {
  if (left.kind === 'index' && left.base.kind === 'name') {
    const indices = left.indices.flatMap((item) => (item.kind === 'at' ? [item.value] : []));
    return indices.length === left.indices.length ? { name: left.base.name, indices, span: left.base.span } : undefined;
  }
  return left.kind === 'subscript' && left.base.kind === 'name' ? { name: left.base.name, indices: left.indices, span: left.base.span } : undefined;
}

/** The names that a loop defines: those with a rule `h[t] = …`. */
export function stateNames(statement: Recur): { name: string; span: Span }[] {
  const step = statement.binders[0]?.kind === 'over' ? statement.binders[0].name.name : '';
  return statement.body.flatMap((inner) => {
    const left = inner.kind === 'define' ? indexedName(inner.left) : undefined;
    const [first] = left?.indices ?? [];
    return left !== undefined && first?.kind === 'name' && first.name === step ? [{ name: left.name, span: left.span }] : [];
  });
}

interface Range {
  readonly name: string;
  readonly first: Dim;
  readonly length: Dim;
}

/** Elaborates the loop; gives the trajectory of every state. */
export function* elaborateLoop(pass: Pass, loop: Loop, scope: Scope): Part<ReadonlyMap<string, Entity>> {
  const { statement } = loop;
  const broken = new Map<string, Entity>(loop.names.map((name) => [name, { kind: 'broken' }]));
  const range = loopRange(pass, statement, scope);
  if (range === undefined) return broken;
  const inits = yield* initialValues(pass, statement, range, scope);
  if (inits === undefined) return broken;
  const states = new Map<string, LoopState>();
  for (const name of loop.names) {
    // a sequence that no step looks back at needs no initial value
    const values = inits.get(name) ?? [];
    states.set(name, { name, lags: values.map((init) => plainValue(pass.b.placeholder(init.axes), init.axes)), current: undefined });
  }
  const step: StepVariable = { ...range, node: pass.b.placeholder([]), sequences: new Map(), states };
  const rules = yield* runBody(pass, statement, step, states, inits, scope);
  return rules === undefined ? broken : close(pass, step, states, inits);
}

function loopRange(pass: Pass, statement: Recur, scope: Scope): Range | undefined {
  const [binder, ...others] = statement.binders;
  if (binder?.kind !== 'over' || binder.from === undefined || binder.to === undefined || others.length > 0) {
    return pass.report('bad-recurrence', statement.span, { reason: 'its range must be written' }, { hint: '`recur t in 1..T { … }`' });
  }
  const from = readAffine(pass, binder.from, scope);
  const to = readAffine(pass, binder.to, scope);
  const length = from?.terms.size === 0 && to?.terms.size === 0 ? subtractDims(shiftDim(to.offset, 1), from.offset) : undefined;
  if (from === undefined || length === undefined) {
    for (const end of [binder.from, binder.to]) if (end.kind === 'name' && scope.find(end.name) === undefined) return pass.report('unknown-size', end.span, { name: end.name });
    return pass.report('bad-size', binder.to.span, { text: textOf(binder.to.span) });
  }
  const n = constantDim(length);
  if (n !== undefined && n < 1) return pass.report('empty-range', binder.from.span, { from: from.offset, to: to?.offset ?? '' });
  return { name: binder.name.name, first: from.offset, length };
}

/** Initial values by state, the most recent first. */
function* initialValues(pass: Pass, statement: Recur, range: Range, scope: Scope): Part<Map<string, Value[]> | undefined> {
  const found = new Map<string, Value[]>();
  let broken = false;
  for (const inner of statement.body) {
    if (inner.kind !== 'init') continue;
    for (const { left, value: expr } of inner.items) {
      const target = indexedName(left);
      const at = target?.indices.length === 1 && target.indices[0] !== undefined ? readAffine(pass, target.indices[0], scope) : undefined;
      const back = at?.terms.size === 0 ? dimDifference(range.first, at.offset) : undefined;
      if (target === undefined || back === undefined || back < 1) {
        pass.report('bad-recurrence', left.span, { reason: `\`${textOf(left.span)}\` is not a position before the first step` });
        broken = true;
        continue;
      }
      const value = yield pass.visit(expr, scope);
      if (value === undefined) broken = true;
      else listOf(found, target.name)[back - 1] = value;
    }
  }
  for (const [name, values] of found) {
    if (Array.from(values).every((v) => v !== undefined)) continue;
    pass.report('bad-recurrence', statement.span, { reason: `an initial value of \`${name}\` is missing` });
    broken = true;
  }
  return broken ? undefined : found;
}

function listOf(lists: Map<string, Value[]>, name: string): Value[] {
  let list = lists.get(name);
  if (list === undefined) lists.set(name, (list = []));
  return list;
}

function* runBody(
  pass: Pass, statement: Recur, step: StepVariable, states: ReadonlyMap<string, LoopState>, inits: ReadonlyMap<string, Value[]>, scope: Scope,
): Part<'done' | undefined> {
  const inner = scope.inner();
  inner.declare(step.name, { kind: 'step', step });
  for (const state of states.values()) inner.declare(state.name, { kind: 'state', state });
  let broken = false;
  for (const line of statement.body) {
    if (line.kind === 'init' || line.kind === 'broken') continue;
    const target = line.kind === 'define' ? indexedName(line.left) : undefined;
    if (line.kind !== 'define' || target === undefined) {
      yield* bindLocal(pass, line, inner);
      continue;
    }
    const state = states.get(target.name);
    const value = yield* ruleValue(pass, line, target.indices, state, inner);
    if (value === undefined) {
      broken = true;
      continue;
    }
    if (state === undefined) {
      inner.declare(target.name, { kind: 'value', value });
      continue;
    }
    const init = inits.get(state.name)?.[0];
    if (init !== undefined && !pass.sizes.sameShape(init.axes, value.axes)) {
      pass.report('bad-recurrence', line.span, { reason: `\`${state.name}\` starts as ${describe(init)} and becomes ${describe(value)}` });
      broken = true;
    }
    if (state.current !== undefined) pass.report('duplicate-name', line.left.span, { name: state.name });
    state.current = value;
  }
  return broken ? undefined : 'done';
}

/** `h[t] = e`, `h[t, j] = e`, or a local array `z[j] = e`. */
function* ruleValue(pass: Pass, line: Statement & { kind: 'define' }, indices: readonly Expr[], state: LoopState | undefined, scope: Scope): Part<Value | undefined> {
  const own = state === undefined ? indices : indices.slice(1);
  const [first] = indices;
  if (state !== undefined && first !== undefined) {
    const position = readAffine(pass, first, scope);
    if (position === undefined || stepsBack(position) !== 0) return pass.report('bad-recurrence', line.left.span, { reason: `the rule must define the state of this step` });
  }
  if (own.length === 0) return yield pass.visit(line.value, scope);
  const names = own.flatMap((index) => (index.kind === 'name' ? [{ name: index.name, span: index.span }] : []));
  if (names.length !== own.length) return pass.report('bad-definition', line.left.span, { left: textOf(line.left.span) });
  return yield* arrayValue(pass, names, line.value, scope);
}

function close(pass: Pass, step: StepVariable, states: ReadonlyMap<string, LoopState>, inits: ReadonlyMap<string, Value[]>): ReadonlyMap<string, Entity> {
  const { b } = pass;
  const carries: { placeholder: number; init: number; next: number }[] = [];
  const rules: { name: string; carry: number; value: Value; init: Value | undefined }[] = [];
  for (const state of states.values()) {
    const values = inits.get(state.name) ?? [];
    const [init] = values;
    if (state.current === undefined) continue;
    rules.push({ name: state.name, carry: carries.length, value: state.current, init });
    state.lags.forEach((lag, k) => {
      const next = k === 0 ? state.current : state.lags[k - 1];
      carries.push({ placeholder: lag.node, init: values[k]?.node ?? lag.node, next: next?.node ?? lag.node });
    });
  }
  const scan = closeScan(b, {
    length: step.length, direction: 'forward', carries, sequences: [...step.sequences.values()], step: step.node, ys: rules.map((r) => r.value.node),
  });
  return new Map(rules.map(({ name, carry, value, init }, k): [string, Entity] => [name, {
    kind: 'trajectory',
    trajectory: {
      ys: plainValue(b.proj(scan, 'ys', k), [step.length, ...value.axes]), first: step.first, length: step.length,
      carried: init && {
        starts: plainValue(b.proj(scan, 'in', carry), [step.length, ...value.axes]),
        final: plainValue(b.proj(scan, 'final', carry), value.axes), init,
      },
    },
  }]));
}
