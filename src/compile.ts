/**
 * The pipeline. Text becomes a surface tree, the tree a model over one graph; derivatives are made in the
 * graph and brought into normal form; the backend schedules loops and prints a module.
 */
import { byNumber } from './autodiff/higher.ts';
import { gradient, jacobian, type Refuse } from './autodiff/reverse.ts';
import type { Statement } from './ast/types.ts';
import type { Bag } from './diagnostics/bag.ts';
import type { Source } from './diagnostics/span.ts';
import { elaborateFile } from './elaborate/file.ts';
import { elaborateExpression } from './elaborate/line.ts';
import type { Differentiator, Model } from './elaborate/model.ts';
import type { DeclaredShape, ElaborateOptions } from './elaborate/pass.ts';
import { parseFile, parseLine } from './frontends/math/parse.ts';
import { Builder } from './ir/build.ts';
import type { Graph } from './ir/graph.ts';
import type { NodeId } from './ir/types.ts';
import { withoutCancelled } from './simplify/cancelled.ts';
import { primalForms, simplifyDerivatives } from './simplify/derivative.ts';
import { declaredFacts } from './simplify/facts.ts';
import { normalise } from './simplify/normalise.ts';
import { stableDerivatives, stableValues } from './simplify/stable.ts';

export interface ReadOptions {
  /** `matrix`: the text of matrixcalculus.org and GENO, kinds by letters */
  readonly mode?: 'math' | 'matrix';
  /** shapes of undeclared names, known from data */
  readonly declarations?: ReadonlyMap<string, DeclaredShape>;
  readonly wrt?: readonly string[];
  /** which parameters are replaced by unconstrained ones: those declared `via` (default), or all with bounds */
  readonly transforms?: 'declared' | 'every-bound';
  /** finds the text of an import */
  readonly load?: (path: string, from: Source) => Source | undefined;
}

/** A model file as a model; undefined when it has errors. All of them are in the bag. */
export function readModel(source: Source, options: ReadOptions, bag: Bag): Model | undefined {
  const file = parseFile(source, bag);
  return elaborateFile(file, elaborateOptions(options, bag), bag);
}

/** A one-liner as a model with an answer; kinds and sizes of undeclared names are inferred. */
export function readExpression(source: Source, options: ReadOptions, bag: Bag): Model | undefined {
  return elaborateLine(parseLine(source, bag), options, bag);
}

/** The same for a line that has been parsed. */
export function elaborateLine(statements: readonly Statement[], options: ReadOptions, bag: Bag): Model | undefined {
  return bag.hasErrors ? undefined : elaborateExpression(statements, elaborateOptions(options, bag), bag);
}

function elaborateOptions(options: ReadOptions, bag: Bag): ElaborateOptions {
  return { ...options, differentiator: differentiator(refuseInto(bag)), parse: parseFile };
}

/** Derivatives that occur inside expressions are made as soon as they are met, so that they can be differentiated again. */
function differentiator(refuse: Refuse): Differentiator {
  return {
    gradient: (graph, of, wrt) => [...gradient(new Builder(graph), stableValue(graph, of), wrt, refuse).adjoints],
    jacobian: (graph, of, wrt) => [...jacobian(new Builder(graph), stableValue(graph, of), wrt, refuse).adjoints],
    ordinary: (graph, of, by, order) => byNumber({ b: new Builder(graph), refuse, swept: (sweep) => sweep }, stableValue(graph, of), by, order).at(-1) ?? of,
  };
}

/** The form in which a value is evaluated and differentiated. */
const stableValue = (graph: Graph, node: NodeId): NodeId => stableValues(new Builder(graph), [node])[0] ?? node;

/** An operation without a derivative is the user's business: its row says why. */
export function refuseInto(bag: Bag): Refuse {
  return ({ op, reason }) => bag.report('no-derivative', undefined, { op, reason });
}

export interface Roots {
  /** what the user wrote: its domain never changes */
  readonly values: readonly NodeId[];
  /** needed only where the primal is defined, and simplified by what that implies */
  readonly derivatives: readonly NodeId[];
}

/** What one pass leaves may fit a rule of the next; in practice three rounds settle everything. */
const ROUNDS = 8;

/** All roots in normal form together, so that they share, and simplified to a fixed point. `primal` are the nodes that were differentiated. */
export function tidy(b: Builder, roots: Roots, primal: readonly NodeId[]): Roots {
  const count = roots.values.length;
  let current = normalise(b, [...roots.values, ...roots.derivatives]);
  const forms = primalForms(b, primal);
  // together with its derivatives a value shares more than alone, so that its normal form may be another one
  const shared = forms.length === 0 ? [] : primal.map((node) => roots.values.indexOf(node)).filter((place) => place >= 0);
  for (let round = 0; round < ROUNDS; round++) {
    const [values, derivatives] = [current.slice(0, count), current.slice(count)];
    // what is typed as a derivative is both, and read as one
    const computed = values.filter((node) => !derivatives.includes(node));
    const settled = (nodes: readonly NodeId[]): boolean => nodes.every((id, k) => id === derivatives[k]);
    const simple = simplifyDerivatives(b, { derivatives, values: computed, primal: [...forms, ...shared.map((place) => values[place] ?? -1)] });
    const next = settled(simple) ? withoutCancelled(b, simple) : simple;
    if (settled(next)) break;
    current = normalise(b, [...values, ...next]);
  }
  return { values: current.slice(0, count), derivatives: current.slice(count) };
}

/** Whether two nodes have one normal form: then they are equal wherever both are defined. */
export function sameNormalForm(model: Model): (left: NodeId, right: NodeId) => boolean {
  const b = new Builder(model.graph);
  return (left, right) => {
    const [x, y] = normalise(b, stableValues(b, [left, right], declaredFacts(b, model.inputs)));
    if (x === y || x === undefined || y === undefined) return x === y;
    // a derivative holds sech(u)^2 where a person writes 1 - tanh(u)^2
    const [p, q] = normalise(b, stableDerivatives(b, [x, y]));
    return p === q;
  };
}
