/** `diffc fit FILE --data FILE`: parameters that fit the data, without writing code. */
import { explainAt } from '../answer/not-finite.ts';
import { Bag } from '../diagnostics/bag.ts';
import { suggest } from '../diagnostics/suggest.ts';
import type { Model } from '../elaborate/model.ts';
import { replaceFile } from '../project/files.ts';
import type { Bounds } from '../runtime/constrained/bounds.ts';
import { RuntimeError } from '../runtime/error.ts';
import { fitStatistics, type FitStatistics } from '../runtime/least-squares/statistics.ts';
import type { LeastSquaresResult } from '../runtime/least-squares/levenberg-marquardt.ts';
import type { Monitor, Result } from '../runtime/result.ts';
import { chartSvg } from '../runtime/training/chart.ts';
import type { Arguments } from './arguments.ts';
import { methods, type Method, type RunOptions } from './fit-methods.ts';
import { goalOf, problemOf, type Goal, type Problem } from './fit-problem.ts';
import { fitJson, fitText, parametersJson, type Fitted } from './fit-report.ts';
import { boundsOf, startOf } from './fit-start.ts';
import { readModelData, type ModelData } from './model-data.ts';
import { printDiagnostics, reportFailure, type ExitCode, type Terminal } from './report.ts';
import { onlyTarget, readSubject, wholeNumber } from './subject.ts';

interface Request {
  readonly optimizer: string | undefined;
  readonly iterations: number | undefined;
  readonly rate: number;
  readonly level: number;
  readonly seed: number;
}

export function fitCommand(targets: readonly string[], args: Arguments, terminal: Terminal): ExitCode {
  const format = args.flags.has('json') ? 'json' : 'text';
  const usage = new Bag();
  const request = readRequest(args, usage);
  const target = onlyTarget(targets, { name: 'fit', takes: 'a model file' }, args, terminal, usage);
  if (target === undefined) return 2;
  const bag = new Bag();
  const subject = readSubject(target, args, terminal, bag);
  if (subject?.kind === 'expression') bag.report('not-supported', undefined, { what: 'fitting an expression' }, { hint: 'put it into a model file with `data` and `param` lines' });
  const fitted = subject?.kind === 'file' && !bag.hasErrors ? fit(subject.model, args, request, terminal, bag) : undefined;
  if (fitted === undefined) {
    reportFailure(terminal, format, bag.diagnostics);
    return 1;
  }
  const out = args.flags.get('out');
  if (out !== undefined) replaceFile(out, `${JSON.stringify(parametersJson(fitted), null, 2)}\n`, bag);
  const plot = args.flags.get('plot');
  if (plot !== undefined) replaceFile(plot, chartSvg([{ name: fitted.problem.goal.name, x: fitted.history.map((_, k) => k + 1), y: fitted.history }], { xLabel: 'iteration' }), bag);
  if (format === 'json') terminal.write(fitJson(target, fitted, bag));
  else {
    terminal.write(fitText(target, fitted, args.flags.get('data')));
    printDiagnostics(terminal, bag.diagnostics);
  }
  return bag.hasErrors ? 1 : 0;
}

function readRequest(args: Arguments, bag: Bag): Request {
  const optimizer = args.flags.get('optimizer');
  if (optimizer !== undefined && !Object.hasOwn(methods, optimizer)) {
    const better = suggest(optimizer, Object.keys(methods));
    bag.report('bad-flag-value', undefined, { flag: '--optimizer', value: optimizer, expected: `one of ${Object.keys(methods).join(', ')}` }, better === undefined ? {} : { hint: `did you mean \`${better}\`?` });
  }
  return {
    optimizer, seed: wholeNumber(args, 'seed', 1, 0, 2 ** 32 - 1, bag),
    iterations: args.flags.has('iterations') ? wholeNumber(args, 'iterations', 0, 1, 1e9, bag) : undefined,
    rate: realNumber(args, 'rate', 0.01, Infinity, bag), level: realNumber(args, 'level', 0.95, 1, bag),
  };
}

