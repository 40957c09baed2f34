/** Expressions of the loop program as instructions; what names and elements are is the caller's to say. */
import { invariant } from '../../diagnostics/internal.ts';
import type { LocalId, Poly } from '../../schedule/poly.ts';
import type { BufferId, Expr } from '../../schedule/types.ts';
import type { Code } from './code.ts';
import { bindOnce, emitNumber, emitTruth, type Binding, type Emission } from './emit-formula.ts';
import type { Lanes } from './lanes.ts';
import type { Library } from './library.ts';

/** How the expressions of one place reach what they speak of. Each leaves a number on the stack. */
export interface Reading {
  readonly code: Code;
  readonly lanes: Lanes;
  readonly library: Library;
  readonly local: (id: LocalId) => void;
  readonly load: (buffer: BufferId, index: Poly) => void;
  readonly index: (poly: Poly) => void;
}

const ARITHMETIC = { '+': 'add', '-': 'sub', '*': 'mul', '/': 'div' } as const;

export function emitExpr(r: Reading, e: Expr): void {
  const { code, lanes } = r;
  switch (e.kind) {
    case 'number': lanes.constant(code, e.value); break;
    case 'local': r.local(e.id); break;
    case 'index': r.index(e.poly); break;
    case 'load': r.load(e.buffer, e.index); break;
    case 'multiple': case 'pieces': case 'boundary': invariant(false, 'wasm', 'the end of blocks is an integer');
    case 'arithmetic':
      emitExpr(r, e.left);
      emitExpr(r, e.right);
      code.op(lanes.op(ARITHMETIC[e.op]));
      break;
    case 'negate':
      if (e.arg.kind === 'number') return lanes.constant(code, -e.arg.value);
      emitExpr(r, e.arg);
      code.op(lanes.op('neg'));
      break;
    case 'op': {
      const { formula } = r.library.operation(e.op);
      emitNumber(operationEmission(r, e), formula);
      break;
    }
    case 'call': invariant(false, 'wasm', 'a function of the caller was let through');
  }
}

/** Leaves a truth on the stack. */
export function emitTruthOf(r: Reading, e: Expr): void {
  if (e.kind === 'op') {
    const { formula } = r.library.operation(e.op);
    // `u < v ? 1 : 0` where a truth is wanted
    const isTruth = formula.kind === 'choose' && formula.yes.kind === 'number' && formula.yes.value === 1 && formula.no.kind === 'number' && formula.no.value === 0;
    const isOpposite = formula.kind === 'choose' && formula.yes.kind === 'number' && formula.yes.value === 0 && formula.no.kind === 'number' && formula.no.value === 1;
    if (isTruth) return emitTruth(operationEmission(r, e), formula.when);
    if (isOpposite) return emitTruth(operationEmission(r, e), { kind: 'opposite', arg: formula.when });
  }
  emitExpr(r, e);
  r.lanes.constant(r.code, 0);
  r.code.op(r.lanes.compare('!=='));
}

function operationEmission(r: Reading, e: Extract<Expr, { kind: 'op' }>): Emission {
  const { row, formula } = r.library.operation(e.op);
  const bindings = new Map<string, Binding>();
  for (const [k, name] of row.args.entries()) {
    const arg = e.args[k];
    invariant(arg, 'wasm', `${e.op} has no argument ${name}`);
    const binding: Binding = row.domain[name] === 'boolean'
      ? { number: () => emitExpr(r, arg), truth: () => emitTruthOf(r, arg) }
      : { number: () => emitExpr(r, arg) };
    bindings.set(name, bindOnce(r.code, r.lanes, formula, name, binding, arg.kind === 'number' || arg.kind === 'local'));
  }
  return { code: r.code, lanes: r.lanes, library: r.library, bindings };
}
