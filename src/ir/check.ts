/**
 * Validates a graph: the typing rules (every label one size, shapes that follow from the arguments) and what
 * the normal form promises. Run after every stage under test; an empty answer means a sound graph.
 */
import { rowOf } from '../ops/table.ts';
import { checkLoop, checkProjection } from './check-loop.ts';
import { linearShape } from './build.ts';
import { constantDim, dimDifference, readDim, shiftDim, type Dim } from './dim.ts';
import type { Graph } from './graph.ts';
import { isOne, isZero } from './rational.ts';
import type { AddAttr, Attr, EinAttr, LinalgAttr, MapAttr, CallAttr, NodeId, RedAttr, ScatAttr, Sub, ViewAttr } from './types.ts';
import { reachable, withBodies } from './walk.ts';

/** Findings about the nodes below the roots, loop bodies included: `%12 ein: label j is N and D`. */
export function checkGraph(graph: Graph, roots: readonly NodeId[]): string[] {
  const findings: string[] = [];
  const bodies = withBodies(graph, roots);
  for (const id of reachable(graph, bodies)) {
    const attr = graph.attr(id);
    const report = (message: string): void => void findings.push(`%${id} ${attr.kind}: ${message}`);
    for (const arg of graph.args(id)) if (arg >= id) report(`argument %${arg} is not older`);
    for (const dim of attr.shape) if (!isDim(dim)) report(`${JSON.stringify(dim)} is no size`);
    checkNode(new NodeCheck(graph, id, report), attr);
  }
  for (const id of reachable(graph, roots)) {
    if (graph.attr(id).kind === 'param') findings.push(`%${id} param: a parameter of a loop body stands outside of it`);
  }
  return findings;
}

const isDim = (dim: Dim): boolean => (constantDim(dim) ?? 0) >= 0 && /^(?:\d+|[\p{L}_][^\s,\][()]*)$/u.test(dim);

/** One node under examination. */
export class NodeCheck {
  readonly graph: Graph;
  readonly id: NodeId;
  readonly report: (message: string) => void;

  constructor(graph: Graph, id: NodeId, report: (message: string) => void) {
    this.graph = graph;
    this.id = id;
    this.report = report;
  }

  shapeOf(k: number): readonly Dim[] {
    return k < this.graph.arity(this.id) ? this.graph.shape(this.graph.arg(this.id, k)) : [];
  }

  arity(wanted: number): boolean {
    const found = this.graph.arity(this.id);
    if (found !== wanted) this.report(`${found} arguments, wanted ${wanted}`);
    return found === wanted;
  }

  same(what: string, found: readonly Dim[], wanted: readonly Dim[]): void {
    if (found.length !== wanted.length || found.some((dim, k) => dim !== wanted[k])) this.report(`${what} is [${found.join(', ')}], wanted [${wanted.join(', ')}]`);
  }

  /** Every label of every argument has the size of the axis it stands on. */
  labels(subs: readonly Sub[], sizes: readonly Dim[], repeats: 'allowed' | 'refused'): void {
    if (!this.arity(subs.length)) return;
    subs.forEach((sub, k) => {
      const shape = this.shapeOf(k);
      if (sub.length !== shape.length) this.report(`argument ${k} has ${shape.length} axes and ${sub.length} labels`);
      sub.forEach((label, axis) => {
        const size = sizes[label];
        if (size === undefined) this.report(`argument ${k} uses label ${label} of ${sizes.length}`);
        else if (size !== shape[axis]) this.report(`label ${label} is ${size} and ${shape[axis] ?? '?'} (argument ${k}, axis ${axis})`);
      });
      if (repeats === 'refused' && new Set(sub).size !== sub.length) this.report(`argument ${k} repeats a label`);
    });
  }
}

function checkNode(check: NodeCheck, attr: Attr): void {
  switch (attr.kind) {
    case 'leaf':
      if ((attr.element === 'index') !== (attr.of !== undefined)) check.report('positions and the axis they point into belong together');
      break;
    case 'const': case 'dim': case 'scan': check.same('shape', attr.shape, []); break;
    case 'iota': if (attr.shape.length !== 1) check.report('has one axis'); break;
    case 'delta': check.same('shape', attr.shape, [attr.shape[0] ?? '?', attr.shape[0] ?? '?']); break;
    case 'map': case 'call': checkElementwise(check, attr); break;
    case 'ein': checkProduct(check, attr); break;
    case 'add': checkSum(check, attr); break;
    case 'red': checkReduction(check, attr); break;
    case 'view': checkView(check, attr); break;
    case 'scat': checkScatter(check, attr); break;
    case 'stack': checkStack(check, attr.shape); break;
    case 'proj': checkProjection(check, attr); break;
    case 'linalg': checkLinearAlgebra(check, attr); break;
    case 'param': break;
  }
  if (attr.kind === 'scan') checkLoop(check, attr);
}

