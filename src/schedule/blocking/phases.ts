/**
 * A loop that calls functions between other work is taken apart: first what the arguments need, then each function over
 * all of its arguments, then what uses the results (loop distribution). A target evaluates a function faster in a loop
 * that does nothing else, and the other loops keep fewer values in flight.
 */
import { writeDim, type Dim } from '../../ir/dim.ts';
import { copyStatement, renaming, type Room } from '../copy.ts';
import { constantPoly, localPoly, polyUses, ZERO, type LocalId, type Poly } from '../poly.ts';
import type { BufferId, Expr, Program, Stmt } from '../types.ts';
import { definedIn, touched, type Touched } from '../visit.ts';
import { independence, type Loop } from './independent.ts';

/** A loop with calls; `elsewhere`: what the program touches besides it. Undefined where there is no way to take it apart. */
export function inPhases(program: Program, loop: Loop, elsewhere: Touched, apart: ReadonlySet<string>, room: Room): Stmt[] | undefined {
  const length = dimOf(loop.to);
  if (loop.body.length > LONGEST || length === undefined || loop.from.length > 0 || loop.step !== undefined) return undefined;
  if (independence(program, loop, elsewhere)?.own.size !== 0) return undefined;
  const split = new Split({ ...loop, body: argumentsNamed(loop.body, apart, room) }, length, apart, room);
  return split.possible ? split.loops() : undefined;
}

/** Longer bodies are left: what depends on what is found by comparing statements in pairs. */
const LONGEST = 200;

type Call = Extract<Stmt, { kind: 'let' }> & { readonly value: Extract<Expr, { kind: 'op' }> };

export const isCall = (s: Stmt, apart: ReadonlySet<string>): s is Call => s.kind === 'let' && s.value.kind === 'op' && apart.has(s.value.op);

/** Every function of locals: what an argument is made of is computed before. */
function argumentsNamed(statements: readonly Stmt[], apart: ReadonlySet<string>, { locals }: Room): Stmt[] {
  return statements.flatMap((s): Stmt[] => {
    if (!isCall(s, apart)) return [s];
    const before: Stmt[] = [];
    const args = s.value.args.map((value): Expr => {
      if (value.kind === 'local' || value.kind === 'number') return value;
      const local = locals.push({ hint: 'operand', named: false }) - 1;
      before.push({ kind: 'let', local, value });
      return { kind: 'local', id: local };
    });
    return [...before, { ...s, value: { ...s.value, args } }];
  });
}

/** A bound as the size of an array. */
function dimOf(p: Poly): Dim | undefined {
  const constant = constantPoly(p);
  if (constant !== undefined) return String(constant);
  const [symbol, offset] = p;
  if (symbol?.coef !== 1 || symbol.locals.length > 0 || symbol.sizes.length !== 1 || p.length > 2 || (offset !== undefined && offset.sizes.length + offset.locals.length > 0)) return undefined;
  return writeDim({ base: symbol.sizes[0], offset: offset?.coef ?? 0 });
}

/** An element of an array that holds a local of each iteration. */
interface Home {
  readonly buffer: BufferId;
  readonly index: Poly;
}

class Split {
  readonly loop: Loop;
  readonly length: Dim;
  readonly room: Room;
  readonly apart: ReadonlySet<string>;
  readonly effects: readonly Touched[];
  /** statements that define or change a local, by number */
  readonly writers = new Map<LocalId, number[]>();
  readonly phase: number[];
  /** locals that a later phase or a function needs */
  readonly homes = new Map<LocalId, Home>();
  /** stores that a function makes in place of the loop */
  readonly taken = new Set<Stmt>();

  constructor(loop: Loop, length: Dim, apart: ReadonlySet<string>, room: Room) {
    this.loop = loop;
    this.length = length;
    this.apart = apart;
    this.room = room;
    this.effects = loop.body.map(touched);
    const own = definedIn(loop.body);
    this.effects.forEach((t, k) => {
      for (const local of t.localsWritten) if (own.has(local)) this.writers.set(local, [...(this.writers.get(local) ?? []), k]);
    });
    this.phase = this.#phases();
  }

  /** Integers made inside the loop cannot be kept in arrays. */
  get possible(): boolean {
    return this.loop.body.every((s) => s.kind !== 'let' || (s.value.kind !== 'index' && s.value.kind !== 'multiple'));
  }

  /** The first phase in which each statement can run: after what it reads, and after the calls among that. Calls end a phase, in their order. */
  #phases(): number[] {
    const phase = this.effects.map(() => 0);
    const meets = this.effects.map((t, k) => [...this.effects.slice(0, k).keys()].filter((j) => conflict(this.effects[j] ?? t, t)));
    const raise = (k: number, to: number): boolean => {
      if ((phase[k] ?? 0) >= to) return false;
      phase[k] = to;
      return true;
    };
    for (let changed = true; changed; ) {
      changed = false;
      this.effects.forEach((t, k) => {
        for (const local of t.localsRead) {
          for (const w of this.writers.get(local) ?? []) if (w !== k) changed = raise(k, (phase[w] ?? 0) + (this.#calls(w) && !this.#calls(k) ? 1 : 0)) || changed;
        }
        for (const j of meets[k] ?? []) changed = raise(k, phase[j] ?? 0) || changed;
      });
      // a variable and all that changes it stay together
      for (const writers of this.writers.values()) {
        const last = Math.max(...writers.map((w) => phase[w] ?? 0));
        for (const w of writers) changed = raise(w, last) || changed;
      }
    }
    return phase;
  }

  #calls(k: number): boolean {
    const s = this.loop.body[k];
    return s !== undefined && isCall(s, this.apart);
  }

