/**
 * Forward mode over the DAG: one loop upwards carries the derivative along one direction, at a bounded number of
 * nodes per argument. All wanted tangents come from one sweep. A loop becomes one loop that carries values and
 * tangents together, so nothing is saved and nothing is computed twice.
 */
import type { Builder } from '../ir/build.ts';
import type { Attr, NodeId } from '../ir/types.ts';
import { dependents, reachable } from '../ir/walk.ts';
import { pushAdd, pushCall, pushEin, pushMap } from './forward-elementwise.ts';
import { pushLinalg } from './forward-linalg.ts';
import { pushProjection, pushScan } from './forward-recurrence.ts';
import { pushReduction, pushScat, pushStack, pushView } from './forward-structural.ts';
import { Push } from './push.ts';
import type { Refuse } from './reverse.ts';

export interface Tangents {
  /** per root, of its shape; a structural zero where nothing varies */
  readonly tangents: readonly NodeId[];
  /** the roots themselves, over the loops that compute tangents along */
  readonly primals: readonly NodeId[];
  /** primal nodes that should be used in place of others, so that the loops run once */
  readonly replacements: ReadonlyMap<NodeId, NodeId>;
}

/** JVP: tangents of the roots for given tangents of the sources, each of the shape of its source. */
export function pushforward(b: Builder, roots: readonly NodeId[], directions: ReadonlyMap<NodeId, NodeId>, refuse: Refuse): Tangents {
  const order = reachable(b.graph, roots);
  const active = dependents(b.graph, order, new Set(directions.keys()));
  const push = new Push(b, refuse);
  for (const id of order) {
    if (!active.has(id)) continue;
    const before = b.graph.size;
    const attr = b.graph.attr(id);
    push.renew(id);
    const pushed = pushNode(push, id, attr);
    const given = directions.get(id);
    // an intermediate value may be given a direction of its own beside what reaches it from below
    push.setTangent(id, given !== undefined && pushed !== undefined ? b.sum([given, pushed], b.graph.shape(id)) : (given ?? pushed));
    b.graph.noteRule(before, `forward:${attr.kind}`);
  }
  return {
    tangents: roots.map((root) => push.tangent(root) ?? b.zero(b.graph.shape(root))),
    primals: roots.map((root) => push.primal(root)),
    replacements: push.replacements(),
  };
}

function pushNode(push: Push, id: NodeId, attr: Attr): NodeId | undefined {
  switch (attr.kind) {
    case 'map': return pushMap(push, id, attr);
    case 'call': return pushCall(push, id, attr);
    case 'ein': return pushEin(push, id, attr);
    case 'add': return pushAdd(push, id, attr);
    case 'red': return pushReduction(push, id, attr);
    case 'view': return pushView(push, id, attr);
    case 'scat': return pushScat(push, id, attr);
    case 'stack': return pushStack(push, id, attr);
    case 'linalg': return pushLinalg(push, id, attr);
    case 'proj': return pushProjection(push, id, attr);
    case 'scan':
      pushScan(push, id, attr, pushforward);
      return undefined;
    // leaves vary only where a direction is given
    case 'leaf': case 'const': case 'dim': case 'iota': case 'delta': case 'param': return undefined;
  }
}
