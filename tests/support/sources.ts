/** The source tree as text, for tests that hold the shape of the code base. */
import { readFileSync, readdirSync } from 'node:fs';
import { join, posix } from 'node:path';

export interface ImportEdge {
  /** `value` is loaded at start, `type` vanishes, `dynamic` is loaded when reached */
  readonly kind: 'value' | 'type' | 'dynamic';
  /** a repository-relative path for relative imports, the package name otherwise */
  readonly target: string;
}

export interface SourceText {
  readonly path: string;
  readonly text: string;
  /** `text` with comments blanked, string contents kept */
  readonly code: string;
  readonly imports: readonly ImportEdge[];
}

export const root = join(import.meta.dirname, '..', '..');

/** Every file below `folder` whose name ends in `suffix`, as repository-relative paths, sorted. */
export function filesBelow(folder: string, suffix: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(suffix) && !entry.parentPath.includes('node_modules'))
    .map((entry) => posix.join(entry.parentPath.slice(root.length + 1), entry.name))
    .sort();
}

/** Reads the TypeScript files below the folders. */
export function readSources(...folders: readonly string[]): SourceText[] {
  return folders
    .flatMap((folder) => filesBelow(folder, '.ts'))
    .map((path) => {
      const text = readFileSync(join(root, path), 'utf8');
      const code = blankComments(text);
      return { path, text, code, imports: importsOf(path, code) };
    });
}

/** Replaces comments by spaces so that positions and line counts stay; strings and templates are stepped over. */
export function blankComments(text: string): string {
  const token = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\[\s\S])*`/g;
  return text.replace(token, (match) => (match.startsWith('/') ? match.replace(/[^\n]/g, ' ') : match));
}

function importsOf(path: string, code: string): ImportEdge[] {
  const edges: ImportEdge[] = [];
  const resolve = (specifier: string): string =>
    specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : packageName(specifier);
  for (const match of code.matchAll(/^[ \t]*(?:import|export)\s+(type\s)?(?:[^;'"]*?\sfrom\s+)?['"]([^'"]+)['"]/gm)) {
    edges.push({ kind: match[1] === undefined ? 'value' : 'type', target: resolve(match[2]!) });
  }
  for (const match of code.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g)) {
    // `import('x').T` and `typeof import('x')` are types and vanish
    const after = code.slice(match.index + match[0].length).trimStart();
    const before = code.slice(0, match.index).trimEnd();
    const isType = before.endsWith('typeof') || (after.startsWith('.') && !/^\.(then|catch|finally)\b/.test(after));
    edges.push({ kind: isType ? 'type' : 'dynamic', target: resolve(match[1]!) });
  }
  return edges;
}

function packageName(specifier: string): string {
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0]!;
}
