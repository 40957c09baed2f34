/** From statements to names: what a file declares and defines, before anything is elaborated. */
import type { Binder, Expr, Name, Statement } from '../ast/types.ts';
import type { Span } from '../diagnostics/span.ts';
import { shiftDim } from '../ir/dim.ts';
import { readSize, subtractDims } from './affine.ts';
import { declareDims, declareInputs, layerScope, memberRange, type MemberRange } from './declarations.ts';
import { implicitLayers } from './layers.ts';
import type { DimDecl } from './model.ts';
import { textOf, type Pass } from './pass.ts';
import { stateNames } from './recurrence.ts';
import type { ArrayIndex, DefinitionSource, Entity, Pending, Scope } from './scope.ts';
import { compositeName } from './syntax.ts';

/** What a file declares, beside the names in its scope. */
export interface Collected {
  readonly dims: DimDecl[];
  /** definitions in the order of the file */
  readonly definitions: Pending[];
  readonly distributed: (Statement & { kind: 'distributed' })[];
  /** left for the second round */
  readonly requests: Statement[];
}

/** Declares the names of all statements. `importInto` brings in other files. */
export function collect(pass: Pass, statements: readonly Statement[], scope: Scope, importInto: (statement: Statement & { kind: 'import' }) => void): Collected {
  const collector = new Collector(pass, scope);
  for (const statement of statements) if (statement.kind === 'broken') collector.excuse(statement);
  for (const statement of statements) collector.declare(statement, importInto);
  const layers = implicitLayers(pass, statements);
  for (const statement of statements) collector.define(statement, layers.get(statement));
  collector.density();
  return collector.collected;
}

class Collector {
  readonly #pass: Pass;
  readonly #scope: Scope;
  readonly #places = new Map<string, Span>();
  readonly collected: Collected = { dims: [], definitions: [], distributed: [], requests: [] };

  constructor(pass: Pass, scope: Scope) {
    this.#pass = pass;
    this.#scope = scope;
  }

