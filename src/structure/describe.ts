/** Where the elements of a block stand, in words of the model: `[o, c, cam[o], a]`. */
import { readDim, writeDim } from '../ir/dim.ts';
import type { Graph } from '../ir/graph.ts';
import type { ViewSpec } from '../ir/normal-view.ts';
import type { AxisIndex, NodeId } from '../ir/types.ts';

const LETTERS = ['i', 'j', 'k', 'l', 'm', 'n', 'p', 'q'];

/** Letters for the axes of a block: one per label. */
export function labelLetters(rank: number): string[] {
  return Array.from({ length: rank }, (_, k) => LETTERS[k] ?? `i${k + 1}`);
}

/** The index of a block's element [i, j, …] in the whole, counted from 1 like the model does. */
export function placementText(graph: Graph, placement: ViewSpec, letters: readonly string[]): string {
  return placement.index.map((axis) => positionText(graph, axis, placement.gathers, letters)).join(', ');
}

function positionText(graph: Graph, axis: AxisIndex, gathers: readonly NodeId[], letters: readonly string[]): string {
  if (axis.kind === 'gather') {
    const array = gathers[axis.arg - 1] ?? -1;
    const at = axis.sub.map((l) => letters[l] ?? '?');
    return arrayText(graph, array, at);
  }
  // model indices count from 1: Σ coef·(letter − 1) + offset + 1
  const { base, offset } = readDim(axis.offset);
  const constant = offset + 1 - axis.terms.reduce((sum, t) => sum + t.coef, 0);
  const terms = axis.terms.map((t) => `${t.coef === 1 ? '' : t.coef === -1 ? '-' : `${t.coef}*`}${letters[t.label] ?? '?'}`);
  const head = [...(base === undefined ? [] : [base]), ...terms].join(' + ').replaceAll('+ -', '- ');
  if (head === '') return writeDim({ base: undefined, offset: constant });
  return constant === 0 ? head : constant > 0 ? `${head} + ${constant}` : `${head} - ${-constant}`;
}

/** An array of positions, itself read somewhere. */
function arrayText(graph: Graph, array: NodeId, at: readonly string[]): string {
  const attr = graph.attr(array);
  if (attr.kind === 'leaf') return `${attr.name}[${at.join(', ')}]`;
  if (attr.kind !== 'view') return '?';
  const gathers = [...graph.args(array)].slice(1);
  return arrayText(graph, graph.arg(array, 0), attr.index.map((axis) => positionText(graph, axis, gathers, at)));
}
