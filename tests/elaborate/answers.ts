/** What a one-liner is understood as, in a few lines of text. */
import { readModel, elaborateLine, sameNormalForm } from '../../src/compile.ts';
import { Bag } from '../../src/diagnostics/bag.ts';
import type { Model } from '../../src/elaborate/model.ts';
import { parseLine } from '../../src/frontends/math/parse.ts';
import { checkGraph } from '../../src/ir/check.ts';
import type { NodeId } from '../../src/ir/types.ts';
import { reachable } from '../../src/ir/walk.ts';
import { printNode } from '../../src/print/print.ts';
import { decide } from '../../src/verify/claim.ts';

export function lineAnswer(text: string, mode: 'math' | 'matrix' = 'math'): string {
  const bag = new Bag();
  const model = elaborateLine(parseLine({ name: '<expression>', text }, bag), { mode }, bag);
  const said = bag.diagnostics.map((d) => `${d.severity}[${d.code}]: ${d.message}${d.fix === undefined ? '' : `  fix: ${fixed(text, d.fix)}`}`);
  if (model === undefined) return said.join('\n');
  return [...said, answerText(model), inputText(model), ...model.notes.map((n) => `note: ${n.text}`)].filter((line) => line !== '').join('\n');
}

function fixed(text: string, fix: { span: { start: number; end: number }; text: string }): string {
  return text.slice(0, fix.span.start) + fix.text + text.slice(fix.span.end);
}

function print(model: Model, node: NodeId): string {
  const wrong = checkGraph(model.graph, [node]);
  return wrong.length > 0 ? `INVALID ${wrong.join('; ')}` : printNode(model.graph, node, { notation: 'unicode', counting: model.counting });
}

function answerText(model: Model): string {
  const { answer } = model;
  switch (answer?.kind) {
    case 'value': return `value ${answer.name === undefined ? '' : `${answer.name} = `}${print(model, answer.node)}`;
    case 'function': return `function ${answer.name}(${answer.parameters.join(', ')}) = ${print(model, answer.node)}`;
    case 'derivative': return `${answer.rule} ${print(model, answer.node)}`;
    case 'check': return `claim ${decide(model, answer.check, sameNormalForm(model)).kind}`;
    case 'explanation': return `explanation: ${answer.text}`;
    case undefined: return 'no answer';
  }
}

function inputText(model: Model): string {
  const inputs = model.inputs.map((i) => `${i.role} ${i.name}${i.shape.length > 0 ? `: R[${i.shape.join(', ')}]` : ''}`);
  const opaques = model.opaques.map((o) => `opaque ${o.name}/${o.arity}`);
  return [...inputs, ...opaques].join(', ');
}

/** A file as its definitions, in mathematical notation. */
export function fileText(text: string): string {
  const bag = new Bag();
  const model = readModel({ name: 'model.diff', text }, {}, bag);
  const said = bag.diagnostics.map((d) => `${d.severity}[${d.code}]: ${d.message}`);
  if (model === undefined) return said.join('\n');
  const definitions = model.definitions.map((d) => {
    const shape = model.graph.shape(d.node);
    if (reachable(model.graph, [d.node]).some((id) => model.graph.attr(id).kind === 'scan')) return `${d.name}: R[${shape.join(', ')}] by recurrence`;
    return `${d.name}${shape.length > 0 ? `: R[${shape.join(', ')}]` : ''} = ${print(model, d.node)}`;
  });
  const checks = model.checks.map((c) => `check ${c.text}: ${decide(model, c, sameNormalForm(model)).kind}`);
  const dims = model.dims.flatMap((d) => (d.atLeast > 1 ? [`${d.name} >= ${d.atLeast}`] : []));
  return [...said, ...dims, ...definitions, ...checks, ...model.notes.map((n) => `note: ${n.text}`)].join('\n');
}
