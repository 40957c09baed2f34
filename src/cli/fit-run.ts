/** Runs a fit: the method that the model asks for, or the one that was asked for, and what there is to say of its end. */
import { explainAt } from '../answer/not-finite.ts';
import type { Bag } from '../diagnostics/bag.ts';
import type { Model } from '../elaborate/model.ts';
import type { Bounds } from '../runtime/constrained/bounds.ts';
import { RuntimeError } from '../runtime/error.ts';
import { fitStatistics, type FitStatistics } from '../runtime/least-squares/statistics.ts';
import type { LeastSquaresResult } from '../runtime/least-squares/levenberg-marquardt.ts';
import type { Monitor } from '../runtime/result.ts';
import { keptConstraints, solverConstraints, violationOf } from './fit-constraints.ts';
import { methods, type Method, type Optimizer, type RunOptions, type RunResult } from './fit-methods.ts';
import { problemOf, type Goal, type Problem } from './fit-problem.ts';
import type { Fitted } from './fit-report.ts';
import { boundsOf } from './fit-start.ts';
import type { ModelData } from './model-data.ts';
import type { Terminal } from './report.ts';

export interface FitRequest {
  readonly optimizer: Optimizer | undefined;
  readonly iterations: number | undefined;
  readonly rate: number;
  readonly level: number;
  readonly seed: number;
}

type Start = ReadonlyMap<string, Float64Array>;

/** Undefined when there is no result worth showing: it has been reported. */
export function runFit(model: Model, goal: Goal, data: ModelData, start: Start, request: FitRequest, terminal: Terminal, bag: Bag): Fitted | undefined {
  const constrained = model.requests.some((r) => r.constraint === 'equality' || r.constraint === 'inequality');
  if (request.optimizer !== undefined) {
    const method = checkedMethod(request.optimizer, goal, constrained, bag);
    const problem = method && problemOf(model, goal, data, start, method.needs, bag);
    return method && problem && finish(problem, method, boundsOf(problem), { model, data, request, terminal, bag });
  }
  const free: readonly Optimizer[] = goal.residuals === undefined ? ['lbfgs', 'lbfgsb'] : ['lm', 'lbfgs', 'lbfgsb'];
  const candidates: readonly Optimizer[] = constrained ? ['augmented-lagrangian'] : free;
  for (const method of candidates.map((name) => methods[name])) {
    const problem = problemOf(model, goal, data, start, method.needs, bag);
    if (problem === undefined) return undefined;
    const bounds = boundsOf(problem);
    if (problem.leastSquares !== undefined && problem.leastSquares.observations < problem.start.length) continue;
    if (method.needs === 'gradient' && method.keeps === undefined && bounds !== undefined) continue;
    const fitted = finish(problem, method, bounds, { model, data, request, terminal, bag });
    // free least squares inside the bounds are the fit; otherwise some of them hold, and there are no intervals
    if (fitted === undefined || bounds === undefined || firstOutside(fitted.result.x, bounds) < 0) return fitted;
  }
  return undefined;
}

/** The method that `--optimizer` names, unless it cannot do what the model asks. */
function checkedMethod(name: Optimizer, goal: Goal, constrained: boolean, bag: Bag): Method | undefined {
  const method = methods[name];
  if (method.needs === 'residuals' && goal.residuals === undefined) {
    bag.report('bad-flag-value', undefined, { flag: '--optimizer', value: name, expected: `a method for what is no sum of squares, as \`${goal.name}\`` });
    return undefined;
  }
  if (constrained && method.keeps !== 'constraints') {
    bag.report('constraints-not-kept', undefined, { optimizer: name });
    return undefined;
  }
  return method;
}

interface Context {
  readonly model: Model;
  readonly data: ModelData;
  readonly request: FitRequest;
  readonly terminal: Terminal;
  readonly bag: Bag;
}

