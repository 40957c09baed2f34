/**
 * How accurate the emitted code is: value and gradient as the module computes them in doubles, against the formula in
 * at least 46 digits at the same doubles. Errors are in ulp of the exact result.
 */
import { RunningModule } from '../backends/typescript/invoke.ts';
import type { Refuse } from '../autodiff/reverse.ts';
import { tidy } from '../compile.ts';
import type { Input, Model } from '../elaborate/model.ts';
import { gradient, jacobian } from '../autodiff/reverse.ts';
import { Builder } from '../ir/build.ts';
import type { NodeId } from '../ir/types.ts';
import { planModule, requestsOf, unconstrained } from '../plan/module.ts';
import type { OutputPlan } from '../schedule/plan.ts';
import { evaluateExtended, type ExtendedTensor } from '../verify/extended/evaluate.ts';
import { withDigits, type Real } from '../verify/extended/decimal.ts';
import { extend } from '../verify/extended/point.ts';
import { admissiblePoints, isAdmissible } from '../verify/points.ts';
import { seededRandom } from '../verify/random.ts';
import { samplePoint, type SamplePoint } from '../verify/sample.ts';
import { version } from '../version.ts';

/** Values of one input to be sampled: evenly, at the ends and around zero. */
export interface SampledRange {
  readonly input: Input;
  readonly from: number;
  readonly to: number;
}

export interface AccuracyRow {
  readonly function: string;
  readonly kind: string;
  readonly of: string;
  readonly by: readonly string[];
  /** elements compared */
  readonly count: number;
  readonly worst: { readonly ulp: number; readonly computed: number; readonly exact: string; readonly point: SamplePoint } | undefined;
  readonly meanUlp: number;
  /** elements that are finite exactly and not so in doubles, or the other way round */
  readonly notFinite: { readonly count: number; readonly point: SamplePoint } | undefined;
  /** operations that have no 46 digits: the errors say nothing about them */
  readonly doubleOnly: readonly string[];
}

export interface AccuracyOptions {
  readonly ranges: readonly SampledRange[];
  readonly points: number;
  readonly seed: number;
}

export function measureAccuracy(model: Model, options: AccuracyOptions, refuse: Refuse): AccuracyRow[] {
  const exact = exactNodes(model, refuse);
  const plan = planModule(model, { source: model.name, version, refuse, tidy });
  if (plan.functions.length === 0) return [];
  const running = new RunningModule(plan);
  const points = options.ranges.length > 0 ? inRanges(model, options) : admissiblePoints(model, [...exact.values()].map((e) => e.of), options.points, options.seed);
  const measured = plan.functions.flatMap((f) => f.outputs.flatMap((o) => {
    const node = exact.get(key(o));
    return node === undefined || o.placement !== undefined ? [] : [{ f, o, ...node, tally: new Tally() }];
  }));
  for (const point of points) {
    const { values, doubleOnly } = exactly(model, measured.flatMap((m) => [m.node, m.of]), point);
    const called = new Map(plan.functions.filter((f) => f.directions.length === 0).map((f) => [f, running.call(f, point)]));
    measured.forEach(({ f, o, tally }, k) => {
      // a derivative means something where there is a value
      const defined = values[2 * k + 1]?.data.every((x) => x.isFinite()) ?? false;
      if (defined) tally.add(called.get(f)?.outputs.get(o) ?? [], values[2 * k]?.data ?? [], point, doubleOnly);
    });
  }
  return measured.map(({ f, o, tally }) => ({ function: f.name, kind: o.quantity, of: o.of, by: o.by, ...tally.result() }));
}

const key = ({ quantity, of, by }: Pick<OutputPlan, 'quantity' | 'of' | 'by'>): string => [quantity, of, ...by].join('|');

/** What the values and first derivatives are exactly: the user's formula and its plain derivative, simplified by nothing. */
function exactNodes(model: Model, refuse: Refuse): Map<string, { readonly node: NodeId; readonly of: NodeId }> {
  const b = new Builder(model.graph);
  const nodes = new Map<string, { readonly node: NodeId; readonly of: NodeId }>();
  for (const request of requestsOf(model).map((r) => unconstrained(model, r))) {
    for (const of of request.of) {
      nodes.set(key({ quantity: 'value', of: of.name, by: [] }), { node: of.node, of: of.node });
      const scalar = model.graph.shape(of.node).length === 0;
      const quantity = scalar ? 'gradient' : 'jacobian';
      if (!request.what.includes(quantity)) continue;
      const { adjoints } = (scalar ? gradient : jacobian)(b, of.node, request.wrt.map((w) => w.node), refuse);
      request.wrt.forEach((w, k) => nodes.set(key({ quantity, of: of.name, by: [w.name] }), { node: adjoints[k] ?? -1, of: of.node }));
    }
  }
  return nodes;
}

