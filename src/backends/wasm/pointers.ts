/**
 * Addresses. An element whose offset is linear in a loop variable is reached by a pointer that moves with the loop;
 * what is fixed in it is computed where it is first known. A constant distance is part of the instruction.
 */
import { addPoly, integerPoly, polyKey, polyUses, substitutePoly, type LocalId, type Poly } from '../../schedule/poly.ts';
import type { BufferId, Stmt } from '../../schedule/types.ts';
import { bodyOf, ownExprs, eachExpr } from '../../schedule/visit.ts';

export interface Access {
  readonly buffer: BufferId;
  readonly index: Poly;
}

/** A pointer that holds in one loop, with what is added to it after each step. */
export interface Pointer {
  readonly local: number;
  readonly step: Poly;
}

/** The part that moves, and the distance behind it. */
export function splitIndex(index: Poly): { readonly moving: Poly; readonly distance: number } {
  const constant = index.find((m) => m.locals.length === 0 && m.sizes.length === 0);
  const moving = index.filter((m) => m !== constant);
  // an address below the array must not wrap before the distance is added
  if (constant === undefined || constant.coef < 0 || moving.some((m) => m.coef < 0)) return { moving: index, distance: 0 };
  return { moving, distance: constant.coef };
}

export const accessKey = (buffer: BufferId, moving: Poly): string => `${buffer}:${polyKey(moving)}`;

/** The factor of the variable; undefined when the offset is not linear in it. */
export function slopeOf(index: Poly, local: LocalId): Poly | undefined {
  if (index.some((m) => m.locals.filter((l) => l === local).length > 1)) return undefined;
  return index.filter((m) => m.locals.includes(local)).map((m) => ({ ...m, locals: m.locals.filter((l) => l !== local) }));
}

/** Elements that statements touch, those in inner loops by the offset where the loop starts. `defined`: what is not known before. */
export function accessesIn(statements: readonly Stmt[], available: (local: LocalId) => boolean): Access[] {
  const found = new Map<string, Access>();
  const visit = (body: readonly Stmt[], inner: readonly { readonly local: LocalId; readonly from: Poly }[]): void => {
    const note = (buffer: BufferId, index: Poly): void => {
      let start = splitIndex(index).moving;
      for (const loop of [...inner].reverse()) if (polyUses(start, loop.local)) start = substitutePoly(start, loop.local, loop.from);
      const { moving } = splitIndex(start);
      if (moving.every((m) => m.locals.every(available))) found.set(accessKey(buffer, moving), { buffer, index: moving });
    };
    for (const s of body) {
      for (const e of ownExprs(s)) eachExpr(e, (x) => {
        if (x.kind === 'load') note(x.buffer, x.index);
      });
      if (s.kind === 'store') note(s.buffer, s.index);
      if (s.kind === 'for') visit(s.body, [...inner, { local: s.local, from: s.direction === 'forward' ? s.from : addPoly(s.to, integerPoly(-1)) }]);
      else visit(bodyOf(s), inner);
    }
  };
  visit(statements, []);
  return [...found.values()];
}
