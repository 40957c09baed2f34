/** What a module can be made as. */

/** `ts`: one TypeScript file. `js`: JavaScript and declarations. `wasm`: TypeScript with WebAssembly inside, `auto`: for the functions that it makes faster. */
export const TARGETS = ['ts', 'js', 'wasm', 'auto'] as const;
export type Target = (typeof TARGETS)[number];

/** What numbers are in arrays, and in the arithmetic of machine code. */
export const PRECISIONS = ['f64', 'f32'] as const;
export type Precision = (typeof PRECISIONS)[number];
