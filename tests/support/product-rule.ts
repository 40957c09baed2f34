/** A derivative by the rules of school, nothing simplified but terms that are 0: what a reader is spared. */
import type { Expr } from '../../src/ast/types.ts';
import { findOp, rowOf } from '../../src/ops/table.ts';

/** Text of d/dv, '0' where v does not occur. */
export function productRule(e: Expr, v: string): string {
  switch (e.kind) {
    case 'number': return '0';
    case 'name': return e.name === v ? '1' : '0';
    case 'group': return productRule(e.inner, v);
    case 'negate': return zeroOr(productRule(e.operand, v), (d) => `-(${d})`);
    case 'sqrt': return zeroOr(productRule(e.operand, v), (d) => `${d}/(2*sqrt(${text(e.operand)}))`);
    case 'binary': return binary(e, v);
    case 'apply': return applied(e, v);
    default: throw new Error(`no rule for ${e.kind}`);
  }
}

const text = ({ span }: Expr): string => span.source.text.slice(span.start, span.end);
const zeroOr = (d: string, form: (d: string) => string): string => (d === '0' ? '0' : form(d));

function binary(e: Extract<Expr, { kind: 'binary' }>, v: string): string {
  const [u, w] = [text(e.left), text(e.right)];
  const [du, dw] = [productRule(e.left, v), productRule(e.right, v)];
  switch (e.op) {
    case '+': case '-': return du === '0' ? zeroOr(dw, (d) => (e.op === '-' ? `-(${d})` : d)) : dw === '0' ? du : `${du} ${e.op} (${dw})`;
    case '*': return du === '0' ? zeroOr(dw, (d) => `(${u})*(${d})`) : dw === '0' ? `(${du})*(${w})` : `(${du})*(${w}) + (${u})*(${dw})`;
    case '/': return dw === '0' ? zeroOr(du, (d) => `(${d})/(${w})`) : `((${du})*(${w}) - (${u})*(${dw}))/(${w})^2`;
    case '^': return dw === '0' ? zeroOr(du, (d) => `(${w})*(${u})^(${w} - 1)*(${d})`) : `(${u})^(${w})*((${dw})*ln(${u}) + (${w})*(${du})/(${u}))`;
    default: throw new Error(`no rule for ${e.op}`);
  }
}

/** The chain rule with the derivative that the operation's row states, written as it is read on paper. */
function applied(e: Extract<Expr, { kind: 'apply' }>, v: string): string {
  const name = e.callee.kind === 'name' ? e.callee.name : '';
  const op = findOp(name);
  const args = e.args.map((a) => (a.kind === 'positional' ? a.value : undefined)).filter((a) => a !== undefined);
  if (op === undefined) throw new Error(`${name} has no derivative`);
  const row = rowOf(op);
  const parts = args.map((arg, k) => {
    const partial = row.kind === 'primitive' ? row.derivative[row.args[k] ?? ''] : undefined;
    // what is defined by other operations is counted as if its derivative were a name
    const outer = typeof partial === 'string' ? substituted(partial, row.args, args.map(text), text(e)) : `${name}'`;
    return zeroOr(productRule(arg, v), (d) => `(${outer})*(${d})`);
  });
  return parts.filter((p) => p !== '0').join(' + ') || '0';
}

const substituted = (formula: string, names: readonly string[], args: readonly string[], value: string): string =>
  formula.replace(/[a-z]\w*/gi, (name) => (name === 'y' && !names.includes('y') ? value : names.includes(name) ? `(${args[names.indexOf(name)]})` : name));
