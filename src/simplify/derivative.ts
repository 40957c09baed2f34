/**
 * Simplification of derivatives only. A derivative is needed only where the primal is defined, so what the primal
 * implies may be used: next to ln(x) or 1/x, x is not 0 and x/x is 1 (numerics reference, 3.3).
 */
import type { Builder, Operand } from '../ir/build.ts';
import { DenseSet } from '../ir/dense.ts';
import * as Q from '../ir/rational.ts';
import type { Attr, EinAttr, NodeId } from '../ir/types.ts';
import type { Change } from '../ir/walk.ts';
import { core } from '../ops/core.ts';
import type { Domain, Row } from '../ops/schema.ts';
import { rowOf, type OpName } from '../ops/table.ts';
import { joiningAngles } from './angles.ts';
import { factoringSums } from './factor.ts';
import { normalise } from './normalise.ts';
import { stableDerivatives } from './stable.ts';
import * as T from '../ir/traits.ts';
import { compose } from '../ir/sub.ts';
import { displayOperands } from '../ir/display.ts';

export interface Derivation {
  readonly derivatives: readonly NodeId[];
  /** what is computed beside them: they share its nodes */
  readonly values: readonly NodeId[];
  /** the `primalForms` of what was differentiated */
  readonly primal: readonly NodeId[];
}

/**
 * All that is done to derivatives between two rounds of normalising, in one walk: at each node the stable forms, then
 * what the primal implies, angles, and common factors. Linear in the nodes.
 */
export function simplifyDerivatives(b: Builder, { derivatives, values, primal }: Derivation): NodeId[] {
  const changes = [cancelling(b, primal), joiningAngles(b, derivatives), factoringSums(b, derivatives, values)].filter((change) => change !== undefined);
  return stableDerivatives(b, derivatives, (rebuilt, original) => changes.reduce((node, change) => change(node, original), rebuilt));
}

/** The primal as typed and in normal form, of which derivatives speak; nothing where it implies nothing. */
export const primalForms = (b: Builder, primal: readonly NodeId[]): NodeId[] => (impliedNonzero(b, primal).size === 0 ? [] : [...primal, ...normalise(b, primal)]);

/** Powers cancelled, comparisons decided; undefined where the primal implies nothing. The result wants normalising again. */
export function cancelling(b: Builder, primal: readonly NodeId[]): Change | undefined {
  const nonzero = impliedNonzero(b, primal);
  if (nonzero.size === 0) return undefined;
  return (rebuilt, id) => {
    const traits = b.graph.traits(rebuilt);
    if ((traits & (T.PRODUCT | T.MAP)) === 0 || ((traits & T.PRODUCT) !== 0 && !mayCancel(b, rebuilt, nonzero))) return rebuilt;
    const attr = b.graph.attr(rebuilt);
    const before = b.graph.size;
    const next = attr.kind === 'ein' ? cancelPowers(b, rebuilt, attr, nonzero) : (decided(b, rebuilt, attr, nonzero) ?? rebuilt);
    b.graph.inheritRule(before, id);
    return next;
  };
}

/** Nodes that cannot be 0 where the primal is defined: what it divides by, arguments whose row keeps them off 0. */
function impliedNonzero(b: Builder, primal: readonly NodeId[]): Set<NodeId> {
  const nonzero = new Set<NodeId>();
  for (const id of alwaysEvaluated(b, primal)) {
    if ((b.graph.traits(id) & T.MAP) === 0) continue;
    const attr = b.graph.attr(id);
    if (attr.kind !== 'map') continue;
    for (const k of argumentsOffZero(attr.op)) nonzero.add(b.graph.arg(id, k));
    // inside of its domain a root is not 0, and at its end the limit counts: √x·√x has slope 1
    if (attr.op === core.sqrt) nonzero.add(id);
    const exponent = attr.op === core.pow ? b.constantOf(b.graph.arg(id, 1)) : undefined;
    if (exponent !== undefined && Q.isNegative(exponent)) nonzero.add(b.graph.arg(id, 0));
  }
  return nonzero;
}

const OFF_ZERO: ReadonlySet<Domain> = new Set<Domain>(['positive', 'negative', 'nonzero', '(0, 1)', '(0, 1]', '[1, inf)', 'outside [-1, 1]']);

/** By operation the arguments that cannot be 0: a memo of a pure function of the op table. */
const offZero = new Map<OpName, readonly number[]>();

function argumentsOffZero(op: OpName): readonly number[] {
  let found = offZero.get(op);
  if (found === undefined) {
    const row = rowOf(op);
    found = row.args.flatMap((name, k) => (OFF_ZERO.has(row.domain[name] ?? 'real') && isOffZero(row, k) ? [k] : []));
    offZero.set(op, found);
  }
  return found;
}

