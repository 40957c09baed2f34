/** A model file, from its statements to a model. */
import { run } from '../ast/trampoline.ts';
import type { SourceFile, Statement } from '../ast/types.ts';
import type { Bag } from '../diagnostics/bag.ts';
import { readDim } from '../ir/dim.ts';
import * as Q from '../ir/rational.ts';
import type { NodeId } from '../ir/types.ts';
import { reportContradictions } from './contradictions.ts';
import { collect, LOG_DENSITY, type Collected } from './collect.ts';
import { constraintRequests } from './constraints.ts';
import { countingOf } from './counting.ts';
import { importer } from './imports.ts';
import { declareInferred } from './infer.ts';
import { certainReports, tryOut } from './inline.ts';
import type { Definition, DimDecl, Model } from './model.ts';
import type { ElaborateOptions, Pass } from './pass.ts';
import { deriveRequest } from './derive.ts';
import { assumption, checkRequest, updateRule } from './requests.ts';
import type { Part } from './resolve.ts';
import { Scope, type Entity } from './scope.ts';
import { logJacobians } from './transforms.ts';
import { solve } from './solve.ts';
import type { Result } from './value.ts';

/** The model of a file, or nothing when it has mistakes: all of them are in the bag. */
export function elaborateFile(file: SourceFile, options: ElaborateOptions, bag: Bag): Model | undefined {
  return solve(options, bag, (pass) => elaborateStatements(pass, file.statements, Scope.global())).model;
}

/** One pass over the statements of a file. */
export function elaborateStatements(pass: Pass, statements: readonly Statement[], scope: Scope): Model {
  if (pass.options.mode === 'matrix' || statements.some((s) => s.kind === 'pragma' && s.name.name === 'matrix')) {
    pass.matrixMode = true;
    declareInferred(pass, statements, scope, 'matrix');
  }
  const collected = collect(pass, statements, scope, importer(pass, scope, []));
  for (const pending of collected.definitions) run(forced(pass, pending, scope));
  const requests = collected.requests.map((statement) => ({ statement, made: request(pass, statement, scope) }));
  const made = <K extends Requested['kind']>(kind: K) => requests.flatMap(({ made }) => (made?.kind === kind ? [made as Requested & { kind: K }] : []));
  const derived = made('derive').map((r) => r.derive);
  const constraints = constraintRequests(pass, statements, derived, scope);
  tryFunctions(pass, statements, scope);
  warnUnused(pass, statements);
  reportContradictions(pass);
  const module = statements.find((s) => s.kind === 'module');
  const density = pass.options.transforms === 'every-bound' ? unconstrainedDensity(pass, collected.distributed.length > 0 ? 'of ~ statements' : 'by hand', scope) : undefined;
  return {
    ...(density !== undefined && { density }),
    name: module?.name.name ?? 'model', docs: documentation(statements), graph: pass.b.graph,
    dims: sizesOf(pass, collected.dims), inputs: [...pass.inputs.values()], opaques: [...pass.opaques.values()],
    definitions: definitionsOf(collected, scope),
    requests: [...derived, ...constraints], checks: made('check').map((r) => r.check), updates: made('update').map((r) => r.update),
    assumptions: made('assume').map((r) => r.condition), notes: pass.notes, counting: countingOf(pass),
  };
}

/** What `~` statements make has the log-Jacobians in it already. */
function unconstrainedDensity(pass: Pass, made: 'of ~ statements' | 'by hand', scope: Scope): NodeId | undefined {
  const entity = scope.find(LOG_DENSITY);
  const found = entity?.kind === 'pending' ? scope.world.results.get(entity) : entity;
  if (found?.kind !== 'value' || found.value.axes.length > 0) return undefined;
  if (made === 'of ~ statements') return found.value.node;
  return pass.algebra.add([found.value, ...logJacobians(pass)].map((value) => ({ coef: Q.ONE, value })), []).node;
}

type Requested =
  | { readonly kind: 'derive'; readonly derive: Model['requests'][number] }
  | { readonly kind: 'check'; readonly check: Model['checks'][number] }
  | { readonly kind: 'update'; readonly update: Model['updates'][number] }
  | { readonly kind: 'assume'; readonly condition: number };

