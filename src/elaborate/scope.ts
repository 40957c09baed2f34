/** Names in scope and what they stand for. */
import type { Expr, Parameter, Statement, TypeExpr } from '../ast/types.ts';
import type { Span } from '../diagnostics/span.ts';
import type { Dim } from '../ir/dim.ts';
import type { NodeId } from '../ir/types.ts';
import type { Label, Result, Value } from './value.ts';

/** A function of the file: inlined at every call. */
export interface UserFunction {
  readonly kind: 'function';
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly result?: TypeExpr;
  /** statements before the value, for `fn` */
  readonly locals: readonly Statement[];
  readonly body: Expr;
  /** where it was defined: its body sees these names */
  readonly scope: Scope;
  readonly docs: readonly string[];
}
/** A function the caller supplies. */
export interface OpaqueEntity {
  readonly kind: 'opaque';
  readonly name: string;
  readonly arity: number;
}
/** The position of a recurrence: a run-time number, one per step. */
export interface StepVariable {
  readonly name: string;
  readonly node: NodeId;
  readonly length: Dim;
  /** the first position as the user counts */
  readonly first: Dim;
  /** elements of outer tensors that the steps read: placeholder by tensor, axis and offset */
  readonly sequences: Map<string, { readonly placeholder: NodeId; readonly value: NodeId }>;
  readonly states: ReadonlyMap<string, LoopState>;
}
/** A state inside its own loop. */
export interface LoopState {
  readonly name: string;
  /** `lags[k]` is the value k + 1 steps back */
  readonly lags: readonly Value[];
  current: Value | undefined;
}
/** A state after its loop. */
export interface Trajectory {
  readonly ys: Value;
  /** absent for a sequence that no step looks back at */
  readonly carried: { readonly starts: Value; readonly init: Value; readonly final: Value } | undefined;
  readonly first: Dim;
  readonly length: Dim;
}
/** Members are counted at compile time. */
export interface Family {
  readonly kind: 'family';
  readonly name: string;
  readonly members: Map<number, Entity>;
}
/** A definition that is elaborated when first needed. */
export interface Pending {
  readonly kind: 'pending';
  readonly name: string;
  readonly span: Span;
  readonly source: DefinitionSource;
  readonly docs: readonly string[];
  readonly scope: Scope;
}
export type DefinitionSource =
  | { readonly kind: 'value'; readonly value: Expr }
  | { readonly kind: 'array'; readonly indices: readonly ArrayIndex[]; readonly value: Expr }
  | { readonly kind: 'state'; readonly loop: Loop }
  /** the sum of all `~` statements */
  | { readonly kind: 'density'; readonly statements: readonly (Statement & { kind: 'distributed' })[] };
export interface ArrayIndex {
  readonly name: string;
  readonly span: Span;
  readonly from?: Expr;
  readonly to?: Expr;
}
export interface Loop {
  readonly statement: Statement & { kind: 'recur' };
  readonly names: readonly string[];
}

export type Entity =
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'trajectory'; readonly trajectory: Trajectory }
  | { readonly kind: 'size'; readonly dim: Dim }
  /** `dim n = [784, 128, 10]`: counted from 0, as the layers of a network are */
  | { readonly kind: 'sizes'; readonly dims: readonly Dim[] }
  /** `index i in 1..N`: what `i` runs over where no range is written */
  | { readonly kind: 'range'; readonly first: Dim; readonly size: Dim }
  | { readonly kind: 'label'; readonly label: Label }
  /** an index with a value known at compile time */
  | { readonly kind: 'position'; readonly at: number }
  | { readonly kind: 'step'; readonly step: StepVariable }
  | { readonly kind: 'state'; readonly state: LoopState }
  | UserFunction | OpaqueEntity | Family | Pending
  /** already reported: silent */
  | { readonly kind: 'broken' };

/**
 * One reading of the file's definitions. A derivative with respect to a defined name reads them again with
 * that name replaced by a free variable.
 */
export class World {
  readonly overrides: ReadonlyMap<string, Entity>;
  /** the file whose names are replaced: imported files keep theirs */
  readonly home: object | undefined;
  readonly results = new Map<Pending, Entity>();
  /** being elaborated, outermost first */
  readonly running = new Set<Pending>();
  readonly loops = new Map<Loop, ReadonlyMap<string, Entity>>();
  /** calls already inlined: function and arguments */
  readonly inlined = new Map<string, Result>();
  /** functions being inlined, outermost first */
  readonly calls: UserFunction[] = [];

  constructor(overrides: ReadonlyMap<string, Entity> = new Map(), home?: object) {
    this.overrides = overrides;
    this.home = home;
  }
}

export interface Reading {
  /** inside an index-free ∑ or mean, vector * vector is elementwise */
  readonly elementwise: boolean;
  /** a filter or a condition decides which positions count, so reads outside an axis are harmless */
  readonly guarded: boolean;
}
const PLAIN: Reading = { elementwise: false, guarded: false };

export class Scope {
  readonly parent: Scope | undefined;
  readonly world: World;
  readonly reading: Reading;
  readonly #names: Map<string, Entity>;

  constructor(parent: Scope | undefined, world: World, reading: Reading, names: Map<string, Entity>) {
    this.parent = parent;
    this.world = world;
    this.reading = reading;
    this.#names = names;
  }

  static global(names = new Map<string, Entity>()): Scope {
    return new Scope(undefined, new World(), PLAIN, names);
  }
  inner(reading: Partial<Reading> = {}): Scope {
    return new Scope(this, this.world, { ...this.reading, ...reading }, new Map());
  }
  /** For the body of a function: fresh reading rules. */
  body(world: World): Scope {
    return new Scope(this, world, PLAIN, new Map());
  }
  /** The same names in another world. */
  in(world: World): Scope {
    return new Scope(this.parent?.in(world), world, this.reading, this.#names);
  }

  declare(name: string, entity: Entity): void {
    this.#names.set(name, entity);
  }
  has(name: string): boolean {
    return this.#names.has(name);
  }
  find(name: string): Entity | undefined {
    let scope: Scope = this;
    for (;;) {
      if (scope.parent === undefined) return (scope.#names === this.world.home ? this.world.overrides.get(name) : undefined) ?? scope.#names.get(name);
      const found = scope.#names.get(name);
      if (found !== undefined) return found;
      scope = scope.parent;
    }
  }
  get global(): Scope {
    let scope: Scope = this;
    while (scope.parent !== undefined) scope = scope.parent;
    return scope;
  }
  /** the same for all worlds of one file */
  get identity(): object {
    return this.#names;
  }
  /** Every name that could be meant, for did-you-mean. */
  names(): string[] {
    const all: string[] = [];
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.parent) all.push(...scope.#names.keys());
    return all;
  }
}
