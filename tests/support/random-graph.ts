/** Random well-typed graphs over two sizes, made through the builder: for fuzzing every graph-to-graph stage. */
import { Builder, type Operand } from '../../src/ir/build.ts';
import type { Dim } from '../../src/ir/dim.ts';
import { evaluate, type Environment } from '../../src/ir/evaluate.ts';
import { Graph } from '../../src/ir/graph.ts';
import { axisLabel } from '../../src/ir/normal-view.ts';
import * as Q from '../../src/ir/rational.ts';
import { closeScan } from '../../src/ir/scan.ts';
import type { NodeId } from '../../src/ir/types.ts';
import { reachable } from '../../src/ir/walk.ts';
import type { OpName } from '../../src/ops/table.ts';

/** Small deterministic generator (mulberry32): the same seed gives the same graph everywhere. */
export function random(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const UNARY: readonly OpName[] = ['sin', 'cos', 'tanh', 'exp', 'sigmoid', 'abs', 'softplus'];
const SIZES = new Map([['N', 3], ['D', 2]]);

export interface RandomGraph {
  readonly builder: Builder;
  readonly root: NodeId;
  readonly environment: Environment;
}

/** What the generator may use: `scalar` gives formulas without tensors. */
export type Flavour = 'scalar' | 'tensor';

class Generator {
  readonly b = new Builder(new Graph());
  readonly next: () => number;
  readonly pool: NodeId[] = [];
  readonly flavour: Flavour;

  constructor(seed: number, flavour: Flavour) {
    this.next = random(seed);
    this.flavour = flavour;
    this.leaves();
  }

  leaves(): void {
    const shapes: readonly (readonly Dim[])[] = this.flavour === 'scalar' ? [[], [], []] : [[], [], ['N'], ['N'], ['D'], ['N', 'D'], ['D', 'D']];
    shapes.forEach((shape, k) => this.pool.push(this.b.leaf({ name: 'abuvwXS'[k] ?? `x${k}`, role: 'variable', element: 'real', shape })));
    this.pool.push(this.b.integer(2), this.b.rational(Q.rational(-1n, 3n)), this.b.pi());
    if (this.flavour === 'tensor') this.pool.push(this.b.dim('N'), this.b.delta('D'));
  }

  below(n: number): number {
    return Math.floor(this.next() * n);
  }
  one<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }
  /** recent nodes are preferred, so that graphs get deep */
  node(): NodeId {
    const k = this.pool.length - 1 - Math.floor(this.next() ** 2 * this.pool.length);
    return this.pool[Math.max(k, 0)]!;
  }
  shape(id: NodeId): readonly Dim[] {
    return this.b.graph.shape(id);
  }
  coefficient(): Q.Rational {
    return this.one([Q.ONE, Q.ONE, Q.MINUS_ONE, Q.integer(2), Q.rational(1n, 2n), Q.integer(-3)]);
  }

  step(): NodeId | undefined {
    const kind = this.below(this.flavour === 'scalar' ? 5 : 10);
    if (kind === 0) return this.unary();
    if (kind <= 2) return this.sum();
    if (kind === 3) return this.product();
    if (kind === 4) return this.power();
    if (kind <= 6) return this.contraction();
    if (kind === 7) return this.reduction();
    if (kind === 8) return this.slice();
    return this.loop();
  }

  unary(): NodeId {
    const id = this.node();
    return this.b.map(this.one(UNARY), [this.b.whole(id)], this.shape(id));
  }

  /** a node of exactly this shape, or a scalar to broadcast */
  operandFor(shape: readonly Dim[]): Operand | undefined {
    for (let tries = 0; tries < 8; tries++) {
      const id = this.node();
      const own = this.shape(id);
      if (own.length === 0) return { id, sub: [] };
      if (own.join() === shape.join()) return this.b.whole(id);
      const sub = own.map((dim) => shape.indexOf(dim));
      if (sub.every((label) => label >= 0) && new Set(sub).size === sub.length) return { id, sub };
    }
    return undefined;
  }

  sum(): NodeId {
    const first = this.node();
    const shape = this.shape(first);
    const terms = [{ coef: this.coefficient(), ...this.b.whole(first) }];
    for (let k = 1 + this.below(3); k > 0; k--) {
      const operand = this.operandFor(shape);
      if (operand !== undefined) terms.push({ coef: this.coefficient(), ...operand });
    }
    return this.b.add(terms, shape);
  }

  product(): NodeId {
    const first = this.node();
    const shape = this.shape(first);
    const factors = [this.b.whole(first)];
    for (let k = 1 + this.below(2); k > 0; k--) {
      const operand = this.operandFor(shape);
      if (operand !== undefined) factors.push(operand);
    }
    return this.b.ein(this.coefficient(), factors, shape);
  }

  power(): NodeId {
    const id = this.node();
    // 1 + u^2 keeps divisors away from 0
    const safe = this.b.add([{ coef: Q.ONE, id: this.b.integer(1), sub: [] }, { coef: Q.ONE, ...this.b.whole(this.b.power(id, Q.integer(2))) }], this.shape(id));
    return this.b.power(safe, this.one([Q.MINUS_ONE, Q.HALF, Q.integer(2), Q.integer(-2), Q.rational(3n, 2n)]));
  }

  contraction(): NodeId | undefined {
    const factors = Array.from({ length: 1 + this.below(3) }, () => this.node());
    const sizes: Dim[] = [];
    const operands = factors.map((id): Operand => ({
      id,
      sub: this.shape(id).map((dim) => {
        const known = sizes.flatMap((size, label) => (size === dim ? [label] : []));
        if (known.length > 0 && this.next() < 0.7) return this.one(known);
        return sizes.push(dim) - 1;
      }),
    }));
    const rank = Math.min(this.below(3), sizes.length);
    if (sizes.length > 4) return undefined;
    return this.b.ein(this.coefficient(), operands, sizes.slice(0, rank), sizes.slice(rank));
  }

  reduction(): NodeId | undefined {
    const id = this.node();
    const rank = this.shape(id).length;
    return rank === 0 ? undefined : this.b.reduce(this.one(['max', 'min', 'logsumexp', 'prod', 'norm'] as const), id, [this.below(rank)]);
  }

  slice(): NodeId | undefined {
    const id = this.node();
    const shape = this.shape(id);
    if (shape.length === 0) return undefined;
    const [, ...rest] = shape;
    const index = [{ kind: 'affine', terms: [], offset: String(this.below(2)) } as const, ...rest.map((_, k) => axisLabel(k))];
    return this.b.view(id, { index, shape: rest, gathers: [], masked: false });
  }

  loop(): NodeId | undefined {
    const { b } = this;
    const sequence = this.pool.find((id) => this.shape(id)[0] === 'N');
    const init = this.pool.find((id) => this.shape(id).length === 0 && this.next() < 0.3);
    if (sequence === undefined || init === undefined) return undefined;
    const h = b.leaf({ name: '#carry', role: 'variable', element: 'real', shape: [] });
    const x = b.leaf({ name: '#element', role: 'variable', element: 'real', shape: this.shape(sequence).slice(1) });
    const total = b.ein(Q.ONE, [b.whole(x)], [], this.shape(x));
    const body = b.map('tanh', [b.whole(b.sum([b.scale(Q.HALF, h), total], []))], []);
    const scan = closeScan(b, {
      length: 'N', direction: this.one(['forward', 'backward'] as const),
      carries: [{ placeholder: h, init, next: body }], sequences: [{ placeholder: x, value: sequence }], ys: [b.multiply(body, h)],
    });
    return b.proj(scan, this.one(['final', 'ys', 'in'] as const), 0);
  }
}

