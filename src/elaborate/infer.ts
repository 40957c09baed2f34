/** Kinds of undeclared names: by use in a one-liner, by letters in matrix mode. */
import { integrals } from '../ast/notation.ts';
import type { Expr, IndexItem, Statement } from '../ast/types.ts';
import type { Span } from '../diagnostics/span.ts';
import type { Dim } from '../ir/dim.ts';
import { findOp } from '../ops/table.ts';
import { foreignConstant, gluedFunction, isElementary, isIntegral } from './foreign.ts';
import { findBuiltin } from './functions/table.ts';
import { isSurelyProduct, letterThatDecides, looksLikeProduct, parametersOf } from './glued.ts';
import type { InputRole } from './model.ts';
import { textOf, type Pass, type Rank } from './pass.ts';
import type { Scope } from './scope.ts';
import { ungroup } from './spine.ts';
import { compositeName, everyExpr, expressionsOf } from './syntax.ts';
import { isDeclaredSymmetric } from './types.ts';
import { usesIn, type Use } from './uses.ts';
import { namedConstant } from './vocabulary.ts';

export type Mode = 'math' | 'matrix';

/** A matrix of this name is a covariance. */
const COVARIANCE = /^Σ(?:\d|_.*)?$/u;

/** What is observed goes by these names: with indices they are data, as the features and targets of a loss are. */
const OBSERVED = /^[txyXY]\d*$/u;

/** Names that read as functions when they are only applied. */
const FUNCTION_LETTERS: ReadonlySet<string> = new Set(['f', 'g', 'h', 'u', 'v', 'F', 'G', 'H', 'φ', 'ψ']);

/**
 * Declares every name that is used and not defined. The parameters of the functions in `free` are variables of the
 * text: it asks for the function itself, or differentiates it by name.
 */
export function declareInferred(pass: Pass, statements: readonly Statement[], scope: Scope, mode: Mode, free: ReadonlySet<string> = new Set()): void {
  const defined = definedNames(statements);
  const parts = statements.map((statement) => ({ roots: valuesOf(statement), ends: rangesOnLeft(statement).flatMap(({ from, to }) => [from, to]), bound: boundNames(statement, free) }));
  const uses = [...usesIn(parts).values()].filter((use) => !defined.has(use.name));
  // who differentiates by elements has vectors and matrices in mind
  pass.wantsTensors ||= pass.line && uses.some((use) => use.below);
  const length = mode === 'math' ? commonLength(uses) : undefined;
  const inference = new Inference(pass, scope, mode, { varying: varyingNames(pass, statements), length, parameters: parametersOf(statements, new Set(pass.options.wrt)), used: new Set(uses.flatMap((use) => (use.bare + use.reduced > 0 ? [use.name] : []))) });
  const sizes = new Set(pass.line ? sizesOfDeclarations(statements).filter((name) => !defined.has(name)) : []);
  for (const name of sizes) inference.size(name);
  for (const use of uses) if (!sizes.has(use.name)) inference.declare(use);
}

/** In `param x: R[N]; sum(x)` nobody needs to say that N is a size. */
function sizesOfDeclarations(statements: readonly Statement[]): readonly string[] {
  const types = statements.flatMap((s) => (s.kind === 'declare' ? s.items.flatMap((item) => item.type ?? []) : []));
  return types.flatMap(({ dims, of }) => [...dims, ...(of === undefined ? [] : [of])])
    .flatMap((size) => [...everyExpr(size)].flatMap((part) => (part.kind === 'name' ? [part.name] : [])));
}

/** Parameters of a function, indices of a tensor being defined. */
function boundNames(statement: Statement, free: ReadonlySet<string>): ReadonlySet<string> {
  if (statement.kind !== 'define') return new Set();
  const { left } = statement;
  if (left.kind === 'apply' && left.callee.kind === 'name' && free.has(left.callee.name)) return new Set();
  const own = left.kind === 'apply' ? left.args.map((a) => (a.kind === 'positional' ? a.value : undefined))
    : left.kind === 'index' ? left.indices.map((i) => (i.kind === 'at' ? i.value : undefined)) : left.kind === 'subscript' ? left.indices : [];
  return new Set([...own.flatMap((e) => (e?.kind === 'name' ? [e.name] : [])), ...rangesOnLeft(statement).map((item) => item.name.name)]);
}

/** `θ[j in 1..J] = …`: indices with their ranges. */
function rangesOnLeft(statement: Statement): (IndexItem & { kind: 'bind' })[] {
  if (statement.kind !== 'define' || statement.left.kind !== 'index') return [];
  return statement.left.indices.flatMap((item) => (item.kind === 'bind' ? [item] : []));
}

