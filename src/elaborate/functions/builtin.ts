/** The shape of a built-in function that works on whole tensors. Scalar functions are rows of `ops/`. */
import type { Span } from '../../diagnostics/span.ts';
import type { Dim } from '../../ir/dim.ts';
import type { Placed } from '../broadcast.ts';
import type { Pass } from '../pass.ts';
import { describe, type Result, type Value } from '../value.ts';

/** A call whose arguments have been read. */
export interface Call {
  readonly pass: Pass;
  readonly name: string;
  readonly span: Span;
  /** the tensor arguments, in order */
  readonly args: readonly Placed[];
  /** the size arguments, in order */
  readonly sizes: readonly Dim[];
  /** `axis = k`, 0-based; undefined when not given */
  readonly axis: number | undefined;
}

export interface Builtin {
  /** `value` is any tensor, `size` a size known as a symbol; a trailing `?` makes it optional, `*` repeats it */
  readonly parameters: readonly ('value' | 'value?' | 'size' | 'size*')[];
  readonly takesAxis?: true;
  readonly doc: string;
  readonly build: (call: Call) => Result;
}

/** The k-th tensor argument; calls are made only with all required arguments present. */
export function argument(call: Call, k: number): Placed {
  const placed = call.args[k];
  if (placed === undefined) throw new RangeError(`${call.name} lacks argument ${k}`);
  return placed;
}

export function expectRank(call: Call, placed: Placed, rank: number): Value | undefined {
  if (placed.value.axes.length === rank) return placed.value;
  const expected = rank === 0 ? 'a scalar' : rank === 1 ? 'a vector' : rank === 2 ? 'a matrix' : `a tensor with ${rank} axes`;
  return call.pass.report('expected-shape', placed.span, { what: `the argument of \`${call.name}\``, expected, found: describe(placed.value) });
}

export function expectSquare(call: Call, placed: Placed): Value | undefined {
  const value = expectRank(call, placed, 2);
  if (value === undefined) return undefined;
  if (call.pass.sizes.same(value.axes[0] ?? '', value.axes[1] ?? '')) return value;
  return call.pass.report('not-square', placed.span, { name: call.name, found: describe(value) });
}
