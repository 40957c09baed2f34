/** Whether the steps of an innermost loop may be taken several at a time, and what each of its parts then is. */
import { constantPoly, polyKey, polyUses, type LocalId, type Poly } from '../../schedule/poly.ts';
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
  readonly stored = new Map<BufferId, { readonly key: string; readonly walk: Walk }>();
  possible = true;

  constructor(loop: Loop, context: PlanContext) {
    this.loop = loop;
    this.context = context;
  }

  plan(): VectorPlan | undefined {
    const { loop } = this;
    const [from, to] = [constantPoly(loop.from), constantPoly(loop.to)];
    if (loop.direction !== 'forward' || loop.replay !== undefined || loop.step !== undefined || (from !== undefined && to !== undefined && to - from < 4)) return undefined;
    for (const s of loop.body) if (s.kind === 'let' || s.kind === 'var') this.own.add(s.local);
    for (const s of loop.body) this.#statement(s);
    for (const s of loop.body) for (const e of ownExprs(s)) this.#reads(e);
    if (!this.possible) return undefined;
    const weight = loop.body.reduce((n, s) => n + ownExprs(s).reduce((m, e) => m + this.context.weight(e), 1), 0);
    return { reductions: [...this.reductions.values()], cells: this.cells, own: this.own, unroll: weight <= 14 ? 4 : weight <= 160 ? 2 : 1 };
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
        const key = polyKey(s.index);
        const known = this.stored.get(s.buffer);
        if (known !== undefined && (known.walk !== walk || (walk === 'unit' && known.key !== key))) return this.#refuse();
        this.stored.set(s.buffer, { key, walk });
        if (walk === 'fixed' && !this.cells.some((c) => c.buffer === s.buffer && polyKey(c.index) === key)) this.cells.push({ buffer: s.buffer, index: s.index });
        break;
      }
      default: this.#refuse();
    }
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
      const written = this.stored.get(x.buffer);
      // what the loop writes is read only where the same step writes it
      if (written !== undefined && (written.walk !== 'unit' || written.key !== polyKey(x.index))) this.#refuse();
      if (this.context.isScalar(x.buffer) && polyUses(x.index, this.loop.local)) this.#refuse();
    });
  }
}
