/**
 * Derivatives in compressed sparse rows. The pattern depends on sizes and on arrays of positions only: it is
 * made once, by a function of its own, and says for each computed element where it goes. The derivative
 * itself then computes the elements and adds them there; the size of the text depends on neither.
 */
import { invariant } from '../../diagnostics/internal.ts';
import type { Input } from '../../elaborate/model.ts';
import type { Dim } from '../../ir/dim.ts';
import type { ViewSpec } from '../../ir/normal-view.ts';
import type { AxisIndex, NodeId } from '../../ir/types.ts';
import type { EntriesPlan, FunctionPlan, MatrixRows, OutputPlan, Segment, SparsePlan } from '../../schedule/plan.ts';
import { addPoly, dimPoly, flatOffset, integerPoly, localPoly, scalePoly, sizePoly, ZERO, type Poly } from '../../schedule/poly.ts';
import { arraysCheck, elementCheck, sizeText, vocabularyOf, type PassedArray } from './checks.ts';
import { arrayType, shapeText, type ModuleContext } from './context.ts';
import { nameOfLocal, polyFactor, polyText, type Vocabulary } from './expression.ts';
import type { Inner } from './inner.ts';
import { capital, identifier, Names } from './names.ts';
import { coloursOf, seededFill, seededInterface, seededPatternLines, type SeededSpec } from './seeded.ts';
import type { FunctionDeclaration, InterfaceDeclaration } from './structure.ts';

/** One matrix of a function, with the names the module has for it. */
export interface MatrixSpec {
  readonly plan: SparsePlan;
  readonly field: string;
  /** the function that makes its pattern */
  readonly pattern: string;
  /** arrays of positions that the pattern reads, in order */
  readonly positions: readonly Input[];
  /** computed elements, mirrored ones twice */
  readonly elements: Poly;
  /** of a matrix that the module colours */
  readonly seeded?: SeededSpec;
}

export function matrixSpecs(ctx: ModuleContext, plan: FunctionPlan, name: string, inner: (f: FunctionPlan) => Inner): MatrixSpec[] {
  return plan.matrices.map((matrix) => ({
    plan: matrix,
    field: identifier(matrix.name),
    pattern: ctx.names.claim(`${name}${plan.matrices.length > 1 ? capital(identifier(matrix.name)) : ''}Pattern`),
    positions: positionInputs(ctx, plan, matrix),
    elements: addPoly(...runsOf(matrix).map((e) => sizePoly(ctx.plan.b.graph.shape(plan.outputs[e.output]?.node ?? -1)))),
    ...(matrix.seeded && { seeded: { plan: matrix.seeded, reach: inner(matrix.seeded.reach), products: matrix.seeded.products.map((p) => inner(p.product)) } }),
  }));
}

/** The entries in the order in which they are placed and added. */
interface Run extends EntriesPlan {
  readonly transposed: boolean;
  readonly list: number;
}

function runsOf({ entries }: SparsePlan): Run[] {
  return entries.flatMap((e) => (e.mirrored ? [false, true] : [false]).flatMap((transposed) => Array.from({ length: e.lists }, (_, list) => ({ ...e, transposed, list }))));
}

/** Arrays that say where elements stand, by way of other arrays too. */
function positionInputs(ctx: ModuleContext, plan: FunctionPlan, matrix: SparsePlan): Input[] {
  const { graph } = ctx.plan.b;
  if (matrix.seeded !== undefined) { const { positions } = matrix.seeded; return ctx.plan.inputs.filter((i) => positions.includes(i.node)); }
  const pending = matrix.entries.flatMap((e) => [...(plan.outputs[e.output]?.placement?.gathers ?? [])]);
  const found = new Set<NodeId>();
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    if (graph.attr(id).kind === 'leaf') found.add(id);
    else pending.push(...graph.args(id));
  }
  return ctx.plan.inputs.filter((i) => found.has(i.node));
}

export const sparseInterfaces = (specs: readonly MatrixSpec[]): InterfaceDeclaration[] => [sparseInterface(specs), ...(specs.some((s) => s.seeded !== undefined) ? [seededInterface] : [])];

