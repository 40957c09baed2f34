/** A plan to a module structure: interfaces, the factory or plain functions, helpers. */
import { invariant } from '../../diagnostics/internal.ts';
import { leafOf } from '../../elaborate/leaf.ts';
import type { DimDecl, Input } from '../../elaborate/model.ts';
import { readDim, type Dim } from '../../ir/dim.ts';
import { toNumber } from '../../ir/rational.ts';
import { reachable } from '../../ir/walk.ts';
import { isKernelName, kernelNames, kernelSource, withDependencies } from '../../kernels/registry.ts';
import type { NativeCompiler, NativeModule, NativeRequest } from '../../schedule/native.ts';
import { everyFunction, innerFunctions, type EmitPlan, type FunctionPlan, type OutputPlan } from '../../schedule/plan.ts';
import type { LoopForm, ScheduleOutput, Scheduled } from '../../schedule/schedule.ts';
import { checkLines, roomChecks, sizeText } from './checks.ts';
import { arrayType, ModuleContext, shapeText, structOf, typeName } from './context.ts';
import { generatedBy } from '../../version.ts';
import type { Dialect } from './dialect.ts';
import { emitFunction, scheduleFunction, type FunctionSpec, type KeptRoom } from './function.ts';
import { Machine, MACHINE_NAMES, machineHeader, machineLine, machineState, machineTexts, newArray, threadsFunction } from './machine.ts';
import { emitInner, type Inner } from './inner.ts';
import { helperTexts, isHelper } from './module-functions.ts';
import { identifier } from './names.ts';
import { functionLines } from './print.ts';
import { preparation, prepareFunction, preparedInterface, type Preparation } from './prepared.ts';
import { outInterfaces, type GuardsOf, type OutInterfaces } from './results.ts';
import { SCRATCH } from './scratch.ts';
import { tableText } from './tables.ts';
import { matrixSpecs, patternCall, patternFunction, patternParameters, sparseInterfaces, type MatrixSpec } from './sparse.ts';
import type { Guards } from './status.ts';
import type { Declaration, EmittedModule, Field, FunctionDeclaration, InterfaceDeclaration, TextDeclaration } from './structure.ts';
import { formulaDoc, inert } from './tsdoc.ts';

