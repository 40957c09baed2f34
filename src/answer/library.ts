/**
 * The library's functions on formulas. A `Formula` is an immutable value: text that was read, or the result of
 * differentiating one. Mistakes in the text throw one `DiffcError` that holds every diagnostic.
 */
import { gradient as sweepGradient, jacobian as sweepJacobian } from '../autodiff/reverse.ts';
import { readExpression, refuseInto, tidy, type ReadOptions } from '../compile.ts';
import { Bag } from '../diagnostics/bag.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { reportLimit } from '../diagnostics/limit.ts';
import { renderAll } from '../diagnostics/render.ts';
import { isText } from '../diagnostics/text.ts';
import type { Input, Model, Note } from '../elaborate/model.ts';
import { Builder } from '../ir/build.ts';
import { evaluateReporting } from './evaluate.ts';
import type { NodeId } from '../ir/types.ts';
import { printNode, type NotationName } from '../print/print.ts';
import { normalise } from '../simplify/normalise.ts';
import { readingForms } from '../simplify/reading.ts';
import { declaredFacts } from '../simplify/facts.ts';
import { stableValues } from '../simplify/stable.ts';
import { bindPoint, nest, type NestedNumbers } from './point.ts';
import { variablesOf } from './question.ts';

/** The user's mistakes, all of them. `message` is the rendered report. */
export class DiffcError extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(renderAll(diagnostics));
    this.name = 'DiffcError';
    this.diagnostics = diagnostics;
  }
}

/**
 * What `make` gives. Every mistake of the user that it reports, and whatever asks for too much, is thrown as one
 * `DiffcError`; so is a result that is missing.
 */
export function answered<T extends object | string | number>(make: (bag: Bag) => T | undefined): T {
  const bag = new Bag();
  try {
    const made = make(bag);
    if (made !== undefined && !bag.hasErrors) return made;
  } catch (error) {
    reportLimit(error, bag);
  }
  throw new DiffcError(bag.diagnostics);
}

/** The form of a formula that is printed. */
interface ShownForm {
  readonly node: NodeId;
  readonly remarks: readonly Diagnostic[];
}

/** A scalar or tensor expression over named variables. Make one with `parse`. */
export class Formula {
  /** @internal */
  readonly model: Model;
  /** @internal */
  readonly node: NodeId;

  /** @internal the same value in the form that is printed */
  get shown(): NodeId {
    return this.#form.node;
  }

  get #form(): ShownForm {
    if (typeof this.#shown === 'function') this.#shown = this.#shown();
    return this.#shown;
  }

  /** found when it is first asked for: what is only evaluated or differentiated needs no form to read */
  #shown: ShownForm | (() => ShownForm);

  /** @internal what the user wrote: derivatives keep its order */
  readonly typed: NodeId;

  /** @internal what was said when the text was read */
  readonly said: readonly Diagnostic[];

  /** @internal */
  constructor(model: Model, node: NodeId, shown: NodeId | (() => ShownForm) = node, typed: NodeId = node, said: readonly Diagnostic[] = []) {
    this.model = model;
    this.node = node;
    this.#shown = typeof shown === 'function' ? shown : { node: shown, remarks: [] };
    this.typed = typed;
    this.said = said;
  }

