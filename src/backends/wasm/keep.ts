/**
 * Rows that every iteration of a loop adds to in a short inner loop of known length stay in locals: they are read before
 * the loop and written after it, not once an iteration.
 */
import { addPoly, integerPoly, polyUses, substitutePoly, type Poly } from '../../schedule/poly.ts';
import type { BufferId, Stmt } from '../../schedule/types.ts';
import { definedIn, eachExpr, eachStmt, ownExprs } from '../../schedule/visit.ts';
import type { Frame } from './frame.ts';
import { keptKey, straightVectors } from './vector-loop.ts';
import { planVectorLoop, walkOf } from './vector-plan.ts';

type Loop = Extract<Stmt, { kind: 'for' }>;

/** A vector of a row. */
interface Kept {
  readonly key: string;
  readonly buffer: BufferId;
  /** of its first element */
  readonly index: Poly;
}

/** Vectors that stay in registers beside what an iteration needs: V8 has fifteen. */
const MOST_KEPT = 10;

/** Emits the loop, with the rows that it may keep in locals. */
export function keepingRows(frame: Frame, loop: Loop, emit: () => void): void {
  const { code } = frame;
  const rows = keptIn(frame, loop);
  const held = rows.map(({ key, buffer, index }) => {
    const local = code.local('v128');
    const distance = frame.address(buffer, index);
    code.vector('v128.load', distance).set(local);
    frame.kept.set(key, local);
    return { key, buffer, index, local };
  });
  emit();
  for (const { key, buffer, index, local } of held) {
    const distance = frame.address(buffer, index);
    code.get(local).vector('v128.store', distance);
    frame.kept.delete(key);
  }
}

function keptIn(frame: Frame, loop: Loop): Kept[] {
  const found = new Map<string, Kept>();
  for (const inner of loop.body) {
    const vectors = inner.kind === 'for' ? straightVectors(inner, frame.element.width) : undefined;
    if (inner.kind !== 'for' || vectors === undefined || planVectorLoop(inner, frame) === undefined) continue;
    for (const s of inner.body) {
      if (s.kind !== 'store' || s.combine !== 'add' || walkOf(s.index, inner.local) !== 'unit' || !isAlone(loop, inner, s)) continue;
      for (let k = 0; k < vectors; k++) {
        const first = addPoly(inner.from, integerPoly(k * frame.element.width));
        const key = keptKey(s.buffer, s.index, k);
        found.set(key, { key, buffer: s.buffer, index: substitutePoly(s.index, inner.local, first) });
      }
    }
  }
  return found.size <= MOST_KEPT ? [...found.values()] : [];
}

/** Every iteration adds to the same row, and nothing else in the loop touches the array but to add to other rows in the same inner loop. */
function isAlone(loop: Loop, inner: Loop, row: Extract<Stmt, { kind: 'store' }>): boolean {
  const own = definedIn(loop.body);
  if (polyUses(row.index, loop.local) || row.index.some((m) => m.locals.some((l) => l !== inner.local && own.has(l)))) return false;
  let alone = true;
  eachStmt(loop.body, (s) => {
    if (s.kind === 'fill' || s.kind === 'copy' || s.kind === 'linalg' || s.kind === 'matmul') alone = false;
    if (s.kind === 'store' && s.buffer === row.buffer && !(s.combine === 'add' && inner.body.includes(s))) alone = false;
    for (const e of ownExprs(s)) eachExpr(e, (x) => {
      if (x.kind === 'load' && x.buffer === row.buffer) alone = false;
    });
  });
  return alone;
}
