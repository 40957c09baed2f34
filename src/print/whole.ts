/** Whole tensors without indices: elementwise operations, sums, slices, reductions, linear algebra. */
import type { Visit } from '../ast/trampoline.ts';
import { constantDim, readDim, shiftDim, type Dim } from '../ir/dim.ts';
import type { Graph } from '../ir/graph.ts';
import * as Q from '../ir/rational.ts';
import type { CallAttr, EinAttr, LinalgAttr, MapAttr, NodeId, RedAttr, Sub, ViewAttr } from '../ir/types.ts';
import { call, elementwise, matrixProduct, readContraction, transposed } from './contraction.ts';
import { applied, dimFormula, INDEXED, isReciprocal } from './elements.ts';
import { symbol, type Formula } from './formula.ts';
import { namedFunction } from './named.ts';
import type { Reader } from './reader.ts';
import { readWholeSum } from './sum.ts';

/** A node of rank 1 or more; `INDEXED` when only an element can be written. */
export function* readWhole(reader: Reader, id: NodeId): Visit<Formula> {
  const attr = reader.graph.attr(id);
  const named = namedFunction(reader.graph, id);
  if (named !== undefined) {
    const argument = yield reader.whole(named.argument);
    if (argument !== INDEXED) return call(named.name, argument);
  }
  switch (attr.kind) {
    case 'leaf': return attr.element === 'index' ? INDEXED : symbol(attr.name);
    case 'delta': return call('eye', dimFormula(attr.shape[0] ?? '1'));
    case 'map': return yield wholeMap(reader, id, attr);
    case 'add': return yield readWholeSum(reader, id, attr, wholeOperand);
    case 'ein': return yield wholeProduct(reader, id, attr);
    case 'red': return yield wholeReduction(reader, id, attr);
    case 'view': return yield slice(reader, id, attr);
    case 'stack': return yield literal(reader, id);
    case 'linalg': return yield linearAlgebra(reader, id, attr);
    case 'call': return yield wholeCall(reader, id, attr);
    default: return INDEXED;
  }
}

/** An argument as it stands in an elementwise operation over `shape`: broadcasting adds leading axes only. */
export function* wholeOperand(reader: Reader, id: NodeId, sub: Sub, shape: readonly Dim[]): Visit<Formula> {
  if (sub.length === 0) return yield reader.element(id, []);
  const value = yield reader.whole(id);
  if (value === INDEXED) return INDEXED;
  const missing = shape.length - sub.length;
  if (sub.every((label, k) => label === missing + k)) {
    const kept = shape.slice(missing);
    // which axis is meant would not be clear from equal sizes
    const clear = missing === 0 || !shape.slice(0, missing).some((dim) => kept.includes(dim));
    if (clear || shape.length !== 2) return clear ? value : INDEXED;
    return matrixProduct([call('ones', dimFormula(shape[0] ?? '1')), transposed(value)]);
  }
  if (shape.length !== 2) return INDEXED;
  if (sub.length === 1) return matrixProduct([value, transposed(call('ones', dimFormula(shape[1] ?? '1')))]);
  const attr = reader.graph.attr(id);
  // (A*B)' is B'*A'
  const flipped = attr.kind === 'ein' && !reader.options.names.has(id) ? yield readContraction(reader, id, attr, 'transposed') : INDEXED;
  return flipped === INDEXED ? transposed(value) : flipped;
}

function* wholeMap(reader: Reader, id: NodeId, attr: MapAttr): Visit<Formula> {
  const { graph } = reader;
  // a selection along some axes only is read more easily by elements than with ones(N)*x'
  if (attr.op === 'where' && attr.subs.some((sub) => sub.length > 0 && sub.length < attr.shape.length)) return INDEXED;
  const args: Formula[] = [];
  let spread = false;
  for (let k = 0; k < attr.subs.length; k++) {
    const sub = attr.subs[k] ?? [];
    const value = yield wholeOperand(reader, graph.arg(id, k), sub, attr.shape);
    if (value === INDEXED) return INDEXED;
    spread ||= sub.length === attr.shape.length;
    args.push(value);
  }
  if (!spread) return INDEXED;
  const [base, exponent] = args;
  if (attr.op === 'pow' && base !== undefined && exponent !== undefined) {
    if (!isReciprocal(graph, id) || exponent.kind !== 'negative') return { kind: 'power', base, exponent, elementwise: true };
    const divisor: Formula = exponent.operand.kind === 'number' && Q.isOne(exponent.operand.value) ? base : { kind: 'power', base, exponent: exponent.operand, elementwise: true };
    return elementwise([], [divisor]);
  }
  return attr.op === 'where' ? call('where', ...args) : applied(attr.op, args);
}

function* wholeProduct(reader: Reader, id: NodeId, attr: EinAttr): Visit<Formula> {
  if (attr.subs.length > 0) return yield readContraction(reader, id, attr);
  const sizes = attr.shape.map(dimFormula);
  if (Q.isZero(attr.coef)) return call('zeros', ...sizes);
  const ones = call('ones', ...sizes);
  const coef = Q.isNegative(attr.coef) ? Q.negate(attr.coef) : attr.coef;
  const scaled: Formula = Q.isOne(coef) ? ones : { kind: 'product', coef, over: [ones], under: [] };
  return Q.isNegative(attr.coef) ? { kind: 'negative', operand: scaled } : scaled;
}