function request(pass: Pass, statement: Statement, scope: Scope): Requested | undefined {
  switch (statement.kind) {
    case 'derive': {
      const derive = deriveRequest(pass, statement, scope);
      return derive && { kind: 'derive', derive };
    }
    case 'check': case 'check-derivative': {
      const check = checkRequest(pass, statement, scope);
      return check && { kind: 'check', check };
    }
    case 'update': {
      const update = updateRule(pass, statement, scope);
      return update && { kind: 'update', update };
    }
    case 'assume': {
      const condition = assumption(pass, statement, scope);
      return condition === undefined ? undefined : { kind: 'assume', condition };
    }
    case 'expression':
      run(pass.visit(statement.value, scope));
      return undefined;
    default: return undefined;
  }
}

/** Elaborates a definition that nothing needed so far. */
export function* forced(pass: Pass, pending: Collected['definitions'][number], scope: Scope): Generator<ReturnType<Pass['visit']>, Result, Result> {
  if (!scope.world.results.has(pending)) yield pass.demand(pending, scope);
  return undefined;
}

/** Functions that nothing calls are elaborated once, for their mistakes. Last ones first: they call earlier ones. */
function tryFunctions(pass: Pass, statements: readonly Statement[], scope: Scope): void {
  for (const statement of statements.toReversed()) {
    const name = statement.kind === 'fn' ? statement.name.name : statement.kind === 'define' && statement.left.kind === 'apply' && statement.left.callee.kind === 'name' ? statement.left.callee.name : undefined;
    const fn = name === undefined ? undefined : scope.find(name);
    if (fn?.kind !== 'function' || pass.called.has(fn)) continue;
    pass.reportingOnly(certainReports(fn), () => void run(asStep(tryOut(pass, fn, scope))));
  }
}

function* asStep(part: Part<Result>): ReturnType<Pass['visit']> {
  return yield* part;
}

/** The lines at the head of a file that belong to no declaration: those of `module`. */
function documentation(statements: readonly Statement[]): readonly string[] {
  const [first] = statements;
  return first?.kind === 'module' || first?.kind === 'pragma' ? first.docs : statements.find((s) => s.kind === 'module')?.docs ?? [];
}

/** Declared sizes, then inferred ones, with what literal positions need of them. */
export function sizesOf(pass: Pass, declared: readonly DimDecl[]): DimDecl[] {
  const dims = declared.map((d) => ({ ...d, atLeast: Math.max(d.atLeast, pass.sizes.minimum(d.name)) }));
  const known = new Set(dims.map((d) => d.name));
  for (const input of pass.inputs.values()) {
    for (const size of input.shape) {
      const { base } = readDim(size);
      if (base === undefined || known.has(base)) continue;
      known.add(base);
      dims.push({ name: base, atLeast: pass.sizes.minimum(base), docs: [] });
    }
  }
  return dims;
}

export function definitionsOf(collected: Collected, scope: Scope): Definition[] {
  return collected.definitions.flatMap((pending) => {
    const node = nodeOf(scope.world.results.get(pending));
    return node === undefined ? [] : [{ name: pending.name, node, docs: pending.docs, span: pending.span }];
  });
}

function nodeOf(entity: Entity | undefined): number | undefined {
  if (entity?.kind === 'value') return entity.value.node;
  return entity?.kind === 'trajectory' ? entity.trajectory.ys.node : undefined;
}

function warnUnused(pass: Pass, statements: readonly Statement[]): void {
  // what a mistaken line uses is not known
  if (pass.matrixMode || pass.failed || statements.some((s) => s.kind === 'broken')) return;
  const asked = statements.some((s) => s.kind === 'derive' || s.kind === 'check' || s.kind === 'check-derivative');
  if (!asked) return;
  for (const input of pass.inputs.values()) {
    const name = input.name.replace(/\[\d+\]$/u, '');
    if (!pass.used.has(name) && !pass.used.has(input.name)) pass.report('unused-name', input.span, { name: input.name });
  }
}
