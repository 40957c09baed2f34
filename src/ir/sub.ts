/** Index strings. */
import type { Sub } from './types.ts';

/** The axes that a reduction leaves, in order. */
export const keptAxes = (rank: number, reduced: readonly number[]): number[] => Array.from({ length: rank }, (_, axis) => axis).filter((axis) => !reduced.includes(axis));

/** The labels of an inner node's axes as its user names them. */
export const compose = (inner: Sub, outer: Sub): Sub => (inner.length === 0 ? inner : inner.map((label) => outer[label] ?? -1));
