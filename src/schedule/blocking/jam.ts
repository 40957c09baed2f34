/**
 * Several iterations of a loop side by side: each statement once per iteration, loops inside walked once for all of
 * them, and what they add to one place added up first. What the iterations share is read once.
 */
import { core } from '../../ops/core.ts';
import { copyStatement, defineCopy, replaceExpr, replacePoly, type Replacement, type Room } from '../copy.ts';
import { addPoly, constantPoly, integerPoly, localPoly, polyKey, polyUses, scalePoly, sizePoly, type LocalId } from '../poly.ts';
import { arithmetic } from '../scalar.ts';
import type { Buffer, BufferId, Combine, Expr, Local, Stmt } from '../types.ts';
import type { Loop } from './independent.ts';

/** The loop in blocks of `count` iterations, and after it the loop over those that are left. `handed`: locals that pass a value from round to round. */
export function jam(loop: Loop, count: number, own: ReadonlySet<BufferId>, room: Room, handed: ReadonlyMap<LocalId, LocalId> = new Map()): Stmt[] {
  const { locals, buffers } = room;
  const start = defineLike(loop.local, locals);
  const copies = Array.from({ length: count }, (_, k): Replacement => ({
    poly: new Map([[loop.local, addPoly(localPoly(start), integerPoly(k))]]),
    renamed: new Map(),
    starts: new Map([...own].map((buffer) => [buffer, scalePoly(sizePoly(buffers[buffer]?.shape ?? []), k)])),
  }));
  for (const buffer of own) widen(buffer, count, buffers);
  const body = new Jam(copies, locals, handed).block(loop.body);
  const length = loop.from.length > 0 ? undefined : constantPoly(loop.to);
  if (length !== undefined) {
    const multiple = length - (length % count);
    return [{ ...loop, local: start, to: integerPoly(multiple), step: count, body }, ...(multiple === length ? [] : [{ ...loop, from: integerPoly(multiple) }])];
  }
  const whole = locals.length;
  locals.push({ hint: `${count === 2 ? 'even' : 'whole'}${loop.to.flatMap((m) => m.sizes).join('')}`, named: false });
  const end = addPoly(loop.from, localPoly(whole));
  return [
    { kind: 'let', local: whole, value: { kind: 'multiple', poly: addPoly(loop.to, scalePoly(loop.from, -1)), of: count } },
    { ...loop, local: start, to: end, step: count, body },
    { ...loop, from: end },
  ];
}

function defineLike(local: LocalId, locals: Local[]): LocalId {
  locals.push(locals[local] ?? { hint: 'i', named: false });
  return locals.length - 1;
}

/** Room for the elements of all iterations of a block, one iteration after the other. */
function widen(buffer: BufferId, count: number, buffers: Buffer[]): void {
  const original = buffers[buffer];
  if (original !== undefined) buffers[buffer] = { ...original, shape: [String(count), ...original.shape] };
}

class Jam {
  readonly copies: readonly Replacement[];
  readonly locals: Local[];

  readonly handed: ReadonlyMap<LocalId, LocalId>;

  constructor(copies: readonly Replacement[], locals: Local[], handed: ReadonlyMap<LocalId, LocalId>) {
    this.copies = copies;
    this.locals = locals;
    this.handed = handed;
  }

  block(statements: readonly Stmt[]): Stmt[] {
    return statements.flatMap((s) => this.statement(s));
  }

  statement(s: Stmt): Stmt[] {
    const each = (): Stmt[] => this.copies.map((r) => copyStatement(s, r, this.locals));
    switch (s.kind) {
      case 'let': {
        const made = each();
        this.hand(s.local);
        return made;
      }
      case 'assign':
        // what the last round makes is handed to the next block
        if (this.handed.has(s.local)) return [{ ...s, value: this.values(s.value).at(-1) ?? s.value }];
        return this.copies[0]?.renamed.has(s.local) === true ? each() : [{ ...s, value: inTurn(s.combine, this.values(s.value)) }];
      case 'store': {
        const stores = each();
        const places = new Set(stores.map((t) => (t.kind === 'store' ? `${t.buffer}[${polyKey(t.index)}]` : '')));
        const [first] = stores;
        return places.size === 1 && first?.kind === 'store' && s.combine !== 'set' ? [{ ...first, value: combined(s.combine, this.values(s.value)) }] : stores;
      }
      case 'for': return this.loop(s) ?? each();
      case 'fill': return [s];
      default: return each();
    }
  }

  /** Every round but the first reads what the one before it made. */
  hand(value: LocalId): void {
    for (const [local, from] of this.handed) {
      if (from !== value) continue;
      this.copies.slice(1).forEach((r, k) => r.renamed.set(local, this.copies[k]?.renamed.get(value) ?? value));
    }
  }

  /** One loop for all, when its bounds are the same for all. */
  loop(s: Loop): Stmt[] | undefined {
    const [first] = this.copies;
    const bounds = new Set(this.copies.map((r) => `${polyKey(replacePoly(s.from, r))}..${polyKey(replacePoly(s.to, r))}`));
    if (first === undefined || bounds.size > 1 || [...first.poly.keys()].some((l) => polyUses(s.from, l) || polyUses(s.to, l))) return undefined;
    const local = defineCopy(s.local, first, this.locals);
    for (const r of this.copies) r.renamed.set(s.local, local);
    return [{ ...s, local, from: replacePoly(s.from, first), to: replacePoly(s.to, first), body: this.block(s.body) }];
  }

  values(value: Expr): Expr[] {
    return this.copies.map((r) => replaceExpr(value, r));
  }
}

/** (a + b) + (c + d): short chains, and fewer rounding errors than one after the other. */
function combined(combine: Combine, values: readonly Expr[]): Expr {
  if (combine === 'add' && values.every((v) => v.kind === 'negate')) return { kind: 'negate', arg: combined(combine, values.map((v) => (v.kind === 'negate' ? v.arg : v))) };
  let terms = values;
  while (terms.length > 1) {
    const next: Expr[] = [];
    for (let k = 0; k < terms.length; k += 2) {
      const [left, right] = [terms[k], terms[k + 1]];
      if (left !== undefined) next.push(right === undefined ? left : joined(combine, left, right));
    }
    terms = next;
  }
  return terms[0] ?? { kind: 'number', value: 0 };
}

/** One after the other: keeps fewer values at a time, and does not wait for the block before. */
function inTurn(combine: Combine, values: readonly Expr[]): Expr {
  if (combine === 'add' && values.every((v) => v.kind === 'negate')) return { kind: 'negate', arg: inTurn(combine, values.map((v) => (v.kind === 'negate' ? v.arg : v))) };
  return values.reduce((left, right) => joined(combine, left, right));
}

function joined(combine: Combine, left: Expr, right: Expr): Expr {
  if (combine === 'max' || combine === 'min') return { kind: 'op', op: core[combine], args: [left, right] };
  if (combine === 'multiply') return arithmetic('*', left, right);
  if (right.kind === 'negate') return arithmetic('-', left, right.arg);
  return arithmetic('+', left, right);
}
