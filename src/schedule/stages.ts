/**
 * Nodes to stages, in use order: depth first from the outputs, so that a value is made shortly before it is
 * needed. Iterative: graphs are as deep as formulas are long.
 */
import { InternalError, invariant } from '../diagnostics/internal.ts';
import { displayed } from './prepare.ts';
import type { Builder } from '../ir/build.ts';
import * as Q from '../ir/rational.ts';
import { keptAxes } from '../ir/sub.ts';
import type { Attr, EinAttr, NodeId, Sub } from '../ir/types.ts';
import { core } from '../ops/core.ts';
import { access, guardsOf, identityPlace, plainRead, readsOf, through, type Scope } from './access.ts';
import { matmulBody } from './matmul.ts';
import { axisPosition, isWhole, plainAxis, type Access, type Body, type Factor, type Position, type Read, type ScanResult, type Stage, type Target } from './stage.ts';
import type { Combine } from './types.ts';

export interface RegionOutput {
  readonly node: NodeId;
  /** undefined: a scalar that the caller reads as an expression */
  readonly target?: Target;
  /** the target is also read: it is written by a stage of its own, after its readers */
  readonly overwrites: boolean;
}

export interface RegionStages {
  readonly stages: readonly Stage[];
  readonly byNode: ReadonlyMap<NodeId, Stage>;
}

type Draft = Omit<Stage, 'index' | 'node' | 'reads'>;

/** Results of the scans below the roots, by scan. */
export type ScanResults = ReadonlyMap<NodeId, readonly ScanResult[]>;

export function buildStages(b: Builder, scope: Scope, outputs: readonly RegionOutput[], results: ScanResults): RegionStages {
  const stages: Stage[] = [];
  const byNode = new Map<NodeId, Stage>();
  const drafts = new Map<NodeId, { draft: Draft; reads: readonly Read[] }>();
  const draftOf = (node: NodeId): { draft: Draft; reads: readonly Read[] } => {
    let found = drafts.get(node);
    if (found === undefined) {
      const draft = draftNode(b, scope, node, results);
      found = { draft, reads: bodyReads(draft.body) };
      drafts.set(node, found);
    }
    return found;
  };
  const push = (node: NodeId, draft: Draft, reads: readonly Read[]): Stage => {
    const stage: Stage = { ...draft, index: stages.length, node, reads };
    stages.push(stage);
    return stage;
  };

  /** Makes the stages below some reads and then runs `done`. */
  const visit = (start: readonly Read[]): void => {
    const stack: { node: NodeId; next: number }[] = [];
    const enter = (reads: readonly Read[]): void => {
      for (const read of [...reads].reverse()) if (read.source.kind === 'stage' && !byNode.has(read.source.node)) stack.push({ node: read.source.node, next: 0 });
    };
    enter(start);
    for (let top = stack[stack.length - 1]; top !== undefined; top = stack[stack.length - 1]) {
      if (byNode.has(top.node)) {
        stack.pop();
        continue;
      }
      const { draft, reads } = draftOf(top.node);
      const read = reads[top.next++];
      if (read !== undefined) {
        enter([read]);
        continue;
      }
      stack.pop();
      drafts.delete(top.node);
      byNode.set(top.node, push(top.node, draft, reads));
    }
  };

  for (const output of outputs) {
    const shape = b.graph.shape(output.node);
    const found = access(scope, output.node, identityPlace(shape.length));
    visit(readsOf(found));
    if (output.target === undefined) continue;
    const whole = plainRead(found, shape.length);
    const producer = whole?.source.kind === 'stage' ? byNode.get(whole.source.node) : undefined;
    if (producer !== undefined && !output.overwrites && shape.length > 0 && producer.target === undefined && takesTarget(scope, producer, output.target)) producer.target = output.target;
    else copyStage(push, output.node, shape, found, output.target);
  }
  return { stages, byNode };
}

/** Kernels write whole arrays, and the results of a scan are filled by the scan: no slices of anything else. */
function takesTarget(scope: Scope, stage: Stage, target: Target): boolean {
  // what else reads the value may want it as an array of its own; a number made an array is copied
  if (target.place !== undefined) return !isWhole(stage) && scope.uses.get(stage.node) === 1 && stage.shape.length === target.place.rows.length + target.place.columns.length;
  return !isWhole(stage) || ((stage.body.kind === 'linalg' || stage.body.kind === 'matmul') && target.lead.length === 0);
}

