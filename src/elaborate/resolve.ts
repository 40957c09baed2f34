/** From a name to its entity. */
import type { Pass, Step } from './pass.ts';
import type { Entity, Scope } from './scope.ts';
import type { Result } from './value.ts';

/** A part of a visit that gives something else than a value. */
export type Part<T> = Generator<Step, T, Result>;

/** The entity of a name, elaborated if it is a definition not yet needed. */
export function* resolve(pass: Pass, name: string, scope: Scope): Part<Entity | undefined> {
  const entity = scope.find(name);
  pass.used.add(name);
  if (entity?.kind !== 'pending') return entity;
  const known = scope.world.results.get(entity);
  if (known !== undefined) return known;
  yield pass.demand(entity, scope);
  return scope.world.results.get(entity) ?? { kind: 'broken' };
}
