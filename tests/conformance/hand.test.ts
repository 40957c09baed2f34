/**
 * ADBench's two hand-tracking objectives. The suite's mesh (bones, weights, triangles) is not part of the corpus,
 * so the corpus fixes what does not depend on it: the residuals and the derivatives in rotation, translation and
 * barycentric coordinates, to 1e-8. The fingers are compared with an independent implementation on a made-up hand.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCorpus } from '../support/corpora.ts';
import { emitted } from '../support/emitted.ts';
import { IDENTITY, poseInputs, rotationMatrix, skeletonInputs, vertices } from '../support/hand.ts';
import type { Pose, Skeleton, Vector } from '../support/hand.ts';
import { root } from '../support/sources.ts';

interface Case {
  readonly id: string;
  readonly input: string;
  readonly expected_objective: readonly number[];
  /** column by column */
  readonly expected_jacobian: readonly number[];
  readonly tolerance: number;
}

const cases = readCorpus<Case>('adbench.jsonl');
const find = (id: string): Case => (cases ?? []).find((c) => c.id === id)!;
const model = (name: string): string => readFileSync(join(root, 'samples/adbench', name), 'utf8');
const FINGERS = 5;
const minus = (a: Vector, b: Vector): Vector => a.map((x, k) => x - b[k]!);

/** Every bone at rest is the identity and every vertex hangs on the root: only the rigid motion is left. */
function rigid(base: readonly Vector[]): Skeleton {
  const bones = Array.from({ length: 2 + 4 * FINGERS }, () => IDENTITY);
  return { relatives: bones, inverseAbsolutes: bones, base: base.map((v) => [...v, 1]), weights: base.map(() => bones.map((_, bone) => (bone === 0 ? 1 : 0))) };
}

function read(c: Case, hasCoordinates: boolean): { points: Vector[]; u: Vector[]; pose: Pose } {
  const lines = c.input.trim().split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  const P = lines[0]![0]!;
  const theta = lines.slice(1 + P * (hasCoordinates ? 2 : 1)).flat();
  return {
    points: lines.slice(1, 1 + P).map((line) => line.slice(1)),
    u: hasCoordinates ? lines.slice(1 + P, 1 + 2 * P) : [],
    pose: {
      rotation: theta.slice(0, 3),
      translation: theta.slice(3, 6),
      fingers: Array.from({ length: FINGERS }, (_, f) => theta.slice(6 + 4 * f, 10 + 4 * f)),
    },
  };
}

/** Undoes the rigid motion. */
function atRest(placed: Vector, pose: Pose): Vector {
  const R = rotationMatrix(pose.rotation);
  const v = minus(placed, pose.translation);
  return [0, 1, 2].map((j) => R.reduce((s, row, i) => s + row[j]! * v[i]!, 0));
}

describe.skipIf(cases === undefined)('hand, against the corpus', () => {
  it('simple', () => {
    const c = find('adbench/handtestsmall');
    const { points, pose } = read(c, false);
    const skeleton = rigid(points.map((p, k) => atRest(minus(p, c.expected_objective.slice(3 * k, 3 * k + 3)), pose)));
    const module = emitted(model('hand-simple.diff'));
    const got = module.call('valueJacobian', { P: 2, V: 2, F: FINGERS }, { ...skeletonInputs(skeleton, FINGERS), ...poseInputs(pose), point: points.flat(), vertex: [0, 1] }).out;
    expectClose('hand simple, residuals', Array.from(got['err'] ?? []), c.expected_objective, c.tolerance);
    expectClose('hand simple, rigid columns', columns(got, ['rotation', 'translation'], [3, 3], 6), c.expected_jacobian.slice(0, 36), c.tolerance);
  });

  it('complicated', () => {
    const c = find('adbench/handtestcomplicated');
    const { points, u, pose } = read(c, true);
    // the derivatives in u are the triangle's edges; with the residual they give its three corners
    const corners = points.flatMap((p, k) => {
      const edge = (column: number): Vector => c.expected_jacobian.slice(6 * column + 3 * k, 6 * column + 3 * k + 3).map((x) => -x);
      const target = minus(p, c.expected_objective.slice(3 * k, 3 * k + 3));
      const [first, second] = [edge(0), edge(1)];
      const last = target.map((x, i) => x - u[k]![0]! * first[i]! - u[k]![1]! * second[i]!);
      return [first.map((x, i) => x + last[i]!), second.map((x, i) => x + last[i]!), last].map((v) => atRest(v, pose));
    });
    const module = emitted(model('hand-complicated.diff'));
    const got = module.call(
      'valueJacobian',
      { P: 2, V: 6, F: FINGERS },
      { ...skeletonInputs(rigid(corners), FINGERS), ...poseInputs(pose), point: points.flat(), u: u.flat(), a: [0, 3], b: [1, 4], c: [2, 5] },
    ).out;
    expectClose('hand complicated, residuals', Array.from(got['err'] ?? []), c.expected_objective, c.tolerance);
    // a residual depends on its own coordinates only
    const own = [0, 1].flatMap((column) => [0, 1].flatMap((k) => [0, 1, 2].map((i) => got['u']![((k * 3 + i) * 2 + k) * 2 + column]!)));
    expectClose('hand complicated, barycentric and rigid columns', [...own, ...columns(got, ['rotation', 'translation'], [3, 3], 6)], c.expected_jacobian.slice(0, 48), c.tolerance);
  });
});

