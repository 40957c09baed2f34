/** `diffc steps --check ANSWER EXPR`: the answer against the derivative, with what it seems to be off by. */
import { joinAnswer, judgeAnswer, type AnswerPoint, type AnswerVerdict, type Slip } from '../answer/answer-check.ts';
import { pointText } from '../answer/claims.ts';
import { ask } from '../answer/question.ts';
import { readExpression, refuseInto } from '../compile.ts';
import type { Bag } from '../diagnostics/bag.ts';
import type { Model } from '../elaborate/model.ts';
import { derivationOf } from '../explain/derivation.ts';
import { Builder } from '../ir/build.ts';
import type { NodeId } from '../ir/types.ts';
import { gradient } from '../autodiff/reverse.ts';
import { printNode } from '../print/print.ts';
import type { Arguments } from './arguments.ts';
import { jsonPoint } from './point-json.ts';
import { jsonDiagnostics, printDiagnostics, reportFailure, toJson, type ExitCode, type Terminal } from './report.ts';
import type { Subject } from './subject.ts';

type Expression = Extract<Subject, { kind: 'expression' }>;

export function checkAnswer(subject: Expression, answer: string, args: Arguments, terminal: Terminal, bag: Bag): ExitCode {
  const format = args.flags.has('json') ? 'json' : 'text';
  const judged = judge(subject, answer, args, bag);
  if (judged === undefined) {
    reportFailure(terminal, format, bag.diagnostics);
    return 1;
  }
  const { by, verdict } = judged;
  report(verdict, bag);
  if (format === 'json') {
    terminal.write(`${toJson({
      ok: !bag.hasErrors, version: 1, expression: subject.name, answer, by, verdict: verdict.kind,
      proved: verdict.kind === 'equal' && verdict.proved,
      missing: verdict.kind === 'equal with conditions' ? place(verdict.missing) : null,
      counterexample: verdict.kind === 'wrong' ? place(verdict.counterexample) : null,
      factor: verdict.kind === 'wrong' ? (verdict.factor ?? null) : null,
      diagnostics: jsonDiagnostics(bag.diagnostics),
    })}\n`);
  } else if (bag.hasErrors) {
    reportFailure(terminal, format, bag.diagnostics);
  } else {
    terminal.write(`${verdictText(verdict)}\n`);
    printDiagnostics(terminal, bag.diagnostics);
  }
  return bag.hasErrors ? 1 : 0;
}

function judge({ model, of, wrt, name }: Expression, answer: string, args: Arguments, bag: Bag): { readonly by: string; readonly verdict: AnswerVerdict } | undefined {
  const [x, second] = wrt;
  if (x === undefined || second !== undefined) {
    bag.report('missing-wrt', undefined, { request: '`--check`' }, { hint: `add \`--wrt\` with one of ${wrt.map((i) => i.name).join(', ')}` });
    return undefined;
  }
  const read = readExpression({ name: '<answer>', text: answer }, { mode: args.flags.has('matrix') ? 'matrix' : 'math' }, bag);
  const found = read?.answer;
  if (read === undefined || found === undefined || bag.hasErrors) return undefined;
  if (found.kind === 'check' || found.kind === 'explanation') {
    bag.report('not-supported', undefined, { what: 'a claim as an answer' }, { hint: 'give the derivative alone' });
    return undefined;
  }
  const joined = joinAnswer(model, read, found.node);
  if ('strangers' in joined) {
    bag.report('answer-other-variables', undefined, { names: joined.strangers.map((n) => `\`${n}\``).join(', '), expression: name });
    return undefined;
  }
  const refuse = refuseInto(bag);
  const derivative = ask(model, of.node, undefined, { order: 1, wrt: [x.name] }, refuse).gradient[0]?.node;
  if (derivative === undefined || bag.hasErrors) return undefined;
  const { graph } = model;
  if (graph.shape(derivative).join() !== graph.shape(joined.node).join()) {
    bag.report('answer-other-shape', undefined, { expected: shapeText(graph.shape(derivative)), found: shapeText(graph.shape(joined.node)) });
    return undefined;
  }
  return { by: x.name, verdict: judgeAnswer(model, of.node, derivative, joined.node, slipsOf(model, of.node, x.node)) };
}

const shapeText = (shape: readonly string[]): string => (shape.length === 0 ? 'a number' : `an array [${shape.join(', ')}]`);

/** A forgotten sign or factor, and the inner derivatives of the chain rule, are the usual slips. */
function slipsOf({ graph, counting }: Model, root: NodeId, x: NodeId): Slip[] {
  const b = new Builder(graph);
  if (graph.shape(root).length > 0) return [];
  const inner = new Set(derivationOf(b, root, x, () => {}).steps.flatMap((s) => s.inner));
  const chain = [...inner].flatMap((u): Slip[] => {
    const [node] = gradient(b, u, [x], () => {}).adjoints;
    return node === undefined ? [] : [{ node, text: `the inner derivative ${printNode(graph, node, { notation: 'ascii', counting })} is missing (chain rule)` }];
  });
  const constant = (text: string, value: NodeId): Slip => ({ node: value, text });
  return [
    constant('the sign is wrong', b.integer(-1)), constant('a factor 2 is missing', b.integer(2)),
    constant('there is a factor 2 too much', b.divide(b.integer(1), b.integer(2))), ...chain,
  ];
}

function report(verdict: AnswerVerdict, bag: Bag): void {
  if (verdict.kind === 'undecided') bag.report('check-undecided', undefined, { reason: 'neither the answer nor the derivative has a finite value at the points tried' });
  if (verdict.kind !== 'wrong') return;
  const { point, answer, derivative } = verdict.counterexample;
  bag.report('answer-wrong', undefined, { answer: short(answer), derivative: short(derivative), point: pointText(point) }, verdict.factor === undefined ? {} : { hint: verdict.factor });
}

function verdictText(verdict: AnswerVerdict): string {
  switch (verdict.kind) {
    case 'equal': return verdict.proved ? 'equal (proved by normal form)' : `equal (at ${verdict.points} points, to 20 digits)`;
    case 'equal with conditions': return `equal where the answer is defined; it has no value at ${pointText(verdict.missing.point)}, where the derivative is ${short(verdict.missing.derivative)}`;
    case 'wrong': case 'undecided': return verdict.kind;
  }
}

const short = (x: number): string => String(Number(x.toPrecision(6)));
const place = ({ point, answer, derivative }: AnswerPoint): unknown => ({ at: jsonPoint(point), answer, derivative });
