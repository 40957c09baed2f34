/**
 * A derivative as a student would derive it: top down, one rule a step, each step an equation between the derivative
 * of one sub-expression and the derivatives of its parts. Every sub-expression is differentiated once, however often
 * it occurs.
 */
import { pullback, type Refuse } from '../autodiff/reverse.ts';
import { partialOf } from '../formulas/formula.ts';
import type { Builder } from '../ir/build.ts';
import type { Dim } from '../ir/dim.ts';
import * as Q from '../ir/rational.ts';
import { instantiate } from '../ir/template.ts';
import type { Attr, MapAttr, NodeId } from '../ir/types.ts';
import { reachable, substitute } from '../ir/walk.ts';
import { core } from '../ops/core.ts';
import { intermediatesOf } from './intermediate.ts';
import type { RuleId } from './rules.ts';

export interface Step {
  readonly rule: RuleId;
  /** the sub-expression that is differentiated */
  readonly of: NodeId;
  /** what it is differentiated by: the variable, or a value on the way to it */
  readonly by: NodeId;
  /** its derivative, over placeholders for other derivatives */
  readonly result: NodeId;
  /** inner functions of a chain or table step: `u = x^2` */
  readonly inner: readonly NodeId[];
  /** operation whose table entry was used */
  readonly entry?: string;
}

/** A derivative that a later step finds. */
export interface Pending {
  readonly of: NodeId;
  readonly by: NodeId;
}

export interface Derivation {
  readonly steps: readonly Step[];
  /** the derivative that a placeholder stands for */
  readonly placeholders: ReadonlyMap<NodeId, Pending>;
  /** the whole derivative with nothing left to do */
  readonly assembled: NodeId;
}

export function derivationOf(b: Builder, root: NodeId, x: NodeId, refuse: Refuse): Derivation {
  return new Derivator(b, root, x, refuse).run(root);
}

/** What one rule makes of one node. */
type Made = Omit<Step, 'of' | 'by'>;

class Derivator {
  readonly #b: Builder;
  readonly #x: NodeId;
  readonly #refuse: Refuse;
  readonly #varying = new Set<NodeId>();
  readonly #placeholderOf = new Map<NodeId, NodeId>();
  /** placeholders of derivatives by values on the way */
  readonly #adjoints = new Map<NodeId, Pending>();
  /** the parts that each differentiated node was reduced to */
  readonly #partsOf = new Map<NodeId, readonly NodeId[]>();
  #used = new Set<NodeId>();

  constructor(b: Builder, root: NodeId, x: NodeId, refuse: Refuse) {
    this.#b = b;
    this.#x = x;
    this.#refuse = refuse;
    this.#varying.add(x);
    this.#note(root);
  }

