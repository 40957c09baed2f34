/** A model and its data as a problem that diffc/runtime minimises: what is minimised, by which parameters, from where. */
import { RunningModule, type BoundFunction } from '../backends/typescript/invoke.ts';
import { residualsOf } from '../answer/sum-of-squares.ts';
import { refuseInto, tidy } from '../compile.ts';
import type { Bag } from '../diagnostics/bag.ts';
import { invariant } from '../diagnostics/internal.ts';
import { suggest } from '../diagnostics/suggest.ts';
import { leafOf, takenAs } from '../elaborate/leaf.ts';
import type { DeriveKind, DeriveRequest, Input, Model } from '../elaborate/model.ts';
import { evaluateDim } from '../ir/dim.ts';
import { Builder } from '../ir/build.ts';
import * as Q from '../ir/rational.ts';
import type { Environment } from '../ir/evaluate.ts';
import type { NodeId } from '../ir/types.ts';
import { reachable } from '../ir/walk.ts';
import { planModule, requestsOf } from '../plan/module.ts';
import { pack, packLeastSquares, withHessian, withHessianProduct, type PackedLeastSquares, type PackedObjective } from '../runtime/pack.ts';
import type { HessianObjective, ProductObjective } from '../runtime/problem.ts';
import { version } from '../version.ts';
import { constraintRequestsOf, restrictionsOf, type Restrictions } from './fit-constraints.ts';
import type { ModelData } from './model-data.ts';
import { naturalOf } from './natural.ts';

/** What is fitted. */
export interface Goal {
  readonly name: string;
  /** a scalar to be minimised or maximised, or residuals whose squares are to be small */
  readonly kind: 'smallest' | 'largest' | 'residuals';
  readonly node: NodeId;
  /** of residuals, and of a scalar that is a sum of their squares */
  readonly residuals?: NodeId;
  readonly params: readonly Input[];
}

type Fields = Record<string, number | Float64Array>;

export interface Problem {
  readonly goal: Goal;
  readonly start: Float64Array;
  readonly params: readonly Input[];
  /** of a parameter in the vector */
  readonly segment: (input: Input) => readonly [from: number, to: number];
  /** minimised: of what is to be large the negative */
  readonly objective?: PackedObjective<Fields> & Partial<HessianObjective & ProductObjective>;
  readonly leastSquares?: PackedLeastSquares<Fields>;
  /** what `subject to` says */
  readonly restrictions: Restrictions;
  /** the parameters at x as the graph's leaves have them */
  readonly pointAt: (x: Float64Array) => Environment;
}

/** Names that mean what is to be small, or large, when the file does not say. */
const SMALL = ['L', 'loss', 'cost', 'energy', 'E'];
const LARGE = ['logp', 'ELBO', 'loglik'];

/** By `--of`, else what the first `derive` statement with a gradient or a Jacobian is about, else by its name. */
export function goalOf(model: Model, asked: string | undefined, direction: 'largest' | undefined, bag: Bag): Goal | undefined {
  const named = model.definitions.map((d) => ({ name: d.name, node: d.node }));
  const requested = requestsOf(model).filter((r) => r.of.length === 1 && r.what.some((w) => ['gradient', 'jacobian', 'gauss_newton', 'hessian'].includes(w))).flatMap((r) => r.of);
  const known = [...requested, ...named];
  const chosen = asked === undefined ? (requested[0] ?? [...SMALL, ...LARGE].flatMap((name) => named.filter((d) => d.name === name))[0]) : known.find((d) => d.name === asked);
  if (chosen === undefined) {
    const better = asked === undefined ? undefined : suggest(asked, known.map((d) => d.name));
    bag.report('nothing-to-fit', undefined, { what: asked === undefined ? 'the file derives no gradient and no Jacobian' : `there is no \`${asked}\`` }, better === undefined ? {} : { hint: `did you mean \`${better}\`?` });
    return undefined;
  }
  const { graph } = model;
  // a parameter of the constraints alone, such as a slack, is found with the others
  const below = new Set(reachable(graph, [chosen.node, ...model.requests.filter((r) => r.constraint !== undefined).flatMap((r) => r.of.map((o) => o.node))]));
  const params = model.inputs.filter((i) => (i.role === 'param' || i.role === 'variable') && (below.has(i.node) || (i.via !== undefined && below.has(i.via.leaf))));
  if (params.length === 0) {
    bag.report('nothing-to-fit', undefined, { what: `\`${chosen.name}\` depends on no parameter` });
    return undefined;
  }
  if (graph.shape(chosen.node).length > 0) return { ...chosen, kind: 'residuals', residuals: chosen.node, params };
  const kind = direction ?? (LARGE.includes(chosen.name) ? 'largest' : 'smallest');
  const leaves = new Set(params.map((i) => leafOf(i)));
  const residuals = kind === 'smallest' ? residualsOf(graph, chosen.node, leaves) : undefined;
  return { ...chosen, kind, params, ...(residuals !== undefined && { residuals }) };
}

