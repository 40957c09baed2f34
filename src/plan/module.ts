/** From a model to what its module must contain: every `derive` request as one function, all nodes tidied together. */
import type { Refuse } from '../autodiff/reverse.ts';
import { deriveRequest, type Derived } from '../autodiff/requests.ts';
import { takenAs } from '../elaborate/leaf.ts';
import type { DeriveRequest, Input, Model } from '../elaborate/model.ts';
import { Builder } from '../ir/build.ts';
import type { NodeId } from '../ir/types.ts';
import { reachable } from '../ir/walk.ts';
import type { Counting } from '../print/counting.ts';
import { printNode } from '../print/print.ts';
import { isLongerThan } from '../print/sharing.ts';
import { normalise } from '../simplify/normalise.ts';
import { fromCompanions } from '../simplify/companions.ts';
import { fromOpposites } from '../simplify/opposites.ts';
import { readingForms } from '../simplify/reading.ts';
import { shareSums } from '../simplify/shared-sums.ts';
import { noForms } from '../structure/placed.ts';
import { placedOutputs, type Formed, type FormRemark } from '../structure/requests.ts';
import { seededNodes } from '../structure/seeded.ts';
import { everyFunction, LONGEST_FORMULA, withOutputs, type EmitPlan, type FunctionPlan, type OutputPlan, type UpdatePlan } from '../schedule/plan.ts';
import { blockText, compressed, distinctFields, partOf } from './matrices.ts';
import { fieldNames, functionNames, quantityText } from './names.ts';
import { withKept } from './kept.ts';
import { withPrepared } from './prepared.ts';
import { stableModel, type StableModel } from './stable.ts';

/** Values keep their domain; derivatives may use what their primal implies. */
export interface PlanRoots {
  readonly values: readonly NodeId[];
  readonly derivatives: readonly NodeId[];
}

export interface PlanOptions {
  /** file name for the header */
  readonly source: string;
  readonly version: string;
  readonly refuse: Refuse;
  /** brings nodes into normal form together */
  readonly tidy: (b: Builder, roots: PlanRoots, primal: readonly NodeId[]) => PlanRoots;
  /** what there is to say about the forms that requests ask for */
  readonly remark?: (remark: FormRemark) => void;
}

export function planModule(typed: Model, options: PlanOptions): EmitPlan {
  const b = new Builder(typed.graph);
  const stable = stableModel(b, typed);
  const { model } = stable;
  const requests = requestsOf(model);
  const derived = requests.map((request) => {
    const free = unconstrained(model, request);
    const made = deriveRequest(model.graph, free, options.refuse, options.tidy);
    // factors are read off products, which the normal form multiplies out and merges
    const readable = free.using.includes('low_rank') ? inNormalForm(b, free, made, options) : made;
    return placedOutputs(b, free, readable, { dims: model.dims, settle: options.tidy, remark: options.remark ?? (() => {}) });
  });
  const tidied = tidyAll(b, stable, requests, derived, options);
  const names = functionNames(requests);
  const plan: EmitPlan = {
    name: model.name, source: options.source, version: options.version, docs: model.docs, b,
    dims: model.dims, inputs: model.inputs.map((i) => asTaken(model, i)), opaques: model.opaques, names: tidied.names,
    functions: requests.map((request, k) => functionPlan(b, model.inputs, request, derived[k], names[k] ?? request.what.join('_'), tidied)),
    updates: model.updates.map((u): UpdatePlan => {
      const node = tidied.node(u.value);
      return { target: u.target, node: tidied.emitted(u.value), docs: u.docs, formula: `${u.target} = ${text(b, node, tidied.written)}` };
    }),
    prepared: [],
  };
  return withKept(withPrepared(withSharedSums(plan), varyingLeaves(model), (node) => text(b, node, tidied.written)));
}

function inNormalForm(b: Builder, request: DeriveRequest, derived: Derived, { tidy }: PlanOptions): Derived {
  const { derivatives } = tidy(b, { values: [], derivatives: derived.outputs.map((o) => o.node) }, request.of.map((o) => o.node));
  return { ...derived, outputs: derived.outputs.map((o, k) => (o.kind === 'value' ? o : { ...o, node: derivatives[k] ?? o.node })) };
}

