/**
 * Innermost loops, several steps at a time: elements side by side in a vector, several vectors before the loop turns.
 * Sums keep one accumulator whose lanes are added at the end, so that the order is the same in every run; what is
 * left of the steps goes one by one.
 */
import { constantPoly, polyKey, polyUses, scalePoly, type LocalId, type Poly } from '../../schedule/poly.ts';
import type { BufferId, Combine, Expr, Stmt } from '../../schedule/types.ts';
import { eachExpr, ownExprs } from '../../schedule/visit.ts';
import { emitExpr, type Reading } from './expression.ts';
import type { Frame } from './frame.ts';
import { DOUBLES, F32, promoteHigh, promoteLow } from './lanes.ts';
import { slopeOf } from './pointers.ts';
import { constantSteps, walkOf, type VectorPlan } from './vector-plan.ts';

type Loop = Extract<Stmt, { kind: 'for' }>;

const COMBINE = { add: 'add', multiply: 'mul', max: 'max', min: 'min' } as const;
const NEUTRAL = { add: 0, multiply: 1, max: -Infinity, min: Infinity } as const;

/** A part of a sum: how many terms are in it. */
interface Part {
  readonly local: number;
  readonly terms: number;
}

/** Takes as many whole vectors as there are; the variable and the pointers are left where the rest begins. */
export function emitVectorSteps(frame: Frame, loop: Loop, plan: VectorPlan, variable: number, end: number, move: (steps: number) => void): void {
  const { code, element: { width } } = frame;
  const body = new VectorBody(frame, loop, plan);
  const advance = (steps: number): void => {
    move(steps);
    code.get(variable).i32(steps).op('i32.add').set(variable);
  };
  const count = constantSteps(loop);
  const vectors = straightVectors(loop, width);
  if (count !== undefined && vectors !== undefined) {
    body.open();
    body.block(() => {
      for (let first = 0; first < vectors; first += plan.unroll) body.steps(first, Math.min(plan.unroll, vectors - first));
    });
    body.close();
    if (count % width > 0) advance(vectors * width);
    return;
  }
  const until = (last: number, vectors: number): void => void code.loop(() => {
    body.steps(0, vectors);
    advance(vectors * width);
    code.get(variable).get(last).op('i32.le_s').branchIf(0);
  });
  const fits = (vectors: number): void => {
    const last = code.local('i32');
    code.get(end).i32(vectors * width).op('i32.sub').set(last);
    code.get(variable).get(last).op('i32.le_s').when(() => {
      if (!body.inBlocks) return until(last, vectors);
      const blockEnd = code.local('i32');
      code.loop(() => {
        code.get(variable).i32((BLOCK - vectors) * width).op('i32.add').tee(blockEnd).get(last).get(blockEnd).get(last).op('i32.lt_s', 'select').set(blockEnd);
        body.block(() => until(blockEnd, vectors));
        code.get(variable).get(last).op('i32.le_s').branchIf(0);
      });
    });
  };
  code.get(end).get(variable).op('i32.sub').i32(width).op('i32.ge_s').when(() => {
    body.open();
    fits(plan.unroll);
    if (plan.unroll > 1) fits(1);
    body.close();
  });
}

/** Vectors whose terms are added in single precision before they meet a sum in doubles. */
const BLOCK = 64;

/** Whole vectors of a loop of known length that are written one after the other. */
const MOST_STRAIGHT = 8;

/** How many vectors the loop takes where they are written one after the other. */
export function straightVectors(loop: Loop, width: number): number | undefined {
  const count = constantSteps(loop);
  return count !== undefined && count < width * (MOST_STRAIGHT + 1) ? Math.floor(count / width) : undefined;
}

class VectorBody {
  readonly frame: Frame;
  readonly loop: Loop;
  readonly plan: VectorPlan;
  /** what does not change, as vectors */
  readonly fixed = new Map<string, number>();
  readonly strides = new Map<string, number>();
  readonly sums = new Map<string, number>();
  /** what a block adds to sums in doubles, in single precision */
  readonly singles = new Map<string, number>();

