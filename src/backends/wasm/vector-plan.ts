/** Whether the steps of an innermost loop may be taken several at a time, and what each of its parts then is. */
import { addPoly, constantPoly, polyKey, polyUses, scalePoly, type LocalId, type Poly } from '../../schedule/poly.ts';
import type { BufferId, Combine, Expr, Stmt } from '../../schedule/types.ts';
import { eachExpr, ownExprs } from '../../schedule/visit.ts';
import { slopeOf } from './pointers.ts';

type Loop = Extract<Stmt, { kind: 'for' }>;

/** A variable of the outside that the loop only adds to, multiplies, or keeps the largest or smallest of. */
export interface Reduction {
  readonly local: LocalId;
  readonly combine: Exclude<Combine, 'set'>;
}
/** An element that every step adds to. */
export interface CellSum {
  readonly buffer: BufferId;
  readonly index: Poly;
}

export interface VectorPlan {
  readonly reductions: readonly Reduction[];
  readonly cells: readonly CellSum[];
  /** locals of the body */
  readonly own: ReadonlySet<LocalId>;
  /** vectors a step takes at once */
  readonly unroll: number;
}

export interface PlanContext {
  readonly isInteger: (local: LocalId) => boolean;
  readonly isIndex: (buffer: BufferId) => boolean;
  readonly isScalar: (buffer: BufferId) => boolean;
  /** operations, with calls at what they cost */
  readonly weight: (e: Expr) => number;
}

export function planVectorLoop(loop: Loop, context: PlanContext): VectorPlan | undefined {
  return new Planner(loop, context).plan();
}

/** Vectors that V8 keeps in registers. */
const REGISTERS = 15;
/** Operations of a step, by how many vectors are taken at once. */
const LARGEST: Readonly<Record<number, number>> = { 4: 14, 2: 160 };

/** Shorter loops stay as they are. */
const LEAST_STEPS = 4;

/** How many steps a loop takes, where its text says so. */
export function constantSteps({ from, to, step = 1 }: Loop): number | undefined {
  const [first, end] = [constantPoly(from), constantPoly(to)];
  return first === undefined || end === undefined ? undefined : Math.max(Math.ceil((end - first) / step), 0);
}

/** What an offset does from step to step. */
export type Walk = 'fixed' | 'unit' | 'strided';

export function walkOf(index: Poly, variable: LocalId): Walk | undefined {
  const slope = slopeOf(index, variable);
  if (slope === undefined) return undefined;
  if (slope.length === 0) return 'fixed';
  return constantPoly(slope) === 1 ? 'unit' : 'strided';
}

class Planner {
  readonly loop: Loop;
  readonly context: PlanContext;
  readonly own = new Set<LocalId>();
  readonly reductions = new Map<LocalId, Reduction>();
  readonly cells: CellSum[] = [];
  /** what the loop writes: one element that every step adds to, or an element a step in each of some rows */
  readonly stored = new Map<BufferId, { readonly walk: Walk; readonly rows: Poly[] }>();
  /** elements that are another one in each step */
  readonly moving = new Set<string>();
  possible = true;

  constructor(loop: Loop, context: PlanContext) {
    this.loop = loop;
    this.context = context;
  }

  plan(): VectorPlan | undefined {
    const { loop } = this;
    if (loop.direction !== 'forward' || loop.replay !== undefined || loop.step !== undefined || (constantSteps(loop) ?? LEAST_STEPS) < LEAST_STEPS) return undefined;
    for (const s of loop.body) if (s.kind === 'let' || s.kind === 'var') this.own.add(s.local);
    for (const s of loop.body) this.#statement(s);
    for (const s of loop.body) for (const e of ownExprs(s)) this.#reads(e);
    if (!this.possible) return undefined;
    return { reductions: [...this.reductions.values()], cells: this.cells, own: this.own, unroll: this.#unroll() };
  }

  #unroll(): number {
    const { loop, context } = this;
    const weight = loop.body.reduce((n, s) => n + ownExprs(s).reduce((m, e) => m + context.weight(e), 1), 0);
    // V8 makes all loads up to a store first and sums afterwards
    const storesRows = [...this.stored.values()].some(({ walk }) => walk === 'unit');
    const [each, shared] = storesRows ? [0, 0] : [this.moving.size, this.reductions.size + this.cells.length];
    return [4, 2].find((n) => weight <= (LARGEST[n] ?? 0) && n * each + shared <= REGISTERS) ?? 1;
  }

