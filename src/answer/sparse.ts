/**
 * A matrix of derivatives of one formula in compressed rows: the elements that can differ from zero and where they stand, as
 * `using sparse` gives them in a module. The module is made once and runs in this process.
 */
import { RunningModule, type BoundFunction, type CompressedRows, type Struct } from '../backends/typescript/invoke.ts';
import { identifier } from '../backends/typescript/names.ts';
import { refuseInto, tidy } from '../compile.ts';
import { Bag } from '../diagnostics/bag.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { invariant } from '../diagnostics/internal.ts';
import { isMatrixKind, MATRIX_KINDS, SCALAR_NAMES, type MatrixKind } from '../elaborate/kinds.ts';
import type { Environment } from '../ir/evaluate.ts';
import { planModule } from '../plan/module.ts';
import { remarkInto } from '../plan/remarks.ts';
import type { EmitPlan, FunctionPlan, SparsePlan } from '../schedule/plan.ts';
import { version } from '../version.ts';
import { evaluateReporting } from './evaluate.ts';
import { answered, asFormula, type Formula, refuseTensor, sourcesOf, type FormulaOrText, type Names } from './library.ts';
import { bindPoint, type NestedNumbers } from './point.ts';

/** Compressed rows: entry k with rowPtr[r] <= k < rowPtr[r + 1] is `values[k]` in row r and column `colIdx[k]`. */
export interface SparseNumbers {
  readonly rows: number;
  readonly columns: number;
  readonly rowPtr: Int32Array;
  readonly colIdx: Int32Array;
  readonly values: Float64Array;
}

/** A matrix of derivatives, compiled. Make one with `sparse`. */
export class SparseDerivative {
  /** @internal */
  readonly plan: EmitPlan;
  /** What there is to say about its form, such as that it is full. */
  readonly diagnostics: readonly Diagnostic[];
  readonly #formula: Formula;
  readonly #running: RunningModule;
  /** of the last point: places are found again only when sizes or positions change */
  #room: { readonly key: string; readonly functions: Readonly<Record<string, unknown>>; readonly out: Struct } | undefined;

  /** @internal */
  constructor(formula: Formula, plan: EmitPlan, diagnostics: readonly Diagnostic[]) {
    this.plan = plan;
    this.diagnostics = diagnostics;
    this.#formula = formula;
    this.#running = new RunningModule(plan);
  }

  /** @internal */
  get matrix(): SparsePlan {
    const [matrix] = this.#function.matrices;
    invariant(matrix !== undefined, 'structure', 'a sparse request without a matrix');
    return matrix;
  }

  get #function(): FunctionPlan {
    const [f] = this.plan.functions;
    invariant(f !== undefined, 'structure', 'a request without a function');
    return f;
  }

  /**
   * The numbers at a point. Throws `DiffcError` when a value is missing or does not fit, or a matrix is singular or not
   * positive definite. Where entries stand is found at the first point, and again when sizes or positions change.
   */
  at(values: Readonly<Record<string, NestedNumbers>>): SparseNumbers {
    return answered((bag) => this.numbers(new Map(Object.entries(values)), bag));
  }

  /** @internal */
  numbers(values: ReadonlyMap<string, unknown>, bag: Bag): SparseNumbers | undefined {
    const { model, node } = this.#formula;
    const point = bindPoint(model, values, bag);
    for (const { name, atLeast } of this.plan.dims) {
      const size = point.sizes.get(name) ?? atLeast;
      if (size < atLeast) bag.report('bad-data', undefined, { name, reason: `this length is ${size}, expected at least ${atLeast}` });
    }
    if (bag.hasErrors) return undefined;
    const { out, evaluate } = this.#bound(point);
    evaluate();
    if (typeof out['status'] === 'number' && out['status'] !== 0) {
      evaluateReporting(model.graph, [node], point, bag);
      return undefined;
    }
    const { rows, columns, rowPtr, colIdx, values: entries } = out[identifier(this.matrix.name)] as CompressedRows;
    return { rows, columns, rowPtr: rowPtr.slice(), colIdx: colIdx.slice(), values: entries.slice() };
  }

  #bound(point: Environment): BoundFunction {
    const positions = this.plan.inputs.filter((i) => i.element === 'index').map((i) => point.inputs.get(i.name));
    const key = JSON.stringify([[...point.sizes], positions]);
    if (this.#room?.key === key) return this.#running.bind(this.#function, point, this.#room.functions, this.#room.out);
    const functions = this.#running.instance(point);
    const bound = this.#running.bind(this.#function, point, functions);
    this.#room = { key, functions, out: bound.out };
    return bound;
  }
}

/**
 * The Jacobian, Hessian or Gauss-Newton matrix of a formula as its elements that can differ from zero, over all variables
 * in their order. What the formula does not show is found by following its elements and coloured: few products hold all
 * entries. Throws `DiffcError` where the formula has no such matrix, `EvalError` where a page forbids `new Function`.
 */
export function sparse(of: FormulaOrText, kind: MatrixKind, wrt?: Names): SparseDerivative {
  const formula = asFormula(of);
  return answered((bag) => sparseOf(formula, kind, wrt, bag));
}

/** Undefined when the formula does not fit; the bag says why. */
export function sparseOf(formula: Formula, kind: MatrixKind, wrt: Names | undefined, bag: Bag): SparseDerivative | undefined {
  const { model } = formula;
  if (!isMatrixKind(kind)) bag.report('unknown-request', undefined, { name: kind }, { hint: `one of ${MATRIX_KINDS.map((k) => `\`${k}\``).join(', ')} has rows and columns` });
  const scalar = SCALAR_NAMES[kind];
  if (scalar !== undefined) refuseTensor(bag, formula, scalar);
  if (kind === 'gauss_newton' && formula.shape.length === 0) bag.report('gauss-newton-of-scalar', undefined, { name: 'f' });
  if (model.opaques.length > 0) bag.report('not-supported', undefined, { what: `a matrix of numbers with a function that has no formula, \`${model.opaques[0]?.name ?? ''}\`,` });
  const sources = sourcesOf(formula, wrt);
  const [first] = sources;
  if (first === undefined) bag.report('nothing-asked', undefined, {}, { hint: 'the formula has no variables to differentiate by' });
  if (bag.hasErrors || first === undefined) return undefined;
  const request = {
    what: [kind], of: [{ name: 'f', node: formula.node }], wrt: sources.map(({ name, node }) => ({ name, node })),
    along: [], as: 'matrix', using: ['sparse'], docs: [], span: first.span,
  };
  const remarks = new Bag();
  const plan = planModule({ ...model, requests: [request], updates: [], checks: [] }, { source: model.name, version, refuse: refuseInto(bag), tidy, remark: remarkInto(remarks) });
  return bag.hasErrors ? undefined : new SparseDerivative(formula, plan, [...formula.said, ...remarks.diagnostics]);
}
