/**
 * Trees as text that parses back to the same reading. ASCII is the canonical echo: all products written out and
 * minimal brackets, so a wrong reading is seen. Unicode keeps the user's brackets and juxtapositions.
 */
import { binaryLevel, endsInPrefixForm, isPower, level, ownLevel } from './levels.ts';
import { ascii, asSubscript, asSuperscript, bigOperators, orderMark, unicode, vulgarFraction } from './notation.ts';
import type { Notation } from './notation.ts';
import type { Argument, Binary, Binder, Expr, IndexItem, Partial } from './types.ts';

/** What is still to be written: text, or an expression that must bind at least as tightly as `at`. */
export type Piece = string | { readonly e: Expr; readonly at: number; readonly inBars: boolean };

const notations = { ascii, unicode } as const;

/** Prints pieces one after the other; linear in their size, with a stack of its own. */
export function printPieces(pieces: readonly Piece[], notation: keyof typeof notations): string {
  const printer = new ExprPrinter(notations[notation]);
  const out: string[] = [];
  const stack: Piece[] = pieces.toReversed();
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (typeof next === 'string') out.push(next);
    else for (const part of printer.expand(next.e, next.at, next.inBars).toReversed()) stack.push(part);
  }
  return out.join('');
}

export function piece(e: Expr, at: number = level.any, inBars = false): Piece {
  return { e, at, inBars };
}

/** Pieces with text between them. */
export function joined(items: readonly (readonly Piece[])[], separator: string): Piece[] {
  return items.flatMap((item, i) => (i === 0 ? item : [separator, ...item]));
}

export function binderPieces(b: Binder): Piece[] {
  if (b.kind === 'filter') return [piece(b.condition, level.compare)];
  const { name, from, to, set } = b;
  if (from && to) return [`${name.name} in `, piece(from, level.sum), '..', piece(to, level.sum)];
  if (from) return [`${name.name} = `, piece(from, level.sum)];
  return set ? [`${name.name} in `, piece(set, level.sum)] : [name.name];
}

export function bindersPieces(binders: readonly Binder[]): Piece[] {
  return joined(binders.map(binderPieces), ', ');
}

export function indexPieces(i: IndexItem): Piece[] {
  switch (i.kind) {
    case 'at': return [piece(i.value)];
    case 'range': return [piece(i.from, level.sum), '..', piece(i.to, level.sum)];
    case 'all': return [':'];
    case 'bind': return [`${i.name.name} in `, piece(i.from, level.sum), '..', piece(i.to, level.sum)];
  }
}

class ExprPrinter {
  readonly #to: Notation;
  readonly #plain: boolean;

  constructor(notation: Notation) {
    this.#to = notation;
    this.#plain = notation.name === 'ascii';
  }

