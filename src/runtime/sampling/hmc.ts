/**
 * Hamiltonian Monte Carlo with trajectories of a given length: Duane et al., Physics Letters B 195 (1987); Neal,
 * Handbook of Markov Chain Monte Carlo (2011), chapter 5. Lengths are drawn around the given one, since one length
 * would be a whole period of some direction (section 5.4.2.2 there).
 */
import type { Random } from '../random.ts';
import { Point } from './phase-space.ts';
import type { Hamiltonian } from './phase-space.ts';
import { DIVERGENCE, newReport } from './transition.ts';
import type { StepReport, Transition } from './transition.ts';

/** Steps so small that more would be needed lead nowhere. */
const MOST_STEPS = 1024;

export class StaticHmc implements Transition {
  readonly report: StepReport = newReport();
  readonly #hamiltonian: Hamiltonian;
  readonly #random: Random;
  readonly #time: number;
  readonly #trial: Point;

  constructor(hamiltonian: Hamiltonian, random: Random, n: number, time: number) {
    this.#hamiltonian = hamiltonian;
    this.#random = random;
    this.#time = time;
    this.#trial = new Point(n);
  }

  move(z: Point, step: number): void {
    const { report } = this;
    this.#hamiltonian.kick(z, this.#random);
    const start = z.energy();
    const trial = this.#trial;
    trial.copy(z);
    const time = this.#time * (0.5 + this.#random.uniform());
    const steps = Math.max(1, Math.min(MOST_STEPS, Math.round(time / step)));
    report.divergent = false;
    report.leapfrogs = 0;
    while (report.leapfrogs < steps && !report.divergent) {
      this.#hamiltonian.leapfrog(trial, step);
      report.leapfrogs++;
      report.divergent = !(start - trial.energy() >= -DIVERGENCE);
    }
    const gain = report.divergent ? -Infinity : start - trial.energy();
    report.acceptance = Math.min(1, Math.exp(gain));
    report.energy = start;
    if (this.#random.uniform() < report.acceptance) {
      z.copy(trial);
      report.energy = trial.energy();
    }
  }
}
