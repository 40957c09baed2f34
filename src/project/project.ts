/** One run over a project: configuration, models, modules, and what is no longer wanted. */
import { dirname } from 'node:path';
import { Bag } from '../diagnostics/bag.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Source } from '../diagnostics/span.ts';
import { checkKind } from '../generate.ts';
import { orphans, remove } from './clean.ts';
import type { Config } from './config.ts';
import { loadConfig } from './config-file.ts';
import { kindOf, readIfPresent, readSource } from './files.ts';
import { walk } from './glob.ts';
import { runJob, type FileResult, type JobReport, type OutputOptions } from './generation.ts';
import { selectJobs, type Job, type Selection } from './jobs.ts';

export interface Request {
  /** files, directories, globs, `-`; none for what the configuration says */
  readonly paths: readonly string[];
  /** a configuration in place of `diffc.config.*` */
  readonly configPath: string | undefined;
  /** what flags say: they win over the configuration */
  readonly flags: Pick<Config, 'outDir' | 'target' | 'precision' | 'threads' | 'format' | 'sourceMap' | 'types' | 'clean'>;
  readonly check: boolean;
}

export interface Surroundings {
  readonly stdin: (bag: Bag) => Source | undefined;
  readonly progress: (done: number, all: number, input: string) => void;
}

export interface ProjectReport {
  readonly files: readonly FileResult[];
  readonly diagnostics: readonly Diagnostic[];
  /** what goes to standard output */
  readonly text: string;
  /** directories whose changes matter */
  readonly watched: readonly string[];
}

/** What the last run made of a model, for those who run again and again. */
export interface Remembered {
  readonly options: string;
  readonly report: JobReport;
}

export async function bringUpToDate(request: Request, around: Surroundings, memory: Map<string, Remembered> = new Map()): Promise<ProjectReport> {
  const bag = new Bag();
  const loaded = await loadConfig('', request.configPath, bag);
  if (loaded === undefined) return { files: [], diagnostics: bag.diagnostics, text: '', watched: watchedBy([], request) };
  const config: Config = { ...loaded.config, ...request.flags };
  const options: OutputOptions = {
    target: config.target ?? 'ts', precision: config.precision ?? 'f64', threads: config.threads ?? false, format: config.format === false ? 'plain' : 'prettier', sourceMap: config.sourceMap ?? false, types: config.types ?? false, check: request.check,
  };
  checkKind(options, bag);
  const selection = selectJobs(request.paths, { outDir: request.flags.outDir, loaded }, bag);
  if (config.clean === true && selection.jobs.some((job) => job.found === 'named')) bag.report('flags-exclude', undefined, { first: '--clean', second: 'a file that is named' }, { hint: 'modules of models that are not named would go: give the directory' });
  // cleaning after the last model has something to do
  if (config.clean !== true) reportEmpty(selection, bag);
  if (bag.hasErrors) return { files: [], diagnostics: bag.diagnostics, text: '', watched: watchedBy(selection.directories, request) };
  const reports: JobReport[] = [];
  for (const [k, job] of selection.jobs.entries()) {
    around.progress(k + 1, selection.jobs.length, job.input);
    reports.push(await reportOf(job, options, around, bag, memory));
  }
  const files = reports.flatMap((r) => r.files);
  const gone = config.clean === true ? orphansOf(selection, files).map((path) => settleOrphan(path, request.check, bag)) : [];
  if (config.clean === true && gone.length === 0) reportEmpty(selection, bag);
  return {
    files: [...files, ...gone], diagnostics: [...bag.diagnostics, ...inOrder(reports)], text: reports.map((r) => r.text ?? '').join(''),
    watched: watchedBy([...selection.directories, ...reports.flatMap((r) => r.sources.map((s) => dirname(s.name)))], request),
  };
}

function reportEmpty({ empty }: Selection, bag: Bag): void {
  for (const path of empty) bag.report('no-models', undefined, { path });
}

/** Files in the order they were compiled, each with its mistakes in the order of its text. */
const inOrder = (reports: readonly JobReport[]): Diagnostic[] => reports.flatMap((r) => r.diagnostics);

function watchedBy(directories: readonly string[], { configPath }: Request): string[] {
  const named = ['.', ...(configPath === undefined ? [] : [dirname(configPath)]), ...directories];
  return [...new Set(named.map((d) => (d === '' ? '.' : d)))].filter((d) => kindOf(d) === 'directory');
}

async function reportOf(job: Job, options: OutputOptions, around: Surroundings, bag: Bag, memory: Map<string, Remembered>): Promise<JobReport> {
  const key = JSON.stringify([job, options]);
  const known = memory.get(job.input);
  if (known !== undefined && known.options === key && stillHolds(known.report)) return { ...known.report, files: known.report.files.map((f) => ({ ...f, outcome: 'unchanged' })), diagnostics: [] };
  const source = job.input === '-' ? around.stdin(bag) : readSource(job.input, bag);
  if (source === undefined) return { files: [{ input: job.input, output: '', outcome: 'failed' }], diagnostics: [], sources: [] };
  const report = await runJob(job, source, options, bag);
  memory.set(job.input, { options: key, report });
  return report;
}

/** Nothing that was read has changed, and what was written is there. A failure is looked at again: an import may have come. */
function stillHolds({ sources, files }: JobReport): boolean {
  return files.every((f) => (f.outcome === 'written' || f.outcome === 'unchanged') && readIfPresent(f.output) !== undefined) && sources.every((s) => readIfPresent(s.name) === s.text);
}

function orphansOf({ directories, outDir }: Selection, files: readonly FileResult[]): string[] {
  const beside = orphans(directories, files, 'beside models');
  return outDir === undefined ? beside : [...new Set([...beside, ...orphans(walk(outDir).directories, files, 'output directory')])];
}

function settleOrphan(path: string, check: boolean, bag: Bag): FileResult {
  if (check) bag.report('orphaned-output', undefined, { path });
  return { input: '', output: path, outcome: check ? 'stale' : remove(path, bag) };
}
