/** The library's functions for derivatives beyond gradients: products, Gauss-Newton, orders. */
import { deriveRequest, type Derived } from '../autodiff/requests.ts';
import { refuseInto, tidy } from '../compile.ts';
import { Bag } from '../diagnostics/bag.ts';
import type { DeriveKind, DeriveRequest, Input, Model } from '../elaborate/model.ts';
import { Builder } from '../ir/build.ts';
import { byName, DiffcError, Formula, shownForms, sourcesOf } from './library.ts';

/** H·v without forming H, of a scalar formula; the direction for x is a further variable `v_x` of the results. */
export function hvp(formula: Formula, wrt?: readonly string[]): Record<string, Formula> {
  const made = make(formula, wrt, ['hvp'], {});
  return byName(made.names, made.formulas);
}

/** J·v: how the formula changes along a direction, whose part for x is a further variable `v_x` of the result. */
export function jvp(formula: Formula, wrt?: readonly string[]): Formula {
  return only(formula, make(formula, wrt, ['jvp'], {}));
}

/** Jᵀ·u for each variable; the adjoint is a further variable `u` of the results, of the shape of the formula. */
export function vjp(formula: Formula, wrt?: readonly string[]): Record<string, Formula> {
  const made = make(formula, wrt, ['vjp'], {});
  return byName(made.names, made.formulas);
}

/** Jᵀ·J of a vector of residuals for every pair of variables: `gaussNewton(r).x.y`. Throws `DiffcError` for a scalar. */
export function gaussNewton(formula: Formula, wrt?: readonly string[]): Record<string, Record<string, Formula>> {
  const { names, by, formulas } = make(formula, wrt, ['gauss_newton'], {});
  const rows = names.map((x) => {
    const columns = names.filter((y) => by.some((pair) => pair[0] === x && pair[1] === y));
    return byName(columns, columns.map((y) => formulas[by.findIndex((pair) => pair[0] === x && pair[1] === y)] ?? formula));
  });
  return byName(names, rows);
}

/** Jᵀ·(J·v) without forming J; the direction for x is a further variable `v_x` of the results. Throws `DiffcError` for a scalar. */
export function gaussNewtonProduct(formula: Formula, wrt?: readonly string[]): Record<string, Formula> {
  const made = make(formula, wrt, ['gauss_newton_product'], {});
  return byName(made.names, made.formulas);
}

/** All derivatives of one order, each unordered choice of variables once: `derivative(f, 3)['x,x,y']`. */
export function derivative(formula: Formula, order: number, wrt?: readonly string[]): Record<string, Formula> {
  const { by, formulas } = make(formula, wrt, ['derivative'], { order });
  return byName(by.map((names) => names.join(',')), formulas);
}

/** Dⁿf[v, …, v]: the n-th derivative along one direction, whose part for x is a further variable `v_x` of the result. */
export function directionalDerivative(formula: Formula, order: number, wrt?: readonly string[]): Formula {
  return only(formula, make(formula, wrt, ['derivative'], { order, along: 'direction' }));
}

const only = (formula: Formula, { formulas }: Made): Formula => formulas[0] ?? formula;

interface Made {
  readonly names: readonly string[];
  /** per result the variables it is by */
  readonly by: readonly (readonly string[])[];
  readonly formulas: readonly Formula[];
}

interface Choice {
  readonly order?: number;
  readonly along?: 'direction';
}

/** At most this order: the same as in model files. */
const MOST = 64;

function make(formula: Formula, wrt: readonly string[] | undefined, what: readonly DeriveKind[], { order = 1, along }: Choice): Made {
  const sources = sourcesOf(formula, wrt);
  const { graph } = formula.model;
  const b = new Builder(graph);
  const bag = new Bag();
  const [kind = 'value'] = what;
  if (!Number.isInteger(order) || order < 1 || order > MOST) bag.report('bad-order', undefined, { request: 'derivative', reason: `an order is a whole number from 1 to ${MOST}` });
  if (kind === 'hvp' && formula.shape.length > 0) bag.report('gradient-of-tensor', undefined, { request: 'a Hessian-vector product', name: 'f', found: `a tensor[${formula.shape.join(', ')}]` });
  if (kind.startsWith('gauss') && formula.shape.length === 0) bag.report('gauss-newton-of-scalar', undefined, { name: 'f' });
  const [first] = sources;
  if (bag.hasErrors) throw new DiffcError(bag.diagnostics);
  if (first === undefined) return { names: [], by: [], formulas: [] };
  const leaf = (name: string, shape: readonly string[]): { name: string; node: number } => ({ name, node: b.leaf({ name, role: 'data', element: 'real', shape }) });
  const directions = along === undefined ? [] : sources.map((s) => leaf(`v_${s.name}`, graph.shape(s.node)));
  const adjoints = kind === 'vjp' ? [leaf('u', graph.shape(formula.node))] : [];
  const request: DeriveRequest = {
    what, orders: [order], of: [{ name: 'f', node: formula.node }], wrt: sources.map((s) => ({ name: s.name, node: s.node })),
    along: [...directions, ...adjoints], using: [], docs: [], span: first.span,
  };
  const derived = deriveRequest(graph, request, refuseInto(bag));
  if (bag.hasErrors) throw new DiffcError(bag.diagnostics);
  const model = withDirections(formula.model, derived, first);
  const nodes = tidy(b, { values: [], derivatives: derived.outputs.map((o) => o.node) }, [formula.node]).derivatives;
  const shown = shownForms(b, formula, nodes);
  return {
    names: sources.map((s) => s.name), by: derived.outputs.map((o) => o.by),
    formulas: nodes.map((node, k) => new Formula(model, node, shown[k], formula.typed)),
  };
}

/** What the caller passes beside the variables is an input of the results. */
function withDirections(model: Model, derived: Derived, { span }: Input): Model {
  const directions = derived.directions.map((d): Input => ({
    name: d.name, role: 'data', node: d.node, shape: model.graph.shape(d.node), element: 'real', bounds: [], properties: [], docs: [], span,
  }));
  return { ...model, inputs: [...model.inputs, ...directions] };
}
