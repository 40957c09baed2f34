/** The scheduler on one screen: a graph and what is wanted of it, to a loop program. */
import type { Builder } from '../ir/build.ts';
import type { Dim } from '../ir/dim.ts';
import type { Element, NodeId } from '../ir/types.ts';
import type { Binding } from './access.ts';
import { ProgramDraft } from './draft.ts';
import type { MatrixFactor, RowPlace } from './plan.ts';
import { sizeHints } from './prepare.ts';
import { tidy, tidyInBlocks, type BlockedForm } from './tidy.ts';
import { lowerRegion } from './region.ts';
import type { RegionOutput } from './stages.ts';
import type { BufferId, MatrixGuard, Program } from './types.ts';

/** A leaf of the graph that the caller passes. */
export interface ScheduleInput {
  readonly name: string;
  readonly node: NodeId;
  readonly shape: readonly Dim[];
  readonly element: Element;
  /** declared symmetric positive definite */
  readonly definite?: boolean;
  /** the factors of a matrix, made before */
  readonly factor?: MatrixFactor | undefined;
}

export type ScheduleOutput =
  /** the scalar the function returns; at most one */
  | { readonly kind: 'returned'; readonly node: NodeId }
  /** filled in the caller's struct under this name */
  | { readonly kind: 'filled'; readonly name: string; readonly node: NodeId }
  /** filled among others in the rows of an array of this name and shape */
  | { readonly kind: 'rows'; readonly name: string; readonly shape: readonly Dim[]; readonly place: RowPlace; readonly node: NodeId }
  /** the new value of an input, written over the old one after every read of it */
  | { readonly kind: 'updated'; readonly input: NodeId; readonly node: NodeId };

export type LoopForm = 'plain' | BlockedForm;

export interface ScheduleRequest {
  readonly b: Builder;
  readonly inputs: readonly ScheduleInput[];
  readonly outputs: readonly ScheduleOutput[];
  /** names the user gave to nodes */
  readonly names: ReadonlyMap<NodeId, string>;
  /** how many states of a loop may be kept for the way back; all of them unless given */
  readonly checkpoints?: number | undefined;
  readonly loops?: LoopForm;
  /** functions that the target evaluates best in loops of their own; for loops in blocks */
  readonly apart?: ReadonlySet<string>;
}

export interface Scheduled extends Program {
  /** buffers of the inputs and of the outputs, in the order of the request; undefined for the returned scalar */
  readonly inputBuffers: readonly BufferId[];
  readonly outputBuffers: readonly (BufferId | undefined)[];
  /** matrices that may turn out unusable, in the order in which they are met */
  readonly guards: readonly MatrixGuard[];
  /** scratch arrays that loops keep: over their steps, or the states of a replay */
  readonly histories: readonly BufferId[];
}

export function schedule(request: ScheduleRequest): Scheduled {
  const { b } = request;
  const draft = new ProgramDraft();
  const bindings = new Map<NodeId, Binding>();
  const inputBuffers = request.inputs.map((input) => {
    const buffer = draft.buffer('input', input.name, input.shape, input.element);
    bindings.set(input.node, { kind: 'buffer', buffer, lead: [] });
    return buffer;
  });
  const bufferOf = (node: NodeId): BufferId => inputBuffers[request.inputs.findIndex((i) => i.node === node)] ?? -1;
  const shared = new Map<string, BufferId>();
  const outputBuffers = request.outputs.map((o) => {
    switch (o.kind) {
      case 'returned': return undefined;
      case 'filled': return draft.buffer('output', o.name, b.graph.shape(o.node));
      case 'rows': {
        const buffer = shared.get(o.name) ?? draft.buffer('output', o.name, o.shape);
        shared.set(o.name, buffer);
        return buffer;
      }
      case 'updated': return bufferOf(o.input);
    }
  });
  const outputs = request.outputs.map((o, k): RegionOutput => {
    const buffer = outputBuffers[k];
    return { node: o.node, overwrites: o.kind === 'updated', ...(buffer === undefined ? {} : { target: { buffer, lead: [], ...(o.kind === 'rows' ? { place: o.place } : {}) } }) };
  });
  const region = lowerRegion({ b, draft, outputs, bindings, nameOf: (node) => request.names.get(node), base: 0, checkpoints: request.checkpoints, definite: new Set(request.inputs.flatMap((i) => (i.definite === true ? [i.node] : []))), factors: new Map(request.inputs.flatMap((i) => (i.factor === undefined ? [] : [[i.node, i.factor]]))) });
  const result = region.values.find((v) => v !== undefined);
  const program: Program = { buffers: draft.buffers, locals: draft.locals, body: region.statements, ...(result === undefined ? {} : { result }) };
  const { loops = 'plain', apart = new Set<string>() } = request;
  const tidied = loops === 'plain' ? tidy(program) : tidyInBlocks(program, sizeHints(b, request.outputs.map((o) => o.node)), loops, apart);
  return { ...tidied, inputBuffers, outputBuffers, guards: draft.guards, histories: draft.histories };
}