  constructor(frame: Frame, loop: Loop, plan: VectorPlan) {
    this.frame = frame;
    this.loop = loop;
    this.plan = plan;
  }

  /** Whether sums are taken in doubles, a block at a time. */
  get inBlocks(): boolean {
    return [...this.#sumsOf()].some(([, combine]) => this.#inDoubles(combine));
  }
  /** Each accumulator with what is done to it. */
  *#sumsOf(): Iterable<readonly [key: string, combine: keyof typeof NEUTRAL]> {
    for (const { local, combine } of this.plan.reductions) yield [`local ${local}`, combine];
    for (const { buffer, index } of this.plan.cells) yield [cellKey(buffer, index), 'add'];
  }

  /** Before the loop: what is fixed, and empty accumulators. */
  open(): void {
    for (const s of this.loop.body) for (const e of ownExprs(s)) eachExpr(e, (x) => this.#fix(x));
    for (const [key, combine] of this.#sumsOf()) this.#accumulator(this.sums, key, combine);
  }
  #accumulator(into: Map<string, number>, key: string, combine: keyof typeof NEUTRAL): void {
    const { code, library } = this.frame;
    const local = into.get(key) ?? code.local('v128');
    library.vector.constant(code, NEUTRAL[combine]);
    code.set(local);
    into.set(key, local);
  }
  /** Steps whose terms meet the sums in doubles at the end. */
  block(steps: () => void): void {
    const { code } = this.frame;
    const wide = [...this.#sumsOf()].filter(([, combine]) => this.#inDoubles(combine));
    for (const [key] of wide) this.#accumulator(this.singles, key, 'add');
    steps();
    for (const [key] of wide) {
      const [total, single] = [this.sums.get(key) ?? 0, this.singles.get(key) ?? 0];
      code.get(total);
      promoteLow(code, single);
      promoteHigh(code, single);
      code.op('f64x2.add', 'f64x2.add').set(total);
    }
  }
  #fix(x: Expr): void {
    const { frame, loop, plan } = this;
    const { code, element } = frame;
    const splat = (key: string, scalar: () => void): void => {
      if (this.fixed.has(key)) return;
      scalar();
      const local = code.local('v128');
      code.op(element.splat).set(local);
      this.fixed.set(key, local);
    };
    if (x.kind === 'local' && x.id !== loop.local && !plan.own.has(x.id)) splat(`local ${x.id}`, () => frame.reading().local(x.id));
    if (x.kind === 'index' && !polyUses(x.poly, loop.local)) splat(`index ${polyKey(x.poly)}`, () => frame.number(x.poly));
    if (x.kind === 'load' && !polyUses(x.index, loop.local)) splat(cellKey(x.buffer, x.index), () => frame.load(x.buffer, x.index));
    if (x.kind === 'load' && walkOf(x.index, loop.local) === 'strided') this.#stride(x.index);
  }
  /** The distance of two elements in bytes, where it is not constant. */
  #stride(index: Poly): void {
    const { frame, loop } = this;
    const slope = slopeOf(index, loop.local) ?? [];
    const key = polyKey(slope);
    if (constantPoly(slope) !== undefined || this.strides.has(key)) return;
    const local = frame.code.local('i32');
    frame.integer(scalePoly(slope, frame.element.bytes));
    frame.code.set(local);
    this.strides.set(key, local);
  }

