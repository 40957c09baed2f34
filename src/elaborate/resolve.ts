/** From a name to its entity. */
import { run } from '../ast/trampoline.ts';
import type { Pass, Step } from './pass.ts';
import type { Entity, Scope } from './scope.ts';
import type { Result } from './value.ts';

/** A part of a visit that gives something else than a value. */
export type Part<T> = Generator<Step, T, Result>;

/** Runs a part of a visit that needs no caller. */
export function now<T>(part: () => Part<T>): T | undefined {
  let result: T | undefined;
  run((function* (): Generator<never, Result, Result> {
    result = yield* part() as Generator<never, T, Result>;
    return undefined;
  })());
  return result;
}

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
