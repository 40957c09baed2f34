/**
 * Dense algebra in the form that runs: whatever is asked of one matrix shares one factorisation, and an inverse
 * that only ever multiplies vectors is never formed. Runs last, when contractions have their order.
 */
import type { Builder, Operand } from '../ir/build.ts';
import { isNegative } from '../ir/rational.ts';
import type { EinAttr, LinalgAttr, LinearOp, NodeId } from '../ir/types.ts';
import { choleskyForm } from '../ir/cholesky-form.ts';
import { reachable, renamedInOrder } from '../ir/walk.ts';
import { core } from '../ops/core.ts';

/** The roots in that form, and where each old node went. `definite` are leaves declared symmetric positive definite. */
export function factorise(b: Builder, roots: readonly NodeId[], definite: ReadonlySet<NodeId>): { readonly roots: readonly NodeId[]; readonly moved: ReadonlyMap<NodeId, NodeId> } {
  const order = reachable(b.graph, roots);
  const moved = new Map<NodeId, NodeId>();
  if (!order.some((id) => b.graph.attr(id).kind === 'linalg')) return { roots, moved };
  const unformed = neverFormed(b, roots);
  for (const id of order) {
    const attr = b.graph.attr(id);
    const args = Array.from(b.graph.args(id), (arg) => moved.get(arg) ?? arg);
    let next = renamedInOrder(b, id, moved);
    if (attr.kind === 'linalg') next = factored(b, attr, args, isDefinite(b, args[0] ?? -1, definite) ? 'definite' : 'general') ?? next;
    else if (attr.kind === 'map') next = logOfDeterminant(b, next) ?? next;
    else if (attr.kind === 'ein') next = solvedProduct(b, id, attr, args, unformed) ?? next;
    moved.set(id, next);
  }
  return { roots: roots.map((root) => moved.get(root) ?? root), moved };
}

/** What takes the place of a kernel when the matrix is positive definite: half the work, and symmetric. */
const SYMMETRIC: Readonly<Partial<Record<LinearOp, LinearOp>>> = { solve: 'spd-solve', inv: 'spd-inv', logdet: 'spd-logdet' };

/** A declared matrix, or a sum of such with a positive multiple of the identity. */
function isDefinite(b: Builder, id: NodeId, definite: ReadonlySet<NodeId>): boolean {
  if (definite.has(id)) return true;
  const attr = b.graph.attr(id);
  if (attr.kind !== 'add' || attr.coefs.some(isNegative)) return false;
  const args = [...b.graph.args(id)];
  return args.some((arg) => definite.has(arg)) && args.every((arg, k) => attr.subs[k]?.length === 2 && (definite.has(arg) || isIdentity(b, arg)));
}

function isIdentity(b: Builder, id: NodeId): boolean {
  const attr = b.graph.attr(id);
  return attr.kind === 'delta' || (attr.kind === 'ein' && attr.subs.length === 1 && attr.sums.length === 0 && !isNegative(attr.coef) && b.graph.attr(b.graph.arg(id, 0)).kind === 'delta');
}

/** One kernel of a matrix as a kernel of its factors. */
function factored(b: Builder, attr: LinalgAttr, args: readonly NodeId[], kind: 'definite' | 'general'): NodeId | undefined {
  const symmetric = kind === 'definite' ? SYMMETRIC[attr.op] : undefined;
  if (symmetric !== undefined) return choleskyForm(b, symmetric, args);
  const [matrix = -1, right = -1] = args;
  const side = attr.transposed ? 'transposed' : 'plain';
  switch (attr.op) {
    case 'solve': return b.linalg('lu-solve', [b.linalg('lu', [matrix]), right], side);
    case 'inv': {
      const inverse = b.linalg('lu-inv', [b.linalg('lu', [matrix])]);
      return attr.transposed ? b.permute(inverse, [1, 0]) : inverse;
    }
    case 'logdet': return b.linalg('lu-logdet', [b.linalg('lu', [matrix])]);
    case 'det': return b.linalg('lu-det', [b.linalg('lu', [matrix])]);
    default: return choleskyForm(b, attr.op, args);
  }
}

/** ln det A from the pivots: it does not overflow where det A does. */
function logOfDeterminant(b: Builder, id: NodeId): NodeId | undefined {
  const attr = b.graph.attr(id);
  if (attr.kind !== 'map' || attr.op !== core.ln || attr.shape.length > 0) return undefined;
  const det = b.graph.attr(b.graph.arg(id, 0));
  return det.kind === 'linalg' && det.op === 'lu-det' ? b.linalg('lu-logdet', [b.graph.arg(b.graph.arg(id, 0), 0)]) : undefined;
}

// ---- inverses that multiply -----------------------------------------------------------------------

interface Product {
  /** position of the inverse and of what it is multiplied with */
  readonly inverse: number;
  readonly partner: number;
  /** the label they share, and the one that the inverse leaves */
  readonly shared: number;
  readonly left: number;
}

