/**
 * Machine code for functions of a module: made by one backend, carried and called by another. The seam between them
 * is data only: bytes, and for each function where its arguments go.
 */
import type { Dim } from '../ir/dim.ts';
import type { Precision } from '../targets.ts';
import type { LoopForm, Scheduled } from './schedule.ts';
import type { BufferId } from './types.ts';

/** A function whose loops are wanted as machine code. */
export interface NativeRequest {
  readonly name: string;
  readonly program: (form: Exclude<LoopForm, 'plain'>) => Scheduled;
}

export interface NativeFunction {
  /** of the export */
  readonly name: string;
  /** in order: the address of an array, or the value of a scalar */
  readonly parameters: readonly BufferId[];
  /** scalars it writes; number k is found at element k of memory */
  readonly cells: readonly BufferId[];
  readonly returns: boolean;
}

/** An array that functions work in. */
export interface NativeScratch {
  readonly shape: readonly Dim[];
  /** of one element */
  readonly bytes: number;
}

export interface NativeModule {
  readonly precision: Precision;
  readonly bytes: Uint8Array;
  /** by the name of the request; what is missing stays JavaScript */
  readonly functions: ReadonlyMap<string, NativeFunction>;
  /** why the others are missing, in words for people */
  readonly refused: ReadonlyMap<string, string>;
  /** sizes that the code wants to know, as imports of module `size` */
  readonly sizes: readonly string[];
  /** their addresses are imports `0`, `1`, … of module `at` */
  readonly scratch: readonly NativeScratch[];
  /** functions it borrows, as imports of module `host`: of `Math`, kernels, and `remainder` */
  readonly borrowed: readonly string[];
  /** elements at the start of memory for scalars that functions write */
  readonly cells: number;
  readonly ranges?: NativeRanges;
}

/**
 * Loops that threads share. Number k is the export `range{k}` of the piece and of the thread, counted from 0; the code
 * has its pieces done by calling `share(k, pieces, operations)` of module `threads`.
 */
export interface NativeRanges {
  /** threads that have room */
  readonly threads: number;
  /** of the byte that says that memory is shared (3): 1 makes the same code of it for one thread */
  readonly sharedAt: number;
  /** functions whose loops over data one thread runs, and why */
  readonly single: ReadonlyMap<string, string>;
}

/** Turns loop programs into machine code. */
export type NativeCompiler = (requests: readonly NativeRequest[]) => NativeModule;
