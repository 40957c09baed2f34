/**
 * A power of two that several products with one factor carry is put into the factor: `2*(x*r)`, `2*(y*r)` and `2*r` are
 * `x*t`, `y*t` and `t` with t = 2*r. Powers of two round nothing wherever they stand. Other small numbers are taken out of
 * two products or more, which saves a multiplication for one rounding elsewhere.
 */
import type { LocalId } from './poly.ts';
import type { Expr, Program, Stmt } from './types.ts';
import { bodyOf, eachExpr, eachStmt, leafPolys, ownExprs, ownPolys, rewriteOwn } from './visit.ts';

/** `coefficient * product`, with the locals that occur in the product exactly once. */
interface Site {
  readonly coefficient: number;
  readonly product: Expr;
  readonly factors: readonly LocalId[];
}

export function carryCoefficients(program: Program): Program {
  const carried = intoDefinitions(program);
  return intoFactors(carried) ?? carried;
}

// ---- where the coefficients are ---------------------------------------------------------------------

function siteOf(e: Expr, carries: (coefficient: number) => boolean): Site | undefined {
  if (e.kind !== 'arithmetic' || e.op !== '*' || e.left.kind !== 'number' || !carries(e.left.value)) return undefined;
  const counts = new Map<LocalId, number>();
  countFactors(e.right, counts);
  return { coefficient: e.left.value, product: e.right, factors: [...counts].filter(([, n]) => n === 1).map(([local]) => local) };
}

const isPowerOfTwo = (x: number): boolean => x > 0 && x !== 1 && Number.isInteger(Math.log2(x));

function countFactors(e: Expr, counts: Map<LocalId, number>): void {
  if (e.kind === 'local') counts.set(e.id, (counts.get(e.id) ?? 0) + 1);
  if (e.kind !== 'arithmetic' || (e.op !== '*' && e.op !== '/')) return;
  countFactors(e.left, counts);
  if (e.op === '*') countFactors(e.right, counts);
}

function eachSite(program: Program, carries: (coefficient: number) => boolean, visit: (site: Site) => void): void {
  eachExprOf(program, (e) => {
    const site = siteOf(e, carries);
    if (site !== undefined) visit(site);
  });
}

function eachExprOf(program: Program, visit: (e: Expr) => void): void {
  eachStmt(program.body, (s) => {
    for (const e of ownExprs(s)) eachExpr(e, visit);
  });
  if (program.result !== undefined) eachExpr(program.result, visit);
}

// ---- into what is used with the coefficient alone ---------------------------------------------------

/** A value that is used in such products only is defined with their coefficient. One definition may so reach the next. */
function intoDefinitions(program: Program): Program {
  let current = program;
  for (let chosen = usedWithOne(current); chosen.size > 0; chosen = usedWithOne(current)) {
    const without = (e: Expr): Expr => {
      const site = siteOf(e, isPowerOfTwo);
      return site?.factors.some((local) => chosen.get(local) === site.coefficient) === true ? site.product : e;
    };
    const before = current;
    current = rewritten(before, without, (s) => {
      const coefficient = s.kind === 'let' ? chosen.get(s.local) : undefined;
      return s.kind === 'let' && coefficient !== undefined ? [{ ...s, value: times(coefficient, s.value) }] : [s];
    });
  }
  return current;
}

/** Computed locals of which every use is in a product with the same coefficient, no two of them in one product. An element is called as what it is and stays that. */
function usedWithOne(program: Program): ReadonlyMap<LocalId, number> {
  const uses = useCounts(program);
  const found = new Map<LocalId, { readonly coefficient: number; sites: number }>();
  eachSite(program, isPowerOfTwo, ({ coefficient, factors }) => {
    for (const local of factors) {
      const known = found.get(local);
      if (known === undefined) found.set(local, { coefficient, sites: 1 });
      else if (known.coefficient === coefficient) known.sites += 1;
    }
  });
  const computed = letsOf(program, (value) => value.kind !== 'load');
  const chosen = new Map<LocalId, number>();
  for (const [local, { coefficient, sites }] of found) {
    if (sites > 1 && sites === uses.get(local) && computed.has(local) && program.locals[local]?.named !== true) chosen.set(local, coefficient);
  }
  eachSite(program, isPowerOfTwo, ({ factors }) => {
    for (const local of factors.filter((l) => chosen.has(l)).slice(1)) chosen.delete(local);
  });
  return chosen;
}

function useCounts(program: Program): Map<LocalId, number> {
  const uses = new Map<LocalId, number>();
  const note = (local: LocalId): void => void uses.set(local, (uses.get(local) ?? 0) + 1);
  eachExprOf(program, (e) => {
    if (e.kind === 'local') note(e.id);
    for (const p of leafPolys(e)) for (const m of p) m.locals.forEach(note);
  });
  eachStmt(program.body, (s) => {
    for (const p of ownPolys(s)) for (const m of p) m.locals.forEach(note);
  });
  return uses;
}

