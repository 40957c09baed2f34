/** Types of sample.mjs for the tests. */
export function sampleShares(module: unknown, runtime: unknown, data: unknown): { rows: { name: string; mean: number; mcseMean: number }[]; warnings: string[]; table: string };
