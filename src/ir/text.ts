/**
 * The graph as text, one node a line, arguments before users:
 *
 *     %0 = leaf data X : real[N, D]
 *     %8 = ein -2 %0[ik] %1[kj] -> ij (k: D) : [N, H]
 *     %9 = scan forward N carries(%3) sequences(%0) captures(%1) {
 *       …
 *       next %6 ys %7
 *     }
 *     roots %8 %9
 *
 * Labels are letters from i on; positions in a view are `2*i+(N-1)` or `@1[ij]`, read from argument 1.
 * `parseGraph` reads it back to equal nodes.
 */
import type { Graph } from './graph.ts';
import { formatRational } from './rational.ts';
import type { Attr, AxisIndex, NodeId, ScanAttr, Sub } from './types.ts';
import { reachable } from './walk.ts';

export const LABELS = 'ijklmnopqrstuvwxyzabcdefgh';

/** The nodes below the roots, then the roots. Ids are those of the graph. */
export function printGraph(graph: Graph, roots: readonly NodeId[]): string {
  const lines: string[] = [];
  writeNodes(graph, roots, '', lines);
  lines.push(`roots${refs(roots)}`);
  return lines.join('\n') + '\n';
}

/** Nesting is that of the loops the user wrote inside loops: a handful. */
function writeNodes(graph: Graph, roots: readonly NodeId[], indent: string, lines: string[]): void {
  for (const id of reachable(graph, roots)) {
    const attr = graph.attr(id);
    const args = [...graph.args(id)];
    if (attr.kind === 'scan') writeScan(graph, id, attr, args, indent, lines);
    else lines.push(`${indent}%${id} = ${attr.kind}${detail(attr, args)} : ${shapeText(attr)}`);
  }
}

function writeScan(graph: Graph, id: NodeId, attr: ScanAttr, args: readonly NodeId[], indent: string, lines: string[]): void {
  const carries = args.slice(0, attr.carries);
  const sequences = args.slice(attr.carries, attr.carries + attr.sequences);
  const captures = args.slice(attr.carries + attr.sequences);
  const list = (ids: readonly NodeId[]): string => `(${refs(ids).trim()})`;
  lines.push(`${indent}%${id} = scan ${attr.direction} ${attr.length} carries${list(carries)} sequences${list(sequences)} captures${list(captures)} {`);
  writeNodes(graph, [...attr.next, ...attr.ys], indent + '  ', lines);
  lines.push(`${indent}  next${refs(attr.next)} ys${refs(attr.ys)}`, `${indent}}`);
}

const refs = (ids: readonly NodeId[]): string => ids.map((id) => ` %${id}`).join('');

function shapeText(attr: Attr): string {
  const axes = `[${attr.shape.join(', ')}]`;
  if (attr.kind !== 'leaf') return axes;
  return `${attr.element}${axes}${attr.of === undefined ? '' : ` of ${attr.of}`}${attr.symmetric === true ? ' symmetric' : ''}`;
}

export function labelText(label: number): string {
  return LABELS[label] ?? `{${label}}`;
}
const subText = (sub: Sub): string => `[${sub.map(labelText).join('')}]`;
const operands = (args: readonly NodeId[], subs: readonly Sub[]): string => subs.map((sub, k) => ` %${args[k] ?? -1}${subText(sub)}`).join('');

/** Names are written as they are when they look like names, else quoted. */
const nameText = (name: string): string => (/^[\p{L}_][\p{L}\p{M}\p{N}_]*$/u.test(name) ? name : JSON.stringify(name));

function axisText(axis: AxisIndex): string {
  if (axis.kind === 'gather') return `@${axis.arg}${subText(axis.sub)}`;
  const terms = axis.terms.map((t) => (t.coef === 1 ? labelText(t.label) : `${t.coef}*${labelText(t.label)}`));
  if (axis.offset !== '0' || terms.length === 0) terms.push(`(${axis.offset})`);
  return terms.join('+');
}

function detail(attr: Exclude<Attr, ScanAttr>, args: readonly NodeId[]): string {
  switch (attr.kind) {
    case 'leaf': return ` ${attr.role} ${nameText(attr.name)}`;
    case 'const': return ` ${attr.value.kind === 'rational' ? formatRational(attr.value.value) : attr.value.kind === 'named' ? attr.value.name : String(attr.value.value)}`;
    case 'dim': return ` ${attr.dim}`;
    case 'iota': case 'delta': return '';
    case 'map': return ` ${attr.op}${operands(args, attr.subs)}`;
    case 'ein': {
      const rank = attr.shape.length;
      const output = attr.shape.map((_, label) => labelText(label)).join('');
      const sums = attr.sums.length === 0 ? '' : ` (${attr.sums.map((size, k) => `${labelText(rank + k)}: ${size}`).join(', ')})`;
      return ` ${formatRational(attr.coef)}${operands(args, attr.subs)} -> ${output === '' ? '.' : output}${sums}`;
    }
    case 'add': return attr.subs.map((sub, k) => ` ${formatRational(attr.coefs[k] ?? { num: 0n, den: 1n })} %${args[k] ?? -1}${subText(sub)}`).join('');
    case 'red': return ` ${attr.op} %${args[0] ?? -1} axes(${attr.axes.join(' ')})`;
    case 'view': case 'scat': return ` %${args[0] ?? -1}[${attr.index.map(axisText).join(', ')}] (${refs(args.slice(1)).trim()})${attr.masked ? ' masked' : ''}`;
    case 'stack': return refs(args);
    case 'proj': return ` ${attr.which} ${attr.index} %${args[0] ?? -1}`;
    case 'param': return ` ${attr.role} ${attr.index}${attr.symmetric === true ? ' symmetric' : ''}`;
    case 'linalg': return ` ${attr.op}${attr.transposed ? ' transposed' : ''}${refs(args)}`;
    case 'call': return ` ${nameText(attr.name)} orders(${attr.orders.join(' ')})${operands(args, attr.subs)}`;
  }
}
