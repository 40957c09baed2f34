/** Tensors defined by index. */
import type { Expr } from '../ast/types.ts';
import { shiftDim } from '../ir/dim.ts';
import { readAffine, subtractDims } from './affine.ts';
import { inferSizes } from './bigs.ts';
import type { Pass } from './pass.ts';
import type { Part } from './resolve.ts';
import type { ArrayIndex, Scope } from './scope.ts';
import { everyExpr } from './syntax.ts';
import type { Label, Result } from './value.ts';

/** `z[i, j in 1..J] = e`: the free indices of e become axes. */
export function* arrayValue(pass: Pass, indices: readonly ArrayIndex[], body: Expr, scope: Scope): Part<Result> {
  const inner = scope.inner();
  const labels: Label[] = [];
  for (const index of indices) {
    if (labels.some((l) => l.name === index.name)) return pass.report('duplicate-index', index.span, { name: index.name });
    const label = makeIndex(pass, index, inner);
    if (label === undefined) return undefined;
    labels.push(label);
    inner.declare(index.name, { kind: 'label', label });
  }
  // definitions met inside may tell the sizes, so they come first
  for (const part of everyExpr(body)) {
    const base = part.kind === 'index' || part.kind === 'subscript' ? part.base : undefined;
    const entity = base?.kind === 'name' ? inner.find(base.name) : undefined;
    if (entity?.kind === 'pending' && !scope.world.running.has(entity)) yield pass.demand(entity, inner);
  }
  inferSizes(pass, labels, [body], inner);
  const value = yield pass.visit(body, inner);
  if (value === undefined) return undefined;
  const unknown = labels.find((l) => l.size === undefined);
  if (unknown !== undefined) {
    const index = indices.find((i) => i.name === unknown.name);
    return pass.report('unknown-range', index?.span ?? body.span, { index: unknown.name });
  }
  return pass.algebra.close(value, labels);
}

function makeIndex(pass: Pass, index: ArrayIndex, scope: Scope): Label | undefined {
  const base = String(pass.base);
  const declared = scope.find(index.name);
  if (index.from === undefined && declared?.kind === 'range' && declared.first === base) return pass.label(index.name, base, declared.size, true);
  if (index.from === undefined || index.to === undefined) return pass.label(index.name, base, undefined, false);
  const from = readAffine(pass, index.from, scope);
  const to = readAffine(pass, index.to, scope);
  const size = from?.terms.size === 0 && to?.terms.size === 0 ? subtractDims(shiftDim(to.offset, 1), from.offset) : undefined;
  if (from === undefined || size === undefined) return pass.report('bad-size', index.to.span, { text: index.to.span.source.text.slice(index.from.span.start, index.to.span.end) });
  if (from.offset !== base) {
    return pass.report('bad-definition', index.from.span, { left: `${index.name} in ${from.offset}..` }, { hint: `the positions of a tensor count from ${base}` });
  }
  return pass.label(index.name, base, size, true);
}
