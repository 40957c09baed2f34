/** The library's functions for derivatives beyond gradients: products, Gauss-Newton, orders. */
import { deriveRequest, type Derived, type DerivedKind } from '../autodiff/requests.ts';
import { refuseInto, tidy } from '../compile.ts';
import type { Bag } from '../diagnostics/bag.ts';
import { SCALAR_NAMES } from '../elaborate/kinds.ts';
import { HIGHEST_ORDER, type DeriveKind, type DeriveRequest, type Input, type Model } from '../elaborate/model.ts';
import { Builder } from '../ir/build.ts';
import { answered, asFormula, byName, Formula, refuseTensor, shownForms, sourcesOf, type FormulaOrText, type Names } from './library.ts';

/** H·v without forming H, of a scalar formula; the direction for x is a further variable `v_x` of the results. */
export function hvp(of: FormulaOrText, wrt?: Names): Record<string, Formula> {
  return perVariable(deriveObjects(asFormula(of), wrt, ['hvp']));
}

/** J·v: how the formula changes along a direction, whose part for x is a further variable `v_x` of the result. */
export function jvp(of: FormulaOrText, wrt?: Names): Formula {
  const formula = asFormula(of);
  return deriveObjects(formula, wrt, ['jvp'])[0]?.formula ?? formula;
}

/** Jᵀ·u for each variable; the adjoint is a further variable `u` of the results, of the shape of the formula. */
export function vjp(of: FormulaOrText, wrt?: Names): Record<string, Formula> {
  return perVariable(deriveObjects(asFormula(of), wrt, ['vjp']));
}

/** Jᵀ·J of a vector of residuals for each pair of variables in their order: `gaussNewton(r).x.y`; the other blocks are transposes. Throws `DiffcError` for a scalar. */
export function gaussNewton(of: FormulaOrText, wrt?: Names): Record<string, Record<string, Formula>> {
  const blocks = deriveObjects(asFormula(of), wrt, ['gauss_newton']);
  const rows = [...new Set(blocks.map(({ by: [x = ''] }) => x))];
  return byName(rows, rows.map((row) => {
    const own = blocks.filter(({ by: [x] }) => x === row);
    return byName(own.map(({ by: [, y = ''] }) => y), own.map((o) => o.formula));
  }));
}

/** Jᵀ·(J·v) without forming J; the direction for x is a further variable `v_x` of the results. Throws `DiffcError` for a scalar. */
export function gaussNewtonProduct(of: FormulaOrText, wrt?: Names): Record<string, Formula> {
  return perVariable(deriveObjects(asFormula(of), wrt, ['gauss_newton_product']));
}

/** All derivatives of one order, each unordered choice of variables once: `derivative(f, 3)['x,x,y']`. */
export function derivative(of: FormulaOrText, order: number, wrt?: Names): Record<string, Formula> {
  const entries = deriveObjects(asFormula(of), wrt, ['derivative'], { order });
  return byName(entries.map(({ by }) => by.join(',')), entries.map((o) => o.formula));
}

/**
 * Dⁿf[v, …, v]: the n-th derivative along one direction, whose part for x is a further variable `v_x` of the result.
 * With n names in `along`, such as `['u', 'v']`, once along each: D²f[u, v].
 */
export function directionalDerivative(of: FormulaOrText, order: number, wrt?: Names, along: readonly string[] = ['v']): Formula {
  const formula = asFormula(of);
  return deriveObjects(formula, wrt, ['derivative'], { order, along })[0]?.formula ?? formula;
}

const perVariable = (objects: readonly DerivedObject[]): Record<string, Formula> => byName(objects.map(({ by: [x = ''] }) => x), objects.map((o) => o.formula));

export interface DerivedObject {
  readonly kind: DerivedKind;
  /** the variables it is by; of a block two */
  readonly by: readonly string[];
  readonly formula: Formula;
}

interface Choice {
  readonly order?: number;
  /** names of directions, whose parts are called after the variables: `v_x`; none for all entries */
  readonly along?: readonly string[];
}

/** What the kinds ask for, together. Throws `DiffcError` when the formula does not fit them. */
export function deriveObjects(formula: Formula, wrt: Names | undefined, what: readonly DeriveKind[], { order = 1, along = [] }: Choice = {}): DerivedObject[] {
  return answered((bag) => objectsOf(formula, wrt, what, { order, along }, bag));
}

function objectsOf(formula: Formula, wrt: Names | undefined, what: readonly DeriveKind[], { order, along }: Required<Choice>, bag: Bag): DerivedObject[] | undefined {
  const sources = sourcesOf(formula, wrt);
  const { graph } = formula.model;
  const b = new Builder(graph);
  if (!Number.isInteger(order) || order < 1 || order > HIGHEST_ORDER) bag.report('bad-order', undefined, { request: 'derivative', reason: `an order is a whole number from 1 to ${HIGHEST_ORDER}` });
  const scalar = what.find((kind) => SCALAR_NAMES[kind] !== undefined);
  if (scalar !== undefined) refuseTensor(bag, formula, SCALAR_NAMES[scalar] ?? scalar);
  if (what.some((kind) => kind === 'gauss_newton' || kind === 'gauss_newton_product') && formula.shape.length === 0) bag.report('gauss-newton-of-scalar', undefined, { name: 'f' });
  if (along.length > 1 && along.length !== order) bag.report('direction-count', undefined, { found: along.length, expected: order });
  const [first] = sources;
  if (bag.hasErrors) return undefined;
  if (first === undefined) return [];
  const leaf = (name: string, shape: readonly string[]): { name: string; node: number } => ({ name, node: b.leaf({ name, role: 'data', element: 'real', shape }) });
  const directions = along.flatMap((name) => sources.map((s) => leaf(`${name}_${s.name}`, graph.shape(s.node))));
  const adjoints = what.includes('vjp') ? [leaf('u', graph.shape(formula.node))] : [];
  const request: DeriveRequest = {
    what, orders: [order], of: [{ name: 'f', node: formula.node }], wrt: sources.map((s) => ({ name: s.name, node: s.node })),
    along: [...directions, ...adjoints], using: [], docs: [], span: first.span,
  };
  const derived = deriveRequest(graph, request, refuseInto(bag), tidy);
  if (bag.hasErrors) return undefined;
  const model = withDirections(formula.model, derived, first);
  const nodes = tidy(b, { values: [], derivatives: derived.outputs.map((o) => o.node) }, [formula.node]).derivatives;
  const shown = shownForms(b, formula, nodes);
  return derived.outputs.map(({ kind, by }, k) => ({ kind, by, formula: new Formula(model, nodes[k] ?? -1, shown(k), formula.typed, formula.said) }));
}

/** What the caller passes beside the variables is an input of the results. */
function withDirections(model: Model, derived: Derived, { span }: Input): Model {
  const directions = derived.directions.map((d): Input => ({
    name: d.name, role: 'data', node: d.node, shape: model.graph.shape(d.node), element: 'real', bounds: [], properties: [], docs: [], span,
  }));
  return { ...model, inputs: [...model.inputs, ...directions] };
}
