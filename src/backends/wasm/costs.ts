/**
 * What things cost in JavaScript and as machine code, in nanoseconds: `--target auto` takes the cheaper for each function.
 * The figures are those of shared/reference/codegen-measurements.md, sections 1, 2, 3 and 4.11; `npm run bench -- crossover` measures
 * them again. Only their ratios decide, and only where they are far apart.
 */
import { gathers } from '../../schedule/decide.ts';
import { constantPoly, type Poly } from '../../schedule/poly.ts';
import type { NativeRequest } from '../../schedule/native.ts';
import type { Expr, Program, Stmt } from '../../schedule/types.ts';
import { definedIn, eachExpr, ownExprs } from '../../schedule/visit.ts';
import { madeWith, type OpName } from '../../ops/table.ts';
import type { Library } from './library.ts';
import { trianglesWrittenOut } from './triangles.ts';

/** One way to run a function. */
interface Costs {
  /** entering it */
  readonly call: number;
  /** for each array that is passed */
  readonly array: number;
  /** an operation or an access in straight lines, in loops around others and in those that run one step at a time */
  readonly operation: number;
  /** the same in an innermost loop whose steps vectors take together, and in one that goes on step by step */
  readonly inner: number;
  readonly steps: number;
  /** a function such as exp where vectors take it, and elsewhere */
  readonly elementary: number;
  readonly single: number;
  /** a few operations that choose, for which machine code calls a function */
  readonly choosing: number;
  /** what is made of the value of a function beside it, such as the slope of tanh: JavaScript makes both in one call */
  readonly companion: number;
  /** clearing or copying an array, besides its elements */
  readonly whole: number;
  /** a function that the instruction set and our library lack; one that V8 does not know as an import costs a call of JavaScript */
  readonly borrowed: number;
  readonly foreign: number;
  /** one product of a large product of matrices */
  readonly product: number;
  /** an operation of a straight line that is too long for V8 to optimise at once */
  readonly long: number;
}

const JAVASCRIPT: Costs = { call: 0, array: 0, operation: 0.25, inner: 0.16, steps: 0.16, elementary: 2.5, single: 2.5, choosing: 0.5, companion: 0.8, whole: 50, borrowed: 10, foreign: 15, product: 0.27, long: 8 };
const MACHINE: Costs = { call: 9, array: 2, operation: 0.28, inner: 0.08, steps: 0.17, elementary: 1.2, single: 2.3, choosing: 2.6, companion: 2, whole: 5, borrowed: 11, foreign: 50, product: 0.077, long: 0.25 };

/** Extents that only run time tells. */
export const PROBABLE = 100;
/** Operations without loops that V8 no longer optimises as one function. */
const LONG = 4000;

/** Nanoseconds of a call, about. */
export interface Estimate {
  readonly javascript: number;
  readonly machine: number;
}

/** Each target has loops of its own form: in blocks for JavaScript, for vectors as machine code. */
export function estimated(request: NativeRequest, library: Library): Estimate {
  return { javascript: cost(request.program('blocked'), library, JAVASCRIPT), machine: cost(trianglesWrittenOut(request.program('jammed')), library, MACHINE) };
}

function cost(program: Program, library: Library, c: Costs): number {
  const work = new Work(library, program);
  work.block(program.body, 1, 'around');
  if (program.result !== undefined) work.expression(program.result, 1, 'around');
  const arrays = program.buffers.filter((b) => b.use !== 'scratch' && b.shape.length > 0).length;
  const straight = !program.body.some((s) => s.kind === 'for' || s.kind === 'matmul') && (work.times.get('operation') ?? 0) > LONG;
  let total = c.call + arrays * c.array;
  for (const [kind, times] of work.times) total += times * c[straight && kind === 'operation' ? 'long' : kind];
  return total;
}

/** How often each kind of work is done in a call. */
class Work {
  readonly library: Library;
  readonly program: Program;
  readonly times = new Map<keyof Costs, number>();

  constructor(library: Library, program: Program) {
    this.library = library;
    this.program = program;
  }
  #add(kind: keyof Costs, times: number): void {
    this.times.set(kind, (this.times.get(kind) ?? 0) + times);
  }
  block(statements: readonly Stmt[], times: number, place: Place): void {
    for (const s of statements) {
      for (const e of ownExprs(s)) this.expression(e, times, place);
      if (s.kind === 'fill' || s.kind === 'copy') this.#add('whole', times);
      if (s.kind === 'if') this.block(s.body, times / 2, place);
      if (s.kind === 'for') this.block(s.body, times * steps(s), placeOf(this.program, s.body));
      if (s.kind === 'matmul') this.#add('product', times * extent(s.rows) * extent(s.columns) * extent(s.inner));
      if (s.kind === 'linalg') this.#add('product', times * s.sizes.reduce((n, size) => n * extent(size), extent(s.sizes[0] ?? [])));
    }
  }
  expression(e: Expr, times: number, place: Place): void {
    eachExpr(e, (x) => this.#add((x.kind === 'op' ? this.#function(x.op, place) : undefined) ?? PLAIN[place], times));
  }
  /** What kind of function an operation is; undefined where it is a few instructions. */
  #function(op: OpName, place: Place): keyof Costs | undefined {
    const lenders = this.library.lenders(op);
    if (lenders.length > 0) return lenders.every((name) => KNOWN_IMPORTS.has(name)) ? 'borrowed' : 'foreign';
    if (madeWith(op) !== undefined) return 'companion';
    if (!this.library.callsFunctions(op)) return undefined;
    if (!this.library.callsElementary(op)) return 'choosing';
    return place === 'vectors' ? 'elementary' : 'single';
  }
}

const PLAIN: Readonly<Record<Place, keyof Costs>> = { around: 'operation', vectors: 'inner', steps: 'steps' };

/** What V8 calls without leaving machine code, when a module imports it. */
const KNOWN_IMPORTS: ReadonlySet<string> = new Set(['Math.sin', 'Math.cos', 'Math.tan', 'Math.asin', 'Math.acos', 'Math.atan', 'Math.atan2', 'Math.exp', 'Math.log', 'Math.pow']);

/** Outside of innermost loops, or in one that vectors take or that goes on step by step. */
type Place = 'around' | 'vectors' | 'steps';

function placeOf(program: Program, body: readonly Stmt[]): Place {
  if (body.some((s) => s.kind === 'for') || gathers(program, body)) return 'around';
  const own = definedIn(body);
  // no step waits for the one before or chooses what it does
  const free = body.every((s) => s.kind === 'let' || s.kind === 'var' || s.kind === 'store' || (s.kind === 'assign' && (s.combine !== 'set' || own.has(s.local))));
  return free ? 'vectors' : 'steps';
}

const extent = (p: Poly): number => constantPoly(p) ?? PROBABLE;
const steps = (loop: Extract<Stmt, { kind: 'for' }>): number => Math.max((loop.from.length === 0 || constantPoly(loop.from) !== undefined ? extent(loop.to) - (constantPoly(loop.from) ?? 0) : 1) / (loop.step ?? 1), 0);
