/** Rewrite rules as data: text in the surface language, compiled when first used. */
import { formulaTemplate } from '../elaborate/scalar.ts';
import { Builder } from '../ir/build.ts';
import type { Graph } from '../ir/graph.ts';
import * as Q from '../ir/rational.ts';
import { templateOf, type Template } from '../ir/template.ts';
import type { NodeId } from '../ir/types.ts';
import { core } from '../ops/core.ts';
import { findOp, type OpName } from '../ops/table.ts';
import { normalise } from './normalise.ts';

/** What has to be known of the formula that a variable stands for. */
export interface Condition {
  readonly variable: string;
  readonly is: 'positive' | 'nonnegative' | 'nonzero';
}

/** `pattern -> replacement`, with variables in place of formulas. Both sides are equal wherever the left is defined. */
export interface Rule {
  readonly name: string;
  readonly text: string;
  /** numbers of the catalogue in the numerics reference, 1.2 */
  readonly source: string;
  readonly conditions?: readonly Condition[];
  /** the constant term of the pattern may be taken out of a larger one that becomes smaller: 2 - exp(u) is 1 - expm1(u) */
  readonly constant?: 'shrinks';
}

export interface CompiledRule {
  readonly rule: Rule;
  readonly variables: readonly string[];
  /** in normal form, as what it is matched with */
  readonly pattern: Template;
  readonly replacement: Template;
  /** what a node must be for the pattern to fit: powers match parts of products */
  readonly shape: 'sum' | 'product' | { readonly op: OpName };
  /** operations that must stand in a node or right below it for the pattern to fit */
  readonly anchors: readonly OpName[];
  /** a constant term must stand in the sum */
  readonly constantTerm: boolean;
  /** in a sum, an operation whose argument must be a term as well: sin(u) - u */
  readonly echo: OpName | undefined;
}

/** Compiled rules: a memo of a pure function of the rule. */
const compiled = new WeakMap<Rule, CompiledRule>();

export function compileRule(rule: Rule): CompiledRule {
  let result = compiled.get(rule);
  if (result === undefined) compiled.set(rule, (result = compile(rule)));
  return result;
}

/** An operation that a rule speaks of, or a division by a formula. */
export type Ingredient = OpName | '/';

/** Ingredients of both sides: a memo of a pure function of the rule. */
const sides = new WeakMap<Rule, readonly (readonly Ingredient[])[]>();

function ingredientsOfSides(rule: Rule): readonly (readonly Ingredient[])[] {
  let result = sides.get(rule);
  if (result === undefined) sides.set(rule, (result = rule.text.split('->').map(ingredientsIn)));
  return result;
}

/** What a formula must contain for the rule to fit: known without compiling it. */
export const ingredientsOf = (rule: Rule): readonly Ingredient[] => ingredientsOfSides(rule)[0] ?? [];
export const replacementIngredients = (rule: Rule): readonly Ingredient[] => ingredientsOfSides(rule)[1] ?? [];

function ingredientsIn(text: string): Ingredient[] {
  const operations = (text.match(/[a-z]\w*/gi) ?? []).map(findOp).filter((op) => op !== undefined);
  return /\/\s*[a-z(]/i.test(text) ? [...operations, '/'] : operations;
}

function compile(rule: Rule): CompiledRule {
  const [left = '', right = ''] = rule.text.split('->');
  const variables = [...new Set(left.match(/[a-z]\w*/gi))].filter((name) => findOp(name) === undefined && name !== 'pi');
  const pattern = formulaTemplate(left.trim(), variables);
  const [root = pattern.root] = normalise(new Builder(pattern.graph), [pattern.root]);
  return {
    rule, variables, pattern: templateOf(pattern.graph, root, pattern.parameters), replacement: formulaTemplate(right.trim(), variables),
    ...anchorsOf(pattern.graph, root),
  };
}

/** A cheap test of whether a rule can fit: the root of its pattern, and the operations of its factors or terms. */
function anchorsOf(graph: Graph, root: NodeId): Pick<CompiledRule, 'shape' | 'anchors' | 'constantTerm' | 'echo'> {
  const attr = graph.attr(root);
  if (attr.kind === 'map' && attr.op !== core.pow) return { shape: { op: attr.op }, anchors: [], constantTerm: false, echo: undefined };
  const anchors = [...graph.args(root), ...(attr.kind === 'map' ? [root] : [])].flatMap((arg): OpName[] => {
    const inner = graph.attr(arg);
    if (inner.kind !== 'map') return [];
    if (inner.op !== core.pow) return [inner.op];
    const base = graph.attr(graph.arg(arg, 0));
    // a square may be matched by a product of squares, a reciprocal by a power only
    const exponent = graph.attr(graph.arg(arg, 1));
    const divides = exponent.kind === 'const' && exponent.value.kind === 'rational' && Q.isNegative(exponent.value.value);
    return [...(divides ? [core.pow] : []), ...(base.kind === 'map' ? [base.op] : [])];
  });
  if (attr.kind !== 'add') return { shape: 'product', anchors, constantTerm: false, echo: undefined };
  return { shape: 'sum', anchors, constantTerm: graph.argList(root).some((arg) => graph.attr(arg).kind === 'const'), echo: echoIn(graph, graph.argList(root)) };
}

/** The operation of a term f(u) where u is a term, too. */
function echoIn(graph: Graph, terms: readonly NodeId[]): OpName | undefined {
  for (const term of terms) {
    const attr = graph.attr(term);
    const argument = attr.kind === 'map' && attr.subs.length === 1 ? graph.arg(term, 0) : -1;
    if (attr.kind === 'map' && terms.includes(argument) && graph.attr(argument).kind === 'leaf') return attr.op;
  }
  return undefined;
}