function copyStage(push: (node: NodeId, draft: Draft, reads: readonly Read[]) => Stage, node: NodeId, shape: readonly string[], found: Access, target: Target): void {
  const draft: Draft = { axes: shape, shape, axisAt: shape.map((_, k) => k), combine: 'set', body: { kind: 'access', access: found }, target };
  push(node, draft, readsOf(found));
}

// ---- one node ------------------------------------------------------------------------------------

const elementwise = (attr: Attr, body: Body): Draft =>
  ({ axes: attr.shape, shape: attr.shape, axisAt: attr.shape.map((_, k) => k), combine: 'set', body });

function draftNode(b: Builder, scope: Scope, node: NodeId, results: ScanResults): Draft {
  const { graph } = b;
  const attr = graph.attr(node);
  const place = identityPlace(attr.shape.length);
  const operand = (k: number, sub: Sub): Access => access(scope, graph.arg(node, k), sub.map(axisPosition));
  switch (attr.kind) {
    case 'ein': return draftEin(b, scope, node, attr);
    case 'map': {
      const exponent = attr.op === core.pow ? b.constantOf(graph.arg(node, 1)) : undefined;
      if (exponent !== undefined) return elementwise(attr, { kind: 'power', base: operand(0, attr.subs[0] ?? []), exponent });
      return elementwise(attr, { kind: 'map', op: attr.op, args: attr.subs.map((sub, k) => operand(k, sub)) });
    }
    case 'call': return elementwise(attr, { kind: 'call', name: attr.name, orders: attr.orders, args: attr.subs.map((sub, k) => operand(k, sub)) });
    case 'add': return elementwise(attr, {
      kind: 'combination',
      terms: displayed(b, node).map((k) => {
        const coef = attr.coefs[k] ?? Q.ONE;
        const taken = scope.absorbed.get(graph.arg(node, k));
        return { coef: taken === undefined ? coef : Q.multiply(coef, Q.invert(taken)), access: operand(k, attr.subs[k] ?? []) };
      }),
    });
    case 'red': {
      const from = graph.shape(graph.arg(node, 0));
      const kept = keptAxes(from.length, attr.axes);
      const order = [...kept, ...attr.axes];
      invariant(attr.op !== 'logsumexp' && attr.op !== 'norm', 'schedule', `${attr.op} was not spelt out`);
      const combine: Combine = attr.op === 'prod' ? 'multiply' : attr.op;
      const body: Body = { kind: 'access', access: operand(0, from.map((_, axis) => order.indexOf(axis))) };
      return { axes: order.map((axis) => from[axis] ?? '1'), shape: attr.shape, axisAt: attr.shape.map((_, k) => k), combine, body };
    }
    case 'scat': return draftScatter(scope, node);
    case 'stack': {
      const [, ...inner] = attr.shape;
      const pieces = Array.from(graph.args(node), (arg) => access(scope, arg, identityPlace(inner.length)));
      return { axes: inner, shape: attr.shape, axisAt: [undefined, ...inner.map((_, k) => k)], combine: 'set', body: { kind: 'stack', pieces } };
    }
    case 'linalg': return wholeStage(attr, { kind: 'linalg', op: attr.op, transposed: attr.transposed, args: wholeArguments(scope, node) });
    case 'scan': return wholeStage(attr, { kind: 'scan', attr, args: wholeArguments(scope, node), results: results.get(node) ?? [] });
    case 'proj': return wholeStage(attr, { kind: 'result', scan: graph.arg(node, 0) });
    // a way to look at another tensor, made an array because a kernel needs one
    case 'view': case 'iota': case 'delta': return elementwise(attr, { kind: 'access', access: access({ ...scope, stored: new Set() }, node, place) });
    case 'leaf': case 'const': case 'dim': case 'param': throw new InternalError('schedule', `a stage for ${attr.kind}`);
  }
}

const wholeStage = (attr: Attr, body: Body): Draft => ({ axes: [], shape: attr.shape, axisAt: attr.shape.map(() => undefined), combine: 'set', body });

/** The arguments of a node that needs whole arrays: any scalar, or an array that is stored as it stands. */
function wholeArguments(scope: Scope, node: NodeId): Access[] {
  return Array.from(scope.graph.args(node), (arg) => {
    const rank = scope.graph.shape(arg).length;
    const found = access(scope, arg, identityPlace(rank));
    invariant(rank === 0 || plainRead(found, rank) !== undefined, 'schedule', `argument %${arg} of a whole-array stage is not stored`);
    return found;
  });
}

