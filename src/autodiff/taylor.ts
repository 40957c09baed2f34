/**
 * Derivatives of order 1 … n along one direction, all together, by recurrences: what is made for order k uses
 * the orders below it, so the size is polynomial in n where repeated differentiation grows exponentially.
 *
 * With y⁽ᵏ⁾ the k-th derivative along the direction: Leibniz's rule for products, and for y = f(u), whose
 * derivative y' = f'(u)·u' is again a product, y⁽ᵏ⁾ = Σⱼ C(k−1, j−1)·u⁽ʲ⁾·p⁽ᵏ⁻ʲ⁾ with p = f'(u) from the row of f.
 * p is a node like any other (1 − y² for tanh, cos u for sin) and needs one order less: no operation has a table of its own.
 */
import type { Builder, Operand } from '../ir/build.ts';
import type { Term } from '../ir/term.ts';
import * as Q from '../ir/rational.ts';
import type { Attr, CallAttr, EinAttr, MapAttr, NodeId, RedAttr } from '../ir/types.ts';
import { core } from '../ops/core.ts';
import { divisorOf, productOperand } from './elementwise.ts';
import { pushAdd, pushMap } from './forward-elementwise.ts';
import { pushReduction, pushScat, pushStack, pushView } from './forward-structural.ts';
import { guardedProduct, partialOperand } from './partials.ts';
import { Push } from './push.ts';
import type { Refuse } from './reverse.ts';
import { smoothWeight } from './structural.ts';
import { mergeSelections } from './sweep.ts';

/** Up to this order a derivative by a number is the derivative of the one before, which reads best; beyond, recurrences keep it small. */
export const REPEATED = 3;

/** Derivatives 1 … order of the roots along the directions of the sources; undefined when a loop or a factorisation is on the way. */
export function directionalDerivatives(b: Builder, roots: readonly NodeId[], directions: ReadonlyMap<NodeId, NodeId>, order: number, refuse: Refuse): readonly (readonly NodeId[])[] | undefined {
  const series = new Series(b, directions, order, refuse);
  for (const root of roots) series.want(root, order);
  if (!series.complete()) return undefined;
  for (let k = 1; k <= order; k++) series.level(k);
  return roots.map((root) => Array.from({ length: order }, (_, k) => series.derivative(root, k + 1) ?? b.zero(b.graph.shape(root))));
}

/** A node that varies, the factors or partials its recurrence reads, and how many of its derivatives are wanted. */
interface Member {
  readonly id: NodeId;
  readonly attr: Attr;
  readonly parts: readonly (Operand | undefined)[];
  readonly order: number;
}

class Series {
  readonly b: Builder;
  readonly refuse: Refuse;
  readonly #directions: ReadonlyMap<NodeId, NodeId>;
  readonly #levels: readonly Push[];
  readonly #varies = new Map<NodeId, boolean>();
  readonly #members = new Map<NodeId, Member>();
  /** wanted nodes by order, highest order first */
  readonly #pending: NodeId[][];

  constructor(b: Builder, directions: ReadonlyMap<NodeId, NodeId>, order: number, refuse: Refuse) {
    this.b = b;
    this.refuse = refuse;
    this.#directions = directions;
    this.#levels = Array.from({ length: order + 1 }, () => new Push(b, refuse));
    this.#pending = Array.from({ length: order + 1 }, () => []);
  }

  /** The k-th derivative of a node; undefined where it is zero. */
  derivative(id: NodeId, k: number): NodeId | undefined {
    return k === 0 ? id : this.#levels[k]?.tangent(id);
  }
  want(id: NodeId, order: number): void {
    if (order > 0) this.#pending[order]?.push(id);
  }

