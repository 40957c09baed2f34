/**
 * What README and guides show is what happens: every fence is run (CONTRIBUTING.md, "Documentation"). A page is a session in a
 * folder of its own, from top to bottom. With UPDATE_GOLDEN=1 what is printed is written into the page instead of compared.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { decideClaims } from '../src/answer/decided.ts';
import { commands } from '../src/cli/commands.ts';
import { flagRows } from '../src/cli/flags.ts';
import { readModel } from '../src/compile.ts';
import { Bag } from '../src/diagnostics/bag.ts';
import { renderAll } from '../src/diagnostics/render.ts';
import type { Source } from '../src/diagnostics/span.ts';
import { parseFile } from '../src/frontends/math/parse.ts';
import { planInto } from '../src/generate.ts';
import { importLoader } from '../src/project/imports.ts';
import { commandsOf, fencesOf, sessionText, withTexts, type Fence } from './support/fences.ts';
import { PageFolder } from './support/page-folder.ts';
import { filesBelow, root } from './support/sources.ts';

const UPDATE = process.env['UPDATE_GOLDEN'] === '1';
const guides = filesBelow('docs', '.md').filter((path) => !path.startsWith('docs/reference/'));
const pages = ['README.md', 'CONTRIBUTING.md', 'ARCHITECTURE.md', 'samples/README.md', ...guides].map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

/** What is wrong with a model as a whole: mistakes, what no module can be made of, claims that do not hold. */
function reportOf(source: Source): string {
  const bag = new Bag();
  const model = readModel(source, { load: importLoader(bag) }, bag);
  if (model !== undefined && !bag.hasErrors) planInto(bag, model, source.name);
  if (model !== undefined && !bag.hasErrors) decideClaims(model, bag);
  return renderAll(bag.diagnostics);
}

/** What is wrong with statements that need others around them. */
function reportOfStatements(source: Source): string {
  const bag = new Bag();
  parseFile(source, bag);
  return renderAll(bag.diagnostics);
}

/** Runs the fences of a page, and knows what they printed before. */
class Session {
  readonly folder = new PageFolder();
  readonly programs: string[] = [];
  readonly updates = new Map<number, string>();
  readonly #fences: readonly Fence[];
  #program = { text: '', output: '' };

  constructor(fences: readonly Fence[]) {
    this.#fences = fences;
  }

  run(fence: Fence): void {
    const { language, marks, text } = fence;
    if (marks['file'] !== undefined) this.folder.write(marks['file'], text);
    if (marks['file']?.endsWith('.ts') === true) this.programs.push(marks['file']);
    if (marks['not-run'] !== undefined) return console.log('%s', `not run, line ${fence.line}: ${marks['not-run']}`);
    if (marks['excerpt'] !== undefined) return this.#excerpt(marks['excerpt'], text);
    if (language === 'console') return this.#session(fence);
    if (language === 'diff-model') return this.#model(fence);
    if (marks['file'] !== undefined || language === 'output') return;
    if (language === 'ts' || language === 'js') return this.#run(fence);
    expect.fail(`a fence \`${language}\` is neither run nor says why not: see CONTRIBUTING.md`);
  }

  #model({ marks, text }: Fence): void {
    const source = { name: join(this.folder.path, 'model.diff'), text };
    if (marks['wrong'] !== undefined) expect(reportOf(source)).not.toBe('');
    else expect(marks['part'] === undefined ? reportOf(source) : reportOfStatements(source)).toBe('');
  }

  #session(fence: Fence): void {
    const shown = commandsOf(fence);
    const printed = shown.map(({ line }) => ({ line, output: this.folder.shell(line) }));
    this.updates.set(fence.line, sessionText(printed));
    if (!UPDATE) expect(sessionText(printed)).toBe(sessionText(shown));
  }

  /** A program goes on where the one before it ended when it says `continued`. */
  #run(fence: Fence): void {
    const before = fence.marks['continued'] === undefined ? { text: '', output: '' } : this.#program;
    const name = `line-${fence.line}.${fence.language}`;
    const text = `${before.text}${fence.hidden}${fence.text}`;
    this.folder.write(name, text);
    this.programs.push(name);
    const printed = this.folder.program(name);
    expect(printed.slice(0, before.output.length)).toBe(before.output);
    this.#program = { text, output: printed };
    const after = this.#fences[this.#fences.indexOf(fence) + 1];
    const output = after?.language === 'output' ? after : undefined;
    if (output !== undefined) this.updates.set(output.line, printed.slice(before.output.length));
    if (!UPDATE || output === undefined) expect(printed.slice(before.output.length)).toBe(output?.text ?? '');
  }

  /** The pieces between lines of `…` stand in the file, one after the other, whatever their indentation. */
  #excerpt(path: string, text: string): void {
    const bare = (lines: string): string => lines.replace(/^[ \t]+/gm, '');
    let rest = bare(readFileSync(existsSync(join(root, path)) ? join(root, path) : join(this.folder.path, path), 'utf8'));
    for (const piece of bare(text).split(/^…\n/m)) {
      expect(rest).toContain(piece);
      rest = rest.slice(rest.indexOf(piece) + piece.length);
    }
  }
}

