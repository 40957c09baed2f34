/**
 * Which part of a sum is asked for: a matrix of which every reader looks at one triangle is summed over that triangle.
 * Users are looked at before what they use.
 */
import type { NodeId } from '../ir/types.ts';
import { polyKey, constantPoly } from './poly.ts';
import { plainAxis, type Access, type Body, type Guard, type Stage } from './stage.ts';

/** Notes on each sum the triangles outside of which it is not read. */
export function noteTriangles(stages: readonly Stage[], byNode: ReadonlyMap<NodeId, Stage>): void {
  const asked = new Map<Stage, readonly Guard[]>();
  for (const stage of [...stages].reverse()) {
    const own = stage.target === undefined ? asked.get(stage) ?? [] : [];
    if (stage.combine === 'add') stage.triangles = own;
    const seen = new Set<Stage>();
    for (const { access, guards } of readings(stage.body)) {
      const from = access.item.kind === 'read' && access.item.read.source.kind === 'stage' ? byNode.get(access.item.read.source.node) : undefined;
      if (from === undefined || access.item.kind !== 'read') continue;
      seen.add(from);
      const there = translated([...own, ...guards], from, access.item.read.at.map(plainAxis)).filter((g) => isTriangle(g, from));
      const before = asked.get(from);
      asked.set(from, before === undefined ? there : before.filter((g) => there.some((h) => sameGuard(g, h))));
    }
    // read as a position, or by a kernel
    for (const { source } of stage.reads) {
      const from = source.kind === 'stage' ? byNode.get(source.node) : undefined;
      if (from !== undefined && !seen.has(from)) asked.set(from, []);
    }
  }
}

interface Reading {
  readonly access: Access;
  /** where its value counts */
  readonly guards: readonly Guard[];
}

/** A product counts where all its factors do. */
function readings(body: Body): Reading[] {
  const each = (accesses: readonly Access[]): Reading[] => accesses.map((access) => ({ access, guards: access.guards }));
  switch (body.kind) {
    case 'product': {
      const guards = body.factors.flatMap((f) => f.access.guards);
      return body.factors.map(({ access }) => ({ access, guards }));
    }
    case 'combination': return each(body.terms.map((t) => t.access));
    case 'power': return each([body.base]);
    case 'map': case 'call': return each(body.args);
    case 'access': return each([body.access]);
    default: return [];
  }
}

/** Guards of a reader in the axes of what it reads at plain axes; those of other axes are left out. */
function translated(guards: readonly Guard[], from: Stage, at: readonly (number | undefined)[]): Guard[] {
  const axisOf = new Map<number, number>();
  at.forEach((axis, k) => {
    const own = from.axisAt[k];
    if (axis !== undefined && own !== undefined) axisOf.set(axis, own);
  });
  return guards.flatMap((g): Guard[] => {
    if (g.position.kind !== 'affine' || g.position.terms.some((t) => !axisOf.has(t.axis))) return [];
    const terms = g.position.terms.map((t) => ({ axis: axisOf.get(t.axis) ?? -1, coef: t.coef })).sort((a, b) => a.axis - b.axis);
    return [{ ...g, position: { ...g.position, terms } }];
  });
}

/** i - j - c ≥ 0 for two axes of one size and c ≥ 0: a loop over i or j can end there. */
function isTriangle({ position, low, high }: Guard, { axes }: Stage): boolean {
  if (position.kind !== 'affine' || !low || high !== undefined) return false;
  const [a, b, ...others] = position.terms;
  return a !== undefined && b !== undefined && others.length === 0 && a.coef * b.coef === -1 && axes[a.axis] === axes[b.axis] && (constantPoly(position.offset) ?? 1) <= 0;
}

const sameGuard = (a: Guard, b: Guard): boolean => guardKey(a) === guardKey(b);

function guardKey({ position }: Guard): string {
  return position.kind === 'affine' ? `${position.terms.map((t) => `${t.coef}.${t.axis}`).join(' ')} ${polyKey(position.offset)}` : '';
}
