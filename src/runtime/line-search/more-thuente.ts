/**
 * Strong Wolfe conditions: Moré and Thuente, "Line search algorithms with guaranteed sufficient decrease", ACM
 * Transactions on Mathematical Software 20 (1994); the cases of the trial step are those of section 4.
 */
import { checkRange } from '../error.ts';
import type { Line, LineSearch } from './line.ts';

export interface WolfeOptions {
  /** sufficient decrease, 1e-4 when left out */
  readonly decrease?: number;
  /** |slope| at the accepted point relative to the first slope, 0.9 when left out; towards 0 the search becomes exact */
  readonly curvature?: number;
  /** longest step, 1e20 when left out */
  readonly longest?: number;
  /** evaluations, 40 when left out */
  readonly limit?: number;
}

/** An end of the interval: step, value and slope of the function that the search works on. */
interface End {
  step: number;
  value: number;
  slope: number;
}

export function moreThuente(options: WolfeOptions = {}): LineSearch {
  const { decrease = 1e-4, curvature = 0.9, longest = 1e20, limit = 40 } = options;
  checkRange('decrease', decrease, 0, 0.5);
  checkRange('curvature', curvature, 0, 1);
  const interval = new Interval();
  return (line, firstStep) => {
    let step = Math.min(firstStep, longest);
    let bound = longest;
    interval.start(line, step);
    for (let trial = 0; trial < limit; trial++) {
      line.evaluate(step);
      if (!(Number.isFinite(line.value) && Number.isFinite(line.slope))) {
        // beyond the domain: the bound moves in, the interval knows nothing of this point
        bound = step;
        step = interval.best.step + 0.1 * (step - interval.best.step);
        interval.limit(bound);
        continue;
      }
      const enough = line.startValue + step * decrease * line.startSlope;
      if (line.judged <= enough && Math.abs(line.slope) <= -curvature * line.startSlope) return true;
      if (step === longest && line.judged <= enough) return true;
      if (interval.exhausted(step)) return line.judged < line.startValue && line.judged <= enough;
      step = interval.next(line, step, decrease * line.startSlope, bound);
    }
    return line.judged < line.startValue;
  };
}

/** The interval of uncertainty. `best` has the lowest value so far. */
class Interval {
  readonly best: End = { step: 0, value: 0, slope: 0 };
  readonly #other: End = { step: 0, value: 0, slope: 0 };
  readonly #trial: End = { step: 0, value: 0, slope: 0 };
  #bracketed = false;
  #first = true;
  #width = 0;
  #widthBefore = 0;
  #low = 0;
  #high = 0;
  #origin = 0;