  run(root: NodeId): Derivation {
    const steps: Step[] = [];
    const pending = [root];
    const seen = new Set(pending);
    for (let of = pending.pop(); of !== undefined; of = pending.pop()) {
      this.#used = new Set();
      steps.push(...this.#stepsOf(of));
      this.#partsOf.set(of, [...this.#used]);
      // in the order in which the step names them
      const parts = [...this.#used].filter((part) => !seen.has(part));
      for (const part of parts) seen.add(part);
      pending.push(...parts.reverse());
    }
    const placeholders = new Map([...this.#placeholderOf].map(([of, placeholder]): [NodeId, Pending] => [placeholder, { of, by: this.#x }]));
    return { steps, placeholders: new Map([...placeholders, ...this.#adjoints]), assembled: this.#assemble(steps, root) };
  }

  /** Parts before what is made of them, on an explicit stack: derivatives are put in upwards. */
  #assemble(steps: readonly Step[], root: NodeId): NodeId {
    const b = this.#b;
    const resultOf = new Map(steps.filter((s) => s.by === this.#x).map((s) => [s.of, s.result]));
    const whole = this.#adjointResults(steps);
    const done = new Map<NodeId, NodeId>();
    const stack = [root];
    for (let of = stack.at(-1); of !== undefined; of = stack.at(-1)) {
      const result = resultOf.get(of) ?? b.integer(0);
      const waiting = done.has(of) ? [] : (this.#partsOf.get(of) ?? []).filter((part) => !done.has(part));
      if (waiting.length > 0) {
        stack.push(...waiting);
        continue;
      }
      stack.pop();
      if (done.has(of)) continue;
      const [made = result] = substitute(b, [result], whole);
      done.set(of, made);
      const placeholder = this.#placeholderOf.get(of);
      if (placeholder !== undefined) whole.set(placeholder, made);
    }
    return done.get(root) ?? root;
  }

  /** Derivatives by values on the way, each with those put in that are nearer to the result. */
  #adjointResults(steps: readonly Step[]): Map<NodeId, NodeId> {
    const whole = new Map<NodeId, NodeId>();
    const resultOf = new Map(steps.map((s) => [`${s.of}|${s.by}`, s.result]));
    for (const [placeholder, { of, by }] of [...this.#adjoints].reverse()) {
      const [made = placeholder] = substitute(this.#b, [resultOf.get(`${of}|${by}`) ?? placeholder], whole);
      whole.set(placeholder, made);
    }
    return whole;
  }

  #varies(id: NodeId): boolean {
    return this.#varying.has(id);
  }

  /** The derivative of a part: known at once for what is constant or the variable, else a step of its own. */
  #derivativeOf(part: NodeId): NodeId {
    if (!this.#varies(part)) return this.#b.zero(this.#shape);
    if (part === this.#x) return this.#b.integer(1);
    this.#used.add(part);
    let placeholder = this.#placeholderOf.get(part);
    if (placeholder === undefined) this.#placeholderOf.set(part, (placeholder = this.#b.placeholder(this.#shape)));
    return placeholder;
  }

  /** All derivatives of scalars are of the shape of the variable. */
  get #shape(): readonly Dim[] {
    return this.#b.graph.shape(this.#x);
  }

  #stepsOf(of: NodeId): readonly Step[] {
    const { graph } = this.#b;
    const scalar = graph.shape(of).length === 0 && [...graph.args(of)].every((a) => graph.shape(a).length === 0);
    const made = scalar || of === this.#x || !this.#varies(of) ? this.#differentiate(of) : undefined;
    return made === undefined ? this.#throughTensors(of) : [{ of, by: this.#x, ...made }];
  }

  /** By one rule for scalars; undefined where tensors, loops or factorisations are met. */
  #differentiate(id: NodeId): Made | undefined {
    const b = this.#b;
    const attr = b.graph.attr(id);
    const args = [...b.graph.args(id)];
    const plain = (rule: RuleId, result: NodeId): Made => ({ rule, result, inner: [] });
    if (id === this.#x) return plain('identity', b.integer(1));
    if (!this.#varies(id)) return plain('constant', b.zero(this.#shape));
    switch (attr.kind) {
      case 'add': return plain(args.length === 1 ? 'constant-factor' : 'sum', this.#sum(id, attr, args));
      case 'ein': return this.#product(id, attr.coef, this.#asWritten(id).map((k) => args[k] ?? id));
      case 'map': return this.#operation(id, attr, args);
      case 'call': {
        const terms = args.map((part, k) => {
          const orders = attr.orders.map((n, j) => (j === k ? n + 1 : n));
          return b.multiply(b.call(attr.name, orders, args.map((a) => b.whole(a)), []), this.#derivativeOf(part));
        });
        return { rule: 'opaque', result: b.sum(terms, this.#shape), inner: args.filter((a) => this.#varies(a) && a !== this.#x), entry: attr.name };
      }
      default: return undefined;
    }
  }

  /** Positions of the arguments in the user's order: the parts of a step come in it. */
  #asWritten(id: NodeId): readonly number[] {
    return this.#b.graph.displayOrder(id) ?? Array.from({ length: this.#b.graph.arity(id) }, (_, k) => k);
  }

  #sum(id: NodeId, attr: Extract<Attr, { kind: 'add' }>, args: readonly NodeId[]): NodeId {
    const b = this.#b;
    return b.sum(this.#asWritten(id).map((k) => b.scale(attr.coefs[k] ?? Q.ONE, this.#derivativeOf(args[k] ?? id))), this.#shape);
  }

  /** Constants stand apart; what is divided by makes a quotient; the rest are factors. */
  #product(id: NodeId, coef: Q.Rational, args: readonly NodeId[]): Made {
    const b = this.#b;
    const constant = args.filter((a) => !this.#varies(a)).reduce((p, a) => b.multiply(p, a), b.rational(coef));
    const varying = args.filter((a) => this.#varies(a));
    const [only] = varying;
    if (varying.length === 1 && only !== undefined) return { rule: 'constant-factor', result: b.multiply(constant, this.#derivativeOf(only)), inner: [] };
    const under = varying.flatMap((a) => this.#divisorOf(a) ?? []);
    const over = varying.filter((a) => this.#divisorOf(a) === undefined);
    if (under.length > 0 && over.length > 0) {
      const f = over.reduce((p, a) => b.multiply(p, a));
      const g = under.reduce((p, a) => b.multiply(p, a));
      if (f !== id && g !== id) {
        this.#note(f, g);
        const top = b.subtract(b.multiply(this.#derivativeOf(f), g), b.multiply(f, this.#derivativeOf(g)));
        return { rule: 'quotient', result: b.multiply(constant, b.divide(top, b.power(g, Q.rational(2n, 1n)))), inner: [f, g] };
      }
    }
    const terms = varying.map((factor, k) => varying.reduce((p, other, j) => (j === k ? p : b.multiply(p, other)), this.#derivativeOf(factor)));
    return { rule: 'product', result: b.multiply(constant, b.sum(terms, this.#shape)), inner: [] };
  }

  /** What varies below these nodes; numerators and denominators made here do when their factors do. */
  #note(...made: readonly NodeId[]): void {
    for (const id of reachable(this.#b.graph, made)) {
      if ([...this.#b.graph.args(id)].some((a) => this.#varying.has(a))) this.#varying.add(id);
    }
  }

  /** g where the node is 1/g, gⁿ where it is g⁻ⁿ. */
  #divisorOf(id: NodeId): NodeId | undefined {
    const attr = this.#b.graph.attr(id);
    if (attr.kind !== 'map' || attr.op !== core.pow) return undefined;
    const n = this.#b.constantOf(this.#b.graph.arg(id, 1));
    return n === undefined || n.num >= 0n ? undefined : this.#b.power(this.#b.graph.arg(id, 0), Q.negate(n));
  }

  #operation(id: NodeId, attr: MapAttr, args: readonly NodeId[]): Made {
    const b = this.#b;
    const [u = id, v = id] = args;
    if (attr.op === core.where) {
      const [, whenTrue = id, whenFalse = id] = args;
      const branches = [u, this.#derivativeOf(whenTrue), this.#derivativeOf(whenFalse)].map((n) => b.whole(n));
      return { rule: 'cases', result: b.map(core.where, branches, this.#shape), inner: [] };
    }
    if (attr.op === core.pow) {
      const n = b.constantOf(v);
      if (!this.#varies(v)) {
        const lower = n === undefined ? b.map(core.pow, [b.whole(u), b.whole(b.subtract(v, b.integer(1)))], []) : b.power(u, Q.add(n, Q.rational(-1n, 1n)));
        return { rule: 'power', result: b.multiply(b.multiply(v, lower), this.#derivativeOf(u)), inner: u === this.#x ? [] : [u] };
      }
      const logarithm = b.map(core.ln, [b.whole(u)], []);
      if (!this.#varies(u)) return { rule: 'exponential', result: b.multiply(b.multiply(id, logarithm), this.#derivativeOf(v)), inner: v === this.#x ? [] : [v] };
      const exponent = b.multiply(v, logarithm);
      this.#note(exponent);
      return { rule: 'log-derivative', result: b.multiply(id, this.#derivativeOf(exponent)), inner: [exponent] };
    }
    return this.#fromTable(id, attr, args);
  }

  /** Σ ∂op/∂uₖ · uₖ′ with the partials of the operation's row. */
  #fromTable(id: NodeId, attr: MapAttr, args: readonly NodeId[]): Made {
    const b = this.#b;
    const terms: NodeId[] = [];
    for (const [k, part] of args.entries()) {
      if (!this.#varies(part)) continue;
      const partial = partialOf(attr.op, k);
      if ('refused' in partial) {
        this.#refuse({ op: attr.op, argument: k, reason: partial.refused });
        continue;
      }
      const made = instantiate(b, partial, [...args, id].map((a) => b.whole(a)), []);
      terms.push(b.multiply(made.id, this.#derivativeOf(part)));
    }
    const inner = args.filter((a) => this.#varies(a) && a !== this.#x);
    return { rule: inner.length > 0 ? 'chain' : 'table', result: b.sum(terms, this.#shape), inner, entry: attr.op };
  }

  /** The chain rule as back-propagation has it: from the scalar to the values that lead to it, and on to the variable. */
  #throughTensors(of: NodeId): readonly Step[] {
    const { graph } = this.#b;
    const path = [this.#x, ...intermediatesOf(graph, of, this.#x)];
    return path.map((by, k): Step => {
      const next = path[k + 1];
      if (next === undefined) return { rule: 'reverse-mode', of, by, result: this.#adjointOf(of, this.#b.integer(1), by), inner: [] };
      const adjoint = this.#b.placeholder(graph.shape(next));
      this.#adjoints.set(adjoint, { of, by: next });
      const attr = graph.attr(next);
      return { rule: 'chain', of, by, result: this.#adjointOf(next, adjoint, by), inner: [next], ...(attr.kind === 'map' && { entry: attr.op }) };
    });
  }

  #adjointOf(root: NodeId, adjoint: NodeId, by: NodeId): NodeId {
    const { adjoints } = pullback(this.#b, [{ root, adjoint }], [by], [], this.#refuse);
    return adjoints[0] ?? this.#b.zero(this.#b.graph.shape(by));
  }
}