/** A graph of about `size` nodes; the root depends on the latest of them. */
export function randomGraph(seed: number, size: number, flavour: Flavour = 'tensor'): RandomGraph {
  const g = new Generator(seed, flavour);
  for (let k = 0; k < size; k++) {
    const made = g.step();
    if (made !== undefined) g.pool.push(made);
  }
  const inputs = new Map<string, number[]>();
  for (const [name, length] of [['a', 1], ['b', 1], ['u', 3], ['v', 3], ['w', 2], ['X', 6], ['S', 4]] as const) {
    inputs.set(name, Array.from({ length: flavour === 'scalar' ? 1 : length }, () => 2 * g.next() - 1));
  }
  return { builder: g.b, root: g.pool[g.pool.length - 1]!, environment: { sizes: SIZES, inputs } };
}

/** The largest absolute value of any node below the roots: what rounding errors are relative to. Infinity when one is not finite. */
export function magnitude(graph: Graph, roots: readonly NodeId[], environment: Environment): number {
  const nodes = reachable(graph, roots).filter((id) => graph.attr(id).kind !== 'scan');
  let most = 0;
  for (const { data } of evaluate(graph, nodes, environment)) for (const value of data) most = Number.isFinite(value) ? Math.max(most, Math.abs(value)) : Infinity;
  return most;
}
