/** `using blocks` and `using sparse`: a derivative as its elements that can differ from zero, and where they stand. */
import { jacobian } from '../autodiff/reverse.ts';
import type { Derived, DerivedOutput } from '../autodiff/requests.ts';
import type { DeriveRequest } from '../elaborate/model.ts';
import type { Builder } from '../ir/build.ts';
import { constantDim } from '../ir/dim.ts';
import { axisAt } from '../ir/normal-view.ts';
import type { AxisIndex, NodeId } from '../ir/types.ts';
import { joinBlocks } from './blocks.ts';
import { fixAxes } from './fix.ts';
import { asItStands, placedForms, type Placed } from './placed.ts';

/** Residuals of at most so many components are differentiated one component at a time. */
const MOST_COMPONENTS = 8;

/** Each matrix as its placed terms, when the request asks for that; terms that are zero are gone. */
export function placedOutputs(b: Builder, request: DeriveRequest, derived: Derived): Derived {
  if (!request.using.includes('sparse') && !request.using.includes('blocks')) return derived;
  const jacobians = new Map(request.what.includes('jacobian') ? request.of.map((of) => [of.name, byComponents(b, of.node, request.wrt.map((w) => w.node))]) : []);
  return {
    ...derived,
    outputs: derived.outputs.flatMap((o) => {
      if (o.kind !== 'jacobian' && o.kind !== 'hessian') return [o];
      const shape = b.graph.shape(o.node);
      const terms = jacobians.get(o.of)?.[request.wrt.findIndex((w) => w.name === o.by[0])] ?? placedForms(b, [o.node])[0] ?? [];
      return inPlace(b, o, joinBlocks(b, terms.every((t) => isReadable(b, t)) ? terms : [asItStands(b, o.node)], shape));
    }),
  };
}

function inPlace(b: Builder, o: DerivedOutput, terms: readonly Placed[]): DerivedOutput[] {
  const shape = b.graph.shape(o.node);
  return terms.map(({ value, index, gathers, masked }) => ({ ...o, node: value, placement: { index, gathers, masked, shape } }));
}

/** Positions must be known before anything is computed: read from data, by way of data. */
function isReadable(b: Builder, term: Placed): boolean {
  const pending = [...term.gathers];
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    const attr = b.graph.attr(id);
    if (attr.kind === 'view' && !attr.masked) pending.push(...b.graph.args(id));
    else if (attr.kind !== 'leaf' || attr.role !== 'data') return false;
  }
  return true;
}

/**
 * The Jacobian of residuals r[o, c] with a few components c: one pull for each component, stopped where the
 * variables are read, in place of one pull whose adjoints carry c. What the components share is shared by the
 * graph. Undefined when there are no such components.
 */
function byComponents(b: Builder, root: NodeId, wrt: readonly NodeId[]): (readonly Placed[])[] | undefined {
  const shape = b.graph.shape(root);
  const axes = shape.flatMap((dim, axis) => (constantDim(dim) === undefined ? [] : [axis]));
  const count = axes.reduce((n, axis) => n * (constantDim(shape[axis] ?? '') ?? 1), 1);
  if (axes.length === 0 || axes.length === shape.length || count > MOST_COMPONENTS) return undefined;
  let components: Map<number, number>[] = [new Map()];
  for (const axis of axes) components = components.flatMap((at) => Array.from({ length: constantDim(shape[axis] ?? '') ?? 0 }, (_, k) => new Map([...at, [axis, k]])));
  const terms = wrt.map((): Placed[] => []);
  for (const at of components) {
    // what has no derivative has been reported with the whole
    const { adjoints, replacements } = jacobian(b, fixAxes(b, root, at), wrt, () => undefined);
    if (replacements.size > 0) return undefined;
    placedForms(b, adjoints).forEach((placed, k) => terms[k]?.push(...placed.map((p) => ({ ...p, index: withComponents(p.index, shape.length, at) }))));
  }
  return terms;
}

/** The index of a component's derivative with the component's own axes put back. */
function withComponents(index: readonly AxisIndex[], rank: number, at: ReadonlyMap<number, number>): AxisIndex[] {
  const whole: AxisIndex[] = [];
  let next = 0;
  for (let axis = 0; axis < rank; axis++) {
    const k = at.get(axis);
    const own = k === undefined ? index[next++] : axisAt(String(k));
    if (own !== undefined) whole.push(own);
  }
  return [...whole, ...index.slice(next)];
}