const sparseInterface = (specs: readonly MatrixSpec[]): InterfaceDeclaration => ({
  kind: 'interface', name: 'SparseMatrix', methods: [],
  docs: ['A matrix in compressed sparse rows: row r has `values[k]` in column `colIdx[k]` for rowPtr[r] <= k < rowPtr[r + 1], columns ascending.'],
  fields: [
    ...['rows', 'columns'].map((name) => ({ name, type: 'number', docs: [], optional: false, readonly: true })),
    ...['rowPtr', 'colIdx'].map((name) => ({ name, type: 'Int32Array', docs: [], optional: false, readonly: true })),
    { name: 'values', type: 'Float64Array', docs: [], optional: false, readonly: true },
    ...(specs.some(isFilled) ? [{ name: 'parts', type: 'readonly Float64Array[]', docs: ['views of the values: the rows that belong to one name'], optional: false, readonly: true }] : []),
    ...(specs.some((s) => s.seeded !== undefined) ? [{ name: 'products', type: 'readonly SeededProducts[]', docs: ['products with seeds, of which the values are elements'], optional: false, readonly: true }] : []),
    ...(specs.every((s) => !isAdded(s)) ? [] : [{ name: 'slots', type: 'Int32Array', docs: ['where each computed element goes'], optional: false, readonly: true }]),
    { name: 'positions', type: 'readonly Int32Array[]', docs: ['the arrays of positions that the pattern was made of'], optional: false, readonly: true },
  ],
});

/** Its rows are filled as they are. */
const isFilled = ({ plan }: MatrixSpec): boolean => plan.filled !== undefined;
/** Elements are computed and then added where they belong. */
const isAdded = (spec: MatrixSpec): boolean => !isFilled(spec) && spec.seeded === undefined;

/** What the rows and columns of a matrix are. */
export function matrixDocs(ctx: ModuleContext, { plan }: MatrixSpec): string {
  const list = (segments: readonly Segment[]): string => segments.map((s) => (s.shape.length === 0 ? s.name : `${s.name} (${shapeText(ctx, s.shape)})`)).join(', ');
  const symmetric = plan.quantity === 'jacobian' ? '' : plan.seeded !== undefined ? '; symmetric, both triangles are stored' : '; symmetric, both triangles are stored, one is computed';
  const made = plan.seeded !== undefined ? '; one product for each colour of its pattern' : plan.filled === undefined ? '; entries at one place are summed' : '';
  return `rows: ${list(plan.rows)}; columns: ${list(plan.columns)}${symmetric}${made}`;
}

// ---- the pattern ------------------------------------------------------------------------------------------

const TITLE = { jacobian: 'the Jacobian', hessian: 'the Hessian', gauss_newton: 'Jᵀ J' } as const;

export function patternFunction(ctx: ModuleContext, spec: MatrixSpec, plan: FunctionPlan): FunctionDeclaration {
  const body = spec.seeded === undefined ? new PatternWriter(ctx, spec, plan).lines() : seededLines(ctx, spec, spec.seeded);
  return {
    kind: 'function', name: spec.pattern, exported: true,
    docs: [`Room for ${TITLE[spec.plan.quantity]} of \`${plan.name}\` and its pattern${spec.positions.length > 0 ? ' for these arrays of positions: make a new one when they change' : ''}.`, matrixDocs(ctx, spec)],
    parameters: patternParameters(spec), returns: 'SparseMatrix', body,
  };
}

function seededLines(ctx: ModuleContext, spec: MatrixSpec, seeded: SeededSpec): string[] {
  const names = new Names(ctx.names);
  for (const name of ['data', 'pattern', 'rows', 'columns']) names.claim(name);
  const { lines, locals } = positionLines(ctx, spec, names);
  return [...lines, ...seededPatternLines(ctx, spec.plan, seeded, locals)];
}

/** The arrays of positions by names of their own, checked. */
function positionLines(ctx: ModuleContext, spec: MatrixSpec, names: Names): { readonly lines: readonly string[]; readonly locals: readonly string[] } {
  const passed = spec.positions.map((input): PassedArray => {
    const field = ctx.field(input.name);
    return { text: names.claim(field), path: `data.${field}`, length: sizeText(ctx, input.shape), elements: elementCheck(ctx, input), type: arrayType(ctx, input.element) };
  });
  const locals = passed.map((p) => p.text);
  const taken = spec.positions.map((input, n) => { const field = ctx.field(input.name); return field === locals[n] ? field : `${field}: ${locals[n] ?? field}`; });
  return { locals, lines: passed.length === 0 ? [] : [`const { ${taken.join(', ')} } = data;`, `${arraysCheck(ctx, 0, passed)};`] };
}

