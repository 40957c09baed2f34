/**
 * Habits from other languages. When a statement cannot be read, its tokens are looked at once more for what people
 * write in TeX, Python, JavaScript or a spreadsheet; the message then names the habit and says what to write here.
 */
import type { Bag, ReportOptions } from '../../diagnostics/bag.ts';
import type { Span } from '../../diagnostics/span.ts';
import { suggest } from '../../diagnostics/suggest.ts';
import type { Mode } from './split.ts';
import { fromTex, texMeaning } from './tex.ts';
import { isWordOfOthers, worded } from './worded.ts';
import { sourceText } from './tokens.ts';
import type { Token } from './tokens.ts';
import { bigOperators, statementWords } from './words.ts';

export interface Habit {
  readonly span: Span;
  readonly what: string;
  readonly options: ReportOptions;
}
type Recogniser = (tokens: readonly Token[], mode: Mode) => Habit | undefined;

/** Reports the habit that explains a statement, if one does. */
export function reportHabit(tokens: readonly Token[], mode: Mode, bag: Bag): boolean {
  // a string without an end swallows what would be looked for
  if (tokens.some((t) => t.type === 'OTHER' && t.text === '"')) return false;
  if (reportTex(tokens, bag) || reportReservedName(tokens, bag)) return true;
  for (const recognise of recognisers) {
    const habit = recognise(tokens, mode);
    if (habit === undefined) continue;
    bag.report('foreign-notation', habit.span, { what: habit.what }, habit.options);
    return true;
  }
  return false;
}

const statementHeads: ReadonlySet<string> = new Set<string>(statementWords);
/** Words that would be factors of a product in a line, where they never are. */
const lineWords = new Set(['let', 'var', 'def', 'function', 'import', 'differentiate', 'derivative', 'derive', 'grad', 'gradient', 'diff', 'hessian', 'jacobian', 'print']);

/** Whether a line that could be read is no formula all the same: `let x = 2` is not the product of `let` and `x`. */
export function isNoFormula(tokens: readonly Token[]): boolean {
  const [first, second] = tokens;
  if (evaluated(tokens) !== undefined) return true;
  if (tokens.length === 1 && (first?.type === 'LEIB' || first?.type === 'STR')) return true;
  if (isWordOfOthers(first, second) || differentialEquation(tokens, 'line') !== undefined) return true;
  return first?.type === 'NAME' && lineWords.has(first.text) && second !== undefined && second.spaced && ['NAME', 'NUM', 'LEIB', 'OF', 'STR'].includes(second.type);
}

const covering = (first: Token, last: Token): Span => ({ ...first.span, end: last.span.end });

function word(tokens: readonly Token[], at: number): string {
  const token = tokens[at];
  return token === undefined ? '' : sourceText(token.span);
}

/** The text of the tokens from `at` on. */
function rest(tokens: readonly Token[], at: number): string {
  const [first, last] = [tokens[at], tokens.at(-1)];
  return first === undefined || last === undefined ? '' : sourceText(covering(first, last));
}

/** `\frac`, `\cdot`, `$ … $` */
function reportTex(tokens: readonly Token[], bag: Bag): boolean {
  const at = tokens.findIndex((t, k) => t.type === 'OTHER' && t.text === '\\' && tokens[k + 1]?.type !== undefined && !(tokens[k + 1] as Token).spaced);
  const [backslash, command] = [tokens[at], tokens[at + 1]];
  if (backslash === undefined || command === undefined) return false;
  const operand = tokens[at - 1];
  if (operand?.type === 'NAME' && command.text.length === 1) {
    bag.report('foreign-notation', backslash.span, { what: `\`${word(tokens, at - 1)}\\${command.text}\` is MATLAB's division from the left` }, { hint: `write \`solve(${operand.text}, ${command.text})\`` });
    return true;
  }
  const name = command.type === 'NAME' || command.text.length > 1 ? command.text : sourceText(command.span);
  const { replacement, hint } = texMeaning(name);
  const span = covering(backslash, command);
  const whole = covering(tokens[0] ?? backslash, tokens.at(-1) ?? command);
  const converted = fromTex(sourceText(whole));
  if (converted !== undefined && converted !== '') {
    bag.report('tex-command', span, { command: `\\${name}` }, { hint: `write \`${converted}\``, fix: { span: whole, text: converted } });
    return true;
  }
  const after = tokens[at + 2];
  // a fix that leaves further braces of TeX behind repairs nothing
  const alone = replacement !== undefined && after?.type !== 'LC';
  bag.report('tex-command', span, { command: `\\${name}` }, { hint, ...(alone && { fix: { span, text: replacement } }) });
  return true;
}

