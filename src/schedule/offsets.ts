/**
 * The part of an offset that does not change in a loop is computed before it: `X[n*D + d]` becomes
 * `X[nD + d]` with `nD` made once per row. Equal parts share a local.
 */
import { invariant } from '../diagnostics/internal.ts';
import { addPoly, localPoly, polyKey, type LocalId, type Poly } from './poly.ts';
import type { Local, Program, Stmt } from './types.ts';
import { rewriteExpr, rewriteOwn } from './visit.ts';

export function hoistOffsets(program: Program): Program {
  const locals = [...program.locals];
  const body = new Hoisting(locals).block(program.body, []);
  return { ...program, locals, body };
}

interface Loop {
  /** locals defined inside the loop: an offset that uses them stays */
  readonly inside: Set<LocalId>;
  /** offsets to compute just before the loop */
  readonly before: { readonly local: LocalId; readonly poly: Poly }[];
  /** offsets that the block around the loop has, by text */
  readonly known: Map<string, LocalId>;
}

class Hoisting {
  readonly locals: Local[];

  constructor(locals: Local[]) {
    this.locals = locals;
  }

  block(statements: readonly Stmt[], loops: readonly Loop[]): Stmt[] {
    const known = new Map<string, LocalId>();
    return statements.flatMap((s): Stmt[] => {
      const own = rewriteOwn(s, (e) => rewriteExpr(e, (x) => (x.kind === 'load' ? { ...x, index: this.split(x.index, loops) } : x)), (p) => (s.kind === 'store' ? this.split(p, loops) : p));
      if (own.kind === 'let' || own.kind === 'var') for (const loop of loops) loop.inside.add(own.local);
      if (own.kind === 'if') return [{ ...own, body: this.block(own.body, loops) }];
      if (own.kind !== 'for') return [own];
      for (const loop of loops) loop.inside.add(own.local);
      const loop: Loop = { inside: new Set([own.local]), before: [], known };
      const body = this.block(own.body, [...loops, loop]);
      const made = loop.before.map(({ local, poly }): Stmt => ({ kind: 'let', local, value: { kind: 'index', poly } }));
      for (const { local } of loop.before) for (const outer of loops) outer.inside.add(local);
      return [...made, { ...own, body }];
    });
  }

  /** Names the part that is fixed in the innermost loop, when that saves a multiplication. */
  split(p: Poly, loops: readonly Loop[]): Poly {
    const innermost = loops[loops.length - 1];
    if (innermost === undefined) return p;
    const fixed = p.filter((m) => m.locals.length > 0 && !m.locals.some((l) => innermost.inside.has(l)));
    const saved = fixed.some((m) => m.locals.length + m.sizes.length + Number(Math.abs(m.coef) !== 1) > 1);
    if (!saved) return p;
    // rows further on have an offset of their own
    const whole = [...fixed, ...p.filter((m) => m.locals.length === 0 && m.sizes.length > 0)];
    return addPoly(localPoly(this.name(whole, loops)), p.filter((m) => !whole.includes(m)));
  }

  /** Made before the outermost loop in which nothing of it changes. */
  name(poly: Poly, loops: readonly Loop[]): LocalId {
    const uses = (loop: Loop): boolean => poly.some((m) => m.locals.some((l) => loop.inside.has(l)));
    const loop = loops.find((l) => !uses(l));
    invariant(loop, 'schedule', 'an offset that changes in every loop');
    const key = polyKey(poly);
    const known = loop.known.get(key);
    if (known !== undefined) return known;
    const local = this.locals.length;
    const further = poly.some((m) => m.locals.length === 0);
    const hint = further ? 'row' : poly.map((m) => [...(Math.abs(m.coef) === 1 ? [] : ['row']), ...m.locals.map((l) => this.locals[l]?.hint ?? ''), ...m.sizes].join('')).join('');
    this.locals.push({ hint: hint.length <= 8 ? hint : 'row', named: false, offset: true });
    loop.known.set(key, local);
    loop.before.push({ local, poly });
    // what is defined in the block around it is inside every loop further out
    for (const outer of loops.slice(0, loops.indexOf(loop))) outer.inside.add(local);
    return local;
  }
}
