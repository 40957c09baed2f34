/**
 * A scalar node over other scalars, for the case that nothing merges and nothing comes out of its arguments: most of what
 * rewriting a large graph makes. The attribute is then that of the old node, and only the order of arguments is found.
 */
import type { Builder } from './build.ts';
import type { Graph } from './graph.ts';
import { exchanged, inverse, isAscending } from './normal-ein.ts';
import * as T from './traits.ts';
import type { NodeId } from './types.ts';

/**
 * The node `id` over `args`, in normal form; undefined when that takes more than a look at traits. Where coefficients
 * belong to arguments, these come in the order in which they are stored.
 */
export function plainOver(b: Builder, id: NodeId, args: readonly NodeId[]): NodeId | undefined {
  const { graph } = b;
  const traits = graph.traits(id);
  if ((traits & T.SCALAR) === 0 || (traits & T.CONTRACTION) !== 0) return undefined;
  if ((traits & T.MAP) !== 0) return args.length === 1 && isKept(graph.traits(args[0] ?? -1), OPENED) ? graph.internAs(graph.attrOf(id), args) : undefined;
  if ((traits & T.PRODUCT) !== 0 ? !areFactors(b, args) : (traits & T.SUM) === 0 || !areTerms(b, args)) return undefined;
  if (isAscending(args)) return areDifferent(args) ? graph.internAs(graph.attrOf(id), args) : undefined;
  return (traits & T.UNORDERED) === 0 ? undefined : reordered(graph, graph.attrOf(id), args);
}

/** Traits with which an argument does not stay as it is, in a sum and elsewhere. */
const OPENED_IN_SUM = T.CONSTANT | T.SCALED;
const OPENED = OPENED_IN_SUM | T.CONTRACTION;

const isKept = (traits: number, opened: number): boolean => (traits & (T.SCALAR | opened)) === T.SCALAR;

function areFactors({ graph }: Builder, args: readonly NodeId[]): boolean {
  const [x = -1, y = -1] = args;
  // powers of different bases stay factors; of more than two that is not looked at
  const opened = args.length === 2 && baseOf(graph, x) !== baseOf(graph, y) ? OPENED : OPENED | T.POWER;
  for (const arg of args) if (!isKept(graph.traits(arg), opened)) return false;
  return true;
}

const baseOf = (graph: Graph, id: NodeId): NodeId => ((graph.traits(id) & T.POWER) === 0 ? id : graph.arg(id, 0));

/** A number in a sum is a multiple of 1. */
function areTerms(b: Builder, args: readonly NodeId[]): boolean {
  for (const arg of args) if (!isKept(b.graph.traits(arg), OPENED_IN_SUM) && arg !== b.integer(1)) return false;
  return true;
}

/** No argument twice, of an ascending list. */
function areDifferent(args: readonly NodeId[]): boolean {
  for (let k = 1; k < args.length; k++) if (args[k - 1] === args[k]) return false;
  return true;
}

function reordered(graph: Graph, attr: number, args: readonly NodeId[]): NodeId | undefined {
  const [x = -1, y = -1] = args;
  if (args.length === 2) return exchanged(graph, attr, x, y);
  const order = Array.from(args.keys()).sort((p, q) => (args[p] ?? 0) - (args[q] ?? 0));
  const sorted = order.map((k) => args[k] ?? -1);
  if (!areDifferent(sorted)) return undefined;
  const before = graph.size;
  const id = graph.internAs(attr, sorted);
  if (id >= before) graph.setDisplayOrder(id, inverse(order));
  return id;
}
