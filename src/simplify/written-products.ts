/**
 * Π over all elements but one, which is computed without a division by a loop from the front and a loop from the back,
 * as the product that it is on paper. For printing only.
 */
import type { Builder, Operand } from '../ir/build.ts';
import * as Q from '../ir/rational.ts';
import type { EinAttr, NodeId, ScanAttr } from '../ir/types.ts';
import { core } from '../ops/core.ts';

/** A product of elements before a position, or behind it. */
interface PartialProduct {
  readonly direction: ScanAttr['direction'];
  /** what is multiplied, along its first axis */
  readonly elements: NodeId;
  readonly sub: Operand['sub'];
  readonly factor: number;
}

/** The product with both loops as one `prod[j, j != i]`; undefined when it has no such pair. */
export function writtenProduct(b: Builder, id: NodeId, attr: EinAttr): NodeId | undefined {
  const partials = attr.subs.flatMap((sub, factor) => partialProduct(b, { id: b.graph.arg(id, factor), sub }, factor) ?? []);
  for (const front of partials) {
    const back = partials.find((p) => p.direction !== front.direction && p.elements === front.elements && p.sub.join() === front.sub.join());
    if (back === undefined) continue;
    const others = attr.subs.map((sub, k): Operand => ({ id: b.graph.arg(id, k), sub })).filter((_, k) => k !== front.factor && k !== back.factor);
    return b.ein(attr.coef, [...others, { id: othersOf(b, front.elements), sub: front.sub }], attr.shape, attr.sums);
  }
  return undefined;
}

function partialProduct(b: Builder, { id, sub }: Operand, factor: number): PartialProduct | undefined {
  const attr = b.graph.attr(id);
  if (attr.kind !== 'proj' || attr.which !== 'in') return undefined;
  const scan = b.graph.arg(id, 0);
  const loop = b.graph.attr(scan);
  if (loop.kind !== 'scan' || loop.carries !== 1 || loop.sequences !== 1 || !isProduct(b, loop) || !isOne(b, b.graph.arg(scan, 0))) return undefined;
  return { direction: loop.direction, elements: b.graph.arg(scan, 1), sub, factor };
}

/** Each step multiplies what it is given by the next element. */
function isProduct(b: Builder, loop: ScanAttr): boolean {
  const [next = -1] = loop.next;
  const attr = b.graph.attr(next);
  if (attr.kind !== 'ein' || attr.sums.length > 0 || attr.subs.length !== 2 || !Q.isOne(attr.coef) || attr.subs.some((sub) => sub.some((label, k) => label !== k))) return false;
  const roles = [...b.graph.args(next)].map((arg) => b.graph.attr(arg)).map((arg) => (arg.kind === 'param' ? arg.role : undefined));
  return roles.includes('carry') && roles.includes('sequence');
}

function isOne(b: Builder, id: NodeId): boolean {
  const constant = b.constantOf(id);
  return constant !== undefined && Q.isOne(constant);
}

/** Π_{j ≠ i} of the first axis, at every i. */
function othersOf(b: Builder, elements: NodeId): NodeId {
  const [length = '1', ...rest] = b.graph.shape(elements);
  const shape = [length, length, ...rest];
  const position = b.iota(length);
  const itself = b.map(core.eq, [{ id: position, sub: [1] }, { id: position, sub: [0] }], shape);
  const others = b.map(core.where, [b.whole(itself), { id: b.integer(1), sub: [] }, { id: elements, sub: shape.flatMap((_, k) => (k === 0 ? [] : [k])) }], shape);
  return b.reduce('prod', others, [1]);
}
