/** What a module can be made as. */

/** `ts`: one TypeScript file. `js`: JavaScript and declarations. `wasm`: TypeScript with WebAssembly inside, `auto`: for the functions that it makes faster. */
export const TARGETS = ['ts', 'js', 'wasm', 'auto'] as const;
export type Target = (typeof TARGETS)[number];