/** A number above 0 and below `most`. */
function realNumber({ flags }: Arguments, flag: 'rate' | 'level', standard: number, most: number, bag: Bag): number {
  const text = flags.get(flag);
  if (text === undefined) return standard;
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && value < most) return value;
  bag.report('bad-flag-value', undefined, { flag: `--${flag}`, value: text, expected: `a number above 0${most === Infinity ? '' : ` and below ${most}`}` });
  return standard;
}

function fit(model: Model, args: Arguments, request: Request, terminal: Terminal, bag: Bag): Fitted | undefined {
  const goal = goalOf(model, args.flags.get('of'), args.flags.has('maximize') ? 'largest' : undefined, bag);
  if (goal === undefined) return undefined;
  const data = readModelData(model, args, bag);
  if (data === undefined) return undefined;
  const start = startOf(model, goal.params, data, args, request.seed, bag);
  if (bag.hasErrors) return undefined;
  const name = request.optimizer ?? (goal.residuals === undefined ? 'lbfgs' : 'lm');
  if (methods[name]?.needs === 'residuals' && goal.residuals === undefined) {
    bag.report('bad-flag-value', undefined, { flag: '--optimizer', value: name, expected: `a method for what is no sum of squares, as \`${goal.name}\`` });
    return undefined;
  }
  return run(model, goal, data, start, name, request, terminal, bag);
}

function run(model: Model, goal: Goal, data: ModelData, start: ReadonlyMap<string, Float64Array>, name: string, request: Request, terminal: Terminal, bag: Bag): Fitted | undefined {
  const method = methods[name];
  if (method === undefined) return undefined;
  const problem = problemOf(model, goal, data, start, method.needs, bag);
  if (problem === undefined) return undefined;
  const bounds = boundsOf(problem);
  const automatic = request.optimizer === undefined;
  if (automatic && method.needs === 'residuals' && (problem.leastSquares?.observations ?? 0) < problem.start.length) return run(model, goal, data, start, 'lbfgs', request, terminal, bag);
  if (automatic && name === 'lbfgs' && bounds !== undefined) return run(model, goal, data, start, 'lbfgsb', request, terminal, bag);
  const history: number[] = [];
  const options: RunOptions = { maxIterations: request.iterations ?? (method.first === true ? 10_000 : 1000), rate: request.rate, bounds: bounds ?? {}, monitor: watch(history, goal.kind === 'largest' ? -1 : 1, terminal) };
  const result = call(problem, method, options, bag);
  if (terminal.progress) terminal.writeError('\r\u001b[K');
  if (result === undefined) return undefined;
  // a free fit inside the bounds is the fit; otherwise some of them hold, and there are no intervals
  if (automatic && 'jacobian' in result && bounds !== undefined && !within(result.x, bounds)) return run(model, goal, data, start, 'lbfgsb', request, terminal, bag);
  if (result.status === 'not-finite') {
    const reason = explainAt(model, problem.pointAt(result.x));
    bag.report('fit-not-finite', undefined, { name: goal.name, reason: reason === undefined ? '' : `: ${reason}` });
    return undefined;
  }
  // where rounding errors rule there is no better point to be found
  if (!result.converged && result.status !== 'line-search-failed') bag.report('fit-not-converged', undefined, { status: result.status, iterations: String(result.iterations) });
  const statistics = 'jacobian' in result ? statisticsOf(problem, result, bag) : undefined;
  return { problem, method, result, history, data, graph: model.graph, level: request.level, ...(statistics !== undefined && { statistics }) };
}

function call({ leastSquares, objective, start }: Problem, method: Method, options: RunOptions, bag: Bag): Result | LeastSquaresResult | undefined {
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

function within(x: Float64Array, { lower, upper }: Bounds): boolean {
  const at = (bound: Bounds['lower'], i: number, none: number): number => (typeof bound === 'number' ? bound : (bound?.[i] ?? none));
  return x.every((xi, i) => xi >= at(lower, i, -Infinity) && xi <= at(upper, i, Infinity));
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
