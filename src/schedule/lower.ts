/** Loop trees to statements: indices, accumulators, stores. Which loops there are was decided in `fuse.ts`. */
import { invariant } from '../diagnostics/internal.ts';
import { readDim, type Dim } from '../ir/dim.ts';
import { isOne, ONE, type Rational } from '../ir/rational.ts';
import type { LinearOp, NodeId } from '../ir/types.ts';
import { core } from '../ops/core.ts';
import type { Emitter } from './draft.ts';
import type { LoopNode, Tree } from './fuse.ts';
import type { RowPlace } from './plan.ts';
import { addPoly, dimPoly, flatOffset, integerPoly, localPoly, scalePoly, ZERO, type LocalId, type Poly } from './poly.ts';
import { combination, number, power, product, scaled, LONGEST_QUOTIENT } from './scalar.ts';
import type { Access, Body, Factor, Guard, Position, Read, Stage } from './stage.ts';
import { isWhole } from './stage.ts';
import { commonLoops, storedPositions, type Placement } from './storage.ts';
import type { BufferId, Combine, Expr, Stmt } from './types.ts';

/** Where the value of a stage is found once it has run. */
export interface Home {
  /** a local, valid inside this many outer loops of the stage */
  value?: { readonly expr: Expr; readonly loops: number };
  array?: { readonly buffer: BufferId; readonly lead: readonly Poly[]; readonly positions: readonly number[]; readonly place?: RowPlace };
}

export interface Lowering {
  readonly emit: Emitter;
  readonly places: ReadonlyMap<Stage, Placement>;
  readonly homes: Map<Stage, Home>;
  readonly byNode: ReadonlyMap<NodeId, Stage>;
  readonly loopLocal: Map<LoopNode, LocalId>;
  /** the user's name of a node */
  readonly nameOf: (node: NodeId) => string | undefined;
  /** scans and dense kernels are lowered elsewhere */
  readonly whole: (low: Lowering, stage: Stage) => void;
}

export function lowerTrees(low: Lowering, trees: readonly Tree[]): void {
  for (const tree of trees) {
    if (tree.kind === 'stage') lowerStage(low, tree.stage);
    else lowerLoop(low, tree);
  }
}

function lowerLoop(low: Lowering, loop: LoopNode): void {
  const { emit } = low;
  const reducing = [...loop.axisOf.keys()].filter((stage) => startsReduction(low, stage, loop)).sort((a, b) => a.index - b.index);
  for (const stage of reducing) startReduction(low, stage);
  const local = emit.draft.local(loopHint(loop.size), emit.depth + 1);
  low.loopLocal.set(loop, local);
  emit.open();
  lowerTrees(low, loop.body);
  const body = emit.close();
  emit.push({ kind: 'for', local, from: ZERO, to: dimPoly(loop.size), direction: 'forward', body });
  for (const stage of reducing) finishReduction(low, stage);
}

/** N is walked by n, 3 by i. */
function loopHint(size: Dim): string {
  const { base } = readDim(size);
  return base === undefined ? 'i' : base.slice(0, 1).toLowerCase();
}

function placeOf(low: Lowering, stage: Stage): Placement {
  const place = low.places.get(stage);
  invariant(place, 'schedule', 'a stage was not placed');
  return place;
}

function startsReduction(low: Lowering, stage: Stage, loop: LoopNode): boolean {
  const place = placeOf(low, stage);
  return place.loops[place.reduces] === loop;
}

const IDENTITY: Readonly<Record<Combine, number>> = { set: 0, add: 0, multiply: 1, max: -Infinity, min: Infinity };

/** Stored positions that vary inside the reduction: the accumulator is an array over them. */
function accumulated(stage: Stage, place: Placement): number[] {
  return storedPositions(stage, place).filter((position) => {
    const axis = stage.axisAt[position];
    const at = axis === undefined ? -1 : place.loops.findIndex((l) => l.axisOf.get(stage) === axis);
    return at < 0 || at > place.reduces;
  });
}

function startReduction(low: Lowering, stage: Stage): void {
  const place = placeOf(low, stage);
  const inner = accumulated(stage, place);
  const identity = IDENTITY[stage.combine];
  if (inner.length === 0) {
    const { emit } = low;
    const scaledLater = !isOne(coefficientOf(stage));
    const named = low.nameOf(stage.node) !== undefined && !scaledLater;
    const local = emit.draft.local(scaledLater ? 'total' : hintOf(low, stage), emit.depth, named);
    emit.push({ kind: 'var', local, value: number(identity) });
    low.homes.set(stage, { value: { expr: { kind: 'local', id: local }, loops: place.reduces } });
    return;
  }
  const array = allocate(low, stage, place);
  low.homes.set(stage, { array });
  clear(low, stage, array, inner, identity);
}

