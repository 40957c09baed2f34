/** Loops that do nothing but copy an array as it lies become one copy, which the platform does in blocks. */
import { addPoly, constantPoly, integerPoly, localPoly, multiplyPoly, polyKey, sizePoly, ZERO, type Poly } from './poly.ts';
import type { BufferId, Program, Stmt } from './types.ts';

/** So many elements are copied faster one by one. */
const FEW = 16;

/** Outside all loops only: what is copied inside one is a slice, and to copy that takes a view. */
export function copyWhole(program: Program): Program {
  return { ...program, body: program.body.map((s) => wholeCopy(program, s) ?? s) };
}

function wholeCopy(program: Program, statement: Stmt): Stmt | undefined {
  let index = ZERO;
  let length = integerPoly(1);
  let body: readonly Stmt[] = [statement];
  for (let [loop] = body; loop?.kind === 'for' && body.length === 1; [loop] = body) {
    if (polyKey(loop.from) !== polyKey(ZERO) || loop.direction !== 'forward' || loop.step !== undefined || loop.replay !== undefined) return undefined;
    index = addPoly(multiplyPoly(index, loop.to), localPoly(loop.local));
    length = multiplyPoly(length, loop.to);
    body = loop.body;
  }
  const moved = movedElement(body);
  const [to, from] = moved === undefined ? [] : [program.buffers[moved.to], program.buffers[moved.from]];
  if (moved === undefined || to === undefined || from === undefined || moved.to === moved.from || to.element !== from.element) return undefined;
  const inOrder = [moved.toIndex, moved.fromIndex].every((at) => polyKey(at) === polyKey(index));
  const isWhole = [to, from].every((buffer) => polyKey(sizePoly(buffer.shape)) === polyKey(length));
  if (!inOrder || !isWhole || (constantPoly(length) ?? Infinity) <= FEW) return undefined;
  return { kind: 'copy', to: moved.to, toOffset: ZERO, from: moved.from, fromOffset: ZERO, length };
}

interface Moved {
  readonly to: BufferId;
  readonly toIndex: Poly;
  readonly from: BufferId;
  readonly fromIndex: Poly;
}

/** `to[i] = from[j]`, by way of a local or not. */
function movedElement(body: readonly Stmt[]): Moved | undefined {
  const [first] = body;
  const store = body.at(-1);
  if (store?.kind !== 'store' || store.combine !== 'set' || body.length > 2) return undefined;
  const isNamed = body.length === 2 && first?.kind === 'let' && store.value.kind === 'local' && store.value.id === first.local;
  const load = isNamed ? first.value : body.length === 1 ? store.value : undefined;
  return load?.kind === 'load' ? { to: store.buffer, toIndex: store.index, from: load.buffer, fromIndex: load.index } : undefined;
}
