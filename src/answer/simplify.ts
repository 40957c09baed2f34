/** Brings an answer into normal form: all its nodes together, so that they share. */
import type { Model } from '../elaborate/model.ts';
import { Builder } from '../ir/build.ts';
import { normalise } from '../simplify/normalise.ts';
import type { Question } from './question.ts';

export function simplifyAnswer(model: Model, question: Question): Question {
  const b = new Builder(model.graph);
  const roots = [question.value, ...question.gradient.map((d) => d.node), ...question.higher.map((d) => d.node)];
  const simple = normalise(b, roots);
  const first = 1;
  const second = first + question.gradient.length;
  return {
    ...question,
    value: simple[0] ?? question.value,
    gradient: question.gradient.map((d, k) => ({ ...d, node: simple[first + k] ?? d.node })),
    higher: question.higher.map((d, k) => ({ ...d, node: simple[second + k] ?? d.node })),
  };
}
