/** `diffc EXPR --derive hvp,jvp`: the kinds of `derive` statements for a one-liner. */
import { DiffcError, Formula } from '../answer/library.ts';
import { deriveObjects, type DerivedObject } from '../answer/objects.ts';
import { bindPoint, nest } from '../answer/point.ts';
import { evaluateReporting } from '../answer/evaluate.ts';
import type { Question } from '../answer/question.ts';
import { typedNodes } from '../answer/text.ts';
import type { Bag } from '../diagnostics/bag.ts';
import type { DeriveKind, Model } from '../elaborate/model.ts';
import { printNode, type NotationName } from '../print/print.ts';

/** What of a one-liner is wanted. */
export interface ObjectRequest {
  readonly kinds: readonly DeriveKind[];
  readonly order: number;
  /** names of directions */
  readonly along: readonly string[];
  readonly wrt: readonly string[] | undefined;
  readonly at: ReadonlyMap<string, unknown> | undefined;
  readonly notation: NotationName;
}

export interface ObjectAnswer {
  /** `hvp x`, in the order asked for */
  readonly label: string;
  readonly kind: string;
  readonly by: readonly string[];
  readonly text: string;
  readonly number?: unknown;
}

export interface ObjectAnswers {
  readonly objects: readonly ObjectAnswer[];
  /** names of what the caller gives beside the variables: `v_x`, `u` */
  readonly directions: readonly string[];
}

/** Undefined when the expression does not fit what is asked; the bag says why. */
export function answerObjects(model: Model, question: Question, request: ObjectRequest, bag: Bag): ObjectAnswers | undefined {
  const [typed = question.value] = typedNodes(model, question);
  const formula = new Formula(model, question.value, question.shown, typed);
  const objects = derived(formula, request, bag);
  if (objects === undefined) return undefined;
  const known = new Set(model.inputs.map((i) => i.name));
  const inputs = objects[0]?.formula.model.inputs ?? [];
  const numbers = request.at === undefined ? [] : numbersOf(objects, request.at, bag);
  if (bag.hasErrors) return undefined;
  return {
    directions: inputs.map((i) => i.name).filter((name) => !known.has(name)),
    objects: objects.map((o, k): ObjectAnswer => ({
      label: labelOf(o, request), kind: o.kind, by: isAlong(o) ? [] : o.by,
      text: printNode(o.formula.model.graph, o.formula.shown, { notation: request.notation, where: 'named', like: [typed], counting: model.counting }),
      ...(request.at !== undefined && { number: numbers[k] }),
    })),
  };
}

/** Along directions in all variables there is one derivative, not one for each of them. */
const isAlong = ({ kind }: DerivedObject): boolean => kind === 'jvp' || kind === 'directional';

function labelOf(object: DerivedObject, { order, along }: ObjectRequest): string {
  if (object.kind === 'directional') return `derivative(${order}) along ${along.join(', ')}`;
  return [object.kind, ...(isAlong(object) ? [] : [object.by.join(',')])].filter((word) => word !== '').join(' ');
}

function derived(formula: Formula, { wrt, kinds, order, along }: ObjectRequest, bag: Bag): readonly DerivedObject[] | undefined {
  try {
    return deriveObjects(formula, wrt, kinds, { order, along });
  } catch (error) {
    if (!(error instanceof DiffcError)) throw error;
    for (const d of error.diagnostics) bag.add(d);
    return undefined;
  }
}

function numbersOf(objects: readonly DerivedObject[], at: ReadonlyMap<string, unknown>, bag: Bag): readonly unknown[] {
  const [first] = objects;
  if (first === undefined) return [];
  const point = bindPoint(first.formula.model, at, bag);
  return bag.hasErrors ? [] : evaluateReporting(first.formula.model.graph, objects.map((o) => o.formula.node), point, bag).map((value) => nest(value));
}
