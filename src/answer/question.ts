/** What a one-liner asks: its value and the derivatives that were requested, as nodes. */
import { byNumbers, hasRecurrences } from '../autodiff/higher.ts';
import { gradient, jacobian, type Refuse } from '../autodiff/reverse.ts';
import type { Input, Model } from '../elaborate/model.ts';
import { Builder } from '../ir/build.ts';
import type { NodeId } from '../ir/types.ts';
import { declaredFacts } from '../simplify/facts.ts';
import { stableValues } from '../simplify/stable.ts';

export interface Derivative {
  /** the variables differentiated by, in order: `['x']`, `['x', 'y']` */
  readonly by: readonly string[];
  /** for evaluation */
  readonly node: NodeId;
  /** for reading: the same value where the primal is defined, in the form that costs a reader least */
  readonly shown: NodeId;
}

export interface Question {
  /** for evaluation */
  readonly value: NodeId;
  /** for reading */
  readonly shown: NodeId;
  /** `f` when the input defines a function or a name */
  readonly name?: string;
  /** every name the value depends on, in order of appearance */
  readonly variables: readonly string[];
  /** first derivatives; for a tensor value these are Jacobians */
  readonly gradient: readonly Derivative[];
  /** derivatives of order 2 … n, each unordered combination of variables once */
  readonly higher: readonly Derivative[];
  /** how many formulas are too long to be put in a form for reading */
  readonly unread: number;
}

export interface QuestionOptions {
  readonly wrt?: readonly string[];
  /** 0 for the value alone */
  readonly order: number;
}

/** Variables of a one-liner: what it was not told to be data, or all numbers when everything is data. */
export function variablesOf(model: Model): Input[] {
  const real = model.inputs.filter((i) => i.element === 'real');
  const free = real.filter((i) => i.role === 'variable' || i.role === 'param');
  return free.length > 0 ? free : real;
}

export function ask(model: Model, value: NodeId, name: string | undefined, options: QuestionOptions, refuse: Refuse): Question {
  const b = new Builder(model.graph);
  const all = variablesOf(model);
  const chosen = options.wrt === undefined ? all : options.wrt.flatMap((w) => model.inputs.filter((i) => i.name === w));
  const sources = chosen.map((i) => i.node);
  const [stable = value] = stableValues(b, [value], declaredFacts(b, model.inputs));
  const question = { value: stable, shown: value, ...(name !== undefined && { name }), variables: model.inputs.map((i) => i.name), unread: 0 };
  if (hasRecurrences(b, stable, sources, options.order)) {
    const entries = byNumbers({ b, refuse, swept: (sweep) => sweep }, stable, sources, options.order);
    const all = entries.map(({ by, node }): Derivative => ({ by: by.map((k) => chosen[k]?.name ?? ''), node, shown: node }));
    return { ...question, gradient: all.slice(0, sources.length), higher: all.slice(sources.length) };
  }
  if (options.order === 0) return { ...question, gradient: [], higher: [] };
  const derive = (of: NodeId, wrt: readonly NodeId[]): readonly NodeId[] =>
    (b.graph.shape(of).length === 0 ? gradient(b, of, wrt, refuse) : jacobian(b, of, wrt, refuse)).adjoints;
  const first = derive(stable, sources).map((node, k): Derivative => ({ by: [chosen[k]?.name ?? ''], node, shown: node }));
  const higher: Derivative[] = [];
  let previous = first.map((d, k) => ({ ...d, last: k }));
  for (let order = 2; order <= options.order; order++) {
    // by symmetry each mixed partial is taken once, with non-decreasing variables
    previous = previous.flatMap((d) => {
      const from = sources.slice(d.last);
      return derive(d.node, from).map((node, k) => ({ by: [...d.by, chosen[d.last + k]?.name ?? ''], node, shown: node, last: d.last + k }));
    });
    higher.push(...previous.map(({ by, node }) => ({ by, node, shown: node })));
  }
  return { ...question, gradient: first, higher };
}
