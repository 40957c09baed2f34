/**
 * What the user wrote: the surface tree, one node per construct, each with its span.
 * Nothing here knows kinds or shapes; `elaborate/` decides those.
 */
import type { Span } from '../diagnostics/span.ts';

export type BinaryOperator =
  | '+' | '-' | '*' | '/' | '@' | '.*' | './' | '^' | '.^' | '**'
  /** juxtaposition of two operands, `x y` */
  | 'juxt'
  /** a number written directly before its operand, `2x`; binds tighter than `*` */
  | 'coef'
  | 'and' | 'or';

export type Comparison = '<' | '<=' | '>' | '>=' | '==' | '!=' | 'in';

export type BigOperator = 'sum' | 'prod' | 'mean' | 'max' | 'min' | 'logsumexp' | 'any' | 'all';

interface Spanned {
  readonly span: Span;
}

export interface NumberLiteral extends Spanned {
  readonly kind: 'number';
  /** normalised decimal text (`½` is `1/2`), exact: never passed through a double */
  readonly text: string;
}
export interface Name extends Spanned {
  readonly kind: 'name';
  /** NFC text, e.g. `ŷ`, `y_pred`, `σ` */
  readonly name: string;
}
export interface StringLiteral extends Spanned {
  readonly kind: 'string';
  readonly value: string;
}
/** `…` in an explanation such as `(∂F/∂θ₁, …, ∂F/∂θₘ)`. */
export interface Ellipsis extends Spanned {
  readonly kind: 'ellipsis';
}
export interface Binary extends Spanned {
  readonly kind: 'binary';
  readonly op: BinaryOperator;
  readonly left: Expr;
  readonly right: Expr;
  /** the operator's own span; for `juxt` and `coef` the gap between the operands */
  readonly opSpan: Span;
}
export interface Negate extends Spanned {
  readonly kind: 'negate';
  readonly operand: Expr;
}
export interface Not extends Spanned {
  readonly kind: 'not';
  readonly operand: Expr;
}
/** `a < b <= c`: n operators between n + 1 operands. */
export interface Compare extends Spanned {
  readonly kind: 'compare';
  readonly operators: readonly Comparison[];
  readonly operands: readonly Expr[];
}
export interface Conditional extends Spanned {
  readonly kind: 'conditional';
  readonly condition: Expr;
  readonly whenTrue: Expr;
  readonly whenFalse: Expr;
}
export interface Lambda extends Spanned {
  readonly kind: 'lambda';
  readonly parameter: Name;
  readonly body: Expr;
}
/** A value followed by parentheses: a call, or a product when the callee turns out to be a value. */
export interface Apply extends Spanned {
  readonly kind: 'apply';
  readonly callee: Expr;
  readonly args: readonly Argument[];
}
export type Argument =
  | { readonly kind: 'positional'; readonly value: Expr }
  | { readonly kind: 'named'; readonly name: Name; readonly value: Expr }
  /** after the conditional bar of `p(y | mu)` */
  | { readonly kind: 'given'; readonly value: Expr }
  /** `f(e for i in 1..N)`: always the only argument */
  | { readonly kind: 'generator'; readonly value: Expr; readonly binders: readonly Binder[] };

/** `x[i, :]`: an index bracket directly after its operand. */
export interface Index extends Spanned {
  readonly kind: 'index';
  readonly base: Expr;
  readonly indices: readonly IndexItem[];
}
export type IndexItem =
  | { readonly kind: 'at'; readonly value: Expr }
  | { readonly kind: 'range'; readonly from: Expr; readonly to: Expr }
  | { readonly kind: 'all'; readonly span: Span }
  /** `θ[j in 1..J]` on the left of a definition */
  | { readonly kind: 'bind'; readonly name: Name; readonly from: Expr; readonly to: Expr };

