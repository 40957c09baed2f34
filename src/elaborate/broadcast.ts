/** Which shapes go together elementwise, and what is said when they do not. */
import type { Span } from '../diagnostics/span.ts';
import type { Dim } from '../ir/dim.ts';
import { textOf, type Pass } from './pass.ts';
import { describe, type Result, type Value } from './value.ts';

/** A value with the place where it was written. */
export interface Placed {
  readonly value: Value;
  readonly span: Span;
}

export interface CommonShape {
  readonly axes: readonly Dim[];
  readonly form: Value['form'];
}

/**
 * The common shape of two operands. Missing leading axes are added, sizes are equal as symbols, an axis of
 * size 1 never stretches, and an axis that could be added in two ways is refused.
 */
export function commonShape(pass: Pass, operation: string, a: Placed, b: Placed, span: Span): CommonShape | undefined {
  const [large, small] = a.value.axes.length >= b.value.axes.length ? [a.value, b.value] : [b.value, a.value];
  const shape: CommonShape = { axes: large.axes, form: large.form };
  if (small.axes.length === 0) return shape;
  const skipped = large.axes.length - small.axes.length;
  const fits = small.axes.every((dim, k) => pass.sizes.same(dim, large.axes[skipped + k] ?? ''));
  const sameForm = large.axes.length !== 1 || small.axes.length !== 1 || large.form === small.form;
  if (!fits || !sameForm) {
    const hint = hintFor(a.value, b.value);
    return pass.report('shape-mismatch', span, { operation, left: describe(a.value), right: describe(b.value) }, {
      labels: shapeLabels(a, b), ...(hint !== undefined && { hint }),
    });
  }
  if (skipped > 0) suspect(pass, small);
  const added = large.axes.slice(0, skipped);
  if (added.some((dim) => small.axes.includes(dim))) {
    return pass.report('ambiguous-broadcast', span, { left: describe(a.value), right: describe(b.value) }, { labels: shapeLabels(a, b) });
  }
  return shape;
}

/** In `A - u*v'` a vector A would be compared with every row, in `A - s*v'` a row s*v': with other kinds of letters they are matrices. */
function suspect(pass: Pass, small: Value): void {
  pass.wantsTensors = true;
  if (small.form === 'row') pass.oddities += 3;
}

function hintFor(a: Value, b: Value): string | undefined {
  if (a.axes.length === 1 && b.axes.length === 1 && a.form !== b.form) return "one of them is a row: drop the prime of `x'`";
  if (a.axes.includes('1') || b.axes.includes('1')) return 'an axis of size 1 is not stretched: declare the value without that axis';
  return undefined;
}

export function shapeLabels(...placed: readonly Placed[]): { span: Span; text: string }[] {
  return placed.map(({ value, span }) => ({ span, text: describe(value) }));
}

/** A value that arithmetic may use: positions in an axis are refused. */
export function numeric(pass: Pass, value: Result, span: Span): Result {
  if (value?.element !== 'index') return value;
  return pass.report('index-arithmetic', span, { name: textOf(span) });
}
