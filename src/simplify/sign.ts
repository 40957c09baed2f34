/** Signs that follow from how a value is made: by the rows' facts, from constants, sums and products, and from what is declared. */
import type { Builder } from '../ir/build.ts';
import * as Q from '../ir/rational.ts';
import type { Attr, EinAttr, MapAttr, NodeId } from '../ir/types.ts';
import { core } from '../ops/core.ts';
import { rowOf } from '../ops/table.ts';

export type Sign = 'positive' | 'nonnegative' | 'unknown';

/** Signs of nodes, each asked once. Underflow is no objection: exp(-1000) counts as positive. */
export class Signs {
  readonly #b: Builder;
  /** what is declared or assumed of leaves */
  readonly #declared: ReadonlyMap<NodeId, Sign>;
  readonly #known = new Map<NodeId, Sign>();

  constructor(b: Builder, declared: ReadonlyMap<NodeId, Sign>) {
    this.#b = b;
    this.#declared = declared;
  }

  isPositive(id: NodeId): boolean {
    return this.of(id) === 'positive';
  }
  isNonnegative(id: NodeId): boolean {
    return this.of(id) !== 'unknown';
  }

  of(id: NodeId, depth = 0): Sign {
    const known = this.#known.get(id) ?? this.#declared.get(id);
    if (known !== undefined) return known;
    // deeper than this no rule looks
    const sign = depth > MOST_LEVELS ? 'unknown' : this.#sign(id, this.#b.graph.attr(id), depth + 1);
    this.#known.set(id, sign);
    return sign;
  }

  #sign(id: NodeId, attr: Attr, depth: number): Sign {
    const { graph } = this.#b;
    switch (attr.kind) {
      case 'const': {
        const value = attr.value.kind === 'rational' ? Q.toNumber(attr.value.value) : attr.value.kind === 'named' ? Math.PI : attr.value.value;
        return value > 0 ? 'positive' : value === 0 ? 'nonnegative' : 'unknown';
      }
      case 'dim': return 'nonnegative';
      case 'map': return this.#ofMap(id, attr, depth);
      case 'ein': return this.#ofProduct(id, attr, depth);
      case 'add': {
        if (attr.coefs.some(Q.isNegative)) return 'unknown';
        const signs = [...graph.args(id)].map((arg) => this.of(arg, depth));
        if (signs.includes('unknown')) return 'unknown';
        return signs.includes('positive') ? 'positive' : 'nonnegative';
      }
      default: return 'unknown';
    }
  }

  #ofMap(id: NodeId, attr: MapAttr, depth: number): Sign {
    const { graph } = this.#b;
    if (attr.op === core.pow) {
      const base = this.of(graph.arg(id, 0), depth);
      if (base === 'positive') return 'positive';
      const exponent = this.#b.constantOf(graph.arg(id, 1));
      if (exponent !== undefined && Q.isInteger(exponent) && exponent.num % 2n === 0n) return 'nonnegative';
      return base;
    }
    if (attr.op === core.sqrt && this.of(graph.arg(id, 0), depth) === 'positive') return 'positive';
    const facts = rowOf(attr.op).facts ?? [];
    if (facts.includes('positive')) return 'positive';
    return facts.includes('nonnegative') || facts.includes('boolean') ? 'nonnegative' : 'unknown';
  }

  #ofProduct(id: NodeId, attr: EinAttr, depth: number): Sign {
    if (Q.isNegative(attr.coef)) return 'unknown';
    const signs = [...this.#b.graph.args(id)].map((arg) => this.of(arg, depth));
    if (signs.includes('unknown')) return 'unknown';
    return signs.includes('nonnegative') || Q.isZero(attr.coef) ? 'nonnegative' : 'positive';
  }
}

const MOST_LEVELS = 24;