/** The plan with sums that are there already used again; texts are made before, of the formulas as people read them. */
function withSharedSums(plan: EmitPlan): EmitPlan {
  const { b } = plan;
  const filled = everyFunction(plan).flatMap((f) => f.outputs);
  const before = [...new Set([...[...filled, ...plan.updates].map((o) => o.node), ...plan.names.keys()])];
  const values = [...filled.filter((o) => o.quantity === 'value').map((o) => o.node), ...plan.updates.map((u) => u.node), ...plan.names.keys()];
  const after = shareSums(b, before, values);
  const moved = new Map(before.map((id, k) => [id, after[k] ?? id]));
  const shared = <T extends { readonly node: NodeId }>(part: T): T => ({ ...part, node: moved.get(part.node) ?? part.node });
  return {
    ...plan, updates: plan.updates.map(shared),
    names: new Map([...plan.names].map(([id, name]) => [moved.get(id) ?? id, name])),
    functions: plan.functions.map((f) => withOutputs(f, shared)),
  };
}

/** Inputs that are differentiated by, along or updated: they change from call to call, whatever their role. */
function varyingLeaves(model: Model): ReadonlySet<NodeId> {
  const targets = new Set(model.updates.map((u) => u.target));
  const updated = model.inputs.filter((i) => targets.has(i.name)).map((i) => i.node);
  return new Set([...model.requests.flatMap((r) => [...r.wrt, ...r.along].map((w) => w.node)), ...updated]);
}

/** What the module's functions compute, one request each. */
export function requestsOf(model: Model): readonly DeriveRequest[] {
  return model.requests.length + model.updates.length > 0 ? model.requests : defaultRequests(model);
}

/** A file that asks for nothing gets value and gradient of each scalar it defines, with respect to the parameters it depends on. */
function defaultRequests(model: Model): DeriveRequest[] {
  const params = model.inputs.filter((i) => i.role === 'param');
  return model.definitions.flatMap(({ name, node, docs, span }): DeriveRequest[] => {
    if (model.graph.shape(node).length > 0) return [];
    const below = new Set(reachable(model.graph, [node]));
    const wrt = params.filter((i) => below.has(i.node)).map((i) => ({ name: i.name, node: i.node }));
    if (wrt.length === 0) return [];
    return [{ what: ['value', 'gradient'], of: [{ name, node }], wrt, along: [], as: identifierOf(name), using: [], docs, span }];
  });
}

