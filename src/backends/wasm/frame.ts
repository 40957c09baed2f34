/** What one function of the binary knows of its surroundings: locals, sizes, addresses, pointers that move with loops. */
import { invariant } from '../../diagnostics/internal.ts';
import { constantPoly, scalePoly, substitutePoly, type LocalId, type Poly } from '../../schedule/poly.ts';
import type { BufferId, Expr, Program, Stmt } from '../../schedule/types.ts';
import { eachExpr, eachStmt, ownExprs, ownPolys, polysOf } from '../../schedule/visit.ts';
import type { Callee, Code } from './code.ts';
import type { Reading } from './expression.ts';
import { callsOf } from './formula.ts';
import { DOUBLES, F32, type Element, type Lanes } from './lanes.ts';
import type { Library } from './library.ts';
import { packBytes } from './matmul.ts';
import { accessesIn, accessKey, slopeOf, splitIndex, type Access, type Pointer } from './pointers.ts';

/** What the functions of one module share. */
export interface Surroundings {
  readonly library: Library;
  /** position of an imported integer */
  readonly global: (module: 'size' | 'at', name: string) => number;
  /** the import that holds the address of a scratch array of this function */
  readonly scratch: (buffer: BufferId) => string;
  /** the import that holds the address of room for blocks of matrices */
  readonly room: () => string;
  /** element of memory that holds a scalar the function writes */
  readonly cell: (buffer: BufferId) => number;
  /** a new function of a piece and a thread, with room for as many values as it is handed */
  readonly range: (values: number) => Range;
}

/** A loop that threads share, as a function of its own. */
export interface Range {
  readonly code: Code;
  readonly number: number;
  /** the import that holds the address of what it is handed */
  readonly place: string;
  /** has the pieces done */
  readonly share: Callee;
}

/** Which locals of a program are no plain numbers. */
export interface Kinds {
  readonly integers: ReadonlySet<LocalId>;
  readonly sums: ReadonlySet<LocalId>;
}

export function kindsOf(body: readonly Stmt[], element: Element): Kinds {
  return { integers: integerLocals(body), sums: element === F32 ? summedLocals(body) : new Set() };
}

export class Frame {
  readonly code: Code;
  readonly program: Program;
  readonly around: Surroundings;
  readonly library: Library;
  readonly element: Element;
  readonly lanes: Lanes;
  /** locals of the program that are integers */
  readonly integers: ReadonlySet<LocalId>;
  /** locals that loops add to, where numbers are single: long sums are taken in doubles */
  readonly sums: ReadonlySet<LocalId>;
  readonly locals = new Map<LocalId, number>();
  /** arguments by buffer: an address, or the value of a scalar */
  readonly parameters: ReadonlyMap<BufferId, number>;
  /** the local that numbers the thread, where several run the code */
  readonly thread: number | undefined;
  readonly #sizes = new Map<string, number>();
  readonly #bases = new Map<BufferId, number>();
  readonly #pointers: Map<string, Pointer>[] = [];
  #fresh: LocalId;
  /** vectors of memory that stay in locals while a loop adds to them */
  readonly kept = new Map<string, number>();

  constructor(code: Code, program: Program, kinds: Kinds, parameters: ReadonlyMap<BufferId, number>, around: Surroundings, thread?: number) {
    this.code = code;
    this.program = program;
    this.around = around;
    this.library = around.library;
    this.element = around.library.element;
    this.lanes = around.library.scalar;
    this.integers = kinds.integers;
    this.sums = kinds.sums;
    this.parameters = parameters;
    this.thread = thread;
    this.#fresh = program.locals.length;
  }

  /** A local that the program does not have. */
  fresh(): LocalId {
    return this.#fresh++;
  }

  // ---- where things are ------------------------------------------------------------------------------------

