/**
 * Very long straight-line programs as tables. V8 optimises straight code part by part, each after some 450 calls: 100,000
 * operations take 20 times as long as at their best for ten seconds, and megabytes of text. Here an operation is a row
 * of numbers, the places of its operands, and a loop that is optimised at once walks the rows. Sums, differences and products
 * are one kind of row, a + b·c with b or c 1 or -1 or a -0, which give the same bits: the loop over them has no branch.
 */
import { invariant } from '../diagnostics/internal.ts';
import { core } from '../ops/core.ts';
import { addPoly, constantPoly, integerPoly, localPoly, scalePoly, sizePoly, ZERO, type LocalId, type Poly } from './poly.ts';
import { weight } from './split.ts';
import { arithmetic, negated, number } from './scalar.ts';
import type { Buffer, BufferId, Expr, Local, Program, Stmt } from './types.ts';
import { children, eachExpr, ownExprs, touched } from './visit.ts';

/** V8 has optimised shorter ones, in parts, after a second or so, and they are then two to four times as fast as tables. */
const LONGEST_STRAIGHT = 25_000;

/** Operands of a row. */
const WIDTH = 3;

export function tabulate<P extends Program>(program: P): P {
  if (weight(program.body) < LONGEST_STRAIGHT) return program;
  const runs = straightRuns(program.body);
  const long = new Set(runs.filter((run) => weight(run) >= LONGEST_STRAIGHT));
  if (long.size === 0) return program;
  const room = { buffers: [...program.buffers], locals: [...program.locals] };
  const body = runs.flatMap((run) => {
    if (!long.has(run)) return run;
    const inside = new Set(run);
    const result: Stmt[] = program.result === undefined ? [] : [{ kind: 'if', when: program.result, body: [] }];
    const wanted = localsRead([...program.body.filter((s) => !inside.has(s)), ...result]);
    const table = new Table(room, run);
    return table.pays ? table.statements(wanted) : run;
  });
  return { ...program, ...room, body };
}

/** The body in consecutive pieces: what a table can hold, and the rest. */
function straightRuns(body: readonly Stmt[]): Stmt[][] {
  const runs: Stmt[][] = [];
  let straight = false;
  let stored = new Set<BufferId>();
  for (const s of body) {
    const fits = isStraight(s);
    // stores wait until the rows are done
    const again = fits && [...placesRead([s]).keys()].some((b) => stored.has(b));
    if (runs.length === 0 || fits !== straight || again) {
      runs.push([]);
      stored = new Set();
    }
    runs[runs.length - 1]?.push(s);
    straight = fits;
    if (s.kind === 'store') stored.add(s.buffer);
  }
  return runs;
}

function isStraight(s: Stmt): s is Store | Extract<Stmt, { kind: 'let' }> {
  return (s.kind === 'let' || (s.kind === 'store' && constantPoly(s.index) !== undefined)) && fitsRows(s.value);
}

function fitsRows(e: Expr): boolean {
  switch (e.kind) {
    case 'number': case 'local': return true;
    case 'load': return constantPoly(e.index) !== undefined;
    case 'arithmetic': case 'negate': return children(e).every(fitsRows);
    case 'op': return e.args.length <= WIDTH && e.args.every(fitsRows);
    default: return false;
  }
}

function localsRead(statements: readonly Stmt[]): Set<LocalId> {
  return new Set(statements.flatMap((s) => [...touched(s).localsRead]));
}

type Store = Extract<Stmt, { kind: 'store' }>;

/** Where an operand is: in which part of the values, and at which place of that. */
interface Place {
  readonly part: 'arrays' | 'constants' | 'given' | 'rows';
  readonly at: number;
}

/** A kind of row. */
interface Kind {
  readonly key: string;
  readonly make: (operands: readonly Expr[]) => Expr;
}
const SUM: Kind = { key: '+', make: ([a = ZERO_VALUE, b = ZERO_VALUE, c = ZERO_VALUE]) => arithmetic('+', a, arithmetic('*', b, c)) };
const QUOTIENT: Kind = { key: '/', make: ([a = ZERO_VALUE, b = ZERO_VALUE]) => arithmetic('/', a, b) };
const ZERO_VALUE = number(0);

class Table {
  readonly room: { readonly buffers: Buffer[]; readonly locals: Local[] };
  /** arrays that are copied as they are, with their place */
  readonly arrays = new Map<BufferId, number>();
  readonly constants = new Map<string, number>();
  /** what is known before, by what it is */
  readonly given = new Map<string, { readonly value: Expr; readonly at: number }>();
  readonly kinds = new Map<string, { readonly kind: Kind; readonly index: number }>();
  readonly rows: { readonly kind: number; readonly operands: readonly Place[] }[] = [];
  readonly made = new Map<LocalId, Place>();
  readonly stores: { readonly store: Store; readonly value: Place }[] = [];
  arraysLength = 0;

