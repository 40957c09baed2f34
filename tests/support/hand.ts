/**
 * ADBench's hand objective computed independently of the compiler, the way the suite describes it: bones with
 * parents, 4 by 4 transforms, linear blend skinning, then one rigid motion. Skeletons for samples/adbench/hand-*.
 */
import type { Inputs } from './adbench.ts';

export type Vector = readonly number[];
type Matrix = readonly Vector[];

export interface Skeleton {
  /** forearm and palm, then four bones a finger: three turning joints and a tip */
  readonly relatives: readonly Matrix[];
  readonly inverseAbsolutes: readonly Matrix[];
  /** homogeneous vertices at rest */
  readonly base: readonly Vector[];
  /** per vertex, one weight per bone */
  readonly weights: readonly Vector[];
}

export interface Pose {
  readonly rotation: Vector;
  readonly translation: Vector;
  /** per finger: bending of the first joint, spreading, bending of the second and third */
  readonly fingers: readonly Vector[];
}

const times = (a: Matrix, b: Matrix): Matrix => a.map((row) => (b[0] ?? []).map((_, j) => row.reduce((s, x, k) => s + x * b[k]![j]!, 0)));
const apply = (a: Matrix, v: Vector): Vector => a.map((row) => row.reduce((s, x, k) => s + x * v[k]!, 0));
export const IDENTITY: Matrix = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]];

/** Rz(tz) Ry(0) Rx(tx) as a transform. */
function turn(tx: number, tz: number): Matrix {
  const [cx, sx, cz, sz] = [Math.cos(tx), Math.sin(tx), Math.cos(tz), Math.sin(tz)];
  const rx = [[1, 0, 0, 0], [0, cx, -sx, 0], [0, sx, cx, 0], [0, 0, 0, 1]];
  const rz = [[cz, -sz, 0, 0], [sz, cz, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]];
  return times(rz, rx);
}

/** Bone 0 is the root, bone 1 its child; a finger's first bone hangs on bone 1, the others on the one before. */
const parentOf = (bone: number): number => (bone < 2 ? bone - 1 : (bone - 2) % 4 === 0 ? 1 : bone - 1);

function absolutes(relatives: readonly Matrix[], fingers: readonly Vector[]): Matrix[] {
  const result: Matrix[] = [];
  relatives.forEach((relative, bone) => {
    const finger = fingers[Math.floor((bone - 2) / 4)];
    const joint = (bone - 2) % 4;
    const [bend1 = 0, spread = 0, bend2 = 0, bend3 = 0] = finger ?? [];
    const angle = bone < 2 || joint === 3 ? 0 : [bend1, bend2, bend3][joint]!;
    const posed = times(relative, turn(angle, bone >= 2 && joint === 0 ? spread : 0));
    const parent = parentOf(bone);
    result.push(parent < 0 ? posed : times(result[parent]!, posed));
  });
  return result;
}

/** The rotation matrix of an axis-angle vector. */
export function rotationMatrix(r: Vector): Matrix {
  const n = Math.hypot(...r);
  const [x, y, z] = r.map((c) => c / n) as [number, number, number];
  const [s, c] = [Math.sin(n), Math.cos(n)];
  return [
    [x * x + (1 - x * x) * c, x * y * (1 - c) - z * s, x * z * (1 - c) + y * s],
    [x * y * (1 - c) + z * s, y * y + (1 - y * y) * c, y * z * (1 - c) - x * s],
    [x * z * (1 - c) - y * s, z * y * (1 - c) + x * s, z * z + (1 - z * z) * c],
  ];
}

/** Positions of all vertices in a pose. */
export function vertices(skeleton: Skeleton, pose: Pose): Vector[] {
  const transforms = absolutes(skeleton.relatives, pose.fingers).map((a, bone) => times(a, skeleton.inverseAbsolutes[bone]!));
  const R = rotationMatrix(pose.rotation);
  return skeleton.base.map((v, k) => {
    const moved = transforms.map((t) => apply(t, v));
    const skinned = [0, 1, 2].map((i) => moved.reduce((s, m, bone) => s + m[i]! * skeleton.weights[k]![bone]!, 0));
    return apply(R, skinned).map((x, i) => x + pose.translation[i]!);
  });
}

/** The skeleton as inputs of the model files, which keep roots, joints and tips apart. */
export function skeletonInputs(skeleton: Skeleton, fingers: number): Inputs {
  const part = (bones: readonly Matrix[], keep: (bone: number) => boolean): number[] => bones.filter((_, bone) => keep(bone)).flat(2);
  const isRoot = (bone: number): boolean => bone < 2;
  const isTip = (bone: number): boolean => bone >= 2 && (bone - 2) % 4 === 3;
  const isJoint = (bone: number): boolean => !isRoot(bone) && !isTip(bone);
  const weights = (keep: (bone: number) => boolean): number[] => skeleton.weights.flatMap((row) => row.filter((_, bone) => keep(bone)));
  if (skeleton.relatives.length !== 2 + 4 * fingers) throw new RangeError('a finger has four bones');
  return {
    base: skeleton.base.flat(),
    root: part(skeleton.relatives, isRoot), joint: part(skeleton.relatives, isJoint), tip: part(skeleton.relatives, isTip),
    iroot: part(skeleton.inverseAbsolutes, isRoot), ijoint: part(skeleton.inverseAbsolutes, isJoint), itip: part(skeleton.inverseAbsolutes, isTip),
    wroot: weights(isRoot), wjoint: weights(isJoint), wtip: weights(isTip),
  };
}

export function poseInputs(pose: Pose): Inputs {
  return {
    rotation: pose.rotation,
    translation: pose.translation,
    bend: pose.fingers.flatMap(([first = 0, , second = 0, third = 0]) => [first, second, third]),
    spread: pose.fingers.map(([, spread = 0]) => spread),
  };
}
