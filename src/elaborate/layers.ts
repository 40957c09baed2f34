/**
 * Layers written as in a textbook: over `param W[l in 1..L]`, the lines `z = Wₗ * aₗ₋₁ + bₗ` and `aₗ = σ(z)` hold for
 * every l. A definition belongs to the layers when it is indexed by l or uses something that is.
 */
import type { Expr, Statement } from '../ast/types.ts';
import type { MemberRange } from './declarations.ts';
import type { Pass } from './pass.ts';
import { everyExpr } from './syntax.ts';

export interface Layer {
  readonly index: string;
  readonly range: MemberRange;
}

/** The definitions that hold for every layer. */
export function implicitLayers(pass: Pass, statements: readonly Statement[]): ReadonlyMap<Statement, Layer> {
  const layers = new Map<Statement, Layer>();
  if (pass.families.size === 0) return layers;
  const families = declaredFamilies(statements);
  const definitions = statements.filter((s) => s.kind === 'define').filter((s) => s.family.length === 0);
  // a definition that uses a layered name is layered itself: until nothing changes
  for (let changed = true; changed;) {
    changed = false;
    for (const statement of definitions) {
      if (layers.has(statement)) continue;
      const index = layerOf(pass, statement.left, statement.value, families);
      const range = index === undefined ? undefined : pass.families.get(index);
      if (index === undefined || range === undefined) continue;
      layers.set(statement, { index, range });
      const name = baseName(statement.left);
      if (name !== undefined) families.set(name, index);
      changed = true;
    }
  }
  for (const name of families.keys()) pass.familyNames.add(name);
  return layers;
}

/** Names declared as families, by their index. */
function declaredFamilies(statements: readonly Statement[]): Map<string, string> {
  const families = new Map<string, string>();
  for (const statement of statements) {
    if (statement.kind === 'declare') {
      for (const item of statement.items) {
        const [index] = item.family;
        if (index?.kind === 'bind') families.set(item.name.name, index.name.name);
      }
    }
    if (statement.kind === 'define') {
      const [binder] = statement.family;
      const name = baseName(statement.left);
      if (binder?.kind === 'over' && name !== undefined) families.set(name, binder.name.name);
    }
  }
  return families;
}

function baseName(left: Expr): string | undefined {
  const base = left.kind === 'index' || left.kind === 'subscript' ? left.base : left;
  return base.kind === 'name' ? base.name : undefined;
}

const indexNames = (expr: Expr): readonly string[] => {
  const items = expr.kind === 'subscript' ? expr.indices : expr.kind === 'index' ? expr.indices.flatMap((i) => (i.kind === 'at' ? [i.value] : [])) : [];
  return items.flatMap((item) => [...everyExpr(item)].flatMap((part) => (part.kind === 'name' ? [part.name] : [])));
};

/** The family index that a definition depends on without binding it. */
function layerOf(pass: Pass, left: Expr, value: Expr, families: ReadonlyMap<string, string>): string | undefined {
  const own = indexNames(left);
  const used = new Set<string>();
  for (const part of everyExpr(value)) {
    if (part.kind === 'name' && !families.has(part.name)) continue;
    if (part.kind === 'name') used.add(families.get(part.name) ?? '');
    if ((part.kind === 'index' || part.kind === 'subscript') && part.base.kind === 'name' && families.has(part.base.name)) {
      for (const name of indexNames(part)) used.add(name);
    }
  }
  const [first] = own;
  if (first !== undefined && own.length === 1 && pass.families.has(first) && used.has(first)) return first;
  if (left.kind !== 'name') return undefined;
  return [...used].find((name) => pass.families.has(name) && mentions(value, name, families));
}

/** Whether the layer index, or a layered name without an index, occurs: `a[3]` alone belongs to no layer. */
function mentions(value: Expr, index: string, families: ReadonlyMap<string, string>): boolean {
  const indexed = new Set<Expr>();
  for (const part of everyExpr(value)) {
    if (part.kind === 'index' || part.kind === 'subscript') {
      indexed.add(part.base);
      if (part.base.kind === 'name' && families.get(part.base.name) === index && indexNames(part).includes(index)) return true;
    }
    if (part.kind === 'name' && families.get(part.name) === index && !indexed.has(part)) return true;
  }
  return false;
}