function clear(low: Lowering, stage: Stage, array: NonNullable<Home['array']>, inner: readonly number[], identity: number): void {
  if (inner.length === array.positions.length && ownsArray(array)) low.emit.push({ kind: 'fill', buffer: array.buffer, value: identity });
  else resetSlice(low, stage, array, inner, identity);
}

/** A local accumulator is scaled once, after the loop. */
function coefficientOf(stage: Stage): Rational {
  return stage.body.kind === 'product' ? stage.body.coef : ONE;
}

/** The accumulator of one iteration of the loops around the reduction: loops over its own axes. */
function resetSlice(low: Lowering, stage: Stage, array: NonNullable<Home['array']>, inner: readonly number[], identity: number): void {
  const { emit } = low;
  const locals = new Map<number, LocalId>();
  for (const position of inner) {
    locals.set(position, emit.draft.local(loopHint(stage.shape[position] ?? '1'), emit.depth + 1));
    emit.open();
  }
  const at = (position: number): Poly => {
    const local = locals.get(position);
    return local === undefined ? axisPoly(low, stage, stage.axisAt[position] ?? 0) : localPoly(local);
  };
  emit.push({ kind: 'store', buffer: array.buffer, index: elementIndex(low, stage, array, at), combine: 'set', value: number(identity) });
  for (const position of [...inner].reverse()) {
    const body = emit.close();
    emit.push({ kind: 'for', local: locals.get(position) ?? 0, from: ZERO, to: dimPoly(stage.shape[position] ?? '1'), direction: 'forward', body });
  }
}

function finishReduction(low: Lowering, stage: Stage): void {
  const home = low.homes.get(stage);
  const place = placeOf(low, stage);
  const coef = coefficientOf(stage);
  if (home?.value !== undefined && !isOne(coef)) {
    const name = low.nameOf(stage.node);
    home.value = { ...home.value, expr: low.emit.bind(scaled(coef, home.value.expr), name ?? hintOf(low, stage), low.emit.depth, name !== undefined) };
  }
  if (home?.value === undefined || storedPositions(stage, place).length === 0 && stage.target === undefined) return;
  home.array = allocate(low, stage, place);
  storeValue(low, stage, home.array, home.value.expr);
}

/** The array that holds a stage's value: the caller's, or scratch over the positions that are not local. */
export function allocate(low: Lowering, stage: Stage, place: Placement): NonNullable<Home['array']> {
  if (stage.target !== undefined) return { ...stage.target, positions: stage.shape.map((_, k) => k) };
  const positions = storedPositions(stage, place);
  const buffer = low.emit.draft.buffer('scratch', low.nameOf(stage.node) ?? hintOf(low, stage), positions.map((k) => stage.shape[k] ?? '1'));
  return { buffer, lead: [], positions };
}

export function axisPoly(low: Lowering, stage: Stage, axis: number): Poly {
  const loop = placeOf(low, stage).loops.find((l) => l.axisOf.get(stage) === axis);
  const local = loop === undefined ? undefined : low.loopLocal.get(loop);
  invariant(local !== undefined, 'schedule', `axis ${axis} of a stage is not walked`);
  return localPoly(local);
}

function storeValue(low: Lowering, stage: Stage, array: NonNullable<Home['array']>, value: Expr): void {
  const index = elementIndex(low, stage, array, (position) => axisPoly(low, stage, stage.axisAt[position] ?? 0));
  low.emit.push({ kind: 'store', buffer: array.buffer, index, combine: 'set', value });
}

/** Nothing else is kept in the array. */
const ownsArray = ({ lead, place }: NonNullable<Home['array']>): boolean => lead.length === 0 && place === undefined;

/** Where the element of a stage at these positions of its value is kept. */
function elementIndex(low: Lowering, stage: Stage, { buffer, lead, positions, place }: NonNullable<Home['array']>, at: (position: number) => Poly): Poly {
  const shape = low.emit.draft.shape(buffer);
  if (place === undefined) return flatOffset(shape, [...lead, ...positions.map(at)]);
  const column = addPoly(dimPoly(place.start), flatOffset(place.columns.map((k) => stage.shape[k] ?? '1'), place.columns.map(at)));
  return flatOffset(shape, [...lead, ...place.rows.map(at), column]);
}

