/** One element along some axes: positions move down to where they choose an argument, so that only that element is computed. */
import type { Builder, Operand } from '../ir/build.ts';
import { shiftDim } from '../ir/dim.ts';
import { axisAt, axisLabel } from '../ir/normal-view.ts';
import type { AxisIndex, NodeId, Sub } from '../ir/types.ts';
import { run, type Visit } from '../ast/trampoline.ts';

type Fixed = ReadonlyMap<number, number>;

/** The node with each axis in `at` fixed at its position; the other axes keep their order. */
export function fixAxes(b: Builder, id: NodeId, at: Fixed): NodeId {
  return run(new Fixing(b).visit(id, at));
}

class Fixing {
  readonly #b: Builder;
  readonly #made = new Map<string, NodeId>();

  constructor(b: Builder) {
    this.#b = b;
  }

  *visit(id: NodeId, at: Fixed): Visit<NodeId> {
    if (at.size === 0) return id;
    const key = `${id}|${[...at].sort(([p], [q]) => p - q).join(';')}`;
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const made = yield* this.#fix(id, at);
    this.#made.set(key, made);
    return made;
  }

  *#fix(id: NodeId, at: Fixed): Visit<NodeId> {
    const b = this.#b;
    const attr = b.graph.attr(id);
    const args = [...b.graph.args(id)];
    const rest = attr.shape.map((_, k) => k).filter((k) => !at.has(k));
    switch (attr.kind) {
      case 'map': return b.map(attr.op, yield* this.#operands(args, attr.subs, at, rest), rest.map((k) => attr.shape[k] ?? '1'));
      case 'call': return b.call(attr.name, attr.orders, yield* this.#operands(args, attr.subs, at, rest), rest.map((k) => attr.shape[k] ?? '1'));
      case 'add': {
        const operands = yield* this.#operands(args, attr.subs, at, rest);
        return b.add(operands.map((o, k) => ({ ...o, coef: attr.coefs[k] ?? { num: 0n, den: 1n } })), rest.map((k) => attr.shape[k] ?? '1'));
      }
      case 'ein': {
        const labels = [...rest, ...attr.sums.map((_, k) => attr.shape.length + k)];
        return b.ein(attr.coef, yield* this.#operands(args, attr.subs, at, labels), rest.map((k) => attr.shape[k] ?? '1'), attr.sums);
      }
      case 'stack': {
        const first = at.get(0);
        const inner = new Map([...at].flatMap(([axis, p]): [number, number][] => (axis === 0 ? [] : [[axis - 1, p]])));
        if (first !== undefined) return yield this.visit(args[first] ?? -1, inner);
        const parts: NodeId[] = [];
        for (const arg of args) parts.push(yield this.visit(arg, inner));
        return b.stack(parts);
      }
      case 'view': return this.#view(id, at, rest);
      default: return this.#seen(id, at, rest);
    }
  }

  /** The operands in the labels that are left; `labels` are those, in order. */
  *#operands(args: readonly NodeId[], subs: readonly Sub[], at: Fixed, labels: readonly number[]): Generator<Visit<NodeId>, Operand[], NodeId> {
    const operands: Operand[] = [];
    for (const [k, arg] of args.entries()) {
      const sub = subs[k] ?? [];
      const fixed = new Map(sub.flatMap((l, axis): [number, number][] => { const p = at.get(l); return p === undefined ? [] : [[axis, p]]; }));
      operands.push({ id: yield this.visit(arg, fixed), sub: sub.filter((l) => !at.has(l)).map((l) => labels.indexOf(l)) });
    }
    return operands;
  }

  #view(id: NodeId, at: Fixed, rest: readonly number[]): NodeId {
    const b = this.#b;
    const attr = b.graph.attr(id);
    if (attr.kind !== 'view' || attr.masked || attr.index.some((axis) => axis.kind === 'gather' && axis.sub.some((l) => at.has(l)))) return this.#seen(id, at, rest);
    const index = attr.index.map((axis): AxisIndex => {
      if (axis.kind === 'gather') return { ...axis, sub: axis.sub.map((l) => rest.indexOf(l)) };
      const moved = axis.terms.reduce((sum, t) => sum + t.coef * (at.get(t.label) ?? 0), 0);
      const terms = axis.terms.filter((t) => !at.has(t.label)).map((t) => ({ ...t, label: rest.indexOf(t.label) }));
      return { kind: 'affine', terms, offset: shiftDim(axis.offset, moved) };
    });
    return b.view(b.graph.arg(id, 0), { index, shape: rest.map((k) => attr.shape[k] ?? '1'), gathers: [...b.graph.args(id)].slice(1), masked: false });
  }

  #seen(id: NodeId, at: Fixed, rest: readonly number[]): NodeId {
    const shape = this.#b.graph.shape(id);
    const index = shape.map((_, k) => { const p = at.get(k); return p === undefined ? axisLabel(rest.indexOf(k)) : axisAt(String(p)); });
    return this.#b.view(id, { index, shape: rest.map((k) => shape[k] ?? '1'), gathers: [], masked: false });
  }
}
