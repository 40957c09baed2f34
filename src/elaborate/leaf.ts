/** What functions take for an input: the unconstrained numbers of a parameter with `via`, otherwise the input itself. */
import { invariant } from '../diagnostics/internal.ts';
import type { Graph } from '../ir/graph.ts';
import type { LeafAttr, NodeId } from '../ir/types.ts';
import type { Input } from './model.ts';

export function leafOf({ via, node }: Pick<Input, 'via' | 'node'>): NodeId {
  return via?.leaf ?? node;
}

/** Its name in environments, and its shape. */
export function takenAs(graph: Graph, input: Input): LeafAttr {
  const attr = graph.attr(leafOf(input));
  invariant(attr.kind === 'leaf', 'elaborate', 'an input is a leaf');
  return attr;
}