/** `param in: R`: the name of a declaration is a word of the language. */
function reportReservedName(tokens: readonly Token[], bag: Bag): boolean {
  const [head, name] = tokens;
  if (head?.type !== 'NAME' || !statementHeads.has(head.text) || name === undefined || !name.spaced) return false;
  if (!/^(IF|THEN|ELSE|ELIF|IN|TO|AND|OR|NOT|WRT|OF|AS|FOR|GIVEN|FROM|VIA|USING|ALONG|RETURN)$/.test(name.type)) return false;
  bag.report('reserved-word', name.span, { word: sourceText(name.span) });
  return true;
}

const recognisers: readonly Recogniser[] = [
  nothingDifferentiated, nablaOfVectorCalculus,
  quotedFormula, fencedText, imported, declaredElsewhere, functionElsewhere, lambda, printed, colonAfterWord, quotedName, loop,
  worded, limit, sumAsCall, remainder, elseIf, orBars, braces, dollars, dotted, spelledWrt, missingOf, evaluated, differentialEquation, sentence,
];

/** `∇²f`, `∇·f`, `∇×f` */
function nablaOfVectorCalculus(tokens: readonly Token[]): Habit | undefined {
  const at = tokens.findIndex((t) => t.type === 'NABLA');
  const [nabla, next] = [tokens[at], tokens[at + 1]];
  if (nabla === undefined || next === undefined) return undefined;
  const span = covering(nabla, next);
  if (next.type === 'SUP' || next.type === 'POW') return { span, what: 'second derivatives have no sign of their own', options: { hint: 'write the formula alone and ask for them: `--derive hessian`; one of them is `∂²/∂x∂y (…)`' } };
  if (next.type === 'MUL') return { span, what: 'divergence and rotation are not part of the language', options: { hint: 'write the sum of the partial derivatives: `∂/∂x (…) + ∂/∂y (…)`' } };
  return undefined;
}

