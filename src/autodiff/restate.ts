/**
 * Before a sweep, the primal is restated where another form has the cheaper derivative. A factorisation is not
 * pulled through when the value depends on the matrix only through its determinant or a quadratic form: the
 * derivative is then the inverse or an outer product (a Gaussian process costs a fourth of the general rule).
 * Values are not changed: afterwards each restated node gives way to the one that it stood for.
 */
import type { Builder, Operand } from '../ir/build.ts';
import * as Q from '../ir/rational.ts';
import type { EinAttr, NodeId } from '../ir/types.ts';
import { compose } from '../ir/sub.ts';
import { dependents, reachable, renamedInOrder } from '../ir/walk.ts';
import { core } from '../ops/core.ts';
import { choleskyAdjoint } from './linalg.ts';

interface Restated {
  readonly roots: readonly NodeId[];
  /** the original of each node that was made */
  readonly originals: ReadonlyMap<NodeId, NodeId>;
}

/** What a rule may look at besides the node: nodes that are varied themselves stay. */
interface Context {
  readonly b: Builder;
  readonly sources: ReadonlySet<NodeId>;
}

/** Both sides are equal wherever the left one is defined; a test samples them as texts. */
interface MatrixRule {
  readonly name: string;
  readonly text: string;
  readonly apply: (context: Context, id: NodeId) => NodeId | undefined;
}

/** The matrix is symmetric positive definite where `cholesky` is defined: that is the condition of each rule with it. */
export const MATRIX_RULES: readonly MatrixRule[] = [
  { name: 'written-determinant', text: 'det([A[1, 1], A[1, 2]; A[2, 1], A[2, 2]]) -> A[1, 1]*A[2, 2] - A[1, 2]*A[2, 1]', apply: writtenDeterminant },
  { name: 'log-of-determinant', text: 'ln(det(A)) -> logdet(A)', apply: logOfDeterminant },
  { name: 'log-determinant-by-cholesky', text: 'sum(ln(diag(cholesky(A)))) -> logdet(A)/2', apply: logDeterminantByCholesky },
  { name: 'quadratic-form-by-cholesky', text: "solve_lower(cholesky(A), x)'*solve_lower(cholesky(A), y) -> x'*solve(A, y)", apply: quadraticForm },
  { name: 'norm-by-cholesky', text: "sum(solve_lower(cholesky(A), x).^2) -> x'*solve(A, x)", apply: quadraticForm },
  { name: 'solve-by-cholesky', text: "solve_upper(cholesky(A)', solve_lower(cholesky(A), x)) -> solve(A, x)", apply: solveByCholesky },
  { name: 'inverse-by-cholesky', text: "inv(cholesky(A)*cholesky(A)') -> inv(A)", apply: inverseByCholesky },
];

export function restate(b: Builder, roots: readonly NodeId[], sources: readonly NodeId[]): Restated {
  const order = reachable(b.graph, roots);
  if (!order.some((id) => b.graph.attr(id).kind === 'linalg')) return { roots, originals: new Map() };
  const context: Context = { b, sources: new Set(sources) };
  const active = dependents(b.graph, order, context.sources);
  const made = new Map<NodeId, NodeId>();
  const originals = new Map<NodeId, NodeId>();
  for (const id of order) {
    if (!active.has(id) || context.sources.has(id)) continue;
    const next = restated(context, renamedInOrder(b, id, made));
    if (next === id) continue;
    made.set(id, next);
    if (!originals.has(next)) originals.set(next, id);
  }
  return { roots: roots.map((root) => made.get(root) ?? root), originals };
}

function restated(context: Context, id: NodeId): NodeId {
  const { b } = context;
  const attr = b.graph.attr(id);
  // the fast kernel of the Cholesky adjoint is written out before it is differentiated itself
  if (attr.kind === 'linalg' && attr.op === 'chol-adjoint') return choleskyAdjoint(b, b.graph.arg(id, 0), b.graph.arg(id, 1), []);
  for (const rule of MATRIX_RULES) {
    const found = rule.apply(context, id);
    if (found !== undefined && found !== id) return found;
  }
  return id;
}

