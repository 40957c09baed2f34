/**
 * Stages: what one node does at one point of its index space, before loops are chosen. A stage walks `axes`;
 * some of them are the axes of its value, the others are reduced over.
 */
import type { Dim } from '../ir/dim.ts';
import type { LinearOp, NodeId, ScanAttr } from '../ir/types.ts';
import type { Rational } from '../ir/rational.ts';
import type { OpName } from '../ops/table.ts';
import type { RowPlace } from './plan.ts';
import type { Poly } from './poly.ts';
import type { BufferId, Combine, Expr } from './types.ts';

/** A position along one axis, in terms of the axes of the stage that asks. */
export type Position =
  | { readonly kind: 'affine'; readonly terms: readonly { readonly axis: number; readonly coef: number }[]; readonly offset: Poly }
  /** read from an array of positions */
  | { readonly kind: 'gather'; readonly read: Read };

/** Where a value comes from. */
export type Source =
  /** an array or a cell that is there before the region runs */
  | { readonly kind: 'buffer'; readonly buffer: BufferId }
  /** a scalar that is there before the region runs */
  | { readonly kind: 'value'; readonly value: Expr }
  /** another stage of the region */
  | { readonly kind: 'stage'; readonly node: NodeId };

export interface Read {
  readonly source: Source;
  readonly at: readonly Position[];
}

/** 0 ≤ position, and position < size where given. */
export interface Guard {
  readonly position: Position;
  readonly low: boolean;
  readonly high: Poly | undefined;
}

/** One scalar as a stage sees it: views, transpositions, identities and constants are never stored. */
export interface Access {
  readonly item: Item;
  readonly scale: Rational;
  /** 0 where one does not hold */
  readonly guards: readonly Guard[];
}

export type Item =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'position'; readonly position: Position }
  | { readonly kind: 'equal'; readonly left: Position; readonly right: Position }
  | { readonly kind: 'read'; readonly read: Read };

/** A factor of a product; `exponent` -1 divides. */
export interface Factor {
  readonly access: Access;
  readonly exponent: Rational;
}

export type Body =
  | { readonly kind: 'product'; readonly coef: Rational; readonly factors: readonly Factor[] }
  | { readonly kind: 'combination'; readonly terms: readonly { readonly coef: Rational; readonly access: Access }[] }
  | { readonly kind: 'power'; readonly base: Access; readonly exponent: Rational }
  | { readonly kind: 'map'; readonly op: OpName; readonly args: readonly Access[] }
  | { readonly kind: 'call'; readonly name: string; readonly orders: readonly number[]; readonly args: readonly Access[] }
  | { readonly kind: 'access'; readonly access: Access }
  /** piece k goes to position k of the leading axis */
  | { readonly kind: 'stack'; readonly pieces: readonly Access[] }
  /** adds to a computed place */
  | { readonly kind: 'scatter'; readonly value: Access; readonly at: readonly Position[]; readonly guards: readonly Guard[] }
  | { readonly kind: 'linalg'; readonly op: LinearOp; readonly transposed: boolean; readonly args: readonly Access[] }
  /** scale · left · right, with rows, columns and inner sums of these sizes */
  | { readonly kind: 'matmul'; readonly scale: number; readonly left: MatrixRead; readonly right: MatrixRead; readonly rows: Dim; readonly columns: Dim; readonly inner: Dim }
  | { readonly kind: 'scan'; readonly attr: ScanAttr; readonly args: readonly Access[]; readonly results: readonly ScanResult[] }
  /** filled by the scan it belongs to */
  | { readonly kind: 'result'; readonly scan: NodeId };

/** A matrix inside an array: axis 0 of the positions walks its rows, axis 1 its columns. */
export type MatrixRead = Read;

export interface ScanResult {
  readonly node: NodeId;
  readonly which: 'final' | 'ys' | 'in';
  readonly index: number;
}

/** Where a stage must put its value, besides serving its readers. */
export interface Target {
  readonly buffer: BufferId;
  /** positions before the stage's own axes: the step of an enclosing scan */
  readonly lead: readonly Poly[];
  /** for a value that shares the rows of the array with others */
  readonly place?: RowPlace;
}

export interface Stage {
  /** place in the region's order; arguments come before users */
  readonly index: number;
  readonly node: NodeId;
  /** sizes of the axes walked */
  readonly axes: readonly Dim[];
  /** sizes of the value's axes */
  readonly shape: readonly Dim[];
  /** per axis of the value: the walked axis that runs along it; undefined where the place is computed */
  readonly axisAt: readonly (number | undefined)[];
  readonly combine: Combine;
  readonly body: Body;
  readonly reads: readonly Read[];
  target?: Target;
  /** of a sum: conditions on its place without which nobody reads it */
  triangles?: readonly Guard[];
}

/** The axis that walks a position plainly. */
export function plainAxis(position: Position): number | undefined {
  if (position.kind !== 'affine' || position.offset.length > 0 || position.terms.length !== 1) return undefined;
  const [term] = position.terms;
  return term?.coef === 1 ? term.axis : undefined;
}

export const axisPosition = (axis: number): Position => ({ kind: 'affine', terms: [{ axis, coef: 1 }], offset: [] });
export const fixedPosition = (offset: Poly): Position => ({ kind: 'affine', terms: [], offset });

/** The axes that the value does not have. */
export function reducedAxes(stage: Stage): number[] {
  return stage.axes.map((_, axis) => axis).filter((axis) => !stage.axisAt.includes(axis));
}

/** Runs as a whole and needs whole arrays. */
export function isWhole(stage: Stage): boolean {
  const { kind } = stage.body;
  return kind === 'linalg' || kind === 'matmul' || kind === 'scan' || kind === 'result';
}
