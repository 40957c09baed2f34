/** Points of verification in `--json`. */
import type { Environment } from '../ir/evaluate.ts';

/** As `--at FILE` reads it, with sizes and the directions that were drawn. */
export function jsonPoint({ sizes, inputs }: Environment): Record<string, unknown> {
  const entries = [...sizes, ...[...inputs].map(([name, value]) => [name, typeof value === 'number' ? value : Array.from(value)] as const)];
  return Object.fromEntries(entries);
}
