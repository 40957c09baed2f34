/** The door of printing: one node of a graph as text. */
import type { Graph } from '../ir/graph.ts';
import type { NodeId } from '../ir/types.ts';
import { reachable } from '../ir/walk.ts';
import type { Formula } from './formula.ts';
import { latexName, latexSpelling } from './latex.ts';
import { asciiSpelling, unicodeSpelling } from './plain.ts';
import { Reader } from './reader.ts';
import { sharedNodes } from './sharing.ts';
import { spell, type Spelling } from './spell.ts';

export type NotationName = 'ascii' | 'unicode' | 'latex';

export interface PrintOptions {
  /** ASCII and Unicode parse back to the same node */
  readonly notation: NotationName;
  /** names the user gave to nodes; the printed root is always spelt out */
  readonly names?: ReadonlyMap<NodeId, string>;
  /**
   * `inline` (default): one expression, unless it would be longer than about 20,000 characters;
   * `named`: sizeable nodes used more than once are written once, as `… where t1 = …`
   */
  readonly where?: 'inline' | 'named';
  /** nodes whose terms and factors stand in the user's order; the others are put in reading order. Default: all. */
  readonly typed?: ReadonlySet<NodeId>;
}

/** About four characters a node: where an inlined text would pass 20,000. */
const LONGEST_INLINE = 5000;
const WORTH_A_NAME = { inline: 3, named: 12 };

const SPELLINGS: { readonly [name in NotationName]: Spelling } = { ascii: asciiSpelling, unicode: unicodeSpelling, latex: latexSpelling };

/**
 * The text of a node. A text that would be too long comes as statements separated by `; `, the last one the
 * result: `t1 = …; t2 = …; t1*t2`.
 */
export function printNode(graph: Graph, root: NodeId, options: PrintOptions): string {
  const given = options.names ?? new Map<NodeId, string>();
  const where = options.where ?? 'inline';
  const { total, shared } = sharedNodes(graph, root, given, WORTH_A_NAME[where]);
  const taken = takenNames(graph, root, given);
  if (shared.length === 0 || (where === 'inline' && total <= LONGEST_INLINE)) return printOne(graph, root, options, given, taken);
  const names = new Map(given);
  const fresh = freshNames(taken);
  for (const id of shared) names.set(id, fresh());
  const definitions = shared.map((id) => definition(graph, id, options, names, taken));
  const result = printOne(graph, root, options, names, taken);
  return where === 'named' ? `${result} where ${definitions.join(', ')}` : [...definitions, result].join('; ');
}

function printOne(graph: Graph, root: NodeId, options: PrintOptions, names: ReadonlyMap<NodeId, string>, taken: ReadonlySet<string>): string {
  const reader = new Reader(graph, root, { names, typed: options.typed, taken });
  const formula = reader.root(root, reader.binders.free(graph.shape(root)).indices);
  return spellFormula(formula, options.notation);
}

function definition(graph: Graph, id: NodeId, options: PrintOptions, names: ReadonlyMap<NodeId, string>, taken: ReadonlySet<string>): string {
  const name = names.get(id) ?? 't';
  const { binders } = new Reader(graph, id, { names, typed: options.typed, taken }).binders.free(graph.shape(id));
  const axes = binders.length === 0 ? '' : `[${binders.map((b) => `${b.name} in 1..${b.to}`).join(', ')}]`;
  const left = options.notation === 'latex' ? latexName(name) + axes : name + axes;
  return `${left} = ${printOne(graph, id, options, names, taken)}`;
}

function spellFormula(formula: Formula, notation: NotationName): string {
  return spell(formula, SPELLINGS[notation]);
}

function takenNames(graph: Graph, root: NodeId, names: ReadonlyMap<NodeId, string>): Set<string> {
  const taken = new Set(['e', 'pi', 'd', ...names.values()]);
  for (const id of reachable(graph, [root])) {
    const attr = graph.attr(id);
    if (attr.kind === 'leaf' || attr.kind === 'call') taken.add(attr.name);
    for (const dim of attr.shape) taken.add(dim);
  }
  return taken;
}

function freshNames(taken: ReadonlySet<string>): () => string {
  let n = 0;
  return () => {
    do n++;
    while (taken.has(`t${n}`));
    return `t${n}`;
  };
}
