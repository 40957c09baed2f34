/**
 * Every derivative object that a model asks for, against numbers that owe nothing to it: differences in 46 digits at
 * random admissible points, ⟨Jv, u⟩ = ⟨v, Jᵀu⟩, the symmetry of Hessians; and what the emitted module computes
 * against the graph in 46 digits.
 */
import { deriveRequest, type Derived } from '../autodiff/requests.ts';
import type { Refuse } from '../autodiff/reverse.ts';
import { RunningModule } from '../backends/typescript/invoke.ts';
import { tidy } from '../compile.ts';
import { leafOf } from '../elaborate/leaf.ts';
import type { DeriveRequest, Input, Model } from '../elaborate/model.ts';
import { Builder } from '../ir/build.ts';
import { evaluateDim } from '../ir/dim.ts';
import type { NodeId } from '../ir/types.ts';
import { planModule, requestsOf, unconstrained } from '../plan/module.ts';
import type { FunctionPlan, OutputPlan, Segment } from '../schedule/plan.ts';
import { evaluateExtended, type ExtendedEnvironment } from '../verify/extended/evaluate.ts';
import { exactly, type Real } from '../verify/extended/decimal.ts';
import { extend } from '../verify/extended/point.ts';
import { compare, Context, dot, ruleOf, type Comparison, type DerivativeObject, type Variable } from '../verify/objects.ts';
import { admissiblePoints } from '../verify/points.ts';
import { seededRandom, type Random } from '../verify/random.ts';
import type { SamplePoint } from '../verify/sample.ts';
import { version } from '../version.ts';

export interface VerifyOptions {
  readonly points: number;
  readonly seed: number;
  /** told before each function and point, for a progress line */
  readonly progress?: (done: number, total: number, what: string) => void;
}

export interface Worst {
  readonly error: number;
  readonly point: SamplePoint;
}

export interface VerifiedObject {
  /** the emitted function that gives it */
  readonly function: string;
  /** `value`, `gradient`, …, `dot product` for ⟨Jv, u⟩ = ⟨v, Jᵀu⟩ */
  readonly kind: string;
  readonly of: string;
  readonly by: readonly string[];
  readonly verdict: 'right' | 'wrong' | 'not verified';
  /** against differences in 46 digits; undefined where no rule applies or no point served */
  readonly derivative: Worst | undefined;
  /** the emitted JavaScript against the graph in 46 digits, relative to the largest element */
  readonly emitted: Worst | undefined;
  /** points that count */
  readonly points: number;
  readonly notes: readonly string[];
}

/** With 46 digits a right derivative agrees to about 30, a second one to 23; with an operation that only doubles have, to about 10. */
const TOLERANCE = { extended: 1e-15, double: 1e-7 } as const;
/** Differences of a higher order have too few digits left. */
const HIGHEST_DIFFERENCE = 4;
/** Doubles, a few thousand roundings, some cancellation. */
const EMITTED_TOLERANCE = 1e-9;

/** What is verified of a one-liner: everything that can be derived from it. */
export function expressionRequests(model: Model, of: { readonly name: string; readonly node: NodeId }, wrt: readonly Input[]): Model {
  const [first] = wrt;
  if (first === undefined) return model;
  const request = { of: [of], wrt: wrt.map(({ name, node }) => ({ name, node })), along: [], using: [], docs: [], span: first.span };
  const kinds = model.graph.shape(of.node).length === 0 ? SCALAR_KINDS : TENSOR_KINDS;
  return { ...model, requests: kinds.map((what) => ({ ...request, what: [what] })) };
}
const SCALAR_KINDS = ['value', 'gradient', 'hessian', 'hvp', 'jvp', 'vjp'] as const;
const TENSOR_KINDS = ['value', 'jacobian', 'jvp', 'vjp'] as const;

export function verifyModel(model: Model, options: VerifyOptions, refuse: Refuse): VerifiedObject[] {
  const plan = planModule(model, { source: model.name, version, refuse, tidy });
  const running = plan.functions.length > 0 ? new RunningModule(plan) : undefined;
  const multiplied = new Set<string>();
  return requestsOf(model).flatMap((request, k) => {
    const f = plan.functions[k];
    options.progress?.(k, plan.functions.length, f?.name ?? '');
    return f === undefined || running === undefined ? [] : new RequestVerifier(model, running, unconstrained(model, request), f, options, refuse).run(multiplied);
  });
}

