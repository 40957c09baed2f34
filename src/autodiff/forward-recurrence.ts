/**
 * Tangent of a scan: the same loop with the tangents of what varies as further carries, sequences and outputs.
 * Values and tangents come from one pass; whoever used the old loop uses the new one (see `replacements`).
 */
import { closeScan } from '../ir/scan.ts';
import type { NodeId, ProjAttr, ScanAttr } from '../ir/types.ts';
import { substitute } from '../ir/walk.ts';
import type { pushforward as Pushforward } from './forward.ts';
import type { Push } from './push.ts';
import { activeCarries, openBody } from './recurrence.ts';

export function pushScan(push: Push, id: NodeId, attr: ScanAttr, pushforward: typeof Pushforward): void {
  const { b } = push;
  const args = [...b.graph.args(id)];
  const primal = args.map((arg) => push.primal(arg));
  const tangents = args.map((arg) => push.tangent(arg));
  const split = <T>(list: readonly T[]): [T[], T[], T[]] => [list.slice(0, attr.carries), list.slice(attr.carries, attr.carries + attr.sequences), list.slice(attr.carries + attr.sequences)];
  const [inits, sequences, captures] = split(primal);
  const [initTangents, sequenceTangents, captureTangents] = split(tangents);
  const body = openBody(b, id, attr, sequences, captures);
  const varies = (t: NodeId | undefined): boolean => t !== undefined;
  const live = activeCarries(b, body, initTangents.map(varies), sequenceTangents.map(varies), captureTangents.map(varies));

  const like = (node: NodeId): NodeId => b.placeholder(b.graph.shape(node));
  const carryTangents = body.carries.map((c, k) => (live[k] === true ? like(c) : undefined));
  const elementTangents = body.sequences.map((s, k) => (sequenceTangents[k] === undefined ? undefined : like(s)));
  const capturedTangents = body.captures.map((c, k) => (captureTangents[k] === undefined ? undefined : like(c)));
  const directions = new Map<NodeId, NodeId>();
  const give = (sources: readonly NodeId[], given: readonly (NodeId | undefined)[]): void => sources.forEach((s, k) => { const t = given[k]; if (t !== undefined) directions.set(s, t); });
  give(body.carries, carryTangents);
  give(body.sequences, elementTangents);
  give(body.captures, capturedTangents);

  const pushed = pushforward(b, [...body.next, ...body.ys], directions, push.refuse);
  // captured nodes and their tangents take the place of their stand-ins; what then needs no placeholder leaves the loop
  const unbind = new Map<NodeId, NodeId>();
  body.captures.forEach((c, k) => unbind.set(c, captures[k] ?? -1));
  capturedTangents.forEach((t, k) => { if (t !== undefined) unbind.set(t, captureTangents[k] ?? -1); });
  const values = substitute(b, pushed.primals, unbind);
  const slopes = substitute(b, pushed.tangents, unbind);

  const liveCarries = carryTangents.flatMap((placeholder, k) => (placeholder === undefined ? [] : [{ placeholder, k }]));
  const liveYs = attr.ys.flatMap((_, k) => (b.isZero(slopes[attr.carries + k] ?? -1) ? [] : [k]));
  if (liveCarries.length + liveYs.length === 0) return;
  const joint = closeScan(b, {
    length: attr.length, direction: attr.direction, step: body.step,
    carries: [
      ...body.carries.map((placeholder, k) => ({ placeholder, init: inits[k] ?? -1, next: values[k] ?? -1 })),
      ...liveCarries.map(({ placeholder, k }) => ({ placeholder, init: initTangents[k] ?? b.zero(b.graph.shape(placeholder)), next: slopes[k] ?? -1 })),
    ],
    sequences: [
      ...body.sequences.map((placeholder, k) => ({ placeholder, value: sequences[k] ?? -1 })),
      ...elementTangents.flatMap((placeholder, k) => (placeholder === undefined ? [] : [{ placeholder, value: sequenceTangents[k] ?? -1 }])),
    ],
    ys: [...values.slice(attr.carries), ...liveYs.map((k) => slopes[attr.carries + k] ?? -1)],
  });
  push.replace(id, joint);
  push.loops.set(id, { carries: new Map(liveCarries.map(({ k }, n) => [k, attr.carries + n])), ys: new Map(liveYs.map((k, n) => [k, attr.ys.length + n])) });
}

/** Results of a loop: the same results of the joint loop, and their tangents beside them. */
export function pushProjection(push: Push, id: NodeId, attr: ProjAttr): NodeId | undefined {
  const scan = push.b.graph.arg(id, 0);
  const places = push.loops.get(scan);
  const at = attr.which === 'ys' ? places?.ys.get(attr.index) : places?.carries.get(attr.index);
  return at === undefined ? undefined : push.b.proj(push.primal(scan), attr.which, at);
}
