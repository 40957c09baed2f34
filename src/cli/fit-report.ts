/** What `diffc fit` prints. */
import { nest } from '../answer/point.ts';
import type { Bag } from '../diagnostics/bag.ts';
import { evaluateDim } from '../ir/dim.ts';
import { evaluateScalars } from '../ir/evaluate.ts';
import type { Graph } from '../ir/graph.ts';
import type { FitStatistics } from '../runtime/least-squares/statistics.ts';
import { studentQuantile } from '../runtime/least-squares/student.ts';
import type { Result } from '../runtime/result.ts';
import { constraintsJson, CONSTRAINT_TOLERANCE, violationOf, type Kept } from './fit-constraints.ts';
import type { Method } from './fit-methods.ts';
import type { Problem } from './fit-problem.ts';
import type { ModelData } from './model-data.ts';
import { naturalOf, type Natural } from './natural.ts';
import { jsonDiagnostics, toJson } from './report.ts';
import { table } from './table.ts';

export interface Fitted {
  readonly problem: Problem;
  readonly method: Method;
  readonly result: Result;
  readonly statistics?: FitStatistics;
  /** the constraints of `subject to` where the fit ended */
  readonly kept: readonly Kept[];
  /** the value after each iteration */
  readonly history: readonly number[];
  readonly data: ModelData;
  readonly graph: Graph;
  readonly level: number;
}

interface Component {
  readonly name: string;
  readonly value: number;
  readonly error?: number;
  readonly interval?: readonly [low: number, high: number];
}

/** Every component as people declared it: `via` is undone. */
function componentsOf(fitted: Fitted): Component[] {
  const { problem, result, data, graph } = fitted;
  return problem.params.flatMap((input) => {
    const segment = problem.segment(input);
    const natural = naturalOf(graph, input, data.sizes);
    const values = natural.forward(result.x.slice(...segment));
    const spreads = fitted.statistics === undefined ? [] : spreadsOf(fitted.statistics, fitted, natural, segment);
    const shape = input.shape.map((dim) => evaluateDim(dim, data.sizes));
    return Array.from(values, (value, k): Component => ({ name: shape.length === 0 ? input.name : `${input.name}[${positions(k, shape).join(', ')}]`, value, ...spreads[k] }));
  });
}

/** Standard errors to first order; intervals are mapped by their ends where each number is mapped by itself. */
function spreadsOf({ covariance, interval, degreesOfFreedom }: FitStatistics, { result, level }: Fitted, natural: Natural, [from, to]: readonly [number, number]): Pick<Component, 'error' | 'interval'>[] {
  const [count, width] = [to - from, result.x.length];
  const u = result.x.slice(from, to);
  const [values, J] = [natural.forward(u), natural.jacobian(u)];
  const ends = [0, 1].map((side) => natural.forward(u.map((_, k) => interval(from + k, level)[side] ?? Number.NaN)));
  const t = studentQuantile(level, degreesOfFreedom);
  return Array.from(values, (value, i) => {
    const row = J.subarray(i * count, (i + 1) * count);
    let variance = 0;
    for (const [j, a] of row.entries()) for (const [k, b] of row.entries()) if (a !== 0 && b !== 0) variance += a * b * (covariance[(from + j) * width + from + k] ?? 0);
    const error = Math.sqrt(variance);
    const [a, b] = natural.elementwise ? [ends[0]?.[i] ?? 0, ends[1]?.[i] ?? 0] : [value - t * error, value + t * error];
    return { error, interval: [Math.min(a, b), Math.max(a, b)] };
  });
}

/** From 1, as the language counts. */
function positions(at: number, shape: readonly number[]): number[] {
  const sizes = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  return sizes.map((size, axis) => (Math.floor(at / size) % (shape[axis] ?? 1)) + 1);
}

/** What `--out` writes: the parameters by name, as `--start` reads them. */
export function parametersJson({ problem, result, data, graph }: Fitted): Record<string, unknown> {
  return Object.fromEntries(problem.params.map((input) => {
    const shape = input.shape.map((dim) => evaluateDim(dim, data.sizes));
    return [input.name, nest({ shape, data: naturalOf(graph, input, data.sizes).forward(result.x.slice(...problem.segment(input))) })];
  }));
}

