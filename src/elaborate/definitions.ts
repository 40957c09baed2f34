/** Definitions are elaborated when first needed, each once per reading of the file. */
import { parseExpression } from '../frontends/math/parse.ts';
import { Bag } from '../diagnostics/bag.ts';
import { invariant } from '../diagnostics/internal.ts';
import type { Expr, Statement } from '../ast/types.ts';
import * as Q from '../ir/rational.ts';
import { arrayValue } from './arrays.ts';
import { bind } from './bigs.ts';
import { numeric, type Placed } from './broadcast.ts';
import { positional } from './calls.ts';
import { didYouMean } from './corrections.ts';
import { foreignDistribution } from './foreign.ts';
import { distributionNames, findDistribution, type Distribution } from './distributions.ts';
import type { Pass, Step } from './pass.ts';
import { elaborateLoop } from './recurrence.ts';
import type { Part } from './resolve.ts';
import type { Entity, Pending, Scope } from './scope.ts';
import { ungroup } from './spine.ts';
import { logJacobians } from './transforms.ts';
import type { Label, Result, Value } from './value.ts';

const BROKEN: Entity = { kind: 'broken' };

/** Keeps the entity of a definition in the world of the scope. */
export function* demandDefinition(pass: Pass, pending: Pending, scope: Scope): Step {
  const { world } = scope;
  if (world.results.has(pending)) return undefined;
  if (world.running.has(pending)) {
    const names = [...world.running].map((p) => p.name);
    const cycle = [...names.slice(names.indexOf(pending.name)), pending.name];
    pass.report('cyclic-definition', pending.span, { cycle });
    world.results.set(pending, BROKEN);
    return undefined;
  }
  world.running.add(pending);
  const entity = yield* entityOf(pass, pending, pending.scope.in(world));
  world.running.delete(pending);
  if (!world.results.has(pending)) world.results.set(pending, entity);
  return undefined;
}

function* entityOf(pass: Pass, pending: Pending, scope: Scope): Part<Entity> {
  const { source } = pending;
  switch (source.kind) {
    case 'value': return asEntity(yield pass.visit(source.value, scope));
    case 'array': return asEntity(yield* arrayValue(pass, source.indices, source.value, scope));
    case 'state': {
      const done = scope.world.loops.get(source.loop) ?? (yield* elaborateLoop(pass, source.loop, scope));
      scope.world.loops.set(source.loop, done);
      return done.get(pending.name) ?? BROKEN;
    }
    case 'density': return asEntity(yield* densityValue(pass, source.statements, scope));
  }
}

const asEntity = (value: Result): Entity => (value === undefined ? BROKEN : { kind: 'value', value });

// ---- log densities ------------------------------------------------------------------------------------

type Distributed = Statement & { readonly kind: 'distributed' };

/** The sum of the log densities of all `~` statements, and of the log-Jacobians of transformed parameters. */
function* densityValue(pass: Pass, statements: readonly Distributed[], scope: Scope): Part<Result> {
  const parts: Value[] = [];
  let broken = false;
  for (const statement of statements) {
    const value = yield* logDensity(pass, statement, scope);
    if (value === undefined) broken = true;
    else parts.push(value);
  }
  if (broken) return undefined;
  const all = [...parts, ...logJacobians(pass)];
  return pass.algebra.add(all.map((value) => ({ coef: Q.ONE, value })), []);
}

function* logDensity(pass: Pass, statement: Distributed, scope: Scope): Part<Result> {
  const call = ungroup(statement.distribution);
  if (call.kind !== 'apply' || call.callee.kind !== 'name') {
    return pass.report('unknown-distribution', statement.distribution.span, { name: statement.distribution.span.source.text.slice(statement.distribution.span.start, statement.distribution.span.end) });
  }
  const { name } = call.callee;
  const distribution = findDistribution(name);
  if (distribution === undefined) {
    return pass.report('unknown-distribution', call.callee.span, { name }, foreignDistribution(name, call.callee.span) ?? didYouMean(call.callee, distributionNames()));
  }
  const bound = yield* boundIndices(pass, statement.left, call, scope);
  if (bound === undefined) return undefined;
  const x = numeric(pass, yield pass.visit(statement.left, bound.scope), statement.left.span);
  const args = yield* positional(pass, call.args, name, bound.scope, distribution.parameters);
  if (x === undefined || args === undefined) return undefined;
  const filled = withLeading(pass, distribution, args);
  if (filled.length !== distribution.parameters.length) {
    return pass.report('wrong-arity', call.span, { name, expected: distribution.parameters.length === 1 ? 'one argument' : `${distribution.parameters.length} arguments`, found: args.length }, { hint: `it is called \`${name}(${distribution.parameters.join(', ')})\`` });
  }
  const density = yield* densityBody(pass, distribution, { value: x, span: statement.left.span }, filled, scope);
  if (density === undefined) return undefined;
  const overIndices = pass.algebra.sumLabels(density, bound.labels);
  return pass.algebra.sumAxes(overIndices, overIndices.axes.map((_, k) => k));
}

/** In `y[n] ~ Normal(mu[n], s)` the statement holds for every n. */
function* boundIndices(pass: Pass, left: Expr, call: Expr, scope: Scope): Part<{ scope: Scope; labels: readonly Label[] } | undefined> {
  const items = left.kind === 'subscript' ? left.indices : left.kind === 'index' ? left.indices.flatMap((i) => (i.kind === 'at' ? [i.value] : [])) : [];
  const names = items.flatMap((item) => (item.kind === 'name' && scope.find(item.name) === undefined ? [item] : []));
  return bind(pass, names.map((name) => ({ kind: 'over', name })), scope, [left, call]);
}

function withLeading(pass: Pass, distribution: Distribution, args: readonly Placed[]): readonly Placed[] {
  const [first] = args;
  const preset = Q.parseRational(distribution.leading ?? '');
  if (preset === undefined || first === undefined || args.length !== distribution.parameters.length - 1) return args;
  return [{ value: pass.algebra.constant(preset), span: first.span }, ...args];
}

function* densityBody(pass: Pass, distribution: Distribution, x: Placed, args: readonly Placed[], scope: Scope): Part<Result> {
  const bag = new Bag();
  const statement = parseExpression({ name: '<density>', text: distribution.density }, bag);
  invariant(statement.kind === 'expression' && bag.size === 0, 'elaborate', `density does not parse: ${distribution.density}`);
  const inner = scope.global.body(scope.world);
  inner.declare('x', { kind: 'value', value: x.value });
  distribution.parameters.forEach((name, k) => {
    const arg = args[k];
    if (arg !== undefined) inner.declare(name, { kind: 'value', value: arg.value });
  });
  return yield pass.visit(statement.value, inner);
}
