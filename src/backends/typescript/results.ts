/** The structs that functions fill: one interface per set of fields, called by what it holds. */
import type { Dim } from '../../ir/dim.ts';
import type { FunctionPlan } from '../../schedule/plan.ts';
import { arrayType, PREPARED, shapeText, typeName, type ModuleContext } from './context.ts';
import { identifier } from './names.ts';
import { matrixDocs, type MatrixSpec } from './sparse.ts';
import { statusFields, type Guards, type StatusFields } from './status.ts';
import type { InterfaceDeclaration } from './structure.ts';
import { formulaDoc } from './tsdoc.ts';

export interface ResultField {
  readonly name: string;
  readonly shape: readonly Dim[];
  readonly docs: readonly string[];
  /** a compressed matrix, made by its pattern */
  readonly matrix?: MatrixSpec;
  /** says how it went */
  readonly status?: boolean;
}

export interface ResultStruct {
  readonly name: string;
  readonly fields: readonly ResultField[];
}

export interface OutInterfaces {
  readonly structs: readonly ResultStruct[];
  readonly declarations: readonly InterfaceDeclaration[];
  readonly outOf: ReadonlyMap<FunctionPlan, string>;
  readonly directionOf: ReadonlyMap<FunctionPlan, string>;
  readonly statusOf: ReadonlyMap<FunctionPlan, StatusFields>;
  /** of the `step` function, which fills nothing else */
  readonly step: { readonly type: string; readonly status: StatusFields } | undefined;
}

/** What may go wrong in a function. */
export type GuardsOf = (f: FunctionPlan | 'step') => Guards;

export function outInterfaces(ctx: ModuleContext, matricesOf: ReadonlyMap<FunctionPlan, readonly MatrixSpec[]>, guardsOf: GuardsOf): OutInterfaces {
  const structs: ResultStruct[] = [];
  const taken = new Set(['SparseMatrix', 'Params', 'Data', 'Hyper', 'Dims', 'Model', 'Functions', ...(ctx.plan.prepared.length > 0 ? [PREPARED] : [])]);
  const byFields = new Map<string, string>();
  const name = (fields: ResultStruct['fields'], kind: string, own: string): string => {
    const key = `${kind}|${fields.map((f) => `${f.name}:${f.matrix?.pattern ?? f.shape.join(',')}${f.status === true ? f.docs.join('') : ''}`).join('|')}`;
    const known = byFields.get(key);
    if (known !== undefined) return known;
    let chosen = [kind, `${typeName(own)}${kind}`].find((n) => !taken.has(n)) ?? '';
    for (let k = 2; chosen === ''; k++) if (!taken.has(`${typeName(own)}${kind}${k}`)) chosen = `${typeName(own)}${kind}${k}`;
    taken.add(chosen);
    byFields.set(key, chosen);
    structs.push({ name: chosen, fields });
    return chosen;
  };
  const outOf = new Map<FunctionPlan, string>();
  const directionOf = new Map<FunctionPlan, string>();
  const statusOf = new Map<FunctionPlan, StatusFields>();
  const shape = (node: number): readonly Dim[] => ctx.plan.b.graph.shape(node);
  for (const f of ctx.plan.functions) {
    const filled = f.outputs.filter((o) => o.kind === 'filled');
    const fields = ctx.resultFields(filled.map((o) => o.name));
    const directions = ctx.resultFields(f.directions.map((d) => d.name));
    const matrices = (matricesOf.get(f) ?? []).map((m): ResultField => ({ name: m.field, shape: [], docs: [matrixDocs(ctx, m)], matrix: m }));
    const own = [...filled.map((o): ResultField => ({ name: fields.get(o.name) ?? identifier(o.name), shape: shape(o.node), docs: [formulaDoc(o.doc), ...(o.structure ?? [])] })), ...matrices];
    const status = statusFields(ctx, guardsOf(f), own.map((field) => field.name));
    if (status !== undefined) statusOf.set(f, status);
    const all = [...own, ...statusResults(status)];
    if (own.length === 0 && status !== undefined) outOf.set(f, name(all, 'Status', f.name));
    else if (all.length > 0) outOf.set(f, name(all, kindOf([...filled.map((o) => o.quantity), ...f.matrices.map((m) => m.quantity)]), f.name));
    if (f.directions.length > 0) directionOf.set(f, name(f.directions.map((d) => ({ name: directions.get(d.name) ?? identifier(d.name), shape: shape(d.node), docs: [] })), 'Direction', f.name));
  }
  const stepStatus = statusFields(ctx, guardsOf('step'), []);
  const step = stepStatus === undefined ? undefined : { type: name(statusResults(stepStatus), 'Status', 'step'), status: stepStatus };
  return { structs, declarations: structs.map((s) => declaration(ctx, s)), outOf, directionOf, statusOf, step };
}

export function statusResults(status: StatusFields | undefined): ResultField[] {
  if (status === undefined) return [];
  const field = (own: string, docs: string): ResultField => ({ name: own, shape: [], docs: [docs], status: true });
  return [field(status.status, status.docs.status), ...(status.failed === undefined ? [] : [field(status.failed, status.docs.failed)])];
}

/** `Gradient`, `Hessian`, …; a mixture is `Results`. */
function kindOf(quantities: readonly string[]): string {
  const kinds = new Set(quantities);
  const [only] = kinds;
  return kinds.size === 1 && only !== undefined && only !== 'value' ? typeName(only) : 'Results';
}

function declaration(ctx: ModuleContext, s: ResultStruct): InterfaceDeclaration {
  return {
    kind: 'interface', name: s.name, docs: [], methods: [],
    fields: s.fields.map((f) => {
      const docs = [...f.docs.filter((d) => d !== ''), ...(f.shape.length === 0 ? [] : [shapeText(ctx, f.shape)])];
      return { name: f.name, type: f.matrix !== undefined ? 'SparseMatrix' : f.shape.length === 0 ? 'number' : arrayType(ctx), docs: docs.length === 0 ? [] : [docs.join('; ')], optional: false, readonly: false };
    }),
  };
}
