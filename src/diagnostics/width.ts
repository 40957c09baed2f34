/** How many terminal cells text takes, so that carets stand under what they mean. */

/** Code point ranges shown two cells wide: CJK, Hangul, fullwidth forms, emoji. */
const wide: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f], [0x2e80, 0x303e], [0x3041, 0xa4cf], [0xac00, 0xd7a3], [0xf900, 0xfaff], [0xfe30, 0xfe6f],
  [0xff01, 0xff60], [0xffe0, 0xffe6], [0x1f300, 0x1faff], [0x20000, 0x3fffd],
];

/** Cells of one character: 0 for combining marks and joiners, 2 for wide ones. */
export function cells(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  if (/^[\p{Mn}\p{Me}\p{Cf}]/u.test(character)) return 0;
  return wide.some(([from, to]) => code >= from && code <= to) ? 2 : 1;
}

/** What is printed for a character: tabs as two spaces, controls and direction marks made visible and harmless. */
export function shown(character: string): string {
  if (character === '\t') return '  ';
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  const hidden = code === 0x7f || (code >= 0x80 && code < 0xa0) || (code >= 0x202a && code <= 0x202e)
    || (code >= 0x2066 && code <= 0x2069) || (code >= 0xd800 && code <= 0xdfff);
  return hidden ? '\ufffd' : character;
}

/** Text with every character made printable. */
export function shownText(text: string): string {
  let out = '';
  for (const character of text) out += shown(character);
  return out;
}

export function width(text: string): number {
  let sum = 0;
  for (const character of text) sum += cells(character);
  return sum;
}
