/** Functions of the file are inlined at their calls; equal calls are elaborated once. */
import type { Statement } from '../ast/types.ts';
import type { Code } from '../diagnostics/catalog.ts';
import { LimitExceeded } from '../diagnostics/limit.ts';
import type { Span } from '../diagnostics/span.ts';
import type { NodeId } from '../ir/types.ts';
import { substitute } from '../ir/walk.ts';
import type { Placed } from './broadcast.ts';
import type { Part } from './resolve.ts';
import type { Pass } from './pass.ts';
import type { Scope, UserFunction } from './scope.ts';
import { expressionsOf, takesDerivative } from './syntax.ts';
import { readType } from './types.ts';
import { describe, describeShape, plainValue, type Label, type Result, type Value } from './value.ts';

/** Functions that call each other twice grow like powers of two: forty short lines ask for 10¹² calls. */
const MOST_CALLS = 20_000;

/** The value of a call. */
export function* inline(pass: Pass, fn: UserFunction, args: readonly Placed[], span: Span, scope: Scope): Part<Result> {
  const key = keyOf(fn, args);
  const known = scope.world.inlined.get(key);
  if (known !== undefined || scope.world.inlined.has(key)) return known;
  if (scope.world.calls.includes(fn)) {
    return pass.report('cyclic-definition', span, { cycle: [...scope.world.calls.slice(scope.world.calls.indexOf(fn)).map((f) => f.name), fn.name] });
  }
  if (scope.world.inlined.size >= MOST_CALLS) throw new LimitExceeded(`the expansion of \`${fn.name}(…)\``, `${MOST_CALLS} different calls of functions are expanded`);
  if (!fitParameters(pass, fn, args, scope)) return undefined;
  scope.world.calls.push(fn);
  const differentiates = [fn.body, ...fn.locals.flatMap(expressionsOf)].some(takesDerivative);
  const result = differentiates ? yield* throughPlaceholders(pass, fn, args, scope) : yield* bodyOf(pass, fn, args.map((a) => a.value), scope);
  scope.world.calls.pop();
  scope.world.inlined.set(key, result);
  return result;
}

function keyOf(fn: UserFunction, args: readonly Placed[]): string {
  const part = ({ value }: Placed): string => `${value.node}:${value.labels.map((l) => l.id).join('.')}:${value.axes.length}:${value.form}:${value.element}`;
  return `${fn.name}@${fn.body.span.start}(${args.map(part).join(',')})`;
}

/** Declared parameter types are held to. */
function fitParameters(pass: Pass, fn: UserFunction, args: readonly Placed[], scope: Scope): boolean {
  for (const [k, parameter] of fn.parameters.entries()) {
    const arg = args[k];
    if (parameter.type === undefined || arg === undefined) continue;
    const declared = readType(pass, parameter.type, fn.scope.in(scope.world));
    if (declared === undefined) return false;
    if (pass.sizes.sameShape(declared.axes, arg.value.axes)) continue;
    pass.report('expected-shape', arg.span, { what: `the argument \`${parameter.name.name}\` of \`${fn.name}\``, expected: describeShape(declared.axes), found: describe(arg.value) });
    return false;
  }
  return true;
}

/** The body with its parameters bound to values. */
export function* bodyOf(pass: Pass, fn: UserFunction, values: readonly Value[], scope: Scope): Part<Result> {
  pass.called.add(fn);
  const inner = fn.scope.in(scope.world).body(scope.world);
  fn.parameters.forEach((parameter, k) => {
    const value = values[k];
    inner.declare(parameter.name.name, value === undefined ? { kind: 'broken' } : { kind: 'value', value });
  });
  for (const local of fn.locals) yield* bindLocal(pass, local, inner);
  const result = yield pass.visit(fn.body, inner);
  return result && (yield* fitResult(pass, fn, result, scope));
}

/** `name = e` in the body of a function. */
export function* bindLocal(pass: Pass, statement: Statement, scope: Scope): Part<undefined> {
  if (statement.kind === 'broken') return undefined;
  const name = statement.kind === 'define' && statement.left.kind === 'name' ? statement.left : undefined;
  if (statement.kind !== 'define' || name === undefined) {
    return statement.kind === 'define'
      ? pass.report('bad-definition', statement.left.span, { left: statement.left.span.source.text.slice(statement.left.span.start, statement.left.span.end) })
      : pass.report('misplaced-statement', statement.span, { statement: statement.kind, place: 'inside a function' });
  }
  if (scope.has(name.name)) return pass.report('duplicate-name', name.span, { name: name.name });
  const value = yield pass.visit(statement.value, scope);
  scope.declare(name.name, value === undefined ? { kind: 'broken' } : { kind: 'value', value });
  return undefined;
}

function* fitResult(pass: Pass, fn: UserFunction, result: Value, scope: Scope): Part<Result> {
  if (fn.result === undefined) return result;
  const declared = readType(pass, fn.result, fn.scope.in(scope.world));
  if (declared === undefined) return undefined;
  if (pass.sizes.sameShape(declared.axes, result.axes)) return result;
  return pass.report('declared-shape-differs', fn.body.span, { name: fn.name, declared: describeShape(declared.axes), found: describe(result) });
}

/**
 * A body that differentiates must see its parameters as variables: it is elaborated over placeholders, which the
 * arguments then replace. All placeholders carry all free indices, so that derivatives are taken position by position.
 */
function* throughPlaceholders(pass: Pass, fn: UserFunction, args: readonly Placed[], scope: Scope): Part<Result> {
  const labels = [...new Set(args.flatMap((a) => a.value.labels))].sort((x: Label, y: Label) => x.id - y.id);
  const replacement = new Map<NodeId, NodeId>();
  const values = args.map(({ value }): Value => {
    if (value.element === 'index') return value;
    const full = pass.algebra.spread(value, labels);
    const node = pass.b.placeholder(pass.b.graph.shape(full.node));
    replacement.set(node, full.node);
    return { ...full, node };
  });
  const body = yield* bodyOf(pass, fn, values, scope);
  if (body === undefined) return undefined;
  const [node = body.node] = substitute(pass.b, [body.node], replacement);
  return { ...body, node };
}

/** What is wrong with a body whatever its arguments are. */
const CERTAIN: ReadonlySet<Code> = new Set<Code>(['unknown-name', 'unknown-function', 'run-together', 'function-as-value', 'bad-derivative', 'unknown-argument', 'cyclic-definition']);

/** Elaborates a function that nothing calls, so that its mistakes are reported too. */
export function* tryOut(pass: Pass, fn: UserFunction, scope: Scope): Part<Result> {
  const values: Value[] = [];
  for (const { type } of fn.parameters) {
    const declared = type === undefined ? { axes: [], element: 'real' as const } : readType(pass, type, fn.scope);
    if (declared === undefined) return undefined;
    values.push({ ...plainValue(pass.b.placeholder(declared.axes), declared.axes), element: declared.element });
  }
  return yield* bodyOf(pass, fn, values, scope);
}

/** Reports that depend on shapes are kept only where the shapes are declared. */
export function certainReports(fn: UserFunction): ReadonlySet<Code> | undefined {
  return fn.parameters.every((p) => p.type !== undefined) ? undefined : CERTAIN;
}
