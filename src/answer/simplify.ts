/** Brings an answer into normal form: all its nodes together, so that they share. */
import { tidy } from '../compile.ts';
import type { Model } from '../elaborate/model.ts';
import { Builder } from '../ir/build.ts';
import type { Question } from './question.ts';

export function simplifyAnswer(model: Model, question: Question): Question {
  const b = new Builder(model.graph);
  const roots = [question.value, ...question.gradient.map((d) => d.node), ...question.higher.map((d) => d.node)];
  const [value = question.value, ...derivatives] = tidy(b, roots, [question.value]);
  const first = question.gradient.length;
  return {
    ...question,
    value,
    gradient: question.gradient.map((d, k) => ({ ...d, node: derivatives[k] ?? d.node })),
    higher: question.higher.map((d, k) => ({ ...d, node: derivatives[first + k] ?? d.node })),
  };
}
