/** Built-in functions of whole tensors, by name. */
import type { Builtin } from './builtin.ts';
import { cumulatives } from './cumulative.ts';
import { linear } from './linear.ts';
import { orderStatistics } from './order.ts';
import { reductions } from './reductions.ts';

const builtins: ReadonlyMap<string, Builtin> = new Map(Object.entries({ ...reductions, ...cumulatives, ...orderStatistics, ...linear }));

export function findBuiltin(name: string): Builtin | undefined {
  return builtins.get(name);
}

export function builtinNames(): readonly string[] {
  return [...builtins.keys()];
}
