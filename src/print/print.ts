/** The door of printing: one node of a graph as text. */
import type { Graph } from '../ir/graph.ts';
import type { NodeId } from '../ir/types.ts';
import { withBodies } from '../ir/walk.ts';
import { COUNTED_FROM_ONE, type Counting } from './counting.ts';
import { latexName, latexSpelling } from './latex.ts';
import { asciiSpelling, unicodeSpelling } from './plain.ts';
import { ReadingOrder } from './order.ts';
import { Program, takenNames, type Heading } from './program.ts';
import type { WorthAName } from './sharing.ts';
import type { Spelling } from './spell.ts';

export type NotationName = 'ascii' | 'unicode' | 'latex';

export interface PrintOptions {
  /** ASCII and Unicode parse back to the same node */
  readonly notation: NotationName;
  /** names the user gave to nodes; the printed root is always spelt out */
  readonly names?: ReadonlyMap<NodeId, string>;
  /**
   * `inline` (default): one expression, unless it would be longer than about 20,000 characters or needs a loop;
   * `named`: sizeable nodes used more than once are written once, as `… where t1 = …`
   */
  readonly where?: 'inline' | 'named';
  /** nodes whose terms and factors stand in the user's order; the others are put in reading order. Default: what no differentiation rule made. */
  readonly typed?: ReadonlySet<NodeId>;
  /** nodes that are written by a name of their own, which is defined beside the text if it occurs in it */
  readonly defined?: ReadonlyMap<NodeId, string>;
  /** what the user wrote: terms and factors in reading order that are otherwise equal stand as their parts appear there */
  readonly like?: readonly NodeId[];
  /** how the user counts positions; from 1 and with letters of our own when absent */
  readonly counting?: Counting;
}

/** Inline, names are a last resort; else a name has to save more than ` where s = ` takes. */
const LONGEST = { inline: 20_000, named: 0 };
const WORTH_A_NAME: { readonly [where in 'inline' | 'named']: WorthAName } = {
  inline: (characters) => characters >= 8,
  named: (characters, uses) => (uses - 1) * characters > uses + 11,
};

const NO_NAMES: ReadonlyMap<NodeId, string> = new Map();

const PLAIN_HEADING: Heading = { name: (name) => name, axis: ({ name, from, to }) => `${name} in ${from}..${to}` };
const LATEX_HEADING: Heading = { name: latexName, axis: ({ name, from, to }) => `${latexName(name)}=${from},\\dots,${latexName(to)}` };

const SPELLINGS: { readonly [name in NotationName]: Spelling } = { ascii: asciiSpelling, unicode: unicodeSpelling, latex: latexSpelling };

/**
 * The text of a node. What needs definitions comes as statements separated by `; `, the last one the
 * result: `t1 = …; t2 = …; t1*t2`. A tensor without closed form is such a definition: `t1[i in 1..N] = …; t1`.
 */
export function printNode(graph: Graph, root: NodeId, options: PrintOptions): string {
  const { notation, typed, like = [], defined = NO_NAMES, where = 'inline', counting = COUNTED_FROM_ONE } = options;
  const names = options.names ?? NO_NAMES;
  const program = new Program(graph, {
    spelling: SPELLINGS[notation], typed, order: new ReadingOrder(graph, withBodies(graph, [root]), like), longest: LONGEST[where], worth: WORTH_A_NAME[where], defined, counting,
    heading: notation === 'latex' ? LATEX_HEADING : PLAIN_HEADING,
  }, takenNames(graph, withBodies(graph, [root]), [...names.values(), ...defined.values()]));
  const { definitions, result } = program.write(root, names);
  if (definitions.length === 0) return result;
  // a loop is a statement of its own
  const clauses = where === 'named' && !definitions.some((d) => d.startsWith('recur '));
  if (!clauses) return [...definitions, result].join('; ');
  return notation === 'latex' ? `${result} \\quad\\text{where } ${definitions.join(',\\; ')}` : `${result} where ${definitions.join(', ')}`;
}