  /** Names that a statement which did not parse might have introduced: nobody complains about them. */
  excuse(statement: Statement): void {
    const text = textOf(statement.span);
    // a statement word, also a misspelt one or one of another language: `parm w: R`, `let w = 2`, `import f from`
    const keyword = /^\s*(?:\p{L}+\s+[\p{L}_{"*]|from\b|(?:data|param|hyper|dim|const|fn|opaque|recur)\b)/u.test(text);
    const names = keyword ? text.match(/[\p{L}_][\p{L}\p{Mn}\d_]*/gu) ?? [] : /^\s*([\p{L}_][\p{L}\p{Mn}\d_]*)\s*(?:\(|\[|=|[ₐ-ₜᵢ-ᵪ₀-₉])/u.exec(text)?.slice(1, 2) ?? [];
    for (const name of names) this.#scope.declare(name, { kind: 'broken' });
  }

  /** Whether the name is free; a second definition is reported. */
  #claim(name: string, span: Span): boolean {
    const before = this.#places.get(name);
    if (before === undefined) {
      this.#places.set(name, span);
      return true;
    }
    this.#pass.report('duplicate-name', span, { name }, { labels: [{ span: before, text: 'first defined here' }] });
    return false;
  }

  declare(statement: Statement, importInto: (statement: Statement & { kind: 'import' }) => void): void {
    const pass = this.#pass;
    switch (statement.kind) {
      case 'pragma': return this.#pragma(statement);
      case 'dim': return declareDims(pass, { ...statement, items: statement.items.filter((i) => this.#claim(i.name.name, i.name.span)) }, this.#scope, this.collected.dims);
      case 'declare': return declareInputs(pass, { ...statement, items: statement.items.filter((i) => this.#claim(i.name.name, i.name.span)) }, this.#scope);
      case 'index': return this.#indices(statement.binders);
      case 'import':
        for (const { name, as } of statement.names) this.#claim((as ?? name).name, (as ?? name).span);
        return importInto(statement);
      case 'const':
        for (const { name, value } of statement.items) if (this.#claim(name.name, name.span)) this.#pending(name.name, name.span, { kind: 'value', value }, [], this.#scope);
        return undefined;
      case 'fn': return this.#fn(statement);
      case 'opaque': {
        if (!this.#claim(statement.name.name, statement.name.span)) return undefined;
        const arity = statement.parameters.length;
        this.#scope.declare(statement.name.name, { kind: 'opaque', name: statement.name.name, arity });
        pass.opaques.set(statement.name.name, { name: statement.name.name, arity, docs: statement.docs });
        return undefined;
      }
      case 'return': case 'init':
        return pass.report('misplaced-statement', statement.span, { statement: statement.kind, place: statement.kind === 'return' ? 'outside a function' : 'outside a recurrence' });
      default: return undefined;
    }
  }

  #pragma(statement: Statement & { kind: 'pragma' }): void {
    const { name, value } = statement;
    if (name.name === 'base' && value?.kind === 'number' && (value.text === '0' || value.text === '1')) this.#pass.base = value.text === '0' ? 0 : 1;
    else if (name.name === 'matrix') this.#pass.matrixMode = true;
    else this.#pass.report('unknown-pragma', statement.span, { name: textOf(statement.span) });
  }

  #indices(binders: readonly Binder[]): void {
    for (const binder of binders) {
      if (binder.kind !== 'over' || binder.from === undefined || binder.to === undefined) continue;
      const { name } = binder.name;
      if (!this.#claim(name, binder.name.span)) continue;
      const from = readSize(this.#pass, binder.from, this.#scope);
      const to = readSize(this.#pass, binder.to, this.#scope);
      const size = from === undefined || to === undefined ? undefined : subtractDims(shiftDim(to, 1), from);
      if (from === undefined || size === undefined) this.#pass.report('bad-size', binder.to.span, { text: textOf(binder.to.span) });
      this.#scope.declare(name, from === undefined || size === undefined ? { kind: 'broken' } : { kind: 'range', first: from, size });
    }
  }

  #fn(statement: Statement & { kind: 'fn' }): void {
    const { name } = statement;
    if (!this.#claim(name.name, name.span)) return;
    const last = statement.body.at(-1);
    if (last?.kind !== 'return') {
      if (!statement.body.some((s) => s.kind === 'broken')) {
        this.#pass.report('bad-definition', name.span, { left: name.name }, { hint: 'the last statement of a function is `return …`' });
      }
      this.#scope.declare(name.name, { kind: 'broken' });
      return;
    }
    this.#scope.declare(name.name, {
      kind: 'function', name: name.name, parameters: statement.parameters, locals: statement.body.slice(0, -1), body: last.value,
      scope: this.#scope, docs: statement.docs, ...(statement.result && { result: statement.result }),
    });
  }

  #pending(name: string, span: Span, source: DefinitionSource, docs: readonly string[], scope: Scope): Pending {
    const pending: Pending = { kind: 'pending', name, span, source, docs, scope };
    this.#scope.declare(name, pending);
    return pending;
  }

  define(statement: Statement, layer: { readonly index: string; readonly range: MemberRange } | undefined): void {
    switch (statement.kind) {
      case 'define': return this.#definition(statement, layer);
      case 'recur': return this.#loop(statement);
      case 'distributed': return void this.collected.distributed.push(statement);
      case 'derive': case 'check': case 'check-derivative': case 'update': case 'assume': case 'subject': case 'expression':
        return void this.collected.requests.push(statement);
      default: return undefined;
    }
  }

  #loop(statement: Statement & { kind: 'recur' }): void {
    const states = stateNames(statement);
    const seen = new Set<string>();
    const names = states.filter((s) => !seen.has(s.name) && seen.add(s.name) && this.#claim(s.name, s.span));
    const loop = { statement, names: names.map((s) => s.name) };
    if (names.length === 0) this.#pass.report('bad-recurrence', statement.span, { reason: 'no state has a rule `h[t] = …`' });
    for (const { name, span } of names) this.collected.definitions.push(this.#pending(name, span, { kind: 'state', loop }, statement.docs, this.#scope));
  }

  #definition(statement: Statement & { kind: 'define' }, layer: { index: string; range: MemberRange } | undefined): void {
    const { left, value, docs } = statement;
    const family = statement.family.find((b) => b.kind === 'over');
    if (family?.from !== undefined && family.to !== undefined) {
      const range = memberRange(this.#pass, textOf(left.span), family.from, family.to, this.#scope);
      const base = left.kind === 'index' || left.kind === 'subscript' ? left.base : left;
      if (range === undefined && base.kind === 'name') this.#scope.declare(base.name, { kind: 'broken' });
      return range && this.#members(statement, family.name.name, range);
    }
    if (layer !== undefined) return this.#members(statement, layer.index, layer.range);
    switch (left.kind) {
      case 'name':
        if (this.#claim(left.name, left.span)) this.collected.definitions.push(this.#pending(left.name, left.span, { kind: 'value', value }, docs, this.#scope));
        return undefined;
      case 'apply': return this.#function(left, statement);
      case 'index': case 'subscript': return this.#indexed(left, statement);
      case 'superscript': return this.#pass.report('bad-definition', left.span, { left: textOf(left.span) }, { hint: `define what is raised to the power: \`${textOf(left.base.span)} = …\`` });
      default: return this.#pass.report('bad-definition', left.span, { left: textOf(left.span) }, isClaim(left) ? { hint: `to state that both sides are equal, write \`check ${textOf(left.span)} == …\`` } : {});
    }
  }

  #function(left: Expr & { kind: 'apply' }, statement: Statement & { kind: 'define' }): void {
    const parameters = left.args.flatMap((a) => (a.kind === 'positional' && a.value.kind === 'name' ? [{ name: a.value }] : []));
    const name = left.callee.kind === 'name' ? left.callee : left.callee.kind === 'subscript' && left.callee.base.kind === 'name' ? { ...left.callee.base, name: compositeName(left.callee) } : undefined;
    if (name === undefined || parameters.length !== left.args.length) return this.#pass.report('bad-definition', left.span, { left: textOf(left.span) });
    if (!this.#claim(name.name, name.span)) return undefined;
    const repeated = parameters.find((p, k) => parameters.findIndex((other) => other.name.name === p.name.name) !== k);
    if (repeated !== undefined) this.#pass.report('duplicate-name', repeated.name.span, { name: repeated.name.name });
    this.#scope.declare(name.name, { kind: 'function', name: name.name, parameters, locals: [], body: statement.value, scope: this.#scope, docs: statement.docs });
  }

  /** `z[i, j] = e`, `a[0] = x`, `θ₁ = 2`. */
  #indexed(left: Expr & { kind: 'index' | 'subscript' }, statement: Statement & { kind: 'define' }): void {
    const { base } = left;
    if (base.kind !== 'name') return this.#pass.report('bad-definition', left.span, { left: textOf(left.span) });
    const items = left.kind === 'index' ? left.indices : left.indices.map((value) => ({ kind: 'at', value } as const));
    const [only] = items;
    const literal = items.length === 1 && only?.kind === 'at' && (only.value.kind === 'number' || this.#scope.find(nameOf(only.value) ?? '')?.kind === 'size');
    if (literal && left.kind === 'subscript') {
      const existing = this.#scope.find(base.name);
      if (existing?.kind !== 'family' && !this.#pass.familyNames.has(base.name)) {
        const name = compositeName(left);
        if (this.#claim(name, left.span)) this.collected.definitions.push(this.#pending(name, left.span, { kind: 'value', value: statement.value }, statement.docs, this.#scope));
        return undefined;
      }
    }
    if (literal && only.value.kind === 'number') return this.#member(base, Number(only.value.text), statement, this.#scope, { kind: 'value', value: statement.value });
    const indices: ArrayIndex[] = [];
    for (const item of items) {
      if (item.kind === 'bind') indices.push({ name: item.name.name, span: item.name.span, from: item.from, to: item.to });
      else if (item.kind === 'at' && item.value.kind === 'name') indices.push({ name: item.value.name, span: item.value.span });
      else return this.#pass.report('bad-definition', left.span, { left: textOf(left.span) });
    }
    if (!this.#claim(base.name, base.span)) return undefined;
    this.collected.definitions.push(this.#pending(base.name, base.span, { kind: 'array', indices, value: statement.value }, statement.docs, this.#scope));
    return undefined;
  }

  /** One definition for every layer. */
  #members(statement: Statement & { kind: 'define' }, index: string, range: MemberRange): void {
    const { left } = statement;
    const base = left.kind === 'index' || left.kind === 'subscript' ? left.base : left;
    if (base.kind !== 'name') return this.#pass.report('bad-definition', left.span, { left: textOf(left.span) });
    const items = left.kind === 'index' ? left.indices.slice(1) : [];
    const indices = items.flatMap((i) => (i.kind === 'at' && i.value.kind === 'name' ? [{ name: i.value.name, span: i.value.span }] : []));
    if (indices.length !== items.length) return this.#pass.report('bad-definition', left.span, { left: textOf(left.span) });
    const source: DefinitionSource = indices.length === 0 ? { kind: 'value', value: statement.value } : { kind: 'array', indices, value: statement.value };
    for (let at = range.from; at <= range.to; at++) this.#member(base, at, statement, layerScope(this.#scope, index, at), source);
    return undefined;
  }

  #member(base: Name, at: number, statement: Statement & { kind: 'define' }, scope: Scope, source: DefinitionSource): void {
    const name = `${base.name}[${at}]`;
    if (!this.#claim(name, base.span)) return;
    let family: Entity | undefined = this.#scope.find(base.name);
    if (family?.kind !== 'family') {
      if (family !== undefined && family.kind !== 'broken') return void this.#claim(base.name, base.span);
      this.#places.set(base.name, base.span);
      family = { kind: 'family', name: base.name, members: new Map<number, Entity>() };
      this.#scope.declare(base.name, family);
    }
    const pending: Pending = { kind: 'pending', name, span: base.span, source, docs: statement.docs, scope };
    family.members.set(at, pending);
    this.collected.definitions.push(pending);
  }

  /** `logp` is the sum of the `~` statements. */
  density(): void {
    const [first] = this.collected.distributed;
    if (first === undefined) return;
    if (!this.#claim(LOG_DENSITY, first.span)) return;
    const source: DefinitionSource = { kind: 'density', statements: this.collected.distributed };
    this.collected.definitions.push(this.#pending(LOG_DENSITY, first.span, source, ['Log density: the sum of the `~` statements.'], this.#scope));
  }
}

/** The name of what is sampled. */
export const LOG_DENSITY = 'logp';

const nameOf = (expr: Expr): string | undefined => (expr.kind === 'name' ? expr.name : undefined);

/** A left side that states something rather than names it. */
export function isClaim(left: Expr): boolean {
  return left.kind === 'partial' || left.kind === 'leibniz' || left.kind === 'nabla' || (left.kind === 'apply' && left.callee.kind === 'prime');
}
