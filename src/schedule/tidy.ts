/** Loop program to loop program, each pass leaving the meaning as it is. */
import { inlineOnce } from './inline.ts';
import { hoistOffsets } from './offsets.ts';
import { scalarise } from './scalarise.ts';
import { share } from './share.ts';
import type { Program } from './types.ts';
import { unroll } from './unroll.ts';

export function tidy(program: Program): Program {
  return hoistOffsets(inlineOnce(share(scalarise(unroll(program)))));
}
