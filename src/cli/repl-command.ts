/** `diffc repl`: one formula after the other; definitions are kept, an unfinished line goes on in the next. */
import { createInterface } from 'node:readline';
import type { Statement } from '../ast/types.ts';
import { parseLine } from '../frontends/math/parse.ts';
import { Bag } from '../diagnostics/bag.ts';
import { suggest } from '../diagnostics/suggest.ts';
import { judgeValue, type Arguments } from './arguments.ts';
import { answerLine } from './expression-command.ts';
import { commandOf } from './commands.ts';
import type { Flag } from './flags.ts';
import { reportFailure, toJson, type ExitCode, type Terminal } from './report.ts';

const HELP = `A formula shows its derivatives; \`f = …\` and \`f(x) = …\` define and stay; a claim \`a = b\` is decided.
  :at x=1,y=2    evaluate there from now on; :at alone stops it
  :wrt x         differentiate with respect to x only; :wrt alone: all variables
  :order 2       derivatives up to this order
  :matrix        one-letter names have kinds, on and off; :unicode, :latex, :ascii set the notation
  :defs          what is defined        :clear  forget it all
  :help          this text              :quit   leave, also Ctrl-D
A line with an open bracket or an operator at its end goes on in the next one; an empty line gives it up.
`;
const SWITCHES: ReadonlySet<string> = new Set(['matrix', 'unicode', 'latex', 'ascii']);
const VALUES: ReadonlySet<string> = new Set(['at', 'wrt', 'order']);

interface Definition {
  readonly name: string;
  readonly text: string;
  readonly statement: Statement;
}

/** What a session has been told. Fed line by line, so that it can be tested without a terminal. */
export class Session {
  readonly #terminal: Terminal;
  readonly #flags = new Map<Flag, string>();
  readonly #format: 'json' | 'text';
  #definitions: readonly Definition[] = [];
  #open = '';
  /** `:quit` was said */
  over = false;

  constructor(terminal: Terminal, flags: ReadonlyMap<Flag, string>) {
    this.#terminal = terminal;
    this.#format = flags.has('json') ? 'json' : 'text';
    for (const [flag, value] of flags) if (flag === 'json' || SWITCHES.has(flag) || VALUES.has(flag)) this.#flags.set(flag, value);
  }

  get prompt(): string {
    return this.#open === '' ? 'diffc> ' : '  ...> ';
  }

  /** Ctrl-C gives up the line that is being typed. */
  interrupt(): void {
    this.#open = '';
  }

  async take(line: string): Promise<void> {
    if (this.#open === '' && line.trimStart().startsWith(':')) return this.#command(line.trim().slice(1));
    const text = this.#open === '' ? line : `${this.#open}\n${line}`;
    this.#open = '';
    if (line.trim() === '') return this.#say({});
    const source = { name: '<line>', text };
    const bag = new Bag();
    const statements = parseLine(source, bag);
    if (bag.diagnostics.some((d) => d.code === 'unclosed-bracket' || (d.code === 'dangling-operator' && d.span?.end === text.trimEnd().length))) {
      this.#open = text;
      return this.#say({ unfinished: true });
    }
    if (bag.hasErrors) return reportFailure(this.#terminal, this.#format, bag.diagnostics);
    const defined = statements.map((statement) => definedBy(statement, text));
    const names = defined.flatMap((d) => (d === undefined ? [] : [d.name]));
    const others = this.#definitions.filter((d) => !names.includes(d.name));
    const code = await answerLine(source, others.map((d) => d.statement), { targets: [], flags: this.#flags }, this.#terminal);
    const [definition] = defined;
    if (code === 0 && definition !== undefined && defined.length === 1) this.#definitions = [...others, definition];
  }

  /** What is no answer: in words, or for programs as an object, so that every line of theirs gets one. */
  #say(facts: Readonly<Record<string, unknown>>, words = ''): void {
    this.#terminal.write(this.#format === 'json' ? `${toJson({ ok: true, version: 1, ...facts })}\n` : words);
  }

  #command(text: string): void {
    const [name = '', ...rest] = text.split(/\s+/);
    const value = rest.join(' ');
    if (name === 'help' || name === 'h' || name === '?') return this.#say({ help: HELP }, HELP);
    if (name === 'defs') {
      const texts = this.#definitions.map((d) => d.text);
      return this.#say({ definitions: texts }, texts.map((t) => `${t}\n`).join('') || 'nothing is defined\n');
    }
    if (name === 'quit' || name === 'q' || name === 'exit') this.over = true;
    else if (name === 'clear') this.#definitions = [];
    else if (SWITCHES.has(name)) this.#toggle(name as Flag);
    else if (!VALUES.has(name)) return this.#unknown(name);
    else if (value === '') this.#flags.delete(name as Flag);
    else return this.#set(name as Flag, value);
    this.#say({});
  }

  #set(flag: Flag, value: string): void {
    const bag = new Bag();
    judgeValue(commandOf('repl'), flag, value, bag);
    if (bag.hasErrors) return reportFailure(this.#terminal, this.#format, bag.diagnostics);
    this.#flags.set(flag, value);
    this.#say({});
  }

  #unknown(name: string): void {
    const bag = new Bag();
    const better = suggest(name, [...SWITCHES, ...VALUES, 'defs', 'clear', 'help', 'quit']);
    bag.report('unknown-session-command', undefined, { name }, better === undefined ? {} : { hint: `did you mean \`:${better}\`?` });
    reportFailure(this.#terminal, this.#format, bag.diagnostics);
  }

  #toggle(flag: Flag): void {
    const on = !this.#flags.has(flag);
    if (flag !== 'matrix') for (const other of ['unicode', 'latex', 'ascii'] as const) this.#flags.delete(other);
    if (on) this.#flags.set(flag, '');
    else this.#flags.delete(flag);
  }
}

/** What a statement leaves for the lines after it: a value or a function of a name. */
function definedBy(statement: Statement, text: string): Definition | undefined {
  if (statement.kind !== 'define') return undefined;
  const { left } = statement;
  const name = left.kind === 'name' ? left.name : left.kind === 'apply' && left.callee.kind === 'name' ? left.callee.name : undefined;
  return name === undefined ? undefined : { name, text, statement };
}

export async function replCommand(targets: readonly string[], args: Arguments, terminal: Terminal): Promise<ExitCode> {
  const [extra] = targets;
  if (extra !== undefined) {
    const bag = new Bag();
    bag.report('unexpected-argument', undefined, { argument: extra });
    reportFailure(terminal, args.flags.has('json') ? 'json' : 'text', bag.diagnostics);
    return 2;
  }
  const session = new Session(terminal, args.flags);
  // programs read objects only: no prompt, no greeting
  const interactive = process.stdin.isTTY && !args.flags.has('json');
  const reader = createInterface({ input: process.stdin, ...(interactive && { output: process.stdout }), terminal: interactive, historySize: 500 });
  if (interactive) terminal.write('diffc: type a formula, or :help\n');
  const ask = (): void => {
    reader.setPrompt(session.prompt);
    if (interactive) reader.prompt();
  };
  reader.on('SIGINT', () => {
    session.interrupt();
    terminal.write('\n(Ctrl-D leaves)\n');
    ask();
  });
  ask();
  // every line waits for the one before it: answers come in the order of questions
  for await (const line of reader) {
    await session.take(line);
    if (session.over) break;
    ask();
  }
  if (interactive && !session.over) terminal.write('\n');
  reader.close();
  return 0;
}