function finish(problem: Problem, method: Method, bounds: Bounds | undefined, { model, data, request, terminal, bag }: Context): Fitted | undefined {
  const { goal, restrictions } = problem;
  const history: number[] = [];
  const options: RunOptions = {
    maxIterations: request.iterations ?? (method.first === true ? 10_000 : 1000), rate: request.rate, bounds: bounds ?? {}, ...solverConstraints(restrictions),
    monitor: watch(history, goal.kind === 'largest' ? -1 : 1, terminal),
  };
  const result = call(problem, method, options, bag);
  if (terminal.progress) terminal.writeError('\r\u001b[K');
  if (result === undefined) return undefined;
  if (result.status === 'not-finite') {
    const reason = explainAt(model, problem.pointAt(result.x));
    bag.report('fit-not-finite', undefined, { name: goal.name, reason: reason === undefined ? '' : `: ${reason}` });
    return undefined;
  }
  const kept = 'equalityMultipliers' in result ? keptConstraints(restrictions, result) : [];
  if (result.status === 'infeasible') {
    const worst = kept.reduce((a, b) => (violationOf(b) > violationOf(a) ? b : a));
    bag.report('fit-infeasible', undefined, { constraint: worst.constraint.text, violation: violationOf(worst).toPrecision(3) });
  } else if (!result.converged && result.status !== 'line-search-failed') {
    // where rounding errors rule there is no better point to be found
    bag.report('fit-not-converged', undefined, { status: result.status, iterations: String(result.iterations) });
  }
  if (request.optimizer !== undefined && bounds !== undefined) reportOutside(problem, result.x, bounds, bag);
  const statistics = 'jacobian' in result ? statisticsOf(problem, result, bag) : undefined;
  return { problem, method, result, kept, history, data, graph: model.graph, level: request.level, ...(statistics !== undefined && { statistics }) };
}

function call({ leastSquares, objective, start }: Problem, method: Method, options: RunOptions, bag: Bag): RunResult | undefined {
  try {
    if (method.needs === 'residuals') return leastSquares && method.run(leastSquares, start, options);
    if (objective === undefined) return undefined;
    if (method.needs === 'gradient') return method.run(objective, start, options);
    const { hessian, hessianProduct } = objective;
    if (method.needs === 'hessian') return hessian && method.run({ ...objective, hessian }, start, options);
    return hessianProduct && method.run({ ...objective, hessianProduct }, start, options);
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    bag.report('bad-data', undefined, { name: '--data', reason: error.message });
    return undefined;
  }
}

function statisticsOf(problem: Problem, result: LeastSquaresResult, bag: Bag): FitStatistics | undefined {
  if (result.residuals.length <= result.x.length) return undefined;
  const statistics = fitStatistics(result);
  const open = problem.params.filter((i) => statistics.standardErrors.slice(...problem.segment(i)).some((e) => !Number.isFinite(e)));
  if (open.length > 0) bag.report('fit-undetermined', undefined, { names: open.map((i) => `\`${i.name}\``).join(', ') });
  return statistics;
}

const at = (bound: Bounds['lower'], i: number, none: number): number => (typeof bound === 'number' ? bound : (bound?.[i] ?? none));

/** The first component outside of the bounds, or -1. */
function firstOutside(x: Float64Array, { lower, upper }: Bounds): number {
  return x.findIndex((xi, i) => !(xi >= at(lower, i, -Infinity) && xi <= at(upper, i, Infinity)));
}

/** A free method may end where the model does not allow it. */
function reportOutside({ params, segment }: Problem, x: Float64Array, bounds: Bounds, bag: Bag): void {
  const k = firstOutside(x, bounds);
  const [value, input] = [x[k], params.find((i) => k >= segment(i)[0] && k < segment(i)[1])];
  if (value === undefined || input === undefined) return;
  const [low, high] = [at(bounds.lower, k, -Infinity), at(bounds.upper, k, Infinity)];
  const bound = value < low ? `${input.name} >= ${low}` : `${input.name} <= ${high}`;
  bag.report('outside-bounds', undefined, { name: input.name, value: String(Number(value.toPrecision(6))), bound }, { hint: 'this method does not keep bounds: leave `--optimizer` out, or take `lbfgsb`' });
}

/** Keeps the values, and shows where the fit is on a terminal ten times a second. */
function watch(history: number[], sign: 1 | -1, terminal: Terminal): Monitor {
  let shown = 0;
  return ({ iteration, value, gradientNorm }) => {
    history.push(sign * value);
    if (!terminal.progress || performance.now() - shown < 100) return;
    shown = performance.now();
    terminal.writeError(`\r\u001b[K${iteration}: ${(sign * value).toPrecision(6)}, gradient ${gradientNorm.toPrecision(3)}`);
  };
}
