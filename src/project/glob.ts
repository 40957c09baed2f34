/** Globs of model files: `*`, `**`, `?`, `[abc]`, `{a,b}`. Paths have forward slashes, as in every tool that reads globs. */
import { join, sep } from 'node:path';
import { entriesOf, kindOf, realPathOf } from './files.ts';

export const isGlob = (text: string): boolean => /[*?[{]/.test(text);

/** The directory that every match of a glob lies below, and the rest of the glob. */
export function globBase(glob: string): { readonly base: string; readonly rest: string } {
  const parts = glob.replaceAll('\\', '/').split('/');
  const first = parts.findIndex(isGlob);
  return { base: parts.slice(0, first).join('/') || (glob.startsWith('/') ? '/' : '.'), rest: parts.slice(first).join('/') };
}

export function matcher(glob: string): (path: string) => boolean {
  const pattern = new RegExp(`^${expression(glob.replaceAll('\\', '/').replace(/^\.\//, ''))}$`, 'u');
  return (path) => pattern.test(path);
}

/** The pieces of a glob and what they stand for; the first alternative that fits is taken. */
const PIECES: readonly (readonly [RegExp, (match: string) => string])[] = [
  [/^\*\*\//, () => '(?:[^/]+/)*'],
  [/^\*\*/, () => '.*'],
  [/^\*/, () => '[^/]*'],
  [/^\?/, () => '[^/]'],
  [/^\[[^\]/\\]+\]/, (set) => `[${set.slice(1, -1).replace(/^[!^]/, '^').replaceAll('[', '\\[')}]`],
  [/^\{[^{}]*\}/, (choice) => `(?:${choice.slice(1, -1).split(',').map(expression).join('|')})`],
  [/^[^*?[{]+|^./s, (text) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')],
];

function expression(glob: string): string {
  let rest = glob;
  let out = '';
  while (rest !== '') {
    for (const [pattern, write] of PIECES) {
      const match = pattern.exec(rest)?.[0];
      if (match === undefined) continue;
      out += write(match);
      rest = rest.slice(match.length);
      break;
    }
  }
  return out;
}

export interface Tree {
  /** relative to the root, sorted, with forward slashes */
  readonly files: readonly string[];
  /** every directory that was read, for those who watch */
  readonly directories: readonly string[];
}

/**
 * Everything below a directory. Installed packages, hidden directories and what symbolic links lead out to belong to others
 * and are not entered.
 */
export function walk(root: string): Tree {
  const files: string[] = [];
  const directories = [''];
  if (kindOf(root) !== 'directory') return { files: [], directories: [] };
  const real = realPathOf(root);
  for (let k = 0; k < directories.length; k++) {
    const below = directories[k] ?? '';
    for (const entry of entriesOf(join(root, below))) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) {
        if (entry.name !== 'node_modules' && !entry.name.startsWith('.')) directories.push(path);
      } else if (entry.isFile() || (entry.isSymbolicLink() && staysBelow(real, join(root, path)))) files.push(path);
    }
  }
  return { files: files.sort(), directories: directories.map((d) => join(root, d)) };
}

/** A link to a file of the same tree is as good as the file. */
function staysBelow(root: string | undefined, link: string): boolean {
  return kindOf(link) === 'file' && realPathOf(link)?.startsWith(`${root}${sep}`) === true;
}
