/**
 * What elaboration makes of a file or a one-liner: inputs, named values, and what is asked of them.
 * Everything is a node of one graph; nothing refers back to the syntax except through spans.
 */
import type { Span } from '../diagnostics/span.ts';
import type { Dim } from '../ir/dim.ts';
import type { Graph } from '../ir/graph.ts';
import type { Element, NodeId } from '../ir/types.ts';
import type { Counting } from '../print/counting.ts';
import type { TransformName } from './transforms.ts';

export type InputRole = 'data' | 'param' | 'hyper' | 'variable';

/** A declared size, or one inferred from a range. */
export interface DimDecl {
  readonly name: string;
  /** fixed at compile time: `dim K = 10` */
  readonly value?: number;
  /** `where N >= 2` */
  readonly atLeast: number;
  readonly docs: readonly string[];
}

/** `where 0 <= y <= 1`, `via exp`: bounds that are checked on entry and may be used by rules. */
export interface Bound {
  readonly relation: '<' | '<=' | '>' | '>=' | '!=';
  readonly value: number;
}

export interface Input {
  /** as the user spelt it: `ŷ`, `W1` */
  readonly name: string;
  readonly role: InputRole;
  readonly node: NodeId;
  readonly shape: readonly Dim[];
  readonly element: Element;
  /** `index[N] of K` */
  readonly of?: Dim;
  /** default value, a constant of the graph */
  readonly initial?: NodeId;
  readonly bounds: readonly Bound[];
  /** `via exp`: the emitted function takes unconstrained numbers, in the shape of `leaf`; `node` is then transform(leaf) */
  readonly via?: { readonly transform: TransformName; readonly leaf: NodeId };
  readonly properties: readonly string[];
  readonly docs: readonly string[];
  readonly span: Span;
}

export interface OpaqueFunction {
  readonly name: string;
  readonly arity: number;
  readonly docs: readonly string[];
}

/** A named value: `z = X*w + b`, an array defined by index, a family member `a[2]`. Functions are inlined and not listed. */
export interface Definition {
  readonly name: string;
  readonly node: NodeId;
  readonly docs: readonly string[];
  readonly span: Span;
}

export type DeriveKind = 'value' | 'gradient' | 'jacobian' | 'hessian' | 'hvp' | 'jvp' | 'vjp' | 'gauss_newton' | 'gauss_newton_product' | 'derivative';

export interface Wrt {
  /** how it is written in the answer: `w`, `x[1]`, `a[2]` */
  readonly name: string;
  readonly node: NodeId;
}

export interface DeriveRequest {
  readonly what: readonly DeriveKind[];
  /** of `derivative(n)`, one result each */
  readonly orders?: readonly number[];
  readonly of: readonly { readonly name: string; readonly node: NodeId }[];
  readonly wrt: readonly Wrt[];
  /** one direction for each variable, or for one high derivative as many rounds of them as its order; then an adjoint of each value for a vjp */
  readonly along: readonly Wrt[];
  /** `as mlpLoss` */
  readonly as?: string;
  readonly using: readonly string[];
  /** `using checkpoints = n`: how many states of a loop may be kept for the way back */
  readonly checkpoints?: number;
  /** made by `subject to`: what must be 0, what must be at most 0, or the bounds of the parameters */
  readonly constraint?: 'equality' | 'inequality' | 'bounds';
  readonly docs: readonly string[];
  readonly span: Span;
}

export interface CheckRequest {
  /** the claim as canonical text */
  readonly text: string;
  readonly claims: readonly { readonly left: NodeId; readonly relation: '==' | '<' | '<=' | '>' | '>=' | '!='; readonly right: NodeId }[];
  readonly docs: readonly string[];
  readonly span: Span;
}

export interface UpdateRule {
  readonly target: string;
  readonly node: NodeId;
  readonly value: NodeId;
  readonly docs: readonly string[];
  readonly span: Span;
}

/** The one thing a one-liner asks for. */
export type Answer =
  | { readonly kind: 'value'; readonly node: NodeId; readonly name?: string }
  /** a function definition: the body over its parameters */
  | { readonly kind: 'function'; readonly name: string; readonly parameters: readonly string[]; readonly node: NodeId }
  /** the expression is itself a derivative, `of` what was typed, the outermost last, `by` the variable of a first one */
  | { readonly kind: 'derivative'; readonly node: NodeId; readonly rule: string; readonly of: readonly NodeId[]; readonly by?: string }
  | { readonly kind: 'check'; readonly check: CheckRequest }
  | { readonly kind: 'explanation'; readonly text: string };

export interface Model {
  readonly name: string;
  readonly docs: readonly string[];
  readonly graph: Graph;
  readonly dims: readonly DimDecl[];
  readonly inputs: readonly Input[];
  readonly opaques: readonly OpaqueFunction[];
  readonly definitions: readonly Definition[];
  readonly requests: readonly DeriveRequest[];
  /** log density of the unconstrained parameters: `logp` with the log-Jacobians of all transforms; made when every bound is transformed */
  readonly density?: NodeId;
  readonly checks: readonly CheckRequest[];
  readonly updates: readonly UpdateRule[];
  /** conditions from `assume`, as boolean nodes */
  readonly assumptions: readonly NodeId[];
  /** of a bare expression statement (the last one), for one-liners */
  readonly answer?: Answer;
  /** readings worth telling: `x(y+1)` was read as a product */
  readonly notes: readonly Note[];
  /** how the text counts positions */
  readonly counting: Counting;
}

/** How a place of the text was read, where it could be read otherwise. */
export interface Note {
  readonly text: string;
  readonly span: Span;
}

/**
 * Derivatives occur inside expressions, but differentiation is a later layer: the pipeline hands it in.
 * `gradient(of, wrt)[k]` is d of / d wrt[k], of the shape of wrt[k]; `of` is a scalar node.
 * `jacobian(of, wrt)[k]` has shape [...shape(of), ...shape(wrt[k])].
 * `ordinary(of, by, order)` is the derivative of that order of a number by a number.
 */
export interface Differentiator {
  gradient(graph: Graph, of: NodeId, wrt: readonly NodeId[]): NodeId[];
  jacobian(graph: Graph, of: NodeId, wrt: readonly NodeId[]): NodeId[];
  ordinary(graph: Graph, of: NodeId, by: NodeId, order: number): NodeId;
}

/** Higher orders are refused: the size of a derivative grows with the square of its order. */
export const HIGHEST_ORDER = 64;
