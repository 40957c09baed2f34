/** Characters that look like others: pasted text is full of them, and the eye does not find them. */

const cyrillic: ReadonlyMap<string, string> = pairs('асехорукіјѕԁԛԝАВЕКМНОРСТХУІЈЅ', 'acexopykijsdqwABEKMHOPCTXYIJS');
const greekLook: ReadonlyMap<string, string> = pairs('οΑΒΕΖΗΙΚΜΝΟΡΤΥΧ', 'oABEZHIKMNOPTYX');
const marks: ReadonlyMap<string, readonly [string, string]> = new Map([
  ['“', ['"', 'typographic quote']], ['”', ['"', 'typographic quote']], ['„', ['"', 'typographic quote']],
  ['‘', ["'", 'typographic quote']], ['‛', ["'", 'typographic quote']], ['`', ["'", 'grave accent']], ['´', ["'", 'acute accent']],
  ['‐', ['-', 'hyphen']], ['‑', ['-', 'hyphen']], ['–', ['-', 'dash']], ['—', ['-', 'dash']], ['˗', ['-', 'modifier letter']],
  ['‚', [',', 'low quote']], ['；', [';', 'fullwidth character']], ['⟮', ['(', 'ornamental bracket']], ['⟯', [')', 'ornamental bracket']],
  ['⟦', ['[', 'ornamental bracket']], ['⟧', [']', 'ornamental bracket']], ['∶', [':', 'ratio sign']], ['ǀ', ['|', 'click letter']],
  ['⩽', ['<=', 'slanted sign']], ['⩾', ['>=', 'slanted sign']], ['˄', ['^', 'modifier letter']], ['ˆ', ['^', 'modifier letter']],
]);

function pairs(from: string, to: string): ReadonlyMap<string, string> {
  const targets = Array.from(to);
  return new Map(Array.from(from, (character, i) => [character, targets[i] ?? '']));
}

export interface LookAlike {
  /** the first wrong character */
  readonly found: string;
  readonly ascii: string;
  readonly script: string;
  /** the whole text with the right characters */
  readonly fixed: string;
}

/**
 * Whether a name or a character only looks like ASCII. A word of Cyrillic letters is a fine name as long as
 * one of its letters could not be Latin; `х` alone is a trap.
 */
export function lookAlike(text: string): LookAlike | undefined {
  // oxlint-disable-next-line no-control-regex -- the range is all of ASCII
  if (/^[\0-\x7f]*$/.test(text) && text !== '`') return undefined;
  let first: { readonly found: string; readonly ascii: string; readonly script: string } | undefined;
  let fixed = '';
  for (const character of text) {
    const alike = oneLookAlike(character);
    if (alike) first ??= { found: character, ...alike };
    // a letter that could not be Latin: the writer means that alphabet
    else if (/[\u0370-\u03ff\u0400-\u052f]/.test(character)) return undefined;
    fixed += alike?.ascii ?? character;
  }
  return first && { ...first, fixed };
}

function oneLookAlike(character: string): { readonly ascii: string; readonly script: string } | undefined {
  const mark = marks.get(character);
  if (mark) return { ascii: mark[0], script: mark[1] };
  const fromCyrillic = cyrillic.get(character);
  if (fromCyrillic !== undefined) return { ascii: fromCyrillic, script: 'Cyrillic letter' };
  const fromGreek = greekLook.get(character);
  if (fromGreek !== undefined) return { ascii: fromGreek, script: 'Greek letter' };
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0xff01 && code <= 0xff5e) return { ascii: String.fromCodePoint(code - 0xfee0), script: 'fullwidth character' };
  if (code >= 0x1d400 && code <= 0x1d7ff) return { ascii: character.normalize('NFKC'), script: 'mathematical alphabet character' };
  return undefined;
}

export function describeCharacter(character: string): { readonly codePoint: string } {
  return { codePoint: `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}` };
}
