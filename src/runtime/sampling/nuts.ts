/**
 * The No-U-Turn sampler: Hoffman and Gelman, JMLR 15 (2014), with multinomial sampling along the trajectory and the
 * generalised criterion of Betancourt, arXiv:1701.02434, appendix A.4, and the two further checks across the seam of
 * subtrees that Stan makes since 2.21. Trees are built leaf by leaf with a stack of finished subtrees.
 */
import type { Random } from '../random.ts';
import { Point } from './phase-space.ts';
import type { Hamiltonian } from './phase-space.ts';
import { DIVERGENCE, newReport } from './transition.ts';
import type { StepReport, Transition } from './transition.ts';

/** A state that may become the next one. */
interface Proposal {
  q: Float64Array;
  g: Float64Array;
  density: number;
  energy: number;
}

/** A finished part of a trajectory. Arrays change owners when parts are joined; nothing is allocated. */
class Part {
  /** ln of the sum of weights exp(H₀ - H) */
  logWeight = 0;
  /** sum of the momenta */
  readonly rho: Float64Array;
  pFirst: Float64Array;
  vFirst: Float64Array;
  pLast: Float64Array;
  vLast: Float64Array;
  proposal: Proposal;

  constructor(n: number) {
    this.rho = new Float64Array(n);
    this.pFirst = new Float64Array(n);
    this.vFirst = new Float64Array(n);
    this.pLast = new Float64Array(n);
    this.vLast = new Float64Array(n);
    this.proposal = { q: new Float64Array(n), g: new Float64Array(n), density: 0, energy: 0 };
  }

  /** The single state `z`. */
  set(z: Point, energy: number, logWeight: number): void {
    this.logWeight = logWeight;
    this.rho.set(z.p);
    this.pFirst.set(z.p);
    this.vFirst.set(z.velocity);
    this.pLast.set(z.p);
    this.vLast.set(z.velocity);
    this.proposal.q.set(z.q);
    this.proposal.g.set(z.g);
    this.proposal.density = z.density;
    this.proposal.energy = energy;
  }
}

export class Nuts implements Transition {
  readonly report: StepReport = newReport();
  readonly #hamiltonian: Hamiltonian;
  readonly #random: Random;
  readonly #maxDepth: number;
  readonly #whole: Part;
  readonly #stack: Part[];
  readonly #ends: { readonly forward: Point; readonly backward: Point };
  #acceptance = 0;

  constructor(hamiltonian: Hamiltonian, random: Random, n: number, maxDepth: number) {
    this.#hamiltonian = hamiltonian;
    this.#random = random;
    this.#maxDepth = maxDepth;
    this.#whole = new Part(n);
    this.#stack = Array.from({ length: maxDepth + 1 }, () => new Part(n));
    this.#ends = { forward: new Point(n), backward: new Point(n) };
  }

  move(z: Point, step: number): void {
    const { report } = this;
    const { forward, backward } = this.#ends;
    this.#hamiltonian.kick(z, this.#random);
    const start = z.energy();
    const whole = this.#whole;
    whole.set(z, start, 0);
    forward.copy(z);
    backward.copy(z);
    report.depth = 0;
    report.leapfrogs = 0;
    report.divergent = false;
    this.#acceptance = 0;
    while (report.depth < this.#maxDepth) {
      const ahead = this.#random.uniform() < 0.5;
      const complete = this.#grow(report.depth, ahead ? forward : backward, ahead ? step : -step, start);
      if (!complete) break;
      report.depth++;
      if (!this.#extend(ahead)) break;
    }
    report.acceptance = this.#acceptance / report.leapfrogs;
    const { q, g, density, energy } = whole.proposal;
    z.q.set(q);
    z.g.set(g);
    z.density = density;
    report.energy = energy;
  }

  /** 2^depth steps beyond `end`, as the bottom of the stack; false when they diverge or turn back on the way. */
  #grow(depth: number, end: Point, step: number, start: number): boolean {
    const stack = this.#stack;
    const count = 2 ** depth;
    let height = 0;
    for (let leaf = 0; leaf < count; leaf++) {
      this.#hamiltonian.leapfrog(end, step);
      const h = end.energy();
      // written so that an energy that is NaN diverges
      const gain = start - h;
      this.report.leapfrogs++;
      if (gain > 0) this.#acceptance += 1;
      else if (gain <= 0) this.#acceptance += Math.exp(gain);
      if (!(gain >= -DIVERGENCE)) {
        this.report.divergent = true;
        return false;
      }
      stack[height++]!.set(end, h, gain);
      // as many joins as the number of leaves so far has trailing zeros
      for (let bits = leaf; bits % 2 === 1; bits = (bits - 1) / 2) {
        height--;
        if (!this.#join(stack[height - 1]!, stack[height]!)) return false;
      }
    }
    return true;
  }

  /** Appends `right` to `left`, choosing a proposal by weight; false when the union turns back. */
  #join(left: Part, right: Part): boolean {
    const goesOn =
      straight(left.vFirst, right.vLast, left.rho, right.rho) &&
      straight(left.vFirst, right.vFirst, left.rho, right.pFirst) &&
      straight(left.vLast, right.vLast, right.rho, left.pLast);
    const total = logSum(left.logWeight, right.logWeight);
    if (this.#random.uniform() < Math.exp(right.logWeight - total)) swapProposals(left, right);
    left.logWeight = total;
    add(left.rho, right.rho);
    const { pLast, vLast } = left;
    left.pLast = right.pLast;
    left.vLast = right.vLast;
    right.pLast = pLast;
    right.vLast = vLast;
    return goesOn;
  }

  /** Takes the finished part into the trajectory, at its last or at its first end; prefers proposals that are far away. */
  #extend(ahead: boolean): boolean {
    const whole = this.#whole;
    const part = this.#stack[0]!;
    if (this.#random.uniform() < Math.exp(part.logWeight - whole.logWeight)) swapProposals(whole, part);
    whole.logWeight = logSum(whole.logWeight, part.logWeight);
    // the part starts beside the inner end
    const outerV = ahead ? whole.vFirst : whole.vLast;
    const innerP = ahead ? whole.pLast : whole.pFirst;
    const innerV = ahead ? whole.vLast : whole.vFirst;
    const goesOn =
      straight(outerV, part.vLast, whole.rho, part.rho) &&
      straight(outerV, part.vFirst, whole.rho, part.pFirst) &&
      straight(innerV, part.vLast, part.rho, innerP);
    add(whole.rho, part.rho);
    innerP.set(part.pLast);
    innerV.set(part.vLast);
    return goesOn;
  }
}

/** Whether both velocities point along r₁ + r₂. */
function straight(first: Float64Array, last: Float64Array, r1: Float64Array, r2: Float64Array): boolean {
  let a = 0;
  let b = 0;
  for (let i = 0; i < first.length; i++) {
    const rho = r1[i]! + r2[i]!;
    a += first[i]! * rho;
    b += last[i]! * rho;
  }
  return a > 0 && b > 0;
}

function swapProposals(a: Part, b: Part): void {
  const held = a.proposal;
  a.proposal = b.proposal;
  b.proposal = held;
}

function add(y: Float64Array, x: Float64Array): void {
  for (let i = 0; i < y.length; i++) y[i]! += x[i]!;
}

/** ln(eᵃ + eᵇ) */
function logSum(a: number, b: number): number {
  const high = Math.max(a, b);
  return high === -Infinity ? high : high + Math.log1p(Math.exp(Math.min(a, b) - high));
}
