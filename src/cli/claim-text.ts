/** Verdicts on claims in words. */
import type { Counterexample, Verdict } from '../verify/claim.ts';

export function claimLine(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'proved': return 'proved';
    case 'holds': return `holds numerically at ${verdict.points} points (worst relative difference ${verdict.worst.toExponential(1)}), not proved`;
    case 'fails': return failedClaim(verdict.counterexample);
    case 'undecided': return 'undecided: neither side has a finite value at the points tried';
  }
}

export function failedClaim({ point, left, right, factor }: Counterexample): string {
  const sizes = [...point.sizes].map(([name, n]) => `${name} = ${n}`);
  const inputs = [...point.inputs].filter(([name]) => !name.startsWith('§')).map(([name, v]) => `${name} = ${typeof v === 'number' || v.length === 1 ? short(typeof v === 'number' ? v : (v[0] ?? Number.NaN)) : `[${Array.from(v).slice(0, 4).map(short).join(', ')}${v.length > 4 ? ', …' : ''}]`}`);
  const where = [...sizes, ...inputs].join(', ');
  const ratio = factor === undefined ? '' : `; the left side is ${factor} times the right side at every point tried`;
  return `left ${short(left)}, right ${short(right)} at ${where}${ratio}`;
}

const short = (x: number): string => String(Number(x.toPrecision(6)));
