/** What every loop program must satisfy: scopes, single definitions, known buffers. Run after scheduling under test. */
import type { LocalId, Poly } from './poly.ts';
import type { BufferId, Expr, Program, Stmt } from './types.ts';
import { eachExpr, ownExprs, ownPolys, polysOf } from './visit.ts';

/** The faults of a program as sentences; none when it is sound. */
export function checkProgram(program: Program): string[] {
  const checker = new Checker(program);
  checker.block(program.body, new Set());
  return checker.faults;
}

class Checker {
  readonly program: Program;
  readonly faults: string[] = [];
  readonly defined = new Set<LocalId>();
  readonly variables = new Set<LocalId>();

  constructor(program: Program) {
    this.program = program;
  }
  require(holds: boolean, fault: string): void {
    if (!holds) this.faults.push(fault);
  }

  /** `visible`: locals of the blocks around; the result is read at the end of the outermost block. */
  block(statements: readonly Stmt[], visible: ReadonlySet<LocalId>): void {
    const here = new Set(visible);
    for (const s of statements) this.statement(s, here);
    if (visible.size === 0 && statements === this.program.body && this.program.result !== undefined) this.expr(this.program.result, here);
  }

  statement(s: Stmt, here: Set<LocalId>): void {
    for (const e of ownExprs(s)) this.expr(e, here);
    for (const p of ownPolys(s)) this.poly(p, here);
    switch (s.kind) {
      case 'let': case 'var':
        this.define(s.local, here);
        if (s.kind === 'var') this.variables.add(s.local);
        break;
      case 'assign': this.require(here.has(s.local) && this.variables.has(s.local), `$${s.local} is assigned but no variable in scope`); break;
      case 'store': case 'fill': this.buffer(s.buffer); break;
      case 'copy': [s.to, s.from].forEach((b) => this.buffer(b)); break;
      case 'if': this.block(s.body, here); break;
      case 'for': {
        const inner = new Set(here);
        this.define(s.local, inner);
        this.block(s.body, inner);
        break;
      }
      case 'matmul':
        [s.left.buffer, s.right.buffer, s.result].forEach((b) => this.buffer(b));
        this.require(s.result !== s.left.buffer && s.result !== s.right.buffer, `#${s.result} is a product and its factor`);
        break;
      case 'linalg':
        [...s.args, ...s.scratch].forEach((b) => this.buffer(b));
        if (s.result.kind === 'local') this.define(s.result.local, here);
        else this.buffer(s.result.buffer);
        break;
    }
  }

  define(local: LocalId, scope: Set<LocalId>): void {
    this.require(local < this.program.locals.length, `$${local} is no local`);
    this.require(!this.defined.has(local), `$${local} is defined twice`);
    this.defined.add(local);
    scope.add(local);
  }
  buffer(id: BufferId): void {
    this.require(this.program.buffers[id] !== undefined, `#${id} is no buffer`);
  }
  expr(e: Expr, here: ReadonlySet<LocalId>): void {
    eachExpr(e, (x) => {
      if (x.kind === 'local') this.require(here.has(x.id), `$${x.id} is used outside its block`);
      if (x.kind === 'load') this.buffer(x.buffer);
    });
    for (const p of polysOf(e)) this.poly(p, here);
  }
  poly(p: Poly, here: ReadonlySet<LocalId>): void {
    for (const m of p) for (const local of m.locals) this.require(here.has(local), `$${local} is used in an offset outside its block`);
  }
}
