/** An answer as text: in the user's order, with the value and what is used often by name. */
import type { Model } from '../elaborate/model.ts';
import { Builder } from '../ir/build.ts';
import type { NodeId } from '../ir/types.ts';
import { printNode, type NotationName } from '../print/print.ts';
import { reuseNamed } from '../simplify/reuse.ts';
import { writtenOut } from '../simplify/written.ts';
import type { Question } from './question.ts';

/** Writes nodes of the answer as one formula each, with `where` clauses for what has a name. */
export function answerText(model: Model, question: Question, notation: NotationName): (node: NodeId) => string {
  const b = new Builder(model.graph);
  const defined = valueName(model, question);
  const like = typedNodes(model, question);
  return (node) => printNode(model.graph, reuseNamed(b, node, [...defined.keys()]), { notation, where: 'named', defined, like, counting: model.counting });
}

/** Longer formulas in a sentence are cut. */
const MOST_CHARACTERS = 80;

/** A part of a formula inside a sentence, as a reader knows it: by what was typed, not by the primitives that compute it. */
export function quotedText(b: Builder, node: NodeId, typed: readonly NodeId[], names: ReadonlyMap<NodeId, string> = new Map()): string {
  const [form = node] = writtenOut(b, [node], typed, new Map());
  const whole = printNode(b.graph, form, { notation: 'ascii', names });
  return whole.length > MOST_CHARACTERS ? `${whole.slice(0, MOST_CHARACTERS - 1)}…` : whole;
}

/** Shorter values are written out wherever they occur. */
const WORTH_A_NAME = 28;

/** What derivatives call the value, if it is long and a name is still free. */
function valueName(model: Model, question: Question): ReadonlyMap<NodeId, string> {
  if (printNode(model.graph, question.shown, { notation: 'ascii' }).length < WORTH_A_NAME) return new Map();
  const name = ['f', 'y'].find((n) => !model.inputs.some((i) => i.name === n) && !model.definitions.some((d) => d.name === n));
  return name === undefined || question.name !== undefined ? new Map() : new Map([[question.shown, name]]);
}

/** What the user wrote, as typed and in normal form. */
export function typedNodes(model: Model, question: Question): readonly NodeId[] {
  const found = model.answer;
  const typed = found?.kind === 'derivative' ? found.of : found?.kind === 'value' || found?.kind === 'function' ? [found.node] : [];
  return typed.length > 0 ? typed : [question.shown];
}
