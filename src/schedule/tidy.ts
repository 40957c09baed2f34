/** Loop program to loop program, each pass leaving the meaning as it is. */
import { blockLoops, type Blocks } from './blocking/block.ts';
import { inlineOnce } from './inline.ts';
import { hoistOffsets } from './offsets.ts';
import { storeEarly } from './order.ts';
import type { SizeHint } from './prepare.ts';
import { sumResultsInLocals } from './results.ts';
import { scalarise } from './scalarise.ts';
import { share } from './share.ts';
import type { Program } from './types.ts';
import { unroll } from './unroll.ts';

export function tidy(program: Program): Program {
  return hoistOffsets(storeEarly(inlineOnce(share(scalarise(sumResultsInLocals(unroll(program)))))));
}

/** The same for a machine that runs what it is given, one scalar after the other, out of registers. */
export function tidyInBlocks(program: Program, hint: SizeHint, blocks: Blocks, apart: ReadonlySet<string>): Program {
  return hoistOffsets(storeEarly(inlineOnce(share(blockLoops(scalarise(sumResultsInLocals(unroll(program))), hint, blocks, apart)))));
}