// ---- one stage -------------------------------------------------------------------------------------

function lowerStage(low: Lowering, stage: Stage): void {
  if (isWhole(stage)) low.whole(low, stage);
  else if (stage.body.kind === 'scatter') lowerScatter(low, stage, stage.body);
  else if (stage.body.kind === 'stack') lowerStack(low, stage, stage.body.pieces);
  else if (placeOf(low, stage).reduces < placeOf(low, stage).loops.length) lowerReduction(low, stage, stage.body);
  else lowerElement(low, stage, bodyExpr(low, stage, stage.body));
}

function lowerElement(low: Lowering, stage: Stage, value: Expr): void {
  const { emit } = low;
  const place = placeOf(low, stage);
  const stored = stage.target !== undefined || storedPositions(stage, place).length > 0;
  const name = low.nameOf(stage.node);
  const plain = value.kind === 'number' || value.kind === 'local' || (value.kind === 'load' && emit.draft.shape(value.buffer).length === 0);
  // a copy of a named value keeps its name
  const local = plain && (name === undefined || (stage.body.kind === 'access' && value.kind === 'local')) ? value : emit.bind(value, hintOf(low, stage), emit.depth, name !== undefined);
  const home: Home = { value: { expr: local, loops: place.loops.length } };
  low.homes.set(stage, home);
  if (!stored) return;
  home.array = allocate(low, stage, place);
  storeValue(low, stage, home.array, local);
}

function lowerReduction(low: Lowering, stage: Stage, body: Body): void {
  const home = low.homes.get(stage);
  invariant(home, 'schedule', 'a reduction was not started');
  const local = home.value?.expr.kind === 'local';
  const value = bodyExpr(low, stage, local && body.kind === 'product' ? { ...body, coef: ONE } : body);
  if (home.value?.expr.kind === 'local') {
    low.emit.push({ kind: 'assign', local: home.value.expr.id, combine: stage.combine, value });
    return;
  }
  const { array } = home;
  invariant(array, 'schedule', 'a reduction without accumulator');
  const at = array.positions.map((position) => axisPoly(low, stage, stage.axisAt[position] ?? 0));
  const index = flatOffset(low.emit.draft.shape(array.buffer), [...array.lead, ...at]);
  const when = conditionOf(low, stage, stage.triangles ?? []);
  const asked: Expr = when === undefined ? value : { kind: 'op', op: core.where, args: [when, value, number(0)] };
  low.emit.push({ kind: 'store', buffer: array.buffer, index, combine: stage.combine, value: asked });
}

function lowerScatter(low: Lowering, stage: Stage, body: Extract<Body, { kind: 'scatter' }>): void {
  const { emit } = low;
  let array = low.homes.get(stage)?.array;
  if (array === undefined) {
    // no reducing loop: every place is computed from axes that are fixed here
    const place = placeOf(low, stage);
    array = allocate(low, stage, place);
    low.homes.set(stage, { array });
    clearScattered(low, stage, place, array);
  }
  const at = body.at.map((p) => positionPoly(low, stage, p));
  const value = accessExpr(low, stage, body.value);
  const index = elementIndex(low, stage, array, (k) => at[k] ?? ZERO);
  const store: Stmt = { kind: 'store', buffer: array.buffer, index, combine: 'add', value };
  const when = conditionOf(low, stage, body.guards);
  emit.push(when === undefined ? store : { kind: 'if', when, body: [store] });
}

/** Zeroes what this iteration of the loops around may add to: slices of other iterations stay. */
function clearScattered(low: Lowering, stage: Stage, place: Placement, array: NonNullable<Home['array']>): void {
  const scattered = array.positions.filter((position) => {
    const axis = stage.axisAt[position];
    return axis === undefined || !place.loops.some((l) => l.axisOf.get(stage) === axis);
  });
  if (scattered.length === array.positions.length && ownsArray(array)) low.emit.push({ kind: 'fill', buffer: array.buffer, value: 0 });
  else resetSlice(low, stage, array, scattered, 0);
}