/** Over all axes or over one. */
export function* wholeReduction(reader: Reader, id: NodeId, attr: RedAttr): Visit<Formula> {
  const argument = reader.graph.arg(id, 0);
  const value = yield reader.whole(argument);
  if (value === INDEXED) return INDEXED;
  if (attr.shape.length === 0) return call(attr.op === 'norm' ? 'norm2' : attr.op, value);
  const [axis] = attr.axes;
  if (attr.op === 'norm') return INDEXED;
  return attr.axes.length === 1 && axis !== undefined ? { ...call(attr.op, value), axis: axis + 1 } : INDEXED;
}

/** `x[2..N]`, `A[1, :]`: every label once, in order. */
function* slice(reader: Reader, id: NodeId, attr: ViewAttr): Visit<Formula> {
  const { graph } = reader;
  const inner = graph.shape(graph.arg(id, 0));
  const at: Formula[] = [];
  const counted = reader.options.counting.base;
  let next = 0;
  for (const [axis, index] of attr.index.entries()) {
    if (index.kind === 'gather' || attr.masked) return INDEXED;
    const [term] = index.terms;
    if (term === undefined) {
      at.push(dimFormula(shiftDim(index.offset, counted)));
      continue;
    }
    const { base, offset } = readDim(index.offset);
    if (index.terms.length > 1 || term.coef !== 1 || term.label !== next || base !== undefined) return INDEXED;
    const size = attr.shape[next] ?? '1';
    next += 1;
    at.push(offset === 0 && size === inner[axis] ? symbol(':') : { kind: 'range', from: dimFormula(String(offset + counted)), to: dimFormula(shiftDim(size, offset + counted - 1)) });
  }
  if (next !== attr.shape.length) return INDEXED;
  const value = yield reader.whole(graph.arg(id, 0));
  return value === INDEXED ? INDEXED : { kind: 'index', base: value, at };
}

function* literal(reader: Reader, id: NodeId): Visit<Formula> {
  const items: Formula[] = [];
  for (const arg of reader.graph.args(id)) {
    const item = reader.graph.shape(arg).length === 0 ? yield reader.element(arg, []) : yield reader.whole(arg);
    if (item === INDEXED) return INDEXED;
    items.push(item);
  }
  const args = [...reader.graph.args(id)];
  const rows = items.map((item, k) => (item.kind === 'vector' ? item.items : constantRow(reader.graph, args[k] ?? id)));
  if (rows.every((row) => row !== undefined)) return { kind: 'matrix', rows };
  return reader.graph.shape(id).length === 1 ? { kind: 'vector', items } : INDEXED;
}

/** One number everywhere in a row of known length, as beside rows that are written out. */
function constantRow(graph: Graph, id: NodeId): readonly Formula[] | undefined {
  const attr = graph.attr(id);
  const length = attr.shape.length === 1 ? constantDim(attr.shape[0] ?? '') : undefined;
  if (attr.kind !== 'ein' || attr.subs.length > 0 || attr.sums.length > 0 || length === undefined) return undefined;
  const value: Formula = Q.isNegative(attr.coef) ? { kind: 'negative', operand: { kind: 'number', value: Q.negate(attr.coef) } } : { kind: 'number', value: attr.coef };
  return Array.from({ length }, () => value);
}

export function* linearAlgebra(reader: Reader, id: NodeId, attr: LinalgAttr): Visit<Formula> {
  const args: Formula[] = [];
  for (const arg of reader.graph.args(id)) args.push(yield reader.wholeOrName(arg));
  const [a, b] = args;
  switch (attr.op) {
    case 'chol': return call('cholesky', ...args);
    case 'chol-adjoint': return call('cholesky_adjoint', ...args);
    case 'tsolve': return attr.transposed && a !== undefined && b !== undefined ? call('solve_upper', transposed(a), b) : call('solve_lower', ...args);
    // factored forms are the user's functions, computed otherwise
    case 'chol-inv': return call('inv', a === undefined ? symbol('?') : matrixProduct([a, transposed(a)]));
    case 'spd-solve': case 'lu-solve': case 'solve': return attr.transposed && a !== undefined && b !== undefined ? call('solve', transposed(a), b) : call('solve', ...args);
    case 'spd-inv': case 'lu-inv': case 'inv': return attr.transposed ? transposed(call('inv', ...args)) : call('inv', ...args);
    case 'spd-logdet': case 'lu-logdet': case 'logdet': return call('logdet', ...args);
    case 'lu-det': case 'det': return call('det', ...args);
    // only in what is scheduled, which is not printed
    case 'gram': case 'lu': return a ?? symbol('?');
  }
}

function* wholeCall(reader: Reader, id: NodeId, attr: CallAttr): Visit<Formula> {
  const args: Formula[] = [];
  for (let k = 0; k < attr.subs.length; k++) {
    const sub = attr.subs[k] ?? [];
    if (sub.length !== attr.shape.length) return INDEXED;
    const value = yield wholeOperand(reader, reader.graph.arg(id, k), sub, attr.shape);
    if (value === INDEXED) return INDEXED;
    args.push(value);
  }
  return { kind: 'call', op: undefined, name: callName(attr), args };
}

/** `u'` for a derivative in the one argument, `u_10` for mixed partials. */
export function callName(attr: CallAttr): string {
  if (attr.orders.length === 1) return attr.name + "'".repeat(attr.orders[0] ?? 0);
  return attr.orders.some((n) => n > 0) ? `${attr.name}_${attr.orders.join('')}` : attr.name;
}
