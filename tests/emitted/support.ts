/** Plans by hand, for emitting graphs that no text stands for. */
import { plainJavaScript } from '../../src/backends/typescript/emit.ts';
import { instantiate, type Instance } from '../../src/backends/typescript/instantiate.ts';
import type { DimDecl, Input, InputRole } from '../../src/elaborate/model.ts';
import { Builder } from '../../src/ir/build.ts';
import type { Dim } from '../../src/ir/dim.ts';
import { Graph } from '../../src/ir/graph.ts';
import type { NodeId } from '../../src/ir/types.ts';
import type { NativeCompiler } from '../../src/schedule/native.ts';
import type { EmitPlan, FunctionPlan, OutputPlan } from '../../src/schedule/plan.ts';

export class PlanSketch {
  readonly b: Builder;
  readonly inputs: Input[] = [];
  readonly dims: DimDecl[] = [];
  readonly functions: FunctionPlan[] = [];
  readonly names = new Map<NodeId, string>();

  constructor(b = new Builder(new Graph())) {
    this.b = b;
  }
  dim(name: string, value?: number): void {
    this.dims.push({ name, atLeast: 1, docs: [], ...(value === undefined ? {} : { value }) });
  }
  input(name: string, role: InputRole, shape: readonly Dim[], more: Partial<Input> = {}): NodeId {
    const element = more.element ?? 'real';
    const node = more.node ?? this.b.leaf({ name, role, element, shape, ...(more.of === undefined ? {} : { of: more.of }) });
    this.inputs.push({ name, role, shape, element, bounds: [], properties: [], docs: [], span: { source: { name: '<plan>', text: '' }, start: 0, end: 0 }, ...more, node });
    return node;
  }
  function(name: string, outputs: readonly Pick<OutputPlan, 'name' | 'node' | 'kind'>[], more: Partial<FunctionPlan> = {}): void {
    this.functions.push({
      name, docs: [], formulas: [], directions: [], matrices: [], ...more,
      outputs: outputs.map((o) => ({ ...o, quantity: o.kind === 'returned' ? 'value' : 'gradient', of: o.name, by: [], doc: '' })),
    });
  }
  plan(more: Partial<EmitPlan> = {}): EmitPlan {
    return {
      name: 'sketch', source: 'sketch.diff', version: '0.0.0', docs: [], b: this.b, dims: this.dims, inputs: this.inputs,
      names: this.names, functions: this.functions, updates: [], opaques: [], prepared: [], ...more,
    };
  }
}

/** The exports of the emitted module as functions, in this process. */
export function runPlan(plan: EmitPlan, native?: NativeCompiler): Record<string, (...args: readonly unknown[]) => unknown> {
  return functionsOf(instantiate(plainJavaScript(plan, native).code));
}

export function functionsOf(instance: Instance | unknown): Record<string, (...args: readonly unknown[]) => unknown> {
  return instance as Record<string, (...args: readonly unknown[]) => unknown>;
}
