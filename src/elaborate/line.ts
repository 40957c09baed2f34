/** A one-line expression: kinds of undeclared names are inferred, and the line itself is the question. */
import { run } from '../ast/trampoline.ts';
import type { Expr, Name, Statement } from '../ast/types.ts';
import type { Bag } from '../diagnostics/bag.ts';
import type { Span } from '../diagnostics/span.ts';
import { isFunction } from './application.ts';
import { collect, isClaim } from './collect.ts';
import { countingOf } from './counting.ts';
import { reportContradictions } from './contradictions.ts';
import { definitionsOf, forced, sizesOf } from './file.ts';
import { reportEquation } from './equations.ts';
import { importer } from './imports.ts';
import { declareInferred, differentiatedFunctions } from './infer.ts';
import { likeliest } from './likeliest.ts';
import type { Answer, CheckRequest, Model, UpdateRule } from './model.ts';
import { textOf, type ElaborateOptions, type Pass } from './pass.ts';
import { assumption, checkRequest, updateRule } from './requests.ts';
import { Scope } from './scope.ts';
import { solve } from './solve.ts';
import { ungroup } from './spine.ts';
import { compositeName, everyExpr, expressionsOf, someExpr } from './syntax.ts';
import { withWideSums } from './wide-sums.ts';

/** The model of a one-liner with its answer. Several statements may stand before the one that asks. */
export function elaborateExpression(statement: Statement | readonly Statement[], options: ElaborateOptions, bag: Bag): Model | undefined {
  const statements = 'kind' in statement ? [statement] : statement;
  if (statements.some((s) => s.kind === 'broken')) return undefined;
  const widened = statements.map(withWideSums);
  const wide = widened.flatMap((w) => w.wide);
  const elaborate = (pass: Pass): Model => {
    for (const { sum, body } of wide) pass.note(`read as \`${textOf({ ...sum, end: body.start })}(${textOf(body)})\`: all of it uses the index; brackets tell where a sum ends`, sum);
    return elaborateLine(pass, widened.map((w) => w.statement));
  };
  return options.mode === 'matrix' ? solve(options, bag, elaborate).model : likeliest(options, bag, elaborate);
}

function elaborateLine(pass: Pass, statements: readonly Statement[]): Model {
  pass.line = true;
  pass.matrixMode = pass.options.mode === 'matrix';
  const scope = Scope.global();
  const question = asQuestion(statements.at(-1));
  const before = statements.slice(0, -1);
  const all = question === undefined ? before : [...before, question];
  const free = differentiatedFunctions(all);
  if (question?.kind === 'define' && question.left.kind === 'apply' && question.left.callee.kind === 'name') free.add(question.left.callee.name);
  for (const statement of all) {
    reportEquation(pass, statement);
    reportBlanks(pass, statement);
  }
  declareInferred(pass, all, scope, pass.matrixMode ? 'matrix' : 'math', free);
  for (const statement of all) for (const root of expressionsOf(statement)) remarkOnHabits(pass, root, scope);
  const isDefinition = question?.kind === 'define';
  const collected = collect(pass, isDefinition ? [...before, question] : before, scope, importer(pass, scope, []));
  for (const pending of collected.definitions) run(forced(pass, pending, scope));
  const assumptions = collected.requests.flatMap((s) => (s.kind === 'assume' ? (assumption(pass, s, scope) ?? []) : []));
  reportContradictions(pass);
  const asked = question === undefined ? undefined : ask(pass, question, scope);
  if (question !== undefined && asked === undefined && !pass.failed) pass.report('nothing-asked', question.span, {}, insteadOf(question));
  return {
    name: 'expression', docs: [], graph: pass.b.graph, dims: sizesOf(pass, lineSizes(pass, collected.dims)), inputs: [...pass.inputs.values()],
    opaques: [...pass.opaques.values()], definitions: definitionsOf(collected, scope), requests: [],
    checks: asked?.kind === 'check' ? [asked.check] : [], updates: asked?.kind === 'update' ? [asked.update] : [], assumptions,
    ...(asked !== undefined && { answer: asked.answer }), notes: pass.notes, counting: countingOf(pass),
  };
}

