/** Comparisons with 0 that a declared, assumed or implied sign decides. */
import * as Q from '../ir/rational.ts';
import { core } from '../ops/core.ts';
import type { OpName } from '../ops/table.ts';
import type { Recogniser } from './recognise.ts';
import type { Condition } from './rule.ts';

/** what must be known of u, and the truth of u op 0 then */
const WITH_ZERO: ReadonlyMap<OpName, readonly [Condition['is'], Q.Rational]> = new Map<OpName, readonly [Condition['is'], Q.Rational]>([
  [core.gt, ['positive', Q.ONE]], [core.ge, ['positive', Q.ONE]], [core.lt, ['positive', Q.ZERO]], [core.le, ['positive', Q.ZERO]], [core.eq, ['nonzero', Q.ZERO]],
]);
const MIRRORED: ReadonlyMap<OpName, OpName> = new Map<OpName, OpName>([[core.gt, core.lt], [core.ge, core.le], [core.lt, core.gt], [core.le, core.ge], [core.eq, core.eq]]);

export const KNOWN_COMPARISONS: Recogniser = {
  name: 'known-comparison', doc: 'a comparison of u with 0 that a declared, assumed or branch fact decides is true or false',
  about: [core.gt, core.ge, core.lt, core.le, core.eq],
  apply: (b, id, attr, facts) => {
    const mirrored = attr.kind === 'map' ? MIRRORED.get(attr.op) : undefined;
    if (attr.kind !== 'map' || mirrored === undefined || facts.isEmpty) return undefined;
    for (const [k, op] of [[0, attr.op], [1, mirrored]] as const) {
      const [is, truth] = WITH_ZERO.get(op) ?? [];
      if (is === undefined || truth === undefined || !b.isZero(b.graph.arg(id, 1 - k))) continue;
      if (facts.holds(is, { id: b.graph.arg(id, k), sub: attr.subs[k] ?? [] })) return b.fill(truth, attr.shape);
    }
    return undefined;
  },
};