export function buildModule(plan: EmitPlan, dialect: Dialect, native?: NativeCompiler): EmittedModule {
  const ctx = new ModuleContext(plan, dialect, [...kernelNames(), ...(native === undefined ? [] : MACHINE_NAMES)]);
  const named = new Map([...plan.functions, ...plan.functions.flatMap(innerFunctions)].map((f) => [f, ctx.names.claim(identifier(f.name))]));
  const nameOf = (f: FunctionPlan): string => named.get(f) ?? f.name;
  const scheduled = new Map([...named.keys()].map((f) => [f, functionLoops(ctx, f)]));
  const update = updateSteps(ctx);
  const step = update.length === 0 ? undefined : scheduleFunction(ctx, { outputs: update, directions: [] });
  const stepName = step === undefined ? undefined : ctx.names.claim('step');
  let made: NativeModule | undefined;
  if (native !== undefined) {
    const wanted = [...named.keys()].filter(computes).map((f): NativeRequest => ({ name: nameOf(f), program: (form) => functionLoops(ctx, f, form) }));
    if (stepName !== undefined) wanted.push({ name: stepName, program: (form) => scheduleFunction(ctx, { outputs: update, directions: [] }, undefined, form) });
    made = native(wanted);
    ctx.precision = made.precision;
    if (made.functions.size > 0) ctx.machine = new Machine(made);
  }
  const loopsOf = (f: FunctionPlan): Scheduled => {
    const loops = scheduled.get(f);
    invariant(loops, 'emit', `${f.name} was not scheduled`);
    return loops;
  };
  const inner: Inner[] = [];
  const keptOf = new Map(plan.functions.flatMap((f): [FunctionPlan, KeptRoom][] => (f.kept === undefined ? [] : [[f, { struct: ctx.names.claim(`${nameOf(f)}Kept`), values: f.kept }]])));
  const matrices = new Map(plan.functions.map((f) => [f, matrixSpecs(ctx, f, nameOf(f), (own) => {
    const made = emitInner(ctx, own, nameOf(own), loopsOf(own), own.given === undefined ? undefined : keptOf.get(f));
    inner.push(made);
    return made;
  })]));
  const prepared = preparation(ctx);
  const guardsOf: GuardsOf = (f) => ({ own: (f === 'step' ? step : scheduled.get(f))?.guards ?? [], before: inherited(ctx, prepared, f === 'step' ? update : functionOutputs(f)) });
  const results = outInterfaces(ctx, matrices, guardsOf);
  const emit = (f: FunctionPlan): FunctionDeclaration[] => emitFunction(ctx, functionSpec(ctx, f, { name: nameOf(f), results, matrices: matrices.get(f) ?? [], loops: loopsOf(f), kept: keptOf.get(f) }), loopsOf(f));
  const functions = [...prepareFunction(ctx, prepared), ...plan.functions.flatMap(emit), ...inner.flatMap((k) => k.functions), ...(step === undefined || stepName === undefined ? [] : stepFunction(ctx, stepName, update, step, results))];
  const patterns = plan.functions.flatMap((f) => (matrices.get(f) ?? []).map((m) => patternFunction(ctx, m, f)));
  const checks = [...inner.flatMap((k) => k.room), ...[...keptOf.values()].map((k) => keptRoom(ctx, k)), ...checkLines(ctx)];
  const all = [...patterns, ...allocators(ctx, results), ...functions, ...threadsFunction(ctx)];
  const body = [...machineState(ctx), ...(ctx.symbolic ? [modelInterface(ctx, all), factory(ctx, all, checks)] : [...scratchText(ctx, checks), ...all])];
  return {
    header: [...headerLines(plan), ...machineHeader(made)],
    docs: plan.docs.map(inert),
    declarations: [...structs(ctx), ...preparedInterface(ctx, prepared), ...(patterns.length > 0 ? sparseInterfaces([...matrices.values()].flat()) : []), ...results.declarations, ...functionsInterface(ctx), ...fixedSizes(ctx, [...all.flatMap((f) => f.body), ...checks, ...scratchLines(ctx), ...machineLine(ctx)]), ...body, ...carriedText(ctx)],
  };
}

/** What `prepare` may have found wrong with the matrices that some results use. */
function inherited({ plan: { b, prepared } }: ModuleContext, made: Preparation | undefined, outputs: readonly ScheduleOutput[]): Guards['before'] {
  if (made?.status === undefined) return undefined;
  const used = new Set(reachable(b.graph, outputs.map((o) => o.node)));
  const fails = prepared.some((p) => used.has(p.leaf) && reachable(b.graph, [p.node]).some((id) => b.graph.attr(id).kind === 'linalg'));
  return fails ? { guards: made.loops.guards, fields: made.status } : undefined;
}

/** Formulas that the first lines show; each function documents its own. */
const FORMULAS_SHOWN = 3;

function headerLines(plan: EmitPlan): string[] {
  const formulas = [...new Set(plan.functions.flatMap((f) => f.formulas))].map(formulaDoc);
  return [
    `${generatedBy} ${inert(plan.version)} from ${inert(plan.source)}. Do not edit: change the model and run \`diffc generate\`.`,
    ...formulas.slice(0, FORMULAS_SHOWN), ...(formulas.length > FORMULAS_SHOWN ? ['…'] : []),
    ...(plan.digest === undefined ? [] : [`source sha256 ${plan.digest}`]),
  ];
}

// ---- functions --------------------------------------------------------------------------------------------