/** The places of a page that links may name, as GitHub makes them of headings. */
function anchorsOf(path: string): Set<string> {
  const headings = readFileSync(join(root, path), 'utf8').matchAll(/^#+ (.*)$/gm);
  return new Set([...headings].map(([, heading = '']) => heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-')));
}

/** Links of a page to what is not there. */
function wrongLinks(path: string, text: string): { readonly target: string; readonly heading: string | undefined }[] {
  const links = [...text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)].map((m) => ({ target: m[1] === '' ? path : posix.normalize(posix.join(dirname(path), m[1] ?? '')), heading: m[2] }));
  return links.filter(({ target, heading }) => !existsSync(join(root, target)) || (heading !== undefined && !anchorsOf(target).has(heading)));
}

const isTypeScript = ({ language, marks }: Fence): boolean => language === 'ts' && marks['excerpt'] === undefined && marks['not-run'] === undefined;

const flags = new Set([...Object.keys(flagRows), ...commands.flatMap((c) => Object.keys(c.flags))]);
/** Flags of node, npm and git in our pages. */
const FOREIGN = new Set(['import', 'enable-source-maps', 'prefix', 'maxWorkers']);

describe.each(pages)('$path', ({ path, text }) => {
  const fences = fencesOf(text);
  const session = new Session(fences);
  afterAll(() => {
    session.folder.remove();
    if (UPDATE) writeFileSync(join(root, path), withTexts(text, session.updates));
  });

  for (const fence of fences) it(`line ${fence.line}: ${fence.language}`, () => session.run(fence));

  if (fences.some(isTypeScript)) {
    it('programs have the right types', () => {
      expect(session.folder.typeErrors(session.programs.filter((name) => name.endsWith('.ts')))).toBe('');
    });
  }

  it('every fence is closed', () => {
    expect(text.match(/^```/gm)?.length ?? 0).toBe(2 * fences.length);
  });

  it('links to pages and headings that exist', () => expect(wrongLinks(path, text)).toEqual([]));

  it('names flags that exist', () => {
    const named = [...text.matchAll(/(?<![\w-])--([a-zA-Z][\w-]*)/g)].map((m) => m[1] ?? '');
    expect(named.filter((flag) => !flags.has(flag) && !FOREIGN.has(flag))).toEqual([]);
  });
});

describe.each(filesBelow('docs/reference', '.md'))('%s', (path) => {
  it('links to pages and headings that exist', () => expect(wrongLinks(path, readFileSync(join(root, path), 'utf8'))).toEqual([]));

  it('has only fences that tests/reference/ runs', () => {
    expect(fencesOf(readFileSync(join(root, path), 'utf8')).length > 0).toBe(/\/(?:api|diagnostics)\.md$/.test(path));
  });
});

describe('docs/README.md', () => {
  it('links to every page', () => {
    const index = readFileSync(join(root, 'docs/README.md'), 'utf8');
    const linked = new Set([...index.matchAll(/\]\(([^)#]+)\)/g)].map((m) => posix.join('docs', m[1] ?? '')));
    expect(filesBelow('docs', '.md').filter((path) => path !== 'docs/README.md' && !linked.has(path))).toEqual([]);
  });
});

describe('docs/reference/api.md', () => {
  it('says something about everything that is exported', () => {
    const sections = readFileSync(join(root, 'docs/reference/api.md'), 'utf8').split(/^### `/m).slice(1).map((section) => section.split('### Types')[0] ?? '');
    const bare = sections.filter((section) => section.replace(/```ts\n[\s\S]*?\n```/, '').split('\n').slice(1).join('').trim() === '');
    expect(bare.map((section) => section.split('`')[0])).toEqual([]);
  });
});
