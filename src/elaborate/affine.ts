/** Sizes and positions: integers, size names and indices, added and subtracted. */
import { run, type Visit } from '../ast/trampoline.ts';
import type { Expr } from '../ast/types.ts';
import { constantDim, readDim, shiftDim, writeDim, type Dim } from '../ir/dim.ts';
import { isInteger, parseRational } from '../ir/rational.ts';
import type { Pass } from './pass.ts';
import type { Scope, StepVariable } from './scope.ts';
import { summandsOf } from './spine.ts';
import type { Label } from './value.ts';

/** Σ coef·index + offset, as the user counts. */
export interface Affine {
  readonly terms: ReadonlyMap<Label | StepVariable, number>;
  readonly offset: Dim;
}

type Reading = Affine | undefined;
const NONE: ReadonlyMap<Label | StepVariable, number> = new Map();

/** The affine form of an expression; undefined when it has none. */
export function readAffine(pass: Pass, expr: Expr, scope: Scope): Reading {
  const form = run(visit(pass, expr, scope));
  return form?.offset.startsWith(NEGATED) ? undefined : form;
}

/** A size: an affine form without indices. */
export function readSize(pass: Pass, expr: Expr, scope: Scope): Dim | undefined {
  const form = readAffine(pass, expr, scope);
  return form === undefined || form.terms.size > 0 ? undefined : form.offset;
}

/** A size known at compile time. */
export function readInteger(pass: Pass, expr: Expr, scope: Scope): number | undefined {
  const size = readSize(pass, expr, scope);
  return size === undefined ? undefined : constantDim(size);
}

function* visit(pass: Pass, expr: Expr, scope: Scope): Visit<Reading> {
  switch (expr.kind) {
    case 'number': return integer(expr.text);
    case 'name': return nameForm(pass, expr.name, scope);
    case 'group': return yield visit(pass, expr.inner, scope);
    case 'negate': return scaled(yield visit(pass, expr.operand, scope), -1);
    case 'binary': {
      if (expr.op === '+' || expr.op === '-') {
        let total: Reading = { terms: NONE, offset: '0' };
        for (const { expr: part, negative } of summandsOf(expr)) total = added(total, scaled(yield visit(pass, part, scope), negative ? -1 : 1));
        return total;
      }
      if (expr.op !== '*' && expr.op !== 'juxt' && expr.op !== 'coef') return undefined;
      const left = yield visit(pass, expr.left, scope);
      const right = yield visit(pass, expr.right, scope);
      const factor = plainInteger(left);
      if (factor !== undefined) return scaled(right, factor);
      const other = plainInteger(right);
      return other === undefined ? undefined : scaled(left, other);
    }
    case 'index': return yield listed(pass, expr.base, expr.indices.map((i) => (i.kind === 'at' ? i.value : undefined)), scope);
    case 'subscript': return yield listed(pass, expr.base, expr.indices, scope);
    case 'apply': return sizeOf(expr, scope);
    default: return undefined;
  }
}

/** Functions whose value is a size: of which axis. */
export const SIZE_FUNCTIONS = { length: 0, rows: 0, cols: 1 } as const;

/** `length(x)` of a named array. */
function sizeOf({ callee, args }: Expr & { kind: 'apply' }, scope: Scope): Reading {
  const [of] = args;
  if (callee.kind !== 'name' || !Object.hasOwn(SIZE_FUNCTIONS, callee.name) || scope.find(callee.name) !== undefined || of?.value.kind !== 'name' || args.length > 1) return undefined;
  const entity = scope.find(of.value.name);
  const dim = entity?.kind === 'value' ? entity.value.axes[SIZE_FUNCTIONS[callee.name as keyof typeof SIZE_FUNCTIONS]] : undefined;
  return dim === undefined ? undefined : { terms: NONE, offset: dim };
}

/** `n[l-1]` of `dim n = [784, 128, 10]`. */
function* listed(pass: Pass, base: Expr, indices: readonly (Expr | undefined)[], scope: Scope): Visit<Reading> {
  const [index] = indices;
  if (base.kind !== 'name' || index === undefined || indices.length !== 1) return undefined;
  const entity = scope.find(base.name);
  if (entity?.kind !== 'sizes') return undefined;
  const position = plainInteger(yield visit(pass, index, scope));
  const dim = position === undefined ? undefined : entity.dims[position];
  return dim === undefined ? undefined : { terms: NONE, offset: dim };
}

function nameForm(pass: Pass, name: string, scope: Scope): Reading {
  const entity = scope.find(name);
  switch (entity?.kind) {
    case 'size': return { terms: NONE, offset: entity.dim };
    case 'position': return { terms: NONE, offset: String(entity.at) };
    case 'label': return { terms: new Map([[entity.label, 1]]), offset: '0' };
    case 'step': return { terms: new Map([[entity.step, 1]]), offset: '0' };
    case 'value': {
      const q = entity.value.axes.length + entity.value.labels.length === 0 ? pass.b.constantOf(entity.value.node) : undefined;
      return q !== undefined && isInteger(q) ? { terms: NONE, offset: String(q.num) } : undefined;
    }
    default: return undefined;
  }
}

function integer(text: string): Reading {
  const q = parseRational(text);
  return q !== undefined && isInteger(q) && Number.isSafeInteger(Number(q.num)) ? { terms: NONE, offset: String(q.num) } : undefined;
}

function plainInteger(form: Reading): number | undefined {
  return form === undefined || form.terms.size > 0 ? undefined : constantDim(form.offset);
}

function scaled(form: Reading, factor: number): Reading {
  if (form === undefined || factor === 1) return form;
  const offset = scaleDim(form.offset, factor);
  if (offset === undefined) return undefined;
  return { terms: new Map([...form.terms].map(([index, coef]) => [index, coef * factor])), offset };
}

/** A size symbol survives only a factor of one; a negated one waits for the size it is subtracted from. */
function scaleDim(dim: Dim, factor: number): Dim | undefined {
  const { base, offset } = readDim(dim);
  if (base === undefined) return String(offset * factor);
  if (factor === 0) return '0';
  return factor === -1 ? NEGATED + writeDim({ base, offset }) : undefined;
}
/** Stands before a subtracted size while a sum is being read. */
const NEGATED = '\u0000-';

function added(a: Reading, b: Reading): Reading {
  if (a === undefined || b === undefined) return undefined;
  const offset = addDims(a.offset, b.offset);
  if (offset === undefined) return undefined;
  if (b.terms.size === 0) return { terms: a.terms, offset };
  const terms = new Map(a.terms);
  for (const [index, coef] of b.terms) {
    const sum = (terms.get(index) ?? 0) + coef;
    if (sum === 0) terms.delete(index);
    else terms.set(index, sum);
  }
  return { terms, offset };
}

/** a + b when that is one symbol plus an integer. */
export function addDims(a: Dim, b: Dim): Dim | undefined {
  if (b.startsWith(NEGATED)) return subtractDims(a, b.slice(NEGATED.length));
  if (a.startsWith(NEGATED)) return subtractDims(b, a.slice(NEGATED.length));
  const x = readDim(a);
  const y = readDim(b);
  if (x.base === undefined) return shiftDim(b, x.offset);
  return y.base === undefined ? shiftDim(a, y.offset) : undefined;
}

/** a − b when that is one symbol plus an integer. */
export function subtractDims(a: Dim, b: Dim): Dim | undefined {
  const x = readDim(a);
  const y = readDim(b);
  if (y.base === undefined) return shiftDim(a, -y.offset);
  return x.base === y.base ? String(x.offset - y.offset) : undefined;
}
