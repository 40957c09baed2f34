/** An element of a scattered tensor: the source at the positions that meet the index. */
import type { Visit } from '../ast/trampoline.ts';
import { constantDim, dimDifference, readDim, shiftDim, type Dim } from '../ir/dim.ts';
import type { NodeId, ScatAttr } from '../ir/types.ts';
import { bigFormula } from './big.ts';
import { UNKNOWN, ZERO, affineIndex, comparedPositions, dimFormula, select, shifted, type Indices } from './elements.ts';
import type { Formula } from './formula.ts';
import type { Reader } from './reader.ts';

/**
 * A label that walks an axis with an offset is the index itself, shifted; labels left over are summed, with
 * the remaining positions as conditions.
 */
export function* readScatter(reader: Reader, id: NodeId, attr: ScatAttr, at: Indices): Visit<Formula> {
  const { graph } = reader;
  const source = graph.arg(id, 0);
  const sizes = graph.shape(source);
  const solved = new Map<number, { readonly axis: number; readonly offset: number }>();
  attr.index.forEach((index, axis) => {
    const [term] = index.kind === 'affine' ? index.terms : [];
    if (index.kind !== 'affine' || index.terms.length !== 1 || term === undefined || term.coef !== 1 || solved.has(term.label)) return;
    const { base, offset } = readDim(index.offset);
    if (base === undefined) solved.set(term.label, { axis, offset });
  });
  const free = sizes.map((_, label) => label).filter((label) => !solved.has(label));
  const bound = reader.binders.bind(id, free.map((label) => sizes[label] ?? '1'));
  const labels = sizes.map((_, label): Formula => {
    const found = solved.get(label);
    return (found === undefined ? bound.positions[free.indexOf(label)] : shifted(at[found.axis] ?? UNKNOWN, -found.offset)) ?? UNKNOWN;
  });
  const conditions = [...solved].flatMap(([label, { axis, offset }]) => insideRange(at[axis] ?? UNKNOWN, offset, sizes[label] ?? '1', attr.shape[axis] ?? '1'));
  const direct = new Set([...solved.values()].map((s) => s.axis));
  for (const [axis, index] of attr.index.entries()) {
    if (direct.has(axis)) continue;
    const position = index.kind === 'gather' ? yield reader.position(graph.arg(id, index.arg), select(index.sub, labels)) : affineIndex(index, labels);
    const place = at[axis] ?? UNKNOWN;
    if (position.kind === 'symbol' && place.kind === 'symbol' && position.name === place.name) continue;
    conditions.push(index.kind === 'gather' ? comparedPositions('eq', position, place) : comparedPositions('eq', place, position));
  }
  const body = guarded(conditions, yield reader.element(source, labels));
  return bound.binders.length === 0 ? body : bigFormula('sum', bound.binders, body);
}

function guarded(conditions: readonly Formula[], value: Formula): Formula {
  const [only] = conditions;
  if (only === undefined) return value;
  const condition: Formula = conditions.length === 1 ? only : { kind: 'logic', op: 'and', operands: conditions };
  return { kind: 'conditional', condition, whenTrue: value, whenFalse: ZERO };
}

/** What an index over `whole` has to satisfy for index - offset to be one of `part`. */
function insideRange(index: Formula, offset: number, part: Dim, whole: Dim): Formula[] {
  const conditions: Formula[] = [];
  if (offset > 0) conditions.push(comparedPositions('ge', index, dimFormula(String(offset + 1))));
  const last = shiftDim(part, offset);
  const beyond = constantDim(whole) === undefined && constantDim(last) === undefined ? dimDifference(whole, last) : Number(whole) - Number(last);
  if (beyond === undefined || !(beyond <= 0)) conditions.push(comparedPositions('le', index, dimFormula(last)));
  return conditions;
}
