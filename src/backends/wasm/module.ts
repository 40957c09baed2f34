/** The backend on one screen: loop programs to one binary. What it cannot do yet it names, and JavaScript does it. */
import type { Dim } from '../../ir/dim.ts';
import { polyKey, sizePoly } from '../../schedule/poly.ts';
import { MOST_PIECES } from '../../schedule/ranges.ts';
import { rooms } from '../../schedule/rooms.ts';
import type { NativeFunction, NativeModule, NativeRequest, NativeScratch } from '../../schedule/native.ts';
import type { Precision } from '../../targets.ts';
import { split } from '../../schedule/split.ts';
import type { BufferId, Program, Stmt } from '../../schedule/types.ts';
import { eachExpr, eachStmt, ownExprs, touched } from '../../schedule/visit.ts';
import { encodeBinary } from './binary.ts';
import type { Callee, Signature } from './code.ts';
import { estimated } from './costs.ts';
import { emitExpr } from './expression.ts';
import { Frame, kindsOf, type Range, type Surroundings } from './frame.ts';
import { F32, F64, type Element } from './lanes.ts';
import { HOST_MODULE, Library } from './library.ts';
import { packBytes } from './matmul.ts';
import { withWholeOffsets } from './offsets.ts';
import { HANDED_BYTES, lentToLoops } from './ranges.ts';
import { emitStatements } from './statements.ts';
import { trianglesWrittenOut } from './triangles.ts';

const ELEMENTS: Readonly<Record<Precision, Element>> = { f64: F64, f32: F32 };

/** Whether loops over data come in pieces that threads may share. */
export type Threading = 'one thread' | 'threads';

export function encodeModule(requests: readonly NativeRequest[], precision: Precision = 'f64', threading: Threading = 'one thread'): NativeModule {
  const module = new ModuleDraft(ELEMENTS[precision], threading);
  for (const request of requests) module.add(request);
  return module.finish();
}

/** The same where it is faster than JavaScript by the estimates of `costs.ts`. */
export function encodeWhereFaster(requests: readonly NativeRequest[], precision: Precision = 'f64', threading: Threading = 'one thread'): NativeModule {
  const module = new ModuleDraft(ELEMENTS[precision], threading);
  for (const request of requests) {
    const { javascript, machine } = estimated(request, module.library);
    if (machine < javascript) module.add(request);
    else module.refused.set(request.name, `a call would cost more than it saves: about ${nanoseconds(javascript)} as it is, ${nanoseconds(machine)} as machine code`);
  }
  return module.finish();
}

const nanoseconds = (ns: number): string => (ns < 1000 ? `${ns.toPrecision(2)} ns` : `${(ns / 1000).toPrecision(2)} µs`);

/** Why a program stays JavaScript. */
function refusal(program: Program): string | undefined {
  let reason: string | undefined;
  eachStmt(program.body, (s) => {
    if (s.kind === 'linalg' && s.kernel !== 'gram' && s.kernel !== 'weightedGram') reason ??= `it needs ${s.kernel}`;
    if (s.kind === 'for' && s.replay !== undefined) reason ??= 'its loops take steps again to save memory';
    for (const e of ownExprs(s)) eachExpr(e, (x) => {
      if (x.kind === 'call') reason ??= 'it calls functions of the caller';
    });
  });
  return reason;
}

const argumentsOf = (parameters: readonly BufferId[]): Map<BufferId, number> => new Map(parameters.map((buffer, k) => [buffer, k]));

class ModuleDraft {
  readonly element: Element;
  readonly library: Library;
  readonly globals: { readonly module: 'size' | 'at'; readonly name: string }[] = [];
  readonly scratch: NativeScratch[] = [];
  readonly functions = new Map<string, NativeFunction>();
  readonly refused = new Map<string, string>();
  readonly exports: { readonly name: string; readonly code: number }[] = [];
  cells = 0;
  readonly threading: Threading;
  /** why loops of a function stay with one thread */
  readonly single = new Map<string, string>();
  /** scratch arrays of functions by place, with their lengths */
  readonly #arrays = new Map<string, string>();
  #room: string | undefined;
  #ranges = 0;
  #share: Callee | undefined;

  constructor(element: Element, threading: Threading) {
    this.element = element;
    this.library = new Library(element);
    this.threading = threading;
  }

