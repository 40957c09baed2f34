/** Compiles the models of a project and brings the files on disk up to date, or says which are not. */
import { basename, dirname, join, relative, sep } from 'node:path';
import { realpathSync } from 'node:fs';
import { Bag } from '../diagnostics/bag.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Source } from '../diagnostics/span.ts';
import { generate, type Generated } from '../generate.ts';
import type { SourceMap } from '../source-map.ts';
import type { Precision, Target } from '../targets.ts';
import { generatedBy } from '../version.ts';
import { shortDifference } from './difference.ts';
import { kindOf, readIfPresent, replaceFile } from './files.ts';
import { importLoader } from './imports.ts';
import type { Job } from './jobs.ts';

export type Outcome = 'written' | 'unchanged' | 'stale' | 'failed' | 'skipped' | 'removed';

export interface FileResult {
  readonly input: string;
  readonly output: string;
  readonly outcome: Outcome;
  /** of a stale file: the first lines that differ */
  readonly difference?: string;
}

export interface OutputOptions {
  readonly target: Target;
  readonly precision: Precision;
  readonly threads: boolean;
  readonly format: 'prettier' | 'plain';
  readonly sourceMap: boolean;
  readonly types: boolean;
  readonly check: boolean;
}

export interface JobReport {
  readonly files: readonly FileResult[];
  readonly diagnostics: readonly Diagnostic[];
  /** the text for standard output, of a job without a file */
  readonly text?: string;
  /** what was read: the model and its imports */
  readonly sources: readonly Source[];
}

/** One model. `bag` takes what concerns files; mistakes of the model are in the report. */
export async function runJob(job: Job, source: Source, options: OutputOptions, bag: Bag): Promise<JobReport> {
  const sources = [source];
  const load = importLoader(bag);
  const made = await generate(source, {
    target: options.target, precision: options.precision, threads: options.threads, format: options.format,
    load: (path, from) => { const found = load(path, from); if (found !== undefined) sources.push(found); return found; },
  });
  const only = (outcome: Outcome): FileResult[] => [{ input: job.input, output: '', outcome }];
  if (job.found === 'in a directory' && made.diagnostics.some((d) => d.code === 'nothing-to-generate')) return { files: only('skipped'), diagnostics: [], sources };
  if (made.code === undefined) return { files: only('failed'), diagnostics: made.diagnostics, sources };
  if (job.output === undefined) return { files: [], diagnostics: made.diagnostics, text: made.code, sources };
  const texts = await outputsOf(job, job.output, made, source, options);
  const files = texts.map((file) => ({ input: job.input, output: file.path, ...settle(file, options, bag) }));
  return { files, diagnostics: made.diagnostics, sources };
}

interface OutputFile {
  readonly path: string;
  readonly text: string;
  /** the directory it must stay in */
  readonly within: string;
}

async function outputsOf(job: Job, stem: string, made: Generated, source: Source, options: OutputOptions): Promise<OutputFile[]> {
  const path = `${stem}.${options.target === 'js' ? 'js' : 'ts'}`;
  const map = options.sourceMap ? made.map : undefined;
  const file = (name: string, text: string): OutputFile => ({ path: name, text, within: job.within });
  const code = made.code ?? '';
  const files = [file(path, map === undefined ? code : `${code}//# sourceMappingURL=${basename(path)}.map\n`)];
  if (made.declarations !== undefined) files.push(file(`${stem}.d.ts`, made.declarations));
  if (map !== undefined) files.push(file(`${path}.map`, mapText(map, path)));
  if (options.types && job.input !== '-') files.push({ path: sideCar(job.input), text: await sideCarText(source), within: dirname(job.input) });
  return files;
}

/** `loss.diff` → `loss.d.diff.ts`: where TypeScript looks for the types of a file it does not know. */
export const sideCar = (model: string): string => `${model.replace(/\.diff$/, '')}.d.diff.ts`;

/** The same bytes whatever the modules look like: the plugin writes these files too. */
async function sideCarText(source: Source): Promise<string> {
  // the model has been read once without a mistake: what its imports say now is in the report of that reading
  const { declarations } = await generate(source, { target: 'js', format: 'plain', load: importLoader(new Bag()) });
  return declarations ?? '';
}

/** Sources are named as seen from the map, so that nothing of the machine is in it. */
function mapText(map: SourceMap, path: string): string {
  const sources = map.sources.map((name) => relative(dirname(path), name).replaceAll('\\', '/'));
  return `${JSON.stringify({ ...map, file: basename(path), sources, x_generated: generatedBy })}\n`;
}

function settle({ path, text, within }: OutputFile, options: OutputOptions, bag: Bag): Pick<FileResult, 'outcome' | 'difference'> {
  const present = readIfPresent(path);
  // git may have changed the line ends
  if (present !== undefined && present.replaceAll('\r\n', '\n') === text) return { outcome: 'unchanged' };
  if (present !== undefined && !isOurs(present)) {
    bag.report('not-generated', undefined, { path });
    return { outcome: 'failed' };
  }
  if (!options.check) return { outcome: leavesDirectory(path, within) ? refuse(path, within, bag) : replaceFile(path, text, bag) };
  bag.report('stale-output', undefined, { path }, present === undefined ? { hint: 'it is missing: run `diffc generate`' } : {});
  return { outcome: 'stale', ...(present !== undefined && { difference: shortDifference(path, present, text) }) };
}

/** Whether diffc wrote a file: our header is its first line, or the last entry of a map. An empty file holds nothing that could be lost. */
export const isOurs = (text: string): boolean => text.trim() === '' || text.startsWith(`// ${generatedBy} `) || text.trimEnd().endsWith(`,"x_generated":"${generatedBy}"}`);

/** A symbolic link on the way may lead elsewhere. */
function leavesDirectory(path: string, within: string): boolean {
  const existing = (directory: string): string => (kindOf(directory) === 'directory' || dirname(directory) === directory ? directory : existing(dirname(directory)));
  if (kindOf(within) !== 'directory') return false;
  const real = realpathSync(existing(dirname(path)));
  const root = realpathSync(within);
  return real !== root && !real.startsWith(root.endsWith(sep) ? root : join(root, sep));
}

function refuse(path: string, directory: string, bag: Bag): 'failed' {
  bag.report('outside-output', undefined, { path, directory });
  return 'failed';
}