/** What people mean by statements that a line has no use for. */
function insteadOf(statement: Statement): { readonly hint?: string } {
  if (statement.kind === 'declare') return { hint: 'end the line with a formula: `param x: R; x^2`' };
  if (statement.kind !== 'derive') return {};
  const list = (parts: readonly { readonly span: Span }[]): string => parts.map((part) => textOf(part.span)).join(',');
  const flags = [`--derive ${statement.what.map((w) => w.name).join(',')}`, ...(statement.wrt.length > 0 ? [`--wrt ${list(statement.wrt)}`] : []), ...(statement.using.length > 0 ? [`--using ${statement.using.map((u) => u.name).join(',')}`] : [])];
  return { hint: `write the formula alone, and what to show as flags: \`diffc "${list(statement.of)}" ${flags.join(' ')}\`` };
}

/** `∇_ f`: what was meant to stand there is missing. */
function reportBlanks(pass: Pass, statement: Statement): void {
  for (const root of expressionsOf(statement)) {
    for (const { kind, span, ...rest } of everyExpr(root)) {
      if (kind !== 'name' || !('name' in rest) || rest.name !== '_') continue;
      const isBelow = /(?:∇|nabla|grad)\s*$/u.test(span.source.text.slice(0, span.start));
      pass.report('unknown-name', span, { name: '_' }, { hint: isBelow ? 'write the variable below the operator, `∇_x f`, or `∇f` for the gradient by all' : 'a name has letters in it' });
    }
  }
}

/** Notation that is read in another way than a hasty writer means. */
function remarkOnHabits(pass: Pass, root: Expr, scope: Scope): void {
  for (const part of everyExpr(root)) {
    remarkOnGradient(pass, part);
    if (part.kind !== 'binary') continue;
    const behind = operatorBehind(part);
    if (behind !== undefined) pass.report('quotient-of-differentials', behind.span, { quotient: behind.text, above: 'd', below: behind.below }, { hint: `an operator stands before what it differentiates: \`${behind.fixed}\``, fix: { span: part.span, text: behind.fixed } });
    if (part.left.kind !== 'name') continue;
    const { left, right, span } = part;
    const differentials = part.op === '/' && right.kind === 'name' && /^d(?:\p{L}\d*)?$/u.test(left.name) && /^d\p{L}\d*$/u.test(right.name);
    if (differentials) pass.report('quotient-of-differentials', span, { quotient: textOf(span), above: left.name, below: right.name });
    if (part.op === '^' && right.kind === 'name' && right.name === 'T' && scope.find('T') !== undefined) pass.note(`\`${textOf(span)}\` is a power; a transpose is written \`${left.name}'\``, span);
    if (part.op === 'juxt' && /^(?:arg(?:min|max)$|(?:arg)?(?:min|max)_)/u.test(left.name)) pass.note(`\`${left.name}\` is a variable here; write what is minimised or maximised alone`, left.span);
    if (part.op === 'juxt' && left.name === 'Σ') pass.note('`Σ` is a variable here; a sum is written `∑` or `sum`', left.span);
  }
}