/** Emits what the method needs, in memory, and binds it to the data. */
export function problemOf(model: Model, goal: Goal, data: ModelData, start: ReadonlyMap<string, Float64Array>, needs: 'residuals' | 'gradient' | 'hessian' | 'hvp', bag: Bag): Problem | undefined {
  const [first] = goal.params;
  invariant(first !== undefined, 'fit', 'there are parameters');
  const wrt = goal.params.map(({ name, node }) => ({ name, node }));
  const request = (what: readonly DeriveKind[], name: string, node: NodeId, as: string): DeriveRequest => ({ what, of: [{ name, node }], wrt, along: [], as, using: [], docs: [], span: first.span });
  const value = minimised(model, goal);
  const requests = needs === 'residuals' && goal.residuals !== undefined
    ? [request(['value', 'jacobian'], RESIDUALS, goal.residuals, 'residuals')]
    : [request(['value', 'gradient'], goal.name, value, 'objective'), ...(needs === 'gradient' ? [] : [request([needs === 'hessian' ? 'hessian' : 'hvp'], goal.name, value, 'curvature')])];
  const constraints = constraintRequestsOf(model, wrt);
  const plan = planModule({ ...model, requests: [...requests, ...constraints], updates: [] }, { source: model.name, version, refuse: refuseInto(bag), tidy });
  if (bag.hasErrors) return undefined;
  const running = new RunningModule(plan);
  const leafName = (input: Input): string => takenAs(model.graph, input).name;
  const inputs = new Map<string, Float64Array>(data.inputs);
  for (const input of model.inputs) if (input.role === 'param' || input.role === 'variable') inputs.set(leafName(input), start.get(input.name) ?? new Float64Array(naturalOf(model.graph, input, data.sizes).count));
  for (const { node } of plan.functions.flatMap((f) => f.directions)) {
    const attr = plan.b.graph.attr(node);
    if (attr.kind === 'leaf') inputs.set(attr.name, new Float64Array(attr.shape.reduce((product, dim) => product * evaluateDim(dim, data.sizes), 1)));
  }
  const point: Environment = { sizes: data.sizes, inputs };
  const instance = running.instance(point);
  const bound = plan.functions.map((f) => running.bind(f, point, instance));
  const main = bound.slice(0, requests.length);
  const packed = needs === 'residuals' ? leastSquaresOf(main[0]) : objectiveOf(main);
  const restrictions = restrictionsOf(constraints, bound.slice(requests.length), (main[0]?.out ?? {}) as Fields, model, data.sizes);
  const segment = (input: Input): readonly [number, number] => {
    const found = packed.segment(running.fieldOf(input.name));
    invariant(found !== undefined, 'fit', `there is no part for ${input.name}`);
    return found;
  };
  return {
    goal, start: packed.start, params: goal.params, segment, restrictions,
    ...('observations' in packed ? { leastSquares: packed } : { objective: packed }),
    pointAt: (x) => ({ sizes: data.sizes, inputs: new Map([...inputs, ...goal.params.map((i) => [leafName(i), x.slice(...segment(i))] as const)]) }),
  };
}

/** A name that no parameter has. */
const RESIDUALS = 'residuals of the fit';

function leastSquaresOf(f: BoundFunction | undefined): PackedLeastSquares<Fields> {
  invariant(f !== undefined, 'fit', 'there is a function');
  const results = f.out as Fields;
  const residuals = Object.keys(results).find((name) => !Object.hasOwn(f.params, name) && results[name] instanceof Float64Array);
  invariant(residuals !== undefined, 'fit', 'there are residuals');
  return packLeastSquares({ params: f.params as Fields, results, residuals, valueJacobian: (p, out) => void f.evaluateAt(p, out) });
}

function objectiveOf([f, curvature]: readonly BoundFunction[]): PackedObjective<Fields> & Partial<HessianObjective & ProductObjective> {
  invariant(f !== undefined, 'fit', 'there is a function');
  const params = f.params as Fields;
  const objective = pack({ params, gradient: f.out as Fields, valueGradient: (p, g) => Number(f.evaluateAt(p, g)) });
  if (curvature === undefined) return objective;
  if (Object.keys(curvature.direction).length === 0) return withHessian(objective, { params, hessian: curvature.out as Fields, evaluate: (p, out) => void curvature.evaluateAt(p, out) });
  return withHessianProduct(objective, { params, direction: curvature.direction as Fields, product: curvature.out as Fields, evaluate: (p, d, out) => void curvature.evaluateAt(p, out, d) });
}

/** What is minimised: ½ Σ r² of residuals, the negative of what is to be large. */
function minimised(model: Model, { kind, node }: Goal): NodeId {
  if (kind === 'smallest') return node;
  const b = new Builder(model.graph);
  const shape = model.graph.shape(node);
  const sub = shape.map((_, k) => k);
  return kind === 'largest' ? b.ein(Q.MINUS_ONE, [{ id: node, sub }], []) : b.ein(Q.HALF, [{ id: node, sub }, { id: node, sub }], [], shape);
}
