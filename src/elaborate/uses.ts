/** How undeclared names are used: what tells a variable from a size, a tensor, or a function. */
import type { Binder, Expr, Name } from '../ast/types.ts';
import { findOp } from '../ops/table.ts';
import { findBuiltin } from './functions/table.ts';
import { isIndexName, withImplied } from './implied.ts';
import { ungroup } from './spine.ts';
import { childrenOf, compositeName, everyExpr, partsOfBinder, subscripted } from './syntax.ts';

export interface Use {
  readonly name: string;
  readonly span: Expr['span'];
  /** as a value, inside an index-free reduction or norm */
  reduced: number;
  /** as a value elsewhere */
  bare: number;
  /** some statement uses it inside reductions only: then it is a vector */
  vector: boolean;
  /** in front of parentheses, with so many arguments */
  applied: number[];
  primed: boolean;
  /** the most indices it is given */
  indexed: number;
  /** what runs over them */
  readonly indices: Set<string>;
  /** as the end of a range, or where a size is wanted */
  size: boolean;
  /** stands as an index, alone, where nothing binds it: `softmax(z)[k]` */
  position: boolean;
  /** has an element picked by such an index: `s[k]` */
  picked: boolean;
  /** an element of it is differentiated by: w of `∂/∂w_k` */
  below: boolean;
  /** as the whole exponent of a power */
  exponents: number;
  /** differentiated by name only: `∂L/∂w` */
  target: boolean;
}

interface Context {
  readonly reduced: boolean;
  /** a name that is the whole exponent */
  readonly exponent: boolean;
  readonly bound: ReadonlySet<string>;
}

const TOP: Context = { reduced: false, exponent: false, bound: new Set() };

/** Expressions of one statement, with the names that it binds itself. */
export interface Part {
  readonly roots: readonly Expr[];
  /** ends of the ranges on its left side */
  readonly ends: readonly Expr[];
  readonly bound: ReadonlySet<string>;
}

/** Uses by name, in order of appearance. Names bound by sums and lambdas are not among them. */
export function usesIn(parts: readonly Part[]): ReadonlyMap<string, Use> {
  const { uses, below } = collected(parts, new Set());
  // beside the s_j of a sum s_k is an element too, wherever it stands; so is the z_j of ∂/∂z_j beside a z
  const tensors = new Set([...uses.values()].filter((use) => use.indexed > 0 || (below.has(use.name) && use.applied.length === 0)).map((use) => use.name));
  return tensors.size === 0 && below.size === 0 ? uses : collected(parts, tensors, new Set(uses.keys())).uses;
}

function collected(parts: readonly Part[], tensors: ReadonlySet<string>, names?: ReadonlySet<string>): UseCollector {
  const collector = new UseCollector(tensors, names);
  for (const { roots, ends, bound } of parts) {
    const before = new Map([...collector.uses].map(([name, { reduced, bare }]) => [name, { reduced, bare }]));
    for (const end of ends) collector.sizes(end, { ...TOP, bound });
    for (const root of roots) collector.walk(root, { ...TOP, bound });
    for (const use of collector.uses.values()) {
      const { reduced, bare } = before.get(use.name) ?? { reduced: 0, bare: 0 };
      use.vector ||= use.reduced > reduced && use.bare === bare;
    }
  }
  return collector;
}

class UseCollector {
  readonly uses = new Map<string, Use>();
  /** what has an element below a bar: z of `∂/∂z_j` */
  readonly below = new Set<string>();
  readonly #tensors: ReadonlySet<string>;
  /** what the bodies name, once that is known */
  readonly #names: ReadonlySet<string> | undefined;
  readonly #stack: [Expr, Context][] = [];

  constructor(tensors: ReadonlySet<string>, names: ReadonlySet<string> | undefined) {
    this.#tensors = tensors;
    this.#names = names;
  }

