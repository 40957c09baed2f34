/**
 * Iterations and evaluations on the problems of Moré, Garbow and Hillstrom until f is within 10⁻⁶ of a known minimum,
 * beside SciPy on the very same emitted functions, where a Python that has it is given by DIFFC_PYTHON.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { conjugateGradient } from '../../src/runtime/directions/conjugate-gradient.ts';
import { lbfgs } from '../../src/runtime/directions/lbfgs.ts';
import { newtonCg } from '../../src/runtime/directions/newton-cg.ts';
import { levenbergMarquardt } from '../../src/runtime/least-squares/levenberg-marquardt.ts';
import type { LeastSquares, ProductObjective } from '../../src/runtime/problem.ts';
import type { Monitor } from '../../src/runtime/result.ts';
import { trustRegionCg } from '../../src/runtime/trust-region.ts';
import { mghProblems, mghText, type MghProblem } from '../../tests/runtime/mgh.ts';
import { curvedObjectiveOf, functionsOf, leastSquaresOf } from '../../tests/runtime/support.ts';
import { PeerProcess } from '../peers/process.ts';

interface Forms {
  /** f = ‖r‖² */
  readonly objective: ProductObjective;
  /** ½‖r‖² */
  readonly residuals: LeastSquares;
}

interface Method {
  readonly name: string;
  /** the nearest method of SciPy */
  readonly peer: string;
  readonly dense?: true;
  readonly run: (forms: Forms, start: readonly number[], monitor: Monitor) => void;
}

const options = { gradientTolerance: 1e-9, maxIterations: 5000 };
const METHODS: readonly Method[] = [
  { name: 'Levenberg-Marquardt', peer: 'lm', dense: true, run: ({ residuals }, start, monitor) => void levenbergMarquardt(residuals, start, { monitor }) },
  { name: 'L-BFGS', peer: 'L-BFGS-B', run: ({ objective }, start, monitor) => void lbfgs(objective, start, { ...options, monitor }) },
  { name: 'conjugate gradients', peer: 'CG', run: ({ objective }, start, monitor) => void conjugateGradient(objective, start, { ...options, monitor }) },
  { name: 'Newton-CG', peer: 'Newton-CG', run: ({ objective }, start, monitor) => void newtonCg(objective, start, { ...options, monitor }) },
  { name: 'trust region CG', peer: 'trust-ncg', run: ({ objective }, start, monitor) => void trustRegionCg(objective, start, { ...options, monitor }) },
];
/** A run that has not arrived by then is given up. */
const MOST_EVALUATIONS = 20_000;

interface Arrival {
  readonly iterations: number;
  readonly evaluations: number;
}

/** The functions of a problem with a counter that sees when a known minimum is met. */
class Watched implements Forms {
  readonly objective: ProductObjective;
  readonly residuals: LeastSquares;
  /** done so far */
  iterations = 0;
  arrival: Arrival | undefined;
  #evaluations = 0;
  readonly #minima: readonly number[];