/** `∇_x x^2`: the sign takes what stands next to it, so this is the square of a gradient. */
function remarkOnGradient(pass: Pass, part: Expr): void {
  const base = part.kind === 'binary' && part.op === '^' ? part.left : part;
  if ((base.kind !== 'partial' && base.kind !== 'nabla') || base.span.source.text[base.span.start] !== '∇') return;
  const operand = base.kind === 'partial' ? base.target : base.operand;
  if (operand.kind === 'group') return;
  const sign = textOf({ ...base.span, end: operand.span.start }).trim();
  if (part.kind === 'binary') pass.note(`\`${textOf(part.span)}\` is a power of the gradient; the gradient of the power is \`${sign} (${textOf({ ...part.span, start: operand.span.start })})\``, part.span);
  const variable = base.kind === 'partial' ? base.denominators[0]?.variable : undefined;
  const own = operand.kind === 'transpose' || operand.kind === 'prime' ? operand.base : operand;
  if (part === base && own.kind === 'name' && variable?.kind === 'name' && own.name === variable.name) pass.report('bad-derivative', part.span, { reason: `\`${sign}\` takes \`${textOf(operand.span)}\` alone, what stands next to it` }, { hint: `write what is differentiated in brackets: \`${sign} (…)\`` });
}

/** `x^3 d/dx`: an operator behind its operand. */
function operatorBehind({ op, left, right, span }: Extract<Expr, { kind: 'binary' }>): { readonly span: Span; readonly text: string; readonly below: string; readonly fixed: string } | undefined {
  if (op !== '/' || right.kind !== 'name' || !/^d\p{L}\d*$/u.test(right.name) || left.kind !== 'binary' || (left.op !== 'juxt' && left.op !== '*') || left.right.kind !== 'name' || left.right.name !== 'd') return undefined;
  const operand = textOf(left.left.span);
  const own = { ...span, start: left.right.span.start };
  const text = textOf(own);
  return { span: own, text, below: right.name, fixed: left.left.kind === 'name' || left.left.kind === 'group' ? `${text} ${operand}` : `${text} (${operand})` };
}

/** Sizes that occur only as numbers, as N does in `1/N`. */
function lineSizes(pass: Pass, declared: Model['dims']): Model['dims'][number][] {
  const names = new Set(declared.map((d) => d.name));
  return [...declared, ...[...pass.sizeNames].filter((name) => !names.has(name)).map((name) => ({ name, atLeast: 1, docs: [] }))];
}

/** `θ = θ - r*g` is a step, `d/dx f = e` a claim; other equations define. */
function asQuestion(statement: Statement | undefined): Statement | undefined {
  if (statement?.kind !== 'define') return statement;
  const { left, value, span, docs } = statement;
  const layered = unusedIndex(left, value);
  if (layered !== undefined) return { ...statement, left: layered };
  if (left.kind === 'name' && someExpr(value, (e) => e.kind === 'name' && e.name === left.name)) return { kind: 'update', left, value, span, docs };
  const isLeftName = left.kind === 'name' || left.kind === 'index' || left.kind === 'subscript' || (left.kind === 'apply' && left.callee.kind !== 'prime');
  if (isLeftName && !isClaim(left)) return statement;
  const operator = { kind: 'compare', operators: ['=='], operands: [left, value], span } as const;
  return isNumber(value) ? { kind: 'expression', value: operator, span, docs } : { kind: 'check', claim: operator, span, docs };
}

/** `aₗ = σ(z)` by itself names one layer: nothing runs over l. */
function unusedIndex(left: Expr, value: Expr): Name | undefined {
  if (left.kind !== 'subscript') return undefined;
  const indices = new Set(left.indices.flatMap((i) => (i.kind === 'name' ? [i.name] : [])));
  const used = someExpr(value, (e) => (e.kind === 'subscript' ? e.indices : e.kind === 'index' ? e.indices.flatMap((i) => (i.kind === 'at' ? [i.value] : [])) : [])
    .some((i) => i.kind === 'name' && indices.has(i.name)));
  return used ? undefined : { kind: 'name', name: compositeName(left), span: left.span };
}

/** `f'(x) = 0` states a condition on x; it is no claim about all x. */
const isNumber = (expr: Expr): boolean => ungroup(expr).kind === 'number';

function parametersOf(statement: Statement | undefined): readonly Name[] {
  if (statement?.kind !== 'define' || statement.left.kind !== 'apply') return [];
  return statement.left.args.flatMap((a) => (a.kind === 'positional' && a.value.kind === 'name' ? [a.value] : []));
}