interface FunctionParts {
  readonly name: string;
  readonly results: OutInterfaces;
  readonly matrices: readonly MatrixSpec[];
  readonly loops: Scheduled;
  readonly kept: KeptRoom | undefined;
}

function functionSpec(ctx: ModuleContext, plan: FunctionPlan, { name, results, matrices, loops, kept }: FunctionParts): FunctionSpec {
  const outputs = functionOutputs(plan);
  const docs = [...plan.docs.map(inert), ...formulaDocs(plan), ...memoryDocs(ctx, loops, plan.checkpoints), ...keptDocs(ctx, plan)];
  return { name, docs, outputs, matrices, ...(kept !== undefined && { kept }), directions: plan.directions, outType: results.outOf.get(plan), directionType: results.directionOf.get(plan), status: results.statusOf.get(plan) };
}

/** Whether a function has loops of its own: one that fills a matrix may only call others. */
export const computes = (f: FunctionPlan): boolean => f.outputs.length + (f.kept?.length ?? 0) > 0;

/** The loops of a function as they are emitted. */
export const functionLoops = (ctx: ModuleContext, f: FunctionPlan, form?: LoopForm): Scheduled =>
  scheduleFunction(ctx, { outputs: functionOutputs(f), directions: f.directions, given: f.given ?? [] }, f.checkpoints, form);

/** What a function computes: its results, then what it keeps. */
const functionOutputs = (f: FunctionPlan): FunctionSpec['outputs'][number][] =>
  [...f.outputs.map(scheduleOutput), ...(f.kept ?? []).map(({ name, node }): FunctionSpec['outputs'][number] => ({ kind: 'filled', name, node, kept: true }))];

function scheduleOutput(o: OutputPlan): FunctionSpec['outputs'][number] {
  const node = o.scheduled ?? o.node;
  const output: ScheduleOutput = o.kind === 'returned' ? { kind: 'returned', node } : { kind: 'filled', name: o.name, node };
  if (o.inRows !== undefined) return { kind: 'rows', name: o.inRows.array, shape: o.inRows.shape, place: o.inRows.place, node };
  if (o.kind === 'entries') return { ...output, scratch: true };
  return o.quantity === 'gradient' ? { ...output, prefix: 'g' } : output;
}

/** Formulas of the results stand at the fields they fill. */
function formulaDocs(plan: FunctionPlan): string[] {
  const lines = [...plan.formulas, ...plan.outputs.filter((o) => o.kind === 'returned' && o.doc !== '' && !plan.formulas.includes(o.doc)).map((o) => o.doc)].map(formulaDoc);
  if (lines.length === 0) return [];
  return [...(plan.docs.length > 0 ? [''] : []), '```text', ...lines, '```'];
}

/** What recurrences keep for the way back. */
function memoryDocs(ctx: ModuleContext, { buffers, histories }: Scheduled, checkpoints: number | undefined): string[] {
  if (histories.length === 0) return [];
  const sizes = histories.map((id) => shapeText(ctx, buffers[id]?.shape ?? []));
  const policy = checkpoints === undefined
    ? 'The loops keep what costs more than two operations to make again'
    : `The loops keep ${checkpoints} states at a time and take the steps between them again`;
  return ['', `${policy}: 8·(${sizesText(sizes)}) bytes.`];
}

/** What products of one call share. */
function keptDocs(ctx: ModuleContext, { kept = [] }: FunctionPlan): string[] {
  if (kept.length === 0) return [];
  return ['', `What the products with seeds share is computed once: 8·(${sizesText(kept.map((k) => shapeText(ctx, ctx.plan.b.graph.shape(k.node))))}) bytes.`];
}

/** `2·3×N + N` */
const sizesText = (sizes: readonly string[]): string => [...new Set(sizes)].map((size) => { const count = sizes.filter((s) => s === size).length; return count === 1 ? size : `${count}·${size}`; }).join(' + ');

