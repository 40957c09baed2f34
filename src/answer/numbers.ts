/** The numbers of `--at`: value and first derivatives at a point. */
import type { Bag } from '../diagnostics/bag.ts';
import type { Model } from '../elaborate/model.ts';
import { evaluateReporting } from './evaluate.ts';
import { bindPoint, nest } from './point.ts';
import type { Question } from './question.ts';
import { typedNodes } from './text.ts';
import { reportOutside, reportUndefined } from './undefined.ts';

export interface Numbers {
  readonly value: unknown;
  readonly gradient: ReadonlyMap<string, unknown>;
  readonly higher: ReadonlyMap<string, unknown>;
}

/** Undefined when a value is missing or does not fit; the bag says which, and which matrices cannot be used. */
export function numbersAt(model: Model, question: Question, values: ReadonlyMap<string, unknown>, bag: Bag): Numbers | undefined {
  const point = bindPoint(model, values, bag);
  if (bag.hasErrors) return undefined;
  reportOutside(model, point, bag);
  if (bag.hasErrors) return undefined;
  const derivatives = [...question.gradient, ...question.higher];
  const before = bag.size;
  const [value, ...rest] = evaluateReporting(model.graph, [question.value, ...derivatives.map((d) => d.node)], point, bag);
  // what a matrix is to blame for has been said
  if (bag.size === before) {
    const results = derivatives.map((d, k) => ({ what: `the derivative by ${d.by.join(', ')}`, node: d.node, value: rest[k] }));
    reportUndefined(model, typedNodes(model, question), [{ what: 'the value', node: question.value, value }, ...results], point, bag);
  }
  const named = derivatives.map((d, k): [string, unknown] => {
    const tensor = rest[k];
    return [d.by.join(','), tensor === undefined ? Number.NaN : nest(tensor)];
  });
  return {
    value: value === undefined ? Number.NaN : nest(value),
    gradient: new Map(named.slice(0, question.gradient.length)),
    higher: new Map(named.slice(question.gradient.length)),
  };
}
