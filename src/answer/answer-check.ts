/** Is this answer the derivative? Proved by normal form, else tried in 46 digits at random and at special points. */
import { sameNormalForm } from '../compile.ts';
import type { Input, Model } from '../elaborate/model.ts';
import { Builder } from '../ir/build.ts';
import type { NodeId } from '../ir/types.ts';
import { transplant } from '../ir/walk.ts';
import { exactly, type Real } from '../verify/extended/decimal.ts';
import { evaluateExtended } from '../verify/extended/evaluate.ts';
import { extend } from '../verify/extended/point.ts';
import { isAdmissible } from '../verify/points.ts';
import { samplePoint, type SamplePoint } from '../verify/sample.ts';

export type AnswerVerdict =
  | { readonly kind: 'equal'; readonly proved: boolean; readonly points: number }
  /** equal wherever the answer is defined; there it is not, though the derivative is */
  | { readonly kind: 'equal with conditions'; readonly missing: AnswerPoint; readonly points: number }
  | { readonly kind: 'wrong'; readonly counterexample: AnswerPoint; readonly factor: string | undefined }
  | { readonly kind: 'undecided' };

export interface AnswerPoint {
  readonly point: SamplePoint;
  readonly answer: number;
  readonly derivative: number;
}

/** What an answer may be off by, with the words for it. */
export interface Slip {
  readonly text: string;
  readonly node: NodeId;
}

const RANDOM_POINTS = 24;
/** where functions have their corners, poles and ends */
const SPECIAL = [0, 1, -1, 2, -2, 0.5, -0.5, 10, -10] as const;
const TOLERANCE = '1e-20';
/** some operations have only doubles */
const DOUBLE_TOLERANCE = '1e-11';

/** The answer's formula over the leaves of the model; names that the model lacks are returned instead. */
export function joinAnswer(model: Model, answer: Model, node: NodeId): { readonly node: NodeId } | { readonly strangers: readonly string[] } {
  const known = new Map(model.inputs.map((i) => [i.name, i.node]));
  const strangers = answer.inputs.filter((i) => !known.has(i.name)).map((i) => i.name);
  if (strangers.length > 0) return { strangers };
  const leaves = new Map(answer.inputs.map((i) => [i.node, known.get(i.name)]));
  const [joined = -1] = transplant(new Builder(model.graph), answer.graph, [node], (id) => leaves.get(id));
  return { node: joined };
}

/** An answer is compared where the function has a value: beyond, its derivative means nothing. */
export function judgeAnswer(model: Model, of: NodeId, derivative: NodeId, answer: NodeId, slips: readonly Slip[]): AnswerVerdict {
  const proved = sameNormalForm(model)(derivative, answer);
  let points = 0;
  let missing: AnswerPoint | undefined;
  let counterexample: AnswerPoint | undefined;
  let open = [...slips];
  for (const point of pointsOf(model)) {
    const env = extend(point);
    const [value, d, a, ...factors] = evaluateExtended(model.graph, [of, derivative, answer, ...open.map((s) => s.node)], env).map((t) => t.data[0] ?? exactly(Number.NaN));
    if (value === undefined || d === undefined || a === undefined || !value.isFinite() || !d.isFinite()) continue;
    const at = { point, answer: a.toNumber(), derivative: d.toNumber() };
    if (!a.isFinite()) {
      missing ??= at;
      continue;
    }
    points++;
    const tolerance = env.doubleOnly.size > 0 ? DOUBLE_TOLERANCE : TOLERANCE;
    if (!near(a, d, tolerance)) counterexample ??= at;
    open = open.filter((_, k) => { const f = factors[k]; return f !== undefined && near(a.times(f), d, tolerance); });
  }
  if (counterexample !== undefined && !proved) return { kind: 'wrong', counterexample, factor: open[0]?.text };
  if (missing !== undefined && (proved || points > 0)) return { kind: 'equal with conditions', missing, points };
  if (proved || points > 0) return { kind: 'equal', proved, points };
  return { kind: 'undecided' };
}

function near(a: Real, b: Real, tolerance: string): boolean {
  return a.minus(b).abs().lte(b.abs().plus('1e-30').times(tolerance));
}

function* pointsOf(model: Model): Iterable<SamplePoint> {
  for (let index = 0; index < RANDOM_POINTS; index++) {
    const point = samplePoint(model, index);
    if (isAdmissible(model, point)) yield point;
  }
  const base = samplePoint(model, 0);
  for (const input of model.inputs) {
    for (const value of SPECIAL) {
      const point = atSpecial(base, input, value);
      if (point !== undefined && isAdmissible(model, point)) yield point;
    }
  }
}

/** One number of the point moved to a special place inside its bounds. */
function atSpecial(base: SamplePoint, input: Input, value: number): SamplePoint | undefined {
  const inside = input.bounds.every(({ relation, value: bound }) => {
    switch (relation) {
      case '<': return value < bound;
      case '<=': return value <= bound;
      case '>': return value > bound;
      case '>=': return value >= bound;
      case '!=': return value !== bound;
    }
  });
  if (input.shape.length > 0 || !inside || input.element !== 'real' || !base.inputs.has(input.name)) return undefined;
  return { ...base, inputs: new Map(base.inputs).set(input.name, value) };
}