  #refuse(): void {
    this.possible = false;
  }
  #statement(s: Stmt): void {
    const { context } = this;
    switch (s.kind) {
      case 'let': case 'var':
        if (context.isInteger(s.local)) this.#refuse();
        break;
      case 'assign': {
        if (this.own.has(s.local)) break;
        const known = this.reductions.get(s.local);
        if (s.combine === 'set' || context.isInteger(s.local) || (known !== undefined && known.combine !== s.combine)) return this.#refuse();
        this.reductions.set(s.local, { local: s.local, combine: s.combine });
        break;
      }
      case 'store': {
        const walk = this.#walk(s.index);
        if (walk === undefined || walk === 'strided' || context.isScalar(s.buffer) || context.isIndex(s.buffer)) return this.#refuse();
        if (walk === 'fixed' && s.combine !== 'add') return this.#refuse();
        const known = this.stored.get(s.buffer) ?? { walk, rows: [] };
        if (known.walk !== walk || (walk === 'unit' && !this.#keepsTo(known.rows, s.index))) return this.#refuse();
        this.stored.set(s.buffer, known);
        const isNew = !known.rows.some((row) => polyKey(row) === polyKey(s.index));
        if (isNew) known.rows.push(s.index);
        if (isNew && walk === 'fixed') this.cells.push({ buffer: s.buffer, index: s.index });
        break;
      }
      default: this.#refuse();
    }
  }
  /** Whether a row is one of some, or meets none of them. */
  #keepsTo(rows: readonly Poly[], row: Poly): boolean {
    const { from, to } = this.loop;
    const length = addPoly(to, scalePoly(from, -1));
    return rows.every((other) => {
      const distance = addPoly(row, scalePoly(other, -1));
      return distance.length === 0 || atLeast(distance, length) || atLeast(scalePoly(distance, -1), length);
    });
  }
  #walk(index: Poly): Walk | undefined {
    return index.some((m) => m.locals.some((l) => this.own.has(l))) ? undefined : walkOf(index, this.loop.local);
  }
  #reads(e: Expr): void {
    eachExpr(e, (x) => {
      if (x.kind === 'local' && (this.reductions.has(x.id) || (this.context.isInteger(x.id) && x.id !== this.loop.local && this.own.has(x.id)))) this.#refuse();
      if (x.kind === 'index') {
        const slope = slopeOf(x.poly, this.loop.local);
        if (slope === undefined || constantPoly(slope) === undefined || x.poly.some((m) => m.locals.some((l) => this.own.has(l)))) this.#refuse();
      }
      if (x.kind !== 'load') return;
      const walk = this.#walk(x.index);
      if (walk === undefined || (this.context.isIndex(x.buffer) && walk !== 'fixed')) return this.#refuse();
      if (walk !== 'fixed') this.moving.add(`${x.buffer} ${polyKey(x.index)}`);
      const written = this.stored.get(x.buffer);
      // what the loop writes is read only where the same step writes it
      if (written !== undefined && (written.walk !== 'unit' || walk !== 'unit' || !this.#keepsTo(written.rows, x.index))) this.#refuse();
      if (this.context.isScalar(x.buffer) && polyUses(x.index, this.loop.local)) this.#refuse();
    });
  }
}

/** p ≥ q ≥ 0, term by term, for sizes from 1 on: 0 where there is no such row. */
function atLeast(p: Poly, q: Poly): boolean {
  return [...p, ...q].every((m) => m.coef >= 0 && m.locals.length === 0) && q.every((m) => p.some((n) => n.coef >= m.coef && m.sizes.every((size) => n.sizes.includes(size)))) && q.length <= 1;
}
