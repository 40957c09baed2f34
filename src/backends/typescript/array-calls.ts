/** Loops that do nothing but evaluate functions over arrays are calls of what does that. */
import { addPoly, constantPoly, localPoly, polyKey, polyUses, scalePoly, type Poly } from '../../schedule/poly.ts';
import type { BufferId, Program, Stmt } from '../../schedule/types.ts';
import { polyText, type Vocabulary } from './expression.ts';
import { FAST, overArrays } from './fast-functions.ts';

type Loop = Extract<Stmt, { kind: 'for' }>;

/** Consecutive elements of an array. */
interface Run {
  readonly buffer: BufferId;
  readonly start: Poly;
}
interface ArrayCall {
  readonly fast: string;
  readonly args: readonly Run[];
  readonly result: Run;
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
  return calls.map(({ fast, args, result, length }) => {
    const operands = [...args, result].map((r) => `${v.buffer(r.buffer)}, ${polyText(v, r.start)}`);
    return `${v.kernel(overArrays(fast))}(${[...operands, polyText(v, length)].join(', ')});`;
  });
}

/** One after the other they do what they do step by step: none reads or overwrites what another one makes. */
function independent(calls: readonly ArrayCall[]): boolean {
  const ends = new Map<BufferId, string>();
  return calls.every(({ result, length }) => {
    const end = ends.get(result.buffer);
    ends.set(result.buffer, polyKey(addPoly(result.start, length)));
    return (end === undefined || end === polyKey(result.start)) && !calls.some((c) => c.args.some((a) => a.buffer === result.buffer));
  });
}

function callOf(program: Program, loop: Loop, s: Stmt): ArrayCall | undefined {
  if (s.kind !== 'store' || s.combine !== 'set' || s.value.kind !== 'op' || s.value.often !== true) return undefined;
  const fast = FAST.get(s.value.op);
  const args = s.value.args.flatMap((arg) => (arg.kind === 'load' ? runOf(program, loop, arg.buffer, arg.index) ?? [] : []));
  const result = runOf(program, loop, s.buffer, s.index);
  return fast === undefined || result === undefined || args.length < s.value.args.length ? undefined : { fast, args, result, length: loop.to };
}

/** What the loop walks of an array, when it moves on by one element in each step. */
function runOf(program: Program, loop: Loop, buffer: BufferId, index: Poly): Run | undefined {
  const start = addPoly(index, scalePoly(localPoly(loop.local), -1));
  return polyUses(start, loop.local) || program.buffers[buffer]?.element !== 'real' ? undefined : { buffer, start };
}

/** Both as one, when each array goes on where it ended. */
function join(first: ArrayCall | undefined, second: ArrayCall): ArrayCall | undefined {
  if (first?.fast !== second.fast) return undefined;
  const goesOn = [...first.args, first.result].every((r, k) => {
    const next = [...second.args, second.result][k];
    return next?.buffer === r.buffer && polyKey(addPoly(r.start, first.length)) === polyKey(next.start);
  });
  return goesOn ? { ...first, length: addPoly(first.length, second.length) } : undefined;
}