const identifierOf = (name: string): string => `valueGradient${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;

/** With `via` the caller passes and differentiates by the unconstrained value. */
export function unconstrained(model: Model, request: DeriveRequest): DeriveRequest {
  const leaf = new Map(model.inputs.flatMap((i) => (i.via === undefined ? [] : [[i.node, i.via.leaf] as const])));
  return { ...request, wrt: request.wrt.map((w) => ({ ...w, node: leaf.get(w.node) ?? w.node })) };
}

/** An input as the functions take it: a transformed parameter in the shape of its unconstrained numbers. */
const asTaken = (model: Model, input: Input): Input => ({ ...input, shape: takenAs(model.graph, input).shape });

interface Tidied {
  readonly node: (before: NodeId) => NodeId;
  /** what is emitted for it */
  readonly emitted: (before: NodeId) => NodeId;
  /** names of emitted nodes */
  readonly names: ReadonlyMap<NodeId, string>;
  readonly written: Written;
}

/** The model as the user typed it, in normal form: what the documentation of a module is written in. */
interface Written {
  readonly node: (stable: NodeId) => NodeId;
  readonly names: ReadonlyMap<NodeId, string>;
  /** from what is emitted to what was typed */
  readonly forms: ReadonlyMap<NodeId, NodeId>;
  readonly counting: Counting;
}

function tidyAll(b: Builder, stable: StableModel, requests: readonly DeriveRequest[], derived: readonly Formed[], options: PlanOptions): Tidied {
  const { model } = stable;
  const outputs = derived.flatMap((d) => d.outputs);
  const derivatives = [...outputs.filter((o) => o.kind !== 'value').map((o) => o.node), ...derived.flatMap((d) => d.seeded).flatMap(seededNodes)];
  const values = [...outputs.filter((o) => o.kind === 'value').map((o) => o.node), ...model.updates.map((u) => u.value)];
  // named values are roots too: they keep their identity, and with it their name in the emitted code
  const named = model.definitions.map((d) => d.node);
  // a value that is also a derivative keeps its domain: values come last and win
  const before = [...derivatives, ...values, ...named];
  const primal = requests.flatMap((r) => r.of.map((o) => o.node));
  const tidied = options.tidy(b, { values: [...values, ...named], derivatives }, primal);
  const after = [...tidied.derivatives, ...tidied.values];
  const byNode = new Map(before.map((node, k) => [node, after[k] ?? node]));
  const node = (id: NodeId): NodeId => byNode.get(id) ?? id;
  const cheapest = fromOpposites(b, fromCompanions(b, after));
  const emittedFor = new Map(after.map((id, k) => [id, cheapest[k] ?? id]));
  const emitted = (id: NodeId): NodeId => emittedFor.get(node(id)) ?? node(id);
  return { node, emitted, names: namesOf(b, model, emitted), written: writtenModel(b, stable, [...primal, ...named], node) };
}

function namesOf(b: Builder, model: Model, place: (id: NodeId) => NodeId): Map<NodeId, string> {
  const names = new Map<NodeId, string>();
  for (const definition of model.definitions) {
    const node = place(definition.node);
    const { kind } = b.graph.attr(node);
    if (kind !== 'leaf' && kind !== 'const' && !names.has(node)) names.set(node, definition.name);
  }
  return names;
}

/** `values` are in stable form, `tidied` says what is emitted for them. */
function writtenModel(b: Builder, { model, typed }: StableModel, values: readonly NodeId[], tidied: (id: NodeId) => NodeId): Written {
  if (typed.size === 0) return { node: tidied, names: namesOf(b, model, tidied), forms: new Map(), counting: model.counting };
  const normal = normalise(b, values.map((id) => typed.get(id) ?? id));
  const byNode = new Map(values.map((id, k) => [id, normal[k] ?? id]));
  const node = (id: NodeId): NodeId => byNode.get(id) ?? tidied(id);
  return { node, names: namesOf(b, model, node), forms: new Map(values.map((id) => [tidied(id), node(id)])), counting: model.counting };
}

/** Derivatives as a mathematician writes them, in terms of what the user named; all together, because each is compared with what is typed. */
function texts(b: Builder, nodes: readonly NodeId[], written: Written): string[] {
  const { names, forms } = written;
  const short = nodes.filter((node) => !isLongerThan(b.graph, forms.get(node) ?? node, LONGEST_FORMULA, names));
  const shown = readingForms(b, short, [...names.keys()], forms);
  const formOf = new Map(short.map((node, k) => [node, shown[k] ?? node]));
  return nodes.map((node) => {
    const form = formOf.get(node);
    return form === undefined ? '…' : asTyped(b, form, written);
  });
}

const text = (b: Builder, node: NodeId, written: Written): string => texts(b, [node], written)[0] ?? '…';

/** What the user typed, in terms of what it names. */
function asTyped({ graph }: Builder, node: NodeId, { names, counting }: Written): string {
  return isLongerThan(graph, node, LONGEST_FORMULA, names) ? '…' : printNode(graph, node, { notation: 'unicode', names, counting });
}

/** What the caller passes beside the inputs: a direction that the file declares is read where it is declared. */
function ownDirections(b: Builder, derived: Derived | undefined, inputs: readonly Input[]): FunctionPlan['directions'] {
  const declared = new Set(inputs.map((i) => i.node));
  const own = (derived?.directions ?? []).filter((d) => !declared.has(d.node) && b.graph.attr(d.node).kind === 'leaf');
  return own.map(({ name, node }) => ({ name, node }));
}

function functionPlan(b: Builder, inputs: readonly Input[], request: DeriveRequest, derived: Formed | undefined, name: string, tidied: Tidied): FunctionPlan {
  const outputs = derived?.outputs ?? [];
  const returned = outputs.find((o) => o.kind === 'value' && request.of.length === 1 && b.graph.shape(o.node).length === 0);
  const fields = fieldNames(outputs, request);
  const formulas = texts(b, outputs.map((o) => tidied.node(o.node)), tidied.written);
  const known = noForms();
  const planned = outputs.map((o, k): OutputPlan => {
    const node = tidied.node(o.node);
    return {
      name: fields[k] ?? o.of, node: tidied.emitted(o.node), quantity: o.kind, of: o.of, by: o.by, kind: o === returned ? 'returned' : 'filled',
      doc: `${blockText(b, o, quantityText(o))} = ${formulas[k] ?? '…'}`,
      ...partOf(b, request, o, node, known),
    };
  });
  const { outputs: stored, matrices } = compressed(b, request, distinctFields(planned), derived?.seeded ?? [], { name, checkpoints: request.checkpoints, emitted: (node) => tidied.emitted(node) });
  return {
    name, docs: request.docs, outputs: stored, matrices,
    formulas: request.of.map((of) => `${of.name} = ${asTyped(b, tidied.written.node(of.node), tidied.written)}`),
    directions: ownDirections(b, derived, inputs),
    ...(derived?.rebuilt !== undefined && { rebuilt: derived.rebuilt.map(({ kind, of, by, node }) => ({ quantity: kind, of, by, node })) }),
    ...(request.checkpoints !== undefined && { checkpoints: request.checkpoints }),
  };
}
