/** The lines in which two texts differ, shortened for a report. */

/** Lines shown of either text. */
const SHOWN = 3;

/** Characters shown of a line: maps are one line of thousands. */
const WIDEST = 160;

/** What lies between the common beginning and the common end: `-` what is there, `+` what should be. */
export function shortDifference(path: string, actual: string, expected: string): string {
  const old = actual.split('\n');
  const now = expected.split('\n');
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start += 1;
  let end = 0;
  while (end < old.length - start && end < now.length - start && old[old.length - 1 - end] === now[now.length - 1 - end]) end += 1;
  return [`${path}:${start + 1}`, ...shown('-', old.slice(start, old.length - end)), ...shown('+', now.slice(start, now.length - end))].join('\n');
}

function shown(sign: string, lines: readonly string[]): string[] {
  const first = lines.slice(0, SHOWN).map((line) => `${sign} ${line.length > WIDEST ? `${line.slice(0, WIDEST)}…` : line}`);
  return lines.length > SHOWN ? [...first, `${sign} … ${lines.length - SHOWN} more lines`] : first;
}