function lowerStack(low: Lowering, stage: Stage, pieces: readonly Access[]): void {
  const { emit } = low;
  let array = low.homes.get(stage)?.array;
  if (array === undefined) {
    array = allocate(low, stage, placeOf(low, stage));
    low.homes.set(stage, { array });
  }
  for (const [k, piece] of pieces.entries()) {
    const index = elementIndex(low, stage, array, (position) => (position === 0 ? integerPoly(k) : axisPoly(low, stage, stage.axisAt[position] ?? 0)));
    emit.push({ kind: 'store', buffer: array.buffer, index, combine: 'set', value: accessExpr(low, stage, piece) });
  }
}

/** f·x·(1/v) rather than f·(1/v)·x, which may vanish before x can bring it back. */
function reciprocalsLast(low: Lowering, factors: readonly Factor[]): readonly Factor[] {
  const isReciprocal = ({ access: { item } }: Factor): boolean => {
    const body = item.kind === 'read' && item.read.source.kind === 'stage' ? low.byNode.get(item.read.source.node)?.body : undefined;
    return body?.kind === 'power' && body.exponent.num < 0n;
  };
  return factors.some(isReciprocal) ? [...factors.filter((f) => !isReciprocal(f)), ...factors.filter(isReciprocal)] : factors;
}

function bodyExpr(low: Lowering, stage: Stage, body: Body): Expr {
  const { emit } = low;
  const of = (access: Access): Expr => accessExpr(low, stage, access);
  switch (body.kind) {
    case 'product': return product(emit, body.coef, reciprocalsLast(low, body.factors).flatMap((f) => {
      const divides = f.exponent.num < 0n;
      const base = of(f.access);
      if (divides && f.exponent.den === 1n && -f.exponent.num <= LONGEST_QUOTIENT) {
        const divisor = -f.exponent.num > 1n ? emit.bind(base, 'base') : base;
        return Array.from({ length: Number(-f.exponent.num) }, (_, k) => ({ value: divisor, divides, again: k > 0 }));
      }
      return { value: divides ? power(emit, base, { num: -f.exponent.num, den: f.exponent.den }) : base, divides };
    }));
    case 'combination': return combination(emit, body.terms.map((t) => ({ coef: t.coef, value: of(t.access) })));
    case 'power': return power(emit, of(body.base), body.exponent);
    case 'map': return { kind: 'op', op: body.op, args: body.args.map(of) };
    case 'call': return { kind: 'call', name: body.name, orders: body.orders, args: body.args.map(of) };
    case 'access': return of(body.access);
    default: invariant(false, 'schedule', `${body.kind} is not elementwise`);
  }
}

/** What a local is called when the user gave no name: the operation, and what it is applied to where that has a name. */
export function hintOf(low: Lowering, stage: Stage): string {
  const name = low.nameOf(stage.node);
  if (name !== undefined) return name;
  const { body } = stage;
  switch (body.kind) {
    case 'map': {
      const [only, ...others] = body.args.map((a) => wordOf(low, a));
      if (body.op === core.where) return 'choice';
      return only === undefined || others.length > 0 ? body.op : `${body.op}${capital(only)}`;
    }
    case 'power': return `${body.exponent.num < 0n ? 'inv' : 'power'}${capital(wordOf(low, body.base))}`;
    case 'product': return stage.combine === 'add' ? 'total' : 'product';
    case 'combination': return 'sum';
    case 'call': return body.name;
    case 'access': return stage.combine === 'set' ? 'value' : stage.combine;
    case 'stack': return 'vector';
    case 'scatter': return 'spread';
    case 'linalg': return KERNEL_WORD[body.op];
    case 'matmul': return 'product';
    case 'scan': case 'result': return 'state';
  }
}

const KERNEL_WORD: Readonly<Record<LinearOp, string>> = {
  chol: 'factor', 'chol-adjoint': 'adjoint', tsolve: 'solution', solve: 'solution', 'spd-solve': 'solution', 'lu-solve': 'solution',
  inv: 'inverse', 'spd-inv': 'inverse', 'chol-inv': 'inverse', 'lu-inv': 'inverse', lu: 'factors',
  det: 'determinant', 'lu-det': 'determinant', logdet: 'logDeterminant', 'spd-logdet': 'logDeterminant', 'lu-logdet': 'logDeterminant', gram: 'gram',
};

