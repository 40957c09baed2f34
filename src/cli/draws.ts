/** Draws as files, and as tables where there are no chains to compare. */
import { mean, quantile, variance } from '../runtime/sampling/diagnostics.ts';
import { figure, textTable } from '../runtime/sampling/summary.ts';
import { toJson } from './report.ts';

export interface Draws {
  readonly names: readonly string[];
  /** draws one after the other, one number for each name */
  readonly chains: readonly Float64Array[];
}

export interface ApproximationRow {
  readonly name: string;
  readonly mean: number;
  readonly sd: number;
  readonly q5: number;
  readonly median: number;
  readonly q95: number;
}

export function approximationRows(names: readonly string[], draws: Float64Array): ApproximationRow[] {
  return names.map((name, k) => {
    const column = columnOf(draws, k, names.length);
    return { name, mean: mean(column), sd: Math.sqrt(variance(column)), q5: quantile([column], 0.05), median: quantile([column], 0.5), q95: quantile([column], 0.95) };
  });
}

export function approximationTable(rows: readonly ApproximationRow[]): string {
  return textTable(['', 'mean', 'sd', '5%', '50%', '95%'], rows.map((r) => [r.name, figure(r.mean), figure(r.sd), figure(r.q5), figure(r.median), figure(r.q95)]));
}

const columnOf = (draws: Float64Array, k: number, width: number): Float64Array => Float64Array.from({ length: draws.length / width }, (_, d) => draws[d * width + k] ?? Number.NaN);

/** CSV with a row for each draw, chains and draws counted from 1; or JSON, `{ names, chains: [[[…], …], …] }`. */
export function drawsText({ names, chains }: Draws, path: string): string {
  const rows = chains.map((draws) => Array.from({ length: draws.length / names.length }, (_, d) => Array.from(draws.subarray(d * names.length, (d + 1) * names.length))));
  if (path.endsWith('.json')) return `${toJson({ names, chains: rows })}\n`;
  const quoted = names.map((n) => (n.includes(',') ? `"${n}"` : n));
  return [`chain,draw,${quoted.join(',')}`, ...rows.flatMap((chain, c) => chain.map((row, d) => `${c + 1},${d + 1},${row.join(',')}`)), ''].join('\n');
}
