/**
 * Reads a graph as formulas, in two ways: `element` gives the element of a tensor at index formulas (none for
 * a scalar), `whole` the tensor itself in matrix notation where it has one.
 * Generators under a trampoline: depth is bounded by memory.
 */
import { run, type Visit } from '../ast/trampoline.ts';
import type { Graph } from '../ir/graph.ts';
import { integer } from '../ir/rational.ts';
import type { CallAttr, MapAttr, NodeId, ParamAttr, ProjAttr, RedAttr, Sub, ViewAttr } from '../ir/types.ts';
import { bigFormula } from './big.ts';
import { BinderLevels } from './binders.ts';
import type { Counting } from './counting.ts';
import { ONE, UNKNOWN, ZERO, affineIndex, applied, comparedPositions, constant, dimFormula, INDEXED, indexed, isReciprocal, maskConditions, minusOne, mirrored, select, shifted, type Indices } from './elements.ts';
import { symbol, type Formula } from './formula.ts';
import { namedFunction } from './named.ts';
import type { ReadingOrder } from './order.ts';
import { readProduct, readReciprocal } from './product.ts';
import { readScatter } from './scatter.ts';
import { readSum } from './sum.ts';
import { callName, linearAlgebra, readWhole, wholeReduction } from './whole.ts';

/** What the carries and the output sequences of a loop are called. */
export interface LoopNames {
  readonly carries: readonly string[];
  readonly ys: readonly string[];
  /** the carries as each step finds them, for those that are read */
  readonly starts: ReadonlyMap<number, string>;
}

/** What the parameters of a loop body stand for. */
export interface BodyNames extends LoopNames {
  /** counts the steps from 1 */
  readonly step: Formula;
  /** where the step reads its sequences: the step itself, or counted from the end when the loop runs backward */
  readonly position: Formula;
  readonly sequences: readonly Formula[];
  readonly captures: readonly Formula[];
}

export interface ReaderOptions {
  /** nodes that are printed as a name instead of what they are */
  readonly names: ReadonlyMap<NodeId, string>;
  /** nodes with more than one use */
  readonly shared: ReadonlySet<NodeId>;
  readonly loops: ReadonlyMap<NodeId, LoopNames>;
  readonly body?: BodyNames | undefined;
  /** nodes that stand in the user's own order; those that no differentiation made when absent */
  readonly typed: ReadonlySet<NodeId> | undefined;
  /** takes what the text refers to by name: nodes, and the loops whose results it uses */
  readonly mentioned: Set<NodeId>;
  /** the order of what no one typed */
  readonly order: ReadingOrder;
  /** names that bound indices and temporaries must keep clear of */
  readonly taken: ReadonlySet<string>;
  readonly counting: Counting;
}

export class Reader {
  readonly graph: Graph;
  readonly options: ReaderOptions;
  readonly binders: BinderLevels;
  /** nodes that have to be given a name before this reading can be used */
  readonly unnamed = new Set<NodeId>();
  readonly #elements = new Map<NodeId | string, Formula>();
  readonly #wholes = new Map<NodeId, Formula>();
  readonly #indexIds = new Map<Formula, number>();

  constructor(graph: Graph, root: NodeId, options: ReaderOptions) {
    this.graph = graph;
    this.options = options;
    this.binders = new BinderLevels(graph, root, options.names, options);
  }

  /** The root itself, by what it is even when it carries a name. */
  root(id: NodeId, at: Indices): Formula {
    return run(this.#element(id, at));
  }

  /** The root without indices, `INDEXED` when that cannot be written. */
  wholeRoot(id: NodeId): Formula {
    return run(readWholeNode(this, id));
  }

  /** An element as it is used inside something else: by name when it has one. */
  *element(id: NodeId, at: Indices): Visit<Formula> {
    const name = this.#nameOf(id);
    if (name !== undefined) return this.at(symbol(name), at);
    const key = at.length === 0 ? id : this.#key(id, at);
    const known = this.#elements.get(key);
    if (known !== undefined) return known;
    const formula = yield this.#element(id, at);
    this.#elements.set(key, formula);
    return formula;
  }

  /** An element that points into an axis, counted from 1. */
  *position(id: NodeId, at: Indices): Visit<Formula> {
    const attr = this.graph.attr(id);
    return attr.kind === 'leaf' ? shifted(this.at(symbol(attr.name), at), 1 - this.options.counting.base) : yield this.element(id, at);
  }

  /** A tensor as it is used inside something else. */
  *whole(id: NodeId): Visit<Formula> {
    const name = this.#nameOf(id);
    if (name !== undefined) return this.#marked(id, symbol(name));
    const known = this.#wholes.get(id);
    if (known !== undefined) return known;
    const formula = this.#marked(id, yield readWholeNode(this, id));
    this.#wholes.set(id, formula);
    return formula;
  }

  #marked(id: NodeId, formula: Formula): Formula {
    if (formula === INDEXED) return formula;
    return (formula.kind === 'symbol' || formula.kind === 'call') && this.graph.isSymmetric(id) ? { ...formula, symmetric: true } : formula;
  }