  start(line: Line, step: number): void {
    setEnd(this.best, 0, line.startValue, line.startSlope);
    setEnd(this.#other, 0, line.startValue, line.startSlope);
    this.#bracketed = false;
    this.#first = true;
    this.#width = Infinity;
    this.#widthBefore = Infinity;
    this.#low = 0;
    this.#high = 5 * step;
    this.#origin = line.startValue;
  }

  limit(bound: number): void {
    this.#high = Math.min(this.#high, bound);
  }

  exhausted(step: number): boolean {
    return this.#bracketed && (step <= this.#low || step >= this.#high || this.#high - this.#low <= 1e-15 * this.#high);
  }

  /** Takes in the trial point and returns the next step; `slope` is the slope of the line of sufficient decrease. */
  next(line: Line, step: number, slope: number, bound: number): number {
    const excess = line.judged - this.#origin - step * slope;
    if (this.#first && excess <= 0 && line.slope >= 0) this.#first = false;
    const modified = this.#first && line.judged <= this.best.value && excess > 0;
    setEnd(this.#trial, step, line.judged, line.slope);
    // until a point with sufficient decrease is known the search minimises f less the line of sufficient decrease
    if (modified) this.#tilt(-slope);
    let next = this.#choose();
    if (modified) this.#tilt(slope);
    if (this.#bracketed) {
      const width = Math.abs(this.#other.step - this.best.step);
      if (width >= 0.66 * this.#widthBefore) next = this.best.step + 0.5 * (this.#other.step - this.best.step);
      this.#widthBefore = this.#width;
      this.#width = width;
      this.#low = Math.min(this.best.step, this.#other.step);
      this.#high = Math.max(this.best.step, this.#other.step);
      if (next <= this.#low || next >= this.#high || this.#high - this.#low <= 1e-15 * this.#high) next = this.best.step;
    } else {
      this.#low = next + 1.1 * (next - this.best.step);
      this.#high = next + 4 * (next - this.best.step);
    }
    return Math.min(next, bound);
  }

  #tilt(slope: number): void {
    tiltEnd(this.best, slope);
    tiltEnd(this.#other, slope);
    tiltEnd(this.#trial, slope);
  }

  /** The four cases of section 4; replaces an end by the trial point. */
  #choose(): number {
    const x = this.best;
    const y = this.#other;
    const t = this.#trial;
    const turned = t.slope * Math.sign(x.slope) < 0;
    let next: number;
    if (t.value > x.value) {
      const cubic = cubicStep(x, t);
      const quadratic = x.step + (x.slope / ((x.value - t.value) / (t.step - x.step) + x.slope) / 2) * (t.step - x.step);
      next = Math.abs(cubic - x.step) < Math.abs(quadratic - x.step) ? cubic : cubic + (quadratic - cubic) / 2;
      this.#bracketed = true;
    } else if (turned) {
      const cubic = cubicStep(t, x);
      const secant = t.step + (t.slope / (t.slope - x.slope)) * (x.step - t.step);
      next = Math.abs(cubic - t.step) > Math.abs(secant - t.step) ? cubic : secant;
      this.#bracketed = true;
    } else if (Math.abs(t.slope) < Math.abs(x.slope)) {
      next = this.#flatter(x, y, t);
    } else if (this.#bracketed) {
      next = cubicStep(t, y);
    } else {
      next = t.step > x.step ? this.#high : this.#low;
    }
    if (t.value > x.value) setEnd(y, t.step, t.value, t.slope);
    else {
      if (turned) setEnd(y, x.step, x.value, x.slope);
      setEnd(x, t.step, t.value, t.slope);
    }
    return next;
  }

  /** Lower value, same sign of the slope, less steep: the cubic may have no minimum in the direction of the step. */
  #flatter(x: End, y: End, t: End): number {
    const theta = (3 * (x.value - t.value)) / (t.step - x.step) + x.slope + t.slope;
    const s = Math.max(Math.abs(theta), Math.abs(x.slope), Math.abs(t.slope));
    let gamma = s * Math.sqrt(Math.max(0, (theta / s) ** 2 - (x.slope / s) * (t.slope / s)));
    if (t.step > x.step) gamma = -gamma;
    const r = (gamma - t.slope + theta) / (gamma + (x.slope - t.slope) + gamma);
    const edge = t.step > x.step ? this.#high : this.#low;
    const cubic = r < 0 && gamma !== 0 ? t.step + r * (x.step - t.step) : edge;
    const secant = t.step + (t.slope / (t.slope - x.slope)) * (x.step - t.step);
    const cubicNearer = Math.abs(cubic - t.step) < Math.abs(secant - t.step);
    if (!this.#bracketed) return Math.min(Math.max(cubicNearer ? secant : cubic, this.#low), this.#high);
    const near = cubicNearer ? cubic : secant;
    const most = t.step + 0.66 * (y.step - t.step);
    return t.step > x.step ? Math.min(most, near) : Math.max(most, near);
  }
}

function setEnd(end: End, step: number, value: number, slope: number): void {
  end.step = step;
  end.value = value;
  end.slope = slope;
}

function tiltEnd(end: End, slope: number): void {
  end.value += end.step * slope;
  end.slope += slope;
}

/** The minimiser of the cubic with the values and slopes of both ends. */
function cubicStep(a: End, b: End): number {
  const theta = (3 * (a.value - b.value)) / (b.step - a.step) + a.slope + b.slope;
  const s = Math.max(Math.abs(theta), Math.abs(a.slope), Math.abs(b.slope));
  let gamma = s * Math.sqrt(Math.max(0, (theta / s) ** 2 - (a.slope / s) * (b.slope / s)));
  if (b.step < a.step) gamma = -gamma;
  const r = (gamma - a.slope + theta) / (gamma - a.slope + gamma + b.slope);
  return a.step + r * (b.step - a.step);
}