  loops(): Stmt[] {
    this.#findHomes();
    const last = Math.max(...this.phase);
    return Array.from({ length: last + 1 }, (_, p) => [...this.#rest(p), ...this.#callsOf(p)]).flat();
  }

  #findHomes(): void {
    const { body } = this.loop;
    for (const [local, writers] of this.writers) {
      const [first = 0] = writers;
      const called = this.#calls(first);
      const crosses = this.effects.some((t, k) => t.localsRead.has(local) && ((this.phase[k] ?? 0) > (this.phase[first] ?? 0) || this.#calls(k)));
      if (called || (crosses && this.#again(local) === undefined)) this.homes.set(local, this.#home(local));
    }
    for (const s of body) if (s.kind === 'store' && s.value.kind === 'local' && this.homes.get(s.value.id)?.buffer === s.buffer && this.#calls(this.writers.get(s.value.id)?.[0] ?? -1)) this.taken.add(s);
  }

  /** The array that the loop stores a local in, where nothing else in the loop touches it, or a new one. */
  #home(local: LocalId): Home {
    const own = definedIn(this.loop.body);
    for (const s of this.loop.body) {
      if (s.kind !== 'store' || s.combine !== 'set' || s.value.kind !== 'local' || s.value.id !== local) continue;
      const alone = this.effects.filter((t) => t.buffersRead.has(s.buffer) || t.buffersWritten.has(s.buffer)).length === 1;
      const walks = polyUses(s.index, this.loop.local) && !s.index.some((m) => m.locals.some((l) => own.has(l)));
      if (alone && walks) return { buffer: s.buffer, index: s.index };
    }
    const buffer = this.room.buffers.length;
    this.room.buffers.push({ id: buffer, use: 'scratch', name: this.room.locals[local]?.hint ?? 'value', shape: [this.length], element: 'real' });
    return { buffer, index: localPoly(this.loop.local) };
  }

  /** The definition of a local that costs nothing to repeat: an element that the loop does not change. */
  #again(local: LocalId): Extract<Stmt, { kind: 'let' }> | undefined {
    const [only = -1, ...others] = this.writers.get(local) ?? [];
    const s = this.loop.body[only];
    if (s?.kind !== 'let' || others.length > 0 || s.value.kind !== 'load') return undefined;
    const { buffer } = s.value;
    return this.effects.some((t) => t.buffersWritten.has(buffer)) ? undefined : s;
  }

  /** The loop over what is no call. */
  #rest(p: number): Stmt[] {
    const { body } = this.loop;
    const there = new Set<LocalId>();
    const inside = body.flatMap((s, k): Stmt[] => {
      if (this.phase[k] !== p || this.#calls(k) || this.taken.has(s)) return [];
      const before = [...(this.effects[k]?.localsRead ?? [])].flatMap((local): Stmt[] => {
        const [writer] = this.writers.get(local) ?? [];
        if (writer === undefined || there.has(local) || (this.phase[writer] === p && !this.#calls(writer))) return [];
        there.add(local);
        const home = this.homes.get(local);
        if (home !== undefined) return [{ kind: 'let', local, value: { kind: 'load', ...home } }];
        const again = this.#again(local);
        return again === undefined ? [] : [again];
      });
      return [...before, s, ...this.#keep(k)];
    });
    return inside.length === 0 ? [] : [this.#copy({ ...this.loop, body: inside })];
  }

  /** Puts a local in its home once it has its last value. */
  #keep(k: number): Stmt[] {
    return [...(this.effects[k]?.localsWritten ?? [])].flatMap((local): Stmt[] => {
      const home = this.homes.get(local);
      const stored = this.loop.body.some((s) => s.kind === 'store' && s.value.kind === 'local' && s.value.id === local && s.buffer === home?.buffer);
      if (home === undefined || stored || this.writers.get(local)?.at(-1) !== k) return [];
      return [{ kind: 'store', ...home, combine: 'set', value: { kind: 'local', id: local } }];
    });
  }

  /** A loop for each call, and for what is called with its result. */
  #callsOf(p: number): Stmt[] {
    const bodies: { readonly results: Set<LocalId>; readonly body: Stmt[] }[] = [];
    this.loop.body.forEach((s, k) => {
      const home = isCall(s, this.apart) ? this.homes.get(s.local) : undefined;
      if (this.phase[k] !== p || home === undefined || !isCall(s, this.apart)) return;
      const read = this.effects[k]?.localsRead ?? new Set();
      const args = s.value.args.map((arg): Expr => {
        if (arg.kind !== 'local' || !this.writers.has(arg.id)) return arg;
        const kept = this.homes.get(arg.id);
        return kept === undefined ? this.#again(arg.id)?.value ?? arg : { kind: 'load', ...kept };
      });
      const store: Stmt = { kind: 'store', ...home, combine: 'set', value: { ...s.value, args } };
      const maker = bodies.find(({ results }) => [...results].some((local) => read.has(local)));
      if (maker === undefined) bodies.push({ results: new Set([s.local]), body: [store] });
      else {
        maker.results.add(s.local);
        maker.body.push(store);
      }
    });
    return bodies.map(({ body }) => this.#copy({ ...this.loop, body }));
  }

  #copy(loop: Loop): Stmt {
    return copyStatement({ ...loop, from: ZERO }, renaming(new Map()), this.room.locals);
  }
}

/** One of them changes an array that the other one touches. */
function conflict(a: Touched, b: Touched): boolean {
  const meets = (written: ReadonlySet<BufferId>, t: Touched): boolean => [...written].some((x) => t.buffersRead.has(x) || t.buffersWritten.has(x));
  return meets(a.buffersWritten, b) || meets(b.buffersWritten, a);
}