/** New values of inputs, written over the old ones. */
function updateSteps({ plan }: ModuleContext): ScheduleOutput[] {
  return plan.updates.flatMap((u): ScheduleOutput[] => {
    const input = plan.inputs.find((i) => i.name === u.target);
    return input === undefined ? [] : [{ kind: 'updated', input: leafOf(input), node: u.scheduled ?? u.node }];
  });
}

function stepFunction(ctx: ModuleContext, name: string, outputs: readonly ScheduleOutput[], loops: Scheduled, results: OutInterfaces): FunctionDeclaration[] {
  const docs = ['One step, in place; every new value is made from the old ones.', '', '```text', ...ctx.plan.updates.map((u) => formulaDoc(u.formula)), '```'];
  const spec: FunctionSpec = { name, docs, outputs, matrices: [], directions: [], outType: results.step?.type, directionType: undefined, status: results.step?.status };
  return emitFunction(ctx, spec, loops);
}

// ---- structs ------------------------------------------------------------------------------------------------

const STRUCTS = [
  { role: 'params', name: 'Params', docs: ['Parameters. Matrices are row-major.'] },
  { role: 'data', name: 'Data', docs: ['Data. The elements of an array are checked when it is first seen; an array refilled in place is not checked again.'] },
  { role: 'hyper', name: 'Hyper', docs: ['Constants of a run.'] },
] as const;

function structs(ctx: ModuleContext): Declaration[] {
  const dims = ctx.plan.dims.filter((d) => d.value === undefined);
  const sizes: InterfaceDeclaration[] = dims.length === 0 ? [] : [{
    kind: 'interface', name: 'Dims', docs: ['Sizes.'], methods: [],
    fields: dims.map((d) => ({ name: ctx.size(d.name), type: 'number', docs: d.docs.map(inert), optional: false, readonly: true })),
  }];
  const roles = STRUCTS.flatMap(({ role, name, docs }): InterfaceDeclaration[] => {
    const inputs = ctx.plan.inputs.filter((i) => structOf(i) === role);
    return inputs.length === 0 ? [] : [{ kind: 'interface', name, docs, methods: [], fields: inputs.map((i) => inputField(ctx, i)) }];
  });
  return [...sizes, ...roles];
}

function inputField(ctx: ModuleContext, input: Input): Field {
  const docs = input.docs.map(inert);
  if (input.via !== undefined) docs.push(`unconstrained: the model uses ${input.via.transform}(${inert(input.name)})`);
  if (input.element === 'index' && input.of !== undefined) docs.push(`positions from 0 to ${shapeText(ctx, [input.of])} - 1`);
  if (input.shape.length > 0) docs.push(shapeText(ctx, input.shape));
  const initial = input.initial === undefined ? undefined : ctx.plan.b.constantOf(input.initial);
  const optional = structOf(input) === 'hyper' && initial !== undefined && input.shape.length === 0;
  if (optional && initial !== undefined) docs.push(`${toNumber(initial)} when left out`);
  return {
    name: ctx.field(input.name), type: input.shape.length === 0 ? 'number' : arrayType(ctx, input.element),
    docs: docs.length === 0 ? [] : [docs.join('; ')], optional, readonly: structOf(input) !== 'params',
  };
}

function functionsInterface(ctx: ModuleContext): InterfaceDeclaration[] {
  if (ctx.calls.size === 0) return [];
  const methods = [...ctx.calls].sort(([a], [b]) => (a < b ? -1 : 1)).map(([field, { name, orders }]) => {
    const total = orders.reduce((a, b) => a + b, 0);
    const docs = total === 0 ? [] : [`derivative of ${inert(name)}, ${orders.map((n, k) => `${n}× in argument ${k + 1}`).join(', ')}`];
    return { name: field, docs, parameters: orders.map((_, k) => ({ name: `x${k + 1}`, type: 'number' })), returns: 'number' };
  });
  return [{ kind: 'interface', name: 'Functions', docs: ['Functions that the caller supplies.'], fields: [], methods }];
}

