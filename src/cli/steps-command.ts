/** `diffc steps EXPR`: the derivation in numbered steps. `--check ANSWER`: is this answer right? */
import { spellDerivations, type SpeltDerivation } from '../answer/derivation.ts';
import { refuseInto } from '../compile.ts';
import { Bag } from '../diagnostics/bag.ts';
import type { NotationName } from '../print/print.ts';
import type { Arguments } from './arguments.ts';
import { checkAnswer } from './answer-check.ts';
import { jsonDiagnostics, printDiagnostics, reportFailure, toJson, type ExitCode, type Terminal } from './report.ts';
import { onlyTarget, readSubject } from './subject.ts';

export function stepsCommand(targets: readonly string[], args: Arguments, terminal: Terminal): ExitCode {
  const format = args.flags.has('json') ? 'json' : 'text';
  const target = onlyTarget(targets, { name: 'steps', takes: 'an expression' }, args, terminal, new Bag());
  if (target === undefined) return 2;
  const bag = new Bag();
  const subject = readSubject(target, args, terminal, bag);
  if (subject?.kind === 'file') bag.report('not-supported', undefined, { what: 'a derivation for a whole file' }, { hint: 'give one expression: `diffc steps "sin(x^2)"`' });
  if (subject === undefined || subject.kind === 'file') {
    reportFailure(terminal, format, bag.diagnostics);
    return 1;
  }
  const answer = args.flags.get('check');
  if (answer !== undefined) return checkAnswer(subject, answer, args, terminal, bag);
  if (subject.model.graph.shape(subject.of.node).length > 0) bag.report('not-supported', undefined, { what: 'a derivation for a vector or a matrix' }, { hint: 'take one component, or its sum' });
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

function derivationText({ by, steps, result }: SpeltDerivation): string {
  const digits = String(steps.length).length;
  const lines = steps.flatMap(({ title, note, left, right }, k) => [
    `${String(k + 1).padStart(digits + 2)}. ${title}${note === '' ? '' : ` (${note})`}`,
    `${' '.repeat(digits + 4)}${left} = ${right}`,
  ]);
  return [`with respect to ${by}:`, ...lines, `  result: ${result}`, ''].join('\n');
}
