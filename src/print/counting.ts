/** How the user counts positions, so that answers count in the same way and with the same letters. */
import type { Dim } from '../ir/dim.ts';

export interface Counting {
  /** the first position of every axis */
  readonly base: 0 | 1;
  /** the index variables of the text, by how many positions they run over; in the order of the text */
  readonly indices: ReadonlyMap<Dim, readonly IndexVariable[]>;
}

/** `k in 0..n` begins at 0, on whatever axis it is used. */
export interface IndexVariable {
  readonly name: string;
  readonly first: number;
}

export const COUNTED_FROM_ONE: Counting = { base: 1, indices: new Map() };
