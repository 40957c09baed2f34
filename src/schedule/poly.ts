/**
 * Integer polynomials in size symbols and loop variables: offsets into row-major arrays, loop bounds and
 * array lengths. Kept as sums of monomials, so that equal offsets are equal texts and parts that do not
 * change in a loop can be taken out of it.
 */
import { readDim, type Dim } from '../ir/dim.ts';

/** A scalar local of a program: a loop variable, a constant or an accumulator. */
export type LocalId = number;

export interface Monomial {
  readonly coef: number;
  /** size symbols, sorted */
  readonly sizes: readonly string[];
  /** integer locals, sorted */
  readonly locals: readonly LocalId[];
}

/** Sum of monomials in canonical order; empty is 0. */
export type Poly = readonly Monomial[];

export const ZERO: Poly = [];

export function integerPoly(n: number): Poly {
  return n === 0 ? ZERO : [{ coef: n, sizes: [], locals: [] }];
}
export function localPoly(local: LocalId): Poly {
  return [{ coef: 1, sizes: [], locals: [local] }];
}
export function dimPoly(dim: Dim): Poly {
  const { base, offset } = readDim(dim);
  return base === undefined ? integerPoly(offset) : addPoly([{ coef: 1, sizes: [base], locals: [] }], integerPoly(offset));
}

const monomialKey = (m: Monomial): string => `${m.locals.join(',')}|${m.sizes.join(',')}`;

export function polyKey(p: Poly): string {
  return p.map((m) => `${m.coef}*${monomialKey(m)}`).join('+');
}

export function addPoly(...parts: readonly Poly[]): Poly {
  const sum = new Map<string, Monomial>();
  for (const part of parts) {
    for (const m of part) {
      const key = monomialKey(m);
      sum.set(key, { ...m, coef: m.coef + (sum.get(key)?.coef ?? 0) });
    }
  }
  return [...sum.values()].filter((m) => m.coef !== 0).sort(compareMonomials);
}

/** Long strides first, the constant last: `n*D + d + 1`. */
function compareMonomials(a: Monomial, b: Monomial): number {
  const degree = (m: Monomial): number => m.sizes.length + m.locals.length;
  if (degree(a) !== degree(b)) return degree(b) - degree(a);
  if (a.sizes.length !== b.sizes.length) return b.sizes.length - a.sizes.length;
  for (const [k, local] of a.locals.entries()) {
    const d = local - (b.locals[k] ?? 0);
    if (d !== 0) return d;
  }
  return a.sizes.join(',').localeCompare(b.sizes.join(','), 'en');
}

export function scalePoly(p: Poly, factor: number): Poly {
  return factor === 0 ? ZERO : factor === 1 ? p : p.map((m) => ({ ...m, coef: m.coef * factor }));
}

export function multiplyPoly(p: Poly, q: Poly): Poly {
  const products: Poly[] = p.map((a) => q.map((b) => ({
    coef: a.coef * b.coef,
    sizes: [...a.sizes, ...b.sizes].sort(),
    locals: [...a.locals, ...b.locals].sort((x, y) => x - y),
  })));
  return addPoly(...products);
}

/** The integer when nothing symbolic is left. */
export function constantPoly(p: Poly): number | undefined {
  const [only] = p;
  if (only === undefined) return 0;
  return p.length === 1 && only.sizes.length === 0 && only.locals.length === 0 ? only.coef : undefined;
}

/** Row-major offset of a position. */
export function flatOffset(shape: readonly Dim[], position: readonly Poly[]): Poly {
  let offset: Poly = ZERO;
  for (const [axis, dim] of shape.entries()) offset = addPoly(multiplyPoly(offset, dimPoly(dim)), position[axis] ?? ZERO);
  return offset;
}

/** Number of elements. */
export function sizePoly(shape: readonly Dim[]): Poly {
  return shape.reduce((size, dim) => multiplyPoly(size, dimPoly(dim)), integerPoly(1));
}

export function polyUses(p: Poly, local: LocalId): boolean {
  return p.some((m) => m.locals.includes(local));
}

/** The polynomial with a local replaced by a polynomial. */
export function substitutePoly(p: Poly, local: LocalId, by: Poly): Poly {
  if (!polyUses(p, local)) return p;
  const parts: Poly[] = p.map((m) => {
    const times = m.locals.filter((l) => l === local).length;
    let part: Poly = [{ ...m, locals: m.locals.filter((l) => l !== local) }];
    for (let k = 0; k < times; k++) part = multiplyPoly(part, by);
    return part;
  });
  return addPoly(...parts);
}

export function evaluatePoly(p: Poly, size: (name: string) => number, local: (id: LocalId) => number): number {
  let sum = 0;
  for (const m of p) {
    let term = m.coef;
    for (const s of m.sizes) term *= size(s);
    for (const l of m.locals) term *= local(l);
    sum += term;
  }
  return sum;
}
