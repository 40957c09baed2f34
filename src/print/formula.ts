/**
 * What is written, before it is spelt: a small tree of mathematical notation between the graph and the
 * three spellings (ASCII, Unicode, LaTeX). Formulas share parts as the graph does; they are read, never changed.
 */
import type { OpName } from '../ops/table.ts';
import type { Rational } from '../ir/rational.ts';

export type Formula =
  /** a nonnegative rational */
  | { readonly kind: 'number'; readonly value: Rational }
  /** `symmetric` marks a matrix that is its own transpose */
  | { readonly kind: 'symbol'; readonly name: string; readonly symmetric?: true }
  | { readonly kind: 'constant'; readonly name: 'pi' | 'e' | 'inf' | 'nan' }
  /** `rank` 1 marks the diagonal of a matrix, against the diagonal matrix of a vector */
  | { readonly kind: 'call'; readonly op: OpName | undefined; readonly name: string; readonly args: readonly Formula[]; readonly axis?: number; readonly rank?: 1; readonly symmetric?: true }
  | { readonly kind: 'negative'; readonly operand: Formula }
  | { readonly kind: 'sum'; readonly terms: readonly SignedFormula[] }
  /** coef · over / under; `coef` is positive. `chain` marks a product of matrices without scalars: its transpose is that of the factors; `apart` a number made of vectors, which keeps its brackets beside a tensor. */
  | { readonly kind: 'product'; readonly coef: Rational; readonly over: readonly Formula[]; readonly under: readonly Formula[]; readonly chain?: true; readonly apart?: true }
  /** factors joined by `.*`, divisors by `./` */
  | { readonly kind: 'elementwise'; readonly factors: readonly Formula[]; readonly under: readonly Formula[] }
  | { readonly kind: 'power'; readonly base: Formula; readonly exponent: Formula; readonly elementwise: boolean }
  | { readonly kind: 'compare'; readonly op: OpName; readonly left: Formula; readonly right: Formula }
  | { readonly kind: 'logic'; readonly op: 'and' | 'or'; readonly operands: readonly Formula[] }
  | { readonly kind: 'not'; readonly operand: Formula }
  | { readonly kind: 'conditional'; readonly condition: Formula; readonly whenTrue: Formula; readonly whenFalse: Formula }
  | { readonly kind: 'index'; readonly base: Formula; readonly at: readonly Formula[] }
  | { readonly kind: 'big'; readonly op: BigOperator; readonly binders: readonly Binder[]; readonly condition: Formula | undefined; readonly body: Formula }
  | { readonly kind: 'transpose'; readonly operand: Formula }
  | { readonly kind: 'vector'; readonly items: readonly Formula[] }
  | { readonly kind: 'matrix'; readonly rows: readonly (readonly Formula[])[] }
  /** positions from … to, in an index bracket */
  | { readonly kind: 'range'; readonly from: Formula; readonly to: Formula };

export type BigOperator = 'sum' | 'prod' | 'max' | 'min' | 'logsumexp';

export interface SignedFormula {
  readonly negative: boolean;
  readonly value: Formula;
}

/** `name` runs over `from` … `to` */
export interface Binder {
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

/** How tightly a text holds together: a part is parenthesised when its level is below what its place asks for. */
export const LEVEL = {
  conditional: 0,
  or: 1,
  and: 2,
  not: 3,
  compare: 4,
  sum: 5,
  /** `sum[i in 1..N] body`: stands only at the right end of a product */
  prefix: 6,
  /** `u .* v`: of the rank of a product for the parser, but bracketed in one for people */
  elementwise: 7,
  product: 8,
  sign: 9,
  power: 10,
  atom: 11,
} as const;

/** The parts of a formula, in the order in which `combine` of a spelling receives them. */
export function partsOf(formula: Formula): readonly Formula[] {
  switch (formula.kind) {
    case 'number': case 'symbol': case 'constant': return NONE;
    case 'call': return formula.args;
    case 'negative': case 'not': case 'transpose': return [formula.operand];
    case 'sum': return formula.terms.map((t) => t.value);
    case 'product': return formula.under.length === 0 ? formula.over : [...formula.over, ...formula.under];
    case 'elementwise': return formula.under.length === 0 ? formula.factors : [...formula.factors, ...formula.under];
    case 'power': return [formula.base, formula.exponent];
    case 'compare': return [formula.left, formula.right];
    case 'logic': return formula.operands;
    case 'conditional': return [formula.condition, formula.whenTrue, formula.whenFalse];
    case 'index': return [formula.base, ...formula.at];
    case 'big': return formula.condition === undefined ? [formula.body] : [formula.body, formula.condition];
    case 'vector': return formula.items;
    case 'matrix': return formula.rows.flat();
    case 'range': return [formula.from, formula.to];
  }
}
const NONE: readonly Formula[] = [];

export const symbol = (name: string): Formula => ({ kind: 'symbol', name });
