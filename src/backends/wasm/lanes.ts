/** One number or several at once: the same formulas become scalar or vector instructions. */
import type { Code } from './code.ts';
import type { Comparison } from './formula.ts';
import type { Lane, LaneMemory, MemoryAccess, Plain, Simd, SimdMemory, ValueType } from './opcodes.ts';

export type NumberOp = 'add' | 'sub' | 'mul' | 'div' | 'neg' | 'abs' | 'sqrt' | 'min' | 'max' | 'floor' | 'ceil' | 'trunc';

/** What numbers are: their size in memory and how they are read. */
export interface Element {
  readonly name: 'f64' | 'f32';
  readonly bytes: 8 | 4;
  /** elements of a vector */
  readonly width: 2 | 4;
  readonly load: MemoryAccess;
  readonly store: MemoryAccess;
  readonly convert: Plain;
  readonly splat: Simd;
  readonly loadSplat: SimdMemory;
  readonly extract: Lane;
  readonly replace: Lane;
  readonly loadLane: LaneMemory;
  readonly storeLane: LaneMemory;
}

export const F64: Element = {
  name: 'f64', bytes: 8, width: 2, load: 'f64.load', store: 'f64.store', convert: 'f64.convert_i32_s', splat: 'f64x2.splat', loadSplat: 'v128.load64_splat',
  extract: 'f64x2.extract_lane', replace: 'f64x2.replace_lane', loadLane: 'v128.load64_lane', storeLane: 'v128.store64_lane',
};
export const F32: Element = {
  name: 'f32', bytes: 4, width: 4, load: 'f32.load', store: 'f32.store', convert: 'f32.convert_i32_s', splat: 'f32x4.splat', loadSplat: 'v128.load32_splat',
  extract: 'f32x4.extract_lane', replace: 'f32x4.replace_lane', loadLane: 'v128.load32_lane', storeLane: 'v128.store32_lane',
};

/** Instructions for numbers and truths of one width. */
export interface Lanes {
  readonly element: Element;
  readonly form: 'scalar' | 'vector';
  readonly number: ValueType;
  readonly truth: ValueType;
  readonly constant: (code: Code, value: number) => void;
  readonly op: (name: NumberOp) => Plain | Simd;
  readonly compare: (op: Comparison) => Plain | Simd;
  /** yes, no and the truth are on the stack */
  readonly select: Plain | Simd;
  readonly both: Plain | Simd;
  readonly either: Plain | Simd;
  readonly opposite: Plain | Simd;
}

const COMPARE = { '<': 'lt', '<=': 'le', '>': 'gt', '>=': 'ge', '===': 'eq', '!==': 'ne' } as const;

export function scalarLanes(element: Element): Lanes {
  const { name } = element;
  return {
    element, form: 'scalar', number: name, truth: 'i32',
    constant: (code, value) => void (name === 'f64' ? code.f64(value) : code.f32(value)),
    op: (op) => `${name}.${op}`, compare: (op) => `${name}.${COMPARE[op]}`,
    select: 'select', both: 'i32.and', either: 'i32.or', opposite: 'i32.eqz',
  };
}

export const DOUBLES = scalarLanes(F64);

export function vectorLanes(element: Element): Lanes {
  const shape = element.name === 'f64' ? 'f64x2' : 'f32x4';
  return {
    element, form: 'vector', number: 'v128', truth: 'v128',
    constant: (code, value) => void (shape === 'f64x2' ? code.f64x2(value) : code.f32x4(value)),
    op: (op) => `${shape}.${op}`, compare: (op) => `${shape}.${COMPARE[op]}`,
    select: 'v128.bitselect', both: 'v128.and', either: 'v128.or', opposite: 'v128.not',
  };
}

/** Bytes of two vectors: the lower half of each. */
export const LOW_HALVES: readonly number[] = [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23];
const HIGH_HALF: readonly number[] = [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15];

/** The first two of four single numbers, as doubles. */
export function promoteLow(code: Code, vector: number): void {
  code.get(vector).op('f64x2.promote_low_f32x4');
}
/** The last two. */
export function promoteHigh(code: Code, vector: number): void {
  code.get(vector).get(vector).shuffle(HIGH_HALF).op('f64x2.promote_low_f32x4');
}

/** One instruction for what JavaScript calls a function. */
const INSTRUCTION: Readonly<Record<string, NumberOp>> = {
  'Math.abs': 'abs', 'Math.sqrt': 'sqrt', 'Math.min': 'min', 'Math.max': 'max', 'Math.floor': 'floor', 'Math.ceil': 'ceil', 'Math.trunc': 'trunc',
};

export function instructionFor(name: string): NumberOp | undefined {
  return Object.hasOwn(INSTRUCTION, name) ? INSTRUCTION[name] : undefined;
}
