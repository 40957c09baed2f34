/** Loops that do nothing but evaluate functions over arrays are calls of what does that. */
import { addPoly, constantPoly, localPoly, polyKey, polyUses, scalePoly, type Poly } from '../../schedule/poly.ts';
import { madeWith, type OpName } from '../../ops/table.ts';
import type { BufferId, Program, Stmt } from '../../schedule/types.ts';
import { polyText, type Vocabulary } from './expression.ts';
import { FAST, overArrays } from './fast-functions.ts';
import { PAIRS } from './fast-pairs.ts';

type Loop = Extract<Stmt, { kind: 'for' }>;

/** Consecutive elements of an array. */
interface Run {
  readonly buffer: BufferId;
  readonly start: Poly;
}
const isSameRun = (a: Run | undefined, b: Run | undefined): boolean => a !== undefined && b?.buffer === a.buffer && polyKey(a.start) === polyKey(b.start);

interface ArrayCall {
  readonly op: OpName;
  /** what is called */
  readonly name: string;
  readonly args: readonly Run[];
  /** one, or a function and its companion */
  readonly results: readonly Run[];
  readonly length: Poly;
}

/** The calls; undefined where the loop does something else as well. */
export function arrayCalls(program: Program, v: Vocabulary, loop: Loop): string[] | undefined {
  if (constantPoly(loop.from) !== 0 || loop.step !== undefined || loop.direction === 'backward') return undefined;
  const calls: ArrayCall[] = [];
  for (const s of loop.body) {
    const call = callOf(program, loop, s);
    if (call === undefined) return undefined;
    const joined = join(calls.at(-1), call);
    if (joined === undefined) calls.push(call);
    else calls[calls.length - 1] = joined;
  }
  if (!independent(calls)) return undefined;
  return paired(calls).map(({ name, args, results, length }) => {
    const operands = [...args, ...results].map((r) => `${v.buffer(r.buffer)}, ${polyText(v, r.start)}`);
    return `${v.kernel(name)}(${[...operands, polyText(v, length)].join(', ')});`;
  });
}

/** One after the other they do what they do step by step: what one reads of what another one makes is the element of the same step. */
function independent(calls: readonly ArrayCall[]): boolean {
  const ends = new Map<BufferId, string>();
  return calls.every((maker) => maker.results.every((result) => {
    const end = ends.get(result.buffer);
    ends.set(result.buffer, polyKey(addPoly(result.start, maker.length)));
    const apart = calls.every((c) => c.args.every((a) => a.buffer !== result.buffer || (c !== maker && isSameRun(a, result))));
    return (end === undefined || end === polyKey(result.start)) && apart;
  }));
}

function callOf(program: Program, loop: Loop, s: Stmt): ArrayCall | undefined {
  if (s.kind !== 'store' || s.combine !== 'set' || s.value.kind !== 'op' || s.value.often !== true) return undefined;
  const fast = FAST.get(s.value.op);
  const args = s.value.args.flatMap((arg) => (arg.kind === 'load' ? runOf(program, loop, arg.buffer, arg.index) ?? [] : []));
  const result = runOf(program, loop, s.buffer, s.index);
  return fast === undefined || result === undefined || args.length < s.value.args.length ? undefined : { op: s.value.op, name: overArrays(fast), args, results: [result], length: loop.to };
}

/** What the loop walks of an array, when it moves on by one element in each step. */
function runOf(program: Program, loop: Loop, buffer: BufferId, index: Poly): Run | undefined {
  const start = addPoly(index, scalePoly(localPoly(loop.local), -1));
  return polyUses(start, loop.local) || program.buffers[buffer]?.element !== 'real' ? undefined : { buffer, start };
}

/** A function and the companion that is made from its results in one call. */
function paired(calls: readonly ArrayCall[]): ArrayCall[] {
  const found: ArrayCall[] = [];
  for (const call of calls) {
    const pair = PAIRS.get(call.op);
    const partner = madeWith(call.op);
    const [argument, value] = call.args;
    const at = found.findIndex((f) => f.op === partner && polyKey(f.length) === polyKey(call.length) && isSameRun(f.args[0], argument) && isSameRun(f.results[0], value));
    const base = found[at];
    if (pair === undefined || base === undefined) found.push(call);
    else found[at] = { ...base, op: call.op, name: pair, results: [...base.results, ...call.results] };
  }
  return found;
}

/** Both as one, when each array goes on where it ended. */
function join(first: ArrayCall | undefined, second: ArrayCall): ArrayCall | undefined {
  if (first?.name !== second.name) return undefined;
  const goesOn = [...first.args, ...first.results].every((r, k) => {
    const next = [...second.args, ...second.results][k];
    return next?.buffer === r.buffer && polyKey(addPoly(r.start, first.length)) === polyKey(next.start);
  });
  return goesOn ? { ...first, length: addPoly(first.length, second.length) } : undefined;
}
