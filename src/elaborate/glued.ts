/** Undeclared names that look like products of letters: `ax` is one name to the language and a·x to many people. */
import { letterNames } from '../ast/notation.ts';
import type { Statement } from '../ast/types.ts';
import { everyExpr, expressionsOf } from './syntax.ts';

/** `λW`, `Wx` */
const MIXED = /^\p{Script=Greek}\p{Script=Latin}$|^\p{Lu}\p{Ll}$/u;
/** `UV`, where it is a vector or a matrix; as numbers such names are abbreviations. */
const CAPITALS = /^\p{Lu}\p{Lu}$/u;
/** `mx`, `kT`; differentials such as `dt` are names. */
const SMALL = /^[a-ce-z]\p{L}$/u;
/** Longer names are words, even of parameters alone. */
const MOST_LETTERS = 4;

/** The letter whose usual rank such a name has: `Xw` is what X·w is. */
export function letterThatDecides(name: string): string | undefined {
  return MIXED.test(name) || CAPITALS.test(name) ? [...name][1] : undefined;
}

/** Whether a name that stands for an array, or for a number, may be meant as the product of its letters. */
export function looksLikeProduct(name: string, isArray: boolean): boolean {
  return MIXED.test(name) || (isArray && CAPITALS.test(name)) || (SMALL.test(name) && !letterNames.has(name));
}

/** Whether it is: in `f(x) = ax + b` nothing else would depend on x, in `f(x, y) = xy` all letters are known, in `x'Qx` x stands by itself, too. */
export function isSurelyProduct(name: string, parameters: ReadonlySet<string>, used: ReadonlySet<string>): boolean {
  const letters = [...name];
  if (MIXED.test(name) && used.has(letters[1] ?? '')) return true;
  if (letters.length < 2 || letters.length > MOST_LETTERS || letterNames.has(name)) return false;
  const known = letters.filter((letter) => parameters.has(letter));
  return known.length === letters.length || (letters.length === 2 && known.length === 1 && (letters[0] !== 'd' || parameters.has('d')) && /^\p{L}{2}$/u.test(name));
}

/** The parameters of the functions that a line defines, and what it differentiates by without using it: `d/dw (wx + b)`. */
export function parametersOf(statements: readonly Statement[], by: ReadonlySet<string> = new Set()): ReadonlySet<string> {
  const asked = new Set(by);
  const used = new Map<string, number>();
  const count = (name: string, times: number): Map<string, number> => used.set(name, (used.get(name) ?? 0) + times);
  for (const part of statements.flatMap(expressionsOf).flatMap((root) => [...everyExpr(root)])) {
    if (part.kind === 'name') count(part.name, 1);
    if (part.kind === 'leibniz') asked.add(part.variable.name);
    for (const { variable } of part.kind === 'partial' ? part.denominators : []) {
      if (variable.kind !== 'name') continue;
      asked.add(variable.name);
      count(variable.name, -1);
    }
  }
  const unused = [...asked].filter((name) => (used.get(name) ?? 0) === 0);
  return new Set([...unused, ...ofFunctions(statements)]);
}

function ofFunctions(statements: readonly Statement[]): ReadonlySet<string> {
  return new Set(statements.flatMap((statement) => {
    if (statement.kind !== 'define' || statement.left.kind !== 'apply') return [];
    return statement.left.args.flatMap((a) => (a.kind === 'positional' && a.value.kind === 'name' ? [a.value.name] : []));
  }));
}
