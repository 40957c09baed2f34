/** Text to syntax tree. Never throws for the user's mistakes: each failing statement is reported and becomes `broken`. */
import type { Declaration, SourceFile, Statement } from '../../ast/types.ts';
import { Bag } from '../../diagnostics/bag.ts';
import { cover } from '../../diagnostics/span.ts';
import type { Source, Span } from '../../diagnostics/span.ts';
import { withDifferentials } from './differentials.ts';
import { runEarley } from './earley.ts';
import { withElements } from './elements.ts';
import { filterStatement } from './filter.ts';
import { finishStatement } from './finish.ts';
import { reportFailure } from './failures.ts';
import { isNoFormula, reportHabit } from './habits.ts';
import { scan } from './scan.ts';
import { splitStatements } from './split.ts';
import type { Mode, StatementUnit, Unit } from './split.ts';
import { withIndices } from './summed.ts';
import type { Token } from './tokens.ts';

/** Texts of people have thousands of signs and numbers of dozens of digits; what is larger by orders is refused before any work. */
const MOST_CHARACTERS = 8_000_000;
const MOST_SIGNS = 500_000;
const MOST_DIGITS = 4000;

/** The tokens of a text; none when it is too large, which is reported. */
function readable(source: Source, bag: Bag): readonly Token[] {
  const refuse = (what: string, most: string, at: Span | undefined): readonly Token[] => {
    bag.report('too-large', at, { what, most });
    return [];
  };
  if (source.text.length > MOST_CHARACTERS) return refuse(`a text of ${source.text.length} characters`, `${MOST_CHARACTERS} are read`, undefined);
  const tokens = scan(source);
  if (tokens.length > MOST_SIGNS) return refuse(`a text of ${tokens.length} names, numbers and signs`, `${MOST_SIGNS} are read`, undefined);
  const long = tokens.find((t) => t.type === 'NUM' && t.text.length > MOST_DIGITS);
  return long === undefined ? tokens : refuse(`a number of ${long.text.length} digits`, `${MOST_DIGITS} are read`, { ...long.span, end: long.span.start + 1 });
}

/** Parses a `.diff` file. All problems go to the bag. */
export function parseFile(source: Source, bag: Bag): SourceFile {
  const span = { source, start: 0, end: source.text.length };
  const units = splitStatements(withDifferentials(readable(source, bag)), 'file', bag);
  if (units.length === 0 && !bag.hasErrors) bag.report('empty-input', undefined, {});
  return { statements: assemble(units, 'file', bag), span };
}

/** The tokens of a line, with what people leave out in lines. */
function lineTokens(source: Source, bag: Bag): readonly Token[] {
  return withIndices(withElements(withDifferentials(readable(source, bag))));
}

/** Parses a one-line input that may define names before it asks: `r = x^2 + y^2; sqrt(r)`. */
export function parseLine(source: Source, bag: Bag): readonly Statement[] {
  const statements = assemble(splitStatements(lineTokens(source, bag), 'line', bag), 'line', bag);
  if (statements.length === 0 && !bag.hasErrors) bag.report('empty-input', undefined, {});
  return statements;
}

/** Parses a one-line input: one statement, usually an expression. */
export function parseExpression(source: Source, bag: Bag): Statement {
  const span = { source, start: 0, end: source.text.length };
  const units = splitStatements(lineTokens(source, bag), 'line', bag);
  const [first, ...others] = assemble(units, 'line', bag);
  if (!first) {
    if (!bag.hasErrors) bag.report('empty-input', undefined, {});
    return { kind: 'broken', docs: [], span };
  }
  const second = others[0];
  if (!second) return first;
  if (!bag.hasErrors) bag.report('several-statements', second.span, {});
  return { kind: 'broken', docs: [], span };
}

interface Block {
  /** the statement whose block is open; undefined for the file itself */
  readonly owner: Statement | undefined;
  readonly body: Statement[];
}

