/** Adjoints of the elements along a short axis, put together as one literal instead of being scattered into zeros. */
import type { Builder } from '../ir/build.ts';
import { constantDim, type Dim } from '../ir/dim.ts';
import type { NodeId } from '../ir/types.ts';
import { isWhole } from '../ir/walk.ts';

/** Longer literals would make long code. */
const LONGEST = 8;

/** The contributions of one adjoint, those to single positions of a short axis as one literal. */
export function joinParts(b: Builder, contributions: readonly NodeId[], shape: readonly Dim[]): readonly NodeId[] {
  let current = contributions;
  for (const [axis, size] of shape.entries()) {
    const length = constantDim(size);
    if (length !== undefined && length <= LONGEST) current = joinAlong(b, current, shape, axis, length);
  }
  return current;
}

function joinAlong(b: Builder, contributions: readonly NodeId[], shape: readonly Dim[], axis: number, length: number): readonly NodeId[] {
  const rest: NodeId[] = [];
  const elements: NodeId[][] = Array.from({ length }, () => []);
  for (const id of contributions) {
    const part = partOf(b, id, shape.length, axis);
    const at = part === undefined ? undefined : elements[part.position];
    if (part === undefined || at === undefined) rest.push(id);
    else at.push(part.value);
  }
  if (rest.length === contributions.length) return contributions;
  const inner = shape.filter((_, k) => k !== axis);
  const literal = b.stack(elements.map((values) => (values.length === 0 ? b.zero(inner) : b.sum(values, inner))));
  return [b.permute(literal, shape.map((_, k) => (k === axis ? 0 : k < axis ? k + 1 : k))), ...rest];
}

/** A tensor that is zero but for one position of an axis. */
function partOf(b: Builder, id: NodeId, rank: number, axis: number): { readonly position: number; readonly value: NodeId } | undefined {
  const attr = b.graph.attr(id);
  if (attr.kind === 'ein' && attr.subs.length === 1 && attr.sums.length === 0 && isWhole(attr.subs[0] ?? [], rank)) {
    const part = partOf(b, b.graph.arg(id, 0), rank, axis);
    return part && { ...part, value: b.scale(attr.coef, part.value) };
  }
  const fixed = attr.kind === 'scat' && b.graph.arity(id) === 1 ? attr.index[axis] : undefined;
  const position = fixed?.kind === 'affine' && fixed.terms.length === 0 ? constantDim(fixed.offset) : undefined;
  if (attr.kind !== 'scat' || position === undefined || b.graph.shape(b.graph.arg(id, 0)).length !== rank - 1) return undefined;
  const others = attr.index.filter((_, k) => k !== axis);
  const inOrder = others.every((index, k) => index.kind === 'affine' && index.offset === '0' && index.terms.length === 1 && index.terms[0]?.label === k && index.terms[0].coef === 1);
  return inOrder ? { position, value: b.graph.arg(id, 0) } : undefined;
}