  /** The pieces of one node, bracketed when it binds more loosely than `at`. `inBars`: a bar would close one. */
  expand(written: Expr, at: number, inBars: boolean): Piece[] {
    const e = this.#plain ? unwrap(written, at) : written;
    const bars = e.kind === 'abs' || e.kind === 'norm';
    if ((inBars && bars) || this.#levelOf(e, at) < at) return ['(', ...this.#write(e, level.any, false), ')'];
    return this.#write(e, at, inBars);
  }

  #levelOf(e: Expr, at: number): number {
    if (e.kind === 'number' && e.text.includes('/')) return this.#plain || vulgarFraction(e.text) === undefined ? level.product : level.primary;
    if (e.kind === 'binary' && e.op === 'coef' && (this.#plain || !isGlued(e))) return level.product;
    if (this.#plain) {
      if (isNegatedCoefficient(e)) return level.product;
      if (e.kind === 'superscript' && at <= level.power) return level.power;
      if (e.kind === 'sqrt') return level.postfix;
    }
    if (e.kind === 'negate' && endsInPrefixForm(e)) return level.term;
    if (e.kind === 'binary' && binaryLevel(e.op) === level.product && endsInPrefixForm(e)) return level.term;
    return ownLevel(e);
  }

  #write(e: Expr, at: number, inBars: boolean): Piece[] {
    const sub = (child: Expr, least: number): Piece => ({ e: child, at: least, inBars });
    switch (e.kind) {
      case 'number': return [this.#plain ? e.text : vulgarFraction(e.text) ?? e.text];
      case 'name': return [e.name];
      case 'string': return [`"${e.value.replaceAll(/["\\]/g, '\\$&')}"`];
      case 'ellipsis': return ['…'];
      case 'error': return ['<error>'];
      case 'binary': return this.#binary(e, sub, inBars);
      case 'negate': {
        // a run of signs at once: asking each of them where it ends would be quadratic
        if (this.#plain && isNegatedCoefficient(e)) return ['-', sub(e.operand, level.product)];
        let operand: Expr = e;
        let signs = '';
        for (; operand.kind === 'negate'; operand = operand.operand) signs += '-';
        return [signs, sub(operand, endsInPrefixForm(operand) ? level.term : level.coefficient)];
      }
      case 'not': return ['not ', sub(e.operand, level.not)];
      case 'compare': return e.operands.flatMap((operand, i) => {
        const operator = e.operators[i - 1];
        const text = operator === undefined ? [] : [` ${this.#to.comparisons[operator]} `];
        return [...text, sub(operand, level.sum)];
      });
      case 'conditional':
        return ['if ', sub(e.condition, level.or), ' then ', sub(e.whenTrue, level.conditional), ' else ', sub(e.whenFalse, level.conditional)];
      case 'lambda': return [`${e.parameter.name} ${this.#to.arrow} `, sub(e.body, level.any)];
      case 'apply': return [...this.#callee(e.callee, e.args, at, sub), '(', ...this.#args(e.args), ')'];
      case 'index': return [this.#base(e.base, sub), '[', ...joined(e.indices.map(indexPieces), ', '), ']'];
      case 'subscript': return [this.#base(e.base, sub), ...this.#subscript(e.indices, e.base.kind === 'subscript')];
      case 'superscript': return this.#superscript(e, at, sub);
      case 'prime': return [this.#base(e.base, sub), "'".repeat(e.order)];
      case 'transpose': return [this.#base(e.base, sub), this.#to.transpose];
      case 'factorial': return [this.#base(e.base, sub), '!'];
      case 'sqrt': return this.#plain ? ['sqrt(', piece(e.operand), ')'] : ['√', sub(e.operand, level.tight)];
      case 'nabla': return [this.#to.nabla, sub(e.operand, level.tight)];
      case 'partial': return this.#partial(e, sub);
      case 'leibniz': {
        const order = orderMark(e.order, this.#to);
        return [`d${order}/d${e.variable.name}${order} `, sub(e.body, level.term)];
      }
      case 'limit': return [`lim (${e.variable.name} ${this.#to.arrow} `, piece(e.target, level.sum), ') ', sub(e.body, level.term)];
      case 'big': return [...this.#bigHead(e.op, e.binders), sub(e.body, level.term)];
      case 'group': return e.bracket === '(' ? ['(', piece(e.inner), ')'] : ['[', piece(e.inner), ']'];
      case 'tuple': return ['(', ...this.#items(e.items), ')'];
      case 'vector': return ['[', ...this.#items(e.items), ']'];
      case 'matrix': return ['[', ...joined(e.rows.map((row) => this.#items(row)), '; '), ']'];
      case 'abs': return ['|', { e: e.operand, at: level.any, inBars: true }, '|'];
      case 'norm': return [this.#to.norm, { e: e.operand, at: level.any, inBars: true }, this.#to.norm];
    }
  }

  #binary(e: Binary, sub: (child: Expr, least: number) => Piece, inBars: boolean): Piece[] {
    const op = e.op === 'juxt' && !this.#plain && !readsAsFactor(e, inBars) ? '*' : e.op;
    const own = this.#plain && op === 'coef' ? level.product : binaryLevel(op);
    if (own === level.power) return [this.#raised(e.left, sub), this.#to.operators[op], sub(e.right, level.tight)];
    if (own === level.coefficient) {
      return isGlued(e) ? [sub(e.left, level.primary), sub(e.right, level.power)] : [sub(e.left, level.product), this.#to.operators['*'], sub(e.right, level.power)];
    }
    if (own !== level.product) return [sub(e.left, own), this.#to.operators[op], sub(e.right, own + 1)];
    const text = op === '/' && looksLeibniz(e) ? ' / ' : this.#to.operators[op];
    const last = endsInPrefixForm(e.right) && e.right.kind !== 'binary' && e.right.kind !== 'negate';
    return [sub(e.left, level.product), text, sub(e.right, last ? level.term : this.#plain && op !== 'coef' || op === '/' || op === './' ? level.power : level.coefficient)];
  }

  /** The base of a power; a power behind `∂f/∂x` would belong to the x. */
  #raised(base: Expr, sub: (child: Expr, least: number) => Piece): Piece {
    let inner = this.#plain ? unwrap(base) : base;
    while (inner.kind === 'nabla' || (inner.kind === 'sqrt' && !this.#plain)) inner = this.#plain ? unwrap(inner.operand) : inner.operand;
    return sub(base, inner.kind === 'partial' ? level.postfix : level.tight);
  }

  #callee(callee: Expr, args: readonly Argument[], at: number, sub: (child: Expr, least: number) => Piece): Piece[] {
    if (callee.kind === 'name' && callee.name === 'where' && args.length > 1) return ['if'];
    // sin^2(x); inside a chain of powers the exponent would be taken for the chain's
    const squared = this.#plain && at <= level.power && callee.kind === 'superscript' && callee.base.kind === 'name'
      && callee.exponent.kind === 'number' && !callee.exponent.text.includes('/');
    return squared ? [sub(callee.base, level.postfix), '^', sub(callee.exponent, level.primary)] : [this.#base(callee, sub)];
  }

  /** What a postfix stands behind; a number there would begin a product, and `sum[` would bind. */
  #base(base: Expr, sub: (child: Expr, least: number) => Piece): Piece {
    const inner = this.#plain ? unwrap(base) : base;
    const mistaken = inner.kind === 'number' || inner.kind === 'string' || inner.kind === 'ellipsis'
      || (inner.kind === 'name' && bigOperators.some((name) => name === inner.name) && base.kind === 'group');
    return sub(base, mistaken ? level.primary + 1 : level.postfix);
  }

  #args(args: readonly Argument[]): Piece[] {
    return args.flatMap((arg, i): Piece[] => {
      const separator = i === 0 ? [] : [arg.kind === 'given' ? ' | ' : ', '];
      switch (arg.kind) {
        case 'positional': case 'given': return [...separator, piece(arg.value)];
        case 'named': return [...separator, `${arg.name.name} = `, piece(arg.value)];
        case 'generator': return [piece(arg.value), ' for ', ...bindersPieces(arg.binders)];
      }
    });
  }

  #items(items: readonly Expr[]): Piece[] {
    return joined(items.map((item, i) => [this.#plain && i > 0 && item.kind === 'ellipsis' ? '...' : piece(item)]), ', ');
  }

  /** Script characters side by side would read as one script. */
  #subscript(indices: readonly Expr[], behindScript: boolean): Piece[] {
    const script = this.#plain || behindScript ? undefined : asSubscript(indices);
    return script === undefined ? ['_{', ...joined(indices.map((item) => [piece(item)]), ', '), '}'] : [script];
  }

  #superscript(e: Extract<Expr, { kind: 'superscript' }>, at: number, sub: (child: Expr, least: number) => Piece): Piece[] {
    if (this.#plain && at <= level.power) return [this.#raised(e.base, sub), '^', sub(e.exponent, level.tight)];
    const script = this.#plain || e.base.kind === 'superscript' ? undefined : asSuperscript(e.exponent);
    return [this.#base(e.base, sub), ...(script === undefined ? ['^{', piece(e.exponent), '}'] : [script])];
  }

  #partial(e: Partial, sub: (child: Expr, least: number) => Piece): Piece[] {
    const mark = this.#to.partial;
    const above = orderMark(e.order, this.#to);
    const below = e.denominators.flatMap((d): Piece[] => {
      const order = d.order === 1 ? '' : orderMark(d.order, this.#to);
      return [mark, sub(d.variable, level.postfix), order];
    });
    return [this.#plain && above !== '' ? `${mark.trimEnd()}${above} ` : `${mark}${above}`, sub(e.target, level.postfix), '/', ...below];
  }

  #bigHead(op: string, binders: readonly Binder[]): Piece[] {
    const symbol = this.#plain ? undefined : { sum: '∑', prod: '∏' }[op];
    if (symbol === undefined) return [`${op}[`, ...bindersPieces(binders), '] '];
    return binders.length === 0 ? [`${symbol} `] : [`${symbol}_{`, ...bindersPieces(binders), '} '];
  }
}

/**
 * Brackets say nothing that precedence does not say again, with one exception: `a/(N(x))` differs from `a/N(x)` when
 * N is a value, and then the latter is (a/N)·x. Nothing here knows kinds, so such brackets stay.
 */
function unwrap(e: Expr, at: number = level.any): Expr {
  let inner = e;
  while (inner.kind === 'group') {
    if (at > level.sum && beginsWithCall(inner.inner)) return { ...inner, bracket: '(' };
    inner = inner.inner;
  }
  return inner;
}

function beginsWithCall(e: Expr): boolean {
  for (let at = e; ;) {
    switch (at.kind) {
      case 'apply': return true;
      case 'index': case 'subscript': case 'superscript': case 'prime': case 'transpose': case 'factorial': at = at.base; break;
      case 'binary':
        if (binaryLevel(at.op) !== level.power) return false;
        at = at.left;
        break;
      default: return false;
    }
  }
}

/** Whether a juxtaposition reads back as one: the right factor must begin with a name or a big operator. */
function readsAsFactor({ left, right }: Binary, inBars: boolean): boolean {
  if (left.kind === 'ellipsis' || right.kind === 'ellipsis') return false;
  let at: Expr = right;
  for (;;) {
    switch (at.kind) {
      case 'name': return !endsInName(left);
      case 'sqrt': case 'nabla': case 'big': return true;
      case 'norm': return !inBars;
      case 'apply': at = at.callee; break;
      case 'index': case 'subscript': case 'superscript': case 'prime': case 'transpose': case 'factorial': at = at.base; break;
      case 'group': return at.bracket === '[' || left.kind === 'number' || left.kind === 'partial';
      case 'binary':
        if (!isPower(at.op)) return false;
        at = at.left;
        break;
      default: return false;
    }
  }
}

/** Two names side by side are refused in files. */
function endsInName(e: Expr): boolean {
  for (let at = e; ;) {
    switch (at.kind) {
      case 'name': case 'partial': return true;
      case 'binary': at = at.right; break;
      case 'negate': case 'sqrt': case 'nabla': at = at.operand; break;
      default: return false;
    }
  }
}

/** `-2x` is written `-2*x`: the sign goes to the number, which changes nothing. */
function isNegatedCoefficient(e: Expr): e is Extract<Expr, { kind: 'negate' }> {
  return e.kind === 'negate' && e.operand.kind === 'binary' && e.operand.op === 'coef';
}

function isGlued({ left, right }: Binary): boolean {
  return left.kind === 'number' && readsAsCoefficient(left.text, right);
}

/** Whether a number directly before this operand is its coefficient, and not part of another number. */
function readsAsCoefficient(number: string, right: Expr): boolean {
  if (number.includes('/') && vulgarFraction(number) === undefined) return false;
  let at: Expr = right;
  for (;;) {
    switch (at.kind) {
      case 'name': return !/^(?:[eE][0-9]|_[0-9])/.test(at.name) && !(number === '0' && /^[xXbBoO][0-9A-Fa-f]/.test(at.name));
      case 'group': return at.bracket === '(';
      case 'sqrt': return true;
      case 'apply': at = at.callee; break;
      case 'index': case 'subscript': case 'superscript': case 'prime': case 'transpose': case 'factorial': at = at.base; break;
      case 'binary':
        if (!isPower(at.op)) return false;
        at = at.left;
        break;
      default: return false;
    }
  }
}

/** `d/dx` as a quotient must not read as the operator. */
function looksLeibniz({ left, right }: Binary): boolean {
  return left.kind === 'name' && left.name === 'd' && right.kind === 'name' && right.name.startsWith('d');
}
