/** `diffc plot EXPR --range x=-5:5`: a function of one number and its derivative, in the terminal or as an SVG file. */
import { answerText } from '../answer/text.ts';
import { ask } from '../answer/question.ts';
import { simplifyAnswer } from '../answer/simplify.ts';
import { refuseInto } from '../compile.ts';
import { Bag } from '../diagnostics/bag.ts';
import { reportUnknownFunctions } from '../answer/evaluate.ts';
import { evaluate } from '../ir/evaluate.ts';
import { replaceFile } from '../project/files.ts';
import type { Arguments } from './arguments.ts';
import { svgPlot, terminalPlot, type Plot } from './curve.ts';
import { readPoint } from './point-text.ts';
import { readRanges } from './range-text.ts';
import { jsonDiagnostics, printDiagnostics, reportFailure, toJson, type ExitCode, type Terminal } from './report.ts';
import { onlyTarget, readSubject, type Subject } from './subject.ts';

type Expression = Extract<Subject, { kind: 'expression' }>;
const STANDARD = { from: -5, to: 5 } as const;
const ROWS = 16;
const POINTS = 401;

export function plotCommand(targets: readonly string[], args: Arguments, terminal: Terminal): ExitCode {
  const format = args.flags.has('json') ? 'json' : 'text';
  const usage = new Bag();
  const ranges = readRanges(args.flags.get('range'), usage);
  const at = args.flags.get('at');
  const values = at === undefined ? undefined : readPoint(at, 'at', usage);
  const target = onlyTarget(targets, { name: 'plot', takes: 'an expression' }, args, terminal, usage);
  if (target === undefined) return 2;
  const bag = new Bag();
  const subject = readSubject(target, args, terminal, bag);
  if (subject?.kind === 'file') bag.report('not-supported', undefined, { what: 'a plot of a whole file' }, { hint: 'give one expression: `diffc plot "sin(x)"`' });
  const plot = subject?.kind === 'expression' && !bag.hasErrors ? sampled(subject, ranges, values ?? new Map(), bag) : undefined;
  if (plot === undefined || bag.hasErrors) {
    reportFailure(terminal, format, bag.diagnostics);
    return 1;
  }
  const file = args.flags.get('out');
  if (file !== undefined) replaceFile(file, svgPlot(plot), bag);
  if (bag.hasErrors) {
    reportFailure(terminal, format, bag.diagnostics);
    return 1;
  }
  if (format === 'json') terminal.write(`${toJson({ ok: true, version: 1, expression: plot.name, x: plot.x, curves: plot.curves, diagnostics: jsonDiagnostics(bag.diagnostics) })}\n`);
  else {
    if (file === undefined) terminal.write(terminalPlot(plot, Math.max(20, Math.min(72, terminal.width - 16)), ROWS, terminal.colour && process.stdout.isTTY));
    else terminal.writeError(`wrote ${file}\n`);
    printDiagnostics(terminal, bag.diagnostics);
  }
  return 0;
}

/** Value and derivative at the places of the plot; undefined, and a diagnostic, when there is no curve. */
function sampled(subject: Expression, ranges: readonly { readonly name: string; readonly from: number; readonly to: number }[], values: ReadonlyMap<string, unknown>, bag: Bag): Plot | undefined {
  const { model, of, name } = subject;
  const scalars = model.inputs.filter((i) => i.shape.length === 0 && i.element === 'real');
  const [range] = ranges;
  const input = scalars.find((i) => i.name === range?.name) ?? (range === undefined ? scalars.find((i) => !values.has(i.name)) : undefined);
  if (range !== undefined && input === undefined) bag.report('unused-value', undefined, { name: range.name });
  if (model.graph.shape(of.node).length > 0) bag.report('expected-scalar', model.inputs[0]?.span, { what: 'what is plotted', found: 'a vector or a matrix' });
  if (input === undefined || bag.hasErrors) {
    if (!bag.hasErrors) bag.report('nothing-to-plot', undefined, { expression: name });
    return undefined;
  }
  const others = model.inputs.filter((i) => i !== input);
  const constants = new Map<string, number>();
  for (const { name: other } of others) {
    const value = values.get(other);
    if (typeof value === 'number') constants.set(other, value);
    else bag.report('missing-value', undefined, { name: other });
  }
  const sizes = new Map<string, number>();
  for (const dim of model.dims) {
    const size = dim.value ?? values.get(dim.name);
    if (typeof size === 'number') sizes.set(dim.name, size);
    else bag.report('missing-value', undefined, { name: dim.name });
  }
  if (bag.hasErrors || reportUnknownFunctions(model.graph, [of.node], {}, bag)) return undefined;
  const question = simplifyAnswer(model, ask(model, of.node, undefined, { order: 1, wrt: [input.name] }, refuseInto(bag)));
  const [derivative] = question.gradient;
  if (derivative === undefined || bag.hasErrors) return undefined;
  const print = answerText(model, question, 'ascii');
  const { from, to } = range ?? STANDARD;
  const x = Array.from({ length: POINTS }, (_, k) => from + ((to - from) * k) / (POINTS - 1));
  const rows = x.map((at) => evaluate(model.graph, [question.value, derivative.node], { sizes, inputs: new Map([...constants, [input.name, at]]) }).map((t) => finite(t.data[0])));
  const curve = (k: number): number[] => rows.map((row) => row[k] ?? Number.NaN);
  return { name, x, curves: [{ label: print(question.shown), y: curve(0) }, { label: `d/d${input.name} = ${print(derivative.shown)}`, y: curve(1) }] };
}

const finite = (value: number | undefined): number => (value !== undefined && Number.isFinite(value) ? value : Number.NaN);