  /** Everything that the wanted derivatives need; false when a node has no recurrence. */
  complete(): boolean {
    for (let order = this.#pending.length - 1; order >= 1; order--) {
      const pending = this.#pending[order] ?? [];
      for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
        if (this.#members.has(id) || !this.varies(id)) continue;
        const attr = this.b.graph.attr(id);
        const parts = this.#directions.has(id) ? [] : partsOf(this, id, attr, order);
        if (parts === undefined) return false;
        this.#members.set(id, { id, attr, parts, order });
        if (this.#directions.has(id)) continue;
        pending.push(...this.b.graph.args(id));
        // prefix products are factors; a partial is differentiated once less than the node
        const less = attr.kind === 'ein' || isExponential(this, id, attr, order) ? order : order - 1;
        for (const part of parts) if (part !== undefined) (less === order ? pending : (this.#pending[less] ?? [])).push(part.id);
      }
    }
    return true;
  }

  /** Whether a node depends on a source, found without recursion. */
  varies(id: NodeId): boolean {
    const { graph } = this.b;
    const stack = [id];
    for (let top = stack[stack.length - 1]; top !== undefined; top = stack[stack.length - 1]) {
      if (this.#varies.has(top)) {
        stack.pop();
        continue;
      }
      if (this.#directions.has(top)) {
        this.#varies.set(top, true);
        continue;
      }
      const open = [...graph.args(top)].filter((arg) => !this.#varies.has(arg));
      if (open.length > 0) stack.push(...open);
      else this.#varies.set(top, [...graph.args(top)].some((arg) => this.#varies.get(arg) === true));
    }
    return this.#varies.get(id) ?? false;
  }

  /** Derivatives of order k of all members, from those of their arguments and from lower orders. */
  level(k: number): void {
    const push = this.#levels[k];
    if (push === undefined) return;
    const done = new Set<NodeId>();
    const make = (member: Member): void => {
      if (done.has(member.id)) return;
      done.add(member.id);
      const given = this.#directions.get(member.id);
      push.setTangent(member.id, given === undefined ? this.#made(push, member, k) : k === 1 ? given : undefined);
    };
    for (const member of [...this.#members.values()].filter((m) => m.order >= k).sort((x, y) => x.id - y.id)) {
      // prefix products and exponents are younger than what reads them
      const first = member.attr.kind === 'ein' || isExponential(this, member.id, member.attr, member.order) ? member.parts : [];
      for (const part of first) {
        const younger = part && this.#members.get(part.id);
        if (younger !== undefined) make(younger);
      }
      make(member);
    }
  }

  #made(push: Push, { id, attr, parts, order }: Member, k: number): NodeId | undefined {
    switch (attr.kind) {
      case 'add': return pushAdd(push, id, attr);
      case 'view': return pushView(push, id, attr);
      case 'scat': return pushScat(push, id, attr);
      case 'stack': return pushStack(push, id, attr);
      case 'ein': return productRule(this, id, attr, parts, k);
      case 'map':
        if (attr.op === core.where) return pushMap(push, id, attr);
        if (isNegativePower(this.b, id, attr, order)) return negativePowerRule(this, id, attr, k);
        if (isQuotient(attr, order)) return quotientRule(this, id, attr, k);
        return isExponential(this, id, attr, order) ? exponentialRule(this, id, attr, parts, k) : chainRule(this, id, attr, parts, k);
      case 'call': return chainRule(this, id, attr, parts, k);
      case 'red': return hasSmoothWeight(attr) ? weightRule(this, id, attr, parts, k) : pushReduction(push, id, attr);
      default: return undefined;
    }
  }
}

/** The nodes besides its arguments that the recurrence of a node reads; undefined when it has no recurrence. */
function partsOf(series: Series, id: NodeId, attr: Attr, order: number): readonly (Operand | undefined)[] | undefined {
  const { b } = series;
  const operands = (subs: readonly (readonly number[])[]): Operand[] => subs.map((sub, k) => ({ id: b.graph.arg(id, k), sub }));
  switch (attr.kind) {
    case 'add': case 'view': case 'scat': case 'stack': return [];
    case 'ein': return prefixProducts(series, attr, operands(attr.subs));
    case 'map': {
      if (attr.op === core.where || isNegativePower(b, id, attr, order) || isQuotient(attr, order)) return [];
      const [base, exponent] = operands(attr.subs);
      if (isExponential(series, id, attr, order) && base !== undefined && exponent !== undefined) {
        const logarithm = b.whole(b.map(core.ln, [base], attr.shape));
        return [logarithm, b.whole(b.ein(Q.ONE, [exponent, logarithm], attr.shape))];
      }
      const result: Operand = b.whole(id);
      return attr.subs.map((_, k) => {
        if (!series.varies(b.graph.arg(id, k))) return undefined;
        const partial = partialOperand(b, attr, operands(attr.subs), k, result);
        if (!('reason' in partial)) return partial;
        series.refuse(partial);
        return undefined;
      });
    }
    case 'call': return attr.orders.map((_, k) => b.whole(b.call(attr.name, attr.orders.map((order, n) => (n === k ? order + 1 : order)), operands(attr.subs), attr.shape)));
    case 'red': return attr.op === 'prod' ? undefined : hasSmoothWeight(attr) ? [b.whole(smoothWeight(b, id, b.graph.arg(id, 0), attr))] : [];
    default: return undefined;
  }
}

/** 1/u, and u⁻ⁿ of high order: its partials would be a family u⁻ⁿ⁻ᵏ that grows with the order. */
function isNegativePower(b: Builder, id: NodeId, attr: Attr, order: number): boolean {
  if (attr.kind !== 'map') return false;
  if (divisorOf(b, b.whole(id)) !== undefined) return true;
  const exponent = attr.op === core.pow && order > REPEATED ? b.constantOf(b.graph.arg(id, 1)) : undefined;
  return exponent !== undefined && Q.isNegative(exponent);
}

/** The same for a quotient: u/v, (u/v)/v, … */
const isQuotient = (attr: Attr, order: number): boolean => attr.kind === 'map' && attr.op === core.xdivy && order > REPEATED;

/** u^v of high order: its partials would be a family u^(v - k) that grows with the order, while exp(v·ln u) stays one function. */
function isExponential(series: Series, id: NodeId, attr: Attr, order: number): boolean {
  return attr.kind === 'map' && attr.op === core.pow && order > REPEATED && series.b.graph.argList(id).every((arg) => series.varies(arg));
}

/** a₁·a₂, a₁·a₂·a₃, … of the factors that vary, all but the last: products of many factors go two by two. */
function prefixProducts(series: Series, attr: EinAttr, factors: readonly Operand[]): readonly Operand[] {
  const varying = factors.filter((f) => series.varies(f.id));
  if (varying.length <= 2 || attr.sums.length > 0) return [];
  const prefixes: Operand[] = [];
  let prefix = varying[0];
  for (const factor of varying.slice(1, -1)) {
    if (prefix === undefined) break;
    prefix = productOperand(series.b, prefix, factor, attr.shape);
    prefixes.push(prefix);
  }
  return prefixes;
}

/** (Π aᵢ)⁽ᵏ⁾ = Σ k!/(j₁!…jₘ!) Π aᵢ⁽ʲⁱ⁾ */
function productRule(series: Series, id: NodeId, attr: EinAttr, prefixes: readonly (Operand | undefined)[], k: number): NodeId | undefined {
  const { b } = series;
  const factors = attr.subs.map((sub, n): Operand => ({ id: b.graph.arg(id, n), sub }));
  const fixed = factors.filter((f) => !series.varies(f.id));
  const all = factors.filter((f) => series.varies(f.id));
  const last = prefixes[prefixes.length - 1];
  const varying = last === undefined ? all : [last, ...all.slice(-1)];
  let partial: { readonly coef: bigint; readonly order: number; readonly chosen: readonly Operand[] }[] = [{ coef: 1n, order: 0, chosen: [] }];
  for (const [n, factor] of varying.entries()) {
    partial = partial.flatMap((term) => {
      const least = n === varying.length - 1 ? k - term.order : 0;
      return range(least, k - term.order).flatMap((j) => {
        const derived = series.derivative(factor.id, j);
        return derived === undefined ? [] : [{ coef: term.coef * binomial(k - term.order, j), order: term.order + j, chosen: [...term.chosen, { id: derived, sub: factor.sub }] }];
      });
    });
  }
  const terms = partial.map((term): Term => ({ coef: Q.integer(term.coef), ...b.whole(b.ein(attr.coef, [...term.chosen, ...fixed], attr.shape, attr.sums)) }));
  return terms.length === 0 ? undefined : b.add(terms, attr.shape);
}

/** y⁽ᵏ⁾ = Σ over arguments Σⱼ C(k−1, j−1)·u⁽ʲ⁾·p⁽ᵏ⁻ʲ⁾ */
function chainRule(series: Series, id: NodeId, attr: MapAttr | CallAttr, partials: readonly (Operand | undefined)[], k: number): NodeId | undefined {
  const { b } = series;
  const terms: Term[] = [];
  const selections: NodeId[] = [];
  for (const [n, partial] of partials.entries()) {
    if (partial === undefined) continue;
    for (const j of range(1, k)) {
      const inner = series.derivative(b.graph.arg(id, n), j);
      const outer = series.derivative(partial.id, k - j);
      if (inner === undefined || outer === undefined) continue;
      const [slope, other] = [{ id: inner, sub: attr.subs[n] ?? [] }, { id: outer, sub: partial.sub }];
      const coef = Q.integer(binomial(k - 1, j - 1));
      const guarded = guardedProduct(b, slope, other, attr.shape);
      if (guarded !== undefined) selections.push(b.scale(coef, guarded));
      else terms.push({ coef, ...b.whole(b.ein(Q.ONE, [slope, other], attr.shape)) });
    }
  }
  if (selections.length === 0) return terms.length === 0 ? undefined : b.add(terms, attr.shape);
  return mergeSelections(b, terms.length === 0 ? selections : [...selections, b.add(terms, attr.shape)], attr.shape);
}

/** y⁽ᵏ⁾ = Σⱼ C(k−1, j−1)·w⁽ʲ⁾·y⁽ᵏ⁻ʲ⁾ for y = exp(w) */
function exponentialRule(series: Series, id: NodeId, attr: MapAttr, [, exponent]: readonly (Operand | undefined)[], k: number): NodeId | undefined {
  const { b } = series;
  const terms = range(1, k).flatMap((j): Term[] => {
    const inner = exponent === undefined ? undefined : series.derivative(exponent.id, j);
    const outer = series.derivative(id, k - j);
    if (inner === undefined || outer === undefined) return [];
    return [{ coef: Q.integer(binomial(k - 1, j - 1)), ...b.whole(b.ein(Q.ONE, [b.whole(inner), b.whole(outer)], attr.shape)) }];
  });
  return terms.length === 0 ? undefined : b.add(terms, attr.shape);
}

/** From u·y' = a·u'·y for y = uᵃ: y⁽ᵏ⁾ = 1/u · Σⱼ (a·C(k−1, j−1) − C(k−1, j))·u⁽ʲ⁾·y⁽ᵏ⁻ʲ⁾, j from 1 */
function negativePowerRule(series: Series, id: NodeId, attr: MapAttr, k: number): NodeId | undefined {
  const { b } = series;
  const exponent = b.constantOf(b.graph.arg(id, 1)) ?? Q.MINUS_ONE;
  const u: Operand = { id: b.graph.arg(id, 0), sub: attr.subs[0] ?? [] };
  const terms = range(1, k).flatMap((j): Term[] => {
    const inner = series.derivative(u.id, j);
    const outer = series.derivative(id, k - j);
    if (inner === undefined || outer === undefined) return [];
    const coef = Q.subtract(Q.multiply(exponent, Q.integer(binomial(k - 1, j - 1))), Q.integer(binomial(k - 1, j)));
    return [{ coef, ...b.whole(b.ein(Q.ONE, [{ id: inner, sub: u.sub }, b.whole(outer)], attr.shape)) }];
  });
  const reciprocal = b.whole(b.map(core.pow, [u, { id: b.integer(-1), sub: [] }], attr.shape));
  return terms.length === 0 ? undefined : b.ein(Q.ONE, [reciprocal, b.whole(b.add(terms, attr.shape))], attr.shape);
}

/** From q·v = u: q⁽ᵏ⁾ = (u⁽ᵏ⁾ − Σⱼ C(k, j)·v⁽ʲ⁾·q⁽ᵏ⁻ʲ⁾)/v, j from 1 */
function quotientRule(series: Series, id: NodeId, attr: MapAttr, k: number): NodeId | undefined {
  const { b } = series;
  const [u, v] = attr.subs.map((sub, n): Operand => ({ id: b.graph.arg(id, n), sub }));
  if (u === undefined || v === undefined) return undefined;
  const terms = range(1, k).flatMap((j): Term[] => {
    const inner = series.derivative(v.id, j);
    const outer = series.derivative(id, k - j);
    if (inner === undefined || outer === undefined) return [];
    return [{ coef: Q.integer(-binomial(k, j)), ...b.whole(b.ein(Q.ONE, [{ id: inner, sub: v.sub }, b.whole(outer)], attr.shape)) }];
  });
  const above = series.derivative(u.id, k);
  if (above !== undefined) terms.push({ coef: Q.ONE, id: above, sub: u.sub });
  const reciprocal = b.whole(b.map(core.pow, [v, { id: b.integer(-1), sub: [] }], attr.shape));
  return terms.length === 0 ? undefined : b.ein(Q.ONE, [reciprocal, b.whole(b.add(terms, attr.shape))], attr.shape);
}

const hasSmoothWeight = (attr: RedAttr): boolean => attr.op === 'logsumexp' || attr.op === 'norm';

/** The chain rule of log-sum-exp and of a norm, whose partials are functions of the arguments and of the result. */
function weightRule(series: Series, id: NodeId, attr: RedAttr, [weight]: readonly (Operand | undefined)[], k: number): NodeId | undefined {
  const { b } = series;
  const arg = b.graph.arg(id, 0);
  const shape = b.graph.shape(arg);
  const terms = range(1, k).flatMap((j) => {
    const inner = series.derivative(arg, j);
    const outer = weight && series.derivative(weight.id, k - j);
    return inner === undefined || outer === undefined ? [] : [b.ein(Q.integer(binomial(k - 1, j - 1)), [b.whole(inner), b.whole(outer)], shape)];
  });
  return terms.length === 0 ? undefined : b.sumOver(b.sum(terms, shape), attr.axes);
}

const range = (from: number, to: number): number[] => Array.from({ length: Math.max(to - from + 1, 0) }, (_, k) => from + k);

/** n over k. */
function binomial(n: number, k: number): bigint {
  let c = 1n;
  for (let j = 1; j <= k; j++) c = (c * BigInt(n - k + j)) / BigInt(j);
  return c;
}