  constructor({ objective, residuals }: Forms, minima: readonly number[]) {
    this.#minima = minima;
    this.objective = { ...objective, dimension: objective.dimension, hessianProduct: (x, v, out) => objective.hessianProduct(x, v, out), valueGradient: (x, g) => this.#saw(objective.valueGradient(x, g)) };
    this.residuals = {
      dimension: residuals.dimension, observations: residuals.observations,
      residuals: (x, r) => {
        residuals.residuals(x, r);
        this.#saw(r.reduce((s, ri) => s + ri * ri, 0));
      },
      jacobian: (x, r, J) => residuals.jacobian(x, r, J),
    };
  }

  get over(): boolean {
    return this.arrival !== undefined || this.#evaluations >= MOST_EVALUATIONS;
  }

  #saw(value: number): number {
    this.#evaluations++;
    if (this.#minima.some((m) => Math.abs(value - m) <= 1e-6 * Math.max(m, 1e-3))) this.arrival ??= { iterations: this.iterations + 1, evaluations: this.#evaluations };
    return value;
  }
}

export function run(): string {
  const python = process.env['DIFFC_PYTHON'];
  const peer = python !== undefined && spawnSync(python, ['-c', 'import scipy']).status === 0 ? new PeerProcess(python, [join(import.meta.dirname, '../peers/fitting.py')]) : undefined;
  const version = peer?.read();
  const rows = mghProblems.map((problem) => {
    const f = functionsOf(mghText(problem), problem.sizes);
    const forms: Forms = { objective: curvedObjectiveOf(f, problem.data), residuals: leastSquaresOf(f, 'r', problem.data) };
    console.error('%s', problem.name);
    return { problem: problem.name, cells: METHODS.map((method) => (method.dense && problem.start.length > 100 ? undefined : { own: own(method, forms, problem), peer: peer && asked(peer, method, forms, problem) })) };
  });
  peer?.close();
  const text = [
    '# fitting', '',
    'Iterations / evaluations of the function until f = ‖r‖² is within 10⁻⁶·max(f*, 10⁻³) of a known minimum f* (Moré, Garbow and Hillstrom 1981), - where a run ends elsewhere or takes more than 20,000 evaluations. '
    + (version === undefined ? 'No SciPy: set DIFFC_PYTHON to a Python that has it.' : `In brackets ${version} on the same emitted functions.`), '',
    `| problem | ${METHODS.map((m) => (version === undefined ? m.name : `${m.name} (${m.peer})`)).join(' | ')} |`,
    `| --- |${METHODS.map(() => ' --: |').join('')}`,
    ...rows.map(({ problem, cells }) => `| ${problem} | ${cells.map((c) => (c === undefined ? '' : `${figures(c.own)}${version === undefined ? '' : ` (${figures(c.peer)})`}`)).join(' | ')} |`),
    '',
  ].join('\n');
  const results = join(import.meta.dirname, '../results');
  writeFileSync(join(results, 'fitting.md'), text);
  writeFileSync(join(results, 'fitting.json'), `${JSON.stringify({ version, methods: METHODS.map(({ name, peer: other }) => ({ name, peer: other })), rows }, null, 2)}\n`);
  return text;
}

const figures = (arrival: Arrival | undefined): string => (arrival === undefined ? '-' : `${arrival.iterations}/${arrival.evaluations}`);

function own(method: Method, forms: Forms, { start, minima }: MghProblem): Arrival | undefined {
  const watched = new Watched(forms, minima);
  method.run(watched, start, ({ iteration }) => {
    watched.iterations = iteration;
    return watched.over ? 'stop' : undefined;
  });
  return watched.arrival;
}

/** The same by SciPy, which asks for every value. */
function asked(peer: PeerProcess, method: Method, forms: Forms, { start, minima }: MghProblem): Arrival | undefined {
  const watched = new Watched(forms, minima);
  const n = start.length;
  const m = forms.residuals.observations;
  const [g, product, r, J] = [new Float64Array(n), new Float64Array(n), new Float64Array(m), new Float64Array(method.dense ? m * n : 0)];
  let question = peer.ask(`${method.peer}|${start.join(' ')}`);
  while (question !== 'end') {
    const [what = '', iterations, ...numbers] = question.split(' ');
    const x = Float64Array.from(numbers.slice(0, n), Number);
    watched.iterations = Number(iterations);
    const answers: Readonly<Record<string, () => readonly (number | Float64Array)[]>> = {
      value: () => [watched.objective.valueGradient(x, g), g],
      product: () => [(watched.objective.hessianProduct(x, Float64Array.from(numbers.slice(n), Number), product), product)],
      residuals: () => [(watched.residuals.residuals(x, r), r)],
      jacobian: () => [(watched.residuals.jacobian(x, r, J), J)],
    };
    const answer = answers[what]?.().flatMap((part) => (typeof part === 'number' ? [part] : [...part]));
    question = peer.ask(answer === undefined || watched.over ? 'stop' : answer.join(' '));
  }
  return watched.arrival;
}
