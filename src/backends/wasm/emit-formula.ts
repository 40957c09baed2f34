/** Formulas as instructions, on single numbers or on vectors. Both sides of a choice are computed where that is cheap. */
import { invariant } from '../../diagnostics/internal.ts';
import type { Code } from './code.ts';
import { callsOf, readsOf, type Formula } from './formula.ts';
import { instructionFor, scalarLanes, type Lanes } from './lanes.ts';
import type { Library } from './library.ts';

export interface Binding {
  /** leaves the number on the stack */
  readonly number: () => void;
  /** leaves the truth on the stack, where that is cheaper than a comparison with 0 */
  readonly truth?: () => void;
}

export interface Emission {
  readonly code: Code;
  readonly lanes: Lanes;
  readonly library: Library;
  readonly bindings: ReadonlyMap<string, Binding>;
}

const ARITHMETIC = { '+': 'add', '-': 'sub', '*': 'mul', '/': 'div' } as const;

export function emitNumber(e: Emission, f: Formula): void {
  const { code, lanes } = e;
  switch (f.kind) {
    case 'number': lanes.constant(code, f.value); break;
    case 'name': bound(e, f.name).number(); break;
    case 'negate':
      if (f.arg.kind === 'number') return lanes.constant(code, -f.arg.value);
      emitNumber(e, f.arg);
      code.op(lanes.op('neg'));
      break;
    case 'arithmetic':
      if (f.op === '%') return emitCall(e, 'remainder', [f.left, f.right]);
      emitNumber(e, f.left);
      emitNumber(e, f.right);
      code.op(lanes.op(ARITHMETIC[f.op]));
      break;
    case 'compare': case 'logic': case 'opposite':
      lanes.constant(code, 1);
      lanes.constant(code, 0);
      emitTruth(e, f);
      code.op(lanes.select);
      break;
    case 'choose': emitChoice(e, f); break;
    case 'call': emitCall(e, f.name, f.args); break;
    case 'let': emitLet(e, f); break;
  }
}

export function emitTruth(e: Emission, f: Formula): void {
  const { code, lanes } = e;
  switch (f.kind) {
    case 'compare':
      if ((f.op === '===' || f.op === '!==') && isTruth(f.left)) {
        emitTruth(e, f.left);
        emitTruth(e, f.right);
        code.op(lanes.form === 'scalar' ? 'i32.ne' : 'v128.xor');
        if (f.op === '===') code.op(lanes.opposite);
        break;
      }
      emitNumber(e, f.left);
      emitNumber(e, f.right);
      code.op(lanes.compare(f.op));
      break;
    case 'logic':
      emitTruth(e, f.left);
      emitTruth(e, f.right);
      code.op(f.op === '&&' ? lanes.both : lanes.either);
      break;
    case 'opposite':
      emitTruth(e, f.arg);
      code.op(lanes.opposite);
      break;
    case 'name': {
      const { truth, number } = bound(e, f.name);
      if (truth !== undefined) return truth();
      number();
      lanes.constant(code, 0);
      code.op(lanes.compare('!=='));
      break;
    }
    default:
      emitNumber(e, f);
      lanes.constant(code, 0);
      code.op(lanes.compare('!=='));
  }
}

const isTruth = (f: Formula): boolean => f.kind === 'compare' || f.kind === 'logic' || f.kind === 'opposite';

function bound(e: Emission, name: string): Binding {
  const binding = e.bindings.get(name);
  invariant(binding, 'wasm', `nothing is called ${name}`);
  return binding;
}

function emitChoice(e: Emission, f: Extract<Formula, { kind: 'choose' }>): void {
  const { code, lanes } = e;
  const [yesCalls, noCalls] = [callsAnything(f.yes), callsAnything(f.no)];
  if (lanes.form === 'scalar' && (yesCalls || noCalls)) {
    emitTruth(e, f.when);
    code.choose(lanes.number, () => emitNumber(e, f.yes), () => emitNumber(e, f.no));
    return;
  }
  if (!yesCalls && !noCalls) {
    emitNumber(e, f.yes);
    emitNumber(e, f.no);
    emitTruth(e, f.when);
    code.op(lanes.select);
    return;
  }
  // a side that is dear is computed where some element wants it
  const mask = code.local(lanes.truth);
  emitTruth(e, f.when);
  code.set(mask);
  emitSide(e, f.yes, yesCalls, () => void code.get(mask));
  emitSide(e, f.no, noCalls, () => void code.get(mask).op('v128.not'));
  code.get(mask).op(lanes.select);
}

function emitSide(e: Emission, side: Formula, dear: boolean, wanted: () => void): void {
  if (!dear) return emitNumber(e, side);
  wanted();
  e.code.op('v128.any_true').choose(e.lanes.number, () => emitNumber(e, side), () => e.lanes.constant(e.code, 0));
}

const callsAnything = (f: Formula): boolean => callsOf(f).some((name) => instructionFor(name) === undefined);

function emitLet(e: Emission, f: Extract<Formula, { kind: 'let' }>): void {
  const local = e.code.local(isTruth(f.value) ? e.lanes.truth : e.lanes.number);
  let binding: Binding = { number: () => void e.code.get(local) };
  if (isTruth(f.value)) {
    emitTruth(e, f.value);
    const truth = (): void => void e.code.get(local);
    binding = { truth, number: () => {
      e.lanes.constant(e.code, 1);
      e.lanes.constant(e.code, 0);
      truth();
      e.code.op(e.lanes.select);
    } };
  } else emitNumber(e, f.value);
  e.code.set(local);
  emitNumber({ ...e, bindings: new Map([...e.bindings, [f.name, binding]]) }, f.body);
}

export function emitCall(e: Emission, name: string, args: readonly Formula[]): void {
  const { code, lanes, library } = e;
  const native = instructionFor(name);
  if (native !== undefined) {
    for (const arg of args) emitNumber(e, arg);
    code.op(lanes.op(native));
    return;
  }
  if (lanes.form === 'scalar' || library.isVector(name)) {
    for (const arg of args) emitNumber(e, arg);
    code.call(library.callee(name, args.length, lanes));
    return;
  }
  emitEach(e, name, args);
}

/** A vector through a function of numbers: taken apart and put together. */
function emitEach(e: Emission, name: string, args: readonly Formula[]): void {
  const { code, library } = e;
  const { element } = e.lanes;
  const vectors = args.map((arg) => {
    const local = code.local('v128');
    emitNumber(e, arg);
    code.set(local);
    return local;
  });
  const callee = library.callee(name, args.length, scalarLanes(element));
  for (let lane = 0; lane < element.width; lane++) {
    for (const vector of vectors) code.get(vector).lane(element.extract, lane);
    code.call(callee);
    if (lane === 0) code.op(element.splat);
    else code.lane(element.replace, lane);
  }
}

/** Arguments that a formula reads more than once are computed once. */
export function bindOnce(code: Code, lanes: Lanes, formula: Formula, name: string, binding: Binding, atomic: boolean): Binding {
  if (atomic || readsOf(formula, name) <= 1) return binding;
  const local = code.local(lanes.number);
  binding.number();
  code.set(local);
  return { number: () => void code.get(local) };
}
