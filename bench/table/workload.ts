/** What a workload of the table is: contestants that compute the same, and what is promised of their times. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { emitMachineModule, emitModule, type Functions } from '../module.ts';

/** A function in this process. */
export interface Local {
  readonly name: string;
  readonly call: (...args: never[]) => unknown;
  readonly args: readonly unknown[];
  /** of the value returned and what the last call filled in */
  readonly checksum: (value: number) => number;
}

/** A program in C, in the frame of bench/reference/bench.h: contestants `C strict` and `C fast-math`. */
export interface Program {
  /** for another quantity than the main one: put before the name */
  readonly prefix?: string;
  readonly file: string;
  readonly args?: readonly string[];
  /** also in single precision */
  readonly single?: true;
}

/** `of` takes at most `atMost` times as long as `to`. */
export interface Goal {
  readonly of: string;
  readonly to: string;
  readonly atMost: number;
}

export interface Workload {
  readonly name: string;
  readonly title: string;
  readonly locals: () => readonly Local[];
  readonly programs?: readonly Program[];
  /** what bench/peers/ call it, where they have it, and its arguments */
  readonly peers?: string;
  readonly goals: readonly Goal[];
}

/** The ways to emit a module that are compared. A target that a machine or a model cannot have gives undefined. */
interface Target {
  readonly name: string;
  readonly emit: (model: string) => Functions | undefined;
  readonly single?: true;
}
const TARGETS: readonly Target[] = [
  { name: 'emitted', emit: emitModule },
  { name: 'emitted wasm', emit: (model) => emitMachineModule(model) },
  { name: 'emitted wasm f32', emit: (model) => emitMachineModule(model, 'f32'), single: true },
];

export interface Emitted {
  readonly model: string;
  readonly sizes?: Readonly<Record<string, number>>;
  /** the function of the module; `value` when not given */
  readonly run?: string;
  /** makes room for its results, from the data where their pattern needs them */
  readonly room?: string;
  readonly params: object;
  readonly data?: object;
  readonly filled: (out: Readonly<Record<string, Filled>>) => readonly Filled[];
  /** put before the names of the targets */
  readonly prefix?: string;
  /** also in single precision */
  readonly single?: true;
}
export type Filled = number | Float64Array | Float32Array;

/** One contestant per target. */
export function emitted({ model, sizes, run = 'valueGradient', room = 'newGradient', params, data, filled, prefix = '', single }: Emitted): Local[] {
  return TARGETS.filter((target) => target.single === undefined || single).flatMap(({ name, emit, single: rounded }): Local[] => {
    const made = emit(model);
    if (made === undefined) return [];
    const module = sizes === undefined ? made : (made['create']!(sizes) as Functions);
    const given = data === undefined ? undefined : resident(module, data);
    const out = room === '' ? undefined : (module[room]!(given) as Readonly<Record<string, Filled>>);
    const call = module[run];
    if (call === undefined) throw new Error(`no function ${run}; there are ${Object.keys(module).join(', ')}`);
    return [byHand(`${prefix}${name}`, call, [rounded ? singles(params) : params, ...(given === undefined ? [] : [given]), ...(out === undefined ? [] : [out])], () => (out === undefined ? [] : filled(out)))];
  });
}

function singles(struct: object): object {
  return Object.fromEntries(Object.entries(struct).map(([field, value]) => [field, value instanceof Float64Array ? Float32Array.from(value) : value]));
}

/** The same data where a module with machine code reads it. */
function resident(module: Functions, data: object): object {
  const room = module['newData']?.() as Record<string, unknown> | undefined;
  if (room === undefined) return data;
  for (const [field, value] of Object.entries(data)) {
    const array = room[field];
    if (array instanceof Float64Array || array instanceof Float32Array || array instanceof Int32Array) array.set(value as ArrayLike<number>);
    else room[field] = value;
  }
  return room;
}

export function byHand(name: string, call: Local['call'], args: readonly unknown[], filled: () => readonly Filled[]): Local {
  return { name, call, args, checksum: (value) => checksum(value, filled()) };
}

/** The value and everything that was filled in, weighted by position. */
function checksum(value: number, filled: readonly Filled[]): number {
  let sum = value;
  let position = 0;
  for (const part of filled) for (const x of typeof part === 'number' ? [part] : part) sum += x * (1 + (position++ % 7));
  return sum;
}

/** `wave` of bench/reference/bench.h and bench/peers/tensors.py: data need not be passed between languages. */
export function wave(k: number, phase: number): number {
  return 0.5 * Math.sin(12.9898 * (k + 1) + phase);
}

export function waves(n: number, phase: number, scale: number): Float64Array {
  return Float64Array.from({ length: n }, (_, k) => scale * wave(k, phase));
}

export function sample(path: string): string {
  return readFileSync(join(import.meta.dirname, '../../samples', path), 'utf8');
}
