/** What passes ask of every node, as bits of one number: the attribute itself is looked at only where they say so. */
import { equal, isOne } from './rational.ts';
import { core } from '../ops/core.ts';
import type { OpName } from '../ops/table.ts';
import type { Attr } from './types.ts';

/** no axes */
export const SCALAR = 1;
export const PRODUCT = 2;
export const SUM = 4;
export const MAP = 8;
/** a rational number in every element */
export const CONSTANT = 16;
/** a map that is a power */
export const POWER = 32;
/** a map that selects by a condition */
export const SELECTION = 64;
/** a map that is an exponential */
export const EXPONENTIAL = 128;
/** a loop or a result of one */
export const LOOP = 256;
/** a coefficient of a product other than 1 */
export const SCALED = 512;
/** a product that is summed */
export const CONTRACTION = 1024;

/** a product, or a sum with one coefficient: its attribute is the same for every order of scalar arguments */
export const UNORDERED = 2048;
/** elements at places of a tensor */
export const VIEW = 4096;

/** a sine or cosine, circular or hyperbolic */
export const ANGLE = 8192;
/** of the node, not of its attribute: the user ordered its arguments otherwise than they are stored */
export const REORDERED = 16384;

const ANGLES: ReadonlySet<OpName> = new Set([core.sin, core.cos, core.sinh, core.cosh]);

export function traitsOf(attr: Attr): number {
  const scalar = attr.shape.length === 0 ? SCALAR : 0;
  switch (attr.kind) {
    case 'const': return attr.value.kind === 'rational' ? scalar | CONSTANT : scalar;
    case 'ein': {
      const summed = attr.sums.length > 0 ? CONTRACTION : attr.subs.length === 0 ? CONSTANT : 0;
      return scalar | PRODUCT | UNORDERED | summed | (isOne(attr.coef) ? 0 : SCALED);
    }
    case 'add': return scalar | SUM | (attr.coefs.every((coef) => equal(coef, attr.coefs[0] ?? coef)) ? UNORDERED : 0);
    case 'map': return scalar | MAP | traitOfOperation(attr.op);
    case 'view': return scalar | VIEW;
    case 'scan': case 'proj': return scalar | LOOP;
    default: return scalar;
  }
}

function traitOfOperation(op: OpName): number {
  if (ANGLES.has(op)) return ANGLE;
  switch (op) {
    case core.pow: return POWER;
    case core.where: return SELECTION;
    case core.exp: return EXPONENTIAL;
    default: return 0;
  }
}
