/**
 * Characters to lexemes, with moo. Nothing is decided here that needs context: what a bar, a bracket or two
 * neighbouring names mean is the token filter's business (src/frontends/math/filter.ts).
 */
import moo from 'moo';

/** Words that are never names. */
export const keywords = [
  'if', 'then', 'else', 'elif', 'in', 'to', 'and', 'or', 'not', 'wrt', 'of', 'as', 'for', 'where', 'given', 'return',
  'from', 'via', 'using', 'along',
] as const;

export interface Lexeme {
  readonly type: string;
  readonly text: string;
  readonly offset: number;
}

const supers = '⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵁⱽᵂ';
const superAscii = '0123456789+-abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRUVW';
const subs = '₀₁₂₃₄₅₆₇₈₉₊₋₌ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ';
const subAscii = '0123456789+-=aehijklmnoprstuvxβγρφχ';

function pairs(from: string, to: string): ReadonlyMap<string, string> {
  const targets = Array.from(to);
  return new Map(Array.from(from, (character, i) => [character, targets[i] ?? '']));
}

/** `²` → `2`, `ⁿ` → `n` */
export const superscripts: ReadonlyMap<string, string> = pairs(supers, superAscii);
/** `ᵢ` → `i`, `₁` → `1` */
export const subscripts: ReadonlyMap<string, string> = pairs(subs, subAscii);
/** `½` → `1/2` */
export const fractions: ReadonlyMap<string, string> = new Map([
  ['½', '1/2'], ['⅓', '1/3'], ['⅔', '2/3'], ['¼', '1/4'], ['¾', '3/4'], ['⅕', '1/5'], ['⅙', '1/6'], ['⅛', '1/8'],
  ['⅜', '3/8'], ['⅝', '5/8'], ['⅞', '7/8'],
]);

/** Names of variables after `d/d` that are longer than a letter: other words stay ordinary quotients such as `d/data`. */
const greek = 'alpha|beta|gamma|delta|epsilon|zeta|eta|theta|iota|kappa|lambda|mu|nu|xi|rho|sigma|tau|phi|chi|psi|omega';

interface Alphabet {
  readonly letter: string;
  /** what may follow the first letter of a name, besides `_` */
  readonly inner: string;
  readonly flags: string;
  readonly ascii: boolean;
}
const latin: Alphabet = { letter: 'A-Za-z', inner: 'A-Za-z0-9', flags: '', ascii: true };
const everywhere: Alphabet = {
  letter: '\\p{Ll}\\p{Lu}\\p{Lo}\\p{Lt}∞', inner: '\\p{Ll}\\p{Lu}\\p{Lo}\\p{Lt}\\p{Mn}0-9', flags: 'u', ascii: false,
};

function makeRules({ letter, inner, flags, ascii }: Alphabet): moo.Rules {
  const re = (source: string): RegExp => new RegExp(source, flags);
  /** adds alternatives that occur in texts beyond ASCII only */
  const also = (source: string, more: string): RegExp => re(ascii ? source : `${source}|${more}`);
  const order = ascii ? '(?:\\^[0-9]+)?' : '(?:\\^[0-9]+|[²³⁴⁵⁶⁷⁸⁹])?';
  const rules: moo.Rules = {
    WS: also('[ \\t\\r\\f\\v]+', '[ \\t\\r\\u00a0\\u2000-\\u200a\\u202f\\u205f\\u3000\\ufeff]+'),
    DOC: re('\\/\\/\\/[^\\n]*'),
    COMMENT: { match: re('(?:\\/\\/|#)[^\\n]*|\\/\\*[^]*?\\*\\/'), lineBreaks: true },
    OPENCOMMENT: { match: re('\\/\\*[^]*'), lineBreaks: true },
    NL: { match: re('\\n'), lineBreaks: true },
    SEMI: ';',
    NUM: also(
      `(?:[0-9]+(?:\\.[0-9]+|\\.(?![.*\\/^'(${letter}]))?|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?`, `[${[...fractions.keys()].join('')}]`,
    ),
    STR: re('"(?:[^"\\\\\\n]|\\\\.)*"'),
    LEIB: re(`d${order}\\/d(?:${greek}|[${letter}][0-9]*)${order}(?![_${inner}])`),
    TRANS: also(`\\.T(?![_${inner}])|\\^\\\\top(?![A-Za-z])`, 'ᵀ|\\^⊤'),
    PARTIAL: also('\\\\partial(?![A-Za-z])', '∂'),
    NABLA: also('\\\\nabla(?![A-Za-z])', '∇'),
    BIGSYM: also('\\\\(?:sum|prod)(?![A-Za-z])', '[∑∏]'),
    // numpy and friends: the qualifier says nothing that the function's name does not
    QUALIFIER: re('(?:np|numpy|jnp|torch|math|Math)\\.(?=[a-z])'),
    NAME: { match: re(`(?:[${letter}]|_(?!\\{))(?:[${inner}]|_(?!\\{))*`), type: moo.keywords(keywordTypes()) },
    ARROW: also('->', '→|↦'),
    GETS: also(':=', '←'),
    OPSET: also('[-+*\\/]=(?!=)', '−='),
    CMP: also('==|!=|<=|>=|<|>', '≠|≤|≥|=\u0338'),
    TILDE: also('~', '∼'),
    EQ: '=',
    DOTS: re('\\.\\.\\.?'),
    EPOW: also('\\.\\^', '\\.\\^'),
    LSUP: re('\\^\\{'),
    LSUB: re('_\\{'),
    POW: re('\\*\\*|\\^'),
    EMUL: also('\\.\\*', '⊙|∘'),
    EDIV: also('\\.\\/', '⊘'),
    AT: '@',
    MUL: also('\\*', '[·⋅×∙∗]'),
    DIV: also('\\/', '[÷∕⁄]'),
    PLUS: '+',
    MINUS: also('-', '−'),
    NORM: also('\\|\\|', '[‖∥]'),
    BAR: also('\\|', '∣'),
    PRIME: also("'+", "['’′″‴]+"),
    BANG: '!',
    QM: '?',
    COMMA: ',',
    COLON: ':',
    LP: '(', RP: ')', LB: '[', RB: ']', LC: '{', RC: '}',
    DOT: '.',
  };
  if (!ascii) {
    rules['SUP'] = re(`[${supers}]+`);
    rules['SUB'] = re(`[${subs}]+`);
    rules['ROOT'] = '√';
    rules['ELL'] = '…';
    rules['ELEM'] = '∈';
  }
  rules['OTHER'] = { match: re('[^]'), lineBreaks: true };
  return rules;
}

function keywordTypes(): Record<string, string> {
  return Object.fromEntries(keywords.map((word) => [word.toUpperCase(), word]));
}

/** Compiled on first use: a text of plain ASCII never pays for Unicode letter classes. */
function lazyLexer(alphabet: Alphabet): () => moo.Lexer {
  let lexer: moo.Lexer | undefined;
  return () => (lexer ??= moo.compile(makeRules(alphabet)));
}
const asciiLexer = lazyLexer(latin);
const fullLexer = lazyLexer(everywhere);

/** All lexemes of a text, white space and comments included: their texts joined give the text back. */
export function lex(text: string): Lexeme[] {
  // oxlint-disable-next-line no-control-regex -- the range is all of ASCII
  const lexer = /^[\0-\x7f]*$/.test(text) ? asciiLexer() : fullLexer();
  lexer.reset(text);
  const out: Lexeme[] = [];
  for (let token = lexer.next(); token; token = lexer.next()) {
    out.push({ type: token.type ?? 'OTHER', text: token.text, offset: token.offset });
  }
  return out;
}
