/** `diffc generate`: modules from model files, written as a whole, compared, or kept up to date while models change. */
import { Bag } from '../diagnostics/bag.ts';
import { shownText } from '../diagnostics/width.ts';
import { decode } from '../project/files.ts';
import type { FileResult } from '../project/generation.ts';
import { bringUpToDate, type ProjectReport, type Remembered, type Request, type Surroundings } from '../project/project.ts';
import { watchAndRun } from '../project/watch.ts';
import { PRECISIONS, TARGETS } from '../targets.ts';
import type { Arguments } from './arguments.ts';
import { jsonDiagnostics, printDiagnostics, reportFailure, toJson, type ExitCode, type Terminal } from './report.ts';
import { choice } from './subject.ts';

type Detail = 'summary' | 'every file';

export async function generateCommand(paths: readonly string[], args: Arguments, terminal: Terminal): Promise<ExitCode> {
  const format = args.flags.has('json') ? 'json' : 'text';
  const usage = new Bag();
  const request = readRequest(paths, args, usage);
  if (usage.hasErrors) {
    reportFailure(terminal, format, usage.diagnostics);
    return 2;
  }
  if (args.flags.has('watch')) return watchModels(request, format, terminal);
  const report = await bringUpToDate(request, surroundings(format, terminal));
  clearProgress(format, terminal);
  return conclude(report, format, args.flags.has('quiet') ? 'summary' : 'every file', terminal);
}

function readRequest(paths: readonly string[], args: Arguments, usage: Bag): Request {
  const { flags } = args;
  const target = choice(args, 'target', TARGETS);
  const precision = choice(args, 'precision', PRECISIONS);
  if (flags.has('watch') && flags.has('check')) usage.report('flags-exclude', undefined, { first: '--watch', second: '--check' });
  if (flags.has('watch') && paths.includes('-')) usage.report('flags-exclude', undefined, { first: '--watch', second: '-' });
  const outDir = flags.get('out-dir');
  return {
    paths, configPath: flags.get('config'), check: flags.has('check'),
    flags: {
      ...(outDir !== undefined && { outDir }), ...(target !== undefined && { target }), ...(precision !== undefined && { precision }), ...(flags.has('threads') && { threads: true }), ...(flags.has('no-format') && { format: false }),
      ...(flags.has('source-map') && { sourceMap: true }), ...(flags.has('types') && { types: true }), ...(flags.has('clean') && { clean: true }),
    },
  };
}

function surroundings(format: 'json' | 'text', terminal: Terminal): Surroundings {
  return {
    stdin: (bag) => { const text = decode('<stdin>', terminal.readStdin(), bag); return text === undefined ? undefined : { name: '<stdin>', text }; },
    progress: (done, all, input) => { if (terminal.progress && format === 'text') terminal.writeError(`\r\u001b[K[${done}/${all}] ${input}`); },
  };
}

function clearProgress(format: 'json' | 'text', terminal: Terminal): void {
  if (terminal.progress && format === 'text') terminal.writeError('\r\u001b[K');
}

const failed = (report: ProjectReport): boolean => report.diagnostics.some((d) => d.severity === 'error');

function conclude(report: ProjectReport, format: 'json' | 'text', detail: Detail, terminal: Terminal): ExitCode {
  const { files, diagnostics, text } = report;
  if (format === 'json') {
    terminal.write(`${toJson({ ok: !failed(report), version: 1, files, ...(text !== '' && { text }), diagnostics: jsonDiagnostics(diagnostics) })}\n`);
    return failed(report) ? 1 : 0;
  }
  terminal.write(text);
  printDiagnostics(terminal, diagnostics);
  for (const { difference } of files) if (difference !== undefined) terminal.writeError(`${difference.split('\n').map(shownText).join('\n')}\n`);
  const verbs = { written: 'wrote', removed: 'removed' } as const;
  for (const { output, outcome } of files) if ((outcome === 'written' || outcome === 'removed') && detail === 'every file') terminal.writeError(`${verbs[outcome]} ${shownText(output)}\n`);
  const summary = summaryOf(files);
  if (summary !== '') terminal.writeError(`${summary}\n`);
  return failed(report) ? 1 : 0;
}

function summaryOf(files: readonly FileResult[]): string {
  const count = (outcome: FileResult['outcome']): number => files.filter((r) => r.outcome === outcome).length;
  return (['written', 'unchanged', 'removed', 'stale', 'skipped', 'failed'] as const).filter((o) => count(o) > 0).map((o) => `${count(o)} ${o}`).join(', ');
}

/** Ends with Ctrl-C. A mistake in a model is shown and waited out. */
async function watchModels(request: Request, format: 'json' | 'text', terminal: Terminal): Promise<ExitCode> {
  const ended = new AbortController();
  const end = (): void => ended.abort();
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  const memory = new Map<string, Remembered>();
  let round = 0;
  await watchAndRun({
    signal: ended.signal,
    // outputs are written into the same directories: they are no news
    matters: (name) => name.endsWith('.diff') || name.includes('config') || !/\.\w+$/.test(name),
    run: async () => {
      const start = performance.now();
      const report = await bringUpToDate(request, { ...surroundings(format, terminal), progress: () => {} }, memory);
      sayRound(report, round++, Math.round(performance.now() - start), format, terminal);
      return report.watched;
    },
  });
  process.off('SIGINT', end);
  process.off('SIGTERM', end);
  return 0;
}

/** One line a round, and none for a round in which nothing happened. */
function sayRound(report: ProjectReport, round: number, milliseconds: number, format: 'json' | 'text', terminal: Terminal): void {
  const { files, diagnostics } = report;
  const news = files.filter((f) => f.outcome !== 'unchanged' && f.outcome !== 'skipped');
  if (round > 0 && news.length === 0 && diagnostics.length === 0) return;
  if (format === 'json') {
    terminal.write(`${toJson({ ok: !failed(report), version: 1, files: round === 0 ? files : news, diagnostics: jsonDiagnostics(diagnostics) })}\n`);
    return;
  }
  printDiagnostics(terminal, diagnostics);
  const inputs = [...new Set(news.map((f) => f.input || f.output))];
  const named = inputs.length > 3 ? `${inputs.slice(0, 3).join(', ')} and ${inputs.length - 3} more` : inputs.join(', ');
  const what = round === 0 ? 'watching' : shownText(named);
  terminal.writeError(`${what}: ${summaryOf(round === 0 ? files : news) || (failed(report) ? 'failed' : 'nothing to do')} in ${milliseconds} ms${failed(report) ? '; waiting for a change' : ''}\n`);
}
