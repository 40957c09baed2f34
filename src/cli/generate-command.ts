/** `diffc generate`: modules from model files, written as a whole or compared. */
import { basename, dirname, join } from 'node:path';
import { Bag } from '../diagnostics/bag.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { generate } from '../generate.ts';
import type { Arguments } from './arguments.ts';
import { decode, kindOf, modelsBelow, readIfPresent, readSource, replaceFile } from '../project/files.ts';
import { importLoader } from '../project/imports.ts';
import { jsonDiagnostics, printDiagnostics, reportFailure, toJson, type ExitCode, type Terminal } from './report.ts';

interface Job {
  readonly input: string;
  /** without extension; undefined for standard output */
  readonly output: string | undefined;
  /** a directory may hold files that only check something; a file that is named must give a module */
  readonly found: 'named' | 'in a directory';
}

type Outcome = 'written' | 'unchanged' | 'stale' | 'failed' | 'skipped';

interface FileResult {
  readonly input: string;
  readonly output: string;
  readonly outcome: Outcome;
}

export async function generateCommand(paths: readonly string[], args: Arguments, terminal: Terminal): Promise<ExitCode> {
  const format = args.flags.has('json') ? 'json' : 'text';
  const usage = new Bag();
  const target = args.flags.get('target') ?? 'ts';
  if (target !== 'ts' && target !== 'js') usage.report('bad-flag-value', undefined, { flag: '--target', value: target, expected: '`ts` or `js`' });
  if (paths.length === 0) usage.report('missing-flag-value', undefined, { flag: 'generate', expected: 'model files or directories' });
  if (usage.hasErrors || (target !== 'ts' && target !== 'js')) {
    reportFailure(terminal, format, usage.diagnostics);
    return 2;
  }
  const bag = new Bag();
  const jobs = paths.flatMap((path) => jobsOf(path, args.flags.get('out-dir'), bag));
  const results: FileResult[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const [k, job] of jobs.entries()) {
    if (terminal.progress && format === 'text') terminal.writeError(`\r\u001b[K[${k + 1}/${jobs.length}] ${job.input}`);
    results.push(...(await runJob(job, { target, check: args.flags.has('check'), format: args.flags.has('no-format') ? 'plain' : 'prettier' }, terminal, bag, diagnostics)));
  }
  if (terminal.progress && format === 'text') terminal.writeError('\r\u001b[K');
  return conclude(results, [...bag.diagnostics, ...diagnostics], format, args.flags.has('quiet') ? 'summary' : 'every file', terminal);
}

/** A directory gives all its models, mirrored below the output directory. */
function jobsOf(path: string, outDir: string | undefined, bag: Bag): Job[] {
  if (path === '-') return [{ input: '-', output: outDir === undefined ? undefined : join(outDir, 'model'), found: 'named' }];
  const kind = kindOf(path);
  if (kind === 'directory') {
    const models = modelsBelow(path);
    if (models.length === 0) bag.report('no-models', undefined, { path });
    return models.map((name) => ({ input: join(path, name), output: outputOf(name, path, outDir), found: 'in a directory' }));
  }
  if (kind === 'missing') {
    bag.report('file-not-found', undefined, { path });
    return [];
  }
  return [{ input: path, output: outputOf(basename(path), dirname(path), outDir), found: 'named' }];
}

/** Beside the source a module is `NAME.gen`, the suffix that linters skip; elsewhere it mirrors the source. */
function outputOf(name: string, directory: string, outDir: string | undefined): string {
  const stem = name.replace(/\.diff$/, '');
  return outDir === undefined ? join(directory, `${stem}.gen`) : join(outDir, stem);
}

interface JobOptions {
  readonly target: 'ts' | 'js';
  readonly format: 'prettier' | 'plain';
  readonly check: boolean;
}

async function runJob(job: Job, options: JobOptions, terminal: Terminal, bag: Bag, diagnostics: Diagnostic[]): Promise<FileResult[]> {
  const text = job.input === '-' ? decode('<stdin>', terminal.readStdin(), bag) : readSource(job.input, bag)?.text;
  if (text === undefined) return [{ input: job.input, output: '', outcome: 'failed' }];
  const source = { name: job.input === '-' ? '<stdin>' : job.input, text };
  const made = await generate(source, { target: options.target, format: options.format, load: importLoader(bag) });
  if (job.found === 'in a directory' && made.diagnostics.some((d) => d.code === 'nothing-to-generate')) return [{ input: job.input, output: '', outcome: 'skipped' }];
  diagnostics.push(...made.diagnostics);
  if (made.code === undefined) return [{ input: job.input, output: '', outcome: 'failed' }];
  if (job.output === undefined) {
    terminal.write(made.code);
    return [];
  }
  const files: [string, string][] = [[`${job.output}.${options.target}`, made.code]];
  if (made.declarations !== undefined) files.push([`${job.output}.d.ts`, made.declarations]);
  return files.map(([path, code]) => ({ input: job.input, output: path, outcome: options.check ? compare(path, code, bag) : replaceFile(path, code, bag) }));
}

function compare(path: string, code: string, bag: Bag): Outcome {
  if (readIfPresent(path) === code) return 'unchanged';
  bag.report('stale-output', undefined, { path });
  return 'stale';
}

function conclude(results: readonly FileResult[], diagnostics: readonly Diagnostic[], format: 'json' | 'text', detail: 'summary' | 'every file', terminal: Terminal): ExitCode {
  const failed = diagnostics.some((d) => d.severity === 'error');
  if (format === 'json') {
    terminal.write(`${toJson({ ok: !failed, version: 1, files: results, diagnostics: jsonDiagnostics(diagnostics) })}\n`);
    return failed ? 1 : 0;
  }
  printDiagnostics(terminal, diagnostics);
  for (const { output, outcome } of results) if (outcome === 'written' && detail === 'every file') terminal.writeError(`wrote ${output}\n`);
  const count = (outcome: Outcome): number => results.filter((r) => r.outcome === outcome).length;
  const summary = (['written', 'unchanged', 'stale', 'skipped', 'failed'] as const).filter((o) => count(o) > 0).map((o) => `${count(o)} ${o}`);
  if (summary.length > 0) terminal.writeError(`${summary.join(', ')}\n`);
  return failed ? 1 : 0;
}
