/** What a backend is asked to emit: the model's inputs and, per function, the nodes wanted. `compile.ts` makes it. */
import type { DimDecl, Input, OpaqueFunction } from '../elaborate/model.ts';
import type { Builder } from '../ir/build.ts';
import type { Dim } from '../ir/dim.ts';
import type { ViewSpec } from '../ir/normal-view.ts';
import type { NodeId } from '../ir/types.ts';

export interface EmitPlan {
  /** of the module, as the user spelt it */
  readonly name: string;
  /** for the header: `mlp.diff` */
  readonly source: string;
  /** for the header: `0.1.0` */
  readonly version: string;
  /** for the header: of the text of the model and of what it imports */
  readonly digest?: string;
  readonly docs: readonly string[];
  readonly b: Builder;
  readonly dims: readonly DimDecl[];
  readonly inputs: readonly Input[];
  /** names the user gave to nodes */
  readonly names: ReadonlyMap<NodeId, string>;
  readonly functions: readonly FunctionPlan[];
  /** new values of inputs, all from the old ones; one `step` function when there are any */
  readonly updates: readonly UpdatePlan[];
  readonly opaques: readonly OpaqueFunction[];
  /** what `prepare` computes once from the data */
  readonly prepared: readonly PreparedValue[];
}

/** A leaf in place of the factors of a matrix. */
export interface MatrixFactor {
  readonly kind: 'chol' | 'lu';
  readonly matrix: NodeId;
}

export interface PreparedValue {
  /** field of the struct that `prepare` makes */
  readonly name: string;
  readonly node: NodeId;
  /** what stands for it in the functions */
  readonly leaf: NodeId;
  /** for TSDoc */
  readonly formula: string;
  /** when it is a factorisation */
  readonly factor?: MatrixFactor;
}

/**
 * Where the elements of an output stand in an array of rows: the axes of the rows, then one axis for what each row
 * holds. Nothing else stands there, so the elements are stored, not added.
 */
export interface RowPlace {
  /** for each axis of the rows, the axis of the output that walks it */
  readonly rows: readonly number[];
  /** the other axes of the output, the slowest first */
  readonly columns: readonly number[];
  /** elements of the row before those of this output */
  readonly start: Dim;
}

/** A part of the values of a matrix: the rows that belong to one name. */
export interface MatrixRows {
  readonly segment: number;
  /** what the array is called */
  readonly array: string;
  /** the axes of the rows, then the number of elements in each where that is not 1 */
  readonly shape: readonly Dim[];
}

export type Quantity = 'value' | 'gradient' | 'jacobian' | 'hessian' | 'hvp' | 'jvp' | 'vjp' | 'gauss_newton' | 'gauss_newton_product' | 'derivative' | 'directional';

/** Formulas of more characters help nobody: documentation shows their left side, and what is surely longer is not printed at all. */
export const LONGEST_FORMULA = 240;

export interface OutputPlan {
  /** field of the out struct; for the returned scalar, what it is called in prose */
  readonly name: string;
  readonly node: NodeId;
  /** the same over prepared values, where it uses any */
  readonly scheduled?: NodeId;
  /** at most one scalar is returned; entries go to a compressed matrix; everything else is filled in the out struct */
  readonly kind: 'returned' | 'filled' | 'entries';
  /** of a part of a derivative: the whole is this scatter of it */
  readonly placement?: ViewSpec;
  /** of products with a matrix: lists of its entries and the elements that hold them */
  readonly places?: readonly (readonly { readonly row: number; readonly column: number; readonly element: number }[])[];
  /** of entries whose place in the values is known beforehand */
  readonly inRows?: { readonly array: string; readonly shape: readonly Dim[]; readonly place: RowPlace };
  /** what several such outputs together are, with the first of them */
  readonly whole?: NodeId;
  /** a part of a matrix given as a diagonal and factors: see `FunctionPlan.rebuilt` */
  readonly part?: 'diagonal' | 'factors' | 'weights';
  readonly quantity: Quantity;
  /** the differentiated name */
  readonly of: string;
  /** the variables differentiated by, as `DerivedOutput.by` has them */
  readonly by: readonly string[];
  /** one line for TSDoc: `∂L/∂W1 = -2*X'*(…)` */
  readonly doc: string;
  /** `symmetric`, `diagonal`: words on the structure of a matrix */
  readonly structure?: readonly string[];
}

