/**
 * When two trees are the same reading. Printing drops spans, may add or drop brackets, and writes some constructs in
 * their canonical form: products are `*`, superscripts powers, `√x` is `sqrt(x)`, `½` is `1/2`.
 */
import type { Expr, Statement } from '../../src/ast/types.ts';
import { run } from '../../src/ast/trampoline.ts';
import type { Visit } from '../../src/ast/trampoline.ts';

type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };

/** The statement as plain data, equal for equal readings. */
export function readingOf(node: Statement | Expr): Plain {
  return run(visit(node));
}

const positions = new Set(['span', 'opSpan', 'docs', 'bracket']);

function* visit(value: unknown): Visit<Plain> {
  if (Array.isArray(value)) {
    const out: Plain[] = [];
    for (const item of value) out.push(yield visit(item));
    return out;
  }
  if (typeof value !== 'object' || value === null) return value as Plain;
  const node = canonical(value as Record<string, unknown>);
  const out: Record<string, Plain> = {};
  for (const [key, part] of Object.entries(node)) {
    if (positions.has(key) || part === undefined) continue;
    // the letters of a subscript repeat its indices
    if (key === 'text' && node['kind'] === 'subscript') continue;
    out[key] = yield visit(part);
  }
  return out;
}

function canonical(written: Record<string, unknown>): Record<string, unknown> {
  let node = written;
  while (node['kind'] === 'group') node = node['inner'] as Record<string, unknown>;
  switch (node['kind']) {
    case 'negate': {
      // -2x is (-2)*x: the sign of a product belongs to its first factor
      const product = canonical(node['operand'] as Record<string, unknown>);
      if (product['kind'] !== 'binary' || (product['op'] !== '*' && product['op'] !== '/')) return { ...node, operand: product };
      return { ...product, left: canonical({ kind: 'negate', operand: product['left'] }) };
    }
    case 'binary':
      return node['op'] === 'juxt' || node['op'] === 'coef' ? { ...node, op: '*' } : node;
    case 'superscript':
      return { kind: 'binary', op: '^', left: node['base'], right: node['exponent'] };
    case 'sqrt':
      return { kind: 'apply', callee: { kind: 'name', name: 'sqrt' }, args: [{ kind: 'positional', value: node['operand'] }] };
    case 'number': {
      const [above, below] = (node['text'] as string).split('/');
      if (below === undefined) return node;
      return { kind: 'binary', op: '/', left: { kind: 'number', text: above }, right: { kind: 'number', text: below } };
    }
    default: return node;
  }
}