  /** A tensor where indices are impossible: asks for a name when it has no closed form. */
  *wholeOrName(id: NodeId): Visit<Formula> {
    const formula = this.graph.shape(id).length === 0 ? yield this.element(id, []) : yield this.whole(id);
    if (formula !== INDEXED) return formula;
    this.unnamed.add(id);
    return UNKNOWN;
  }

  #nameOf(id: NodeId): string | undefined {
    const name = this.options.names.get(id);
    if (name !== undefined) this.options.mentioned.add(id);
    return name;
  }

  #key(id: NodeId, at: Indices): string {
    let key = String(id);
    for (const index of at) {
      let n = this.#indexIds.get(index);
      if (n === undefined) this.#indexIds.set(index, (n = this.#indexIds.size));
      key += `,${n}`;
    }
    return key;
  }

  *#element(id: NodeId, at: Indices): Visit<Formula> {
    const attr = this.graph.attr(id);
    switch (attr.kind) {
      // positions count from 0 in the graph
      case 'leaf': return attr.element === 'index' ? minusOne(yield this.position(id, at)) : this.at(symbol(attr.name), at);
      case 'const': return constant(attr.value);
      case 'dim': return dimFormula(attr.dim);
      case 'iota': return minusOne(at[0] ?? UNKNOWN);
      case 'delta': return { kind: 'conditional', condition: comparedPositions('eq', at[0] ?? UNKNOWN, at[1] ?? UNKNOWN), whenTrue: ONE, whenFalse: ZERO };
      case 'map': return yield this.#map(id, attr, at);
      case 'ein': return yield readProduct(this, id, attr, at);
      case 'add': return yield readSum(this, id, attr, at);
      case 'red': return yield this.#reduction(id, attr, at);
      case 'view': return yield this.#view(id, attr, at);
      case 'call': return yield this.#call(id, attr, at);
      case 'param': return this.param(attr, at);
      case 'proj': return this.projection(id, attr, at);
      case 'stack': return yield this.#stack(id, at);
      case 'linalg': return this.at(yield linearAlgebra(this, id, attr), at);
      case 'scat': return yield readScatter(this, id, attr, at);
      case 'scan': return UNKNOWN;
    }
  }

  *#operands(id: NodeId, subs: readonly Sub[], at: Indices, read: (args: readonly Formula[]) => Formula): Visit<Formula> {
    const args: Formula[] = [];
    for (let k = 0; k < subs.length; k++) args.push(yield this.element(this.graph.arg(id, k), select(subs[k] ?? [], at)));
    return read(args);
  }

  *#map(id: NodeId, attr: MapAttr, at: Indices): Visit<Formula> {
    if (attr.op === 'pow' && isReciprocal(this.graph, id)) return yield readReciprocal(this, id, at);
    const named = namedFunction(this.graph, id);
    if (named !== undefined) {
      const argument = yield this.whole(named.argument);
      if (argument !== INDEXED) return this.at({ kind: 'call', op: undefined, name: named.name, args: [argument] }, at);
    }
    return yield this.#operands(id, attr.subs, at, (args) => applied(attr.op, args));
  }

  *#call(id: NodeId, attr: CallAttr, at: Indices): Visit<Formula> {
    return yield this.#operands(id, attr.subs, at, (args) => ({ kind: 'call', op: undefined, name: callName(attr), args }));
  }

  *#reduction(id: NodeId, attr: RedAttr, at: Indices): Visit<Formula> {
    if (attr.shape.length === 0) {
      const closed = yield wholeReduction(this, id, attr);
      if (closed !== INDEXED) return closed;
    }
    const argument = this.graph.arg(id, 0);
    const shape = this.graph.shape(argument);
    const bound = this.binders.bind(id, attr.axes.map((axis) => shape[axis] ?? '1'));
    let free = 0;
    const indices = shape.map((_, axis) => {
      const position = attr.axes.indexOf(axis);
      return (position >= 0 ? bound.positions[position] : at[free++]) ?? UNKNOWN;
    });
    const body = yield this.element(argument, indices);
    if (attr.op !== 'norm') return bigFormula(attr.op, bound.binders, body);
    return applied('sqrt', [bigFormula('sum', bound.binders, { kind: 'power', base: body, exponent: { kind: 'number', value: integer(2) }, elementwise: false })]);
  }

  *#view(id: NodeId, attr: ViewAttr, at: Indices): Visit<Formula> {
    const indices: Formula[] = [];
    for (const axis of attr.index) {
      if (axis.kind === 'gather') indices.push(yield this.position(this.graph.arg(id, axis.arg), select(axis.sub, at)));
      else indices.push(affineIndex(axis, at));
    }
    const value = yield this.element(this.graph.arg(id, 0), indices);
    if (!attr.masked) return value;
    const condition = maskConditions(this.graph.shape(this.graph.arg(id, 0)), attr, indices);
    return condition === undefined ? value : { kind: 'conditional', condition, whenTrue: value, whenFalse: ZERO };
  }

  /** An element of a literal: chosen by its position when that is a number, else indexed. */
  *#stack(id: NodeId, at: Indices): Visit<Formula> {
    const [first, ...rest] = at;
    if (first?.kind === 'number') {
      const position = Number(first.value.num) - 1;
      return yield this.element(this.graph.arg(id, position), rest);
    }
    const literal = yield readWholeNode(this, id);
    if (literal !== INDEXED) return this.at(literal, at);
    return yield this.#oneOf(id, first ?? UNKNOWN, rest);
  }

  /** Tensors that no literal can list: `if i == 1 then a[j] else b[j]`. */
  *#oneOf(id: NodeId, position: Formula, rest: Indices): Visit<Formula> {
    const items: Formula[] = [];
    for (const arg of this.graph.args(id)) items.push(yield this.element(arg, rest));
    return items.reduceRight((others, item, k) => ({
      kind: 'conditional', condition: comparedPositions('eq', position, { kind: 'number', value: integer(k + 1) }), whenTrue: item, whenFalse: others,
    }));
  }

  /** Inside a loop body: the carry of the step before, the element of a sequence, what is captured. */
  param(attr: ParamAttr, at: Indices): Formula {
    const body = this.options.body;
    if (body === undefined) return this.at(symbol(`${attr.role}${attr.index + 1}`), at);
    switch (attr.role) {
      case 'carry': return indexed(symbol(body.carries[attr.index] ?? '?'), [shifted(body.step, -1), ...this.#subscripts(at)]);
      case 'sequence': return this.at(body.sequences[attr.index] ?? UNKNOWN, [body.position, ...at]);
      case 'capture': return this.at(body.captures[attr.index] ?? UNKNOWN, at);
      case 'step': return minusOne(body.position);
    }
  }

  /** A result of a loop, by the name that its `recur` statement gives it. */
  projection(id: NodeId, attr: ProjAttr, at: Indices): Formula {
    const scan = this.graph.arg(id, 0);
    const loop = this.options.loops.get(scan);
    const scanAttr = this.graph.attr(scan);
    if (loop === undefined || scanAttr.kind !== 'scan') {
      this.unnamed.add(scan);
      return UNKNOWN;
    }
    this.options.mentioned.add(scan);
    const name = symbol((attr.which === 'ys' ? loop.ys[attr.index] : attr.which === 'in' ? loop.starts.get(attr.index) : loop.carries[attr.index]) ?? '?');
    if (attr.which === 'final') return indexed(name, [dimFormula(scanAttr.length), ...this.#subscripts(at)]);
    const [position, ...rest] = at;
    // a whole sequence is its name, unless it runs the other way
    if (position === undefined) return scanAttr.direction === 'forward' ? name : INDEXED;
    const step = scanAttr.direction === 'forward' ? position : mirrored(position, scanAttr.length, 1);
    return indexed(name, [step, ...this.#subscripts(rest)]);
  }

  /** An element at positions counted from 1, as the user counts. */
  at(base: Formula, at: Indices): Formula {
    return indexed(base, this.#subscripts(at));
  }

  #subscripts(at: Indices): Indices {
    const { base } = this.options.counting;
    return base === 1 ? at : at.map((position) => shifted(position, base - 1));
  }

  isTyped(id: NodeId): boolean {
    return this.options.typed?.has(id) ?? this.graph.ruleOf(id) === undefined;
  }
}

function* readWholeNode(reader: Reader, id: NodeId): Visit<Formula> {
  const attr = reader.graph.attr(id);
  if (attr.kind === 'param') return reader.param(attr, []);
  if (attr.kind === 'proj') return reader.projection(id, attr, []);
  return yield readWhole(reader, id);
}
