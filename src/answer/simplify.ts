/** Brings an answer into normal form, all its nodes together so that they share, and chooses what is shown. */
import { tidy } from '../compile.ts';
import type { Model } from '../elaborate/model.ts';
import { Builder } from '../ir/build.ts';
import { normalise } from '../simplify/normalise.ts';
import { readingForms } from '../simplify/reading.ts';
import type { Derivative, Question } from './question.ts';
import { typedNodes } from './text.ts';

export function simplifyAnswer(model: Model, question: Question): Question {
  const b = new Builder(model.graph);
  const all = [...question.gradient, ...question.higher];
  // what is typed as a derivative is read as one, and evaluated as it is
  const itself = model.answer?.kind === 'derivative' ? [question.value] : [];
  const { values: [value = question.value], derivatives } = tidy(b, { values: [question.value], derivatives: [...itself, ...all.map((d) => d.node)] }, [question.value]);
  const nodes = derivatives.slice(itself.length);
  // what is recognised is written as the user typed it, so it is not taken as typed itself
  const typed = [...typedNodes(model, question), ...model.definitions.map((d) => d.node)];
  const primal = [...typed, ...normalise(b, typed)];
  const [written = question.shown] = normalise(b, [question.shown]);
  let unread = 0;
  const tooLong = (): void => void unread++;
  const shown = readingForms(b, nodes, primal, new Map([[value, written]]), tooLong);
  const [result = written] = readingForms(b, derivatives.slice(0, itself.length), [], undefined, tooLong);
  const simple = all.map((d, k): Derivative => ({ by: d.by, node: nodes[k] ?? d.node, shown: shown[k] ?? nodes[k] ?? d.node }));
  const first = question.gradient.length;
  return { ...question, value, shown: result, unread, gradient: simple.slice(0, first), higher: simple.slice(first) };
}
