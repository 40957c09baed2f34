/** Index strings. */
import type { Sub } from './types.ts';

/** The labels of an inner node's axes as its user names them. */
export const compose = (inner: Sub, outer: Sub): Sub => (inner.length === 0 ? inner : inner.map((label) => outer[label] ?? -1));
