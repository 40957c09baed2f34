/** Loop program to loop program, each pass leaving the meaning as it is. */
import { blockLoops } from './blocking/block.ts';
import { tightenBounds } from './bounds.ts';
import { carryAcross } from './carry.ts';
import { carryCoefficients } from './coefficients.ts';
import { copyWhole } from './copies.ts';
import { decideOnce } from './decide.ts';
import { inlineOnce } from './inline.ts';
import { hoistOffsets } from './offsets.ts';
import { storeEarly } from './order.ts';
import type { SizeHint } from './prepare.ts';
import { relievePressure } from './pressure.ts';
import { inRanges } from './ranges.ts';
import { nameRepeatedOffsets } from './repeated-offsets.ts';
import { sumResultsInLocals } from './results.ts';
import { scalarise, singleAssignment } from './scalarise.ts';
import { share } from './share.ts';
import { shortSums } from './short-sums.ts';
import { runWhenTaken } from './taken.ts';
import type { Program } from './types.ts';
import { unroll } from './unroll.ts';

const plain = (program: Program): Program => runWhenTaken(scalarise(sumResultsInLocals(unroll(tightenBounds(program)))));

/** Straight-line code as it is read: each value where it is used, sums short. */
const inUseOrder = (program: Program): Program => hoistOffsets(relievePressure(storeEarly(shortSums(inlineOnce(carryCoefficients(program))))));

export function tidy(program: Program): Program {
  return inUseOrder(share(decideOnce(share(copyWhole(plain(program))), 'all')));
}

/**
 * `blocked`: loops over data take several iterations at once, for targets that do not find that by themselves.
 * `jammed`: only those around other loops, for targets with vectors. `ranged`: the same, in pieces for threads.
 */
export type BlockedForm = 'blocked' | 'jammed' | 'ranged';

/** The same for a machine that runs what it is given, one scalar after the other, out of registers. */
export function tidyInBlocks(program: Program, hint: SizeHint, form: BlockedForm, apart: ReadonlySet<string>): Program {
  const whole = plain(program);
  const loops = form === 'ranged' ? inRanges(whole, hint) : copyWhole(form === 'blocked' ? carryAcross(whole) : whole);
  const blocked = share(singleAssignment(blockLoops(share(loops), hint, form === 'blocked' ? 'all' : 'outer', apart)));
  const decided = share(decideOnce(blocked, form === 'blocked' ? 'all' : 'gathering'));
  const tidied = inUseOrder(decided);
  return form === 'blocked' ? nameRepeatedOffsets(tidied) : tidied;
}