/** Sizes that the model fixes, as far as the code mentions them. */
function fixedSizes(ctx: ModuleContext, lines: readonly string[]): TextDeclaration[] {
  const words = new Set(lines.flatMap((line) => line.match(/[\p{ID_Continue}$]+/gu) ?? []));
  const fixed = ctx.plan.dims.filter((d) => d.value !== undefined && words.has(ctx.size(d.name)));
  return fixed.length === 0 ? [] : [{ kind: 'text', text: fixed.map((d) => `const ${ctx.size(d.name)} = ${d.value ?? 0};`).join('\n') }];
}

// ---- buffers and the factory -----------------------------------------------------------------------------------

function scratchLines(ctx: ModuleContext): string[] {
  if (ctx.scratch.length === 0) return [];
  return [`const ${SCRATCH} = {`, ...ctx.scratch.map(({ field, shape }) => `  ${field}: new Float64Array(${sizeText(ctx, shape)}),`), '};'];
}

/** Arrays that a function fills and its products read. */
function keptRoom(ctx: ModuleContext, { struct, values }: KeptRoom): string {
  const fields = ctx.resultFields(values.map((v) => v.name));
  return `const ${struct} = { ${values.map(({ name, node }) => { const field = fields.get(name) ?? name; return `${field}: ${newArray(ctx, `${struct}.${field}`, ctx.plan.b.graph.shape(node))}`; }).join(', ')} };`;
}

function scratchText(ctx: ModuleContext, checks: readonly string[]): TextDeclaration[] {
  const lines = [...machineLine(ctx), ...scratchLines(ctx), ...checks];
  return lines.length === 0 ? [] : [{ kind: 'text', text: lines.join('\n') }];
}

/** `newParams()` and `newGradient()`: structs of the right lengths, at the declared initial values or zero. */
function allocators(ctx: ModuleContext, results: OutInterfaces): FunctionDeclaration[] {
  const params = ctx.plan.inputs.filter((i) => structOf(i) === 'params');
  const structs = [
    ...dataAllocator(ctx),
    ...(params.length === 0 ? [] : [{ type: 'Params', docs: ['Parameters at their declared initial values, or 0.'], parameters: [], entries: params.map((i) => initialEntry(ctx, i)) }]),
    ...results.structs.map((s) => ({
      type: s.name, docs: ['Room for results: make it once and pass it to every call.'],
      parameters: s.fields.flatMap((f) => (f.matrix === undefined ? [] : patternParameters(f.matrix))).slice(0, 1),
      entries: s.fields.map((f) => `${f.name}: ${f.matrix !== undefined ? patternCall(f.matrix) : f.shape.length === 0 ? '0' : newArray(ctx, `${s.name}.${f.name}`, f.shape)}`),
    })),
  ];
  return structs.map(({ type, docs, parameters, entries }) => ({
    kind: 'function', name: ctx.names.claim(`new${type}`), exported: true, docs, parameters, returns: type, body: [`return { ${entries.join(', ')} };`],
  }));
}

/** With machine code: data that need not be copied at each call. */
function dataAllocator(ctx: ModuleContext): { type: string; docs: string[]; parameters: never[]; entries: string[] }[] {
  const data = ctx.plan.inputs.filter((i) => structOf(i) === 'data');
  if (ctx.machine === undefined || data.every((i) => i.shape.length === 0)) return [];
  return [{ type: 'Data', docs: ['Room for data where the machine code reads it: fill it once. Arrays from elsewhere are copied at each call.'], parameters: [], entries: data.map((i) => initialEntry(ctx, i)) }];
}

function initialEntry(ctx: ModuleContext, input: Input): string {
  const c = input.initial === undefined ? undefined : ctx.plan.b.constantOf(input.initial);
  const value = c === undefined ? 0 : toNumber(c);
  const field = ctx.field(input.name);
  if (input.shape.length === 0) return `${field}: ${value}`;
  return `${field}: ${newArray(ctx, `${structOf(input)}.${field}`, input.shape, input.element)}${value === 0 ? '' : `.fill(${value})`}`;
}

