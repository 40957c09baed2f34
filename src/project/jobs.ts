/** From what the user names, or the configuration says, to the models to compile and where their modules go. */
import { basename, dirname, isAbsolute, join, relative } from 'node:path';
import type { Bag } from '../diagnostics/bag.ts';
import type { LoadedConfig } from './config-file.ts';
import { kindOf, reportMissing } from './files.ts';
import { globBase, isGlob, matcher, walk } from './glob.ts';

export interface Job {
  readonly input: string;
  /** without extension; undefined for standard output */
  readonly output: string | undefined;
  /** the directory that outputs must stay in */
  readonly within: string;
  /** a directory may hold files that only check something; a file that is named must give a module */
  readonly found: 'named' | 'in a directory';
}

export interface Selection {
  readonly jobs: readonly Job[];
  /** where models were looked for: a new one may appear there */
  readonly directories: readonly string[];
  /** where modules go when not beside their models */
  readonly outDir: string | undefined;
  /** what was asked for and holds no model */
  readonly empty: readonly string[];
}

export interface SelectionOptions {
  /** in place of the configured one, relative to the working directory */
  readonly outDir: string | undefined;
  readonly loaded: LoadedConfig;
}

/** Without paths the configured files are meant, and without those every model below. */
export function selectJobs(paths: readonly string[], options: SelectionOptions, bag: Bag): Selection {
  const { loaded } = options;
  const own = (path: string): string => (isAbsolute(path) ? path : join(loaded.directory, path));
  const configured = listOf(loaded.config.files ?? '**/*.diff').map((text) => own(text).replaceAll('\\', '/'));
  const asked = paths.length > 0 ? paths : configured;
  const excluded = listOf(loaded.config.exclude ?? []).map((glob) => matcher(own(glob)));
  const outDir = options.outDir ?? (loaded.config.outDir === undefined ? undefined : own(loaded.config.outDir));
  const found = asked.map((text) => find(text, loaded.config.files === undefined ? [] : configured, bag));
  const matches = new Map(found.flatMap((f) => f.matches).filter((m) => !excluded.some((skip) => skip(m.path))).map((m) => [m.path, m]));
  const jobs = [...matches.values()].map((match) => jobOf(match, outDir));
  refuseCollisions(jobs, bag);
  const directories = [...new Set(found.flatMap((f) => f.directories))];
  const empty = found.flatMap((f) => f.empty ?? []);
  return { jobs, directories, outDir, empty };
}

const listOf = (value: string | readonly string[]): readonly string[] => (typeof value === 'string' ? [value] : value);

interface Match {
  readonly path: string;
  /** the part of the path that is mirrored below an output directory */
  readonly below: string;
  readonly found: Job['found'];
}

interface Found {
  readonly matches: readonly Match[];
  readonly directories: readonly string[];
  /** the place, when it holds no model */
  readonly empty?: string;
}

/** A file that the configuration covers keeps its place when it is named alone. */
function find(text: string, configured: readonly string[], bag: Bag): Found {
  if (text === '-') return { matches: [{ path: '-', below: 'model', found: 'named' }], directories: [] };
  const kind = kindOf(text);
  if (kind === 'directory') return findBelow(text, '**/*.diff', text);
  if (kind === 'file') {
    const cover = configured.find((glob) => isGlob(glob) && matcher(glob)(join(text).replaceAll('\\', '/')));
    const below = cover === undefined ? basename(text) : relative(globBase(cover).base, text);
    return { matches: [{ path: text, below, found: 'named' }], directories: [dirname(text)] };
  }
  if (isGlob(text)) {
    const { base, rest } = globBase(text);
    return findBelow(base, rest, text);
  }
  reportMissing(text, bag);
  return { matches: [], directories: [] };
}

function findBelow(base: string, rest: string, asked: string): Found {
  const tree = walk(base);
  const fits = matcher(rest);
  const matches = tree.files.filter((file) => file.endsWith('.diff') && fits(file)).map((file): Match => ({ path: join(base, file), below: file, found: 'in a directory' }));
  return { matches, directories: tree.directories, ...(matches.length === 0 && { empty: asked }) };
}

/** Beside the source a module is `NAME.gen`, the suffix that linters skip; elsewhere it mirrors the source. */
function jobOf({ path, below, found }: Match, outDir: string | undefined): Job {
  const stem = below.replace(/\.diff$/, '');
  if (path === '-') return { input: path, output: outDir === undefined ? undefined : join(outDir, stem), within: outDir ?? '.', found };
  if (outDir !== undefined) return { input: path, output: join(outDir, stem), within: outDir, found };
  return { input: path, output: `${path.replace(/\.diff$/, '')}.gen`, within: dirname(path), found };
}

function refuseCollisions(jobs: readonly Job[], bag: Bag): void {
  const first = new Map<string, string>();
  for (const { input, output } of jobs) {
    if (output === undefined) continue;
    const other = first.get(output);
    if (other !== undefined) bag.report('output-collision', undefined, { path: output, first: other, second: input });
    else first.set(output, input);
  }
}
