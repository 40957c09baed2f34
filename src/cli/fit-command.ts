/** `diffc fit FILE --data FILE`: parameters that fit the data, without writing code. */
import { Bag } from '../diagnostics/bag.ts';
import type { Model } from '../elaborate/model.ts';
import { replaceFile } from '../project/files.ts';
import { chartSvg } from '../runtime/chart/svg.ts';
import type { Arguments } from './arguments.ts';
import { OPTIMIZERS } from './flags.ts';
import { goalOf } from './fit-problem.ts';
import { fitJson, fitText, parametersJson, type Fitted } from './fit-report.ts';
import { runFit, type FitRequest } from './fit-run.ts';
import { startOf } from './fit-start.ts';
import { readModelData } from './model-data.ts';
import { printDiagnostics, reportFailure, type ExitCode, type Terminal } from './report.ts';
import { choice, numberOf, onlyTarget, readSubject } from './subject.ts';

export function fitCommand(targets: readonly string[], args: Arguments, terminal: Terminal): ExitCode {
  const format = args.flags.has('json') ? 'json' : 'text';
  const request = readRequest(args);
  const target = onlyTarget(targets, { name: 'fit', takes: 'a model file' }, args, terminal, new Bag());
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

function readRequest(args: Arguments): FitRequest {
  return {
    optimizer: choice(args, 'optimizer', OPTIMIZERS), seed: numberOf(args, 'seed') ?? 1, iterations: numberOf(args, 'iterations'),
    rate: numberOf(args, 'rate') ?? 0.01, level: numberOf(args, 'level') ?? 0.95,
  };
}

function fit(model: Model, args: Arguments, request: FitRequest, terminal: Terminal, bag: Bag): Fitted | undefined {
  const goal = goalOf(model, args.flags.get('of'), args.flags.has('maximize') ? 'largest' : undefined, bag);
  if (goal === undefined) return undefined;
  const data = readModelData(model, args, bag);
  if (data === undefined) return undefined;
  const start = startOf(model, goal.params, data, args, request.seed, bag);
  return bag.hasErrors ? undefined : runFit(model, goal, data, start, request, terminal, bag);
}
