/** Brings an answer into normal form, all its nodes together so that they share, and chooses what is shown. */
import { tidy } from '../compile.ts';
import type { Model } from '../elaborate/model.ts';
import { Builder } from '../ir/build.ts';
import { readingForms } from '../simplify/reading.ts';
import type { Derivative, Question } from './question.ts';

export function simplifyAnswer(model: Model, question: Question): Question {
  const b = new Builder(model.graph);
  const all = [...question.gradient, ...question.higher];
  const { values: [value = question.value], derivatives: nodes } = tidy(b, { values: [question.value], derivatives: all.map((d) => d.node) }, [question.value]);
  const primal = [question.value, value, ...model.definitions.map((d) => d.node)];
  const shown = readingForms(b, nodes, primal);
  const simple = all.map((d, k): Derivative => ({ by: d.by, node: nodes[k] ?? d.node, shown: shown[k] ?? nodes[k] ?? d.node }));
  const first = question.gradient.length;
  return { ...question, value, shown: model.answer?.kind === 'derivative' ? (readingForms(b, [value], [])[0] ?? value) : value, gradient: simple.slice(0, first), higher: simple.slice(first) };
}