export const patternParameters = (spec: MatrixSpec): { name: string; type: string }[] =>
  (spec.positions.length === 0 ? [] : [{ name: 'data', type: 'Data' }]);

/** The text that makes the room of one matrix. */
export const patternCall = (spec: MatrixSpec): string => `${spec.pattern}(${spec.positions.length > 0 ? 'data' : ''})`;

class PatternWriter {
  readonly ctx: ModuleContext;
  readonly spec: MatrixSpec;
  readonly plan: FunctionPlan;
  readonly names: Names;
  readonly arrays = new Map<string, string>();

  constructor(ctx: ModuleContext, spec: MatrixSpec, plan: FunctionPlan) {
    this.ctx = ctx;
    this.spec = spec;
    this.plan = plan;
    this.names = new Names(ctx.names);
    for (const name of ['data', 'rowOf', 'columnOf', 'k', 'places', 'n', 'rowPtr', 'colIdx', 'row', 'values', 'parts']) this.names.claim(name);
  }

  lines(): string[] {
    const { ctx, spec } = this;
    const { lines, locals } = positionLines(ctx, spec, this.names);
    spec.positions.forEach((input, n) => this.arrays.set(input.name, locals[n] ?? ''));
    return [
      ...lines,
      ...(spec.plan.filled === undefined ? this.compressedLines(locals) : this.filledLines(spec.plan.filled, locals)),
    ];
  }

  /** Elements in the order of the outputs, sorted into rows. */
  compressedLines(positions: readonly string[]): string[] {
    const { ctx, spec } = this;
    const total = this.text().size(spec.elements);
    return [
      `const rowOf = new Int32Array(${total});`,
      `const columnOf = new Int32Array(${total});`,
      'let k = 0;',
      ...runsOf(spec.plan).flatMap((run) => this.entryLines(run)),
      `return ${ctx.helper('compressRows')}(rowOf, columnOf, ${this.extent(spec.plan.rows)}, ${this.extent(spec.plan.columns)}, [${positions.join(', ')}]);`,
    ];
  }

  /** Rows as they stand. */
  filledLines(filled: readonly MatrixRows[], positions: readonly string[]): string[] {
    const { rows, columns, entries } = this.spec.plan;
    const { size } = this.text();
    const parts: string[] = [];
    let start: Poly = ZERO;
    for (const { shape } of filled) {
      const end = addPoly(start, sizePoly(shape));
      parts.push(`values.subarray(${size(start)}, ${size(end)})`);
      start = end;
    }
    return [
      `const rowPtr = new Int32Array(${size(addPoly(integerPoly(1), ...rows.map((s) => sizePoly(s.shape))))});`,
      `const colIdx = new Int32Array(${size(start)});`,
      'let row = 0;',
      'let k = 0;',
      ...rows.flatMap(({ shape }, which) => this.rowLines(shape, entries.filter((e) => e.row === which).sort((a, b) => a.column - b.column))),
      'const values = new Float64Array(k);',
      `const parts = [${parts.join(', ')}];`,
      `return { rows: row, columns: ${this.extent(columns)}, rowPtr, colIdx, values, parts, positions: [${positions.map((p) => `${p}.slice()`).join(', ')}] };`,
    ];
  }

  /** The columns of the rows of one name. */
  rowLines(shape: readonly Dim[], entries: readonly EntriesPlan[]): string[] {
    const names = this.letters(shape.length + Math.max(0, ...entries.map((e) => this.shapeOf(e).length - shape.length)));
    const columns = entries.flatMap((e) => {
      const { placement, inRows } = this.plan.outputs[e.output] ?? {};
      invariant(placement && inRows, 'emit', 'an entry without a place in its row');
      const letters: string[] = [];
      [...inRows.place.rows, ...inRows.place.columns].forEach((label, k) => void (letters[label] = names[k] ?? ''));
      const text = this.text(letters);
      const position = placement.index.map((axis) => text.position(axis, placement.gathers));
      const sizes = this.shapeOf(e);
      // an axis that no position needs is a number made an array
      const walked = inRows.place.columns.filter((l) => placement.index.some((axis) => (axis.kind === 'gather' ? axis.sub.includes(l) : axis.terms.some((t) => t.label === l))));
      return this.loops(walked.map((l) => [letters[l] ?? '', sizes[l] ?? '1']), [`colIdx[k++] = ${this.place(text, position.slice(shape.length), this.spec.plan.columns, e.column)};`]);
    });
    return this.loops(shape.map((dim, k) => [names[k] ?? '', dim]), [...columns, 'rowPtr[++row] = k;']);
  }

