/** `diffc EXPR --derive hessian --using sparse`: where elements can differ from zero, and compressed rows at a point. */
import type { Formula } from '../answer/library.ts';
import { sparseOf, type SparseDerivative, type SparseNumbers } from '../answer/sparse.ts';
import type { Bag } from '../diagnostics/bag.ts';
import { isMatrixKind, type MatrixKind } from '../elaborate/kinds.ts';
import type { DeriveKind } from '../elaborate/model.ts';
import { printNode, type NotationName } from '../print/print.ts';
import { readingForms } from '../simplify/reading.ts';
import { labelLetters, placementText } from '../structure/describe.ts';

/** Elements that one formula gives. */
export interface SparsePart {
  readonly by: readonly string[];
  /** `[i + 1, i]`, counted from 1 as in formulas; empty where rows and columns are numbers */
  readonly at: string;
  /** `[i]`: which element of the formula stands there; empty for a number */
  readonly element: string;
  readonly text: string;
  /** whether the element with row and column exchanged is the same and stands there too */
  readonly mirrored: boolean;
}

export interface SparseAnswer {
  readonly kind: MatrixKind;
  /** empty where entries are read off products: then only numbers have places */
  readonly parts: readonly SparsePart[];
  readonly numbers?: SparseNumbers;
}

export interface SparseRequest {
  readonly kinds: readonly DeriveKind[];
  readonly wrt: readonly string[] | undefined;
  readonly at: ReadonlyMap<string, unknown> | undefined;
  readonly notation: NotationName;
}

/** Undefined when the expression does not fit what is asked; the bag says why. */
export function answerSparse(formula: Formula, { kinds, wrt, at, notation }: SparseRequest, bag: Bag): SparseAnswer[] | undefined {
  const answers = kinds.filter(isMatrixKind).map((kind): SparseAnswer | undefined => {
    const made = sparseOf(formula, kind, wrt, bag);
    if (made === undefined) return undefined;
    for (const d of made.diagnostics) if (!formula.said.includes(d)) bag.add(d);
    const numbers = at === undefined ? undefined : made.numbers(at, bag);
    return { kind, parts: partsOf(made, formula, notation), ...(numbers !== undefined && { numbers }) };
  });
  return bag.hasErrors ? undefined : answers.filter((answer) => answer !== undefined);
}

function partsOf({ plan, matrix }: SparseDerivative, { typed }: Formula, notation: NotationName): SparsePart[] {
  const { b } = plan;
  const outputs = plan.functions[0]?.outputs ?? [];
  const found = matrix.entries.flatMap(({ output, mirrored }) => {
    const { node = -1, placement, by = [] } = outputs[output] ?? {};
    if (placement === undefined) return [];
    const shape = b.graph.shape(node);
    const letters = labelLetters(shape.length);
    const at = placement.shape.length === 0 ? '' : `[${placementText(b.graph, placement, letters)}]`;
    // a number is kept as an array of one
    const isNumber = shape.every((dim) => dim === '1');
    return [{ node: isNumber ? b.sumOver(node, shape.map((_, axis) => axis)) : node, by, mirrored, at, element: isNumber ? '' : `[${letters.join(', ')}]` }];
  });
  const shown = readingForms(b, found.map((f) => f.node), [typed]);
  return found.map(({ node, ...place }, k) => ({ ...place, text: printNode(b.graph, shown[k] ?? node, { notation, where: 'named', like: [typed] }) }));
}

/** The lines below the formula. */
export function sparseLines({ kind, parts, numbers }: SparseAnswer): string[] {
  const places = parts.map(({ by, at, element, text, mirrored }) => {
    const place = at === '' ? ' =' : ` at ${at}${mirrored ? ' and mirrored' : ''}${element === '' ? ' =' : `: element ${element} of`}`;
    return `  ${kind} ${by.join(',')}${place} ${text}`;
  });
  const lines = parts.length === 0 ? [`  ${kind}: no formula shows its places; they are found at a point`] : places;
  if (numbers === undefined) return lines;
  const { rows, columns, rowPtr, colIdx, values } = numbers;
  const list = (numbers: ArrayLike<number>): string => `[${Array.from(numbers, String).join(', ')}]`;
  return [...lines, `  ${kind} ${rows} x ${columns} with ${values.length} entries`, `  rowPtr ${list(rowPtr)}`, `  colIdx ${list(colIdx)}`, `  values ${list(values)}`];
}

/** The same as data. */
export function sparseJson({ kind, parts, numbers }: SparseAnswer): Record<string, unknown> {
  return {
    kind, form: 'sparse', parts,
    ...(numbers !== undefined && { numeric: { rows: numbers.rows, columns: numbers.columns, rowPtr: [...numbers.rowPtr], colIdx: [...numbers.colIdx], values: [...numbers.values] } }),
  };
}
