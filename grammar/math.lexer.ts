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
  readonly ascii: boolean;
}
const latin: Alphabet = { letter: 'A-Za-z', inner: 'A-Za-z0-9', ascii: true };
/**
 * Letters beyond ASCII by blocks, without the modifier letters that are sub- and superscripts. `\p{L}` says the same
 * but takes V8 forty milliseconds to compile, more than all the rest of a one-line run.
 */
const letters = '\\u00aa\\u00b5\\u00ba\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u02af\\u0370-\\u0373\\u0376\\u0377\\u037b-\\u037d\\u037f-\\u0386\\u0388-\\u03ff'
  + '\\u0400-\\u0481\\u048a-\\u0556\\u0561-\\u0588\\u05d0-\\u05ea\\u0620-\\u064a\\u066e-\\u06d3\\u0904-\\u0939\\u0980-\\u10ff'
  + '\\u1100-\\u1cff\\u1d00-\\u1d2b\\u1d6b-\\u1d77\\u1e00-\\u1fbc\\u1fc2-\\u1fcc\\u1fd0-\\u1fdb\\u1fe0-\\u1fec\\u1ff2-\\u1ffc'
  + '\\u2102\\u2107\\u210a-\\u2113\\u2115\\u2119-\\u211d\\u2124\\u2126\\u2128\\u212a-\\u2139\\u213c-\\u213f\\u2145-\\u2149\\u214e'
  + '\\u2c00-\\u2c7b\\u2c7e-\\u2dff\\u3040-\\u318f\\u31a0-\\u31bf\\u3400-\\u4dbf\\u4e00-\\ua48c\\ua4d0-\\uabe2\\uac00-\\ud7a3\\uf900-\\ufb4f\\ufe70-\\ufefc'
  + '\\uff21-\\uff3a\\uff41-\\uff5a∞';
/** Combining marks that accents over names are made of. */
const accents = '\\u0300-\\u036f\\u0483-\\u0487\\u093a-\\u094f\\u1ab0-\\u1aff\\u1dc0-\\u1dff\\u20d0-\\u20f0\\ufe20-\\ufe2f';
const everywhere: Alphabet = {
  letter: `A-Za-z${letters}`, inner: `A-Za-z0-9${letters}${accents}`, ascii: false,
};

function makeRules({ letter, inner, ascii }: Alphabet): moo.Rules {
  const re = (source: string): RegExp => new RegExp(source);
  /** adds alternatives that occur in texts beyond ASCII only */
  const also = (source: string, more: string): RegExp => re(ascii ? source : `${source}|${more}`);
  // letters beyond the first plane are two code units: mathematical alphabets, rare ideographs
  const pair = ascii ? '' : '|\\ud835[\\udc00-\\udfff]|[\\ud840-\\ud8ff][\\udc00-\\udfff]';
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
    TRANS: also(`\\.T(?!_(?!\\{)|[${inner}])|\\^\\\\top(?![A-Za-z])`, 'ᵀ|\\^⊤'),
    PARTIAL: also('\\\\partial(?![A-Za-z])', '∂'),
    NABLA: also('\\\\nabla(?![A-Za-z])', '∇'),
    BIGSYM: also('\\\\(?:sum|prod)(?![A-Za-z])', '[∑∏]'),
    // numpy and friends: the qualifier says nothing that the function's name does not
    QUALIFIER: re('(?:(?:np|numpy|jnp|jax\\.numpy|torch|scipy|tf)(?:\\.(?:linalg|special|math|nn\\.functional|nn|stats))?|jax\\.nn|math|Math)\\.(?=[a-z])'),
    NAME: { match: re(`(?:[${letter}]${pair}|_(?!\\{))(?:[${inner}]${pair}|_(?!\\{))*`), type: moo.keywords(keywordTypes()) },
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
  rules['OTHER'] = { match: re('[\\ud800-\\udbff][\\udc00-\\udfff]|[^]'), lineBreaks: true };
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