/** Whether the operation has no finite value at 0, whatever the other arguments are: 0^n has one, xlogy(0, 0) too. */
function isOffZero(row: Row, k: number): boolean {
  if (row.kind !== 'primitive') return true;
  const { evaluate } = row;
  return ![0, 0.5].some((other) => Number.isFinite(evaluate(...row.args.map((_, n) => (n === k ? 0 : other)))));
}

/** What is computed whatever the conditions are: an unselected branch implies nothing. */
function alwaysEvaluated(b: Builder, roots: readonly NodeId[]): NodeId[] {
  const { graph } = b;
  const top = roots.reduce((most, root) => Math.max(most, root), -1);
  const seen = new DenseSet(top + 1);
  for (const root of roots) seen.add(root);
  const evaluated: NodeId[] = [];
  for (let id = top; id >= 0; id--) {
    if (!seen.has(id)) continue;
    evaluated.push(id);
    const count = (graph.traits(id) & T.SELECTION) === 0 ? graph.arity(id) : 1;
    for (let k = 0; k < count; k++) seen.add(graph.arg(id, k));
  }
  return evaluated;
}

/** `x == 0` where x is known not to be 0. */
function decided(b: Builder, id: NodeId, attr: Attr, nonzero: ReadonlySet<NodeId>): NodeId | undefined {
  if (attr.kind !== 'map' || attr.op !== core.eq) return undefined;
  const [x, y] = [b.graph.arg(id, 0), b.graph.arg(id, 1)];
  const never = (nonzero.has(x) && b.isZero(y)) || (nonzero.has(y) && b.isZero(x));
  return never ? b.fill(Q.ZERO, attr.shape) : undefined;
}

/** Whether two factors are powers of what is not 0: few products have such, and need not be taken apart. */
function mayCancel({ graph }: Builder, product: NodeId, nonzero: ReadonlySet<NodeId>): boolean {
  let powers = 0;
  for (let k = graph.arity(product) - 1; k >= 0; k--) {
    const factor = graph.arg(product, k);
    if (nonzero.has(factor) || ((graph.traits(factor) & T.POWER) !== 0 && nonzero.has(graph.arg(factor, 0)))) powers++;
  }
  return powers > 1;
}

/** xᵃ·x⁻ᵇ = xᵃ⁻ᵇ for x ≠ 0. */
function cancelPowers(b: Builder, id: NodeId, attr: EinAttr, nonzero: ReadonlySet<NodeId>): NodeId {
  const factors = displayOperands(b.graph, id, attr).map(({ operand }) => ({ operand, power: powerOf(b, operand) }));
  const byBase = new Map<string, number[]>();
  factors.forEach(({ power }, k) => {
    if (!nonzero.has(power.id)) return;
    const key = `${power.id}|${power.sub.join('.')}`;
    byBase.set(key, [...(byBase.get(key) ?? []), k]);
  });
  const groups = [...byBase.values()].filter((g) => g.length > 1);
  if (groups.length === 0) return id;
  const cancelled = new Map<number, Operand | undefined>();
  for (const group of groups) {
    const exponent = group.reduce((sum, k) => sum + (factors[k]?.power.exponent ?? 0n), 0n);
    const [first = -1] = group;
    const base = factors[first]?.power;
    group.forEach((k) => cancelled.set(k, undefined));
    if (base !== undefined) cancelled.set(first, { id: b.power(base.id, Q.integer(exponent)), sub: base.sub });
  }
  const kept = factors.flatMap(({ operand }, k) => (cancelled.has(k) ? (cancelled.get(k) ?? []) : operand));
  // x⁰ comes back as the constant 1 filled to the shape of x: its labels carry no factor any more
  return b.ein(attr.coef, kept, attr.shape, attr.sums);
}

function powerOf(b: Builder, operand: Operand): Operand & { readonly exponent: bigint } {
  const attr = b.graph.attr(operand.id);
  const exponent = attr.kind === 'map' && attr.op === core.pow ? b.constantOf(b.graph.arg(operand.id, 1)) : undefined;
  const sub = attr.kind === 'map' ? attr.subs[0] : undefined;
  if (exponent !== undefined && Q.isInteger(exponent) && sub !== undefined) {
    return { id: b.graph.arg(operand.id, 0), sub: compose(sub, operand.sub), exponent: exponent.num };
  }
  return { id: operand.id, sub: operand.sub, exponent: 1n };
}
