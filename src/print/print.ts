/** The door of printing: one node of a graph as text. */
import type { Graph } from '../ir/graph.ts';
import type { NodeId } from '../ir/types.ts';
import { withBodies } from '../ir/walk.ts';
import { latexName, latexSpelling } from './latex.ts';
import { asciiSpelling, unicodeSpelling } from './plain.ts';
import { Program, takenNames } from './program.ts';
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
}

/** About four characters a node: where an inlined text would pass 20,000. */
const LONGEST = { inline: 5000, named: 24 };
const WORTH_A_NAME = { inline: 3, named: 8 };

const SPELLINGS: { readonly [name in NotationName]: Spelling } = { ascii: asciiSpelling, unicode: unicodeSpelling, latex: latexSpelling };

/**
 * The text of a node. What needs definitions comes as statements separated by `; `, the last one the
 * result: `t1 = …; t2 = …; t1*t2`. A tensor without closed form is such a definition: `t1[i in 1..N] = …; t1`.
 */
export function printNode(graph: Graph, root: NodeId, options: PrintOptions): string {
  const { notation, typed, where = 'inline' } = options;
  const names = options.names ?? new Map<NodeId, string>();
  const program = new Program(graph, {
    spelling: SPELLINGS[notation], typed, longest: LONGEST[where], worth: WORTH_A_NAME[where],
    heading: (name, axes) => (notation === 'latex' ? latexName(name) : name) + axes,
  }, takenNames(graph, withBodies(graph, [root]), names));
  const { definitions, result } = program.write(root, names);
  if (definitions.length === 0) return result;
  return where === 'named' ? `${result} where ${definitions.join(', ')}` : [...definitions, result].join('; ');
}