// ---- the rules ---------------------------------------------------------------------------------------

function logOfDeterminant({ b, sources }: Context, id: NodeId): NodeId | undefined {
  const attr = b.graph.attr(id);
  if (attr.kind !== 'map' || attr.op !== core.ln || attr.shape.length > 0) return undefined;
  const det = b.graph.arg(id, 0);
  return isKernel(b, det, 'det') && !sources.has(det) ? b.linalg('logdet', [b.graph.arg(det, 0)]) : undefined;
}

/** Σ ln Lᵢᵢ as a factor of a product. */
function logDeterminantByCholesky(context: Context, id: NodeId): NodeId | undefined {
  const { b } = context;
  const attr = b.graph.attr(id);
  if (attr.kind !== 'ein') return undefined;
  for (const [k, sub] of attr.subs.entries()) {
    const [label = -1] = sub;
    if (sub.length !== 1 || !isSummedAlone(attr, label, [k])) continue;
    const matrix = matrixOfLogDiagonal(context, b.graph.arg(id, k));
    if (matrix === undefined) continue;
    const half = b.scale(Q.HALF, b.linalg('spd-logdet', [matrix]));
    return replaceFactors(b, id, attr, [k], [{ id: half, sub: [] }]);
  }
  return undefined;
}

/** A, for ln(diag(cholesky(A))). */
function matrixOfLogDiagonal({ b, sources }: Context, id: NodeId): NodeId | undefined {
  const logs = b.graph.attr(id);
  if (logs.kind !== 'map' || logs.op !== core.ln || sources.has(id)) return undefined;
  const diagonal = b.graph.arg(id, 0);
  const attr = b.graph.attr(diagonal);
  if (attr.kind !== 'ein' || attr.subs.length !== 1 || !Q.isOne(attr.coef) || attr.sums.length > 0 || sources.has(diagonal)) return undefined;
  const [sub = []] = attr.subs;
  return sub.length === 2 && sub[0] === sub[1] ? choleskyOf({ b, sources }, b.graph.arg(diagonal, 0)) : undefined;
}

/** Σₖ uₖ vₖ with u = L⁻¹x and v = L⁻¹y, or Σₖ uₖ². */
function quadraticForm(context: Context, id: NodeId): NodeId | undefined {
  const { b } = context;
  const attr = b.graph.attr(id);
  if (attr.kind !== 'ein') return undefined;
  const solved = attr.subs.flatMap((sub, k) => {
    const factor: Operand = { id: b.graph.arg(id, k), sub };
    const base = baseOfSquare(context, factor);
    const half = halfSolved(context, (base ?? factor).id);
    return half === undefined ? [] : [{ k, sub: (base ?? factor).sub, ...half, squared: base !== undefined }];
  });
  for (const [n, first] of solved.entries()) {
    const second = first.squared ? first : solved.slice(n + 1).find((s) => !s.squared && s.matrix === first.matrix && s.sub[0] === first.sub[0]);
    if (second === undefined || !isSummedAlone(attr, first.sub[0] ?? -1, [first.k, second.k])) continue;
    const solution = b.linalg('spd-solve', [first.matrix, second.right]);
    return replaceFactors(b, id, attr, [first.k, second.k], [{ id: first.right, sub: first.sub }, { id: solution, sub: second.sub }]);
  }
  return undefined;
}

/** u in the labels of whoever uses u²; its axes may stand in another order. */
function baseOfSquare({ b, sources }: Context, { id, sub }: Operand): Operand | undefined {
  const attr = b.graph.attr(id);
  if (attr.kind !== 'map' || attr.op !== core.pow || sources.has(id)) return undefined;
  const exponent = b.constantOf(b.graph.arg(id, 1));
  const [own = []] = attr.subs;
  const isSquare = exponent !== undefined && exponent.num === 2n && exponent.den === 1n;
  return isSquare && own.length === attr.shape.length ? { id: b.graph.arg(id, 0), sub: compose(own, sub) } : undefined;
}