type Asked =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'check'; readonly check: CheckRequest; readonly answer: Answer }
  | { readonly kind: 'update'; readonly update: UpdateRule; readonly answer: Answer };

function ask(pass: Pass, statement: Statement, scope: Scope): Asked | undefined {
  switch (statement.kind) {
    case 'expression': return answered(expressionAnswer(pass, statement.value, scope));
    case 'define': return answered(definitionAnswer(pass, statement, scope));
    case 'check': case 'check-derivative': {
      const explanation = statement.kind === 'check' ? explanationOf(pass, statement.claim, scope) : undefined;
      if (explanation !== undefined) return answered(explanation);
      const check = checkRequest(pass, statement, scope);
      return check && { kind: 'check', check, answer: { kind: 'check', check } };
    }
    case 'update': {
      const update = updateRule(pass, statement, scope);
      return update && { kind: 'update', update, answer: { kind: 'value', node: update.value, name: update.target } };
    }
    default: return undefined;
  }
}

const answered = (answer: Answer | undefined): Asked | undefined => answer && { kind: 'answer', answer };

function expressionAnswer(pass: Pass, expr: Expr, scope: Scope): Answer | undefined {
  const explanation = explanationOf(pass, expr, scope);
  if (explanation !== undefined) return explanation;
  const inner = ungroup(expr);
  if (inner.kind === 'compare' && inner.operators.every((o) => o === '==') && !inner.operands.some(isNumber) && inner.operands.length === 2) {
    const check = checkRequest(pass, { kind: 'check', claim: inner, span: expr.span, docs: [] }, scope);
    return check && { kind: 'check', check };
  }
  const listed = inner.kind === 'nabla' && hasArrays(pass) ? inner.operand : expr;
  const value = run(pass.visit(listed, scope));
  if (value === undefined) return undefined;
  if (listed !== expr) return { kind: 'value', node: value.node };
  const rule = derivativeRule(inner, scope);
  if (rule === undefined) return { kind: 'value', node: value.node };
  const by = variableOfFirst(inner);
  return { kind: 'derivative', node: value.node, rule, of: [...pass.primals], ...(by !== undefined && { by }) };
}

/** x of `d/dx …` and `∂/∂x …`, by which nothing is differentiated twice */
function variableOfFirst(expr: Expr): string | undefined {
  if (expr.kind === 'leibniz' && expr.order === 1) return expr.variable.name;
  const [only, second] = expr.kind === 'partial' ? expr.denominators : [];
  return only?.order === 1 && second === undefined ? textOf(only.variable.span) : undefined;
}

/** ∇f is one vector of partial derivatives where all variables are numbers; otherwise they are listed. */
const hasArrays = (pass: Pass): boolean => [...pass.inputs.values()].some((input) => input.shape.length > 0 && input.role !== 'data');

/** Whether the whole line is a derivative. */
function derivativeRule(expr: Expr, scope: Scope): string | undefined {
  if (expr.kind === 'partial' || expr.kind === 'leibniz') return 'derivative';
  if (expr.kind === 'nabla') return 'gradient';
  return expr.kind === 'apply' && expr.callee.kind === 'prime' && isFunction(expr.callee, scope) ? 'derivative' : undefined;
}

function definitionAnswer(pass: Pass, statement: Statement & { kind: 'define' }, scope: Scope): Answer | undefined {
  const { left } = statement;
  const parameters = parametersOf(statement);
  if (left.kind === 'apply' && left.callee.kind === 'name') {
    const { name } = left.callee;
    for (const p of parameters) if (scope.find(p.name) === undefined) declareVariable(pass, p, scope);
    const fn = scope.find(name);
    if (fn?.kind !== 'function') return undefined;
    const value = run(pass.visit(fn.body, scope));
    return value && { kind: 'function', name, parameters: parameters.map((p) => p.name), node: value.node };
  }
  const base = left.kind === 'name' ? left.name : textOf(left.span);
  for (const pending of [left.kind === 'index' && left.base.kind === 'name' ? left.base.name : base, base]) {
    const entity = scope.find(pending);
    const done = entity?.kind === 'pending' ? scope.world.results.get(entity) : entity;
    if (done?.kind === 'value') return { kind: 'value', node: done.value.node, name: pending };
  }
  return namedLater(pass, left, scope);
}

