/** Types of train.mjs for the tests. */
export function trainLinearRegression(module: unknown, data: unknown, report: (row: { epoch: number; loss: number; w: number; b: number }) => void): { w: number; b: number };
export function trainNetwork(module: unknown, data: unknown, report: (row: { epoch: number; loss: number }) => void): { loss: number };