  /** The names it may be differentiated by. */
  get variables(): readonly string[] {
    return variablesOf(this.model).map((i) => i.name);
  }
  /** Its axes: sizes such as `N` or `3`; empty for a number. */
  get shape(): readonly string[] {
    return this.model.graph.shape(this.node);
  }
  /** How the text was read where it could be read in more ways: `read with A: R[N, M], x: R[M]`. Derivatives have those of their formula. */
  get notes(): readonly Note[] {
    return this.model.notes;
  }
  /** Warnings about the text, and about this formula when it is too long to be printed in its shortest form. Mistakes are thrown. */
  get diagnostics(): readonly Diagnostic[] {
    return [...this.said, ...this.#form.remarks];
  }
  /** Plain ASCII that `parse` reads back. */
  toString(): string {
    return print(this, 'ascii');
  }
}

/** How a text is read. */
export interface ParseOptions {
  /** `matrix`: kinds of one-letter names as at matrixcalculus.org (a–g scalars, h–z vectors, A–Z matrices) */
  readonly mode?: 'math' | 'matrix';
}

/** A formula, or its text as `parse` reads it. */
export type FormulaOrText = Formula | string;

/** One name of a variable, or several. */
export type Names = string | readonly string[];

/** Reads a formula such as `x^2 + sin(y)`. Undeclared names are numbers; sizes are inferred from ranges. Throws `DiffcError`. */
export function parse(text: string, options: ParseOptions = {}): Formula {
  return answered((bag) => {
    if (!isText(text, bag)) return undefined;
    const model = readExpression({ name: '<expression>', text }, options satisfies ReadOptions, bag);
    return model === undefined || bag.hasErrors ? undefined : formulaOf(model, bag);
  });
}

/** The formula that is given, or the one that a text is. Throws `DiffcError`. */
export const asFormula = (given: FormulaOrText): Formula => (given instanceof Formula ? given : parse(given));

function formulaOf(model: Model, bag: Bag): Formula | undefined {
  const { answer } = model;
  if (answer === undefined || answer.kind === 'check' || answer.kind === 'explanation') {
    bag.report('not-supported', undefined, { what: 'a claim or an explanation as a formula' }, { hint: 'use `check` for claims' });
    return undefined;
  }
  const b = new Builder(model.graph);
  const [node = answer.node] = stableValues(b, [answer.node], declaredFacts(b, model.inputs));
  const shown = answer.kind === 'derivative' ? (): ShownForm => readable(b, [answer.node], [])[0] ?? { node: answer.node, remarks: [] } : answer.node;
  return new Formula(model, node, shown, answer.node, bag.diagnostics);
}

/** The variables to differentiate by. */
export function sourcesOf(formula: Formula, wrt: Names | undefined): Input[] {
  if (wrt === undefined) return variablesOf(formula.model);
  const names = typeof wrt === 'string' ? [wrt] : wrt;
  return answered((bag) => names.flatMap((name) => {
    const input = formula.model.inputs.find((i) => i.name === name);
    if (input === undefined) bag.report('unused-value', undefined, { name });
    return input ?? [];
  }));
}

/** Entries by name; a variable may be called `__proto__`. */
export function byName<V>(names: readonly string[], values: readonly V[]): Record<string, V> {
  const object: Record<string, V> = {};
  names.forEach((name, k) => {
    const value = values[k];
    if (value !== undefined) Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  });
  return object;
}

/** Differentiates, collects refusals, and brings the results into normal form. */
function derive(formula: Formula, make: (b: Builder, refuse: ReturnType<typeof refuseInto>) => readonly NodeId[]): Formula[] {
  const b = new Builder(formula.model.graph);
  const simple = answered((bag) => {
    const nodes = make(b, refuseInto(bag));
    return bag.hasErrors ? undefined : tidy(b, { values: [], derivatives: nodes }, [formula.node]).derivatives;
  });
  const shown = shownForms(b, formula, simple);
  return simple.map((node, k) => new Formula(formula.model, node, shown(k), formula.typed, formula.said));
}

/** Derivatives of a formula as a reader wants them, all together and once, when the first is asked for. */
export function shownForms(b: Builder, formula: Formula, nodes: readonly NodeId[]): (k: number) => () => ShownForm {
  let found: readonly ShownForm[] | undefined;
  return (k) => () => {
    found ??= readable(b, nodes, [formula.typed, formula.shown], new Map([[formula.node, formula.shown]]));
    return found[k] ?? { node: nodes[k] ?? formula.node, remarks: [] };
  };
}

/** Reading forms, each with what there is to say about all of them. */
function readable(b: Builder, nodes: readonly NodeId[], primal: readonly NodeId[], written?: ReadonlyMap<NodeId, NodeId>): ShownForm[] {
  const bag = new Bag();
  let unread = 0;
  const forms = readingForms(b, nodes, primal, written, () => void unread++);
  if (unread > 0) bag.report('too-long-to-read', undefined, { count: unread });
  return forms.map((node) => ({ node, remarks: bag.diagnostics }));
}

/** ∂f/∂x for each variable (default: all), each of the shape of x. For a tensor-valued f these are Jacobians. */
export function gradient(of: FormulaOrText, wrt?: Names): Record<string, Formula> {
  const formula = asFormula(of);
  if (formula.shape.length > 0) return jacobian(formula, wrt);
  const sources = sourcesOf(formula, wrt);
  return byName(sources.map((s) => s.name), derive(formula, (b, refuse) => sweepGradient(b, formula.node, sources.map((s) => s.node), refuse).adjoints));
}

/** ∂f/∂x with shape [...shape(f), ...shape(x)] for each variable. */
export function jacobian(of: FormulaOrText, wrt?: Names): Record<string, Formula> {
  const formula = asFormula(of);
  const sources = sourcesOf(formula, wrt);
  return byName(sources.map((s) => s.name), derive(formula, (b, refuse) => sweepJacobian(b, formula.node, sources.map((s) => s.node), refuse).adjoints));
}

/** Notes that a formula is no number, where only numbers have what is asked for. */
export function refuseTensor(bag: Bag, { shape }: Formula, request: string): void {
  if (shape.length > 0) bag.report('gradient-of-tensor', undefined, { request, name: 'f', found: `a tensor[${shape.join(', ')}]` });
}

/** ∂²f/∂x∂y with shape [...shape(x), ...shape(y)], for every pair of variables: `hessian(f).x.y`. Throws `DiffcError` where f is no number. */
export function hessian(of: FormulaOrText, wrt?: Names): Record<string, Record<string, Formula>> {
  const formula = asFormula(of);
  answered((bag) => {
    refuseTensor(bag, formula, 'a Hessian');
    return formula;
  });
  const first = gradient(formula, wrt);
  const names = sourcesOf(formula, wrt).map((s) => s.name);
  return byName(names, names.map((name) => {
    const g = first[name];
    return g === undefined ? {} : jacobian(g, names);
  }));
}

/** The same formula in normal form: like terms merged, exact constants folded; its domain never changes. */
export function simplify(of: FormulaOrText): Formula {
  const formula = asFormula(of);
  const [shown = formula.shown] = normalise(new Builder(formula.model.graph), [formula.shown]);
  return new Formula(formula.model, formula.node, shown, formula.typed, formula.said);
}

/** The formula as text; `ascii` and `unicode` are read back by `parse`. */
export function print(of: FormulaOrText, notation: NotationName = 'ascii'): string {
  const formula = asFormula(of);
  return printNode(formula.model.graph, formula.shown, { notation, like: [formula.typed], counting: formula.model.counting });
}

/** The value at a point: a number, or nested lists for a tensor. Throws `DiffcError` when a value is missing or does not fit, or a matrix is singular or not positive definite. */
export function evaluate(of: FormulaOrText, at: Readonly<Record<string, NestedNumbers>> = {}): number | unknown[] {
  const formula = asFormula(of);
  return answered((bag) => {
    const point = bindPoint(formula.model, new Map(Object.entries(at)), bag);
    if (bag.hasErrors) return undefined;
    const [value] = evaluateReporting(formula.model.graph, [formula.node], point, bag);
    return value === undefined ? Number.NaN : nest(value);
  });
}
