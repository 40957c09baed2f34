/** What the functions of a module cost: operations, memory traffic, arrays of their own, and how their loops came out. */
import { ModuleContext } from '../backends/typescript/context.ts';
import { javascript } from '../backends/typescript/dialect.ts';
import { computes, functionLoops } from '../backends/typescript/module.ts';
import { evaluateDim } from '../ir/dim.ts';
import { reachable } from '../ir/walk.ts';
import { rowOf, type OpName } from '../ops/table.ts';
import { countAccesses, countOperations } from '../schedule/count.ts';
import { everyFunction, type EmitPlan, type FunctionPlan } from '../schedule/plan.ts';
import { sizeHints } from '../schedule/prepare.ts';
import { rooms } from '../schedule/rooms.ts';
import type { Scheduled } from '../schedule/schedule.ts';
import type { BufferId } from '../schedule/types.ts';
import { bodyOf, eachStmt } from '../schedule/visit.ts';

export interface FunctionCost {
  readonly name: string;
  /** arithmetic, with elementary functions at the operations of their kernels */
  readonly operations: number;
  /** elementary functions among them, by calls */
  readonly elementary: number;
  /** elements of arrays read and written, 8 bytes each */
  readonly bytes: number;
  /** arrays of the function's own that are allocated once */
  readonly scratch: readonly { readonly name: string; readonly elements: number }[];
  /** elements of these at one time: arrays that are not needed together share room */
  readonly room: number;
  /** nodes of the graph, and what they became */
  readonly nodes: number;
  readonly loopNests: number;
  readonly kernels: readonly string[];
  /** a rough guess for one core */
  readonly nanoseconds: number;
}

export interface ModuleCost {
  readonly sizes: readonly { readonly name: string; readonly value: number; readonly origin: 'model' | 'given' | 'assumed' }[];
  readonly functions: readonly FunctionCost[];
  /** computed once by `prepare`, of the data alone */
  readonly prepared: readonly { readonly name: string; readonly formula: string; readonly elements: number }[];
}

/** Nanoseconds of an operation, of an elementary function beyond that, and of an access, on a core of 2024. */
const OPERATION = 0.2;
const ELEMENTARY = 5;
const ACCESS = 0.1;
/** Computed in one or two instructions, or next to nothing. */
const CHEAP: ReadonlySet<string> = new Set(['where', 'eq', 'ne', 'gt', 'lt', 'ge', 'le', 'and', 'or', 'not', 'max', 'min', 'abs', 'sign', 'floor', 'ceil', 'round', 'sqrt']);

export function moduleCost(plan: EmitPlan, given: ReadonlyMap<string, number>): ModuleCost {
  // one that only calls others does nothing itself
  const functions = everyFunction(plan).filter(computes);
  const roots = functions.flatMap((f) => f.outputs.map((o) => o.node));
  const assumed = sizeHints(plan.b, roots);
  const sizes = plan.dims.map((d): ModuleCost['sizes'][number] => {
    const value = given.get(d.name);
    if (d.value !== undefined) return { name: d.name, value: d.value, origin: 'model' };
    return value === undefined ? { name: d.name, value: assumed(d.name), origin: 'assumed' } : { name: d.name, value, origin: 'given' };
  });
  const at = new Map(sizes.map((s) => [s.name, s.value]));
  const elements = (shape: readonly string[]): number => shape.reduce((n, dim) => n * evaluateDim(dim, at), 1);
  const ctx = new ModuleContext(plan, javascript, []);
  return {
    sizes,
    functions: functions.map((f) => {
      const program = functionLoops(ctx, f, 'plain');
      return functionCost(plan, f, program, at, elements);
    }),
    prepared: plan.prepared.map(({ name, node, formula }) => ({ name, formula, elements: elements(plan.b.graph.shape(node)) })),
  };
}

function functionCost(plan: EmitPlan, f: FunctionPlan, program: Scheduled, at: ReadonlyMap<string, number>, elements: (shape: readonly string[]) => number): FunctionCost {
  const operations = countOperations(program, at);
  const calls = (costOf: (op: OpName) => number): number => countOperations(program, at, costOf);
  const elementary = calls((op) => (CHEAP.has(op) || rowOf(op).kind !== 'primitive' ? 0 : 1)) - calls(() => 0);
  const accesses = countAccesses(program, at);
  const kernels: string[] = [];
  eachStmt(program.body, (s) => {
    if (s.kind === 'linalg') kernels.push(s.kernel);
    if (s.kind === 'matmul') kernels.push('product of matrices');
    if (s.kind === 'copy') kernels.push('copy of an array');
  });
  const owners = rooms(program);
  const size = (id: BufferId): number => elements(program.buffers[id]?.shape ?? []);
  return {
    name: f.name, operations, elementary, bytes: 8 * accesses,
    scratch: [...owners.keys()].sort((a, b) => a - b).map((id) => ({ name: program.buffers[id]?.name ?? '', elements: size(id) })),
    room: [...new Set(owners.values())].reduce((sum, id) => sum + size(id), 0),
    nodes: [...reachable(plan.b.graph, f.outputs.map((o) => o.scheduled ?? o.node))].length,
    loopNests: program.body.filter((s) => s.kind === 'for' && bodyOf(s).length > 0).length,
    kernels,
    nanoseconds: OPERATION * operations + ELEMENTARY * elementary + ACCESS * accesses,
  };
}
