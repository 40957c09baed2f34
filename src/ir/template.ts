/**
 * A scalar formula as a reusable piece of graph: made once from text, put to use on tensors by giving
 * each parameter an operand. Sub-expressions keep only the labels they depend on, so a scalar factor
 * of a formula stays a scalar.
 */
import type { Builder, Operand } from './build.ts';
import type { Dim } from './dim.ts';
import type { Graph } from './graph.ts';
import type { Attr, NodeId } from './types.ts';
import { reachable } from './walk.ts';

export interface Template {
  readonly graph: Graph;
  readonly root: NodeId;
  /** scalar leaves of `graph`, in argument order */
  readonly parameters: readonly NodeId[];
  /** the nodes below the root, arguments before users */
  readonly order: readonly NodeId[];
  /** for each of them the place of the parameter that it is, or -1 */
  readonly places: readonly number[];
  /** for each of them where its arguments stand in `order` */
  readonly inputs: readonly (readonly number[])[];
}

export function templateOf(graph: Graph, root: NodeId, parameters: readonly NodeId[]): Template {
  const order = reachable(graph, [root]);
  const inputs = order.map((id) => graph.argList(id).map((arg) => order.indexOf(arg)));
  return { graph, root, parameters, order, places: order.map((id) => parameters.indexOf(id)), inputs };
}

/** The formula over the given operands, whose labels run over `labels`. */
export function instantiate(b: Builder, template: Template, args: readonly Operand[], labels: readonly Dim[]): Operand {
  if (labels.length === 0) return instantiateScalar(b, template, args);
  const made = new Map<NodeId, Operand>();
  template.parameters.forEach((parameter, k) => {
    const operand = args[k];
    if (operand !== undefined) made.set(parameter, operand);
  });
  for (const id of template.order) {
    if (made.has(id)) continue;
    const operands = [...template.graph.args(id)].map((a) => made.get(a) ?? MISSING);
    made.set(id, lift(b, template.graph, id, operands, labels));
  }
  return made.get(template.root) ?? MISSING;
}

/** The same without labels: the formula node by node, of which the root is the last. */
function instantiateScalar(b: Builder, template: Template, args: readonly Operand[]): Operand {
  const { places } = template;
  const made: Operand[] = [];
  for (let k = 0; k < places.length; k++) {
    const place = places[k] ?? -1;
    made.push(place >= 0 ? (args[place] ?? MISSING) : { id: scalarNode(b, template, k, made), sub: NO_LABELS });
  }
  return made[made.length - 1] ?? MISSING;
}

function scalarNode(b: Builder, { graph, order: nodes, inputs }: Template, at: number, made: readonly Operand[]): NodeId {
  const id = nodes[at] ?? -1;
  const attr = graph.attr(id);
  const operands: Operand[] = [];
  for (const k of inputs[at] ?? []) operands.push(made[k] ?? MISSING);
  if (operands.length === 0) return b.constantOfTemplate(attr);
  const node = liftedNode(b, attr, operands, NO_LABELS);
  const order = graph.displayOrder(id);
  if (order !== undefined && b.graph.arity(node) === operands.length) b.graph.setDisplayOrder(node, order);
  return node;
}

const NO_LABELS: readonly never[] = [];
const MISSING: Operand = { id: -1, sub: [] };

function lift(b: Builder, from: Graph, id: NodeId, operands: readonly Operand[], labels: readonly Dim[]): Operand {
  const attr = from.attr(id);
  if (operands.length === 0) {
    // a constant product such as Ein(3) never occurs: it would be a const node
    return { id: b.graph.intern(attr, []), sub: [] };
  }
  const used = [...new Set(operands.flatMap((o) => o.sub))].sort((x, y) => x - y);
  const local = operands.map((o) => ({ id: o.id, sub: o.sub.map((label) => used.indexOf(label)) }));
  const shape = used.map((label) => labels[label] ?? '1');
  const made = liftedNode(b, attr, local, shape);
  const order = from.displayOrder(id);
  if (order !== undefined && b.graph.arity(made) === operands.length) b.graph.setDisplayOrder(made, order);
  return { id: made, sub: used };
}

function liftedNode(b: Builder, attr: Attr, operands: readonly Operand[], shape: readonly Dim[]): NodeId {
  switch (attr.kind) {
    case 'map': return b.map(attr.op, operands, shape);
    case 'ein': return b.ein(attr.coef, operands, shape);
    case 'add': return b.add(operands.map((o, k) => ({ ...o, coef: attr.coefs[k] ?? { num: 0n, den: 1n } })), shape);
    default: throw new TypeError(`a formula contains a ${attr.kind} node`);
  }
}