  /** The number of a row or column. */
  place(text: PositionText, axes: readonly Poly[], segments: readonly Segment[], which: number): string {
    const start = segments.slice(0, which).map((s) => sizePoly(s.shape));
    return text.size(addPoly(...start, flatOffset(segments[which]?.shape ?? [], axes)));
  }
  extent(segments: readonly Segment[]): string {
    return this.text().size(addPoly(...segments.map((s) => sizePoly(s.shape))));
  }

  /** A loop in a loop, the first one outside. */
  loops(walks: readonly (readonly [letter: string, size: Dim])[], inner: readonly string[]): string[] {
    const { size } = this.text();
    return walks.reduceRight<readonly string[]>((body, [letter, dim]) => [`for (let ${letter} = 0; ${letter} < ${size(dimPoly(dim))}; ${letter}++) {`, ...body.map((line) => `  ${line}`), '}'], inner).slice();
  }

  shapeOf(e: EntriesPlan): readonly Dim[] {
    return this.ctx.plan.b.graph.shape(this.plan.outputs[e.output]?.node ?? -1);
  }

  entryLines(e: Run): string[] {
    const { placement, places } = this.plan.outputs[e.output] ?? {};
    if (places !== undefined) return this.listedLines(e, places[e.list] ?? []);
    invariant(placement, 'emit', 'an entry without a place');
    const { rows, columns } = this.spec.plan;
    const letters = this.letters(this.shapeOf(e).length);
    const text = this.text(letters);
    const rowRank = rows[e.row]?.shape.length ?? 0;
    const position = placement.index.map((axis) => text.position(axis, placement.gathers));
    const row = this.place(text, position.slice(0, rowRank), rows, e.row);
    const column = this.place(text, position.slice(rowRank), columns, e.column);
    const outside = placement.masked ? placement.index.flatMap((axis, n) => this.outside(axis, position[n] ?? [], placement, n, text)) : [];
    const guarded = (place: string): string => (outside.length === 0 ? place : `${outside.join(' || ')} ? -1 : ${place}`);
    const [first, second] = e.transposed ? [column, row] : [row, column];
    const inner = [`rowOf[k] = ${guarded(first)};`, `columnOf[k++] = ${second};`];
    return this.loops(this.shapeOf(e).map((dim, l) => [letters[l] ?? '', dim]), inner);
  }

  /** Entries one by one; the other elements have no place. */
  listedLines(e: Run, places: NonNullable<OutputPlan['places']>[number]): string[] {
    const { size } = this.text();
    const { rows, columns } = this.spec.plan;
    const { element } = this.ctx.dialect;
    const start = (segments: readonly Segment[], which: number): Poly => addPoly(...segments.slice(0, which).map((s) => sizePoly(s.shape)));
    const at = (n: number, from: Poly): string => `${element('places', n === 0 ? 'n' : `n + ${n}`)}${from.length === 0 ? '' : ` + ${size(from)}`}`;
    const [row, column] = [at(0, start(rows, e.row)), at(1, start(columns, e.column))];
    const to = `k + ${element('places', 'n + 2')}`;
    const all = size(sizePoly(this.shapeOf(e)));
    return [
      '{',
      `  const places = [${places.map((p) => `${p.row}, ${p.column}, ${p.element}`).join(', ')}];`,
      `  rowOf.fill(-1, k, k + ${all});`,
      '  for (let n = 0; n < places.length; n += 3) {',
      `    rowOf[${to}] = ${e.transposed ? column : row};`,
      `    columnOf[${to}] = ${e.transposed ? row : column};`,
      '  }',
      `  k += ${all};`,
      '}',
    ];
  }