/** Parses the statements and puts blocks into their owners. */
function assemble(units: readonly Unit[], mode: Mode, bag: Bag): Statement[] {
  const top: Block = { owner: undefined, body: [] };
  const blocks: Block[] = [top];
  const innermost = (): Block => blocks.at(-1) ?? top;
  const close = (end: Span | undefined): void => {
    const { owner, body } = blocks.pop() ?? top;
    if (owner) innermost().body.push(withBody(owner, body, end));
  };
  for (const unit of units) {
    if (unit.kind === 'close') {
      close(unit.brace.span);
      continue;
    }
    const statement = inPlace(parseStatement(unit, mode, bag), innermost().owner, bag);
    if (unit.opensBlock) blocks.push({ owner: statement, body: [] });
    else innermost().body.push(statement);
  }
  while (blocks.length > 1) close(undefined);
  return top.body;
}

const blockStatements = new Set(['define', 'recur', 'init', 'return', 'const', 'broken', 'expression', 'distributed']);

/** A statement where it may stand; any other is reported and taken out. */
function inPlace(statement: Statement, owner: Statement | undefined, bag: Bag): Statement {
  const { kind, docs, span } = statement;
  const belongs = kind === 'return' ? owner?.kind === 'fn' : kind === 'init' ? owner?.kind === 'recur' : !owner || blockStatements.has(kind);
  // a broken head leaves open what its block was meant to be
  if (belongs || owner?.kind === 'broken') return statement;
  const place = kind === 'return' ? 'outside `fn`' : kind === 'init' ? 'outside `recur`' : `inside \`${owner?.kind ?? ''}\``;
  bag.report('misplaced-statement', span, { statement: span.source.text.slice(span.start, span.end).split(/\W/, 1)[0] ?? kind, place });
  return { kind: 'broken', docs, span };
}

function withBody(owner: Statement, body: readonly Statement[], end: Span | undefined): Statement {
  if (owner.kind !== 'fn' && owner.kind !== 'recur') return owner;
  return { ...owner, body, span: end ? cover(owner.span, end) : owner.span };
}

function parseStatement(unit: StatementUnit, mode: Mode, bag: Bag): Statement {
  const { tokens } = unit;
  const first = tokens[0] as Token;
  const span = cover(first.span, tokens.at(-1)?.span ?? first.span);
  const broken: Statement = { kind: 'broken', docs: [], span };
  if (unit.broken) return broken;
  if (mode === 'line') remarkOnComment(tokens, bag);
  if (mode === 'line' && isNoFormula(tokens) && reportHabit(tokens, mode, bag)) return broken;
  // what is wrong with the text is said only when no habit from elsewhere explains it better
  const mistakes = new Bag();
  const filtered = filterStatement(tokens, mode, mistakes);
  const outcome = filtered && runEarley(filtered);
  if (filtered && outcome?.kind === 'failed') reportFailure(filtered, outcome.at, outcome.expected, mistakes);
  if (mistakes.hasErrors && reportHabit(tokens, mode, bag)) return broken;
  for (const diagnostic of mistakes.diagnostics) bag.add(diagnostic);
  if (outcome === undefined || outcome.kind === 'failed') return broken;
  finishStatement(outcome.statement);
  return documented(outcome.statement, tokens);
}

/** `x // 2` divides in Python; here everything from the bars on is a comment. */
function remarkOnComment(tokens: readonly Token[], bag: Bag): void {
  const last = tokens.at(-1);
  if (last === undefined) return;
  const { source, end } = last.span;
  const [comment = ''] = /^[ \t]*\/\/[ \t]*(?:\d[\d.]*|\p{L}|\([^()]*\))[ \t]*$/u.exec(source.text.slice(end, end + 200)) ?? [];
  const start = end + comment.indexOf('//');
  if (comment !== '') bag.report('comment-in-line', { source, start, end: end + comment.trimEnd().length }, { text: comment.trim() });
}

/** Puts documentation comments on the statement and on the items they stand above. */
function documented(statement: Statement, tokens: readonly Token[]): Statement {
  const docs = [...(tokens[0]?.docs ?? []), ...tokens.flatMap((t) => t.trailing)];
  if (statement.kind !== 'dim' && statement.kind !== 'declare') return docs.length === 0 ? statement : { ...statement, docs };
  const above = new Map(tokens.filter((t) => t.docs.length > 0).map((t) => [t.span.start, t.docs]));
  const alone = statement.items.length === 1;
  const items = statement.items.map((item): Declaration => {
    const own = above.get(item.name.span.start) ?? (alone ? docs : []);
    return own.length === 0 ? item : { ...item, docs: own };
  });
  return { ...statement, items, docs };
}
