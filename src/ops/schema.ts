/**
 * The shape of an operation row. A row is pure data: everything the compiler knows about one scalar
 * operation stands in it, and nowhere else. Rows are grouped by family, one file each.
 */
import type { KernelName } from '../kernels/sources.generated.ts';

/** Facts that drive generic code: ask the row, never the name. */
export type Fact =
  | 'even' | 'odd' | 'increasing' | 'decreasing' | 'smooth' | 'commutative' | 'idempotent'
  | 'positive' | 'nonnegative' | 'bounded'
  /** derivative is 0 almost everywhere (sign, floor, comparisons) */
  | 'piecewise-constant'
  /** result is 0 or 1 */
  | 'boolean'
  /** about the price of an addition: not worth storing for later */
  | 'cheap'
  /** a safe-integer result for safe-integer arguments is exact (abs, floor, max, …) */
  | 'exact-on-rationals';

/** Where an argument may come from for the value to be a finite number. Read by sampling tests, by domain facts. */
export type Domain =
  | 'real' | 'positive' | 'negative' | 'nonnegative' | 'nonzero' | '(-1, 1)' | '[-1, 1]' | '[1, inf)' | '(-1, inf)' | '(0, 1)' | '(0, 1]'
  | '(-inf, 1)' | 'outside [-1, 1]' | 'not a nonpositive integer' | 'integer' | 'nonnegative integer' | 'boolean' | '[-1/e, inf)';

interface RowBase<A extends readonly string[]> {
  readonly args: A;
  /** reads in sentences: `hyperbolic tangent` */
  readonly title: string;
  /** other spellings in source text (never ones that already mean another operation) */
  readonly aliases?: readonly string[];
  readonly domain: { readonly [K in A[number]]: Domain };
  /** formula texts that stand for trailing arguments left out of a call: `leaky_relu(x)` is `leaky_relu(x, 0.01)` */
  readonly defaults?: { readonly [K in A[number]]?: string };
  /** interval text, e.g. `(-1, 1)`, for documentation and for tests */
  readonly range?: string;
  readonly facts?: readonly Fact[];
  /** exact values: `[['0', '1']]` states f(0) = 1; arguments and results are rationals as text */
  readonly exact?: readonly (readonly [at: string, value: string])[];
  /** `lhs -> rhs [where condition]`, in the surface language */
  readonly identities?: readonly string[];
  /** how the value is written on paper, where nobody types the name: text over the arguments (`ln(1 + x)` for log1p) */
  readonly reads?: string;
  /** LaTeX with arguments as `{x}`: `\\tanh {x}` */
  readonly latex?: string;
  readonly doc: string;
  readonly examples?: readonly string[];
}

/** An argument in which the operation has no derivative, with the reason a user is told. */
export interface NoDerivative {
  readonly refused: string;
}

/**
 * TypeScript spelling with arguments as `{x}`: `Math.tanh({x})`. The template is an atom (a call or in parentheses);
 * an argument beside an operator must be substituted as an atom. `condition` is the spelling where a truth value
 * is wanted: `{u} < {v}` for `({u} < {v} ? 1 : 0)`.
 */
export interface InlineSpelling {
  readonly inline: string;
  readonly condition?: string;
}
/** The name of a function in `kernels/`, called with the arguments in order. */
export interface KernelSpelling {
  readonly kernel: KernelName;
}

/**
 * Known to every target: evaluated with `evaluate`, differentiated with `derivative`.
 * The derivative texts use the argument names and `y`, the operation's own result (sharing for free).
 */
export interface PrimitiveRow<A extends readonly string[] = readonly string[]> extends RowBase<A> {
  readonly kind: 'primitive';
  readonly derivative: { readonly [K in A[number]]: string | NoDerivative };
  /** the partial to use when every other argument is a literal constant: at a tie of max(x, 0) the constant wins */
  readonly againstConstant?: { readonly [K in A[number]]: string };
  readonly evaluate: (...x: number[]) => number;
  readonly ts: InlineSpelling | KernelSpelling;
  /** scalar operations that one evaluation costs in the exact operation count (1 for anything atomic) */
  readonly cost: number;
  /** the operation whose value at the first argument is the last argument, and whose work makes both: a target may call one function for the two */
  readonly madeWith?: string;
}

/** Defined by other operations; derivative, evaluation and emission follow from the definition. */
export interface CompositeRow<A extends readonly string[] = readonly string[]> extends RowBase<A> {
  readonly kind: 'composite';
  /** in the surface language, over the argument names */
  readonly expand: string;
}

export type Row = PrimitiveRow | CompositeRow;

/** Type-checks one row: a missing partial or a misspelt argument is a compile error. */
export function primitive<const A extends readonly string[]>(row: Omit<PrimitiveRow<A>, 'kind'>): PrimitiveRow<A> {
  return { kind: 'primitive', ...row };
}
export function composite<const A extends readonly string[]>(row: Omit<CompositeRow<A>, 'kind'>): CompositeRow<A> {
  return { kind: 'composite', ...row };
}
