/** `diffc steps EXPR`: the derivation in numbered steps. `--check ANSWER`: is this answer right? */
import { spellDerivations, type SpeltDerivation } from '../answer/derivation.ts';
import { refuseInto } from '../compile.ts';
import { Bag } from '../diagnostics/bag.ts';
import type { NotationName } from '../print/print.ts';
import type { Arguments } from './arguments.ts';
import { checkAnswer } from './answer-check.ts';
import { jsonDiagnostics, printDiagnostics, reportFailure, toJson, type ExitCode, type Terminal } from './report.ts';
import { onlyTarget, readSubject, type ExpressionSubject } from './subject.ts';

export function stepsCommand(targets: readonly string[], args: Arguments, terminal: Terminal): ExitCode {
  const format = args.flags.has('json') ? 'json' : 'text';
  const target = onlyTarget(targets, { name: 'steps', takes: 'an expression' }, args, terminal, new Bag());
  if (target === undefined) return 2;
  const bag = new Bag();
  const read = readSubject(target, args, terminal, bag);
  const subject = read?.kind === 'expression' ? asAsked(read, bag) : read;
  if (subject?.kind === 'file') bag.report('not-supported', undefined, { what: 'a derivation for a whole file' }, { hint: 'give one expression: `diffc steps "sin(x^2)"`' });
  if (subject === undefined || subject.kind === 'file') {
    reportFailure(terminal, format, bag.diagnostics);
    return 1;
  }
  const answer = args.flags.get('check');
  if (answer !== undefined && !bag.hasErrors) return checkAnswer(subject, answer, args, terminal, bag);
  if (!bag.hasErrors && subject.model.graph.shape(subject.of.node).length > 0) bag.report('not-supported', undefined, { what: 'a derivation for a vector or a matrix' }, { hint: 'take one component, or its sum' });
  const notation: NotationName = args.flags.has('latex') ? 'latex' : args.flags.has('unicode') ? 'unicode' : 'ascii';
  const derivations = bag.hasErrors ? [] : spellDerivations(subject.model, { name: undefined, node: subject.of.node, wrt: subject.wrt }, notation, refuseInto(bag));
  if (bag.hasErrors) {
    reportFailure(terminal, format, bag.diagnostics);
    return 1;
  }
  if (format === 'json') {
    terminal.write(`${toJson({
      ok: true, version: 1, expression: target, notation,
      derivations: derivations.map(({ by, steps, result }) => ({
        by, steps: steps.map(({ rule, title, note, left, right }, k) => ({ number: k + 1, rule, title, note, left, right })), result,
      })),
      diagnostics: jsonDiagnostics(bag.diagnostics),
    })}\n`);
  } else {
    terminal.write(derivations.map((d) => derivationText(d)).join('\n'));
    printDiagnostics(terminal, bag.diagnostics);
  }
  return 0;
}

/** In `steps "d/dx x^2"` the derivative is the question: its steps are those of x^2, by x. */
function asAsked(subject: ExpressionSubject, bag: Bag): ExpressionSubject {
  const { answer, inputs } = subject.model;
  if (answer?.kind !== 'derivative') return subject;
  const node = answer.of.at(-1) ?? answer.node;
  if (answer.rule === 'gradient') return { ...subject, of: { ...subject.of, node } };
  const wrt = inputs.filter((input) => input.name === answer.by);
  if (wrt.length === 0) bag.report('not-supported', undefined, { what: 'a derivation for a derivative that is not a first one by one variable' }, { hint: 'give what is differentiated once: `diffc steps "x^3"`, then `diffc steps "3*x^2"`' });
  return { ...subject, of: { ...subject.of, node }, wrt };
}

function derivationText({ by, steps, result }: SpeltDerivation): string {
  const digits = String(steps.length).length;
  const lines = steps.flatMap(({ title, note, left, right }, k) => [
    `${String(k + 1).padStart(digits + 2)}. ${title}${note === '' ? '' : ` (${note})`}`,
    `${' '.repeat(digits + 4)}${left} = ${right}`,
  ]);
  return [`with respect to ${by}:`, ...lines, `  result: ${result}`, ''].join('\n');
}
