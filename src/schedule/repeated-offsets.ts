/**
 * What several offsets of a loop body have in common is computed once: `X[10*k]`, `X[10*k + 1]`, … become `X[rowk]`,
 * `X[rowk + 1]`. For targets that compute every offset as it is written.
 */
import { addPoly, localPoly, polyKey, polyUses, type LocalId, type Poly } from './poly.ts';
import type { Local, Program, Stmt } from './types.ts';
import { eachExpr, ownExprs, rewriteExpr, rewriteOwn } from './visit.ts';

/** Fewer uses are not worth a name. */
const LEAST_USES = 3;

export function nameRepeatedOffsets(program: Program): Program {
  const locals = [...program.locals];
  const inside = (statements: readonly Stmt[]): Stmt[] => statements.map((s) => {
    if (s.kind === 'if') return { ...s, body: inside(s.body) };
    return s.kind === 'for' ? { ...s, body: named(inside(s.body), s.local, locals) } : s;
  });
  return { ...program, locals, body: inside(program.body) };
}

interface Part {
  readonly poly: Poly;
  readonly offsets: Set<string>;
  /** the local that holds it already */
  local?: LocalId;
}

function named(body: readonly Stmt[], step: LocalId, locals: Local[]): Stmt[] {
  const parts = new Map<string, Part>();
  const partOf = (poly: Poly): Part => {
    const key = polyKey(poly);
    const part = parts.get(key) ?? { poly, offsets: new Set() };
    parts.set(key, part);
    return part;
  };
  const defined = new Set(body.flatMap((s) => (s.kind === 'let' || s.kind === 'var' ? [s.local] : [])));
  const common = (p: Poly): Poly | undefined => commonPart(p, step, defined);
  for (const s of body) {
    for (const p of offsetsOf(s)) {
      const part = common(p);
      if (part !== undefined) partOf(part).offsets.add(polyKey(p));
    }
  }
  for (const s of body) if (s.kind === 'let' && s.value.kind === 'index' && locals[s.local]?.offset === true) {
    const part = parts.get(polyKey(s.value.poly));
    if (part !== undefined) part.local ??= s.local;
  }
  const kept = [...parts.values()].filter((part) => part.offsets.size >= LEAST_USES);
  for (const part of kept) part.local ??= locals.push({ hint: hintOf(part.poly, locals), named: false, offset: true }) - 1;
  const made = new Set(kept.map((part) => part.local));
  const shorter = (p: Poly): Poly => {
    const part = common(p);
    const found = part === undefined ? undefined : kept.find((k) => polyKey(k.poly) === polyKey(part));
    return found?.local === undefined || part === undefined ? p : addPoly(localPoly(found.local), p.filter((m) => !part.includes(m)));
  };
  const first = kept.flatMap((part): Stmt[] => (part.local === undefined ? [] : [{ kind: 'let', local: part.local, value: { kind: 'index', poly: part.poly } }]));
  const rest = body.filter((s) => s.kind !== 'let' || !made.has(s.local));
  return [...first, ...rest.map((s) => rewriteOwn(s, (e) => rewriteExpr(e, (x) => (x.kind === 'load' ? { ...x, index: shorter(x.index) } : x)), (p) => (s.kind === 'store' ? shorter(p) : p)))];
}

function offsetsOf(s: Stmt): Poly[] {
  const found: Poly[] = s.kind === 'store' ? [s.index] : [];
  for (const e of ownExprs(s)) eachExpr(e, (x) => {
    if (x.kind === 'load') found.push(x.index);
  });
  return found;
}

/** All of an offset but its constant, when it moves with the loop and takes a multiplication. */
function commonPart(p: Poly, step: LocalId, defined: ReadonlySet<LocalId>): Poly | undefined {
  const part = p.filter((m) => m.locals.length + m.sizes.length > 0);
  const multiplies = part.some((m) => m.locals.length + m.sizes.length + Number(Math.abs(m.coef) !== 1) > 1);
  return multiplies && polyUses(part, step) && !part.some((m) => m.locals.some((l) => defined.has(l))) ? part : undefined;
}

function hintOf(p: Poly, locals: readonly Local[]): string {
  const [only, ...others] = p;
  const hint = `row${only?.locals.map((l) => locals[l]?.hint ?? '').join('') ?? ''}`;
  return others.length > 0 || hint.length > 8 ? 'row' : hint;
}