function checkElementwise(check: NodeCheck, attr: MapAttr | CallAttr): void {
  check.labels(attr.subs, attr.shape, 'refused');
  const wanted = attr.kind === 'map' ? rowOf(attr.op).args.length : attr.orders.length;
  if (attr.subs.length !== wanted) check.report(`${attr.kind === 'map' ? attr.op : attr.name} takes ${wanted} arguments, not ${attr.subs.length}`);
}

function checkProduct(check: NodeCheck, attr: EinAttr): void {
  const { graph, id } = check;
  const rank = attr.shape.length;
  check.labels(attr.subs, [...attr.shape, ...attr.sums], 'allowed');
  const used = new Set(attr.subs.flat());
  attr.sums.forEach((_, k) => used.has(rank + k) || check.report(`nothing carries the summed label ${rank + k}`));
  if (attr.subs.length === 0 && rank === 0) check.report('a scalar without factors is a constant');
  if (isZero(attr.coef) && attr.subs.length > 0) check.report('coefficient 0 with factors');
  let previous = -1;
  attr.subs.forEach((sub, k) => {
    const factor = graph.arg(id, k);
    if (factor < previous) check.report('factors are not in canonical order');
    previous = factor;
    checkFactor(check, graph.attr(factor), sub, rank);
  });
  const [only] = attr.subs;
  if (attr.subs.length === 1 && attr.sums.length === 0 && isOne(attr.coef) && only?.length === rank && only.every((label, k) => label === k)) check.report('is its own factor');
}

function checkFactor(check: NodeCheck, factor: Attr, sub: Sub, rank: number): void {
  if (factor.kind === 'const' && factor.value.kind === 'rational') check.report('a rational factor belongs into the coefficient');
  if (factor.kind === 'ein' && !isOne(factor.coef)) check.report('the coefficient of a factor belongs into the coefficient');
  if (factor.kind === 'ein' && factor.sums.length === 0 && factor.subs.length <= 1) check.report('a factor is a mere relabeling');
  if (factor.kind === 'delta' && (sub[0] === sub[1] || sub.some((label) => label >= rank))) check.report('a Kronecker delta can be contracted');
}

function checkSum(check: NodeCheck, attr: AddAttr): void {
  const { graph, id } = check;
  check.labels(attr.subs, attr.shape, 'allowed');
  if (attr.subs.length < 2) check.report('a sum has two terms or more');
  if (attr.coefs.length !== attr.subs.length) check.report(`${attr.coefs.length} coefficients for ${attr.subs.length} terms`);
  const terms = new Set<string>();
  let previous = -1;
  attr.subs.forEach((sub, k) => {
    const term = graph.arg(id, k);
    const node = graph.attr(term);
    const coef = attr.coefs[k];
    if (coef !== undefined && isZero(coef)) check.report(`term ${k} has coefficient 0`);
    if (node.kind === 'const' && node.value.kind === 'rational' && !isOne(node.value.value)) check.report('a rational term belongs into its coefficient');
    if (node.kind === 'ein' && (!isOne(node.coef) || (node.subs.length === 0 && node.sums.length === 0))) check.report('the coefficient of a term belongs into its coefficient');
    if (term < previous) check.report('terms are not in canonical order');
    previous = term;
    const key = `${term}|${sub.join('.')}`;
    if (terms.has(key)) check.report('like terms are not merged');
    terms.add(key);
  });
}

function checkReduction(check: NodeCheck, attr: RedAttr): void {
  if (!check.arity(1)) return;
  const shape = check.shapeOf(0);
  if (attr.axes.length === 0) check.report('reduces nothing');
  attr.axes.forEach((axis, k) => {
    if (!(axis >= 0 && axis < shape.length) || axis <= (attr.axes[k - 1] ?? -1)) check.report(`axes (${attr.axes.join(' ')}) of ${shape.length}`);
    if (constantDim(shape[axis] ?? '1') === 0) check.report(`reduces the empty axis ${axis}`);
  });
  check.same('shape', attr.shape, shape.filter((_, axis) => !attr.axes.includes(axis)));
}

