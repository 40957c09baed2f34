/** How the words and signs of the surface language are spelt in the IR. */
import type { Comparison } from '../ast/types.ts';
import type { Builder } from '../ir/build.ts';
import type { NodeId } from '../ir/types.ts';
import type { OpName } from '../ops/table.ts';

export const COMPARISONS: Readonly<Record<Exclude<Comparison, 'in'>, OpName>> = {
  '<': 'lt', '<=': 'le', '>': 'gt', '>=': 'ge', '==': 'eq', '!=': 'ne',
};

/** Names of constants that need no declaration. A declaration of the same name wins. */
const CONSTANTS: ReadonlyMap<string, (b: Builder) => NodeId> = new Map([
  ['pi', (b) => b.pi()],
  ['π', (b) => b.pi()],
  ['inf', (b) => b.double(Number.POSITIVE_INFINITY)],
  ['infinity', (b) => b.double(Number.POSITIVE_INFINITY)],
  ['∞', (b) => b.double(Number.POSITIVE_INFINITY)],
  ['nan', (b) => b.double(Number.NaN)],
  ['true', (b) => b.integer(1)],
  ['false', (b) => b.integer(0)],
  ['e', (b) => eulerNumber(b)],
] satisfies [string, (b: Builder) => NodeId][]);

export const EULER = 'e';

/** exp(1): the builder reads a power of it as an exponential. */
export function eulerNumber(b: Builder): NodeId {
  return b.map('exp', [{ id: b.integer(1), sub: [] }], []);
}

/** The constant that an undeclared name stands for. */
export function namedConstant(name: string, b: Builder): NodeId | undefined {
  return CONSTANTS.get(name)?.(b);
}

export function constantNames(): readonly string[] {
  return [...CONSTANTS.keys()];
}