  /** The loops of a function, in pieces where threads may share them. */
  #loops({ name, program }: NativeRequest): Program {
    if (this.threading === 'one thread') return program('jammed');
    const ranged = program('ranged');
    const lent = lentToLoops(this.library, ranged.body);
    const shared = ranged.body.some((s) => s.kind === 'for' && s.apart !== undefined);
    if (shared && lent.length === 0) return ranged;
    this.single.set(name, shared ? `its loops call ${lent.join(', ')} in JavaScript` : 'no loop over data is worth sharing');
    return program('jammed');
  }

  add(request: NativeRequest): void {
    const { name } = request;
    const program = trianglesWrittenOut(this.#loops(request));
    const reason = refusal(program);
    if (reason !== undefined) {
      this.refused.set(name, reason);
      return;
    }
    const { program: linked, parts } = split(program);
    const whole: Program = { ...linked, body: parts.flat() };
    const all = touched({ kind: 'if', when: whole.result ?? { kind: 'number', value: 0 }, body: whole.body });
    const used = (b: BufferId): boolean => all.buffersRead.has(b) || all.buffersWritten.has(b);
    const isScalar = (b: BufferId): boolean => whole.buffers[b]?.shape.length === 0;
    const parameters = whole.buffers.filter((b) => b.use !== 'scratch' && used(b.id) && (b.use === 'input' ? !isScalar(b.id) || all.buffersRead.has(b.id) : !isScalar(b.id))).map((b) => b.id);
    const scalars = whole.buffers.filter((b) => isScalar(b.id) && all.buffersWritten.has(b.id));
    const visible = scalars.filter((b) => b.use !== 'scratch').map((b) => b.id);
    const cells = [...visible, ...scalars.filter((b) => b.use === 'scratch').map((b) => b.id)];
    this.cells = Math.max(this.cells, cells.length);
    const around = this.#surroundings(whole, cells);
    const signature: Signature = { parameters: parameters.map((b) => (isScalar(b) ? this.element.name : 'i32')), results: whole.result === undefined ? [] : [this.element.name] };
    const written = parts.length === 1 ? [] : parts.slice(0, -1).map((part) => this.#part(whole, part, parameters, { ...signature, results: [] }, around));
    const last = this.#whole(whole, parts.at(-1) ?? [], parameters, signature, around, written);
    this.exports.push({ name, code: last.position });
    this.functions.set(name, { name, parameters, cells: visible, returns: whole.result !== undefined });
  }

  #surroundings(program: Program, cells: readonly BufferId[]): Surroundings {
    const owners = rooms(program);
    const places = new Map<BufferId, string>();
    return {
      library: this.library,
      global: (module, name) => this.#global(module, name),
      scratch: (buffer) => {
        const owner = owners.get(buffer) ?? buffer;
        const place = places.get(owner) ?? this.#place(program.buffers[owner]?.shape ?? [], new Set(places.values()));
        places.set(owner, place);
        return place;
      },
      room: () => {
        if (this.#room === undefined) {
          this.#room = String(this.scratch.length);
          this.scratch.push({ shape: [String(packBytes(this.element) * (this.threading === 'threads' ? MOST_PIECES : 1))], bytes: 1 });
        }
        return this.#room;
      },
      cell: (buffer) => cells.indexOf(buffer),
      range: (values) => this.#range(values),
    };
  }
  /** An array of functions before, unless this one has taken it: they run one at a time and leave nothing behind. */
  #place(shape: readonly Dim[], taken: ReadonlySet<string>): string {
    const length = polyKey(sizePoly(shape));
    const known = [...this.#arrays].find(([place, key]) => key === length && !taken.has(place))?.[0];
    if (known !== undefined) return known;
    const place = String(this.scratch.length);
    this.scratch.push({ shape, bytes: this.element.bytes });
    this.#arrays.set(place, length);
    return place;
  }
  #range(values: number): Range {
    const number = this.#ranges++;
    const { code, callee } = this.library.define({ parameters: ['i32', 'i32'], results: [] });
    this.exports.push({ name: `range${number}`, code: callee.position });
    const place = String(this.scratch.length);
    this.scratch.push({ shape: [String(values)], bytes: HANDED_BYTES });
    this.#share ??= this.library.lend({ module: 'threads', name: 'share', signature: { parameters: ['i32', 'i32', 'f64'], results: [] } });
    return { code, number, place, share: this.#share };
  }
  #global(module: 'size' | 'at', name: string): number {
    const known = this.globals.findIndex((g) => g.module === module && g.name === name);
    if (known >= 0) return known;
    this.globals.push({ module, name });
    return this.globals.length - 1;
  }

  #part(program: Program, body: readonly Stmt[], parameters: readonly BufferId[], signature: Signature, around: Surroundings): Callee {
    const { code, callee } = this.library.define(signature);
    emitStatements(new Frame(code, program, kindsOf(body, this.element), argumentsOf(parameters), around), withWholeOffsets(body));
    return callee;
  }
  #whole(program: Program, body: readonly Stmt[], parameters: readonly BufferId[], signature: Signature, around: Surroundings, parts: readonly Callee[]): Callee {
    const { code, callee } = this.library.define(signature);
    for (const part of parts) {
      parameters.forEach((_, k) => void code.get(k));
      code.call(part);
    }
    const result: Stmt[] = program.result === undefined ? [] : [{ kind: 'if', when: program.result, body: [] }];
    const whole = withWholeOffsets([...body, ...result]);
    const frame = new Frame(code, program, kindsOf(whole, this.element), argumentsOf(parameters), around);
    emitStatements(frame, result.length === 0 ? whole : whole.slice(0, -1));
    const returned = whole.at(-1);
    if (result.length > 0 && returned?.kind === 'if') emitExpr(frame.reading(), returned.when);
    return callee;
  }

  finish(): NativeModule {
    const { library, globals, single } = this;
    const shared = this.#ranges > 0;
    const { bytes, sharedAt } = encodeBinary({ functions: library.imports, globals, memory: { module: HOST_MODULE, name: 'memory', shared }, code: library.code, exports: this.exports });
    return {
      precision: this.element.name, bytes, ...(shared ? { ranges: { threads: MOST_PIECES, sharedAt, single } } : {}), functions: this.functions, refused: this.refused, scratch: this.scratch, cells: this.cells,
      sizes: globals.filter((g) => g.module === 'size').map((g) => g.name), borrowed: library.imports.filter((f) => f.module === HOST_MODULE).map((f) => f.name),
    };
  }
}
