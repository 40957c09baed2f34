/** Graph = loops: runs a scheduled graph through the loop interpreter and the reference interpreter. */
import { expect } from 'vitest';
import type { Builder } from '../../src/ir/build.ts';
import { evaluateDim, type Dim } from '../../src/ir/dim.ts';
import { evaluate, type OpaqueEvaluator } from '../../src/ir/evaluate.ts';
import type { NodeId, Role } from '../../src/ir/types.ts';
import { checkProgram } from '../../src/schedule/check.ts';
import { checkRooms, rooms } from '../../src/schedule/rooms.ts';
import { interpret } from '../../src/schedule/interpret.ts';
import { schedule, type ScheduleInput, type Scheduled } from '../../src/schedule/schedule.ts';
import type { BufferId, Program } from '../../src/schedule/types.ts';

export class Sample {
  readonly b: Builder;
  readonly inputs: ScheduleInput[] = [];
  readonly names = new Map<NodeId, string>();

  constructor(b: Builder) {
    this.b = b;
  }
  leaf(name: string, shape: readonly Dim[], role: Role = 'param'): NodeId {
    const node = this.b.leaf({ name, role, element: 'real', shape });
    this.inputs.push({ name, node, shape, element: 'real' });
    return node;
  }
  indices(name: string, shape: readonly Dim[], of: Dim): NodeId {
    const node = this.b.leaf({ name, role: 'data', element: 'index', of, shape });
    this.inputs.push({ name, node, shape, element: 'index' });
    return node;
  }
}

/** Numbers that are neither special nor equal. */
export function fillValues(length: number, seed: number): Float64Array {
  return Float64Array.from({ length }, (_, k) => Math.sin(12.9898 * (k + 1) + 78.233 * seed) * 1.3 + 0.1);
}

/** Scratch arrays as the backends allocate them, full of garbage. */
export function scratchInRooms(program: Program, sizes: ReadonlyMap<string, number>): Map<BufferId, Float64Array> {
  const owners = rooms(program);
  expect(checkRooms(program, owners)).toEqual([]);
  const arrays = new Map<BufferId, Float64Array>();
  const ofOwner = (owner: BufferId): Float64Array => {
    const made = arrays.get(owner) ?? new Float64Array((program.buffers[owner]?.shape ?? []).reduce((n, d) => n * evaluateDim(d, sizes), 1)).fill(Number.NaN);
    arrays.set(owner, made);
    return made;
  };
  for (const [buffer, owner] of owners) arrays.set(buffer, ofOwner(owner));
  return arrays;
}

export interface Compared {
  readonly program: Scheduled;
  readonly worst: number;
}

/** Schedules the roots as outputs of one program and compares every value with the reference interpreter. */
export function compare(sample: Sample, roots: readonly NodeId[], sizes: Readonly<Record<string, number>>, opaques?: ReadonlyMap<string, OpaqueEvaluator>): Compared {
  const { b } = sample;
  const sizeMap = new Map(Object.entries(sizes));
  const length = (shape: readonly Dim[]): number => shape.reduce((n, d) => n * evaluateDim(d, sizeMap), 1);
  const values = sample.inputs.map((input, k) => {
    const data = fillValues(length(input.shape), k + 1);
    const attr = b.graph.attr(input.node);
    return attr.kind === 'leaf' && attr.of !== undefined ? data.map((x) => Math.floor(Math.abs(x) * 1e6) % evaluateDim(attr.of ?? '1', sizeMap)) : data;
  });
  const expected = evaluate(b.graph, roots, {
    sizes: sizeMap, inputs: new Map(sample.inputs.map((input, k) => [input.name, values[k] ?? []])), ...(opaques === undefined ? {} : { opaques }),
  });
  const program = schedule({ b, inputs: sample.inputs, names: sample.names, outputs: roots.map((node, k) => ({ kind: 'filled', name: `out${k}`, node })) });
  expect(checkProgram(program)).toEqual([]);
  const arrays = scratchInRooms(program, sizeMap);
  for (const [k, buffer] of program.inputBuffers.entries()) arrays.set(buffer, Float64Array.from(values[k] ?? []));
  interpret(program, { sizes: sizeMap, arrays, ...(opaques === undefined ? {} : { opaques }) });
  let worst = 0;
  roots.forEach((_, k) => {
    const got = arrays.get(program.outputBuffers[k] ?? -1);
    const want = expected[k]?.data ?? new Float64Array(0);
    expect(got?.length).toBe(want.length);
    want.forEach((x, i) => (worst = Math.max(worst, difference(got?.[i] ?? Number.NaN, x))));
  });
  return { program, worst };
}

function difference(x: number, y: number): number {
  if (Object.is(x, y) || x === y) return 0;
  const d = Math.abs(x - y) / Math.max(1, Math.abs(y));
  return Number.isNaN(d) ? Infinity : d;
}
