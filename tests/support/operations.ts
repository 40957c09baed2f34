/**
 * Exact operation counts of scheduled programs: what one call executes at given sizes. One arithmetic
 * operation counts 1, a function the cost in its row, an accumulation 1; index arithmetic counts nothing.
 * A guarded statement is counted as if its guard held.
 */
import { leafOf } from '../../src/backends/typescript/context.ts';
import { rowOf } from '../../src/ops/table.ts';
import type { EmitPlan, OutputPlan } from '../../src/schedule/plan.ts';
import { evaluatePoly } from '../../src/schedule/poly.ts';
import type { LocalId, Poly } from '../../src/schedule/poly.ts';
import { schedule } from '../../src/schedule/schedule.ts';
import type { ScheduleOutput } from '../../src/schedule/schedule.ts';
import type { Expr, LinalgStmt, Program, Stmt } from '../../src/schedule/types.ts';

/** Operations of computing some outputs of a plan together. */
export function operationsOf(plan: EmitPlan, outputs: readonly OutputPlan[], sizes: ReadonlyMap<string, number>): number {
  const inputs = plan.inputs.map((i) => ({ name: i.name, node: leafOf(i), shape: i.shape, element: i.element }));
  const wanted = outputs.map((o): ScheduleOutput => (o.kind === 'returned' ? { kind: 'returned', node: o.node } : { kind: 'filled', name: o.name, node: o.node }));
  return countProgram(schedule({ b: plan.b, inputs, outputs: wanted, names: plan.names }), sizes);
}

export function countProgram(program: Program, sizes: ReadonlyMap<string, number>): number {
  const counter = new Counter(sizes);
  return counter.statements(program.body) + (program.result === undefined ? 0 : expression(program.result));
}

class Counter {
  readonly #sizes: ReadonlyMap<string, number>;
  readonly #locals = new Map<LocalId, number>();

  constructor(sizes: ReadonlyMap<string, number>) {
    this.#sizes = sizes;
  }

  statements(body: readonly Stmt[]): number {
    return body.reduce((sum, s) => sum + this.#statement(s), 0);
  }

  #statement(s: Stmt): number {
    switch (s.kind) {
      case 'let': case 'var': return expression(s.value);
      case 'assign': case 'store': return expression(s.value) + (s.combine === 'set' ? 0 : 1);
      case 'fill': case 'copy': return 0;
      case 'if': return this.statements(s.body);
      case 'for': {
        let sum = 0;
        for (let k = this.#integer(s.from); k < this.#integer(s.to); k++) {
          this.#locals.set(s.local, k);
          sum += this.statements(s.body);
        }
        return sum;
      }
      case 'linalg': return this.#kernel(s);
    }
  }

  #integer(p: Poly): number {
    return evaluatePoly(p, (name) => this.#sizes.get(name) ?? 0, (id) => this.#locals.get(id) ?? 0);
  }

  /** Leading terms for n unknowns and m right-hand sides. */
  #kernel(s: LinalgStmt): number {
    const [n = 0, m = 1] = s.sizes.map((p) => this.#integer(p));
    switch (s.kernel) {
      case 'cholesky': return n ** 3 / 3;
      case 'choleskyAdjoint': return 2 * n ** 3;
      case 'solveLower': case 'solveLowerTransposed': return n * n * m;
      case 'solve': case 'solveTransposed': return (2 * n ** 3) / 3 + 2 * n * n * m;
      case 'inverse': return 2 * n ** 3;
      case 'logDeterminant': case 'determinant': return (2 * n ** 3) / 3;
    }
  }
}

function expression(e: Expr): number {
  switch (e.kind) {
    case 'number': case 'local': case 'index': case 'load': return 0;
    case 'arithmetic': return 1 + expression(e.left) + expression(e.right);
    case 'negate': return 1 + expression(e.arg);
    case 'call': return e.args.reduce((sum, a) => sum + expression(a), 1);
    case 'op': {
      const row = rowOf(e.op);
      return e.args.reduce((sum, a) => sum + expression(a), row.kind === 'primitive' ? row.cost : 1);
    }
  }
}