  /** The body for some vectors of steps; the parts of one sum are added in pairs before they meet the accumulator. */
  steps(first: number, vectors: number): void {
    const parts = new Map<string, Part[]>();
    for (let copy = first; copy < first + vectors; copy++) this.#copy(copy, parts);
    for (const [key, found] of parts) this.#gather(key, found);
  }
  #combineOf(key: string): keyof typeof NEUTRAL {
    return this.plan.reductions.find((r) => `local ${r.local}` === key)?.combine ?? 'add';
  }
  /** Adds what is on the stack to the last part of as many terms, and that to the one before: few parts are in flight. */
  #addPart(key: string, parts: Part[]): void {
    const { code, library } = this.frame;
    let terms = 1;
    for (let last = parts.at(-1); last?.terms === terms; last = parts.at(-1)) {
      code.get(last.local).op(library.vector.op(COMBINE[this.#combineOf(key)]));
      terms *= 2;
      parts.pop();
    }
    const local = code.local('v128');
    code.set(local);
    parts.push({ local, terms });
  }
  #gather(key: string, parts: readonly Part[]): void {
    const { code, library } = this.frame;
    const combine = this.#combineOf(key);
    const op = library.vector.op(COMBINE[combine]);
    const total = (this.#inDoubles(combine) ? this.singles : this.sums).get(key) ?? 0;
    code.get(total);
    parts.forEach(({ local }, k) => {
      code.get(local);
      if (k > 0) code.op(op);
    });
    code.op(op).set(total);
  }
  /** Long sums of single numbers. */
  #inDoubles(combine: keyof typeof NEUTRAL): boolean {
    return this.frame.element === F32 && combine === 'add';
  }

  #copy(copy: number, parts: Map<string, Part[]>): void {
    const { code } = this.frame;
    const locals = new Map<LocalId, number>();
    const reading = this.#reading(copy, locals);
    const part = (key: string, value: Expr): void => {
      emitExpr(reading, value);
      const list = parts.get(key) ?? [];
      this.#addPart(key, list);
      parts.set(key, list);
    };
    for (const s of this.loop.body) {
      if (s.kind === 'let' || s.kind === 'var') {
        const local = code.local('v128');
        emitExpr(reading, s.value);
        code.set(local);
        locals.set(s.local, local);
      } else if (s.kind === 'assign') {
        const own = locals.get(s.local);
        if (own === undefined) part(`local ${s.local}`, s.value);
        else this.#combine(s.combine, () => void code.get(own), reading, s.value, () => void code.set(own));
      } else if (s.kind === 'store') {
        if (walkOf(s.index, this.loop.local) === 'fixed') part(cellKey(s.buffer, s.index), s.value);
        else this.#store(copy, reading, s);
      }
    }
  }
  #combine(combine: Combine, old: () => void, reading: Reading, value: Expr, done: () => void): void {
    const { code, library } = this.frame;
    if (combine !== 'set') old();
    emitExpr(reading, value);
    if (combine !== 'set') code.op(library.vector.op(COMBINE[combine]));
    done();
  }
  #store(copy: number, reading: Reading, s: Extract<Stmt, { kind: 'store' }>): void {
    const { code } = this.frame;
    const kept = this.frame.kept.get(keptKey(s.buffer, s.index, copy));
    if (kept !== undefined) return this.#combine(s.combine, () => void code.get(kept), reading, s.value, () => void code.set(kept));
    const distance = this.frame.address(s.buffer, s.index) + 16 * copy;
    const at = code.local('i32');
    code.tee(at);
    this.#combine(s.combine, () => void code.get(at).vector('v128.load', distance), reading, s.value, () => void code.vector('v128.store', distance));
  }

  #reading(copy: number, locals: ReadonlyMap<LocalId, number>): Reading {
    const { frame, loop } = this;
    const { code, library } = frame;
    const fixed = (key: string): void => void code.get(this.fixed.get(key) ?? 0);
    return {
      code, library, lanes: library.vector,
      local: (id) => {
        const own = locals.get(id);
        if (own !== undefined) code.get(own);
        else if (id === loop.local) this.#positions([{ coef: 1, sizes: [], locals: [id] }], copy);
        else fixed(`local ${id}`);
      },
      index: (poly) => (polyUses(poly, loop.local) ? this.#positions(poly, copy) : fixed(`index ${polyKey(poly)}`)),
      load: (buffer, index) => {
        const walk = walkOf(index, loop.local);
        if (walk === 'fixed') fixed(cellKey(buffer, index));
        else if (walk === 'unit') {
          const distance = frame.address(buffer, index);
          code.vector('v128.load', distance + 16 * copy);
        } else this.#collect(buffer, index, copy);
      },
    };
  }
  /** The values of a position over the steps of a vector. */
  #positions(poly: Poly, copy: number): void {
    const { code, element, library } = this.frame;
    const slope = constantPoly(slopeOf(poly, this.loop.local) ?? []) ?? 0;
    this.frame.number(poly);
    code.op(element.splat);
    for (let lane = 0; lane < element.width; lane++) {
      this.frame.lanes.constant(code, slope * (copy * element.width + lane));
      if (lane === 0) code.op(element.splat);
      else code.lane(element.replace, lane);
    }
    code.op(library.vector.op('add'));
  }
  /** Elements that do not lie together. */
  #collect(buffer: BufferId, index: Poly, copy: number): void {
    const { frame } = this;
    const { code, element } = frame;
    const slope = slopeOf(index, this.loop.local) ?? [];
    const constant = constantPoly(slope);
    const stride = this.strides.get(polyKey(slope)) ?? 0;
    const at = code.local('i32');
    const distance = frame.address(buffer, index);
    if (constant === undefined && copy > 0) code.get(stride).i32(copy * element.width).op('i32.mul', 'i32.add');
    const place = (lane: number): number => distance + (constant === undefined ? 0 : constant * element.bytes * (copy * element.width + lane));
    code.set(at);
    const downwards = constant !== undefined && constant < 0;
    if (downwards) code.get(at).i32(constant * element.bytes * copy * element.width).op('i32.add').set(at);
    for (let lane = 0; lane < element.width; lane++) {
      if (lane > 0 && (constant === undefined || downwards)) {
        code.get(at);
        if (downwards) code.i32(constant * element.bytes);
        else code.get(stride);
        code.op('i32.add').set(at);
      }
      const offset = downwards ? distance : place(lane);
      if (lane === 0) code.get(at).vector(element.name === 'f64' ? 'v128.load64_zero' : 'v128.load32_zero', offset);
      else this.#loadLane(at, offset, lane);
    }
  }
  #loadLane(at: number, offset: number, lane: number): void {
    const { code, element } = this.frame;
    const soFar = code.local('v128');
    code.set(soFar).get(at).get(soFar).laneAccess(element.loadLane, offset, lane);
  }

  /** After the loop: the lanes of each accumulator, first to last. */
  close(): void {
    const { frame } = this;
    for (const { local, combine } of this.plan.reductions) {
      const target = frame.localOf(local);
      frame.code.get(target);
      this.#across(`local ${local}`, combine);
      frame.code.op(frame.lanesOf(local).op(COMBINE[combine])).set(target);
    }
    for (const { buffer, index } of this.plan.cells) {
      const { code, element, lanes } = frame;
      const at = code.local('i32');
      const distance = frame.address(buffer, index);
      code.tee(at).get(at).access(element.load, distance);
      this.#across(cellKey(buffer, index), 'add');
      if (this.#inDoubles('add')) code.op('f32.demote_f64');
      code.op(lanes.op('add')).access(element.store, distance);
    }
  }
  #across(key: string, combine: keyof typeof NEUTRAL): void {
    const { code } = this.frame;
    const lanes = this.#inDoubles(combine) ? DOUBLES : this.frame.lanes;
    const { element } = lanes;
    const sum = this.sums.get(key) ?? 0;
    for (let lane = 0; lane < element.width; lane++) {
      code.get(sum).lane(element.extract, lane);
      if (lane > 0) code.op(lanes.op(COMBINE[combine]));
    }
  }
}

/** Of vector number `copy` of a row, by the index that walks it. */
export const keptKey = (buffer: BufferId, index: Poly, copy: number): string => `${buffer} ${polyKey(index)} ${copy}`;
const cellKey = (buffer: BufferId, index: Poly): string => `cell ${buffer} ${polyKey(index)}`;
