/** Did you mean …? */

/**
 * The candidate closest to what was typed: the same ignoring case, else at most max(1, length / 3) edits away
 * (insertion, deletion, replacement, swap of neighbours). Ties go to the alphabetically first.
 */
export function suggest(typed: string, candidates: Iterable<string>): string | undefined {
  const folded = typed.toLowerCase();
  const limit = Math.max(1, Math.floor(typed.length / 3));
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of candidates) {
    if (candidate === typed) continue;
    const distance = candidate.toLowerCase() === folded ? 0 : editDistance(typed, candidate, Math.min(limit, bestDistance));
    if (distance < bestDistance || (distance === bestDistance && best !== undefined && candidate < best)) {
      best = candidate;
      bestDistance = distance;
    }
  }
  // One edit turns any one-letter name into any other: that is no resemblance.
  if (best !== undefined && bestDistance > 0 && Math.min(typed.length, best.length) < 2) return undefined;
  return best;
}

/** Damerau-Levenshtein distance (optimal string alignment), or `limit + 1` when it is larger. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1);
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return Math.min(last[b.length] ?? 0, limit + 1);
}