const isInverse = (b: Builder, id: NodeId): boolean => {
  const attr = b.graph.attr(id);
  return attr.kind === 'linalg' && !attr.transposed && (attr.op === 'inv' || attr.op === 'spd-inv');
};

/** Inverses whose every use is a product with a vector, or whose only use is a product with a matrix. */
function neverFormed(b: Builder, roots: readonly NodeId[]): ReadonlySet<NodeId> {
  const uses = new Map<NodeId, { readonly vectors: number; readonly matrices: number; readonly others: number }>();
  const note = (id: NodeId, use: 'vectors' | 'matrices' | 'others'): void => {
    const known = uses.get(id) ?? { vectors: 0, matrices: 0, others: 0 };
    uses.set(id, { ...known, [use]: known[use] + 1 });
  };
  for (const root of roots) if (isInverse(b, root)) note(root, 'others');
  for (const id of reachable(b.graph, roots)) {
    const attr = b.graph.attr(id);
    for (const [k, arg] of [...b.graph.args(id)].entries()) {
      if (!isInverse(b, arg)) continue;
      const product = attr.kind === 'ein' ? productAt(b, id, attr, k) : undefined;
      note(arg, product === undefined ? 'others' : (attr.kind === 'ein' && attr.subs[product.partner]?.length === 1) ? 'vectors' : 'matrices');
    }
  }
  return new Set([...uses].filter(([, u]) => u.others === 0 && (u.matrices === 0 || u.matrices + u.vectors === 1)).map(([id]) => id));
}

/** A factor that shares one summed label with the inverse at position k and nothing else: a vector if there is one. */
function productAt(b: Builder, id: NodeId, attr: EinAttr, k: number): Product | undefined {
  const sub = attr.subs[k] ?? [];
  const found = [...sub.entries()].flatMap(([axis, shared]): Product[] => {
    const left = sub[1 - axis] ?? -1;
    if (shared < attr.shape.length || shared === left) return [];
    const holders = attr.subs.flatMap((other, n) => (n !== k && other.includes(shared) ? [n] : []));
    const [partner = -1] = holders;
    const labels = attr.subs[partner] ?? [];
    if (holders.length !== 1 || labels.length > 2 || labels.includes(left) || new Set(labels).size < labels.length) return [];
    return isInverse(b, b.graph.arg(id, partner)) ? [] : [{ inverse: k, partner, shared, left }];
  });
  return found.find((p) => attr.subs[p.partner]?.length === 1) ?? found[0];
}

/** A⁻¹·b as the solution of A·x = b. */
function solvedProduct(b: Builder, id: NodeId, attr: EinAttr, args: readonly NodeId[], unformed: ReadonlySet<NodeId>): NodeId | undefined {
  const factors = attr.subs.map((sub, k): Operand => ({ id: args[k] ?? -1, sub }));
  const gone = new Set<number>();
  const solutions: Operand[] = [];
  for (const [k, original] of [...b.graph.args(id)].entries()) {
    if (!unformed.has(original)) continue;
    const product = productAt(b, id, attr, k);
    const partner = product === undefined ? undefined : factors[product.partner];
    if (product === undefined || partner === undefined || gone.has(product.partner)) return undefined;
    solutions.push(solution(b, args[k] ?? -1, attr.subs[k] ?? [], product, partner));
    gone.add(k).add(product.partner);
  }
  if (solutions.length === 0) return undefined;
  const remaining = [...factors.filter((_, k) => !gone.has(k)), ...solutions];
  const used = new Set(remaining.flatMap((f) => f.sub));
  const sums = attr.sums.map((size, k) => ({ size, label: attr.shape.length + k })).filter(({ label }) => used.has(label));
  const place = (label: number): number => (label < attr.shape.length ? label : attr.shape.length + sums.findIndex((s) => s.label === label));
  return b.ein(attr.coef, remaining.map((f) => ({ id: f.id, sub: f.sub.map(place) })), attr.shape, sums.map((s) => s.size));
}

/** `inverse` is the inverse in factored form: lu-inv(F) or chol-inv(L). */
function solution(b: Builder, inverse: NodeId, sub: readonly number[], { shared, left }: Product, partner: Operand): Operand {
  const factors = b.graph.arg(inverse, 0);
  const attr = b.graph.attr(inverse);
  const columnsFirst = partner.sub.length === 2 && partner.sub[1] === shared;
  const right = columnsFirst ? b.permute(partner.id, [1, 0]) : partner.id;
  const others = partner.sub.filter((label) => label !== shared);
  // A⁻ᵀ is meant when the first axis of the inverse is summed
  const id = attr.kind === 'linalg' && attr.op === 'chol-inv'
    ? b.linalg('tsolve', [factors, b.linalg('tsolve', [factors, right])], 'transposed')
    : b.linalg('lu-solve', [factors, right], sub[0] === shared ? 'transposed' : 'plain');
  return { id, sub: [left, ...others] };
}
