/** The state of one elaboration of one text: the graph being made, sizes, reports, notes. */
import type { Visit } from '../ast/trampoline.ts';
import type { Expr, SourceFile } from '../ast/types.ts';
import type { Bag, ReportOptions } from '../diagnostics/bag.ts';
import { catalog, type ArgsOf, type Code } from '../diagnostics/catalog.ts';
import type { Source, Span } from '../diagnostics/span.ts';
import { Builder } from '../ir/build.ts';
import type { Dim } from '../ir/dim.ts';
import { Graph } from '../ir/graph.ts';
import type { NodeId } from '../ir/types.ts';
import { Algebra } from './algebra.ts';
import type { Differentiator, Input, Note, OpaqueFunction } from './model.ts';
import type { Pending, Scope, UserFunction } from './scope.ts';
import { Sizes, type Bindings } from './sizes.ts';
import { Label, type Result } from './value.ts';

/** The number of axes of a number, a vector, a matrix. */
export type Rank = 0 | 1 | 2;

/** The kind that an undeclared name was given. Where a name has indices, `xᵢ`, it is that of its elements. */
export interface Guess {
  readonly rank: Rank;
  /** what people mean when they say nothing */
  readonly usual: Rank;
}

/** The shape of a name known from data: `undefined` is a size to be inferred. */
export type DeclaredShape = readonly (Dim | undefined)[];

export interface ElaborateOptions {
  readonly differentiator: Differentiator;
  /** finds the text of an import */
  readonly load?: (path: string, from: Source) => Source | undefined;
  readonly parse?: (source: Source, bag: Bag) => SourceFile;
  /** `matrix`: undeclared one-letter names follow matrixcalculus.org (a–g scalars, h–z vectors, A–Z matrices) */
  readonly mode?: 'math' | 'matrix';
  /** shapes of undeclared names, from data */
  readonly declarations?: ReadonlyMap<string, DeclaredShape>;
  /** the reading of a one-liner that is tried: what its undeclared names are */
  readonly ranks?: ReadonlyMap<string, Rank>;
  /** where the positions of a one-liner count from that does not say so; 1 when absent */
  readonly base?: 0 | 1;
  /** what an index without a range runs over: the axes that it is used on (when absent), or where its neighbours `x[i-1]` are there too */
  readonly ranges?: 'that-fit';
  /** names of a one-liner that vary; all free names when absent */
  readonly wrt?: readonly string[];
  /** which parameters are replaced by unconstrained ones: those declared `via` (default), or all with bounds */
  readonly transforms?: 'declared' | 'every-bound';
}

export type Step = Visit<Result>;

/** What the parts of elaboration need of each other; handed in, so that they need not import each other. */
export interface Machinery {
  visit(pass: Pass, expr: Expr, scope: Scope): Step;
  /** elaborates a definition and keeps its entity in the world of the scope */
  demand(pass: Pass, pending: Pending, scope: Scope): Step;
}

export class Pass {
  readonly options: ElaborateOptions;
  readonly b: Builder;
  readonly algebra: Algebra;
  readonly sizes: Sizes;
  readonly #machinery: Machinery;
  readonly #reports = new Map<string, (bag: Bag) => void>();
  readonly #notes = new Map<string, Note>();
  #labels = 0;
  #only: ReadonlySet<Code> | undefined;
  #failed = false;