/** Functions that are differentiated by name: `L(w, b) = …; ∂L/∂w`. */
export function differentiatedFunctions(statements: readonly Statement[]): Set<string> {
  const names = new Set<string>();
  for (const root of statements.flatMap(expressionsOf)) {
    for (const part of everyExpr(root)) {
      const target = part.kind === 'partial' ? ungroup(part.target) : part.kind === 'nabla' ? ungroup(part.operand) : undefined;
      if (target?.kind === 'name') names.add(target.name);
    }
  }
  return names;
}

/** The expressions whose names need a meaning: left sides define names. */
function valuesOf(statement: Statement): readonly Expr[] {
  if (statement.kind !== 'define' && statement.kind !== 'update') return expressionsOf(statement);
  // the arguments of a claim such as f'(a) = … are used
  const { left } = statement;
  const states = left.kind !== 'name' && left.kind !== 'index' && left.kind !== 'subscript' && !(left.kind === 'apply' && left.callee.kind === 'name');
  return states || statement.kind === 'update' ? [left, statement.value] : [statement.value];
}

function definedNames(statements: readonly Statement[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const statement of statements) {
    switch (statement.kind) {
      case 'dim': case 'declare': case 'const': for (const item of statement.items) names.add(item.name.name); break;
      case 'import': for (const { name, as } of statement.names) names.add((as ?? name).name); break;
      case 'fn': case 'opaque': names.add(statement.name.name); break;
      case 'define': for (const name of namesOnLeft(statement.left)) names.add(name); break;
      default: break;
    }
  }
  return names;
}

/** `z_{i} = …` defines z, or the one name z_i. */
function namesOnLeft(left: Expr): readonly string[] {
  const named = (base: Expr): readonly string[] => (base.kind === 'name' ? [base.name] : []);
  switch (left.kind) {
    case 'name': return [left.name];
    case 'index': return named(left.base);
    case 'subscript': return [compositeName(left), ...(left.indices.every((i) => i.kind === 'name') ? named(left.base) : [])];
    case 'apply': return named(left.callee);
    default: return [];
  }
}

interface Length {
  readonly name: string;
  /** whether it is that of a name */
  readonly isOf: (use: Use) => boolean;
}

/** In `1/N ∑ (y - p)²` and `1/N ∑ᵢ (yᵢ - w'xᵢ)²` the sum runs over N entries: those of the vectors, those that i runs over. */
function commonLength(uses: readonly Use[]): Length | undefined {
  const use = uses.find((u) => (u.name === 'N' || u.name === 'n') && u.bare > 0 && u.reduced === 0 && u.indexed === 0 && !u.primed);
  if (use === undefined) return undefined;
  const { name } = use;
  const indices = new Set(uses.flatMap((u) => [...u.indices]));
  if (indices.size > 0) {
    const isOne = isOneAxis(indices, uses.filter((u) => u.indexed === 1));
    return { name, isOf: (u) => isOne && u.indexed === 1 };
  }
  return uses.some((u) => u.vector && u.applied.length === 0) ? { name, isOf: (u) => u.indexed === 0 } : undefined;
}

/** Whether all indices run over one axis: those of one vector do. */
function isOneAxis(indices: ReadonlySet<string>, vectors: readonly Use[]): boolean {
  const [first] = indices;
  const joined = new Set(first === undefined ? [] : [first]);
  for (let before = -1; before !== joined.size; ) {
    before = joined.size;
    for (const use of vectors) if ([...use.indices].some((index) => joined.has(index))) for (const index of use.indices) joined.add(index);
  }
  return joined.size === indices.size;
}

/** Names that something is differentiated by. */
function varyingNames(pass: Pass, statements: readonly Statement[]): ReadonlySet<string> | undefined {
  const given = pass.options.wrt;
  if (given !== undefined) return new Set(given);
  const derives = statements.filter((s) => s.kind === 'derive');
  if (derives.length === 0) return undefined;
  return new Set(derives.flatMap((s) => s.wrt.flatMap((e) => (e.kind === 'name' ? [e.name] : []))));
}

/** What the whole text says of its names. */
interface Known {
  readonly varying: ReadonlySet<string> | undefined;
  readonly length: Length | undefined;
  readonly parameters: ReadonlySet<string>;
  /** as values */
  readonly used: ReadonlySet<string>;
}

class Inference {
  readonly #pass: Pass;
  readonly #scope: Scope;
  readonly #mode: Mode;
  readonly #known: Known;

