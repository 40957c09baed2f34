/**
 * What a formula may rely on because of the branch in which it stands: under `if x > 0 then …` everything that is used
 * there and nowhere else sees a positive x. Of numbers only; along the axes of a tensor a condition speaks of one element.
 */
import { boundOf } from '../ir/dense.ts';
import type { Builder } from '../ir/build.ts';
import type { NodeId } from '../ir/types.ts';
import * as T from '../ir/traits.ts';
import { core } from '../ops/core.ts';
import type { Fact } from './facts.ts';

export interface Branch {
  /** undefined outside all branches */
  readonly outer: Branch | undefined;
  readonly depth: number;
  readonly facts: readonly Fact[];
}

const OUTSIDE: Branch = { outer: undefined, depth: 0, facts: [] };

/** Beyond this many conditionals inside each other nothing more is learned. */
const DEEPEST = 64;

/** The branch of each node, if any says something; undefined when none does. */
export function branchesOf(b: Builder, order: readonly NodeId[], roots: readonly NodeId[]): ((id: NodeId) => Branch | undefined) | undefined {
  const { graph } = b;
  if (!order.some((id) => isNumberSelection(b, id))) return undefined;
  const branches = new Array<Branch | undefined>(boundOf(order)).fill(undefined);
  for (const root of roots) branches[root] = OUTSIDE;
  for (let at = order.length - 1; at >= 0; at--) {
    const id = order[at] ?? -1;
    const own = branches[id] ?? OUTSIDE;
    // a node is reached after all its users, roots included
    const selects = isNumberSelection(b, id) && own.depth < DEEPEST;
    for (let k = graph.arity(id) - 1; k >= 0; k--) {
      const facts = selects ? factsOfBranch(b, graph.arg(id, 0), k) : [];
      const inside = facts.length === 0 ? own : { outer: own, depth: own.depth + 1, facts };
      const arg = graph.arg(id, k);
      const before = branches[arg];
      branches[arg] = before === undefined ? inside : common(before, inside);
    }
  }
  return (id) => (branches[id] === OUTSIDE ? undefined : branches[id]);
}

const isNumberSelection = ({ graph }: Builder, id: NodeId): boolean =>
  (graph.traits(id) & (T.SELECTION | T.SCALAR)) === (T.SELECTION | T.SCALAR);

/** The innermost branch in which both stand. */
function common(x: Branch, y: Branch): Branch {
  let [a, c]: (Branch | undefined)[] = [x, y];
  while (a !== undefined && c !== undefined && a !== c) {
    if (a.depth >= c.depth) a = a.outer;
    else c = c.outer;
  }
  return a ?? OUTSIDE;
}

export function factsWithin(branch: Branch): readonly Fact[] {
  const facts: Fact[] = [];
  for (let at: Branch | undefined = branch; at !== undefined; at = at.outer) facts.push(...at.facts);
  return facts;
}

/** What holds in argument k of a selection: 1 where the condition is true, 2 where it is false or compares no number. */
function factsOfBranch(b: Builder, condition: NodeId, k: number): Fact[] {
  if (k === 0) return [];
  const facts: Fact[] = [];
  const pending = [condition];
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    const attr = b.graph.attr(id);
    if (attr.kind !== 'map') continue;
    const [x = -1, y = -1] = b.graph.argList(id);
    if (attr.op === core.and && k === 1) pending.push(x, y);
    else if (attr.op === core.gt || attr.op === core.ge) facts.push(...orderFacts(b, { large: x, small: y }, attr.op === core.gt, k));
    else if (attr.op === core.lt || attr.op === core.le) facts.push(...orderFacts(b, { large: y, small: x }, attr.op === core.lt, k));
  }
  return facts;
}

/** large > small, or large ≥ small, is the condition; in branch 2 it does not hold, or one of them is no number. */
function orderFacts(b: Builder, { large, small }: { large: NodeId; small: NodeId }, strict: boolean, k: number): Fact[] {
  const [upper, lower] = [sign(b, large), sign(b, small)];
  if (k === 2) return upper !== undefined && upper >= 0 ? [{ node: small, is: 'nonnegative' }] : [];
  if (lower !== undefined && lower >= 0) return [{ node: large, is: lower > 0 || strict ? 'positive' : 'nonnegative' }];
  return upper !== undefined && (upper < 0 || (upper === 0 && strict)) ? [{ node: small, is: 'nonzero' }] : [];
}

function sign(b: Builder, id: NodeId): number | undefined {
  const c = b.constantOf(id);
  return c === undefined ? undefined : c.num > 0n ? 1 : c.num < 0n ? -1 : 0;
}