  /** positions count from here */
  base: 0 | 1;
  /** a one-liner: unknown functions of a derivative are read as opaque */
  line = false;
  /** kinds by letters, as at matrixcalculus.org */
  matrixMode = false;
  /** index names of declared families, with their ranges */
  readonly families = new Map<string, { readonly from: number; readonly to: number }>();
  /** names with one member per layer */
  readonly familyNames = new Set<string>();
  readonly inputs = new Map<string, Input>();
  readonly opaques = new Map<string, OpaqueFunction>();
  /** names given to inferred sizes */
  readonly sizeNames = new Set<string>();
  /** functions that were inlined somewhere */
  readonly called = new Set<UserFunction>();
  /** imported files, by name */
  readonly files = new Map<string, Scope>();
  /** names that something uses, for the warning about the others */
  readonly used = new Set<string>();
  /** index variables that the text binds, in order */
  readonly bound: Label[] = [];
  /** undeclared names whose kind nothing in the text decides */
  readonly guessed = new Map<string, Guess>();
  /** how much in this reading is allowed and yet seldom meant, such as the transpose of a number */
  oddities = 0;
  /** something makes more sense with vectors and matrices */
  wantsTensors = false;
  /** what derivatives in the text are taken of, in order */
  readonly primals: NodeId[] = [];
  /** square roots that are norms, with their squares: ‖x‖² never takes the root */
  readonly norms = new Map<NodeId, NodeId>();

  /** postfix chains that end in no application: looked through once, however long */
  readonly unapplied = new WeakSet<Expr>();

  constructor(options: ElaborateOptions, bindings: Bindings, machinery: Machinery) {
    this.options = options;
    this.base = options.base ?? 1;
    this.b = new Builder(new Graph());
    this.algebra = new Algebra(this.b);
    this.sizes = new Sizes(bindings);
    this.#machinery = machinery;
  }

  visit(expr: Expr, scope: Scope): Step {
    return this.#machinery.visit(this, expr, scope);
  }
  demand(pending: Pending, scope: Scope): Step {
    return this.#machinery.demand(this, pending, scope);
  }

  /** Reports once per place, however often a function is inlined. Gives nothing, to return in place of a value. */
  report<C extends Code>(code: C, span: Span, args: ArgsOf<C>, options: ReportOptions = {}): undefined {
    if (this.#only !== undefined && !this.#only.has(code)) return undefined;
    const key = `${code}|${span.start}|${span.end}|${span.source.name}`;
    if (!this.#reports.has(key)) this.#reports.set(key, (bag) => bag.report(code, span, args, options));
    if (catalog[code].severity === 'error') this.#failed = true;
    return undefined;
  }
  /** Whether some mistake has been reported. */
  get failed(): boolean {
    return this.#failed;
  }
  /** Runs something whose values are guesses: only reports that hold for every guess are kept. */
  reportingOnly(codes: ReadonlySet<Code> | undefined, work: () => void): void {
    this.#only = codes;
    work();
    this.#only = undefined;
  }
  /** Hands everything over: done once, when nothing is left to be inferred. */
  deliver(bag: Bag): void {
    for (const report of this.#reports.values()) report(bag);
  }

  /** Takes over what the parser says about an imported file. */
  forward(other: Bag): void {
    for (const d of other.diagnostics) {
      const key = `${d.code}|${d.span?.start ?? 0}|${d.span?.end ?? 0}|${d.span?.source.name ?? ''}`;
      this.#reports.set(key, (bag) => bag.add(d));
    }
  }

  note(text: string, span: Span): void {
    const key = `${span.start}|${text}`;
    if (!this.#notes.has(key)) this.#notes.set(key, { text, span });
  }
  get notes(): readonly Note[] {
    return [...this.#notes.values()];
  }

  /** An index variable of the text. */
  label(name: string, first: Dim, size: Dim | undefined, explicit: boolean): Label {
    const label = this.#label(name, first, size, explicit);
    this.bound.push(label);
    return label;
  }
  /** An index over a whole axis, for which the text has no name. */
  elementLabel(size: Dim): Label {
    return this.#label('element', String(this.base), size, true);
  }
  #label(name: string, first: Dim, size: Dim | undefined, explicit: boolean): Label {
    this.#labels += 1;
    return new Label(name, this.#labels, first, size, explicit);
  }
}

/** The text of a piece of source, for messages. */
export function textOf(span: Span): string {
  return span.source.text.slice(span.start, span.end);
}
