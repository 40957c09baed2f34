/**
 * The spellings of op rows and the texts of kernels, read back as formulas: the one place that says what an
 * operation computes serves this target too. Only straight-line functions are read; the others stay JavaScript.
 */

export type Comparison = '<' | '<=' | '>' | '>=' | '===' | '!==';

export type Formula =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'negate' | 'opposite'; readonly arg: Formula }
  | { readonly kind: 'arithmetic'; readonly op: '+' | '-' | '*' | '/' | '%'; readonly left: Formula; readonly right: Formula }
  | { readonly kind: 'compare'; readonly op: Comparison; readonly left: Formula; readonly right: Formula }
  | { readonly kind: 'logic'; readonly op: '&&' | '||'; readonly left: Formula; readonly right: Formula }
  | { readonly kind: 'choose'; readonly when: Formula; readonly yes: Formula; readonly no: Formula }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Formula[] }
  | { readonly kind: 'let'; readonly name: string; readonly value: Formula; readonly body: Formula };

export interface FormulaFunction {
  readonly parameters: readonly string[];
  readonly body: Formula;
}

const TOKEN = /\s+|\/\/[^\n]*|(\d+(?:\.\d+)?(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?)|([A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*)|(===|!==|<=|>=|&&|\|\||=>|\+=|-=|\*=|[-+*/%<>?:!(){},;=[\].])/gy;

/** A template of an op row: arguments stand as `{x}` and become names. */
export function readTemplate(template: string): Formula | undefined {
  return new Reader(template.replace(/\{(\w+)\}/g, '$1')).whole();
}

/** A function declaration; undefined when it does more than name values, return early and return. */
export function readFunction(text: string): FormulaFunction | undefined {
  return new Reader(text.slice(text.search(/(?:export )?function /))).declaration();
}

/** What the reader does not know ends it. */
class Unreadable extends Error {}

const BINARY: Readonly<Record<string, number>> = { '||': 1, '&&': 2, '===': 3, '!==': 3, '<': 4, '<=': 4, '>': 4, '>=': 4, '+': 5, '-': 5, '*': 6, '/': 6, '%': 6 };
const CONSTANTS: Readonly<Record<string, number>> = {
  'Math.PI': Math.PI, 'Math.E': Math.E, 'Math.LN2': Math.LN2, 'Math.LN10': Math.LN10, 'Math.LOG2E': Math.LOG2E, 'Math.LOG10E': Math.LOG10E,
  'Math.SQRT2': Math.SQRT2, 'Math.SQRT1_2': Math.SQRT1_2, Infinity, NaN: Number.NaN,
};

class Reader {
  readonly #tokens: string[] = [];
  #at = 0;

  constructor(text: string) {
    let end = 0;
    for (const match of text.matchAll(TOKEN)) {
      end = (match.index ?? 0) + match[0].length;
      const token = match[1] ?? match[2] ?? match[3];
      if (token !== undefined) this.#tokens.push(token);
    }
    if (end < text.length) this.#tokens.push('\0');
  }

  whole(): Formula | undefined {
    return this.#attempt(() => {
      const read = this.#expression();
      return this.#at === this.#tokens.length ? read : this.#fail();
    });
  }
  declaration(): FormulaFunction | undefined {
    return this.#attempt(() => {
      this.#accept('export');
      this.#expect('function');
      this.#next();
      this.#expect('(');
      const parameters: string[] = [];
      while (!this.#accept(')')) {
        parameters.push(this.#next());
        this.#annotation();
        this.#accept(',');
      }
      this.#annotation();
      this.#expect('{');
      return { parameters, body: this.#block() };
    });
  }

  #attempt<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (error instanceof Unreadable) return undefined;
      throw error;
    }
  }
  #fail(): never {
    throw new Unreadable();
  }
  #peek(): string {
    return this.#tokens[this.#at] ?? '';
  }
  #next(): string {
    return this.#tokens[this.#at++] ?? this.#fail();
  }
  #accept(token: string): boolean {
    if (this.#peek() !== token) return false;
    this.#at++;
    return true;
  }
  #expect(token: string): void {
    if (!this.#accept(token)) this.#fail();
  }
  #annotation(): void {
    if (!this.#accept(':')) return;
    if (this.#next() !== 'number') this.#fail();
  }

  /** Statements up to the return that ends every path. */
  #block(): Formula {
    if (this.#accept('const')) {
      const name = this.#next();
      this.#annotation();
      this.#expect('=');
      const value = this.#expression();
      this.#expect(';');
      return { kind: 'let', name, value, body: this.#block() };
    }
    if (this.#accept('if')) {
      this.#expect('(');
      const when = this.#expression();
      this.#expect(')');
      this.#expect('return');
      const yes = this.#expression();
      this.#expect(';');
      return { kind: 'choose', when, yes, no: this.#block() };
    }
    this.#expect('return');
    const value = this.#expression();
    this.#expect(';');
    this.#expect('}');
    return value;
  }

  #expression(): Formula {
    const when = this.#binary(1);
    if (!this.#accept('?')) return when;
    const yes = this.#expression();
    this.#expect(':');
    return { kind: 'choose', when, yes, no: this.#expression() };
  }
  #binary(least: number): Formula {
    let left = this.#unary();
    for (;;) {
      const op = this.#peek();
      const strength = BINARY[op] ?? 0;
      if (strength < least) return left;
      this.#at++;
      left = combine(op, left, this.#binary(strength + 1));
    }
  }
  #unary(): Formula {
    if (this.#accept('-')) return { kind: 'negate', arg: this.#unary() };
    if (this.#accept('!')) return { kind: 'opposite', arg: this.#unary() };
    return this.#atom();
  }
  #atom(): Formula {
    if (this.#accept('(')) {
      const inner = this.#expression();
      this.#expect(')');
      return inner;
    }
    const token = this.#next();
    if (/^[\d.]/.test(token)) return { kind: 'number', value: Number(token) };
    if (Object.hasOwn(CONSTANTS, token)) return { kind: 'number', value: CONSTANTS[token] ?? Number.NaN };
    if (!/^[A-Za-z_$]/.test(token)) return this.#fail();
    if (!this.#accept('(')) return token.includes('.') || this.#peek() === '[' ? this.#fail() : { kind: 'name', name: token };
    const args: Formula[] = [];
    while (!this.#accept(')')) {
      args.push(this.#expression());
      this.#accept(',');
    }
    return { kind: 'call', name: token, args };
  }
}

function combine(op: string, left: Formula, right: Formula): Formula {
  switch (op) {
    case '+': case '-': case '*': case '/': case '%': return { kind: 'arithmetic', op, left, right };
    case '&&': case '||': return { kind: 'logic', op, left, right };
    case '<': case '<=': case '>': case '>=': case '===': case '!==': return { kind: 'compare', op, left, right };
    default: throw new Unreadable();
  }
}

/** Names called anywhere in a formula. */
export function callsOf(f: Formula): string[] {
  switch (f.kind) {
    case 'number': case 'name': return [];
    case 'negate': case 'opposite': return callsOf(f.arg);
    case 'arithmetic': case 'compare': case 'logic': return [...callsOf(f.left), ...callsOf(f.right)];
    case 'choose': return [...callsOf(f.when), ...callsOf(f.yes), ...callsOf(f.no)];
    case 'call': return [f.name, ...f.args.flatMap(callsOf)];
    case 'let': return [...callsOf(f.value), ...callsOf(f.body)];
  }
}

/** How often a formula reads a name. */
export function readsOf(f: Formula, name: string): number {
  switch (f.kind) {
    case 'number': return 0;
    case 'name': return f.name === name ? 1 : 0;
    case 'negate': case 'opposite': return readsOf(f.arg, name);
    case 'arithmetic': case 'compare': case 'logic': return readsOf(f.left, name) + readsOf(f.right, name);
    case 'choose': return readsOf(f.when, name) + readsOf(f.yes, name) + readsOf(f.no, name);
    case 'call': return f.args.reduce((n, a) => n + readsOf(a, name), 0);
    case 'let': return readsOf(f.value, name) + readsOf(f.body, name);
  }
}
