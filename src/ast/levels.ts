/** How tightly each node binds when printed: the rungs of the grammar's ladder (grammar/README.md). */
import type { BinaryOperator, Expr } from './types.ts';

export const level = {
  any: 0, conditional: 1, or: 2, and: 3, not: 4, compare: 5, sum: 6,
  /** a product that may end in a prefix form such as `∑ x` */
  term: 7,
  product: 8, sign: 9, coefficient: 10, power: 11, tight: 12, postfix: 13, primary: 14,
} as const;

const binaryLevels: { readonly [O in BinaryOperator]: number } = {
  or: level.or, and: level.and, '+': level.sum, '-': level.sum, '*': level.product, '/': level.product, '@': level.product,
  '.*': level.product, './': level.product, juxt: level.product, coef: level.coefficient, '^': level.power, '.^': level.power, '**': level.power,
};

export function binaryLevel(op: BinaryOperator): number {
  return binaryLevels[op];
}

export const isPower = (op: BinaryOperator): boolean => binaryLevels[op] === level.power;

/** The level of a node by its own kind, as it is written with brackets kept and superscripts raised. */
export function ownLevel(e: Expr): number {
  switch (e.kind) {
    case 'lambda': return level.any;
    case 'conditional': return level.conditional;
    case 'not': return level.not;
    case 'compare': return level.compare;
    case 'big': case 'leibniz': case 'limit': return level.term;
    case 'binary': return binaryLevels[e.op];
    case 'negate': return level.sign;
    case 'sqrt': case 'nabla': case 'partial': return level.tight;
    case 'apply': case 'index': case 'subscript': case 'superscript': case 'prime': case 'transpose': case 'factorial': return level.postfix;
    default: return level.primary;
  }
}

/** Whether a node ends in a prefix form, which would swallow a factor behind it: `∑ x`, `-∑ x`, `a ∑ x`. */
export function endsInPrefixForm(e: Expr): boolean {
  for (let at = e; ;) {
    if (at.kind === 'big' || at.kind === 'leibniz' || at.kind === 'limit') return true;
    if (at.kind === 'negate') at = at.operand;
    else if (at.kind === 'binary' && binaryLevels[at.op] === level.product) at = at.right;
    else return false;
  }
}
