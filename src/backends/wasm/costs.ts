/**
 * What things cost in JavaScript and as machine code, in nanoseconds: `--target auto` takes the cheaper for each function.
 * The figures are those of shared/reference/codegen-measurements.md, sections 1, 2, 3 and 4.11; `npm run bench -- crossover` measures
 * them again. Only their ratios decide, and only where they are far apart.
 */
import { gathers } from '../../schedule/decide.ts';
import { constantPoly, type Poly } from '../../schedule/poly.ts';
import type { NativeRequest } from '../../schedule/native.ts';
import type { Expr, Program, Stmt } from '../../schedule/types.ts';
import { eachExpr, ownExprs } from '../../schedule/visit.ts';
import type { Library } from './library.ts';

/** One way to run a function. */
interface Costs {
  /** entering it */
  readonly call: number;
  /** for each array that is passed */
  readonly array: number;
  /** an operation or an access in straight lines, in loops around others and in those that run one step at a time */
  readonly operation: number;
  /** the same in an innermost loop */
  readonly inner: number;
  /** a function such as exp, in an innermost loop and elsewhere */
  readonly elementary: number;
  /** a function that the instruction set and our library lack */
  readonly borrowed: number;
  /** one product of a large product of matrices */
  readonly product: number;
  /** an operation of a straight line that is too long for V8 to optimise at once */
  readonly long: number;
}

const JAVASCRIPT: Costs = { call: 0, array: 0, operation: 0.25, inner: 0.16, elementary: 2.5, borrowed: 10, product: 0.27, long: 8 };
const MACHINE: Costs = { call: 9, array: 2, operation: 0.25, inner: 0.08, elementary: 1.2, borrowed: 11, product: 0.077, long: 0.25 };

/** Extents that only run time tells. */
const PROBABLE = 100;
/** Operations without loops that V8 no longer optimises as one function. */
const LONG = 4000;

/** Nanoseconds of a call, about. */
export interface Estimate {
  readonly javascript: number;
  readonly machine: number;
}

/** Each target has loops of its own form: in blocks for JavaScript, for vectors as machine code. */
export function estimated(request: NativeRequest, library: Library): Estimate {
  return { javascript: cost(request.program('blocked'), library, JAVASCRIPT), machine: cost(request.program('jammed'), library, MACHINE) };
}

function cost(program: Program, library: Library, c: Costs): number {
  const work = new Work(library, program);
  work.block(program.body, 1, false);
  if (program.result !== undefined) work.expression(program.result, 1, false);
  const arrays = program.buffers.filter((b) => b.use !== 'scratch' && b.shape.length > 0).length;
  const straight = !program.body.some((s) => s.kind === 'for' || s.kind === 'matmul') && work.operations > LONG;
  return c.call + arrays * c.array + work.operations * (straight ? c.long : c.operation) + work.inner * c.inner + work.elementary * c.elementary + work.borrowed * c.borrowed + work.products * c.product;
}

/** How often each kind of work is done in a call. */
class Work {
  readonly library: Library;
  readonly program: Program;
  operations = 0;
  inner = 0;
  elementary = 0;
  borrowed = 0;
  products = 0;

  constructor(library: Library, program: Program) {
    this.library = library;
    this.program = program;
  }
  block(statements: readonly Stmt[], times: number, innermost: boolean): void {
    for (const s of statements) {
      for (const e of ownExprs(s)) this.expression(e, times, innermost);
      if (s.kind === 'if') this.block(s.body, times / 2, innermost);
      if (s.kind === 'for') this.block(s.body, times * steps(s), !s.body.some((inner) => inner.kind === 'for') && !gathers(this.program, s.body));
      if (s.kind === 'matmul') this.products += times * extent(s.rows) * extent(s.columns) * extent(s.inner);
      if (s.kind === 'linalg') this.products += times * s.sizes.reduce((n, size) => n * extent(size), extent(s.sizes[0] ?? []));
    }
  }
  expression(e: Expr, times: number, innermost: boolean): void {
    eachExpr(e, (x) => {
      if (x.kind === 'op' && this.library.lenders(x.op).length > 0) this.borrowed += times;
      else if (x.kind === 'op' && this.library.callsFunctions(x.op)) this.elementary += times;
      else if (innermost) this.inner += times;
      else this.operations += times;
    });
  }
}

const extent = (p: Poly): number => constantPoly(p) ?? PROBABLE;
const steps = (loop: Extract<Stmt, { kind: 'for' }>): number => Math.max((loop.from.length === 0 || constantPoly(loop.from) !== undefined ? extent(loop.to) - (constantPoly(loop.from) ?? 0) : 1) / (loop.step ?? 1), 0);