/** Blocks of shape [residuals, width] as columns. */
function columns(jacobian: Readonly<Record<string, ArrayLike<number>>>, names: readonly string[], widths: readonly number[], rows: number): number[] {
  return names.flatMap((name, k) => Array.from({ length: widths[k]! * rows }, (_, n) => jacobian[name]![(n % rows) * widths[k]! + Math.floor(n / rows)]!));
}

describe('hand, against an independent implementation', () => {
  const wave = (k: number): number => Math.sin(1.3 * k + 0.4);
  const bones = 2 + 4 * FINGERS;
  const transform = (seed: number): number[][] => {
    const R = rotationMatrix([wave(seed), wave(seed + 1), wave(seed + 2)]);
    return [...R.map((row, i) => [...row, wave(seed + 3 + i)]), [0, 0, 0, 1]];
  };
  const V = 7;
  const skeleton: Skeleton = {
    relatives: Array.from({ length: bones }, (_, b) => transform(11 * b)),
    inverseAbsolutes: Array.from({ length: bones }, (_, b) => transform(500 + 7 * b)),
    base: Array.from({ length: V }, (_, v) => [wave(v), wave(2 * v + 50), wave(3 * v + 90), 1]),
    weights: Array.from({ length: V }, (_, v) => Array.from({ length: bones }, (_unused, b) => wave(v * bones + b) ** 2 / bones)),
  };
  const pose: Pose = { rotation: [0.3, -0.5, 0.8], translation: [0.1, 0.2, -0.3], fingers: Array.from({ length: FINGERS }, (_, f) => [0, 1, 2, 3].map((j) => 0.6 * wave(4 * f + j))) };
  const points = [[0.5, 0.1, -0.2], [0.3, -0.4, 0.9], [-0.7, 0.2, 0.6]];
  const sizes = { P: 3, V, F: FINGERS };

  it('simple', () => {
    const vertex = [5, 0, 3];
    const residuals = (p: Pose): number[] => vertex.flatMap((v, k) => minus(points[k]!, vertices(skeleton, p)[v]!));
    const module = emitted(model('hand-simple.diff'));
    const got = module.call('valueJacobian', sizes, { ...skeletonInputs(skeleton, FINGERS), ...poseInputs(pose), point: points.flat(), vertex }).out;
    expectClose('hand simple, made-up hand: residuals', Array.from(got['err'] ?? []), residuals(pose), 1e-12);
    expectClose('hand simple, made-up hand: fingers', fingerColumns(got, 9), differences(residuals), 1e-8);
  });

  it('complicated', () => {
    const [a, b, c] = [[0, 1, 2], [3, 4, 5], [6, 0, 1]];
    const u = [[0.2, 0.25], [0.4, 0.5], [0.1, 0.7]];
    const residuals = (p: Pose): number[] => {
      const v = vertices(skeleton, p);
      return points.flatMap((point, k) => minus(point, [0, 1, 2].map((i) => u[k]![0]! * v[a![k]!]![i]! + u[k]![1]! * v[b![k]!]![i]! + (1 - u[k]![0]! - u[k]![1]!) * v[c![k]!]![i]!)));
    };
    const module = emitted(model('hand-complicated.diff'));
    const got = module.call('valueJacobian', sizes, { ...skeletonInputs(skeleton, FINGERS), ...poseInputs(pose), point: points.flat(), u: u.flat(), a: a!, b: b!, c: c! }).out;
    expectClose('hand complicated, made-up hand: residuals', Array.from(got['err'] ?? []), residuals(pose), 1e-12);
    expectClose('hand complicated, made-up hand: fingers', fingerColumns(got, 9), differences(residuals), 1e-8);
  });

  /** Fourth-order differences in the 20 finger angles, column by column. */
  function differences(residuals: (p: Pose) => number[]): number[] {
    const h = 1e-3;
    return pose.fingers.flatMap((finger, f) =>
      finger.flatMap((_, j) => {
        const at = (step: number): number[] => residuals({ ...pose, fingers: pose.fingers.map((x, k) => (k === f ? x.map((angle, m) => (m === j ? angle + step : angle)) : x)) });
        const [p1, m1, p2, m2] = [at(h), at(-h), at(2 * h), at(-2 * h)];
        return p1.map((x, r) => (8 * (x - m1[r]!) - (p2[r]! - m2[r]!)) / (12 * h));
      }),
    );
  }

  /** The finger columns in ADBench's order: bend 1, spread, bend 2, bend 3. */
  function fingerColumns(jacobian: Readonly<Record<string, ArrayLike<number>>>, rows: number): number[] {
    return Array.from({ length: FINGERS }, (_, f) => [['bend', 3 * f], ['spread', f], ['bend', 3 * f + 1], ['bend', 3 * f + 2]] as const)
      .flat()
      .flatMap(([name, column]) => Array.from({ length: rows }, (_, r) => jacobian[name]![r * (name === 'bend' ? 3 * FINGERS : FINGERS) + column]!));
  }
});

/** ADBench's own measure: |x - y| / max(1, |x| + |y|). */
function expectClose(what: string, got: readonly number[], want: readonly number[], tolerance: number): void {
  const off = want.map((w, k) => Math.abs((got[k] ?? Number.NaN) - w) / Math.max(1, Math.abs(got[k] ?? 0) + Math.abs(w)));
  const failed = off.filter((d) => !(d <= tolerance)).length;
  console.log(`${what}: ${want.length - failed} passed, ${failed} failed`);
  expect(got).toHaveLength(want.length);
  expect(Math.max(...off)).toBeLessThanOrEqual(tolerance);
}
