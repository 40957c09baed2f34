/**
 * What a function says about matrices that turned out unusable: `out.status`, as LAPACK's `info`. It is 0 when all is
 * well; otherwise every result that depends on the matrix is NaN. With several matrices `out.failed` says which one.
 */
import { printNode } from '../../print/print.ts';
import { reachable, withBodies } from '../../ir/walk.ts';
import type { MatrixGuard } from '../../schedule/types.ts';
import type { ModuleContext } from './context.ts';
import { formulaDoc } from './tsdoc.ts';

export interface StatusFields {
  /** names of the fields; `failed` only where there are several matrices */
  readonly status: string;
  readonly failed: string | undefined;
  readonly docs: { readonly status: string; readonly failed: string };
  /** the number of the matrix of each guard */
  readonly numbers: readonly number[];
  /** fields of `prepared` that say it already; matrices have the same numbers there */
  readonly inherited: Pick<StatusFields, 'status' | 'failed'> | undefined;
}

/** What a function may find wrong itself, and what `prepare` may have found wrong before. */
export interface Guards {
  readonly own: readonly MatrixGuard[];
  readonly before?: { readonly guards: readonly MatrixGuard[]; readonly fields: StatusFields } | undefined;
}

/** The fields for these guards, beside fields that are taken; undefined when nothing can fail. */
export function statusFields(ctx: ModuleContext, { before, own }: Guards, taken: readonly string[]): StatusFields | undefined {
  const guards = [...(before?.guards ?? []), ...own];
  if (guards.length === 0) return undefined;
  const matrices = matricesOf(guards);
  const free = (name: string): string => (taken.includes(name) ? free(`${name}_`) : name);
  const faults = guards.map((g) => faultText(g, matrixText(ctx, g)));
  const names = matrices.map((key, k) => `${k + 1} for ${matrixText(ctx, guards.find((g) => keyOf(g) === key) ?? guards[k])}`);
  return {
    status: free('status'), failed: matrices.length > 1 ? free('failed') : undefined,
    docs: {
      status: `0 when all is well. Otherwise results are NaN: ${[...new Set(faults)].join('; ')}`,
      failed: `the first matrix that failed: ${names.join(', ')}; 0 when all is well`,
    },
    numbers: own.map((g) => matrices.indexOf(keyOf(g)) + 1),
    inherited: before?.fields,
  };
}

const keyOf = (guard: MatrixGuard): string => `${guard.matrix}|${guard.name ?? ''}`;
const matricesOf = (guards: readonly MatrixGuard[]): string[] => [...new Set(guards.map(keyOf))];

function faultText(guard: MatrixGuard, matrix: string): string {
  switch (guard.kind) {
    case 'cholesky': return `k > 0, the leading minor of order k of ${matrix} is not positive definite`;
    case 'pivot': return `k > 0, ${matrix} is singular, its pivot k is zero`;
    case 'diagonal': return `k > 0, element k on the diagonal of ${matrix} is zero`;
    case 'determinant': return `-1, the determinant of ${matrix} is negative and has no logarithm`;
  }
}

const LONGEST_TEXT = 48;

/** The user's name, or the formula when it is short and speaks of the user's names only. */
function matrixText(ctx: ModuleContext, guard: MatrixGuard | undefined): string {
  if (guard === undefined) return 'the matrix';
  const { matrix, name } = guard;
  if (name !== undefined) return formulaDoc(name);
  const { graph } = ctx.plan.b;
  const plain = reachable(graph, withBodies(graph, [matrix])).every((id) => {
    const attr = graph.attr(id);
    return attr.kind !== 'param' && attr.kind !== 'scan' && !(attr.kind === 'leaf' && attr.name.startsWith('§'));
  });
  const text = plain ? printNode(graph, matrix, { notation: 'unicode', names: ctx.plan.names }) : '';
  return text === '' || text.length > LONGEST_TEXT ? 'the matrix' : formulaDoc(text);
}

/** At the entry of a function. */
export function statusReset({ status, failed, inherited }: StatusFields): string[] {
  if (inherited === undefined) return [`out.${status} = 0;`, ...(failed === undefined ? [] : [`out.${failed} = 0;`])];
  const matrix = inherited.failed === undefined ? `prepared.${inherited.status} === 0 ? 0 : 1` : `prepared.${inherited.failed}`;
  return [`out.${status} = prepared.${inherited.status};`, ...(failed === undefined ? [] : [`out.${failed} = ${matrix};`])];
}

/** After a kernel: the first failure stays. */
export function statusCheck({ status, failed, numbers }: StatusFields, value: string, guard: number): string[] {
  if (failed === undefined) return [`if (out.${status} === 0) out.${status} = ${value};`];
  return [`if (${value} !== 0 && out.${status} === 0) {`, `  out.${status} = ${value};`, `  out.${failed} = ${numbers[guard] ?? 0};`, '}'];
}
