/** Types of fit.mjs for the tests. */
export function fitKinetics(
  module: unknown,
  runtime: unknown,
  data: unknown,
): {
  status: string;
  evaluations: number;
  residualDeviation: number;
  parameters: { name: string; value: number; error: number; interval: readonly [number, number] }[];
};