/** `xᵢ`, `θ₁`, `aₗ₋₁`, `x_i` stays a name. The subscript is given as parsed index expressions. */
export interface Subscript extends Spanned {
  readonly kind: 'subscript';
  readonly base: Expr;
  /** `ᵢⱼ` gives two items, `ₗ₋₁` one, `₁₂` the single number 12 */
  readonly indices: readonly Expr[];
  /** the raw subscript in ASCII, e.g. `l-1`, for names such as `theta1` */
  readonly text: string;
}
/** `x²`, `xⁿ`, `σ²(x)` (the callee of an apply). */
export interface Superscript extends Spanned {
  readonly kind: 'superscript';
  readonly base: Expr;
  readonly exponent: Expr;
}
/** `f'`, `f''`, `A'`: derivative of a function or transpose of a value, by kind. */
export interface Prime extends Spanned {
  readonly kind: 'prime';
  readonly base: Expr;
  readonly order: number;
}
export interface Transpose extends Spanned {
  readonly kind: 'transpose';
  readonly base: Expr;
}
export interface Factorial extends Spanned {
  readonly kind: 'factorial';
  readonly base: Expr;
}
export interface Root extends Spanned {
  readonly kind: 'sqrt';
  readonly operand: Expr;
}
export interface Nabla extends Spanned {
  readonly kind: 'nabla';
  readonly operand: Expr;
}
/** `∂²L/∂w∂b`: `target` is `L`; one denominator per `∂name`, each with its own order. */
export interface Partial extends Spanned {
  readonly kind: 'partial';
  /** order written after the first ∂; 1 when absent */
  readonly order: number;
  readonly target: Expr;
  readonly denominators: readonly PartialDenominator[];
}
export interface PartialDenominator {
  /** a name, a subscripted name, or an indexed name */
  readonly variable: Expr;
  readonly order: number;
}
/** `d/dx [..]`, `d²/dx² ..` */
export interface Leibniz extends Spanned {
  readonly kind: 'leibniz';
  readonly variable: Name;
  readonly order: number;
  readonly body: Expr;
}
export interface Limit extends Spanned {
  readonly kind: 'limit';
  readonly variable: Name;
  readonly target: Expr;
  readonly body: Expr;
}
/** `∑ (i = 1 to N) body`, `sum[n] body`, `∑ body` (no binders: over the common shape). */
export interface Big extends Spanned {
  readonly kind: 'big';
  readonly op: BigOperator;
  readonly binders: readonly Binder[];
  readonly body: Expr;
}
export interface Group extends Spanned {
  readonly kind: 'group';
  readonly bracket: '(' | '[';
  readonly inner: Expr;
}
export interface Tuple extends Spanned {
  readonly kind: 'tuple';
  readonly items: readonly Expr[];
}
export interface VectorLiteral extends Spanned {
  readonly kind: 'vector';
  readonly items: readonly Expr[];
}
export interface MatrixLiteral extends Spanned {
  readonly kind: 'matrix';
  readonly rows: readonly (readonly Expr[])[];
}
export interface Absolute extends Spanned {
  readonly kind: 'abs';
  readonly operand: Expr;
}
/** `‖e‖`; `‖e‖₁` is a subscript on it, `‖e‖²` a superscript. */
export interface Norm extends Spanned {
  readonly kind: 'norm';
  readonly operand: Expr;
}
/** Stands where parsing failed, so that later stages can go on and stay silent about it. */
export interface ErrorExpr extends Spanned {
  readonly kind: 'error';
}

export type Expr =
  | NumberLiteral | Name | StringLiteral | Ellipsis | Binary | Negate | Not | Compare | Conditional | Lambda
  | Apply | Index | Subscript | Superscript | Prime | Transpose | Factorial | Root | Nabla | Partial | Leibniz
  | Limit | Big | Group | Tuple | VectorLiteral | MatrixLiteral | Absolute | Norm | ErrorExpr;

export type Binder =
  /** `i`, `i in 1..N`, `i = 1 to N`, `i ∈ S` */
  | { readonly kind: 'over'; readonly name: Name; readonly from?: Expr; readonly to?: Expr; readonly set?: Expr }
  /** `j < i`, `i != j`: filters the binders before it */
  | { readonly kind: 'filter'; readonly condition: Expr; readonly span: Span };

export interface TypeExpr extends Spanned {
  /** `R`, `int`, `bool`, `index`, or a GENO kind: `scalar`, `vector`, `matrix` */
  readonly base: string;
  readonly dims: readonly Expr[];
  /** `in lo..hi` */
  readonly range?: { readonly from: Expr; readonly to: Expr };
  /** `index[N] of K` */
  readonly of?: Expr;
  /** `sym`, `spd`, `lower`, `diag`, … */
  readonly properties: readonly Name[];
}