  /** Conditions under which a position is no position. */
  outside(axis: AxisIndex, position: Poly, { shape }: ViewSpec, n: number, text: PositionText): string[] {
    if (axis.kind === 'gather' || (axis.terms.length === 1 && axis.terms[0]?.coef === 1 && axis.offset === '0')) return [];
    const p = text.factor(position);
    return [`${p} < 0`, `${p} >= ${text.size(dimPoly(shape[n] ?? '1'))}`];
  }

  letters(count: number): string[] {
    const scope = new Names(this.names);
    return Array.from({ length: count }, (_, l) => scope.claim(['i', 'j', 'l', 'm', 'n'][l] ?? `i${l}`));
  }

  text(letters: readonly string[] = []): PositionText {
    const gathered: string[] = [];
    const base = vocabularyOf(this.ctx);
    const v: Vocabulary = { ...base, local: (id) => nameOfLocal(id < letters.length ? letters[id] : gathered[id - letters.length], id) };
    const { graph } = this.ctx.plan.b;
    const read = (array: NodeId, at: readonly Poly[]): Poly => {
      const attr = graph.attr(array);
      if (attr.kind === 'view') {
        const inner = [...graph.args(array)].slice(1);
        return read(graph.arg(array, 0), attr.index.map((axis) => substituted(axis, at, (a, sub) => read(inner[a - 1] ?? -1, sub.map((l) => at[l] ?? [])))));
      }
      invariant(attr.kind === 'leaf', 'emit', `positions are read from a ${attr.kind} node`);
      const name = this.arrays.get(attr.name) ?? identifier(attr.name);
      gathered.push(this.ctx.dialect.element(name, polyText(v, flatOffset(attr.shape, at))));
      return localPoly(letters.length + gathered.length - 1);
    };
    return {
      size: (p) => polyText(v, p),
      factor: (p) => polyFactor(v, p),
      position: (axis, gathers) => substituted(axis, letters.map((_, l) => localPoly(l)), (a, sub) => read(gathers[a - 1] ?? -1, sub.map((l) => localPoly(l)))),
    };
  }
}

interface PositionText {
  readonly size: (p: Poly) => string;
  readonly factor: (p: Poly) => string;
  readonly position: (axis: AxisIndex, gathers: readonly NodeId[]) => Poly;
}

function substituted(axis: AxisIndex, at: readonly Poly[], gather: (arg: number, sub: readonly number[]) => Poly): Poly {
  if (axis.kind === 'gather') return gather(axis.arg, axis.sub);
  return addPoly(dimPoly(axis.offset), ...axis.terms.map((t) => scalePoly(at[t.label] ?? [], t.coef)));
}

// ---- filling ------------------------------------------------------------------------------------------------

/** Where each computed element of the matrix goes, or what it is computed with. */
export function slotsOf(ctx: ModuleContext, spec: MatrixSpec): PassedArray[] {
  if (spec.seeded !== undefined) return coloursOf(ctx, spec.field, spec.seeded);
  const at = `out.${spec.field}.slots`;
  return !isAdded(spec) ? [] : [{ text: at, path: at, length: polyText(vocabularyOf(ctx), spec.elements), type: 'Int32Array' }];
}

/** Before the body: the matrix belongs to these positions. */
export function matrixChecks(ctx: ModuleContext, spec: MatrixSpec, local: (input: Input) => string): string[] {
  return spec.positions.map((input, k) =>
    `${ctx.helper('checkPositions')}('data.${ctx.field(input.name)}', ${local(input)}, out.${spec.field}.positions[${k}], '${spec.pattern}');`);
}

/** After the body: the elements go to their places, where they are not there yet. */
export function matrixFill(ctx: ModuleContext, spec: MatrixSpec, names: Names, buffer: (output: number) => string): string[] {
  if (spec.seeded !== undefined) return seededFill(ctx, spec.field, names, spec.seeded);
  if (isFilled(spec)) return [];
  const runs = runsOf(spec.plan);
  const at = `out.${spec.field}`;
  const add = ctx.helper('addEntries');
  const next = runs.length > 1 ? names.claim('next') : '';
  return [
    `${at}.values.fill(0);`,
    ...runs.map((e, k) => {
      const call = `${add}(${at}, ${buffer(e.output)}, ${k === 0 ? '0' : next})`;
      return k === runs.length - 1 ? `${call};` : `${k === 0 ? 'let ' : ''}${next} = ${call};`;
    }),
  ];
}