  constructor(room: { readonly buffers: Buffer[]; readonly locals: Local[] }, run: readonly Stmt[]) {
    this.room = room;
    for (const [buffer, places] of placesRead(run)) {
      const { shape = [], element } = room.buffers[buffer] ?? {};
      const length = constantPoly(sizePoly(shape));
      if (shape.length === 0 || element !== 'real' || length === undefined || length > 2 * places) continue;
      this.arrays.set(buffer, this.arraysLength);
      this.arraysLength += length;
    }
    for (const s of run) {
      if (s.kind === 'let') this.made.set(s.local, this.place(s.value));
      else if (s.kind === 'store') this.stores.push({ store: s, value: this.place(s.value) });
    }
  }

  /** What goes in and out one by one is straight code as before. */
  get pays(): boolean {
    return 4 * (this.given.size + this.stores.length) < this.rows.length;
  }

  /** The rows walked, and what the rest of the program wants of them. */
  statements(wanted: ReadonlySet<LocalId>): Stmt[] {
    const start = { arrays: 0, constants: this.arraysLength, given: this.arraysLength + this.constants.size, rows: this.arraysLength + this.constants.size + this.given.size };
    const values = this.buffer({ use: 'scratch', name: 'value', shape: [String(start.rows + this.rows.length)], element: 'real' });
    const index = ({ part, at }: Place): number => start[part] + at;
    const read = (place: Place): Expr => ({ kind: 'load', buffer: values, index: integerPoly(index(place)) });
    return [
      ...this.copies(values, start.constants),
      ...[...this.given.values()].map(({ value, at }): Stmt => ({ kind: 'store', buffer: values, index: integerPoly(start.given + at), combine: 'set', value })),
      ...this.walk(values, start.rows, this.rows.flatMap(({ operands }) => Array.from({ length: WIDTH }, (_, k) => (operands[k] === undefined ? 0 : index(operands[k]))))),
      ...this.stores.map(({ store, value }): Stmt => ({ ...store, value: read(value) })),
      ...[...this.made].flatMap(([local, place]): Stmt[] => (wanted.has(local) ? [{ kind: 'let', local, value: read(place) }] : [])),
    ];
  }

  /** What the operands are that rows do not make. */
  copies(values: BufferId, at: number): Stmt[] {
    const copy = (from: BufferId, to: number, length: number): Stmt => ({ kind: 'copy', to: values, toOffset: integerPoly(to), from, fromOffset: ZERO, length: integerPoly(length) });
    const inputs = [...this.arrays].map(([buffer, to]) => copy(buffer, to, constantPoly(sizePoly(this.room.buffers[buffer]?.shape ?? [])) ?? 0));
    if (this.constants.size === 0) return inputs;
    const contents = [...this.constants.keys()].map(Number);
    return [...inputs, copy(this.table('constant', 'real', contents), at, contents.length)];
  }

  /** The loop over the rows; over stretches of one kind where there are several. */
  walk(values: BufferId, first: number, operands: readonly number[]): Stmt[] {
    const table = this.table('operand', 'index', operands);
    const kinds = [...this.kinds.values()].map(({ kind }) => kind);
    const [only] = kinds;
    if (only === undefined) return [];
    if (kinds.length === 1) return [this.rowLoop(only, values, first, table, ZERO, integerPoly(this.rows.length))];
    const stretches = this.rows.flatMap(({ kind }, k) => (kind === this.rows[k - 1]?.kind ? [] : [{ kind, from: k }]));
    const kindOf = this.table('kind', 'index', stretches.map(({ kind }) => kind));
    const starts = this.table('start', 'index', [...stretches.map(({ from }) => from), this.rows.length]);
    const [stretch, kind, from, to] = ['i', 'kind', 'from', 'to'].map((hint) => this.local(hint)) as [LocalId, LocalId, LocalId, LocalId];
    const at = (buffer: BufferId, index: Poly): Expr => ({ kind: 'load', buffer, index });
    const body: Stmt[] = [
      { kind: 'let', local: kind, value: at(kindOf, localPoly(stretch)) },
      { kind: 'let', local: from, value: at(starts, localPoly(stretch)) },
      { kind: 'let', local: to, value: at(starts, addPoly(localPoly(stretch), integerPoly(1))) },
      ...kinds.map((row, k): Stmt => ({ kind: 'if', when: { kind: 'op', op: core.eq, args: [{ kind: 'local', id: kind }, number(k)] }, body: [this.rowLoop(row, values, first, table, localPoly(from), localPoly(to))] })),
    ];
    return [{ kind: 'for', local: stretch, from: ZERO, to: integerPoly(stretches.length), direction: 'forward', body }];
  }

