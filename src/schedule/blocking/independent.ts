/**
 * Whether iterations of a loop may run side by side: nothing one of them makes is read by another, except through
 * sums, products, maxima and minima, whose terms may come in any order.
 */
import { sizePoly, polyKey, type LocalId, type Poly } from '../poly.ts';
import type { BufferId, Combine, Program, Stmt } from '../types.ts';
import { eachExpr, ownExprs, touched, type Touched } from '../visit.ts';

const NONE: ReadonlyMap<LocalId, LocalId> = new Map();

export type Loop = Extract<Stmt, { kind: 'for' }>;

export interface Independence {
  /** arrays that hold values of one iteration only: iterations side by side need one each */
  readonly own: ReadonlySet<BufferId>;
  readonly uses: ReadonlyMap<BufferId, Use>;
}

/** What iterations do with an array. `axis`: the one along which each iteration keeps to its own position. */
export type Use =
  | { readonly kind: 'read'; readonly axis: number | undefined }
  | { readonly kind: 'rows'; readonly axis: number }
  | { readonly kind: 'sum'; readonly combine: Combine }
  | { readonly kind: 'own' };

interface Visit {
  readonly way: 'load' | 'fill' | 'array' | Combine;
  readonly index: Poly;
  readonly conditional: boolean;
}

/**
 * Locals that hold what the round before made, each with the local that holds it: assigned once, a value that is known
 * before the local is read. Rounds side by side read it from each other.
 */
export function handedRound({ body }: Loop): ReadonlyMap<LocalId, LocalId> {
  const known = new Map<LocalId, number>();
  const firstRead = new Map<LocalId, number>();
  body.forEach((s, k) => {
    for (const local of touched(s).localsRead) if (!firstRead.has(local)) firstRead.set(local, k);
    if (s.kind === 'let') known.set(s.local, k);
  });
  const assigns = body.filter((s): s is Extract<Stmt, { kind: 'assign' }> => s.kind === 'assign');
  return new Map(assigns.flatMap(({ local, combine, value }): [LocalId, LocalId][] => {
    const once = assigns.filter((a) => a.local === local).length === 1;
    const at = value.kind === 'local' ? known.get(value.id) : undefined;
    return once && combine === 'set' && value.kind === 'local' && at !== undefined && at < (firstRead.get(local) ?? body.length) ? [[local, value.id]] : [];
  }));
}

/** `elsewhere`: what the rest of the program touches; `handed`: locals that may pass from round to round. */
export function independence(program: Program, loop: Loop, elsewhere: Pick<Touched, 'buffersRead' | 'buffersWritten' | 'localsRead'>, handed: ReadonlyMap<LocalId, LocalId> = NONE): Independence | undefined {
  const scan = new Scan(loop);
  if (!scan.plain || loop.replay !== undefined || loop.direction === 'backward') return undefined;
  for (const [local, combines] of scan.assigned) {
    if (scan.defined.has(local) || handed.has(local)) continue;
    if (scan.read.has(local) || combines.size > 1 || combines.has('set')) return undefined;
  }
  const uses = new Map<BufferId, Use>();
  for (const [buffer, visits] of scan.visits) {
    const [axis, combine] = [commonAxis(program, buffer, visits, loop.local), onlyCombine(visits)];
    const outside = elsewhere.buffersRead.has(buffer) || elsewhere.buffersWritten.has(buffer);
    if (visits.every((v) => v.way === 'load')) uses.set(buffer, { kind: 'read', axis });
    else if (axis !== undefined) uses.set(buffer, { kind: 'rows', axis });
    else if (combine !== undefined) uses.set(buffer, { kind: 'sum', combine });
    else if (outside || program.buffers[buffer]?.use !== 'scratch' || !startsAfresh(scan, visits)) return undefined;
    else uses.set(buffer, { kind: 'own' });
  }
  return { own: new Set([...uses].flatMap(([buffer, use]) => (use.kind === 'own' ? [buffer] : []))), uses };
}

/** The axis that every touch keeps to. */
function commonAxis(program: Program, buffer: BufferId, visits: readonly Visit[], local: LocalId): number | undefined {
  const axes = new Set(visits.map((v) => (v.way === 'fill' || v.way === 'array' ? undefined : axisOf(program, buffer, v.index, local))));
  return axes.size === 1 ? [...axes][0] : undefined;
}

