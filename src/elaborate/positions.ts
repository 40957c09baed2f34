/** Proofs that positions lie on their axes. */
import type { Span } from '../diagnostics/span.ts';
import { constantDim, readDim, shiftDim, type Dim } from '../ir/dim.ts';
import { addDims, type Affine } from './affine.ts';
import { textOf, type Pass } from './pass.ts';
import type { Scope } from './scope.ts';
import type { Fit } from './sizes.ts';
import { FLEXIBLE, Label, readableDim } from './value.ts';

export interface CheckedPosition {
  /** what is added to the 0-based labels to give the 0-based position */
  readonly offset: Dim;
  /** some positions may lie outside and read as 0 */
  readonly masked: boolean;
}

/** Checks an affine position over index variables against its axis; gives nothing after a report. */
export function checkPosition(pass: Pass, form: Affine, axis: Dim, span: Span, scope: Scope): CheckedPosition | undefined {
  let offset: Dim | undefined = shiftDim(form.offset, -pass.base);
  for (const [index, coef] of form.terms) offset = offset === undefined ? undefined : addDims(offset, timesDim(index.first, coef) ?? NONE);
  if (offset === undefined) return pass.report('bad-size', span, { text: textOf(span) }, { hint: 'a position is an index plus or minus an integer' });
  const labels = [...form.terms.keys()].filter((index) => index instanceof Label);
  const plain = labels.length === 1 && form.terms.get(labels[0] as Label) === 1 && offset === '0';
  const [label] = labels;
  if (plain && label !== undefined) {
    label.size ??= axis;
    if (label.size === axis) return { offset, masked: false };
    if (!label.explicit) return plainUse(pass, label, axis, offset, span);
  }
  const unknown = labels.find((l) => l.size === undefined);
  if (unknown !== undefined) return pass.report('unknown-range', span, { index: unknown.name });
  return ranged(pass, form, offset, axis, span, scope);
}

const NONE = '\u0000';

function timesDim(dim: Dim, factor: number): Dim | undefined {
  if (factor === 1) return dim;
  const n = constantDim(dim);
  return n === undefined ? undefined : String(n * factor);
}

/** An index without a range of its own must meet one size everywhere. */
function plainUse(pass: Pass, label: Label, axis: Dim, offset: Dim, span: Span): CheckedPosition | undefined {
  if (pass.sizes.same(label.size ?? axis, axis)) return { offset, masked: false };
  return conflict(pass, label, axis, span);
}

function conflict(pass: Pass, label: Label, axis: Dim, span: Span): undefined {
  return pass.report('index-size-conflict', span, { index: label.name, first: readableDim(label.size ?? ''), second: readableDim(axis) });
}

/** An index with a written range: the range must be provably on the axis, or a filter decides. */
function ranged(pass: Pass, form: Affine, offset: Dim, axis: Dim, span: Span, scope: Scope): CheckedPosition | undefined {
  const bounds = boundsOf(form, offset);
  const first = bounds === undefined ? undefined : constantDim(bounds.from);
  const starts = first === undefined || first >= 0;
  if (bounds !== undefined && starts && readDim(axis).base?.startsWith(FLEXIBLE)) {
    pass.sizes.needs(axis, shiftDim(bounds.to, 1));
    return { offset, masked: false };
  }
  const fit: Fit = bounds === undefined ? 'unknown' : pass.sizes.fit(bounds.from, bounds.to, axis);
  if (fit === 'inside') return { offset, masked: false };
  if (scope.reading.guarded || form.terms.size > 1) return { offset, masked: true };
  const [label] = form.terms.keys();
  if (fit === 'unknown' && label instanceof Label && bounds !== undefined && readDim(bounds.to).base !== readDim(axis).base) return conflict(pass, label, axis, span);
  if (fit === 'unknown' && label === undefined) {
    return pass.report('index-out-of-range', span, { position: textOf(span), size: readableDim(axis), base: pass.base }, { hint: 'nothing shows that the position is on the axis' });
  }
  return pass.report('index-out-of-range', span, { position: positionText(form, bounds, pass.base, span), size: lastPosition(axis, pass.base), base: pass.base });
}

const lastPosition = (axis: Dim, base: number): string => readableDim(base === 1 ? axis : shiftDim(axis, -1));

function positionText(form: Affine, bounds: Bounds | undefined, base: number, span: Span): string {
  if (bounds === undefined) return textOf(span);
  const from = shiftDim(bounds.from, base);
  return form.terms.size === 0 ? from : `${from}..${shiftDim(bounds.to, base)}`;
}

interface Bounds {
  readonly from: Dim;
  readonly to: Dim;
}

/** The smallest and largest 0-based position; undefined when that is no single symbol plus an integer. */
function boundsOf(form: Affine, offset: Dim): Bounds | undefined {
  let from: Dim | undefined = offset;
  let to: Dim | undefined = offset;
  for (const [index, coef] of form.terms) {
    if (!(index instanceof Label)) return undefined;
    const last: Dim | undefined = timesDim(shiftDim(index.size ?? '1', -1), Math.abs(coef));
    if (last === undefined || from === undefined || to === undefined) return undefined;
    if (coef > 0) {
      to = addDims(to, last);
    } else {
      const n = constantDim(last);
      from = n === undefined ? mirrored(from, last) : shiftDim(from, -n);
    }
  }
  return from === undefined || to === undefined ? undefined : { from, to };
}

/** `offset − (N−1)` where the offset holds the same symbol: the position N+1-i. */
function mirrored(offset: Dim, last: Dim): Dim | undefined {
  const x = readDim(offset);
  const y = readDim(last);
  return x.base === y.base ? String(x.offset - y.offset) : undefined;
}
