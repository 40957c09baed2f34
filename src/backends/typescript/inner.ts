/**
 * Functions that a module keeps for itself, with the arrays that it calls them with: the arrays of all variables are
 * parts of one array, and so are those of all results.
 */
import type { NodeId } from '../../ir/types.ts';
import type { FunctionPlan } from '../../schedule/plan.ts';
import { addPoly, sizePoly, ZERO, type Poly } from '../../schedule/poly.ts';
import type { Scheduled } from '../../schedule/schedule.ts';
import { vocabularyOf } from './checks.ts';
import { arrayType, type ModuleContext } from './context.ts';
import { polyText } from './expression.ts';
import { emitFunction, type FunctionSpec, type KeptRoom } from './function.ts';
import { identifier } from './names.ts';
import type { FunctionDeclaration } from './structure.ts';

export interface Inner {
  readonly functions: readonly FunctionDeclaration[];
  /** makes the arrays, before the functions */
  readonly room: readonly string[];
  /** names of the two arrays */
  readonly seeds: string;
  readonly results: string;
  /** how many seeds there are */
  readonly length: string;
  readonly call: string;
  /** structs of the caller that the call passes on */
  readonly needs: readonly string[];
}

export function emitInner(ctx: ModuleContext, f: FunctionPlan, name: string, loops: Scheduled, kept: KeptRoom | undefined): Inner {
  const parts = { seeds: arraysOf(ctx, `${name}Seeds`, f.directions), results: arraysOf(ctx, `${name}Results`, f.outputs) };
  const spec: FunctionSpec = {
    name, docs: f.docs, matrices: [], directions: f.directions, status: undefined, ...(kept !== undefined && { kept }),
    outputs: f.outputs.map((o) => ({ kind: 'filled', name: o.name, node: o.scheduled ?? o.node })),
    outType: `typeof ${parts.results.struct}`, directionType: `typeof ${parts.seeds.struct}`,
  };
  const functions = emitFunction(ctx, spec, loops).map((part) => ({ ...part, exported: false }));
  const passed = (functions.at(-1)?.parameters ?? []).map((p) => p.name);
  const own: Readonly<Record<string, string>> = { direction: parts.seeds.struct, out: parts.results.struct };
  return {
    functions, room: [...parts.seeds.lines, ...parts.results.lines], seeds: parts.seeds.whole, results: parts.results.whole, length: parts.seeds.length,
    call: `${name}(${passed.map((p) => own[p] ?? p).join(', ')})`,
    needs: passed.filter((p) => own[p] === undefined),
  };
}

/** One array for several values, and a struct of its parts. */
function arraysOf(ctx: ModuleContext, hint: string, values: readonly { readonly name: string; readonly node: NodeId }[]): { whole: string; struct: string; length: string; lines: string[] } {
  const size = (p: Poly): string => polyText(vocabularyOf(ctx), p);
  const whole = ctx.names.claim(hint);
  const struct = ctx.names.claim(`${hint}ByName`);
  const fields = ctx.resultFields(values.map((v) => v.name));
  let start: Poly = ZERO;
  const parts = values.map(({ name, node }) => {
    const end = addPoly(start, sizePoly(ctx.plan.b.graph.shape(node)));
    const part = `${fields.get(name) ?? identifier(name)}: ${whole}.subarray(${size(start)}, ${size(end)})`;
    start = end;
    return part;
  });
  return { whole, struct, length: size(start), lines: [`const ${whole} = new ${arrayType(ctx)}(${size(start)});`, `const ${struct} = { ${parts.join(', ')} };`] };
}