/** What is known so far about one object. */
class Tally {
  derivative: Worst | undefined;
  emitted: Worst | undefined;
  points = 0;
  readonly notes = new Set<string>();

  addDerivative({ error, skipped }: Comparison, point: SamplePoint): void {
    if (skipped !== undefined) {
      this.notes.add(skipped === 'corner' ? 'points at a corner are left out' : 'points without a finite difference are left out');
      return;
    }
    this.points++;
    if (this.derivative === undefined || error > this.derivative.error) this.derivative = { error, point };
  }
  addEmitted(error: number, point: SamplePoint): void {
    if (this.emitted === undefined || error > this.emitted.error) this.emitted = { error, point };
  }
}

/** The outputs that make up one object: usually one, several when its parts are stored apart. */
interface Group {
  readonly quantity: string;
  readonly of: string;
  readonly by: readonly string[];
  readonly outputs: readonly OutputPlan[];
  /** the whole object */
  readonly node: NodeId;
}

function groupsOf(b: Builder, f: FunctionPlan): Group[] {
  const groups = new Map<string, OutputPlan[]>();
  for (const o of f.outputs) {
    if (o.part !== undefined) continue;
    const key = [o.quantity, o.of, ...o.by, o.placement === undefined && o.places === undefined ? o.name : ''].join('|');
    groups.set(key, [...(groups.get(key) ?? []), o]);
  }
  const parts = f.outputs.filter((o) => o.part !== undefined);
  const rebuilt = (f.rebuilt ?? []).map((block): Group => ({ ...block, outputs: parts.filter((o) => o.quantity === block.quantity && o.of === block.of) }));
  const stored = [...groups.values()].flatMap((outputs) => {
    const [first] = outputs;
    if (first === undefined) return [];
    const mirrored = new Set(f.matrices.flatMap((m) => m.entries.filter((e) => e.mirrored).map((e) => f.outputs[e.output])));
    const wholes = outputs.flatMap((o) => {
      if (o.places !== undefined) return o.whole === undefined ? [] : [o.whole];
      if (o.placement === undefined) return [o.node];
      const { index } = o.placement;
      const transposed = { ...o.placement, index: [...index.slice(index.length / 2), ...index.slice(0, index.length / 2)] };
      return [b.scat(o.node, o.placement), ...(mirrored.has(o) && o.by[0] === o.by[1] ? [b.scat(o.node, transposed)] : [])];
    });
    const node = wholes.length === 1 ? (wholes[0] ?? first.node) : b.sum(wholes, b.graph.shape(wholes[0] ?? first.node));
    return [{ quantity: first.quantity, of: first.of, by: first.by, outputs, node }];
  });
  return [...stored, ...rebuilt];
}

/** Where a name's elements start in a row or column of a matrix. */
function offsetOf(segments: readonly Segment[], name: string | undefined, sizes: ReadonlyMap<string, number>): { readonly from: number; readonly count: number } | undefined {
  let from = 0;
  for (const segment of segments) {
    const count = segment.shape.reduce((n, d) => n * evaluateDim(d, sizes), 1);
    if (segment.name === name) return { from, count };
    from += count;
  }
  return undefined;
}

/** An object that is 0 to so many digits is 0: what doubles leave of it is measured against the value that it is a derivative of. */
const NOTHING = '1e-30';

function largestError(got: ArrayLike<number>, expected: readonly Real[], value: readonly Real[]): number {
  const [top, size] = [largest(expected), largest(value)];
  const scale = top.gt(size.times(NOTHING)) ? top : size;
  return compare(Array.from(got, exactly), expected, expected.map(() => scale)).error;
}

const largest = (values: readonly Real[]): Real => values.reduce((m, x) => (x.abs().gt(m) ? x.abs() : m), exactly(0));

class RequestVerifier {
  readonly #model: Model;
  readonly #running: RunningModule;
  readonly #request: DeriveRequest;
  readonly #function: FunctionPlan;
  readonly #options: VerifyOptions;
  readonly #refuse: Refuse;
  readonly #random: Random;

  constructor(model: Model, running: RunningModule, request: DeriveRequest, f: FunctionPlan, options: VerifyOptions, refuse: Refuse) {
    this.#model = model;
    this.#running = running;
    this.#request = request;
    this.#function = f;
    this.#options = options;
    this.#refuse = refuse;
    this.#random = seededRandom(options.seed ^ 0x9e3779b9);
  }

