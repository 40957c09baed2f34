import type { Program } from './types.ts';
export const tidy = (p: Program): Program => p;
