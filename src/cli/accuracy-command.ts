/** `diffc accuracy FILE|EXPR`: the emitted value and gradient in ulp of the exact ones. */
import { measureAccuracy, type AccuracyRow, type SampledRange } from '../answer/accuracy.ts';
import { pointText } from '../answer/claims.ts';
import { refuseInto } from '../compile.ts';
import { Bag } from '../diagnostics/bag.ts';
import type { Input, Model } from '../elaborate/model.ts';
import type { Arguments } from './arguments.ts';
import { jsonPoint } from './point-json.ts';
import { readRanges, type GivenRange } from './range-text.ts';
import { jsonDiagnostics, printDiagnostics, reportFailure, toJson, type ExitCode, type Terminal } from './report.ts';
import { numberOf, onlyTarget, readSubject, reportUnused, type Subject } from './subject.ts';
import { table } from './table.ts';

const POINTS = { range: 1000, random: 20 } as const;

export function accuracyCommand(targets: readonly string[], args: Arguments, terminal: Terminal): ExitCode {
  const format = args.flags.has('json') ? 'json' : 'text';
  const usage = new Bag();
  const points = numberOf(args, 'points') ?? (args.flags.has('range') ? POINTS.range : POINTS.random);
  const seed = numberOf(args, 'seed') ?? 1;
  const given = readRanges(args.flags.get('range'), usage);
  const target = onlyTarget(targets, { name: 'accuracy', takes: 'a model file or an expression' }, args, terminal, usage);
  if (target === undefined) return 2;
  const bag = new Bag();
  const subject = readSubject(target, args, terminal, bag);
  const ranges = subject === undefined ? [] : given.flatMap((range) => inputRange(subject.model, range, bag));
  const rows = subject === undefined || bag.hasErrors ? [] : measureAccuracy(requested(subject), { ranges, points, seed }, refuseInto(bag));
  if (bag.hasErrors || subject === undefined) {
    reportFailure(terminal, format, bag.diagnostics);
    return 1;
  }
  if (rows.every((r) => r.count === 0)) bag.report('never-defined', undefined, { what: `\`${subject.name}\`` });
  if (format === 'json') writeJson(terminal, subject.name, { points, seed }, rows, bag);
  else writeText(terminal, rows, bag);
  return 0;
}

/** An expression asks for its value and gradient. */
function requested(subject: Subject): Model {
  if (subject.kind === 'file') return subject.model;
  const { model, of, wrt } = subject;
  const [first] = wrt;
  if (first === undefined) return model;
  const derivative = model.graph.shape(of.node).length === 0 ? 'gradient' : 'jacobian';
  return { ...model, requests: [{ what: ['value', derivative], of: [of], wrt: wrt.map(({ name, node }) => ({ name, node })), along: [], using: [], docs: [], span: first.span }] };
}

function inputRange(model: Model, { name, from, to }: GivenRange, bag: Bag): SampledRange[] {
  const input = model.inputs.find((i) => i.name === name);
  if (input === undefined) {
    reportUnused(name, model, bag);
    return [];
  }
  const inside = clipped(input, from, to);
  if (input.shape.length > 0 || input.element !== 'real' || input.via !== undefined) bag.report('bad-data', undefined, { name, reason: 'a range is for one real number' });
  else if (inside === undefined) bag.report('empty-sample-range', undefined, { name, from: String(from), to: String(to) }, { hint: `the model declares other bounds for \`${name}\`` });
  else return [{ input, ...inside }];
  return [];
}

/** The part of a range that the declared bounds leave. */
function clipped({ bounds }: Input, from: number, to: number): { readonly from: number; readonly to: number } | undefined {
  let [lo, hi] = [from, to];
  for (const { relation, value } of bounds) {
    if (relation === '>' || relation === '>=') lo = Math.max(lo, value);
    if (relation === '<' || relation === '<=') hi = Math.min(hi, value);
  }
  return lo < hi ? { from: lo, to: hi } : undefined;
}

const nameOf = ({ kind, of, by }: AccuracyRow): string => `${kind} of ${of}${by.length > 0 ? ` wrt ${by.join(', ')}` : ''}`;
const ulpText = (ulp: number): string => (ulp < 1000 ? ulp.toFixed(2) : ulp.toExponential(1));

function writeText(terminal: Terminal, rows: readonly AccuracyRow[], bag: Bag): void {
  const cells = rows.map((r) => {
    const where = r.worst === undefined ? '' : pointText(r.worst.point);
    const notes = [
      where.length > 60 ? `${where.slice(0, 59)}…` : where,
      ...(r.notFinite === undefined ? [] : [`${r.notFinite.count} not finite, first at ${pointText(r.notFinite.point).slice(0, 60)}`]),
      ...(r.doubleOnly.length === 0 ? [] : [`in doubles only: ${r.doubleOnly.join(', ')}`]),
    ];
    return [nameOf(r), r.worst === undefined ? '-' : ulpText(r.worst.ulp), ulpText(r.meanUlp), String(r.count), notes.filter((n) => n !== '').join('; ')];
  });
  terminal.write(table(['result', 'worst ulp', 'mean ulp', 'compared', 'worst at'], cells));
  printDiagnostics(terminal, bag.diagnostics);
}

function writeJson(terminal: Terminal, source: string, { points, seed }: { readonly points: number; readonly seed: number }, rows: readonly AccuracyRow[], bag: Bag): void {
  terminal.write(`${toJson({
    ok: true, version: 1, source, points, seed,
    results: rows.map((r) => ({
      function: r.function, kind: r.kind, of: r.of, by: r.by, compared: r.count, meanUlp: r.meanUlp,
      worst: r.worst === undefined ? null : { ulp: r.worst.ulp, computed: r.worst.computed, exact: r.worst.exact, at: jsonPoint(r.worst.point) },
      notFinite: r.notFinite === undefined ? null : { count: r.notFinite.count, at: jsonPoint(r.notFinite.point) },
      doubleOnly: r.doubleOnly,
    })),
    diagnostics: jsonDiagnostics(bag.diagnostics),
  })}\n`);
}