  constructor(pass: Pass, scope: Scope, mode: Mode, known: Known) {
    this.#pass = pass;
    this.#scope = scope;
    this.#mode = mode;
    this.#known = known;
  }

  declare(use: Use): void {
    const { name } = use;
    const declared = this.#pass.options.declarations?.get(name);
    const isValue = use.bare + use.reduced > 0;
    const isPosition = use.position && !use.size && !isValue && use.indexed === 0;
    const isCount = declared?.length === 0 && (isPosition || use.size);
    if (declared !== undefined && !isCount) return this.#input(use, declared.map((size, k) => size ?? this.#pass.sizes.fresh(`${name}.${k}`)));
    if (use.applied.length > 0 && !isValue && use.indexed === 0) return this.#function(use);
    if (isPosition) return this.#position(use);
    if (use.size && isInfinite(name)) {
      this.#pass.report('bad-size', use.span, { text: textOf(use.span) }, { hint: 'a sum has finitely many terms: name its end, `sum[k in 1..N] …`' });
      return this.#scope.declare(name, { kind: 'broken' });
    }
    if (use.size || name === this.#known.length?.name) return this.size(name);
    if (!isValue && use.indexed === 0) return undefined;
    if (this.#isKnown(use) || this.#isTransposition(use)) return undefined;
    if (this.#pass.line && this.#mode === 'math' && this.#mistaken(use)) return this.#scope.declare(name, { kind: 'broken' });
    return this.#input(use, this.#axes(use));
  }

  /** Constants keep their meaning; names of functions may be variables: `beta*x`. */
  #isKnown(use: Use): boolean {
    if (use.name === 'e' && this.#mode === 'matrix') return false;
    if (use.name === 'eye' || use.name === 'np') return true;
    // the weights π_k of a mixture are no multiples of the constant
    if (namedConstant(use.name, this.#pass.b) !== undefined) return use.indexed === 0 || use.bare + use.reduced > 0;
    return use.applied.length > 0 && isBuiltin(use.name);
  }

  /** `x^T*A*x`, once vectors and matrices are tried */
  #isTransposition({ name, bare, reduced, exponents }: Use): boolean {
    if (name !== 'T' || exponents < bare + reduced) return false;
    this.#pass.wantsTensors = true;
    if (this.#pass.options.ranks !== undefined) return true;
    // an exponent of this name is rare
    this.#pass.oddities += 1;
    return false;
  }

  /** `sin`, `Infinity`, `Sin[x]` as variables of a line: nobody means that. `sinx` may be one, with a warning. */
  #mistaken({ name, span, indexed }: Use): boolean {
    const constant = foreignConstant(name);
    const folded = name.toLowerCase();
    if (isElementary(name)) this.#pass.report('function-as-value', span, { name });
    else if (constant !== undefined) this.#pass.report('unknown-name', span, { name }, { hint: `write \`${constant}\``, fix: { span, text: constant } });
    else if (/^(null|undefined|None|nil)$/.test(name)) this.#pass.report('unknown-name', span, { name }, { hint: 'a formula has no missing values' });
    else if (indexed > 0 && folded !== name && isElementary(folded)) this.#pass.report('unknown-function', span, { name }, { hint: `did you mean \`${folded}\`?`, fix: { span, text: folded } });
    else if (isSurelyProduct(name, this.#known.parameters, this.#known.used)) this.#reportProduct(name, span);
    else if (isIntegral(name)) this.#pass.report('unknown-name', span, { name }, { hint: integrals });
    else {
      const glued = gluedFunction(name);
      if (glued !== undefined) this.#pass.report('glued-function', span, { name }, { hint: `write \`${glued}\``, fix: { span, text: glued } });
      return false;
    }
    return true;
  }

  /** `f(x) = ax + b` */
  #reportProduct(name: string, span: Span): void {
    const parts = [...name];
    // `1/xy` is one over the product
    const isDivisor = /[/÷]\s*$/u.test(span.source.text.slice(0, span.start));
    const text = isDivisor ? `(${parts.join('*')})` : parts.join('*');
    this.#pass.report('run-together', span, { name, parts }, { hint: `write \`${text}\`; for one name declare it in front: \`param ${name}: R; …\``, fix: { span, text } });
  }

  #function(use: Use): void {
    const { name, applied } = use;
    if (isBuiltin(name)) return;
    const [arity = 1] = applied;
    if (!use.primed && !FUNCTION_LETTERS.has(name)) return;
    this.#scope.declare(name, { kind: 'opaque', name, arity });
    this.#pass.opaques.set(name, { name, arity, docs: [] });
  }

  /** `softmax(z)[k]`: k is data, one of the positions. */
  #position({ name, span }: Use): void {
    if (this.#pass.options.declarations?.has(name) === true) this.#pass.note(`\`${name}\` is a position: in data they count from 0`, span);
    const of = this.#pass.sizes.fresh(`${name}.of`);
    const node = this.#pass.b.leaf({ name, role: 'data', element: 'index', shape: [], of });
    this.#scope.declare(name, { kind: 'value', value: { node, labels: [], axes: [], form: 'column', element: 'index', of } });
    this.#pass.inputs.set(name, { name, role: 'data', node, shape: [], element: 'index', of, bounds: [], properties: [], docs: [], span });
  }

  size(name: string): void {
    this.#scope.declare(name, { kind: 'size', dim: name });
    this.#pass.sizeNames.add(name);
  }

  #axes(use: Use): readonly Dim[] {
    const { sizes } = this.#pass;
    const axis = (k: number): Dim => sizes.fresh(`${use.name}.${k}`);
    const isElement = use.indexed > 0;
    const axes = Array.from({ length: isElement ? use.indexed + this.#elementRank(use) : this.#guess(use) }, (_, k) => axis(k));
    if (this.#known.length?.isOf(use) === true && (isElement || axes.length === 1)) sizes.same(axes[0] ?? '', this.#known.length.name);
    return axes;
  }

  #guess(use: Use): Rank {
    if (this.#mode === 'matrix') return rankByLetter(use.name);
    if (use.exponents > 0) return 0;
    const rank = this.#pass.options.ranks?.get(use.name) ?? (use.vector ? 1 : 0);
    this.#pass.guessed.set(use.name, { rank, usual: usualRank(use.name) });
    return rank;
  }

  /** In `Σ (yᵢ - w'xᵢ)²` the elements of y are numbers, those of x the rows of a matrix. */
  #elementRank(use: Use): Rank {
    if (this.#mode === 'matrix' || use.indexed > 1 || use.bare + use.reduced > 0) return 0;
    const rank = this.#pass.options.ranks?.get(use.name) ?? 0;
    this.#pass.guessed.set(use.name, { rank, usual: 0 });
    return rank;
  }

  #input(use: Use, axes: readonly Dim[]): void {
    const { name, span } = use;
    if (this.#pass.line && looksLikeProduct(name, axes.length > 0)) {
      this.#pass.note(`\`${name}\` is one name; for a product write \`${[...name].join('*')}\``, span);
    }
    const role = this.#role(use);
    const properties = this.#pass.line && axes.length === 2 && COVARIANCE.test(name) ? ['spd'] : [];
    if (properties.length > 0) this.#pass.sizes.same(axes[0] ?? '', axes[1] ?? '');
    const node = this.#pass.b.leaf({ name, role, element: 'real', shape: axes, ...(isDeclaredSymmetric(properties) && { symmetric: true }) });
    this.#scope.declare(name, { kind: 'value', value: { node, labels: [], axes, form: 'column', element: 'real' } });
    this.#pass.inputs.set(name, { name, role, node, shape: axes, element: 'real', bounds: [], properties, docs: [], span });
  }

  #role(use: Use): InputRole {
    const inFile = !this.#pass.line;
    if (this.#known.varying !== undefined) return this.#known.varying.has(use.name) ? (inFile ? 'param' : 'variable') : 'data';
    return this.#mode === 'math' && use.indexed > 0 && !use.picked && OBSERVED.test(use.name) ? 'data' : 'variable';
  }
}

const isInfinite = (name: string): boolean => name === 'inf' || name === 'infinity' || name === 'oo';

function isBuiltin(name: string): boolean {
  return findOp(name) !== undefined || findBuiltin(name) !== undefined || name === 'σ';
}

/** matrixcalculus.org: a–g scalars, h–z vectors, capitals matrices. */
export function rankByLetter(name: string): Rank {
  const [letter = ''] = name;
  if (/\p{Lu}/u.test(letter)) return 2;
  return letter >= 'h' && letter <= 'z' ? 1 : 0;
}

/** The usual rank of a name: that of its letter, with a number or subscript or without; `Xw` is what X·w is; words are numbers. */
export function usualRank(name: string): Rank {
  const letter = letterThatDecides(name);
  if (letter !== undefined) return rankByLetter(letter);
  return /^\p{L}\d*(?:_.*)?$/u.test(name) ? rankByLetter(name) : 0;
}