  walk(root: Expr, context: Context): void {
    this.#stack.push([root, context]);
    for (let item = this.#stack.pop(); item !== undefined; item = this.#stack.pop()) this.#visit(item[0], item[1]);
  }

  #push(exprs: readonly Expr[], context: Context): void {
    for (let k = exprs.length - 1; k >= 0; k--) {
      const expr = exprs[k];
      if (expr !== undefined) this.#stack.push([expr, context]);
    }
  }

  #use(name: string, span: Expr['span']): Use {
    let use = this.uses.get(name);
    if (use === undefined) {
      use = { name, span, reduced: 0, bare: 0, vector: false, applied: [], primed: false, indexed: 0, indices: new Set(), size: false, position: false, picked: false, below: false, exponents: 0, target: false };
      this.uses.set(name, use);
    }
    return use;
  }

  #visit(expr: Expr, context: Context): void {
    switch (expr.kind) {
      case 'name': return this.#name(expr.name, expr.span, context);
      case 'apply': return this.#apply(expr, context);
      case 'binary':
        this.#push([expr.right], expr.op === '^' && isNamed(expr.right) ? { ...context, exponent: true } : context);
        return this.#push([expr.left], context);
      case 'superscript':
        this.#push([expr.exponent], isNamed(expr.exponent) ? { ...context, exponent: true } : context);
        return this.#push([expr.base], context);
      case 'big': return this.#binders(expr.binders, [expr.body], expr.binders.length === 0 ? { ...context, reduced: true } : context);
      case 'norm': return this.#push([expr.operand], { ...context, reduced: true });
      case 'index': return this.#indexed(expr, expr.indices.flatMap((item) => (item.kind === 'at' ? [item.value] : item.kind === 'all' ? [] : [item.from, item.to])), expr.indices.length, context);
      case 'subscript': return this.#subscript(expr, context);
      case 'lambda': return this.#push([expr.body], { ...context, bound: withNames(context.bound, [expr.parameter.name]) });
      case 'limit':
        this.#push([expr.target], context);
        return this.#push([expr.body], { ...context, bound: withNames(context.bound, [expr.variable.name]) });
      case 'leibniz':
        this.#push([expr.body], context);
        return this.#below(expr.variable, context);
      case 'partial': return this.#derivative(expr.target, expr.denominators.map((d) => d.variable), context);
      case 'nabla': return this.#derivative(expr.operand, [], context);
      default: return this.#push(childrenOf(expr), context);
    }
  }

  #name(name: string, span: Expr['span'], context: Context): void {
    if (context.bound.has(name)) return;
    const { base, suffix } = subscripted(name);
    if (isElement(name, context.bound)) return this.#beside(base, [...suffix], span, context);
    if (this.#tensors.has(base) && CLASS_LETTERS.test(suffix)) return this.#beside(base, [...suffix], span, context);
    const use = this.#use(name, span);
    if (context.reduced) use.reduced += 1;
    else use.bare += 1;
    if (context.exponent) use.exponents += 1;
  }

  #element(base: string, indices: readonly string[], span: Expr['span']): void {
    const use = this.#use(base, span);
    use.indexed = Math.max(use.indexed, indices.length);
    for (const index of indices) use.indices.add(index);
  }

  /** `w_ij` where a sum runs over j: i is one position, unless something runs over it too */
  #beside(base: string, indices: readonly string[], span: Expr['span'], { bound }: Context): void {
    this.#element(base, indices, span);
    const fixed = indices.filter((index) => !bound.has(index));
    for (const index of fixed) this.#use(index, span).position = true;
    if (fixed.length > 0) this.#use(base, span).picked = true;
  }

  #apply(expr: Expr & { kind: 'apply' }, context: Context): void {
    let { callee } = expr;
    let primed = false;
    let turned = false;
    while (callee.kind === 'prime' || callee.kind === 'superscript') {
      primed ||= callee.kind === 'prime';
      turned ||= callee.kind === 'superscript' && isMatrixExponent(ungroup(callee.exponent));
      callee = callee.base;
    }
    const name = callee.kind === 'name' ? callee.name : callee.kind === 'subscript' ? compositeName(callee) : undefined;
    // Σ⁻¹(x - μ) and A^{T}(x - μ) are products: nobody writes the inverse of a function that nobody knows
    const unknown = name !== undefined && findOp(name) === undefined && findBuiltin(name) === undefined;
    const isValue = name === undefined || context.bound.has(name) || isElement(name, context.bound) || (turned && unknown);
    if (!isValue) this.#applied(name, callee.span, expr.args.length, primed);
    const builtin = name === undefined ? undefined : findBuiltin(name);
    const reduces = builtin !== undefined && name !== undefined && REDUCTIONS.has(name) && expr.args.filter((a) => a.kind === 'positional').length === 1;
    const inner = reduces ? { ...context, reduced: true } : context;
    for (let k = expr.args.length - 1; k >= 0; k--) {
      const argument = expr.args[k];
      const parameter = builtin?.parameters[Math.min(k, builtin.parameters.length - 1)];
      if (argument?.kind === 'generator') this.#binders(argument.binders, [argument.value], context);
      else if (argument !== undefined && parameter?.startsWith('size')) this.sizes(argument.value, context);
      else if (argument !== undefined) this.#push([argument.value], inner);
    }
    // what is pushed last is read first
    if (isValue) this.#push([expr.callee], context);
  }

  #applied(name: string, span: Expr['span'], args: number, primed: boolean): void {
    const use = this.#use(name, span);
    use.applied.push(args);
    use.primed ||= primed;
  }

  #binders(binders: readonly Binder[], bodies: readonly Expr[], context: Context): void {
    const all = withImplied(binders, (name) => context.bound.has(name));
    const names = all.flatMap((b) => (b.kind === 'over' ? [b.name.name] : []));
    const inner: Context = { ...context, bound: withNames(context.bound, names) };
    for (const binder of all) {
      if (binder.kind === 'filter') this.#condition(binder.condition, inner);
      else for (const part of partsOfBinder(binder)) this.sizes(part, inner);
    }
    this.#push(bodies, inner);
  }

  /** In `j ≠ i` an i that nothing runs over is one position. */
  #condition(condition: Expr, context: Context): void {
    const sides = condition.kind === 'compare' ? condition.operands : [condition];
    const fixed = sides.filter((side) => isIndexName(side) && !context.bound.has(side.name));
    this.#positions(fixed, context);
    this.#push(sides.filter((side) => !fixed.includes(side)), context);
  }

  sizes(expr: Expr, context: Context): void {
    for (const part of everyExpr(expr)) if (part.kind === 'name' && !context.bound.has(part.name)) this.#use(part.name, part.span).size = true;
  }

  #indexed(expr: Expr & { kind: 'index' }, items: readonly Expr[], count: number, context: Context): void {
    if (expr.base.kind !== 'name' || context.bound.has(expr.base.name)) {
      if (expr.base.kind !== 'name') this.#positions(items, context);
      return this.#push([expr.base], context);
    }
    // NIST writes exp[-b*x]
    if (findOp(expr.base.name) !== undefined) return this.#push(items, context);
    this.#elementAt(expr.base, items, Array.from({ length: count }, (_, k) => indexText(items[k])), context);
    return undefined;
  }

  /** `s[k]` picks; in `x[n]`, `x[N - 1]` the index is a size. */
  #elementAt(base: Name, items: readonly Expr[], indices: readonly string[], context: Context): void {
    for (const item of items) {
      if (isPosition(item, context.bound)) this.#positions([item], context);
      else this.sizes(item, context);
    }
    this.#element(base.name, indices, base.span);
    if (items.some((item) => isPosition(item, context.bound))) this.#use(base.name, base.span).picked = true;
  }

  /** `xᵢ` is an element where i is bound; `θ₁` and `Wₗ` are names of their own. */
  #subscript(expr: Expr & { kind: 'subscript' }, context: Context): void {
    const { base } = expr;
    if (base.kind !== 'name') {
      if (base.kind !== 'norm') this.#positions(expr.indices, context);
      return this.#push([base], context);
    }
    const names = expr.indices.flatMap((item) => [...everyExpr(item)].flatMap((part) => (part.kind === 'name' ? [part.name] : [])));
    const isElement = names.some((name) => context.bound.has(name)) || this.#tensors.has(base.name);
    if (!isElement) return this.#name(compositeName(expr), expr.span, context);
    this.#elementAt(base, expr.indices, expr.indices.map(indexText), context);
    return undefined;
  }

  /** `softmax(z)[k]`: a name alone as the index of something computed */
  #positions(items: readonly Expr[], context: Context): void {
    for (const item of items) if (item.kind === 'name' && !context.bound.has(item.name)) this.#use(item.name, item.span).position = true;
  }

  #derivative(target: Expr, variables: readonly Expr[], context: Context): void {
    const inner = ungroup(target);
    if (inner.kind === 'name' && !context.bound.has(inner.name)) this.#use(inner.name, inner.span).target = true;
    else this.#push([target], context);
    for (const variable of variables.toReversed()) this.#below(variable, context);
  }

  /** `∂/∂w_ij` and `∂/∂w_2` of a tensor w are by its elements; a w_2 that the body names is a name. */
  #below(variable: Expr, context: Context): void {
    const name = variable.kind === 'name' ? variable.name : variable.kind === 'subscript' ? compositeName(variable) : '';
    const { base, suffix } = subscripted(name);
    const isNumber = /^\d+$/u.test(suffix);
    if (!(isNumber || POSITION_LETTERS.test(suffix)) || context.bound.has(base)) return this.#push([variable], context);
    this.below.add(base);
    // whether the body names it is known once all has been seen
    if (isNumber && this.#names === undefined) return undefined;
    if (!this.#tensors.has(base) || (isNumber && this.#names?.has(name) === true)) return this.#push([variable], context);
    this.#beside(base, isNumber ? [] : [...suffix], variable.span, context);
    this.#use(base, variable.span).below = true;
    return undefined;
  }
}