export interface FunctionPlan {
  /** `as` name, or one made of what and of */
  readonly name: string;
  readonly docs: readonly string[];
  /** lines for TSDoc, as text */
  readonly formulas: readonly string[];
  readonly outputs: readonly OutputPlan[];
  /** derivatives that are filled as compressed rows */
  readonly matrices: readonly SparsePlan[];
  /** matrices that parts among the outputs make up together; not emitted */
  readonly rebuilt?: readonly RebuiltPlan[];
  /** leaves that stand for the caller's directions (hvp, jvp, vjp) */
  readonly directions: readonly { readonly name: string; readonly node: NodeId }[];
  /** how many states of a loop may be kept for the way back; all of them unless given */
  readonly checkpoints?: number;
  /** what the products of its matrices share, computed with its results */
  readonly kept?: readonly KeptValue[];
  /** of a product: what the function that asks for it has kept */
  readonly given?: readonly KeptValue[];
}

/** An array that a function computes and its products with seeds read. */
export interface KeptValue {
  readonly name: string;
  readonly node: NodeId;
  /** what stands for it in the products */
  readonly leaf: NodeId;
}

/** A block of a matrix whose parts are stored. */
export interface RebuiltPlan {
  readonly quantity: Quantity;
  readonly of: string;
  readonly by: readonly string[];
  readonly node: NodeId;
}

/** Rows or columns that belong to one name, in the order of its elements. */
export interface Segment {
  readonly name: string;
  readonly shape: readonly Dim[];
}

/** The elements of one output as entries of a matrix; `mirrored`: each of them also in the transposed place. */
export interface EntriesPlan {
  /** number of the output */
  readonly output: number;
  readonly row: number;
  readonly column: number;
  readonly mirrored: boolean;
  /** how often its elements are gone through */
  readonly lists: number;
}

/** A derivative as one matrix in compressed sparse rows; entries at one place add up. */
export interface SparsePlan {
  /** field of the out struct */
  readonly name: string;
  readonly quantity: 'jacobian' | 'hessian' | 'gauss_newton';
  readonly rows: readonly Segment[];
  readonly columns: readonly Segment[];
  readonly entries: readonly EntriesPlan[];
  /** when all entries stand in rows of one length each: where these are filled */
  readonly filled?: readonly MatrixRows[];
  /** how the module finds the entries, where only sizes tell them */
  readonly seeded?: SeededPlan;
}

/** A matrix that is made of products with seeds: functions that the module keeps for itself, of arrays in arrays. */
export interface SeededPlan {
  /** marks on the rows for marks on the columns */
  readonly reach: FunctionPlan;
  /** the data that these are followed through */
  readonly positions: readonly NodeId[];
  /** of the matrix with seeds for columns, of its transpose with seeds for rows */
  readonly products: readonly { readonly side: 'rows' | 'columns'; readonly product: FunctionPlan }[];
  /** dense lines of the other side that are taken apart */
  readonly apart: number;
}

export interface UpdatePlan {
  /** name of the input */
  readonly target: string;
  readonly node: NodeId;
  /** the same over prepared values, where it uses any */
  readonly scheduled?: NodeId;
  readonly docs: readonly string[];
  readonly formula: string;
}

/** The functions that a module keeps for itself. */
export function innerFunctions(f: FunctionPlan): FunctionPlan[] {
  return f.matrices.flatMap(({ seeded }) => (seeded === undefined ? [] : [seeded.reach, ...seeded.products.map((p) => p.product)]));
}

/** All functions of a module. */
export const everyFunction = ({ functions }: EmitPlan): FunctionPlan[] => functions.flatMap((f) => [f, ...innerFunctions(f)]);

/** The function with other outputs, and those that belong to it too. */
export function withOutputs(f: FunctionPlan, change: (output: OutputPlan) => OutputPlan): FunctionPlan {
  const matrices = f.matrices.map((m): SparsePlan => (m.seeded === undefined ? m : {
    ...m, seeded: { ...m.seeded, reach: withOutputs(m.seeded.reach, change), products: m.seeded.products.map((p) => ({ ...p, product: withOutputs(p.product, change) })) },
  }));
  return { ...f, outputs: f.outputs.map(change), matrices };
}
