/** `diffc verify FILE|EXPR`: every derivative object against independent numbers. */
import { pointText } from '../answer/claims.ts';
import { expressionRequests, verifyModel, type VerifiedObject, type Worst } from '../answer/verification.ts';
import { refuseInto } from '../compile.ts';
import { Bag } from '../diagnostics/bag.ts';
import type { Arguments } from './arguments.ts';
import { jsonPoint } from './point-json.ts';
import { jsonDiagnostics, printDiagnostics, reportFailure, toJson, type ExitCode, type Terminal } from './report.ts';
import { numberOf, onlyTarget, readSubject } from './subject.ts';
import { table } from './table.ts';

const POINTS = 5;
const SEED = 1;
/** Errors of the last of 46 digits are none. */
const EXACT = 1e-40;

export function verifyCommand(targets: readonly string[], args: Arguments, terminal: Terminal): ExitCode {
  const format = args.flags.has('json') ? 'json' : 'text';
  const points = numberOf(args, 'points') ?? POINTS;
  const seed = numberOf(args, 'seed') ?? SEED;
  const target = onlyTarget(targets, { name: 'verify', takes: 'a model file or an expression' }, args, terminal, new Bag());
  if (target === undefined) return 2;
  const bag = new Bag();
  const subject = readSubject(target, args, terminal, bag);
  if (subject === undefined) {
    reportFailure(terminal, format, bag.diagnostics);
    return 1;
  }
  const model = subject.kind === 'file' ? subject.model : expressionRequests(subject.model, subject.of, subject.wrt);
  const shown = terminal.progress && format === 'text';
  const objects = verifyModel(model, {
    points, seed,
    ...(shown && { progress: (done: number, total: number, what: string) => terminal.writeError(`\r\u001b[K[${done + 1}/${total}] ${what}`) }),
  }, refuseInto(bag));
  if (shown) terminal.writeError('\r\u001b[K');
  for (const o of objects) {
    if (o.verdict !== 'wrong') continue;
    const worst = worstOf(o);
    bag.report('derivative-wrong', undefined, { object: nameOf(o), error: errorText(worst), point: worst === undefined ? '' : pointText(worst.point) });
  }
  if (objects.length === 0 && !bag.hasErrors) bag.report('nothing-to-generate', undefined, { path: subject.name });
  if (format === 'json') writeJson(terminal, subject.name, { points, seed }, objects, bag);
  else writeText(terminal, objects, bag);
  return bag.hasErrors ? 1 : 0;
}

function writeText(terminal: Terminal, objects: readonly VerifiedObject[], bag: Bag): void {
  const rows = objects.map((o) => [nameOf(o), errorText(o.derivative), errorText(o.emitted), o.verdict, noteOf(o)]);
  terminal.write(table(['object', 'derivative', 'emitted', 'verdict', 'worst at'], rows));
  const count = (verdict: VerifiedObject['verdict']): number => objects.filter((o) => o.verdict === verdict).length;
  const unverified = count('not verified');
  if (objects.length > 0) terminal.write(`${count('right')} passed, ${count('wrong')} failed${unverified > 0 ? `, ${unverified} not verified` : ''}\n`);
  printDiagnostics(terminal, bag.diagnostics);
}

function nameOf({ kind, of, by }: VerifiedObject): string {
  return `${kind} of ${of}${by.length > 0 ? ` wrt ${by.join(', ')}` : ''}`;
}

function worstOf({ derivative, emitted }: VerifiedObject): Worst | undefined {
  if (derivative === undefined || emitted === undefined) return derivative ?? emitted;
  // derivatives are compared in 46 digits, modules in doubles: what is wrong is wrong by far more than either
  return derivative.error > 1e-15 ? derivative : emitted;
}

const errorText = (worst: Worst | undefined): string => (worst === undefined ? '-' : worst.error < EXACT ? '0' : worst.error.toExponential(1));

function noteOf(o: VerifiedObject): string {
  const worst = worstOf(o);
  const where = worst === undefined || worst.error === 0 ? '' : pointText(worst.point);
  return [where.length > 60 ? `${where.slice(0, 59)}…` : where, ...o.notes].filter((s) => s !== '').join('; ');
}

function writeJson(terminal: Terminal, source: string, { points, seed }: { readonly points: number; readonly seed: number }, objects: readonly VerifiedObject[], bag: Bag): void {
  const worst = (w: Worst | undefined): unknown => (w === undefined ? null : { error: w.error, at: jsonPoint(w.point) });
  terminal.write(`${toJson({
    ok: !bag.hasErrors, version: 1, source, points, seed,
    objects: objects.map((o) => ({
      function: o.function, kind: o.kind, of: o.of, by: o.by, verdict: o.verdict, points: o.points,
      derivative: worst(o.derivative), emitted: worst(o.emitted), notes: o.notes,
    })),
    passed: objects.filter((o) => o.verdict === 'right').length, failed: objects.filter((o) => o.verdict === 'wrong').length,
    diagnostics: jsonDiagnostics(bag.diagnostics),
  })}\n`);
}
