/** What does not depend on any input: folded once, to one double, which is the nearest to the exact value where that is known. */
import { core } from '../ops/core.ts';
import { rowOf } from '../ops/table.ts';
import { add, exp, fromRational, ln, multiply, nearestDouble, pi, power, squareRoot, type BigReal } from './big-real.ts';
import type { Graph } from './graph.ts';
import * as Q from './rational.ts';
import type { AddAttr, ConstValue, EinAttr, MapAttr, NodeId } from './types.ts';

export interface Constants {
  /** scalars that are numbers */
  readonly values: ReadonlyMap<NodeId, number>;
  /** what the constant factors of a product that varies make with its coefficient */
  readonly factors: ReadonlyMap<NodeId, number>;
}

export function foldConstants(graph: Graph, order: readonly NodeId[]): Constants {
  const folding = new Folding(graph);
  for (const id of order) folding.visit(id);
  return folding;
}

export function constantValue(value: ConstValue): number {
  switch (value.kind) {
    case 'rational': return Q.toNumber(value.value);
    case 'named': return Math.PI;
    case 'double': return value.value;
  }
}

class Folding implements Constants {
  readonly values = new Map<NodeId, number>();
  readonly factors = new Map<NodeId, number>();
  readonly #graph: Graph;
  /** of operations: those of numbers are made when they are asked for */
  readonly #exact = new Map<NodeId, BigReal>();

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  visit(id: NodeId): void {
    const attr = this.#graph.attr(id);
    if (attr.kind === 'const') {
      this.values.set(id, constantValue(attr.value));
      return;
    }
    const args = this.#graph.argList(id);
    const known = args.filter((arg) => this.values.has(arg));
    const whole = known.length > 0 && known.length === args.length && attr.shape.length === 0;
    if (attr.kind === 'map' && whole) this.#operation(id, attr, args);
    else if (attr.kind === 'ein' && attr.sums.length === 0 && known.length > 0) this.#product(id, attr, known, whole);
    else if (attr.kind === 'add' && whole) this.#sum(id, attr, args);
  }

  #operation(id: NodeId, attr: MapAttr, args: readonly NodeId[]): void {
    const [x] = args.map((arg) => this.#exactOf(arg));
    const exact = x === undefined ? undefined : this.#applied(attr, x, args[1]);
    const row = rowOf(attr.op);
    if (row.kind === 'primitive') this.values.set(id, this.#nearest(id, exact) ?? row.evaluate(...args.map((arg) => this.#value(arg))));
  }

  #applied(attr: MapAttr, x: BigReal, second: NodeId | undefined): BigReal | undefined {
    switch (attr.op) {
      case core.sqrt: return x.m > 0n ? squareRoot(x) : undefined;
      case core.ln: return x.m > 0n ? ln(x) : undefined;
      case core.exp: return exp(x);
      case core.pow: {
        const exponent = second === undefined ? undefined : this.#graph.attr(second);
        return exponent?.kind === 'const' && exponent.value.kind === 'rational' ? power(x, exponent.value.value) : undefined;
      }
      default: return undefined;
    }
  }

  /** The coefficient and the factors that are numbers; the sign stays with the coefficient when other factors vary. */
  #product(id: NodeId, attr: EinAttr, factors: readonly NodeId[], whole: boolean): void {
    const coef = whole || !Q.isNegative(attr.coef) ? attr.coef : Q.negate(attr.coef);
    const exact = factors.reduce<BigReal | undefined>((product, factor) => combined(multiply, product, this.#exactOf(factor)), fromRational(coef));
    const value = this.#nearest(id, exact) ?? factors.reduce((product, factor) => product * this.#value(factor), Q.toNumber(coef));
    (whole ? this.values : this.factors).set(id, value);
  }

  #sum(id: NodeId, attr: AddAttr, terms: readonly NodeId[]): void {
    const coef = (k: number): Q.Rational => attr.coefs[k] ?? Q.ONE;
    const exact = terms.map((term, k) => combined(multiply, this.#exactOf(term), fromRational(coef(k)))).reduce((x, y) => combined(add, x, y));
    this.values.set(id, this.#nearest(id, exact) ?? terms.reduce((sum, term, k) => sum + Q.toNumber(coef(k)) * this.#value(term), 0));
  }

  #value(id: NodeId): number {
    return this.values.get(id) ?? Number.NaN;
  }

  #exactOf(id: NodeId): BigReal | undefined {
    const attr = this.#graph.attr(id);
    if (attr.kind !== 'const') return this.#exact.get(id);
    switch (attr.value.kind) {
      case 'rational': return fromRational(attr.value.value);
      case 'named': return pi();
      case 'double': return undefined;
    }
  }

  #nearest(id: NodeId, exact: BigReal | undefined): number | undefined {
    if (exact === undefined) return undefined;
    this.#exact.set(id, exact);
    return nearestDouble(exact);
  }
}

function combined(operation: (x: BigReal, y: BigReal) => BigReal, x: BigReal | undefined, y: BigReal | undefined): BigReal | undefined {
  return x === undefined || y === undefined ? undefined : operation(x, y);
}