function checkView(check: NodeCheck, attr: ViewAttr): void {
  checkIndex(check, attr, check.shapeOf(0), attr.shape);
}

function checkScatter(check: NodeCheck, attr: ScatAttr): void {
  checkIndex(check, attr, attr.shape, check.shapeOf(0));
}

/** `indexed` is the tensor that the positions point into, `labels` the sizes that the labels run over. */
function checkIndex(check: NodeCheck, attr: ViewAttr | ScatAttr, indexed: readonly Dim[], labels: readonly Dim[]): void {
  if (attr.index.length !== indexed.length) check.report(`${attr.index.length} positions for ${indexed.length} axes`);
  attr.index.forEach((axis, k) => {
    if (axis.kind === 'gather') {
      if (axis.arg < 1 || axis.arg >= check.graph.arity(check.id)) {
        check.report(`axis ${k} reads argument ${axis.arg}`);
        return;
      }
      check.same(`the labels of argument ${axis.arg}`, axis.sub.map((label) => labels[label] ?? '?'), check.shapeOf(axis.arg));
      return;
    }
    if (axis.terms.some((t) => labels[t.label] === undefined)) check.report(`axis ${k} uses a label that does not exist`);
    else if (!attr.masked && isOutside(axis.terms.map((t) => ({ coef: t.coef, size: labels[t.label] ?? '1' })), axis.offset, indexed[k] ?? '1')) check.report(`axis ${k} leaves its range`);
  });
}

/** Whether some position is provably below 0 or not below `size`; unknown sizes are at least 1. */
function isOutside(terms: readonly { readonly coef: number; readonly size: Dim }[], offset: Dim, size: Dim): boolean {
  const [first] = terms;
  const { base, offset: shift } = readDim(offset);
  if (terms.every((t) => t.coef >= 0) && base === undefined && shift < 0) return true;
  if (terms.length === 0) return (dimDifference(offset, size) ?? -1) >= 0;
  if (terms.length > 1 || first === undefined || first.coef !== 1) return false;
  const excess = base === undefined ? dimDifference(first.size, size) : undefined;
  return excess !== undefined && excess + shift > 0;
}

function checkStack(check: NodeCheck, shape: readonly Dim[]): void {
  const count = check.graph.arity(check.id);
  if (count === 0) check.report('is empty');
  for (let k = 0; k < count; k++) check.same(`the shape of argument ${k}`, check.shapeOf(k), shape.slice(1));
  if (shape[0] !== String(count)) check.report(`leading size ${shape[0] ?? '?'}, wanted ${count}`);
}

function checkGram(check: NodeCheck, attr: LinalgAttr): void {
  const weighted = check.graph.arity(check.id) > 1;
  if (!check.arity(weighted ? 2 : 1)) return;
  const matrix = check.shapeOf(0);
  if (weighted) check.same('the weights', check.shapeOf(1), matrix.slice(0, 1));
  check.same('shape', attr.shape, linearShape('gram', matrix, matrix));
}

function checkLinearAlgebra(check: NodeCheck, attr: LinalgAttr): void {
  if (attr.op === 'gram') {
    checkGram(check, attr);
    return;
  }
  const solves = attr.op === 'solve' || attr.op === 'tsolve' || attr.op === 'spd-solve' || attr.op === 'lu-solve';
  if (!check.arity(solves || attr.op === 'chol-adjoint' ? 2 : 1)) return;
  const matrix = check.shapeOf(0);
  const factored = attr.op.startsWith('lu-');
  const n = (factored ? matrix[1] : matrix[0]) ?? '?';
  check.same('the matrix', matrix, [factored ? shiftDim(n, 1) : n, n]);
  const right = check.shapeOf(1);
  if (solves && (right[0] !== n || right.length > 2)) check.report(`a right side [${right.join(', ')}] for a matrix [${matrix.join(', ')}]`);
  if (attr.op === 'chol-adjoint') check.same('the adjoint', right, matrix);
  check.same('shape', attr.shape, linearShape(attr.op, matrix, solves ? right : matrix));
}
