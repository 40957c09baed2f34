import type { Dim } from '../../src/ir/dim.ts';
import type { Graph } from '../../src/ir/graph.ts';
import type { NodeId } from '../../src/ir/types.ts';
import { reachable, withBodies } from '../../src/ir/walk.ts';

/** The leaves below a root, bodies of loops included. */
export function leavesOf(sample: { readonly builder: { readonly graph: Graph }; readonly root: NodeId }): { name: string; node: NodeId; shape: readonly Dim[] }[] {
  const { graph } = sample.builder;
  return reachable(graph, withBodies(graph, [sample.root])).flatMap((node) => {
    const attr = graph.attr(node);
    return attr.kind === 'leaf' ? [{ name: attr.name, node, shape: attr.shape }] : [];
  });
}
