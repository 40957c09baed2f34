/** What is known of values: declared, assumed, implied by the primal, or by the branch in which a formula stands. */
import type { Bound, Input } from '../elaborate/model.ts';
import type { Builder, Operand } from '../ir/build.ts';
import type { NodeId } from '../ir/types.ts';
import type { Condition } from './rule.ts';
import { Signs, type Sign } from './sign.ts';

export interface Fact {
  readonly node: NodeId;
  readonly is: Condition['is'];
}

export class Facts {
  readonly signs: Signs;
  readonly #b: Builder;
  readonly #facts: readonly Fact[];
  readonly #nonzero: ReadonlySet<NodeId>;
  /** a quotient or a logarithm of the primal says that its argument is not 0 */
  readonly #divisors: 'any' | 'nonzero';

  constructor(b: Builder, facts: readonly Fact[], divisors: 'any' | 'nonzero' = 'any') {
    this.#b = b;
    this.#facts = facts;
    this.#divisors = divisors;
    this.#nonzero = new Set(facts.filter((f) => f.is !== 'nonnegative').map((f) => f.node));
    const declared = new Map<NodeId, Sign>();
    for (const { node, is } of facts) if (is === 'positive' || (is === 'nonnegative' && !declared.has(node))) declared.set(node, is);
    this.signs = new Signs(b, declared);
  }

  /** Nothing to go by: rules with conditions need not be tried. */
  get isEmpty(): boolean {
    return this.#facts.length === 0 && this.#divisors === 'any';
  }

  holds(is: Condition['is'], { id }: Operand): boolean {
    if (is === 'positive') return this.signs.isPositive(id);
    if (is === 'nonnegative') return this.signs.isNonnegative(id);
    if (this.#divisors === 'nonzero' || this.#nonzero.has(id) || this.signs.isPositive(id)) return true;
    const c = this.#b.constantOf(id);
    return c !== undefined && c.num !== 0n;
  }

  /** These and more. */
  and(more: readonly Fact[]): Facts {
    return more.length === 0 ? this : new Facts(this.#b, [...this.#facts, ...more], this.#divisors);
  }
}

/** What the declarations and assumptions say of the inputs. */
export function declaredFacts(b: Builder, inputs: readonly Input[]): Facts {
  return new Facts(b, inputs.flatMap((input) => input.bounds.flatMap((bound): Fact[] => {
    const is = impliedBy(bound);
    return is === undefined ? [] : [{ node: input.node, is }];
  })));
}

function impliedBy({ relation, value }: Bound): Condition['is'] | undefined {
  switch (relation) {
    case '>': return value >= 0 ? 'positive' : undefined;
    case '>=': return value > 0 ? 'positive' : value === 0 ? 'nonnegative' : undefined;
    case '<': return value <= 0 ? 'nonzero' : undefined;
    case '<=': return value < 0 ? 'nonzero' : undefined;
    case '!=': return value === 0 ? 'nonzero' : undefined;
  }
}