const indexText = (item: Expr | undefined): string => (item?.kind === 'name' ? item.name : '');

/** `x_i`, `w_ij` where a sum runs over the letters, or over one of them. */
function isElement(name: string, bound: ReadonlySet<string>): boolean {
  const letters = [...subscripted(name).suffix];
  if (letters.length === 0) return false;
  return letters.every((letter) => bound.has(letter)) || (letters.some((letter) => bound.has(letter)) && letters.every((letter) => bound.has(letter) || INDEX_LETTERS.test(letter)));
}

/** What stands beside a running index is an index; x_max is not. */
const INDEX_LETTERS = /^[cijklmnpqrsty]$/u;

/** n is a size more often. */
const POSITION_LETTERS = /^[cijklmpqrsty]{1,2}$/u;

/** Classes go by these letters; `x_m` or `x_t` is more often a name of its own. */
const CLASS_LETTERS = /^[ijkcy]{1,2}$/u;

/** In brackets n and capitals are sizes, so that `x[n]` is the last element; other letters are positions. */
const isPosition = (item: Expr, bound: ReadonlySet<string>): boolean => item.kind === 'name' && !bound.has(item.name) && /^\p{Ll}$/u.test(item.name) && item.name !== 'n';

/** Functions whose only argument is a tensor to be reduced. */
const REDUCTIONS: ReadonlySet<string> = new Set(['sum', 'mean', 'prod', 'max', 'min', 'logsumexp', 'norm', 'norm1', 'norm2', 'norminf']);

/** Whether an exponent is a name as a whole, or its negative: `x^n`, `A^T`, `A^{-T}`. */
function isNamed(exponent: Expr): boolean {
  const inner = ungroup(exponent);
  return (inner.kind === 'negate' ? inner.operand : inner).kind === 'name';
}

/** `Σ⁻¹`, `A^{T}` */
const isMatrixExponent = (exponent: Expr): boolean => exponent.kind === 'negate' || (exponent.kind === 'name' && exponent.name === 'T');

function withNames(bound: ReadonlySet<string>, names: readonly string[]): ReadonlySet<string> {
  return new Set([...bound, ...names]);
}