function letsOf(program: Program, holds: (value: Expr) => boolean): Set<LocalId> {
  const lets = new Set<LocalId>();
  eachStmt(program.body, (s) => {
    if (s.kind === 'let' && holds(s.value)) lets.add(s.local);
  });
  return lets;
}

// ---- into a factor that is used without it too ------------------------------------------------------

/**
 * The multiple of a factor gets a name where two products or more share it; the factor of most products comes first.
 * Coefficients that differ by a power of two share the least: 200*t and 400*(t*x) are s and 2*(s*x) with s = 200*t.
 */
function intoFactors(program: Program): Program | undefined {
  const lets = letsOf(program, () => true);
  const shared = new Map<string, { readonly local: LocalId; coefficient: number; sites: number }>();
  eachSite(program, isSmall, ({ coefficient, factors }) => {
    for (const local of factors.filter((l) => lets.has(l))) {
      const known = shared.get(multipleKey(coefficient, local));
      if (known === undefined) shared.set(multipleKey(coefficient, local), { local, coefficient, sites: 1 });
      else {
        known.coefficient = Math.min(known.coefficient, coefficient);
        known.sites += 1;
      }
    }
  });
  const order = [...shared.values()].filter((s) => s.sites > 1).sort((x, y) => y.sites - x.sites);
  if (order.length === 0) return undefined;
  const locals = [...program.locals];
  const made = new Map(order.map((s) => [multipleKey(s.coefficient, s.local), { ...s, multiple: locals.push({ hint: 'factor', named: false }) - 1 }]));
  const within = (e: Expr): Expr => {
    const site = siteOf(e, isSmall);
    const factor = site && order.find((s) => site.factors.includes(s.local) && made.has(multipleKey(site.coefficient, s.local)));
    const found = site && factor && made.get(multipleKey(site.coefficient, factor.local));
    if (site === undefined || found === undefined) return e;
    const product = replaceFactor(site.product, found.local, found.multiple);
    return site.coefficient === found.coefficient ? product : times(site.coefficient / found.coefficient, product);
  };
  const multiplesOf = (local: LocalId): Stmt[] => [...made.values()].flatMap((m): Stmt[] => (m.local === local ? [{ kind: 'let', local: m.multiple, value: times(m.coefficient, { kind: 'local', id: local }) }] : []));
  return rewritten({ ...program, locals }, within, (s) => (s.kind === 'let' ? [s, ...multiplesOf(s.local)] : [s]));
}

/** Powers of two, and small whole numbers: these bring no product near overflow, wherever they stand in it. */
const isSmall = (x: number): boolean => isPowerOfTwo(x) || (Number.isInteger(x) && x > 1 && x <= 1024);

/** One for all coefficients of a factor that differ by a power of two. */
function multipleKey(coefficient: number, local: LocalId): string {
  let odd = isPowerOfTwo(coefficient) ? 1 : coefficient;
  while (odd % 2 === 0) odd /= 2;
  return `${odd}*${local}`;
}

function replaceFactor(e: Expr, from: LocalId, to: LocalId): Expr {
  if (e.kind === 'local') return e.id === from ? { kind: 'local', id: to } : e;
  if (e.kind !== 'arithmetic' || (e.op !== '*' && e.op !== '/')) return e;
  return { ...e, left: replaceFactor(e.left, from, to), right: e.op === '*' ? replaceFactor(e.right, from, to) : e.right };
}

const times = (coefficient: number, value: Expr): Expr => ({ kind: 'arithmetic', op: '*', left: { kind: 'number', value: coefficient }, right: value });

/** Expressions from the top down, then statements. */
function rewritten(program: Program, expr: (e: Expr) => Expr, stmt: (s: Stmt) => readonly Stmt[]): Program {
  const deep = (e: Expr): Expr => {
    const own = expr(e);
    switch (own.kind) {
      case 'arithmetic': return { ...own, left: deep(own.left), right: deep(own.right) };
      case 'negate': return { ...own, arg: deep(own.arg) };
      case 'op': case 'call': return { ...own, args: own.args.map(deep) };
      default: return own;
    }
  };
  const block = (statements: readonly Stmt[]): Stmt[] => statements.flatMap((s): readonly Stmt[] => {
    const own = rewriteOwn(s, deep, (p) => p);
    return stmt(bodyOf(own).length > 0 && (own.kind === 'for' || own.kind === 'if') ? { ...own, body: block(own.body) } : own);
  });
  return { ...program, body: block(program.body), ...(program.result === undefined ? {} : { result: deep(program.result) }) };
}
