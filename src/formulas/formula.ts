/**
 * Joins the texts in op rows and rule lists with the compiler: a formula is parsed and elaborated by the
 * product's own front end, once, when first needed.
 */
import { invariant } from '../diagnostics/internal.ts';
import { formulaTemplate } from '../elaborate/scalar.ts';
import type { Template } from '../ir/template.ts';
import type { NoDerivative } from '../ops/schema.ts';
import { rowOf, type OpName } from '../ops/table.ts';

/** Compiled partials by op and argument: a memo of a pure function of the op table. */
const partials = new Map<OpName, (Template | NoDerivative | undefined)[]>();
const partialsAgainstConstants = new Map<string, Template>();

/** ∂op/∂(argument k), over the arguments and then the result `y`; or the row's reason why there is none. */
export function partialOf(op: OpName, k: number): Template | NoDerivative {
  let known = partials.get(op);
  if (known === undefined) partials.set(op, (known = []));
  return (known[k] ??= statedPartial(op, k));
}

function statedPartial(op: OpName, k: number): Template | NoDerivative {
  const row = rowOf(op);
  const text = row.kind === 'primitive' ? row.derivative[row.args[k] ?? ''] : undefined;
  return typeof text === 'object' ? text : compilePartial(op, k, 'derivative');
}

/** The partial to use when every other argument is a literal constant (max(x, 0): the constant wins ties). */
export function partialAgainstConstant(op: OpName, k: number): Template | undefined {
  const row = rowOf(op);
  if (row.kind !== 'primitive' || row.againstConstant === undefined) return undefined;
  const key = `${op}/${k}/constant`;
  let template = partialsAgainstConstants.get(key);
  if (template === undefined) partialsAgainstConstants.set(key, (template = compilePartial(op, k, 'againstConstant')));
  return template;
}

function compilePartial(op: OpName, k: number, field: 'derivative' | 'againstConstant'): Template {
  const row = rowOf(op);
  invariant(row.kind === 'primitive', 'formulas', `${op} is composite and has no partial of its own`);
  const text = row[field]?.[row.args[k] ?? ''];
  invariant(typeof text === 'string', 'formulas', `${op} has no ${field} for argument ${k}`);
  return formulaTemplate(text, [...row.args, 'y']);
}
