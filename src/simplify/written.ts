/**
 * Stable primitives as they are written on paper: `hypot(x, y)` is √(x² + y²) for a reader who did not type the name.
 * For printing only; the emitted code keeps the primitives.
 */
import { formulaTemplate } from '../elaborate/scalar.ts';
import type { Builder, Operand } from '../ir/build.ts';
import * as Q from '../ir/rational.ts';
import { instantiate, type Template } from '../ir/template.ts';
import type { Attr, MapAttr, NodeId, RedAttr } from '../ir/types.ts';
import { reachable, renamed } from '../ir/walk.ts';
import { Renaming, boundOf } from '../ir/dense.ts';
import { core } from '../ops/core.ts';
import { namedFunction } from '../print/named.ts';
import { rowOf, type OpName } from '../ops/table.ts';
import { writtenProduct } from './written-products.ts';

/** What is printed for a node in stable form, where that is known as a whole: a name, the primal. */
export type WrittenForms = ReadonlyMap<NodeId, NodeId>;

/** The roots with each primitive that nobody typed written out; `primal` is what the user typed. */
export function writtenOut(b: Builder, roots: readonly NodeId[], primal: readonly NodeId[], forms: WrittenForms): NodeId[] {
  const typed = new Set(reachable(b.graph, primal));
  const names = operationsOf(b, typed);
  const order = reachable(b.graph, roots);
  const made = new Renaming(boundOf(order));
  for (const id of order) {
    const before = b.graph.size;
    const form = (isNamed(b, id) ? undefined : forms.get(id)) ?? (typed.has(id) ? id : written(b, renamed(b, id, made), typed, names));
    b.graph.inheritRule(before, id);
    if (form !== id) made.set(id, form);
  }
  return roots.map((root) => made.get(root));
}

/** A primitive with a name that everybody knows is shorter than what was typed; so is an element of a softmax. */
function isNamed(b: Builder, id: NodeId): boolean {
  const attr = b.graph.attr(id);
  if (attr.kind === 'view') return namedFunction(b.graph, b.graph.arg(id, 0)) !== undefined;
  return attr.kind === 'map' && attr.op !== core.pow && rowOf(attr.op).reads === undefined;
}

function operationsOf(b: Builder, nodes: ReadonlySet<NodeId>): Set<OpName> {
  const names = new Set<OpName>();
  for (const id of nodes) {
    const attr = b.graph.attr(id);
    if (attr.kind === 'map') names.add(attr.op);
  }
  return names;
}

function written(b: Builder, id: NodeId, typed: ReadonlySet<NodeId>, names: ReadonlySet<OpName>): NodeId {
  const attr: Attr = b.graph.attr(id);
  if (attr.kind === 'red') return attr.op === 'norm' ? writtenNorm(b, id, attr) : writtenLogSumExp(b, id, attr);
  if (attr.kind === 'ein') return writtenProduct(b, id, attr) ?? id;
  if (attr.kind !== 'map') return id;
  const unguarded = withoutGuard(b, id, attr, typed);
  if (unguarded !== undefined) return unguarded;
  const text = names.has(attr.op) ? undefined : rowOf(attr.op).reads;
  if (text === undefined) return id;
  const operands = attr.subs.map((sub, k): Operand => ({ id: b.graph.arg(id, k), sub }));
  const form = instantiate(b, templateFor(attr.op, text), operands, attr.shape);
  // the form may itself hold a primitive with a form of its own; one level is all that rows use
  return b.ein(Q.ONE, [form], attr.shape);
}

/** `if x == 0 then 0 else …` of a partial: a derivative is read where the primal is smooth. */
function withoutGuard(b: Builder, id: NodeId, attr: MapAttr, typed: ReadonlySet<NodeId>): NodeId | undefined {
  if (attr.op !== core.where || !b.isZero(b.graph.arg(id, 1))) return undefined;
  const condition = b.graph.arg(id, 0);
  const test = b.graph.attr(condition);
  if (typed.has(condition) || test.kind !== 'map' || test.op !== core.eq || !b.isZero(b.graph.arg(condition, 1))) return undefined;
  return b.ein(Q.ONE, [{ id: b.graph.arg(id, 2), sub: attr.subs[2] ?? [] }], attr.shape);
}

/** The root of a sum of squares. */
function writtenNorm(b: Builder, id: NodeId, attr: RedAttr): NodeId {
  const squares = b.power(b.graph.arg(id, 0), Q.integer(2));
  return b.power(b.sumOver(squares, attr.axes), Q.HALF);
}

/** log-sum-exp over a few terms listed one by one. */
function writtenLogSumExp(b: Builder, id: NodeId, attr: RedAttr): NodeId {
  const list = b.graph.arg(id, 0);
  if (attr.op !== 'logsumexp' || attr.axes.join() !== '0' || b.graph.attr(list).kind !== 'stack') return id;
  const items = [...b.graph.args(list)];
  const reference = subtracted(b, items);
  const terms = items.map((u) => {
    const exponent = reference === undefined ? u : b.sum([u, reference], attr.shape);
    return { coef: Q.ONE, ...b.whole(b.map(core.exp, [b.whole(exponent)], attr.shape)) };
  });
  const total = b.map(core.ln, [b.whole(b.add(terms, attr.shape))], attr.shape);
  return reference === undefined ? total : b.subtract(total, reference);
}

/** What all items but a 0 are differences from: [0, x - z, y - z] are x, y and z less z. */
function subtracted(b: Builder, items: readonly NodeId[]): NodeId | undefined {
  const others = items.filter((u) => !b.isZero(u));
  const minuses = others.map((u) => {
    const attr = b.graph.attr(u);
    return attr.kind === 'add' ? [...b.graph.args(u)].filter((_, k) => Q.equal(attr.coefs[k] ?? Q.ONE, Q.MINUS_ONE)) : [];
  });
  if (others.length < 2 || others.length === items.length) return undefined;
  return minuses[0]?.find((z) => minuses.every((m) => m.includes(z)));
}

/** Compiled texts by operation: a memo of a pure function of the op table. */
const templates = new Map<OpName, Template>();

function templateFor(op: OpName, text: string): Template {
  let template = templates.get(op);
  if (template === undefined) templates.set(op, (template = formulaTemplate(text, rowOf(op).args)));
  return template;
}
