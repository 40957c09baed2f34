/** The command line: which command, which exit code. No command does mathematics. */
import { Bag } from '../diagnostics/bag.ts';
import { LimitExceeded, reportLimit } from '../diagnostics/limit.ts';
import { InternalError } from '../diagnostics/internal.ts';
import { readArguments } from './arguments.ts';
import { commandHelp, overallHelp } from './help.ts';
import { version } from '../version.ts';
import { reportFailure, toJson, type ExitCode, type Terminal } from './report.ts';

export async function main(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const bag = new Bag();
  const asked = argv[0] === 'help' && argv.length <= 2 ? [...argv.slice(1), '--help'] : argv;
  const { command, args } = readArguments(asked, bag);
  const format = args.flags.has('json') ? 'json' : 'text';
  if (args.flags.has('help') || argv.length === 0) return say(terminal, format, 'help', command.name === '' ? overallHelp() : commandHelp(command));
  if (args.flags.has('version')) return say(terminal, format, 'diffc', `${version}\n`);
  if (bag.hasErrors) {
    reportFailure(terminal, format, bag.diagnostics);
    return 2;
  }
  try {
    const run = await command.load();
    return await run(args.targets, args, terminal);
  } catch (error) {
    if (!(error instanceof LimitExceeded)) return internalFailure(error, argv, format, terminal);
    reportLimit(error, bag);
    reportFailure(terminal, format, bag.diagnostics);
    return 1;
  }
}

function say(terminal: Terminal, format: 'json' | 'text', key: string, text: string): ExitCode {
  terminal.write(format === 'json' ? `${toJson({ ok: true, version: 1, [key]: text.trimEnd() })}\n` : text);
  return 0;
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
