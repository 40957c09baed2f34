/** The body of one function: instructions one after another, locals declared as they are needed. */
import { Bytes } from './bytes.ts';
import { LANE, LANE_MEMORY, MEMORY, PLAIN, SATURATING, SIMD, SIMD_MEMORY, TYPE, type Lane, type LaneMemory, type MemoryAccess, type Plain, type Saturating, type Simd, type SimdMemory, type ValueType } from './opcodes.ts';

const SIMD_PREFIX = 0xfd;

export interface Signature {
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
}

/** A function by its position among those imported or those defined: final numbers come with the whole module. */
export interface Callee {
  readonly kind: 'imported' | 'defined';
  readonly position: number;
}

export class Code {
  readonly signature: Signature;
  #bytes = new Bytes();
  readonly #before = new Bytes();
  /** instructions between calls, and the calls */
  readonly #pieces: (Uint8Array | Callee)[] = [];
  readonly #locals: ValueType[] = [];

  constructor(signature: Signature) {
    this.signature = signature;
  }

  /** A new local; the parameters come first. */
  local(type: ValueType): number {
    this.#locals.push(type);
    return this.signature.parameters.length + this.#locals.length - 1;
  }

  op(...names: readonly (Plain | Saturating | Simd)[]): this {
    for (const name of names) {
      if (name in PLAIN) this.#bytes.u8(PLAIN[name as Plain]);
      else if (name in SATURATING) this.#bytes.u8(0xfc).u32(SATURATING[name as Saturating]);
      else this.#bytes.u8(SIMD_PREFIX).u32(SIMD[name as Simd]);
    }
    return this;
  }
  i32(value: number): this {
    this.#bytes.u8(0x41).s32(value);
    return this;
  }
  f64(value: number): this {
    this.#bytes.u8(0x44).f64(value);
    return this;
  }
  f32(value: number): this {
    this.#bytes.u8(0x43).f32(value);
    return this;
  }
  /** a vector of two doubles that are equal */
  f64x2(value: number): this {
    this.#bytes.u8(SIMD_PREFIX).u32(12).f64(value).f64(value);
    return this;
  }
  f32x4(value: number): this {
    this.#bytes.u8(SIMD_PREFIX).u32(12).f32(value).f32(value).f32(value).f32(value);
    return this;
  }
  /** a vector of two 64-bit integers that are equal, by halves */
  i64x2(high: number, low: number): this {
    const half = new Uint8Array(8);
    const view = new DataView(half.buffer);
    view.setUint32(0, low >>> 0, true);
    view.setUint32(4, high >>> 0, true);
    this.#bytes.u8(SIMD_PREFIX).u32(12).append(half).append(half);
    return this;
  }
  shuffle(lanes: readonly number[]): this {
    this.#bytes.u8(SIMD_PREFIX).u32(13).u8(...lanes);
    return this;
  }
  get(local: number): this {
    this.#bytes.u8(0x20).u32(local);
    return this;
  }
  set(local: number): this {
    this.#bytes.u8(0x21).u32(local);
    return this;
  }
  tee(local: number): this {
    this.#bytes.u8(0x22).u32(local);
    return this;
  }
  access(name: MemoryAccess, offset: number): this {
    const [code, align] = MEMORY[name];
    this.#bytes.u8(code).u32(align).u32(offset);
    return this;
  }
  vector(name: SimdMemory, offset: number): this {
    const [code, align] = SIMD_MEMORY[name];
    // elements of user arrays lie at multiples of their size only
    this.#bytes.u8(SIMD_PREFIX).u32(code).u32(Math.min(align, 3)).u32(offset);
    return this;
  }
  lane(name: Lane, lane: number): this {
    this.#bytes.u8(SIMD_PREFIX).u32(LANE[name]).u8(lane);
    return this;
  }
  laneAccess(name: LaneMemory, offset: number, lane: number): this {
    const [code, align] = LANE_MEMORY[name];
    this.#bytes.u8(SIMD_PREFIX).u32(code).u32(align).u32(offset).u8(lane);
    return this;
  }
  call(callee: Callee): this {
    this.#bytes.u8(0x10);
    this.#pieces.push(this.#bytes.done(), callee);
    this.#bytes = new Bytes();
    return this;
  }
  /** local = global, before everything else */
  entry(local: number, global: number): this {
    this.#before.u8(0x23).u32(global).u8(0x21).u32(local);
    return this;
  }
  /** destination, source or value, and length are on the stack */
  memoryCopy(): this {
    this.#bytes.u8(0xfc, 10, 0, 0);
    return this;
  }
  memoryFill(): this {
    this.#bytes.u8(0xfc, 11, 0);
    return this;
  }

  // ---- structured control --------------------------------------------------------------------------------

  block(body: () => void): this {
    return this.#nested(0x02, 0x40, body);
  }
  loop(body: () => void): this {
    return this.#nested(0x03, 0x40, body);
  }
  /** the condition is on the stack */
  when(body: () => void): this {
    return this.#nested(0x04, 0x40, body);
  }
  /** leaves a value of the type */
  choose(type: ValueType, yes: () => void, no: () => void): this {
    this.#bytes.u8(0x04, TYPE[type]);
    yes();
    this.#bytes.u8(0x05);
    no();
    this.#bytes.u8(0x0b);
    return this;
  }
  branch(depth: number): this {
    this.#bytes.u8(0x0c).u32(depth);
    return this;
  }
  branchIf(depth: number): this {
    this.#bytes.u8(0x0d).u32(depth);
    return this;
  }
  #nested(opcode: number, type: number, body: () => void): this {
    this.#bytes.u8(opcode, type);
    body();
    this.#bytes.u8(0x0b);
    return this;
  }

  /** Declarations of the locals, runs of one type together, then the instructions. */
  encoded(indexOf: (callee: Callee) => number): Uint8Array {
    const runs: { type: ValueType; count: number }[] = [];
    for (const type of this.#locals) {
      const last = runs.at(-1);
      if (last?.type === type) last.count++;
      else runs.push({ type, count: 1 });
    }
    const all = new Bytes().u32(runs.length);
    for (const { type, count } of runs) all.u32(count).u8(TYPE[type]);
    all.append(this.#before.done());
    for (const piece of this.#pieces) {
      if (piece instanceof Uint8Array) all.append(piece);
      else all.u32(indexOf(piece));
    }
    return all.append(this.#bytes.done()).u8(0x0b).done();
  }
}
