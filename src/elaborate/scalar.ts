/**
 * Elaboration of scalar formulas over given names: the texts in op rows and rule lists. These are our own,
 * so whatever does not fit is a defect, not a diagnostic.
 */
import { run, type Visit } from '../ast/trampoline.ts';
import type { Apply, Binary, Compare, Expr } from '../ast/types.ts';
import { Bag } from '../diagnostics/bag.ts';
import { InternalError, invariant } from '../diagnostics/internal.ts';
import { parseExpression } from '../frontends/math/parse.ts';
import { Builder } from '../ir/build.ts';
import { Graph } from '../ir/graph.ts';
import * as Q from '../ir/rational.ts';
import { instantiate, templateOf, type Template } from '../ir/template.ts';
import type { NodeId } from '../ir/types.ts';
import { findOp, rowOf, type OpName } from '../ops/table.ts';
import { summandsOf } from './spine.ts';
import { COMPARISONS, namedConstant } from './vocabulary.ts';

/** Compiles a scalar formula over named parameters. The text is ours: a mistake in it is a bug. */
export function formulaTemplate(text: string, parameters: readonly string[]): Template {
  const bag = new Bag();
  const statement = parseExpression({ name: '<formula>', text }, bag);
  invariant(bag.size === 0 && statement.kind === 'expression', 'formulas', `formula "${text}" does not parse`);
  const builder = new Builder(new Graph());
  const leaves = parameters.map((name) => builder.leaf({ name, role: 'variable', element: 'real', shape: [] }));
  const root = elaborateScalar(statement.value, builder, new Map(parameters.map((name, k) => [name, leaves[k] ?? -1])));
  return templateOf(builder.graph, root, leaves);
}

/** Compiled definitions by op: a memo of a pure function of the op table. */
const definitions = new Map<OpName, Template>();

/** What a composite operation stands for, over its arguments; undefined for a primitive. */
export function definitionOf(op: OpName): Template | undefined {
  const row = rowOf(op);
  if (row.kind === 'primitive') return undefined;
  let template = definitions.get(op);
  if (template === undefined) definitions.set(op, (template = formulaTemplate(row.expand, row.args)));
  return template;
}

/** The node of a scalar formula: numbers, names, arithmetic, calls of operations, conditionals and conditions. */
export function elaborateScalar(expr: Expr, builder: Builder, environment: ReadonlyMap<string, NodeId>): NodeId {
  return run(new ScalarFormula(builder, environment).visit(expr));
}

class ScalarFormula {
  readonly #b: Builder;
  readonly #environment: ReadonlyMap<string, NodeId>;

  constructor(builder: Builder, environment: ReadonlyMap<string, NodeId>) {
    this.#b = builder;
    this.#environment = environment;
  }

  *visit(expr: Expr): Visit<NodeId> {
    switch (expr.kind) {
      case 'number': return this.#number(expr.text);
      case 'name': return this.#name(expr.name);
      case 'group': return yield this.visit(expr.inner);
      case 'negate': return this.#b.negate(yield this.visit(expr.operand));
      case 'sqrt': return this.#map('sqrt', [yield this.visit(expr.operand)]);
      case 'abs': return this.#map('abs', [yield this.visit(expr.operand)]);
      case 'not': return this.#map('not', [yield this.visit(expr.operand)]);
      case 'superscript': return this.#map('pow', [yield this.visit(expr.base), yield this.visit(expr.exponent)]);
      case 'conditional':
        return this.#map('where', [yield this.visit(expr.condition), yield this.visit(expr.whenTrue), yield this.visit(expr.whenFalse)]);
      case 'binary': return yield this.#binary(expr);
      case 'compare': return yield this.#compare(expr);
      case 'apply': return yield this.#call(expr);
      default: throw new InternalError('elaborate', `a ${expr.kind} in a scalar formula`);
    }
  }

  #map(op: OpName, args: readonly NodeId[]): NodeId {
    const operands = args.map((id) => ({ id, sub: [] }));
    const definition = definitionOf(op);
    return definition === undefined ? this.#b.map(op, operands, []) : instantiate(this.#b, definition, operands, []).id;
  }

  #number(text: string): NodeId {
    const value = Q.parseRational(text);
    invariant(value !== undefined, 'elaborate', `bad number ${text} in a scalar formula`);
    return this.#b.rational(value);
  }

  #name(name: string): NodeId {
    const id = this.#environment.get(name) ?? namedConstant(name, this.#b);
    invariant(id !== undefined, 'elaborate', `unknown name ${name} in a scalar formula`);
    return id;
  }

  *#binary(expr: Binary): Visit<NodeId> {
    if (expr.op === '+' || expr.op === '-') return yield this.#sum(expr);
    const left = yield this.visit(expr.left);
    const right = yield this.visit(expr.right);
    switch (expr.op) {
      case '/': case './': return this.#b.divide(left, right);
      case '^': case '.^': case '**': return this.#map('pow', [left, right]);
      case 'and': case 'or': return this.#map(expr.op, [left, right]);
      default: return this.#b.multiply(left, right);
    }
  }

  *#sum(expr: Binary): Visit<NodeId> {
    const terms = [];
    for (const { expr: summand, negative } of summandsOf(expr)) {
      terms.push({ coef: negative ? Q.MINUS_ONE : Q.ONE, id: yield this.visit(summand), sub: [] });
    }
    return this.#b.add(terms, []);
  }

  *#compare(expr: Compare): Visit<NodeId> {
    const operands: NodeId[] = [];
    for (const operand of expr.operands) operands.push(yield this.visit(operand));
    const parts = expr.operators.map((operator, k) => {
      invariant(operator !== 'in', 'elaborate', 'membership in a scalar formula');
      return this.#map(COMPARISONS[operator], [operands[k] ?? -1, operands[k + 1] ?? -1]);
    });
    return parts.reduce((all, part) => this.#map('and', [all, part]));
  }

  *#call(expr: Apply): Visit<NodeId> {
    invariant(expr.callee.kind === 'name', 'elaborate', 'a scalar formula applies something that is not a name');
    const op = findOp(expr.callee.name);
    invariant(op !== undefined, 'elaborate', `unknown function ${expr.callee.name} in a scalar formula`);
    const args: NodeId[] = [];
    for (const argument of expr.args) {
      invariant(argument.kind === 'positional', 'elaborate', `${expr.callee.name} takes plain arguments in a scalar formula`);
      args.push(yield this.visit(argument.value));
    }
    const row = rowOf(op);
    for (const name of row.args.slice(args.length)) {
      const preset = row.defaults?.[name];
      invariant(preset !== undefined, 'elaborate', `${op} lacks its argument ${name} in a scalar formula`);
      args.push(this.#number(preset));
    }
    invariant(args.length === row.args.length, 'elaborate', `${op} has too many arguments in a scalar formula`);
    return this.#map(op, args);
  }
}