/** `aₗ = …`: named as it is written. */
function namedLater(pass: Pass, left: Expr, scope: Scope): Answer | undefined {
  const value = left.kind === 'name' ? undefined : run(pass.visit(left, scope));
  return value && { kind: 'value', node: value.node, name: textOf(left.span) };
}

/** A parameter that the body does not use is still a variable of the function. */
function declareVariable(pass: Pass, name: Name, scope: Scope): void {
  const node = pass.b.leaf({ name: name.name, role: 'variable', element: 'real', shape: [] });
  scope.declare(name.name, { kind: 'value', value: { node, labels: [], axes: [], form: 'column', element: 'real' } });
  pass.inputs.set(name.name, { name: name.name, role: 'variable', node, shape: [], element: 'real', bounds: [], properties: [], docs: [], span: name.span });
}

// ---- lines that explain -------------------------------------------------------------------------------

/** A line that can be read but says nothing to compute: an ellipsis, or a derivative of something not given. */
function explanationOf(pass: Pass, expr: Expr, scope: Scope): Answer | undefined {
  if (isListing(expr)) {
    const gradient = someExpr(expr, (e) => e.kind === 'nabla' || e.kind === 'partial');
    return { kind: 'explanation', text: gradient ? 'the gradient is the vector of all first partial derivatives' : 'a list of several names' };
  }
  const target = unknownTarget(expr, scope);
  if (target === undefined) return undefined;
  pass.note(`\`${target}\` is not defined`, expr.span);
  const variables = denominatorsOf(expr);
  const by = variables.length === 0 ? '' : ` with respect to ${variables.join(', ')}`;
  return { kind: 'explanation', text: `the derivative of ${target}${by}; to compute it, give the definition of ${target} first: ${target} = …` };
}

/** What a line differentiates by, in order. */
function denominatorsOf(expr: Expr): readonly string[] {
  const names = [...everyExpr(expr)].flatMap((part) => (part.kind === 'partial' ? part.denominators.map((d) => textOf(d.variable.span)) : []));
  return [...new Set(names)];
}

/** `(a, b, …)`, alone or as a side of an equation. */
function isListing(expr: Expr): boolean {
  const sides = expr.kind === 'compare' ? expr.operands : [expr];
  return sides.some((side) => side.kind === 'tuple' && side.items.some((item) => someExpr(item, (e) => e.kind === 'ellipsis')));
}

/** A name that is differentiated and defined nowhere. */
function unknownTarget(expr: Expr, scope: Scope): string | undefined {
  if (expr.kind === 'compare') {
    // h'(x) = f'(g(x))·g'(x) is about h, of which nothing is said
    const [left, right] = expr.operands;
    const name = left?.kind === 'apply' && left.callee.kind === 'prime' && left.callee.base.kind === 'name' ? left.callee.base.name : undefined;
    const opaque = name !== undefined && scope.find(name)?.kind === 'opaque';
    if (opaque && right !== undefined && !isNumber(right) && !someExpr(right, (e) => e.kind === 'name' && e.name === name)) return name;
  }
  for (const part of everyExpr(expr)) {
    const target = part.kind === 'partial' ? ungroup(part.target) : part.kind === 'nabla' ? ungroup(part.operand) : undefined;
    if (target?.kind === 'name' && scope.find(target.name) === undefined) return target.name;
  }
  return undefined;
}