/** A and x, for solve_lower(cholesky(A), x). */
function halfSolved(context: Context, id: NodeId): { readonly matrix: NodeId; readonly right: NodeId } | undefined {
  const { b, sources } = context;
  const attr = b.graph.attr(id);
  if (attr.kind !== 'linalg' || attr.op !== 'tsolve' || attr.transposed || sources.has(id)) return undefined;
  const matrix = choleskyOf(context, b.graph.arg(id, 0));
  return matrix === undefined ? undefined : { matrix, right: b.graph.arg(id, 1) };
}

function solveByCholesky(context: Context, id: NodeId): NodeId | undefined {
  const { b } = context;
  const attr = b.graph.attr(id);
  if (attr.kind !== 'linalg' || attr.op !== 'tsolve' || !attr.transposed) return undefined;
  const half = halfSolved(context, b.graph.arg(id, 1));
  return half !== undefined && choleskyOf(context, b.graph.arg(id, 0)) === half.matrix ? b.linalg('spd-solve', [half.matrix, half.right]) : undefined;
}

/** Derivatives know it as one kernel. */
function inverseByCholesky(context: Context, id: NodeId): NodeId | undefined {
  const { b } = context;
  const matrix = isKernel(b, id, 'chol-inv') ? choleskyOf(context, b.graph.arg(id, 0)) : undefined;
  return matrix === undefined ? undefined : b.linalg('spd-inv', [matrix]);
}

// ---- looking -----------------------------------------------------------------------------------------

function isKernel(b: Builder, id: NodeId, op: string): boolean {
  const attr = b.graph.attr(id);
  return attr.kind === 'linalg' && attr.op === op;
}

/** A, for cholesky(A). */
function choleskyOf({ b, sources }: Context, id: NodeId): NodeId | undefined {
  return isKernel(b, id, 'chol') && !sources.has(id) ? b.graph.arg(id, 0) : undefined;
}

/** The label is summed and occurs in these factors only. */
function isSummedAlone(attr: EinAttr, label: number, factors: readonly number[]): boolean {
  return label >= attr.shape.length && attr.subs.every((sub, k) => sub.filter((l) => l === label).length === (factors.includes(k) ? 1 : 0));
}

function replaceFactors(b: Builder, id: NodeId, attr: EinAttr, gone: readonly number[], by: readonly Operand[]): NodeId {
  const kept = attr.subs.flatMap((sub, k) => (gone.includes(k) ? [] : [{ id: b.graph.arg(id, k), sub }]));
  const factors = [...kept, ...by];
  const rank = attr.shape.length;
  const left = attr.sums.map((_, k) => rank + k).filter((label) => factors.some((f) => f.sub.includes(label)));
  const place = (label: number): number => (label < rank ? label : rank + left.indexOf(label));
  return b.ein(attr.coef, factors.map((f) => ({ id: f.id, sub: f.sub.map(place) })), attr.shape, left.map((label) => attr.sums[label - rank] ?? '1'));
}

/** Of elements that are written one by one: by rows. No inverse is needed then, which a singular matrix has not. */
function writtenDeterminant({ b }: Context, id: NodeId): NodeId | undefined {
  const attr = b.graph.attr(id);
  const matrix = attr.kind === 'linalg' && attr.op === 'det' ? b.graph.arg(id, 0) : -1;
  const rows = matrix < 0 || b.graph.attr(matrix).kind !== 'stack' ? [] : [...b.graph.args(matrix)];
  if (rows.length < 2 || rows.length > 3 || !rows.every((row) => b.graph.attr(row).kind === 'stack')) return undefined;
  const at = (i: number, j: number): NodeId => b.graph.arg(rows[i] ?? -1, j);
  const product = (sign: 1 | -1, ...factors: readonly NodeId[]): NodeId => b.ein(Q.integer(sign), factors.map((factor) => ({ id: factor, sub: [] })), []);
  const places = rows.length === 2 ? [[0, 1]] : [[0, 1, 2], [1, 2, 0], [2, 0, 1]];
  const terms = places.flatMap((even) => {
    const odd = [even[1] ?? 0, even[0] ?? 0, ...even.slice(2)];
    return [product(1, ...even.map((j, i) => at(i, j))), product(-1, ...odd.map((j, i) => at(i, j)))];
  });
  return b.sum(terms, []);
}
