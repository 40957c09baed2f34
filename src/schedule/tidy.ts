/** Loop program to loop program, each pass leaving the meaning as it is. */
import { inlineOnce } from './inline.ts';
import type { Program } from './types.ts';

export function tidy(program: Program): Program {
  return inlineOnce(program);
}
