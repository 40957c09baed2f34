/** `diffc check FILE`: decides the `check` statements of a model. */
import { printDiagnostics, reportFailure, jsonDiagnostics, toJson, type ExitCode, type Terminal } from './report.ts';
import { decideClaims } from '../answer/decided.ts';
import { readModel } from '../compile.ts';
import { Bag } from '../diagnostics/bag.ts';
import { positionOf } from '../diagnostics/position.ts';
import type { Verdict } from '../verify/claim.ts';
import type { Arguments } from './arguments.ts';
import { claimLine } from './claim-text.ts';
import { readSource } from '../project/files.ts';
import { importLoader } from '../project/imports.ts';
import { fromStdin } from './subject.ts';

export function checkCommand(files: readonly string[], args: Arguments, terminal: Terminal): ExitCode {
  const format = args.flags.has('json') ? 'json' : 'text';
  const usage = new Bag();
  if (files.length === 0) usage.report('missing-flag-value', undefined, { flag: 'check', expected: 'a model file' });
  if (usage.hasErrors) {
    reportFailure(terminal, format, usage.diagnostics);
    return 2;
  }
  const bag = new Bag();
  const results = files.flatMap((file) => checkFile(file, terminal, bag));
  if (format === 'json') {
    const checks = results.map(({ path, line, text, verdict }) => ({ file: path, line, claim: text, verdict: verdict.kind, detail: claimLine(verdict) }));
    terminal.write(`${toJson({ ok: !bag.hasErrors, version: 1, checks, diagnostics: jsonDiagnostics(bag.diagnostics) })}\n`);
  } else {
    for (const { path, line, text, verdict } of results) if (verdict.kind !== 'fails') terminal.write(`${path}:${line}: ${text}\n  ${claimLine(verdict)}\n`);
    printDiagnostics(terminal, bag.diagnostics);
    const failed = results.filter((r) => r.verdict.kind === 'fails').length;
    if (results.length > 0) terminal.write(`${results.length - failed} hold, ${failed} fail\n`);
    else if (!bag.hasErrors) terminal.writeError('there are no `check` statements to decide\n');
  }
  return bag.hasErrors ? 1 : 0;
}

interface Result {
  readonly path: string;
  readonly line: number;
  readonly text: string;
  readonly verdict: Verdict;
}

function checkFile(path: string, terminal: Terminal, bag: Bag): Result[] {
  const source = path === '-' ? fromStdin(terminal, bag) : readSource(path, bag);
  const model = source === undefined ? undefined : readModel(source, { load: importLoader(bag) }, bag);
  if (model === undefined) return [];
  return decideClaims(model, bag).map(({ check, verdict }) => ({ path, line: positionOf(check.span).line, text: check.text, verdict }));
}