/** Element by element: what is 0 or at most 0 there, and the multiplier. */
function constraintRows(kept: readonly Kept[]): string[][] {
  return kept.flatMap(({ constraint: { name, kind, text, shape }, values, multipliers }) => Array.from(values, (c, k) => {
    const place = shape.length === 0 ? '' : `[${positions(k, shape).join(', ')}]`;
    const violation = kind === 'equality' ? Math.abs(c) : Math.max(c, 0);
    const slack = kind === 'equality' ? '' : shortOrZero(Math.max(-c, 0));
    return [`${name}${place}`, text, shortOrZero(violation), slack, short(multipliers[k] ?? 0)];
  }));
}

const LONGEST = 40;
const short = (x: number): string => String(Number(x.toPrecision(6)));
const shortOrZero = (x: number): string => short(x <= CONSTRAINT_TOLERANCE ? 0 : x);

/** The objective as the model has it; of residuals half the sum of their squares. */
function valueOf({ problem, result, graph }: Fitted): number {
  const { goal } = problem;
  return goal.kind === 'residuals' ? result.value : (evaluateScalars(graph, [goal.node], problem.pointAt(result.x))[0] ?? Number.NaN);
}

/** The first rows, and where the others are. */
function shortTable(head: readonly string[], rows: readonly (readonly string[])[], all: string): string {
  const more = rows.length - LONGEST;
  return `${table(head, rows.slice(0, LONGEST))}${more > 0 ? `… and ${more} more: ${all}\n` : ''}`;
}

export function fitText(source: string, fitted: Fitted, data: string | undefined): string {
  const { problem: { goal }, method, result, statistics, level, kept } = fitted;
  const components = componentsOf(fitted);
  const squares = goal.kind === 'residuals' || method.needs === 'residuals';
  const what = squares ? `least squares of ${goal.name}` : `the ${goal.kind} ${goal.name}`;
  const head = statistics === undefined ? ['parameter', 'value'] : ['parameter', 'value', 'std. error', `${Number((100 * level).toPrecision(4))} % interval`];
  const rows = components.map(({ name, value, error, interval }) => [name, short(value), ...(error === undefined || interval === undefined ? [] : [short(error), `${short(interval[0])} … ${short(interval[1])}`])]);
  const fit = statistics === undefined
    ? `${goal.kind === 'residuals' ? 'half the sum of squares' : goal.name} = ${short(valueOf(fitted))}`
    : `residual standard deviation ${short(statistics.residualDeviation)} on ${statistics.degreesOfFreedom} degrees of freedom, sum of squares ${short(statistics.residualSumOfSquares)}`;
  const classes = [...fitted.data.classes].map(([name, labels]) => `${name}: ${labels.map((label, k) => `${k} = ${label}`).join(', ')}\n`);
  return [
    `${source}${data === undefined ? '' : ` on ${data}`}: ${what} by ${method.title}\n`,
    `${result.converged ? 'converged' : result.status} after ${result.iterations} iterations, ${result.evaluations} evaluations\n\n`,
    shortTable(head, rows, '`--out FILE.json` writes them'),
    ...(kept.length === 0 ? [] : ['\n', shortTable(['constraint', '', 'violation', 'slack', 'multiplier'], constraintRows(kept), '`--json` shows them')]),
    `\n${fit}\n`, ...classes,
  ].join('');
}

export function fitJson(source: string, fitted: Fitted, bag: Bag): string {
  const { problem: { goal }, method, result, statistics, level, kept } = fitted;
  return `${toJson({
    ok: !bag.hasErrors, version: 1, source, of: goal.name, goal: goal.kind === 'residuals' || method.needs === 'residuals' ? 'least squares' : goal.kind, method: method.title,
    status: result.status, converged: result.converged, iterations: result.iterations, evaluations: result.evaluations, value: valueOf(fitted),
    parameters: parametersJson(fitted),
    ...(kept.length > 0 && { violation: Math.max(...kept.map(violationOf)), constraints: constraintsJson(kept) }),
    ...(statistics !== undefined && {
      level, components: componentsOf(fitted).map(({ name, value, error, interval }) => ({ name, value, standardError: error, interval })),
      degreesOfFreedom: statistics.degreesOfFreedom, residualSumOfSquares: statistics.residualSumOfSquares, residualDeviation: statistics.residualDeviation,
    }),
    ...(fitted.data.classes.size > 0 && { classes: Object.fromEntries(fitted.data.classes) }),
    diagnostics: jsonDiagnostics(bag.diagnostics),
  })}\n`;
}
