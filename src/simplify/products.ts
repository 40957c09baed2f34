/** Products with the products inside them, exponentials merged, sums split from what does not depend on them. */
import type { Builder, Operand } from '../ir/build.ts';
import type { Dim } from '../ir/dim.ts';
import * as Q from '../ir/rational.ts';
import type { EinAttr, NodeId, Sub } from '../ir/types.ts';
import { core } from '../ops/core.ts';
import type { Rewriting } from './normalise.ts';
import { compose } from '../ir/sub.ts';
import { displayPositions } from '../ir/display.ts';

export function normalProduct(rewriting: Rewriting, id: NodeId, attr: EinAttr): NodeId {
  const { b } = rewriting;
  const flat = flatten(rewriting, id, attr);
  const merged = mergeExponentials(rewriting, flat.factors, flat.olds);
  const factors = merged ?? flat.factors;
  const parts = attr.sums.length === 0 ? undefined : partition(factors, attr.shape.length);
  if (!flat.changed && merged === undefined && parts === undefined) return id;
  if (parts === undefined) return b.ein(flat.coef, factors, attr.shape, attr.sums);
  return splitSum(b, flat.coef, factors, parts, attr);
}

interface Flat {
  readonly coef: Q.Rational;
  readonly factors: Operand[];
  /** the old node of each factor */
  readonly olds: NodeId[];
  readonly changed: boolean;
}

function flatten(rewriting: Rewriting, id: NodeId, attr: EinAttr): Flat {
  const { b, uses } = rewriting;
  let coef = attr.coef;
  let changed = false;
  const factors: Operand[] = [];
  const olds: NodeId[] = [];
  const stack: Operand[] = [];
  const open = (node: NodeId, product: EinAttr, labels: Sub): void => {
    const positions = displayPositions(b.graph, node);
    for (let k = positions.length - 1; k >= 0; k--) {
      const at = positions[k] ?? k;
      stack.push({ id: b.graph.arg(node, at), sub: compose(product.subs[at] ?? [], labels) });
    }
  };
  open(id, attr, [...attr.shape, ...attr.sums].map((_, label) => label));
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const inner = b.graph.attr(top.id);
    if (inner.kind === 'ein' && uses.isAbsorbed(top.id)) {
      changed = true;
      coef = Q.multiply(coef, inner.coef);
      open(top.id, inner, top.sub);
      continue;
    }
    const next = rewriting.made(top.id);
    changed ||= next !== top.id;
    factors.push(next === top.id ? top : { id: next, sub: top.sub });
    olds.push(top.id);
  }
  return { coef, factors, olds, changed };
}

/** e^a · e^b is e^(a+b) when neither is needed elsewhere and both have the same axes. */
function mergeExponentials(rewriting: Rewriting, factors: readonly Operand[], olds: readonly NodeId[]): Operand[] | undefined {
  const { b, uses } = rewriting;
  const groups = new Map<string, number[]>();
  factors.forEach((factor, k) => {
    const attr = b.graph.attr(factor.id);
    if (attr.kind !== 'map' || attr.op !== core.exp || !uses.isSingle(olds[k] ?? -1)) return;
    const key = factor.sub.join('.');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [k]);
    else group.push(k);
  });
  const mergeable = [...groups.values()].filter((group) => group.length > 1);
  if (mergeable.length === 0) return undefined;
  const result: (Operand | undefined)[] = [...factors];
  for (const group of mergeable) {
    const [first = 0, ...others] = group;
    const shape = b.graph.shape(factors[first]?.id ?? -1);
    const exponents = group.map((k) => {
      const exponential = factors[k]?.id ?? -1;
      const attr = b.graph.attr(exponential);
      return { coef: Q.ONE, id: b.graph.arg(exponential, 0), sub: attr.kind === 'map' ? (attr.subs[0] ?? []) : [] };
    });
    result[first] = { id: b.map(core.exp, [b.whole(b.add(exponents, shape))], shape), sub: factors[first]?.sub ?? [] };
    for (const k of others) result[k] = undefined;
  }
  return result.filter((f) => f !== undefined);
}

/** For each factor the connected group of summed labels it belongs to, -1 for none; undefined when there is one group only. */
function partition(factors: readonly Operand[], rank: number): readonly number[] | undefined {
  const parent = new Map<number, number>();
  const find = (label: number): number => {
    let root = label;
    for (let up = parent.get(root); up !== undefined; up = parent.get(root)) root = up;
    return root;
  };
  for (const { sub } of factors) {
    const summed = sub.filter((label) => label >= rank);
    const [first] = summed;
    if (first === undefined) continue;
    for (const label of summed) {
      const [x, y] = [find(first), find(label)];
      if (x !== y) parent.set(y, x);
    }
  }
  const groups = factors.map(({ sub }) => {
    const label = sub.find((l) => l >= rank);
    return label === undefined ? -1 : find(label);
  });
  return new Set(groups).size > 1 ? groups : undefined;
}

/** Σ_ij a·u_i·v_j is a·(Σ u)·(Σ v): each connected group of labels is summed by itself. */
function splitSum(b: Builder, coef: Q.Rational, factors: readonly Operand[], groups: readonly number[], attr: EinAttr): NodeId {
  const rank = attr.shape.length;
  const sizes = [...attr.shape, ...attr.sums];
  // a summed label that flattening left without a factor counts its size
  const used = new Set(factors.flatMap((f) => f.sub));
  const outer: Operand[] = attr.sums.flatMap((size, k) => (used.has(rank + k) ? [] : [{ id: b.dim(size), sub: [] }]));
  const done = new Set<number>();
  factors.forEach((factor, k) => {
    const group = groups[k] ?? -1;
    if (group < 0) outer.push(factor);
    else if (!done.has(group)) {
      done.add(group);
      outer.push(contraction(b, factors.filter((_, n) => groups[n] === group), rank, sizes));
    }
  });
  return b.ein(coef, outer, attr.shape);
}

/** The factors summed over their labels from `rank` on, as an operand over the output labels they use. */
function contraction(b: Builder, factors: readonly Operand[], rank: number, sizes: readonly Dim[]): Operand {
  const used = [...new Set(factors.flatMap((f) => f.sub))].sort((x, y) => x - y);
  const output = used.filter((label) => label < rank);
  const local = (label: number): number => used.indexOf(label);
  const size = (label: number): Dim => sizes[label] ?? '1';
  const id = b.ein(Q.ONE, factors.map((f) => ({ id: f.id, sub: f.sub.map(local) })), output.map(size), used.slice(output.length).map(size));
  return { id, sub: output };
}