export interface Declaration extends Spanned {
  readonly name: Name;
  /** `W[l in 1..L]: …`: binders of a layer family */
  readonly family: readonly IndexItem[];
  readonly type?: TypeExpr;
  readonly init?: Expr;
  readonly where?: Expr;
  /** constraint transform: `via exp` */
  readonly via?: Name;
  /** doc comment lines directly above this item, without `///` */
  readonly docs: readonly string[];
}

export interface Parameter {
  readonly name: Name;
  readonly type?: TypeExpr;
}

/** How a derivative is stored or computed: `sparse`, `checkpoints = 32`. */
export interface Option {
  readonly name: string;
  readonly value?: Expr;
  readonly span: Span;
}

/** What a `derive` statement asks for: `gradient`, `derivative(3)`. */
export interface Requested {
  readonly name: string;
  readonly order?: Expr;
  readonly span: Span;
}

interface StatementBase extends Spanned {
  readonly docs: readonly string[];
}

export type Statement =
  | (StatementBase & { readonly kind: 'module'; readonly name: Name })
  | (StatementBase & { readonly kind: 'import'; readonly names: readonly { readonly name: Name; readonly as?: Name }[]; readonly from: StringLiteral })
  /** file pragma: `matrix`, `base 0` */
  | (StatementBase & { readonly kind: 'pragma'; readonly name: Name; readonly value?: Expr })
  | (StatementBase & { readonly kind: 'dim'; readonly items: readonly Declaration[] })
  | (StatementBase & { readonly kind: 'declare'; readonly role: 'data' | 'param' | 'hyper'; readonly items: readonly Declaration[] })
  | (StatementBase & { readonly kind: 'const'; readonly items: readonly { readonly name: Name; readonly value: Expr }[] })
  | (StatementBase & { readonly kind: 'index'; readonly binders: readonly Binder[] })
  /** `lhs = value`, optionally `for l in 1..L`. What the left side means is decided later. */
  | (StatementBase & { readonly kind: 'define'; readonly left: Expr; readonly value: Expr; readonly family: readonly Binder[] })
  | (StatementBase & { readonly kind: 'update'; readonly left: Expr; readonly value: Expr })
  | (StatementBase & { readonly kind: 'distributed'; readonly left: Expr; readonly distribution: Expr })
  | (StatementBase & { readonly kind: 'fn'; readonly name: Name; readonly parameters: readonly Parameter[]; readonly result?: TypeExpr; readonly body: readonly Statement[] })
  | (StatementBase & { readonly kind: 'return'; readonly value: Expr })
  | (StatementBase & { readonly kind: 'opaque'; readonly name: Name; readonly parameters: readonly Parameter[]; readonly result?: TypeExpr })
  | (StatementBase & { readonly kind: 'recur'; readonly binders: readonly Binder[]; readonly body: readonly Statement[] })
  | (StatementBase & { readonly kind: 'init'; readonly items: readonly { readonly left: Expr; readonly value: Expr }[] })
  | (StatementBase & { readonly kind: 'derive'; readonly what: readonly Requested[]; readonly of: readonly Expr[]; readonly wrt: readonly Expr[]; readonly along: readonly Expr[]; readonly as?: Name; readonly using: readonly Option[] })
  /** `check e1 == e2`, `check a = b`, `check cond`; with `what`: `check gradient of L wrt w == e` */
  | (StatementBase & { readonly kind: 'check'; readonly claim: Expr })
  | (StatementBase & { readonly kind: 'check-derivative'; readonly what: Name; readonly of: Expr; readonly wrt: readonly Expr[]; readonly expected: Expr })
  | (StatementBase & { readonly kind: 'assume'; readonly condition: Expr })
  /** `subject to A*x <= b, sum(x) == 1`: what a minimum must keep */
  | (StatementBase & { readonly kind: 'subject'; readonly constraints: readonly Expr[] })
  /** a bare expression: the usual one-liner */
  | (StatementBase & { readonly kind: 'expression'; readonly value: Expr })
  /** parsing failed here; already reported */
  | (StatementBase & { readonly kind: 'broken' });

export interface SourceFile {
  readonly statements: readonly Statement[];
  /** documentation at the head of the file, before any statement it could belong to */
  readonly span: Span;
}
