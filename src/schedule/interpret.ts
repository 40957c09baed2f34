/** Runs a loop program plainly: the middle of the comparison graph = loops = emitted code. */
import { invariant } from '../diagnostics/internal.ts';
import { evaluateDim } from '../ir/dim.ts';
import type { OpaqueEvaluator } from '../ir/evaluate.ts';
import { rowOf } from '../ops/table.ts';
import { multiplyStrided, runKernel, type Strided } from './kernels.ts';
import { evaluatePoly, type LocalId, type Poly } from './poly.ts';
import type { BufferId, Combine, Cut, Expr, MatmulStmt, MatrixOperand, Program, Stmt } from './types.ts';

export interface Memory {
  readonly sizes: ReadonlyMap<string, number>;
  /** by buffer; missing ones are allocated as zeros */
  readonly arrays: Map<BufferId, Float64Array>;
  readonly opaques?: ReadonlyMap<string, OpaqueEvaluator>;
}

/** Runs the program on the memory; the returned scalar, or NaN when there is none. */
export function interpret(program: Program, memory: Memory): number {
  const machine = new Machine(program, memory);
  machine.run(program.body);
  return program.result === undefined ? Number.NaN : machine.value(program.result);
}

class Machine {
  readonly program: Program;
  readonly memory: Memory;
  readonly locals: Float64Array;

  constructor(program: Program, memory: Memory) {
    this.program = program;
    this.memory = memory;
    this.locals = new Float64Array(program.locals.length).fill(Number.NaN);
  }

  array(buffer: BufferId): Float64Array {
    const { arrays, sizes } = this.memory;
    let found = arrays.get(buffer);
    if (found === undefined) {
      const { shape = [], contents } = this.program.buffers[buffer] ?? {};
      // scratch starts as garbage: a program that reads what it never wrote must show
      found = contents === undefined ? new Float64Array(shape.reduce((n, d) => n * evaluateDim(d, sizes), 1)).fill(Number.NaN) : Float64Array.from(contents);
      arrays.set(buffer, found);
    }
    return found;
  }
  integer(p: Poly): number {
    return evaluatePoly(p, (name) => this.memory.sizes.get(name) ?? Number.NaN, (local) => this.locals[local] ?? Number.NaN);
  }

  value(e: Expr): number {
    switch (e.kind) {
      case 'number': return e.value;
      case 'local': return this.locals[e.id] ?? Number.NaN;
      case 'index': return this.integer(e.poly);
      case 'multiple': return this.integer(e.poly) - (this.integer(e.poly) % e.of);
      case 'pieces': return Math.ceil(this.integer(e.poly) / this.pieceSize(e.poly, e.cut));
      case 'boundary': return Math.min(this.integer(e.poly), this.integer(e.piece) * this.pieceSize(e.poly, e.cut));
      case 'load': return this.array(e.buffer)[this.integer(e.index)] ?? Number.NaN;
      case 'arithmetic': return arithmetic(e.op, this.value(e.left), this.value(e.right));
      case 'negate': return -this.value(e.arg);
      case 'op': {
        const row = rowOf(e.op);
        invariant(row.kind === 'primitive', 'interpret', `${e.op} was not expanded`);
        return row.evaluate(...e.args.map((a) => this.value(a)));
      }
      case 'call': {
        const f = this.memory.opaques?.get(e.name);
        invariant(f, 'interpret', `no function for ${e.name}`);
        return f(e.orders, e.args.map((a) => this.value(a)));
      }
    }
  }

  pieceSize(length: Poly, { grain, most }: Cut): number {
    return grain * Math.ceil(Math.max(this.integer(length), 1) / (grain * most));
  }

  run(statements: readonly Stmt[]): void {
    for (const s of statements) this.step(s);
  }
  step(s: Stmt): void {
    switch (s.kind) {
      case 'let': case 'var': this.locals[s.local] = this.value(s.value); break;
      case 'assign': this.locals[s.local] = combined(s.combine, this.locals[s.local] ?? Number.NaN, this.value(s.value)); break;
      case 'store': this.store(s.buffer, this.integer(s.index), s.combine, this.value(s.value)); break;
      case 'fill': this.array(s.buffer).fill(s.value); break;
      case 'copy': {
        const from = this.integer(s.fromOffset);
        this.array(s.to).set(this.array(s.from).subarray(from, from + this.integer(s.length)), this.integer(s.toOffset));
        break;
      }
      case 'for': this.loop(s.local, this.integer(s.from), this.integer(s.to), s.direction, s.step ?? 1, s.body); break;
      case 'if': if (this.value(s.when) !== 0) this.run(s.body); break;
      case 'matmul': this.multiply(s); break;
      case 'linalg': {
        const result = runKernel(s.kernel, s.args.map((a) => this.array(a)), s.scratch.map((a) => this.array(a)), s.result.kind === 'buffer' ? this.array(s.result.buffer) : undefined, s.sizes.map((p) => this.integer(p)));
        if (s.result.kind === 'local') this.locals[s.result.local] = result;
        break;
      }
    }
  }
  multiply({ left, right, result, at, scale, ...sizes }: MatmulStmt): void {
    const operand = (o: MatrixOperand): Strided => ({ data: this.array(o.buffer), offset: this.integer(o.offset), row: this.integer(o.row), column: this.integer(o.column) });
    multiplyStrided(operand(left), operand(right), this.array(result).subarray(this.integer(at)), scale, { rows: this.integer(sizes.rows), columns: this.integer(sizes.columns), inner: this.integer(sizes.inner) });
  }
  loop(local: LocalId, from: number, to: number, direction: 'forward' | 'backward', step: number, body: readonly Stmt[]): void {
    for (let k = from; k < to; k += step) {
      this.locals[local] = direction === 'forward' ? k : from + to - 1 - k;
      this.run(body);
    }
  }
  store(buffer: BufferId, index: number, combine: Combine, value: number): void {
    const array = this.array(buffer);
    invariant(index >= 0 && index < array.length, 'interpret', `store outside ${this.program.buffers[buffer]?.name ?? buffer}[${index}]`);
    array[index] = combined(combine, array[index] ?? Number.NaN, value);
  }
}

function arithmetic(op: '+' | '-' | '*' | '/', x: number, y: number): number {
  switch (op) {
    case '+': return x + y;
    case '-': return x - y;
    case '*': return x * y;
    case '/': return x / y;
  }
}

function combined(combine: Combine, old: number, value: number): number {
  switch (combine) {
    case 'set': return value;
    case 'add': return old + value;
    case 'multiply': return old * value;
    case 'max': return Math.max(old, value);
    case 'min': return Math.min(old, value);
  }
}
