/** The part of the plane that a chart shows, and the numbers on its axes. */
import type { ChartOptions, Curve } from './curve.ts';

export interface Frame {
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly top: number;
  readonly logarithmic: boolean;
}

/** Where the curves and shades are; never empty. */
export function frameOf(curves: readonly Curve[], { scale = 'auto', shades }: ChartOptions): Frame {
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
  const include = (x: number, y: number): void => {
    if (!Number.isFinite(y) || (scale === 'logarithmic' && y <= 0)) return;
    [left, right, bottom, top] = [Math.min(left, x), Math.max(right, x), Math.min(bottom, y), Math.max(top, y)];
  };
  for (const { x, y, low } of curves) {
    for (let k = 0; k < x.length; k++) {
      include(x[k]!, y[k]!);
      if (low !== undefined) include(x[k]!, low[k]!);
    }
  }
  if (shades !== undefined) for (const end of [0, 1] as const) include(shades.x[end], shades.y[end]);
  if (!(left <= right)) [left, right, bottom, top] = [0, 1, 0, 1];
  if (left === right) right = left + 1;
  const logarithmic = scale === 'logarithmic' || (scale === 'auto' && bottom > 0 && top > 20 * bottom);
  if (bottom === top) [bottom, top] = logarithmic ? [bottom / 2, 2 * top] : [bottom - 1, top + 1];
  return { left, right, bottom, top, logarithmic };
}

/** The frame with a part of its width more on each side, and of its height. */
export function widened({ left, right, bottom, top, logarithmic }: Frame, part: number): Frame {
  const across = part * (right - left);
  const [below, above] = logarithmic ? [bottom * (bottom / top) ** part, top * (top / bottom) ** part] : [bottom - part * (top - bottom), top + part * (top - bottom)];
  return { left: left - across, right: right + across, bottom: below, top: above, logarithmic };
}

/** The frame widened about its middle until one unit takes as many pixels across as up. */
export function withEqualUnits(frame: Frame, width: number, height: number): Frame {
  const unit = Math.max((frame.right - frame.left) / width, (frame.top - frame.bottom) / height);
  const [x, y] = [(frame.left + frame.right) / 2, (frame.bottom + frame.top) / 2];
  return { ...frame, left: x - (unit * width) / 2, right: x + (unit * width) / 2, bottom: y - (unit * height) / 2, top: y + (unit * height) / 2 };
}

export const shown = ({ logarithmic }: Frame, y: number): boolean => Number.isFinite(y) && (!logarithmic || y > 0);

/** From 0 at the bottom to 1 at the top. */
export const heightOf = ({ bottom, top, logarithmic }: Frame, y: number): number => (logarithmic ? Math.log(y / bottom) / Math.log(top / bottom) : (y - bottom) / (top - bottom));

/** Four to ten round numbers between two. */
export function ticks(from: number, to: number): number[] {
  const rough = (to - from) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((m) => m * power >= rough) ?? 10);
  const first = Math.ceil(from / step);
  return Array.from({ length: Math.floor(to / step) - first + 1 }, (_, k) => (first + k) * step);
}

/** Powers of ten, thinned out; where there are fewer than two, the ends. */
export function decades({ bottom, top }: Frame): number[] {
  const [low, high] = [Math.ceil(Math.log10(bottom)), Math.floor(Math.log10(top))];
  if (high - low < 1) return [bottom, top];
  const step = Math.ceil((high - low + 1) / 8);
  return Array.from({ length: Math.floor((high - low) / step) + 1 }, (_, k) => 10 ** (low + k * step));
}

export const tickText = (x: number): string => String(Number(x.toPrecision(3)));
