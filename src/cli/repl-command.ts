/** `diffc repl`: one formula after the other; definitions are kept, an unfinished line goes on in the next. */
import { createInterface } from 'node:readline';
import { parseLine } from '../frontends/math/parse.ts';
import { Bag } from '../diagnostics/bag.ts';
import type { Arguments } from './arguments.ts';
import { expressionCommand } from './expression-command.ts';
import type { Flag } from './flags.ts';
import { reportFailure, type ExitCode, type Terminal } from './report.ts';

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
}

/** What a session has been told. Fed line by line, so that it can be tested without a terminal. */
export class Session {
  readonly #terminal: Terminal;
  readonly #flags = new Map<Flag, string>();
  #definitions: readonly Definition[] = [];
  #open = '';
  /** `:quit` was said */
  over = false;

  constructor(terminal: Terminal, flags: ReadonlyMap<Flag, string>) {
    this.#terminal = terminal;
    for (const [flag, value] of flags) if (SWITCHES.has(flag) || VALUES.has(flag)) this.#flags.set(flag, value);
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
    if (line.trim() === '') return;
    const bag = new Bag();
    const statements = parseLine({ name: '<line>', text }, bag);
    if (bag.diagnostics.some((d) => d.code === 'unclosed-bracket' || (d.code === 'dangling-operator' && d.span?.end === text.trimEnd().length))) {
      this.#open = text;
      return;
    }
    if (bag.hasErrors) return reportFailure(this.#terminal, 'text', bag.diagnostics);
    await this.#answer(text);
    const names = statements.flatMap((s) => (s.kind !== 'define' ? [] : s.left.kind === 'name' ? [s.left.name] : s.left.kind === 'apply' && s.left.callee.kind === 'name' ? [s.left.callee.name] : []));
    const [name] = names;
    if (name !== undefined && names.length === statements.length && statements.length === 1) this.#definitions = [...this.#definitions.filter((d) => d.name !== name), { name, text }];
  }

  /** The answer to the line, without the definitions before it. */
  async #answer(text: string): Promise<void> {
    const defined = parseLine({ name: '<line>', text }, new Bag()).flatMap((s) => (s.kind === 'define' && s.left.kind === 'name' ? [s.left.name] : []));
    const before = this.#definitions.filter((d) => !defined.includes(d.name)).map((d) => d.text);
    let out = '';
    const code = await expressionCommand([[...before, text].join('\n')], { targets: [], flags: this.#flags }, { ...this.#terminal, write: (part) => void (out += part) });
    if (code !== 0) return;
    const end = out.indexOf('\n');
    const first = out.slice(0, end);
    const shown = before.length === 0 ? first : first.split('; ').slice(before.length).join('; ');
    this.#terminal.write(`${shown}${out.slice(end)}`);
  }

  #command(text: string): void {
    const [name = '', ...rest] = text.split(/\s+/);
    const value = rest.join(' ');
    if (name === 'quit' || name === 'q' || name === 'exit') this.over = true;
    else if (name === 'help' || name === 'h' || name === '?') this.#terminal.write(HELP);
    else if (name === 'clear') this.#definitions = [];
    else if (name === 'defs') this.#terminal.write(this.#definitions.map((d) => `${d.text}\n`).join('') || 'nothing is defined\n');
    else if (SWITCHES.has(name)) this.#toggle(name as Flag);
    else if (VALUES.has(name)) {
      if (value === '') this.#flags.delete(name as Flag);
      else this.#flags.set(name as Flag, value);
    } else this.#terminal.write(`there is no command :${name}; :help lists them\n`);
  }

  #toggle(flag: Flag): void {
    const on = !this.#flags.has(flag);
    if (flag !== 'matrix') for (const other of ['unicode', 'latex', 'ascii'] as const) this.#flags.delete(other);
    if (on) this.#flags.set(flag, '');
    else this.#flags.delete(flag);
  }
}

export async function replCommand(targets: readonly string[], args: Arguments, terminal: Terminal): Promise<ExitCode> {
  const [extra] = targets;
  if (extra !== undefined || args.flags.has('json')) {
    const bag = new Bag();
    if (extra !== undefined) bag.report('unexpected-argument', undefined, { argument: extra });
    else bag.report('misplaced-flag', undefined, { flag: '--json', command: 'diffc repl' }, { hint: 'programs ask one line at a time: `diffc "x^2" --json`' });
    reportFailure(terminal, args.flags.has('json') ? 'json' : 'text', bag.diagnostics);
    return 2;
  }
  const session = new Session(terminal, args.flags);
  const interactive = process.stdin.isTTY;
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
