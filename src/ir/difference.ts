/** Differences of inputs: of what is not rounded itself, the rounding of x - y is known exactly. */
import type { Graph } from './graph.ts';
import * as Q from './rational.ts';
import type { Rational } from './rational.ts';
import type { Term } from './term.ts';
import type { Attr, NodeId, Sub } from './types.ts';

/** The nodes whose elements are inputs as they are: places of them, and the largest and the smallest. */
export function unrounded(graph: Graph, order: readonly NodeId[]): ReadonlySet<NodeId> {
  const found = new Set<NodeId>();
  for (const id of order) {
    const attr = graph.attr(id);
    const isPlaces = attr.kind === 'view' || attr.kind === 'stack' || (attr.kind === 'red' && (attr.op === 'max' || attr.op === 'min'));
    if (attr.kind === 'leaf' || isNumber(attr) || (isPlaces && graph.argList(id).every((arg) => found.has(arg)))) found.add(id);
  }
  return found;
}

const isNumber = (attr: Attr): boolean => attr.kind === 'const' && attr.value.kind !== 'named';

/** u and v of u - v, both inputs, whose labels are `sub`. A constant, which is a multiple of 1, can be either. */
export function differenceOfInputs(graph: Graph, of: NodeId, sub: Sub, inputs: ReadonlySet<NodeId>): readonly [Term, Term] | undefined {
  const attr = graph.attr(of);
  if (attr.kind !== 'add' || attr.subs.length !== 2) return undefined;
  const terms = attr.subs.map((labels, k): Term => ({ coef: attr.coefs[k] ?? Q.ONE, id: graph.arg(of, k), sub: labels.map((label) => sub[label] ?? -1) }));
  if (!terms.every((term) => inputs.has(term.id))) return undefined;
  const constant = terms.find((term) => isNumber(graph.attr(term.id)));
  const plain = (sign: Rational): Term | undefined => {
    const found = terms.find((term) => term !== constant && Q.equal(term.coef, sign));
    return found && { ...found, coef: Q.ONE };
  };
  const [u, v] = [plain(Q.ONE), plain(Q.MINUS_ONE)];
  if (constant !== undefined && u !== undefined) return [u, { ...constant, coef: Q.multiply(Q.MINUS_ONE, constant.coef) }];
  if (constant !== undefined && v !== undefined) return [constant, v];
  return u === undefined || v === undefined ? undefined : [u, v];
}
