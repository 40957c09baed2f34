/** Index strings. */
import type { Sub } from './types.ts';

/** The labels of an inner node's axes as its user names them. */
export const compose = (inner: Sub, outer: Sub): number[] => inner.map((label) => outer[label] ?? -1);