  /** `multiplied` names the outputs and variables whose products have been compared. */
  run(multiplied: Set<string>): VerifiedObject[] {
    const { graph } = this.#model;
    const derived = deriveRequest(graph, this.#request, this.#refuse);
    const bilinear = deriveRequest(graph, { ...this.#request, what: ['jvp', 'vjp'], along: [] }, this.#refuse);
    const groups = groupsOf(new Builder(graph), this.#function);
    const objects = groups.map((g) => this.#objectOf(g, derived));
    const tallies = groups.map(() => new Tally());
    const products = this.#newProducts(multiplied);
    const dots = products.map(() => new Tally());
    const doubleOnly = new Set<string>();
    const points = admissiblePoints(this.#model, this.#request.of.map((o) => o.node), this.#options.points, this.#options.seed);
    for (const plain of points) {
      const point = this.#withDirections(plain, [...this.#function.directions, ...derived.directions, ...bilinear.directions]);
      const env = extend(point);
      const shown = this.#withDirections(plain, this.#function.directions, point);
      this.#compareEmitted(groups, { point, shown, env }, tallies);
      const context = new Context(graph, env, () => this.#random.uniform(-1, 1));
      objects.forEach((object, k) => {
        const rule = object === undefined ? undefined : ruleOf(graph, object);
        if (object !== undefined && rule !== undefined) tallies[k]?.addDerivative(rule(object, context), shown);
      });
      products.forEach((name, k) => dots[k]?.addDerivative(this.#dotProduct(name, bilinear, env), plain));
      for (const name of env.doubleOnly) doubleOnly.add(name);
    }
    const tolerance = doubleOnly.size > 0 ? TOLERANCE.double : TOLERANCE.extended;
    const notes = doubleOnly.size > 0 ? [`in doubles only: ${[...doubleOnly].sort().join(', ')}`] : [];
    if (points.length === 0) notes.push('no admissible point with a finite value was found');
    const rows = groups.map((o, k) => this.#row(o.quantity, o.of, o.by, tallies[k] ?? new Tally(), tolerance, notes));
    const dotRows = products.map((name, k) => this.#row('dot product', name, this.#request.wrt.map((w) => w.name), dots[k] ?? new Tally(), tolerance, notes));
    return [...rows, ...dotRows];
  }

  /** Outputs whose ⟨Jv, u⟩ = ⟨v, Jᵀu⟩ no earlier request has shown. */
  #newProducts(multiplied: Set<string>): string[] {
    const { of, wrt, what } = this.#request;
    if (wrt.length === 0 || what.every((kind) => kind === 'value')) return [];
    const variables = wrt.map((w) => w.node).join();
    const fresh = of.filter((o) => !multiplied.has(`${o.node}|${variables}`));
    for (const o of fresh) multiplied.add(`${o.node}|${variables}`);
    return fresh.map((o) => o.name);
  }

  #row(kind: string, of: string, by: readonly string[], tally: Tally, tolerance: number, notes: readonly string[]): VerifiedObject {
    const { derivative, emitted } = tally;
    const wrong = (derivative !== undefined && !(derivative.error <= tolerance)) || (emitted !== undefined && !(emitted.error <= EMITTED_TOLERANCE));
    const verdict = wrong ? 'wrong' : derivative === undefined ? 'not verified' : 'right';
    return { function: this.#function.name, kind, of, by, verdict, derivative, emitted, points: tally.points, notes: [...notes, ...tally.notes] };
  }

  /** Undefined when it was taken with respect to something that is no input. */
  #objectOf(o: Group, derived: Derived): DerivativeObject | undefined {
    const of = this.#request.of.find((x) => x.name === o.of);
    const all = this.#request.wrt.map((w) => this.#variable(w));
    const by = o.by.map((name) => all.find((v) => v?.name === name));
    if (of === undefined || by.some((v) => v === undefined)) return undefined;
    const known = (list: readonly (Variable | undefined)[]): Variable[] => list.filter((v) => v !== undefined);
    const directions = derived.directions.map((d) => ({ leaf: this.#leafName(d.node) ?? d.name, for: d.for }));
    const order = derived.outputs.find((d) => d.kind === o.quantity && d.of === o.of)?.order;
    const object = { kind: o.quantity, of, by: known(by), node: o.node, directions, all: known(all), ...(order !== undefined && { order }) };
    return o.quantity === 'derivative' && o.by.length > HIGHEST_DIFFERENCE ? this.#fromLowerOrder(object, o.by) : object;
  }

  /** High orders are differenced from the derivative of two orders less, which is an object of the same kind. */
  #fromLowerOrder(object: DerivativeObject, by: readonly string[]): DerivativeObject | undefined {
    const orders = [by.length - 2];
    const lower = deriveRequest(this.#model.graph, { ...this.#request, what: ['derivative'], orders, along: [] }, this.#refuse)
      .outputs.find((l) => l.of === object.of.name && l.by.join() === by.slice(0, -2).join());
    return lower === undefined ? undefined : { ...object, of: { name: object.of.name, node: lower.node }, by: object.by.slice(-2) };
  }

  #variable({ name, node }: { readonly name: string; readonly node: NodeId }): Variable | undefined {
    const leaf = this.#leafName(node);
    if (leaf === undefined) return undefined;
    const input = this.#model.inputs.find((i) => leafOf(i) === node);
    return { name, leaf, shape: this.#model.graph.shape(node), properties: input?.properties ?? [] };
  }

  #leafName(node: NodeId): string | undefined {
    const attr = this.#model.graph.attr(node);
    return attr.kind === 'leaf' ? attr.name : undefined;
  }

  /** Directions are no inputs of the model: they get random components, or those that they have in `drawn`. */
  #withDirections(point: SamplePoint, directions: readonly { readonly node: NodeId }[], drawn?: SamplePoint): SamplePoint {
    const inputs = new Map(point.inputs);
    for (const { node } of directions) {
      const name = this.#leafName(node);
      if (name === undefined || inputs.has(name)) continue;
      const count = this.#model.graph.shape(node).reduce((n, d) => n * evaluateDim(d, point.sizes), 1);
      inputs.set(name, drawn?.inputs.get(name) ?? Float64Array.from({ length: count }, () => this.#random.uniform(-1, 1)));
    }
    return { ...point, inputs };
  }

  /** What the module computes against its nodes in 46 digits, each relative to its largest element. */
  #compareEmitted(groups: readonly Group[], at: { readonly point: SamplePoint; readonly shown: SamplePoint; readonly env: ExtendedEnvironment }, tallies: readonly Tally[]): void {
    const called = this.#running.call(this.#function, at.point);
    const exact = (node: NodeId): readonly Real[] => evaluateExtended(this.#model.graph, [node], at.env)[0]?.data ?? [];
    const values = new Map(this.#request.of.map((o) => [o.name, exact(o.node)]));
    groups.forEach((group, k) => {
      const pairs = group.outputs.flatMap((o): [ArrayLike<number>, readonly Real[]][] => {
        const got = called.outputs.get(o);
        return got === undefined ? [] : [[got, exact(o.node)]];
      });
      for (const [matrix, { columns, dense }] of called.matrices) {
        const row = offsetOf(matrix.rows, group.by.length === 2 ? group.by[0] : group.of, at.point.sizes);
        const column = offsetOf(matrix.columns, group.by.at(-1), at.point.sizes);
        if (matrix.quantity !== group.quantity || row === undefined || column === undefined) continue;
        const expected = exact(group.node);
        pairs.push([expected.map((_, n) => dense[(row.from + Math.floor(n / column.count)) * columns + column.from + (n % column.count)] ?? Number.NaN), expected]);
      }
      for (const [got, expected] of pairs) tallies[k]?.addEmitted(largestError(got, expected, values.get(group.of) ?? []), at.shown);
    });
  }

  /** ⟨Jv, u⟩ against ⟨v, Jᵀu⟩, v over all variables together. */
  #dotProduct(of: string, products: Derived, env: ExtendedEnvironment): Comparison {
    const graph = this.#model.graph;
    const leaf = (name: string): readonly Real[] => {
      const direction = products.directions.find((d) => d.for === name);
      return env.inputs.get(direction === undefined ? '' : (this.#leafName(direction.node) ?? '')) ?? [];
    };
    const wanted = products.outputs.filter((o) => o.of === of);
    const values = evaluateExtended(graph, wanted.map((o) => o.node), env);
    const parts = wanted.map((o, k) => ({ o, data: values[k]?.data ?? [] }));
    const forward = parts.filter(({ o }) => o.kind === 'jvp').map(({ data }) => dot(data, leaf(of)));
    const backward = parts.filter(({ o }) => o.kind === 'vjp').map(({ o, data }) => dot(data, leaf(o.by[0] ?? '')));
    const sum = (list: readonly Real[]): Real => list.reduce((s, x) => s.plus(x), exactly(0));
    return compare([sum(forward)], [sum(backward)], [sum(backward.map((x) => x.abs()))]);
  }
}