function draftEin(b: Builder, scope: Scope, node: NodeId, attr: EinAttr): Draft {
  const labels = attr.shape.length + attr.sums.length;
  const constant = scope.absorbed.has(node) ? undefined : scope.constantFactors.get(node);
  const places = displayed(b, node).filter((k) => constant === undefined || !scope.constants.has(b.graph.arg(node, k)));
  const factors = places.map((k): Factor => factorOf(b, scope, b.graph.arg(node, k), attr.subs[k] ?? [], labels));
  if (constant !== undefined) factors.push({ access: { item: { kind: 'constant', value: constant }, scale: Q.ONE, guards: [] }, exponent: Q.ONE });
  const coef = constant !== undefined ? (Q.isNegative(attr.coef) ? Q.MINUS_ONE : Q.ONE) : Q.multiply(attr.coef, scope.absorbed.get(node) ?? Q.ONE);
  const matmul = matmulBody(attr, coef, factors, scope.hint);
  if (matmul !== undefined) return wholeStage(attr, matmul);
  return {
    axes: [...attr.shape, ...attr.sums], shape: attr.shape, axisAt: attr.shape.map((_, k) => k),
    combine: attr.sums.length > 0 ? 'add' : 'set',
    body: { kind: 'product', coef, factors },
  };
}

/** u⁻ⁿ used once and varying with every label is divided by, not made and multiplied. */
function factorOf(b: Builder, scope: Scope, arg: NodeId, sub: Sub, labels: number): Factor {
  const attr = b.graph.attr(arg);
  if (attr.kind === 'map' && attr.op === core.pow && scope.uses.get(arg) === 1 && !scope.constants.has(arg) && attr.shape.length === labels) {
    const exponent = b.constantOf(b.graph.arg(arg, 1));
    if (exponent !== undefined && Q.isNegative(exponent)) {
      const inner = (attr.subs[0] ?? []).map((label) => sub[label] ?? -1);
      return { access: access(scope, b.graph.arg(arg, 0), inner.map(axisPosition)), exponent };
    }
  }
  return { access: access(scope, arg, sub.map(axisPosition)), exponent: Q.ONE };
}

/** Labels that walk an axis of the result plainly are axes of the value; the others are reduced over. */
function draftScatter(scope: Scope, node: NodeId): Draft {
  const { graph } = scope;
  const attr = graph.attr(node);
  invariant(attr.kind === 'scat', 'schedule', 'not a scatter');
  const g = graph.arg(node, 0);
  const labels = graph.shape(g);
  const place = identityPlace(labels.length);
  const at: Position[] = attr.index.map((axis) => through(scope, node, axis, place));
  // a row that only its own label writes can be finished before the next row starts
  const axisAt = at.map((p, axis) => {
    const label = plainAxis(p);
    const own = label !== undefined && labels[label] === attr.shape[axis] && at.findIndex((q) => plainAxis(q) === label) === axis;
    return own ? label : undefined;
  });
  const guards = attr.masked ? attr.index.flatMap((axis, k) => guardsOf(axis, at[k], attr.shape[k] ?? '0', labels)) : [];
  return { axes: labels, shape: attr.shape, axisAt, combine: 'add', body: { kind: 'scatter', value: access(scope, g, place), at, guards } };
}

function bodyReads(body: Body): Read[] {
  switch (body.kind) {
    case 'product': return body.factors.flatMap((f) => readsOf(f.access));
    case 'combination': return body.terms.flatMap((t) => readsOf(t.access));
    case 'power': return readsOf(body.base);
    case 'map': case 'call': return body.args.flatMap(readsOf);
    case 'access': return readsOf(body.access);
    case 'stack': return body.pieces.flatMap(readsOf);
    case 'scatter': return [...readsOf(body.value), ...body.at.flatMap(positionReads), ...body.guards.flatMap((g) => positionReads(g.position))];
    case 'matmul': return [body.left, body.right];
    case 'linalg': case 'scan': return body.args.flatMap(readsOf);
    case 'result': return [{ source: { kind: 'stage', node: body.scan }, at: [] }];
  }
}

function positionReads(position: Position): Read[] {
  return position.kind === 'gather' ? [position.read, ...position.read.at.flatMap(positionReads)] : [];
}

