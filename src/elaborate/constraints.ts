/**
 * `subject to`: what a minimum must keep, as requests for the functions that a solver calls. Every constraint gives its
 * value, to be 0 or at most 0, and the product of its transposed Jacobian with weights; bounds on parameters give arrays.
 */
import type { Expr, Statement } from '../ast/types.ts';
import type { Span } from '../diagnostics/span.ts';
import { exactRational } from '../ir/build.ts';
import * as Q from '../ir/rational.ts';
import type { NodeId } from '../ir/types.ts';
import { reachable } from '../ir/walk.ts';
import { leafOf } from './leaf.ts';
import type { DeriveRequest, Wrt } from './model.ts';
import { textOf, type Pass } from './pass.ts';
import { claimsOf } from './requests.ts';
import { now } from './resolve.ts';
import type { Scope } from './scope.ts';
import { ungroup } from './spine.ts';
import { limits } from './transforms/elements.ts';
import { plainValue, type Value } from './value.ts';

type Subject = Statement & { readonly kind: 'subject' };

interface BoundPair {
  lower?: Value;
  upper?: Value;
}

/** One function for each constraint, and one for all bounds. */
export function constraintRequests(pass: Pass, statements: readonly Statement[], derived: readonly DeriveRequest[], scope: Scope): DeriveRequest[] {
  const subjects = statements.filter((s): s is Subject => s.kind === 'subject');
  const [first] = subjects;
  if (first === undefined) return [];
  const variables = derived.find((r) => r.what.includes('gradient'))?.wrt ?? [...pass.inputs.values()].filter((i) => i.role === 'param').map((i) => ({ name: i.name, node: leafOf(i) }));
  const constraints = new Constraints(pass, variables, scope);
  for (const subject of subjects) for (const expr of subject.constraints) constraints.add(expr, subject.docs);
  return [...constraints.requests, ...constraints.boundRequest(first.span)];
}

class Constraints {
  readonly requests: DeriveRequest[] = [];
  readonly #pass: Pass;
  readonly #variables: readonly Wrt[];
  readonly #scope: Scope;
  readonly #bounds = new Map<NodeId, BoundPair>();
  readonly #counts = { equality: 0, inequality: 0 };

  constructor(pass: Pass, variables: readonly Wrt[], scope: Scope) {
    this.#pass = pass;
    this.#variables = variables;
    this.#scope = scope;
  }

  add(expr: Expr, docs: readonly string[]): void {
    const inner = ungroup(expr);
    const bad = (reason: string): void => void this.#pass.report('bad-constraint', expr.span, { reason });
    if (inner.kind !== 'compare') return bad(`\`${textOf(expr.span)}\` compares nothing`);
    if (inner.operators.includes('in')) return bad('a constraint is an equation or an inequality');
    if (inner.operators.includes('!=')) return bad('`!=` leaves out single points, which no minimum needs');
    const strict = inner.operators.find((op) => op === '<' || op === '>');
    if (strict !== undefined) return void this.#pass.report('strict-constraint', expr.span, { operator: strict, instead: `${strict}=` });
    const claims = now(() => claimsOf(this.#pass, expr, this.#scope)) ?? [];
    for (const { left, relation, right } of claims) this.#constraint(left, relation, right, inner.span, docs);
  }

  #constraint(left: NodeId, relation: string, right: NodeId, span: Span, docs: readonly string[]): void {
    const [small, large] = relation === '>=' ? [right, left] : [left, right];
    const [varies, other] = [this.#varies(small), this.#varies(large)];
    if (!varies && !other) return void this.#pass.report('constraint-without-variable', span, { constraint: textOf(span), variables: this.#variables.map((v) => v.name).join(', ') });
    if (relation !== '==' && this.#isVariable(small) && !other) return this.#bound(small, 'upper', large, span);
    if (relation !== '==' && this.#isVariable(large) && !varies) return this.#bound(large, 'lower', small, span);
    const kind = relation === '==' ? 'equality' : 'inequality';
    const name = `${kind}${++this.#counts[kind]}`;
    const { b } = this.#pass;
    const node = b.subtract(small, large);
    const weights = b.leaf({ name: `u_${name}`, role: 'data', element: 'real', shape: b.graph.shape(node) });
    this.requests.push({ what: ['value', 'vjp'], of: [{ name, node }], wrt: this.#variables, along: [{ name: `u_${name}`, node: weights }], as: name, constraint: kind, using: [], docs: [...docs, `${kind === 'equality' ? '0' : 'At most 0'} where the minimum may be: \`${textOf(span)}\`.`], span });
  }

  readonly #varies = (node: NodeId): boolean => {
    const below = new Set(reachable(this.#pass.b.graph, [node]));
    return this.#variables.some((v) => below.has(v.node));
  };
  readonly #isVariable = (node: NodeId): boolean => this.#variables.some((v) => v.node === node);

  #bound(variable: NodeId, side: 'lower' | 'upper', limit: NodeId, span: Span): void {
    const { b, algebra } = this.#pass;
    const pair = this.#bounds.get(variable) ?? this.#declared(variable);
    const axes = b.graph.shape(variable);
    const value = plainValue(limit, axes);
    const before = pair[side];
    pair[side] = before === undefined ? value : algebra.map(side === 'lower' ? 'max' : 'min', [before, value], axes);
    this.#bounds.set(variable, pair);
    const [low, high] = [pair.lower, pair.upper].map((v) => (v === undefined ? undefined : b.constantOf(v.node)));
    if (low === undefined || high === undefined || Q.compare(low, high) <= 0) return;
    const name = this.#variables.find((v) => v.node === variable)?.name ?? '';
    this.#pass.report('contradictory-bounds', span, { name, first: `${name} >= ${Q.toNumber(low)}`, second: `${name} <= ${Q.toNumber(high)}` });
  }

  /** What `where` says of a parameter binds as well. */
  #declared(variable: NodeId): BoundPair {
    const { b, inputs } = this.#pass;
    const input = [...inputs.values()].find((i) => i.node === variable);
    const { lower, upper } = limits(input?.bounds ?? []);
    const filled = (x: number): Value => plainValue(b.fill(exactRational(x), b.graph.shape(variable)), b.graph.shape(variable));
    return { ...(lower !== undefined && { lower: filled(lower) }), ...(upper !== undefined && { upper: filled(upper) }) };
  }

  boundRequest(span: Span): DeriveRequest[] {
    for (const { node } of this.#variables) {
      const declared = this.#declared(node);
      if (!this.#bounds.has(node) && (declared.lower ?? declared.upper) !== undefined) this.#bounds.set(node, declared);
    }
    const of = this.#variables.flatMap(({ name, node }) => {
      const { lower, upper } = this.#bounds.get(node) ?? {};
      return [...(lower === undefined ? [] : [{ name: `lower_${name}`, node: lower.node }]), ...(upper === undefined ? [] : [{ name: `upper_${name}`, node: upper.node }])];
    });
    const [only] = of;
    // a function of one number would return it and fill nothing
    if (only !== undefined && of.length === 1 && this.#pass.b.graph.shape(only.node).length === 0) {
      const [side, free] = only.name.startsWith('lower') ? ['upper', Infinity] : ['lower', -Infinity];
      of.push({ name: only.name.replace(/^lower|^upper/, String(side)), node: this.#pass.b.double(Number(free)) });
    }
    return of.length === 0 ? [] : [{ what: ['value'], of, wrt: this.#variables, along: [], as: 'bounds', constraint: 'bounds', using: [], docs: ['Bounds of the parameters.'], span }];
  }
}