/** Until two of them agree a formula may have cancelled; a zero counts when not even the last has more. */
const DIGITS = [46, 100, 250, 750] as const;
const SETTLED = '1e-25';

/** The nodes at a point in as many digits as cancellation asks for. */
function exactly(model: Model, nodes: readonly NodeId[], point: SamplePoint): { readonly values: readonly ExtendedTensor[]; readonly doubleOnly: ReadonlySet<string> } {
  const env = extend(point);
  let values: ExtendedTensor[] = [];
  for (const digits of DIGITS) {
    const before = values;
    values = withDigits(digits, () => evaluateExtended(model.graph, nodes, env));
    const settled = values.every((v, k) => v.data.every((x, n) => agrees(x, before[k]?.data[n])));
    if (settled || env.doubleOnly.size > 0) break;
  }
  return { values, doubleOnly: env.doubleOnly };
}

function agrees(x: Real, before: Real | undefined): boolean {
  if (before === undefined) return false;
  if (!x.isFinite()) return !before.isFinite();
  return !x.isZero() && x.minus(before).abs().lte(x.abs().times(SETTLED));
}

/** The ranges walked together: evenly spaced with a random offset in each cell, and both ends. */
function inRanges(model: Model, { ranges, points, seed }: AccuracyOptions): SamplePoint[] {
  const random = seededRandom(seed);
  const base = samplePoint(model, 0, seed);
  const orders = ranges.map(() => shuffled(points, random));
  const found: SamplePoint[] = [];
  for (let k = 0; k < points; k++) {
    const inputs = new Map(base.inputs);
    ranges.forEach(({ input, from, to }, n) => {
      // the first range ascends; the others are permuted, so that the points fill the box
      const cell = n === 0 ? k : (orders[n]?.[k] ?? k);
      const at = cell === 0 ? from : cell === points - 1 ? to : from + ((cell + random.uniform(0, 1)) / points) * (to - from);
      inputs.set(input.name, at);
    });
    const point = { ...base, inputs };
    if (isAdmissible(model, point)) found.push(point);
  }
  return found;
}

function shuffled(n: number, random: ReturnType<typeof seededRandom>): number[] {
  const order = Array.from({ length: n }, (_, k) => k);
  for (let k = n - 1; k > 0; k--) {
    const j = random.integer(0, k);
    [order[k], order[j]] = [order[j] ?? 0, order[k] ?? 0];
  }
  return order;
}

class Tally {
  #count = 0;
  #sum = 0;
  #worst: AccuracyRow['worst'];
  #notFinite = 0;
  #notFiniteAt: SamplePoint | undefined;
  readonly #doubleOnly = new Set<string>();

  add(computed: ArrayLike<number>, exact: readonly Real[], point: SamplePoint, doubleOnly: ReadonlySet<string>): void {
    for (const name of doubleOnly) this.#doubleOnly.add(name);
    exact.forEach((x, k) => {
      const got = computed[k] ?? Number.NaN;
      const rounded = x.toNumber();
      // beyond the largest double the right answer is infinite
      if (!Number.isFinite(rounded) || !Number.isFinite(got)) {
        if (Object.is(got, rounded) || (!Number.isFinite(rounded) && Number.isNaN(rounded) === Number.isNaN(got))) return;
        this.#notFinite++;
        this.#notFiniteAt ??= point;
        return;
      }
      const ulp = Number(x.minus(got).abs().div(ulpOf(rounded)).toPrecision(6));
      this.#count++;
      this.#sum += ulp;
      if (this.#worst === undefined || ulp > this.#worst.ulp) this.#worst = { ulp, computed: got, exact: x.toSignificantDigits(25).toString(), point };
    });
  }

  result(): Pick<AccuracyRow, 'count' | 'worst' | 'meanUlp' | 'notFinite' | 'doubleOnly'> {
    const at = this.#notFiniteAt;
    return {
      count: this.#count, worst: this.#worst, meanUlp: this.#count === 0 ? 0 : this.#sum / this.#count,
      notFinite: at === undefined ? undefined : { count: this.#notFinite, point: at }, doubleOnly: [...this.#doubleOnly].sort(),
    };
  }
}

/** Distance of the doubles around x; the smallest one below the normal range. */
export function ulpOf(x: number): number {
  const magnitude = Math.abs(x);
  if (magnitude < 2 ** -1022) return 2 ** -1074;
  let exponent = Math.floor(Math.log2(magnitude));
  // the logarithm may be rounded up
  if (2 ** exponent > magnitude) exponent--;
  return 2 ** (exponent - 52);
}