  rowLoop({ make }: Kind, values: BufferId, first: number, operands: BufferId, from: Poly, to: Poly): Stmt {
    const row = this.local('k');
    const names = ['a', 'b', 'c'].map((hint) => this.local(hint));
    const value = make(names.map((name): Expr => ({ kind: 'load', buffer: values, index: localPoly(name) })));
    const used = new Set(touched({ kind: 'if', when: value, body: [] }).localsRead);
    const lets = names.flatMap((local, k): Stmt[] => (used.has(local) ? [{ kind: 'let', local, value: { kind: 'load', buffer: operands, index: addPoly(scalePoly(localPoly(row), WIDTH), integerPoly(k)) } }] : []));
    return { kind: 'for', local: row, from, to, direction: 'forward', body: [...lets, { kind: 'store', buffer: values, index: addPoly(localPoly(row), integerPoly(first)), combine: 'set', value }] };
  }

  // ---- rows --------------------------------------------------------------------------------------------

  place(e: Expr): Place {
    switch (e.kind) {
      case 'number': return this.constant(e.value);
      case 'local': return this.made.get(e.id) ?? this.give(`$${e.id}`, e);
      case 'load': {
        const array = this.arrays.get(e.buffer);
        const at = constantPoly(e.index) ?? 0;
        return array === undefined ? this.give(`#${e.buffer}.${at}`, e) : { part: 'arrays', at: array + at };
      }
      case 'negate': return this.row(SUM, [this.constant(-0), this.place(e.arg), this.constant(-1)]);
      case 'arithmetic': return this.arithmetic(e.op, e.left, e.right);
      case 'op': return this.row({ key: `${e.op}${e.often === true ? ' often' : ''}`, make: (args) => ({ ...e, args: args.slice(0, e.args.length) }) }, e.args.map((a) => this.place(a)));
      default: invariant(false, 'tabulate', `no row holds ${e.kind}`);
    }
  }

  arithmetic(op: '+' | '-' | '*' | '/', left: Expr, right: Expr): Place {
    if (op === '/') return this.row(QUOTIENT, [this.place(left), this.place(right)]);
    if (op === '*') return this.row(SUM, [this.constant(-0), this.place(left), this.place(right)]);
    if (op === '+' && isProduct(left) && !isProduct(right)) return this.arithmetic('+', right, left);
    if (op === '+' && isProduct(right)) return this.row(SUM, [this.place(left), this.place(right.left), this.place(right.right)]);
    // a - 2·c is a + -2·c
    if (op === '-' && isProduct(right) && right.left.kind === 'number') return this.arithmetic('+', left, { ...right, left: negated(right.left) });
    return this.row(SUM, [this.place(left), this.constant(op === '+' ? 1 : -1), this.place(right)]);
  }

  row(kind: Kind, operands: readonly Place[]): Place {
    let known = this.kinds.get(kind.key);
    if (known === undefined) this.kinds.set(kind.key, (known = { kind, index: this.kinds.size }));
    this.rows.push({ kind: known.index, operands });
    return { part: 'rows', at: this.rows.length - 1 };
  }

  constant(value: number): Place {
    const key = Object.is(value, -0) ? '-0' : String(value);
    const at = this.constants.get(key) ?? this.constants.size;
    this.constants.set(key, at);
    return { part: 'constants', at };
  }

  give(key: string, value: Expr): Place {
    const { at } = this.given.get(key) ?? { at: this.given.size };
    this.given.set(key, { value, at });
    return { part: 'given', at };
  }

  // ---- room --------------------------------------------------------------------------------------------

  local(hint: string): LocalId {
    return this.room.locals.push({ hint, named: false }) - 1;
  }
  buffer(buffer: Omit<Buffer, 'id'>): BufferId {
    const id = this.room.buffers.length;
    this.room.buffers.push({ id, ...buffer });
    return id;
  }
  table(name: string, element: Buffer['element'], contents: readonly number[]): BufferId {
    return this.buffer({ use: 'table', name, shape: [String(contents.length)], element, contents });
  }
}

const isProduct = (e: Expr): e is Extract<Expr, { kind: 'arithmetic' }> => e.kind === 'arithmetic' && e.op === '*';

/** How many places of each array the statements read. */
function placesRead(statements: readonly Stmt[]): Map<BufferId, number> {
  const places = new Map<BufferId, Set<number>>();
  for (const s of statements) {
    for (const e of ownExprs(s)) {
      eachExpr(e, (x) => {
        if (x.kind === 'load') places.set(x.buffer, (places.get(x.buffer) ?? new Set()).add(constantPoly(x.index) ?? 0));
      });
    }
  }
  return new Map([...places].map(([buffer, found]) => [buffer, found.size]));
}
