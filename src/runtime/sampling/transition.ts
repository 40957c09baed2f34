/** What one step of a chain is, whichever the method. */
import type { Point } from './phase-space.ts';

/** What happened in a step; the object is reused. */
export interface StepReport {
  /** mean Metropolis acceptance over the trajectory */
  acceptance: number;
  /** the energy ran away: the integrator does not follow the density here */
  divergent: boolean;
  leapfrogs: number;
  /** of the tree; 0 for methods without */
  depth: number;
  /** of the new point with the momentum it arrived with */
  energy: number;
}

export interface Transition {
  readonly report: StepReport;
  /** Moves `z` to the next state of the chain: position, density and gradient. */
  move(z: Point, step: number): void;
}

/** An energy error of this size ends a trajectory, as in Stan. */
export const DIVERGENCE = 1000;

export const newReport = (): StepReport => ({ acceptance: 0, divergent: false, leapfrogs: 0, depth: 0, energy: 0 });