/** Terms of one kind only, read by nobody in the loop. */
function onlyCombine(visits: readonly Visit[]): Combine | undefined {
  const ways = new Set(visits.map((v) => v.way));
  const [way] = ways;
  return ways.size === 1 && (way === 'add' || way === 'multiply' || way === 'max' || way === 'min') ? way : undefined;
}

/** The first touch in an iteration overwrites what the one before left, whichever iteration it is. */
function startsAfresh(scan: Scan, [first, ...rest]: readonly Visit[]): boolean {
  if (first === undefined || [first, ...rest].some((v) => v.way === 'array')) return false;
  if (first.way === 'fill') return true;
  return first.way === 'set' && !first.conditional && first.index.every((m) => m.locals.every((l) => scan.walked.has(l)));
}

/** The axis of the array whose position is exactly the loop variable; undefined when it is not seen to be. */
function axisOf(program: Program, buffer: BufferId, index: Poly, local: LocalId): number | undefined {
  const shape = program.buffers[buffer]?.shape ?? [];
  const strides = shape.map((_, axis) => polyKey(sizePoly(shape.slice(axis + 1))));
  let found: number | undefined;
  const taken = new Set<number>();
  for (const l of new Set(index.flatMap((m) => m.locals))) {
    const terms = index.filter((m) => m.locals.includes(l));
    if (terms.some((m) => m.locals.length > 1)) return undefined;
    const stride = polyKey(terms.map((m) => ({ ...m, locals: [] })));
    const axis = strides.findIndex((s, k) => s === stride && !taken.has(k));
    if (axis < 0) return undefined;
    taken.add(axis);
    if (l === local) found = axis;
  }
  const rest = index.filter((m) => m.locals.length === 0);
  if (found === undefined || rest.length === 0) return found;
  // a fixed place beside the loop variable: inside one step of it
  const [only] = rest;
  const inside = rest.length === 1 && only?.sizes.length === 0 && only.coef > 0 ? sizePoly(shape.slice(found + 1)) : [];
  const [step] = inside;
  return inside.length === 1 && step?.sizes.length === 0 && step.locals.length === 0 && (only?.coef ?? 0) < step.coef ? found : undefined;
}

/** Everything the body of a loop touches, in order. */
class Scan {
  readonly visits = new Map<BufferId, Visit[]>();
  readonly assigned = new Map<LocalId, Set<Combine>>();
  readonly defined = new Set<LocalId>();
  readonly read = new Set<LocalId>();
  /** variables of loops inside */
  readonly walked = new Set<LocalId>();
  plain = true;

  constructor(loop: Loop) {
    this.#block(loop.body, loop.local, false);
  }
  #visit(buffer: BufferId, visit: Visit): void {
    const list = this.visits.get(buffer);
    if (list === undefined) this.visits.set(buffer, [visit]);
    else list.push(visit);
  }
  #block(statements: readonly Stmt[], local: LocalId, conditional: boolean): void {
    for (const s of statements) {
      for (const e of ownExprs(s)) {
        eachExpr(e, (x) => {
          if (x.kind === 'local') this.read.add(x.id);
          if (x.kind === 'load') this.#visit(x.buffer, { way: 'load', index: x.index, conditional });
        });
      }
      this.#statement(s, local, conditional);
    }
  }
  #statement(s: Stmt, local: LocalId, conditional: boolean): void {
    switch (s.kind) {
      case 'let': case 'var': this.defined.add(s.local); return;
      case 'assign': this.assigned.set(s.local, (this.assigned.get(s.local) ?? new Set<Combine>()).add(s.combine)); return;
      case 'store': this.#visit(s.buffer, { way: s.combine, index: s.index, conditional }); return;
      case 'fill': this.#visit(s.buffer, { way: 'fill', index: [], conditional }); return;
      case 'if': this.#block(s.body, local, true); return;
      case 'for':
        this.walked.add(s.local);
        if (s.replay !== undefined) this.plain = false;
        this.#block(s.body, local, conditional);
        return;
      case 'copy':
        this.#visit(s.from, { way: 'array', index: [], conditional });
        this.#visit(s.to, { way: 'array', index: [], conditional });
        return;
      case 'linalg': case 'matmul': this.plain = false; return;
    }
  }
}
