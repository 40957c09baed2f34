/** Offsets that the scheduler took out of loops go back into the places that use them: pointers here move by themselves. */
import { substitutePoly, type LocalId, type Poly } from '../../schedule/poly.ts';
import type { Expr, Stmt } from '../../schedule/types.ts';
import { rewriteExpr, rewriteOwn } from '../../schedule/visit.ts';

export function withWholeOffsets(statements: readonly Stmt[], known = new Map<LocalId, Poly>()): Stmt[] {
  const whole = (p: Poly): Poly => {
    let result = p;
    for (const m of p) for (const local of m.locals) {
      const by = known.get(local);
      if (by !== undefined) result = substitutePoly(result, local, by);
    }
    return result;
  };
  const rewritten = (e: Expr): Expr => rewriteExpr(e, (x): Expr => {
    if (x.kind === 'index') return { ...x, poly: whole(x.poly) };
    if (x.kind === 'load') return { ...x, index: whole(x.index) };
    const by = x.kind === 'local' ? known.get(x.id) : undefined;
    return by === undefined ? x : { kind: 'index', poly: by };
  });
  return statements.flatMap((s): Stmt[] => {
    const own = rewriteOwn(s, rewritten, whole);
    if (own.kind === 'let' && own.value.kind === 'index') {
      known.set(own.local, own.value.poly);
      return [];
    }
    if (own.kind === 'for' || own.kind === 'if') return [{ ...own, body: withWholeOffsets(own.body, known) }];
    return [own];
  });
}