/** The name of what an access reads, or nothing. */
function wordOf(low: Lowering, { item }: Access): string {
  if (item.kind === 'position') return item.position.kind === 'affine' && item.position.terms.length === 0 ? (item.position.offset[0]?.sizes.join('') ?? '') : '';
  if (item.kind !== 'read') return '';
  const { source } = item.read;
  if (source.kind === 'buffer') return low.emit.draft.buffers[source.buffer]?.name ?? '';
  return source.kind === 'stage' ? low.nameOf(source.node) ?? '' : '';
}

const capital = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);

// ---- reading ---------------------------------------------------------------------------------------

export function accessExpr(low: Lowering, stage: Stage, access: Access): Expr {
  const { item } = access;
  let value: Expr;
  switch (item.kind) {
    case 'constant': value = number(item.value); break;
    case 'position': value = indexExpr(positionPoly(low, stage, item.position)); break;
    case 'equal': value = { kind: 'op', op: core.eq, args: [item.left, item.right].map((p) => indexExpr(positionPoly(low, stage, p))) }; break;
    case 'read': value = readExpr(low, stage, item.read); break;
  }
  value = scaled(access.scale, value);
  const when = conditionOf(low, stage, access.guards);
  return when === undefined ? value : { kind: 'op', op: core.where, args: [when, value, number(0)] };
}

function indexExpr(poly: Poly): Expr {
  const [only] = poly;
  if (only === undefined) return number(0);
  return poly.length === 1 && only.sizes.length === 0 && only.locals.length === 0 ? number(only.coef) : { kind: 'index', poly };
}

function conditionOf(low: Lowering, stage: Stage, guards: readonly Guard[]): Expr | undefined {
  const tests = guards.flatMap((g): Expr[] => {
    const at = indexExpr(positionPoly(low, stage, g.position));
    const low0: Expr[] = g.low ? [{ kind: 'op', op: core.ge, args: [at, number(0)] }] : [];
    const high: Expr[] = g.high === undefined ? [] : [{ kind: 'op', op: core.lt, args: [at, indexExpr(g.high)] }];
    return [...low0, ...high];
  });
  const [first, ...rest] = tests;
  return first === undefined ? undefined : rest.reduce((left, right): Expr => ({ kind: 'op', op: core.and, args: [left, right] }), first);
}

export function positionPoly(low: Lowering, stage: Stage, position: Position): Poly {
  if (position.kind === 'gather') return low.emit.integer(readExpr(low, stage, position.read), 'at');
  return addPoly(position.offset, ...position.terms.map((t) => scalePoly(axisPoly(low, stage, t.axis), t.coef)));
}

function readExpr(low: Lowering, stage: Stage, read: Read): Expr {
  const { emit } = low;
  if (read.source.kind === 'value') return read.source.value;
  const at = read.at.map((p) => positionPoly(low, stage, p));
  if (read.source.kind === 'buffer') return loadFrom(emit, read.source.buffer, flatOffset(emit.draft.shape(read.source.buffer), at), emit.base);
  const from = low.byNode.get(read.source.node);
  const home = from === undefined ? undefined : low.homes.get(from);
  invariant(from && home, 'schedule', `%${read.source.node} is read before it is made`);
  const common = commonLoops(placeOf(low, from).loops, placeOf(low, stage).loops);
  if (home.value !== undefined && common >= home.value.loops) return home.value.expr;
  const { array } = home;
  invariant(array, 'schedule', `%${read.source.node} is not stored where it is read`);
  return loadFrom(emit, array.buffer, elementIndex(low, from, array, (k) => at[k] ?? ZERO), emit.base + common);
}

/** A cell of an array, read once in the outermost loop where its place is fixed and the array is complete. */
function loadFrom(emit: Emitter, buffer: BufferId, index: Poly, complete: number): Expr {
  const load = { kind: 'load', buffer, index } as const;
  if (emit.draft.shape(buffer).length === 0) return load;
  return emit.bind(load, elementHint(emit, buffer, index), Math.max(emit.depthOf(load), complete));
}


/** X[n*D + d] is called X_nd, v[2] v_2. */
function elementHint(emit: Emitter, buffer: BufferId, index: Poly): string {
  const name = emit.draft.buffers[buffer]?.name ?? 'x';
  const walked = index.flatMap((m) => m.locals).map((local) => (emit.draft.locals[local]?.hint ?? '').replaceAll('_', ''));
  const fixed = index.find((m) => m.locals.length === 0 && m.sizes.length === 0);
  return `${name}_${[...walked, ...(fixed === undefined ? [] : [fixed.coef])].join('')}`;
}
