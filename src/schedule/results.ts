/**
 * Results of a straight line that are summed in place are summed in a scratch array instead and stored at the end:
 * its elements become locals, and a store finds its place when its value is known.
 */
import { constantPoly, integerPoly, sizePoly } from './poly.ts';
import type { Buffer, BufferId, Expr, Program, Stmt } from './types.ts';
import { eachExpr, ownExprs, rewriteExpr, rewriteOwn } from './visit.ts';

/** Elements of a result that is treated so. */
const LARGEST = 32;

export function sumResultsInLocals(program: Program): Program {
  const straight = program.body.every((s) => s.kind !== 'for' && s.kind !== 'if' && s.kind !== 'linalg' && s.kind !== 'matmul' && s.kind !== 'copy');
  if (!straight) return program;
  const buffers: Buffer[] = [...program.buffers];
  const stands = new Map<BufferId, BufferId>();
  for (const b of program.buffers) {
    if (b.use !== 'output' || !summed(program, b)) continue;
    stands.set(b.id, buffers.length);
    buffers.push({ ...b, id: buffers.length, use: 'scratch' });
  }
  if (stands.size === 0) return program;
  const moved = (e: Expr): Expr => rewriteExpr(e, (x) => (x.kind === 'load' ? { ...x, buffer: stands.get(x.buffer) ?? x.buffer } : x));
  const body = program.body.map((s): Stmt => {
    const own = rewriteOwn(s, moved, (p) => p);
    return own.kind === 'store' || own.kind === 'fill' ? { ...own, buffer: stands.get(own.buffer) ?? own.buffer } : own;
  });
  const last = [...stands].flatMap(([result, stand]) => Array.from({ length: lengthOf(program.buffers[result]) }, (_, k): Stmt => (
    { kind: 'store', buffer: result, index: integerPoly(k), combine: 'set', value: { kind: 'load', buffer: stand, index: integerPoly(k) } })));
  return { ...program, buffers, body: [...body, ...last], ...(program.result === undefined ? {} : { result: moved(program.result) }) };
}

const lengthOf = (b: Buffer | undefined): number => constantPoly(sizePoly(b?.shape ?? [])) ?? Infinity;

/** A small array, all of it set to a number first and then added to at known places. */
function summed(program: Program, { id, shape }: Buffer): boolean {
  if (shape.length === 0 || (constantPoly(sizePoly(shape)) ?? Infinity) > LARGEST) return false;
  let filled = false;
  for (const s of program.body) {
    if (s.kind === 'fill' && s.buffer === id) filled = true;
    if (s.kind === 'store' && s.buffer === id && (!filled || constantPoly(s.index) === undefined)) return false;
    let unknown = false;
    for (const e of ownExprs(s)) eachExpr(e, (x) => {
      if (x.kind === 'load' && x.buffer === id && constantPoly(x.index) === undefined) unknown = true;
    });
    if (unknown) return false;
  }
  return filled;
}