/** `d/dx`, `∂/∂x` */
function nothingDifferentiated(tokens: readonly Token[]): Habit | undefined {
  const [first, last] = [tokens[0], tokens.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const operator = (tokens.length === 1 && first.type === 'LEIB') || (tokens.length === 4 && first.type === 'PARTIAL' && tokens[1]?.type === 'DIV' && tokens[2]?.type === 'PARTIAL' && last.type === 'NAME');
  if (!operator) return undefined;
  const span = covering(first, last);
  return { span, what: `nothing stands behind \`${sourceText(span)}\``, options: { hint: `write what is differentiated: \`${sourceText(span)} x^2\`` } };
}

/** `x^2 at x = 3` */
function evaluated(tokens: readonly Token[]): Habit | undefined {
  const at = tokens.findIndex((t, k) => k > 0 && t.text === 'at' && t.spaced && tokens[k + 1]?.type === 'NAME' && tokens[k + 2]?.type === 'EQ');
  const [first, word, last] = [tokens[0], tokens[at], tokens.at(-1)];
  if (first === undefined || word === undefined || last === undefined) return undefined;
  const formula = sourceText({ ...first.span, end: word.span.start }).trim();
  const point = sourceText({ ...last.span, start: word.span.end }).replaceAll(' ', '');
  return { span: covering(word, last), what: 'the point is no part of the formula', options: { hint: `give it on the command line: \`diffc "${formula}" --at ${point}\`` } };
}

/** `y' = 2x`, `dy/dx = 2x`, where nothing says what y is */
function differentialEquation(tokens: readonly Token[], mode: Mode): Habit | undefined {
  const [first, second, third, fourth] = tokens;
  if (mode !== 'line' || first?.type !== 'NAME' || second === undefined || third === undefined) return undefined;
  const [equals, at] = second.type === 'PRIME' && /^\p{Ll}/u.test(first.text) ? [third, 3] : [fourth, 4];
  const isQuotient = second.type === 'DIV' && /^d\p{L}/u.test(first.text) && /^d\p{L}/u.test(third.text);
  if (equals?.type !== 'EQ' || tokens[at] === undefined || (at === 4 && !isQuotient)) return undefined;
  const left = at === 3 ? second : third;
  return { span: covering(first, left), what: 'equations of derivatives are not solved', options: { hint: `write the right side alone to differentiate it: \`${rest(tokens, at)}\`` } };
}

/** `"x^2"`, `'x^2'`, `“x^2”` */
function quotedFormula(tokens: readonly Token[]): Habit | undefined {
  const [first, last] = [tokens[0], tokens.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const text = sourceText(covering(first, last));
  const inner = /^["'“”„‘’`](.*)["'“”’`]$/u.exec(text)?.[1];
  if (inner === undefined || inner.trim() === '' || /["“”`]/u.test(inner)) return undefined;
  return { span: covering(first, last), what: 'a formula stands without quotes', options: { hint: 'leave the quotes out', fix: { span: covering(first, last), text: inner } } };
}

/** The fence of Markdown around a block. */
function fencedText(tokens: readonly Token[]): Habit | undefined {
  const fence = tokens.slice(0, 3);
  const [first, last] = [fence[0], fence[2]];
  if (first === undefined || last === undefined || fence.some((t) => t.text !== '`')) return undefined;
  return { span: covering(first, last), what: 'a fence of Markdown is not part of a model', options: { hint: 'leave the lines with ``` out' } };
}

/** `import numpy as np`, `import f from "./f.diff"` */
function imported(tokens: readonly Token[]): Habit | undefined {
  const [head] = tokens;
  const isImport = head?.type === 'NAME' && head.text === 'import';
  const isFrom = head?.type === 'FROM' && tokens[2]?.text === 'import';
  if (head === undefined || (!isImport && !isFrom) || tokens[1]?.type === 'LC') return undefined;
  const file = tokens.find((t) => t.type === 'STR');
  const what = file === undefined ? 'no library has to be imported' : 'names are imported in braces';
  const hint = file === undefined ? 'leave the line out: `exp(x)` and `np.exp(x)` both work' : `write \`import { f } from ${sourceText(file.span)}\``;
  return { span: covering(head, tokens.at(-1) ?? head), what, options: { hint } };
}

/** `let x = 2`, `var x`, `double x = 2` */
function declaredElsewhere(tokens: readonly Token[], mode: Mode): Habit | undefined {
  const [head, name, next] = tokens;
  if (head?.type !== 'NAME' || name?.type !== 'NAME' || !/^(let|var|auto|float|double|int|real|number|val|set)$/.test(head.text)) return undefined;
  const what = `\`${head.text}\` declares nothing here`;
  const fix = { span: { ...head.span, end: name.span.start }, text: '' };
  if (next?.type === 'EQ') return { span: head.span, what, options: { hint: `write \`${name.text} = …\``, fix } };
  if (mode === 'line') return { span: head.span, what, options: { hint: 'names in a line need no declaration' } };
  const typed = next?.type === 'COLON';
  return { span: head.span, what, options: { hint: `declare it as \`data ${name.text}: R\` or \`param ${name.text}: R\``, ...(typed && { fix: { span: head.span, text: 'param' } }) } };
}

/** `def f(x): return x**2`, `function f(x) { return x^2 }` */
function functionElsewhere(tokens: readonly Token[]): Habit | undefined {
  const [head, name] = tokens;
  if (head?.type !== 'NAME' || !/^(def|function|func|fun|fn)$/.test(head.text) || name?.type !== 'NAME') return undefined;
  const close = tokens.findIndex((t) => t.type === 'RP');
  const signature = close < 0 ? `${name.text}(x)` : sourceText(covering(name, tokens[close] ?? name));
  const at = tokens.findIndex((t) => t.type === 'RETURN');
  const value = at < 0 ? '' : rest(tokens.filter((t) => t.type !== 'RC'), at + 1);
  const body = value === '' ? '…' : value.replace(/[\s;]+$/, '');
  return {
    span: head.span, what: `\`${head.text}\` does not define a function here`,
    options: { hint: `write \`${signature} = ${body}\``, ...(body !== '…' && { fix: { span: covering(head, tokens.at(-1) ?? head), text: `${signature} = ${body}` } }) },
  };
}

/** `lambda x: x^2`, `x => x^2` */
function lambda(tokens: readonly Token[]): Habit | undefined {
  const [first, second, third] = tokens;
  if (first === undefined || second === undefined || third === undefined) return undefined;
  const python = first.text === 'lambda' && second.type === 'NAME' && third.type === 'COLON';
  const script = first.type === 'NAME' && second.type === 'EQ' && third.text === '>' && !third.spaced;
  if (!python && !script) return undefined;
  const body = rest(tokens, 3);
  return { span: covering(first, third), what: 'a formula needs no function around it', options: { hint: `write the formula alone: \`${body}\``, fix: { span: covering(first, tokens.at(-1) ?? third), text: body } } };
}

/** `print(x)`, `console.log(x)` */
function printed(tokens: readonly Token[]): Habit | undefined {
  const [head] = tokens;
  const at = head?.text === 'console' ? 3 : 1;
  if (head === undefined || !/^(print|println|printf|console|disp|echo)$/.test(head.text)) return undefined;
  const inner = tokens[at]?.type === 'LP' && tokens.at(-1)?.type === 'RP' ? rest(tokens.slice(0, -1), at + 1) : rest(tokens, at);
  return { span: head.span, what: 'nothing has to be printed', options: { hint: `write the formula alone: \`${inner}\`` } };
}

/** `param: w` */
function colonAfterWord(tokens: readonly Token[]): Habit | undefined {
  const [head, colon] = tokens;
  if (head?.type !== 'NAME' || !statementHeads.has(head.text) || colon?.type !== 'COLON') return undefined;
  return { span: colon.span, what: `no colon follows \`${head.text}\``, options: { hint: `write \`${head.text} ${word(tokens, 2) || 'w'}: R\``, fix: { span: colon.span, text: '' } } };
}

/** `param "w": R` */
function quotedName(tokens: readonly Token[]): Habit | undefined {
  const [head, name] = tokens;
  if (head?.type !== 'NAME' || !statementHeads.has(head.text) || name?.type !== 'STR') return undefined;
  const bare = sourceText(name.span).slice(1, -1);
  return { span: name.span, what: 'names need no quotes', options: { hint: `write \`${bare}\``, fix: { span: name.span, text: bare } } };
}

/** `for i in range(n):`, `while x > 0 {` */
function loop(tokens: readonly Token[]): Habit | undefined {
  const at = tokens.findIndex((t, k) => (t.type === 'FOR' || (t.type === 'NAME' && t.text === 'while' && k === 0)) && tokens.slice(k).some((u) => u.type === 'COLON' || u.type === 'LC'));
  const token = tokens[at];
  if (token === undefined) return undefined;
  return { span: token.span, what: `there is no \`${sourceText(token.span)}\` loop`, options: { hint: 'write a sum `sum[i in 1..N] x[i]`, an array by its elements `z[i] = …`, or `recur t in 1..T { … }`' } };
}

/** `lim x->0 sin(x)/x` */
function limit(tokens: readonly Token[]): Habit | undefined {
  const at = tokens.findIndex((t, k) => t.text === 'lim' && tokens[k + 1]?.type === 'NAME' && tokens[k + 2]?.type === 'ARROW');
  const [head, name, target] = [tokens[at], tokens[at + 1], tokens[at + 3]];
  if (head === undefined || name === undefined || target === undefined) return undefined;
  const text = `lim(${name.text} -> ${sourceText(target.span)})`;
  return { span: covering(head, target), what: 'what a limit runs to stands in parentheses', options: { hint: `write \`${text} …\``, fix: { span: covering(head, target), text } } };
}

/** `sum(i=1..n, x_i)`, `sum(i in 1..n, x[i])`, `sum(i, 1, n, x[i])` */
function sumAsCall(tokens: readonly Token[]): Habit | undefined {
  const at = tokens.findIndex((t, k) => t.type === 'NAME' && bigOperators.has(t.text) && tokens[k + 1]?.type === 'LP' && tokens[k + 2]?.type === 'NAME' && ['EQ', 'IN', 'ELEM'].includes(tokens[k + 3]?.type ?? ''));
  const [head, open] = [tokens[at], tokens[at + 1]];
  if (head === undefined || open === undefined) return undefined;
  let depth = 0;
  let comma = -1;
  for (let k = at + 1; k < tokens.length; k += 1) {
    const type = tokens[k]?.type ?? '';
    if (/^L(P|B|C|SUB|SUP)$/.test(type)) depth += 1;
    else if (/^R[PBC]$/.test(type)) depth -= 1;
    if (type === 'COMMA' && depth === 1 && comma < 0) comma = k;
    const close = tokens[k];
    if (depth > 0 || close === undefined) continue;
    const [name, before] = [tokens[at + 2], tokens[comma - 1]];
    const [from, after] = [tokens[at + 4], tokens[comma + 1]];
    if (comma < 0 || name === undefined || before === undefined || from === undefined || after === undefined || !tokens.slice(at, comma).some((t) => t.type === 'DOTS' || t.type === 'TO')) return undefined;
    const text = `${head.text}[${name.text} in ${sourceText(covering(from, before))}] (${sourceText(covering(after, tokens[k - 1] ?? after))})`;
    return { span: covering(head, close), what: `the index of \`${head.text}\` stands in brackets before what is added up`, options: { hint: `write \`${text}\``, fix: { span: covering(head, close), text } } };
  }
  return undefined;
}

/** `x mod 2`, `x % 2` */
function remainder(tokens: readonly Token[]): Habit | undefined {
  const at = tokens.findIndex((t, k) => k > 0 && (t.text === '%' || (t.text === 'mod' && t.spaced && tokens[k + 1]?.type !== 'LP')) && tokens[k + 1] !== undefined);
  const [left, sign, right] = [tokens[at - 1], tokens[at], tokens[at + 1]];
  if (left === undefined || sign === undefined || right === undefined) return undefined;
  const simple = ['NAME', 'NUM'].includes(left.type) && ['NAME', 'NUM'].includes(right.type);
  const text = simple ? `mod(${sourceText(left.span)}, ${sourceText(right.span)})` : 'mod(a, b)';
  return { span: sign.span, what: 'a remainder is a function', options: { hint: `write \`${text}\``, ...(simple && { fix: { span: covering(left, right), text } }) } };
}

/** `elseif`, `elsif` */
function elseIf(tokens: readonly Token[]): Habit | undefined {
  const token = tokens.find((t, k) => k > 0 && t.type === 'NAME' && /^els(e?)if$/.test(t.text));
  return token && { span: token.span, what: `\`${token.text}\` is two words`, options: { hint: 'write `else if`', fix: { span: token.span, text: 'else if' } } };
}

/** `if x > 0: 1 else: 2`, `if (x > 0) { 1 } else { 2 }`, `x || y` */
function orBars(tokens: readonly Token[]): Habit | undefined {
  const start = tokens.findIndex((t) => t.type === 'IF');
  const sign = start < 0 ? undefined : tokens.slice(start).find((t) => t.type === 'COLON' || t.type === 'LC');
  if (sign !== undefined && !tokens.some((t) => t.type === 'THEN' || t.type === 'QM')) {
    return { span: sign.span, what: 'the two cases follow `then` and `else`', options: { hint: 'write `if x > 0 then x else 0`' } };
  }
  const bars = tokens.filter((t) => t.type === 'NORM');
  const [bar] = bars;
  const at = tokens.findIndex((t) => t === bar);
  const between = tokens[at - 1] !== undefined && /^(NAME|NUM|RP|RB)$/.test(tokens[at - 1]?.type ?? '') && tokens[at + 1] !== undefined;
  if (bar === undefined || bars.length !== 1 || !between || sourceText(bar.span) !== '||') return undefined;
  return { span: bar.span, what: 'two bars are a norm and not `or`', options: { hint: 'write `or`', fix: { span: bar.span, text: bar.spaced ? 'or' : ' or ' } } };
}

/** `{x + 1}`, `sin{x}` */
function braces(tokens: readonly Token[]): Habit | undefined {
  const at = tokens.findIndex((t) => t.type === 'LC');
  const open = tokens[at];
  if (open === undefined || tokens.some((t) => t.type === 'COLON' || t.type === 'ROWSEP' || t.type === 'STR' || t.text === '"')) return undefined;
  const end = tokens.findIndex((t, k) => k > at && t.type === 'RC');
  const close = tokens[end];
  if (close === undefined || tokens.slice(at + 1, end).some((t) => t.type === 'LC' || t.type === 'COMMA')) return undefined;
  const span = covering(open, close);
  const text = `(${sourceText(span).slice(1, -1)})`;
  return { span, what: 'braces do not group', options: { hint: 'write parentheses', fix: { span, text } } };
}

/** `$x^2$` */
function dollars(tokens: readonly Token[]): Habit | undefined {
  const [first, last] = [tokens[0], tokens.at(-1)];
  if (first?.text !== '$' || last === undefined) return undefined;
  const span = covering(first, last);
  const text = sourceText(span).replaceAll('$', '');
  return { span, what: 'the dollar signs of TeX are not part of a formula', options: { hint: 'leave them out', fix: { span, text } } };
}

const constantsOfModules: ReadonlyMap<string, string> = new Map([['PI', 'pi'], ['pi', 'pi'], ['E', 'e'], ['e', 'e'], ['inf', 'inf'], ['SQRT2', 'sqrt(2)'], ['LN2', 'ln(2)'], ['LN10', 'ln(10)']]);

/** `Math.PI`, `x.y` */
function dotted(tokens: readonly Token[]): Habit | undefined {
  const at = tokens.findIndex((t, k) => t.type === 'DOT' && tokens[k - 1]?.type === 'NAME' && tokens[k + 1]?.type === 'NAME' && tokens[k + 2]?.type !== 'LP');
  const [left, right] = [tokens[at - 1], tokens[at + 1]];
  if (left === undefined || right === undefined) return undefined;
  const constant = constantsOfModules.get(right.text);
  const span = covering(left, right);
  if (constant !== undefined && /^(Math|math|np|numpy|torch|scipy)$/.test(left.text)) return { span, what: `\`${sourceText(span)}\` has a name of its own`, options: { hint: `write \`${constant}\``, fix: { span, text: constant } } };
  return { span, what: 'names have no parts', options: { hint: `a product is written \`${left.text}*${right.text}\`, one name \`${left.text}_${right.text}\`` } };
}

/** `derive gradient of L with respect to w` */
function spelledWrt(tokens: readonly Token[]): Habit | undefined {
  const at = tokens.findIndex((t, k) => t.text === 'with' && tokens[k + 1]?.text === 'respect' && tokens[k + 2]?.type === 'TO');
  const [first, last] = [tokens[at], tokens[at + 2]];
  if (first === undefined || last === undefined) return undefined;
  const span = covering(first, last);
  return { span, what: '`with respect to` is one word', options: { hint: 'write `wrt`', fix: { span, text: 'wrt' } } };
}

/** `derive gradient L wrt w` */
function missingOf(tokens: readonly Token[]): Habit | undefined {
  const [head, kind, name] = tokens;
  if (head?.type !== 'DERIVE' || kind?.type !== 'NAME' || name?.type !== 'NAME' || tokens.some((t) => t.type === 'OF')) return undefined;
  const gap = { ...kind.span, start: kind.span.end, end: name.span.start };
  return { span: name.span, what: `\`of\` is missing after \`${kind.text}\``, options: { hint: `write \`derive ${kind.text} of ${name.text} …\``, fix: { span: gap, text: ' of ' } } };
}

/** Prose in a model file. */
function sentence(tokens: readonly Token[], mode: Mode): Habit | undefined {
  const [first] = tokens;
  const words = tokens.slice(0, 4);
  if (mode !== 'file' || first?.type !== 'NAME' || suggest(first.text, statementHeads) !== undefined || statementHeads.has(first.text) || words.length < 4 || words.some((t) => !/^(NAME|OF|IN|TO|AS|FOR|AND|OR|FROM|WHERE)$/.test(t.type))) return undefined;
  return { span: covering(first, tokens.at(-1) ?? first), what: 'this reads like a sentence', options: { hint: 'a comment begins with `//`', fix: { span: { ...first.span, end: first.span.start }, text: '// ' } } };
}