  isScalar(buffer: BufferId): boolean {
    return this.program.buffers[buffer]?.shape.length === 0;
  }
  /** Positions are 32-bit integers, whatever numbers are. */
  bytesOf(buffer: BufferId): number {
    return this.isIndex(buffer) ? 4 : this.element.bytes;
  }
  isInteger(local: LocalId): boolean {
    return this.integers.has(local);
  }
  /** Operations of an expression; what is a call costs more. */
  weight(e: Expr): number {
    let total = 0;
    eachExpr(e, (x) => {
      if (x.kind === 'arithmetic' || x.kind === 'load') total += 1;
      if (x.kind === 'op') total += 1 + 30 * callsOf(this.library.operation(x.op).formula).length;
    });
    return total;
  }
  isIndex(buffer: BufferId): boolean {
    return this.program.buffers[buffer]?.element === 'index';
  }
  size(symbol: string): number {
    return once(this.#sizes, symbol, () => {
      const local = this.code.local('i32');
      this.code.entry(local, this.around.global('size', symbol));
      return local;
    });
  }
  /** The local that holds the address of an array. */
  base(buffer: BufferId): number {
    const parameter = this.parameters.get(buffer);
    if (parameter !== undefined) return parameter;
    return once(this.#bases, buffer, () => {
      const local = this.code.local('i32');
      this.code.entry(local, this.around.global('at', this.around.scratch(buffer)));
      return local;
    });
  }
  /** The local that holds the address of room for blocks of matrices: every thread has its own. */
  room(): number {
    const local = this.code.local('i32');
    this.code.entry(local, this.around.global('at', this.around.room()));
    if (this.thread === undefined) return local;
    const own = this.code.local('i32');
    this.code.get(local).get(this.thread).i32(packBytes(this.element)).op('i32.mul', 'i32.add').set(own);
    return own;
  }
  localOf(id: LocalId): number {
    const local = this.locals.get(id);
    invariant(local !== undefined, 'wasm', `local ${id} is used before it is defined`);
    return local;
  }
  define(id: LocalId): number {
    const local = this.code.local(this.integers.has(id) ? 'i32' : this.lanesOf(id).number);
    this.locals.set(id, local);
    return local;
  }

  /** What the number of a local is. */
  lanesOf(id: LocalId): Lanes {
    return this.sums.has(id) ? DOUBLES : this.lanes;
  }
  /** The number on the stack as the local holds it. */
  asHeld(id: LocalId): void {
    if (this.sums.has(id)) this.code.op('f64.promote_f32');
  }

  /** Leaves the integer on the stack. */
  integer(p: Poly): void {
    const { code } = this;
    if (p.length === 0) code.i32(0);
    for (const [k, m] of p.entries()) {
      const factors = [...m.sizes.map((s) => this.size(s)), ...m.locals.map((l) => this.localOf(l))];
      const [first, ...rest] = factors;
      if (first === undefined) code.i32(m.coef);
      else {
        code.get(first);
        for (const factor of rest) code.get(factor).op('i32.mul');
        if (m.coef !== 1) code.i32(m.coef).op('i32.mul');
      }
      if (k > 0) code.op('i32.add');
    }
  }
  /** The integer as a number, computed as numbers: it may be larger than any address. */
  number(p: Poly): void {
    const { code, element, lanes } = this;
    if (p.length === 0) lanes.constant(code, 0);
    for (const [k, m] of p.entries()) {
      const factors = [...m.sizes.map((s) => this.size(s)), ...m.locals.map((l) => this.localOf(l))];
      lanes.constant(code, m.coef);
      for (const factor of factors) code.get(factor).op(element.convert, lanes.op('mul'));
      if (k > 0) code.op(lanes.op('add'));
    }
  }

  /** Leaves an address on the stack; the distance from it to the element is returned. */
  address(buffer: BufferId, index: Poly): number {
    const bytes = this.bytesOf(buffer);
    const { moving, distance } = splitIndex(index);
    const pointer = this.pointer(buffer, moving);
    if (pointer !== undefined) this.code.get(pointer.local);
    else {
      this.code.get(this.base(buffer));
      if (moving.length > 0) {
        this.integer(scalePoly(moving, bytes));
        this.code.op('i32.add');
      }
    }
    return distance * bytes;
  }
  pointer(buffer: BufferId, moving: Poly): Pointer | undefined {
    const key = accessKey(buffer, moving);
    return this.#pointers.findLast((scope) => scope.has(key))?.get(key);
  }

  /** Pointers to what the statements touch and what is known here; `variable` is the loop's. They are set to its first step. */
  openPointers(body: readonly Stmt[], variable: LocalId, from: Poly): Pointer[] {
    const available = (local: LocalId): boolean => local === variable || this.locals.has(local);
    const scope = new Map<string, Pointer>();
    for (const access of accessesIn(body, available)) this.#openPointer(access, variable, from, scope);
    this.#pointers.push(scope);
    return [...scope.values()].filter((p) => p.step.length > 0);
  }
  #openPointer({ buffer, index }: Access, variable: LocalId, from: Poly, scope: Map<string, Pointer>): void {
    if (this.isScalar(buffer) || index.length === 0 || this.pointer(buffer, index) !== undefined) return;
    const step = slopeOf(index, variable);
    if (step === undefined) return;
    const local = this.code.local('i32');
    const distance = this.address(buffer, substitutePoly(index, variable, from));
    if (distance > 0) this.code.i32(distance).op('i32.add');
    this.code.set(local);
    scope.set(accessKey(buffer, index), { local, step: scalePoly(step, this.bytesOf(buffer)) });
  }
  closePointers(): void {
    this.#pointers.pop();
  }
  /** pointer += so many steps, in bytes that were computed before the loop. */
  strides(pointers: readonly Pointer[]): ((steps: number) => void)[] {
    return pointers.map(({ local, step }) => {
      const constant = constantPoly(step);
      if (constant !== undefined) return (steps) => void this.code.get(local).i32(steps * constant).op('i32.add').set(local);
      const stride = this.code.local('i32');
      this.integer(step);
      this.code.set(stride);
      return (steps) => {
        this.code.get(local).get(stride);
        if (Math.abs(steps) > 1) this.code.i32(Math.abs(steps)).op('i32.mul');
        this.code.op(steps > 0 ? 'i32.add' : 'i32.sub').set(local);
      };
    });
  }


  // ---- numbers -----------------------------------------------------------------------------------------------

  /** Single numbers, read where they are. */
  reading(): Reading {
    const { code, lanes, library, element } = this;
    return {
      code, lanes, library,
      local: (id) => {
        code.get(this.localOf(id));
        if (this.integers.has(id)) code.op(element.convert);
        if (this.sums.has(id)) code.op('f32.demote_f64');
      },
      load: (buffer, index) => this.load(buffer, index),
      index: (poly) => this.number(poly),
    };
  }
  load(buffer: BufferId, index: Poly): void {
    const { code, element } = this;
    if (this.isScalar(buffer)) {
      const parameter = this.parameters.get(buffer);
      if (parameter !== undefined) code.get(parameter);
      else code.i32(0).access(element.load, this.around.cell(buffer) * element.bytes);
      return;
    }
    const distance = this.address(buffer, index);
    if (this.isIndex(buffer)) code.access('i32.load', distance).op(element.convert);
    else code.access(element.load, distance);
  }
}

/** Locals that offsets use, and variables of loops. */
function integerLocals(statements: readonly Stmt[]): Set<LocalId> {
  const found = new Set<LocalId>();
  eachStmt(statements, (s) => {
    if (s.kind === 'for') found.add(s.local);
    for (const p of [...ownPolys(s), ...ownExprs(s).flatMap(polysOf)]) for (const m of p) for (const local of m.locals) found.add(local);
  });
  return found;
}

function summedLocals(statements: readonly Stmt[]): Set<LocalId> {
  const found = new Set<LocalId>();
  eachStmt(statements, (s) => {
    if (s.kind === 'assign' && s.combine === 'add') found.add(s.local);
  });
  return found;
}

function once<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
