/** The command line: which command, which exit code. No command does mathematics. */
import { Bag } from '../diagnostics/bag.ts';
import { InternalError } from '../diagnostics/internal.ts';
import { readArguments, type Arguments } from './arguments.ts';
import { expressionCommand } from './expression-command.ts';
import { help } from './help.ts';
import { explainCommand, opsCommand } from './reference-commands.ts';
import { version } from '../version.ts';
import { reportFailure, toJson, type ExitCode, type Terminal } from './report.ts';

export async function main(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const bag = new Bag();
  const args = readArguments(argv, bag);
  const format = args.flags.has('json') ? 'json' : 'text';
  if (args.flags.has('help') || (argv.length === 0)) return say(terminal, format, 'help', help);
  if (args.flags.has('version')) return say(terminal, format, 'diffc', `${version}\n`);
  if (bag.hasErrors) {
    reportFailure(terminal, format, bag.diagnostics);
    return 2;
  }
  try {
    return await dispatch(args, terminal);
  } catch (error) {
    return internalFailure(error, argv, format, terminal);
  }
}

function say(terminal: Terminal, format: 'json' | 'text', key: string, text: string): ExitCode {
  terminal.write(format === 'json' ? `${toJson({ ok: true, version: 1, [key]: text.trimEnd() })}\n` : text);
  return 0;
}

async function dispatch(args: Arguments, terminal: Terminal): Promise<ExitCode> {
  const [first, ...rest] = args.positionals;
  switch (first) {
    case 'generate': {
      // the backend, and with it ts-morph and prettier, is needed here only
      const { generateCommand } = await import('./generate-command.ts');
      return generateCommand(rest, args, terminal);
    }
    case 'verify': {
      // 46-digit arithmetic and the backend are needed here only
      const { verifyCommand } = await import('./verify-command.ts');
      return verifyCommand(rest, args, terminal);
    }
    case 'steps': {
      const { stepsCommand } = await import('./steps-command.ts');
      return stepsCommand(rest, args, terminal);
    }
    case 'accuracy': {
      const { accuracyCommand } = await import('./accuracy-command.ts');
      return accuracyCommand(rest, args, terminal);
    }
    case 'check': {
      const { checkCommand } = await import('./check-command.ts');
      return checkCommand(rest, args, terminal);
    }
    case 'ops': return opsCommand(rest, args, terminal);
    case 'explain': return explainCommand(rest, args, terminal);
    default: return expression(args, terminal);
  }
}

async function expression(args: Arguments, terminal: Terminal): Promise<ExitCode> {
  const [first, extra] = args.positionals;
  const bag = new Bag();
  if (first === undefined) bag.report('missing-flag-value', undefined, { flag: 'diffc', expected: 'an expression' });
  if (extra !== undefined) bag.report('unexpected-argument', undefined, { argument: extra });
  if (first === undefined || extra !== undefined) {
    reportFailure(terminal, args.flags.has('json') ? 'json' : 'text', bag.diagnostics);
    return 2;
  }
  const text = first === '-' ? new TextDecoder().decode(terminal.readStdin()).replace(/\r?\n$/, '') : first;
  return expressionCommand(text, args, terminal);
}

/** A defect of ours says so, with everything a report needs; nothing of it is the user's fault. */
function internalFailure(error: unknown, argv: readonly string[], format: 'json' | 'text', terminal: Terminal): ExitCode {
  const message = error instanceof Error ? error.message : String(error);
  const stage = error instanceof InternalError ? error.stage : 'unknown';
  if (format === 'json') {
    terminal.write(`${toJson({ ok: false, version: 1, diagnostics: [{ code: 'internal-error', severity: 'error', message, span: null, hint: 'this is a defect of diffc: please report it' }] })}\n`);
  } else {
    const stack = error instanceof Error ? (error.stack ?? '') : '';
    terminal.writeError(`error[internal-error]: ${message}\nThis is a defect of diffc ${version}, not of your input (stage: ${stage}). Please report it with this command:\n  diffc ${argv.map((a) => JSON.stringify(a)).join(' ')}\n${stack}\n`);
  }
  return 70;
}
