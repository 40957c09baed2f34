/** Types of constrain.mjs for the tests. */
export function leastRisk(module: unknown, runtime: unknown, data: unknown, least: number): { status: string; weights: number[]; risk: number; violation: number; price: number };
