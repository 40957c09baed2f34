/** Indices without a range whose neighbours are read too: `Σᵢ (xᵢ - xᵢ₋₁)²` runs where all positions lie on their axes. */
import type { Big, Expr } from '../ast/types.ts';
import { shiftDim, type Dim } from '../ir/dim.ts';
import type { Pass } from './pass.ts';
import type { Scope } from './scope.ts';
import { summandsOf, ungroup } from './spine.ts';
import { childrenOf } from './syntax.ts';
import { readableDim } from './value.ts';

export interface Reach {
  /** as the user counts */
  readonly first: Dim;
  readonly size: Dim;
}

/** The positions of an index for which every `x[i + c]` is there; undefined where only `x[i]` occurs, or nothing tells the length. */
export function reachOf(pass: Pass, name: string, uses: readonly Expr[], scope: Scope): Reach | undefined {
  let axis: Dim | undefined;
  let least = 0;
  let most = 0;
  for (const use of usesOf(name, uses)) {
    const axes = axesOf(use.base, scope);
    for (const [k, item] of itemsOf(use).entries()) {
      const shift = item && shiftOf(item, name);
      const found = axes?.[k];
      if (shift === undefined || found === undefined) continue;
      if (axis !== undefined && !pass.sizes.same(axis, found)) return undefined;
      axis = found;
      least = Math.min(least, shift);
      most = Math.max(most, shift);
    }
  }
  return axis === undefined || least === most ? undefined : { first: String(pass.base - least), size: shiftDim(axis, least - most) };
}

/** What is said of a range that nobody wrote. */
export function describeReach(name: string, { first, size }: Reach): string {
  return `read with \`${name}\` in ${first}..${readableDim(shiftDim(size, Number(first) - 1))}`;
}

type Use = Expr & { kind: 'index' | 'subscript' };

function* usesOf(name: string, uses: readonly Expr[]): Generator<Use> {
  for (const stack = [...uses].reverse(); ;) {
    const expr = stack.pop();
    if (expr === undefined) return;
    if (expr.kind === 'index' || expr.kind === 'subscript') yield expr;
    // below a sum over the same letter it means something else
    if (expr.kind !== 'big' || !binds(expr, name)) stack.push(...childrenOf(expr).toReversed());
  }
}

const binds = ({ binders }: Big, name: string): boolean => binders.some((binder) => binder.kind === 'over' && binder.name.name === name);

const itemsOf = (use: Use): readonly (Expr | undefined)[] =>
  use.kind === 'subscript' ? use.indices : use.indices.map((item) => (item.kind === 'at' ? item.value : undefined));

function axesOf(base: Expr, scope: Scope): readonly Dim[] | undefined {
  const entity = base.kind === 'name' ? scope.find(base.name) : undefined;
  return entity?.kind === 'value' ? entity.value.axes : undefined;
}

/** c of `i + c` */
function shiftOf(item: Expr, name: string): number | undefined {
  let shift = 0;
  let met = 0;
  for (const { expr, negative } of summandsOf(ungroup(item))) {
    const part = ungroup(expr);
    if (part.kind === 'name' && part.name === name && !negative) met += 1;
    else if (part.kind === 'number' && /^\d{1,6}$/u.test(part.text)) shift += negative ? -Number(part.text) : Number(part.text);
    else return undefined;
  }
  return met === 1 ? shift : undefined;
}
