/**
 * The part of an offset that does not change in a loop is computed before it: `X[n*D + d]` becomes
 * `X[nD + d]` with `nD` made once per row. Equal parts share a local.
 */
import { addPoly, localPoly, polyKey, type LocalId, type Monomial, type Poly } from './poly.ts';
import type { Local, Program, Stmt } from './types.ts';
import { rewriteExpr, rewriteOwn } from './visit.ts';

export function hoistOffsets(program: Program): Program {
  const locals = [...program.locals];
  const body = new Hoisting(locals).block(program.body, []);
  return { ...program, locals, body };
}

interface Loop {
  readonly local: LocalId;
  /** locals defined inside the loop: an offset that uses them stays */
  readonly inside: Set<LocalId>;
  /** offsets to compute just before the loop, by text */
  readonly before: Map<string, { readonly local: LocalId; readonly poly: Poly }>;
}

class Hoisting {
  readonly locals: Local[];

  constructor(locals: Local[]) {
    this.locals = locals;
  }

  block(statements: readonly Stmt[], loops: readonly Loop[]): Stmt[] {
    return statements.flatMap((s): Stmt[] => {
      const own = rewriteOwn(s, (e) => rewriteExpr(e, (x) => (x.kind === 'load' ? { ...x, index: this.split(x.index, loops) } : x)), (p) => (s.kind === 'store' ? this.split(p, loops) : p));
      if (own.kind === 'let' || own.kind === 'var') for (const loop of loops) loop.inside.add(own.local);
      if (own.kind === 'if') return [{ ...own, body: this.block(own.body, loops) }];
      if (own.kind !== 'for') return [own];
      for (const loop of loops) loop.inside.add(own.local);
      const loop: Loop = { local: own.local, inside: new Set([own.local]), before: new Map() };
      const body = this.block(own.body, [...loops, loop]);
      const made = [...loop.before.values()].map(({ local, poly }): Stmt => ({ kind: 'let', local, value: { kind: 'index', poly } }));
      for (const { local } of loop.before.values()) for (const outer of loops) outer.inside.add(local);
      return [...made, { ...own, body }];
    });
  }

  /** Names the part that is fixed in the innermost loop, when that saves a multiplication. */
  split(p: Poly, loops: readonly Loop[]): Poly {
    const loop = loops[loops.length - 1];
    if (loop === undefined) return p;
    const moves = (m: Monomial): boolean => m.locals.some((l) => loop.inside.has(l));
    const fixed = p.filter((m) => !moves(m) && m.locals.length > 0);
    const saved = fixed.some((m) => m.locals.length + m.sizes.length + Number(Math.abs(m.coef) !== 1) > 1);
    if (!saved) return p;
    return addPoly(localPoly(this.name(fixed, loop)), p.filter((m) => !fixed.includes(m)));
  }

  name(poly: Poly, loop: Loop): LocalId {
    const key = polyKey(poly);
    const known = loop.before.get(key);
    if (known !== undefined) return known.local;
    const local = this.locals.length;
    const hint = poly.map((m) => [...m.locals.map((l) => this.locals[l]?.hint ?? ''), ...m.sizes].join('')).join('');
    this.locals.push({ hint: hint.length <= 8 ? hint : 'offset', named: false });
    loop.before.set(key, { local, poly });
    return local;
  }
}