function modelInterface(ctx: ModuleContext, all: readonly FunctionDeclaration[]): InterfaceDeclaration {
  return {
    kind: 'interface', name: 'Model', docs: [`${typeName(ctx.plan.name)} for given sizes. The functions share buffers: they allocate nothing${ctx.plan.prepared.length > 0 ? ', but for `prepare`,' : ''} and are not reentrant.`],
    fields: [], methods: all.filter((f) => f.exported).map(({ name, docs, parameters, returns }) => ({ name, docs, parameters, returns })),
  };
}

/** Shapes of what the functions read, fill and work in. */
function arrayShapes({ plan, scratch, machine }: ModuleContext): (readonly Dim[])[] {
  const { graph } = plan.b;
  return [
    ...[...scratch, ...(machine?.native.scratch ?? []), ...plan.inputs].map((array) => array.shape),
    ...everyFunction(plan).flatMap((f) => [...f.outputs, ...f.directions, ...(f.kept ?? [])].map((value) => graph.shape(value.node))),
    ...plan.functions.flatMap((f) => f.matrices.flatMap((m) => (m.filled ?? []).map((rows) => rows.shape))),
  ];
}

/** No axis has a negative length: an array of N - 3 elements asks for 3. */
function leastSize({ name, atLeast }: DimDecl, arrays: readonly (readonly Dim[])[]): number {
  return Math.max(atLeast, ...arrays.flat().map(readDim).flatMap(({ base, offset }) => (base === name ? [-offset] : [])));
}

function factory(ctx: ModuleContext, all: readonly FunctionDeclaration[], checks: readonly string[]): FunctionDeclaration {
  const dims = ctx.plan.dims.filter((d) => d.value === undefined);
  const arrays = arrayShapes(ctx);
  const body = [
    `const { ${dims.map((d) => ctx.size(d.name)).join(', ')} } = dims;`,
    ...dims.map((d) => `${ctx.helper('checkSize')}('dims.${ctx.size(d.name)}', ${ctx.size(d.name)}, ${leastSize(d, arrays)});`),
    ...roomChecks(ctx, arrays),
    ...machineLine(ctx),
    ...scratchLines(ctx),
    ...(checks.length === 0 ? [] : ['', ...checks]),
    // the docs stand in the interface
    ...all.flatMap((f) => ['', ...functionLines({ ...f, docs: [], exported: false }, ctx.dialect, '')]),
    '',
    `return { ${all.filter((f) => f.exported).map((f) => f.name).join(', ')} };`,
  ];
  const parameters = [{ name: 'dims', type: 'Dims' }, ...(ctx.calls.size === 0 ? [] : [{ name: 'functions', type: 'Functions' }])];
  return { kind: 'function', name: 'create', exported: true, docs: ['Allocates every buffer once. Throws RangeError, naming the size, when one is too small or an array would be too long.'], parameters, returns: 'Model', body };
}

/** What the functions call, as one text: between texts ts-morph leaves lines free as it likes. */
function carriedText(ctx: ModuleContext): TextDeclaration[] {
  const tables = [...ctx.tables].map(([buffer, name]) => tableText(ctx, buffer, name));
  const own = [...ctx.helpers, ...[...ctx.kernels].filter(isHelper)];
  const numeric = withDependencies([...ctx.kernels].filter(isKernelName));
  const texts = [
    ...numeric.map((name) => kernelSource(name)).map((k) => (ctx.dialect.language === 'ts' ? k.source : k.javascript)),
    ...helperTexts(own, ctx.dialect, ctx.precision),
    ...machineTexts(ctx).map(({ text }) => text),
    ...tables,
  ];
  return texts.length === 0 ? [] : [{ kind: 'text', text: texts.join('\n\n') }];
}
