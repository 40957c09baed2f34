/** The rules of loops: carries keep their shape, sequences share the length, bodies are closed. */
import type { NodeCheck } from './check.ts';
import type { Dim } from './dim.ts';
import type { ProjAttr, ScanAttr } from './types.ts';
import { reachable } from './walk.ts';

export function checkLoop(check: NodeCheck, attr: ScanAttr): void {
  const { graph, id } = check;
  const args = [...graph.args(id)];
  if (attr.next.length !== attr.carries) check.report(`${attr.next.length} next values for ${attr.carries} carries`);
  if (args.length < attr.carries + attr.sequences) check.report('carries and sequences exceed the arguments');
  attr.next.forEach((next, k) => check.same(`the next value of carry ${k}`, graph.shape(next), check.shapeOf(k)));
  for (let k = attr.carries; k < attr.carries + attr.sequences; k++) {
    if (check.shapeOf(k)[0] !== attr.length) check.report(`sequence ${k - attr.carries} has length ${check.shapeOf(k)[0] ?? '?'}, wanted ${attr.length}`);
  }
  for (const inner of reachable(graph, [...attr.next, ...attr.ys])) {
    const param = graph.attr(inner);
    if (param.kind === 'leaf') check.report(`the body uses the input ${param.name} directly`);
    if (param.kind !== 'param') continue;
    const wanted = paramShape(check, attr, param.role, param.index);
    if (wanted === undefined) check.report(`the body has no ${param.role} ${param.index}`);
    else check.same(`${param.role} ${param.index} of the body`, param.shape, wanted);
  }
}

function paramShape(check: NodeCheck, attr: ScanAttr, role: string, index: number): readonly Dim[] | undefined {
  const captures = check.graph.arity(check.id) - attr.carries - attr.sequences;
  if (role === 'step') return [];
  if (role === 'carry') return index < attr.carries ? check.shapeOf(index) : undefined;
  if (role === 'sequence') return index < attr.sequences ? check.shapeOf(attr.carries + index).slice(1) : undefined;
  return index < captures ? check.shapeOf(attr.carries + attr.sequences + index) : undefined;
}

export function checkProjection(check: NodeCheck, attr: ProjAttr): void {
  if (!check.arity(1)) return;
  const scan = check.graph.attr(check.graph.arg(check.id, 0));
  if (scan.kind !== 'scan') {
    check.report('projects something that is not a scan');
    return;
  }
  const value = (attr.which === 'ys' ? scan.ys : scan.next)[attr.index];
  if (value === undefined) check.report(`${attr.which} ${attr.index} does not exist`);
  else check.same('shape', attr.shape, attr.which === 'final' ? check.graph.shape(value) : [scan.length, ...check.graph.shape(value)]);
}
