/** Statements of a loop program as instructions. Loops become vector loops where a plan allows it. */
import { invariant } from '../../diagnostics/internal.ts';
import { addPoly, integerPoly, localPoly, scalePoly, sizePoly, type Poly } from '../../schedule/poly.ts';
import type { BufferId, Combine, Cut, Expr, Stmt } from '../../schedule/types.ts';
import { emitExpr, emitTruthOf } from './expression.ts';
import type { Frame } from './frame.ts';
import { keepingRows } from './keep.ts';
import { emitShared } from './ranges.ts';
import { callsTogether, emitTogether } from './together.ts';
import { emitVectorSteps } from './vector-loop.ts';
import { constantSteps, planVectorLoop } from './vector-plan.ts';

export type Loop = Extract<Stmt, { kind: 'for' }>;

const COMBINE = { add: 'add', multiply: 'mul', max: 'max', min: 'min' } as const;

export function emitStatements(frame: Frame, statements: readonly Stmt[]): void {
  for (const s of callsTogether(frame, statements)) {
    if (s.kind === 'together') emitTogether(frame, s);
    else emitStatement(frame, s);
  }
}

function emitStatement(frame: Frame, s: Stmt): void {
  const { code } = frame;
  switch (s.kind) {
    case 'let': case 'var':
      if (frame.integers.has(s.local)) emitInteger(frame, s.value);
      else {
        emitExpr(frame.reading(), s.value);
        frame.asHeld(s.local);
      }
      code.set(frame.define(s.local));
      break;
    case 'assign': {
      const local = frame.localOf(s.local);
      if (s.combine !== 'set') code.get(local);
      emitExpr(frame.reading(), s.value);
      frame.asHeld(s.local);
      if (s.combine !== 'set') code.op(frame.lanesOf(s.local).op(COMBINE[s.combine]));
      code.set(local);
      break;
    }
    case 'store': emitStore(frame, s); break;
    case 'fill': emitFill(frame, s.buffer, s.value); break;
    case 'copy': emitCopy(frame, s); break;
    case 'if':
      emitTruthOf(frame.reading(), s.when);
      code.when(() => emitStatements(frame, s.body));
      break;
    case 'for':
      if (s.apart === undefined) emitLoop(frame, s);
      else emitShared(frame, s, emitStatements);
      break;
    case 'linalg': emitGram(frame, s); break;
    case 'matmul': emitMatmul(frame, s); break;
    default: unknown(s);
  }
}

function unknown(s: never): never {
  invariant(false, 'wasm', `a statement that is not known: ${JSON.stringify(s)}`);
}

function emitMatmul(frame: Frame, s: Extract<Stmt, { kind: 'matmul' }>): void {
  const { code, element, lanes } = frame;
  const room = frame.room();
  for (const operand of [s.left, s.right]) {
    code.get(frame.base(operand.buffer));
    frame.integer(scalePoly(operand.offset, element.bytes));
    code.op('i32.add');
    for (const stride of [operand.row, operand.column]) frame.integer(scalePoly(stride, element.bytes));
  }
  code.get(frame.base(s.result));
  if (s.at.length > 0) {
    frame.integer(scalePoly(s.at, element.bytes));
    code.op('i32.add');
  }
  for (const size of [s.rows, s.columns, s.inner]) frame.integer(size);
  code.get(room).i32(0);
  lanes.constant(code, s.scale);
  code.call(frame.library.product({ symmetric: false, weighted: false }));
}

/** Xᵀ·diag(w)·X: the product of X turned over and X. */
function emitGram(frame: Frame, s: Extract<Stmt, { kind: 'linalg' }>): void {
  const { code, element, lanes } = frame;
  const [data, weights] = s.args;
  const [width = [], length = []] = s.sizes;
  invariant(data !== undefined && s.result.kind === 'buffer' && (s.kernel === 'gram' || s.kernel === 'weightedGram'), 'wasm', `the kernel ${s.kernel} was let through`);
  const room = frame.room();
  const [along, across] = [(): unknown => code.i32(element.bytes), (): void => frame.integer(scalePoly(width, element.bytes))];
  for (const strides of [[along, across], [across, along]]) {
    code.get(frame.base(data));
    for (const stride of strides) stride();
  }
  code.get(frame.base(s.result.buffer));
  for (const size of [width, width, length]) frame.integer(size);
  code.get(room);
  if (weights === undefined) code.i32(0);
  else code.get(frame.base(weights));
  lanes.constant(code, 1);
  code.call(frame.library.product({ symmetric: true, weighted: weights !== undefined }));
}

/** A position read from an array; anything else is rounded towards zero. */
function emitInteger(frame: Frame, value: Expr): void {
  const { code } = frame;
  if (value.kind === 'load' && frame.isIndex(value.buffer)) {
    code.access('i32.load', frame.address(value.buffer, value.index));
  } else if (value.kind === 'index') frame.integer(value.poly);
  else if (value.kind === 'multiple') {
    frame.integer(value.poly);
    frame.integer(value.poly);
    code.i32(value.of).op('i32.rem_s', 'i32.sub');
  }
  else if (value.kind === 'pieces') {
    const size = pieceSize(frame, value.poly, value.cut);
    frame.integer(value.poly);
    code.get(size).op('i32.add').i32(1).op('i32.sub').get(size).op('i32.div_s');
  } else if (value.kind === 'boundary') {
    const [size, at, length] = [pieceSize(frame, value.poly, value.cut), code.local('i32'), code.local('i32')];
    frame.integer(value.piece);
    code.get(size).op('i32.mul').tee(at);
    frame.integer(value.poly);
    code.tee(length).get(at).get(length).op('i32.lt_s', 'select');
  } else {
    emitExpr(frame.reading(), value);
    code.op(frame.element.name === 'f64' ? 'i32.trunc_sat_f64_s' : 'i32.trunc_sat_f32_s');
  }
}

/** The local that holds the length of a piece. */
function pieceSize(frame: Frame, length: Poly, { grain, most }: Cut): number {
  const { code } = frame;
  const size = code.local('i32');
  frame.integer(length);
  code.tee(size).get(size).op('i32.eqz', 'i32.or').i32(grain * most - 1).op('i32.add').i32(grain * most).op('i32.div_s').i32(grain).op('i32.mul').set(size);
  return size;
}

function emitStore(frame: Frame, s: Extract<Stmt, { kind: 'store' }>): void {
  const { code, element } = frame;
  invariant(!frame.isIndex(s.buffer), 'wasm', 'positions are not computed');
  if (frame.isScalar(s.buffer)) {
    const place = frame.around.cell(s.buffer) * element.bytes;
    code.i32(0);
    combined(frame, s.combine, () => void code.i32(0).access(element.load, place), s.value);
    code.access(element.store, place);
    return;
  }
  const distance = frame.address(s.buffer, s.index);
  if (s.combine === 'set') {
    emitExpr(frame.reading(), s.value);
    code.access(element.store, distance);
    return;
  }
  const at = code.local('i32');
  code.tee(at);
  combined(frame, s.combine, () => void code.get(at).access(element.load, distance), s.value);
  code.access(element.store, distance);
}

function combined(frame: Frame, combine: Combine, old: () => void, value: Expr): void {
  if (combine !== 'set') old();
  emitExpr(frame.reading(), value);
  if (combine !== 'set') frame.code.op(frame.lanes.op(COMBINE[combine]));
}

/** Zeros are written by one instruction. */
function emitFill(frame: Frame, buffer: BufferId, value: number): void {
  const { code, element, lanes, program } = frame;
  const length = sizePoly(program.buffers[buffer]?.shape ?? []);
  if (Object.is(value, 0)) {
    code.get(frame.base(buffer)).i32(0);
    frame.integer(scalePoly(length, element.bytes));
    code.memoryFill();
    return;
  }
  const [at, end] = [code.local('i32'), code.local('i32')];
  code.get(frame.base(buffer)).tee(at);
  frame.integer(scalePoly(length, element.bytes));
  code.op('i32.add').set(end);
  code.block(() => void code.loop(() => {
    code.get(at).get(end).op('i32.eq').branchIf(1);
    code.get(at);
    lanes.constant(code, value);
    code.access(element.store, 0);
    code.get(at).i32(element.bytes).op('i32.add').set(at).branch(0);
  }));
}

function emitCopy(frame: Frame, s: Extract<Stmt, { kind: 'copy' }>): void {
  const { code, element } = frame;
  for (const [buffer, offset] of [[s.to, s.toOffset], [s.from, s.fromOffset]] as const) {
    code.get(frame.base(buffer));
    frame.integer(scalePoly(offset, element.bytes));
    code.op('i32.add');
  }
  frame.integer(scalePoly(s.length, element.bytes));
  code.memoryCopy();
}

/** Steps that are written out rather than counted: shorter loops have no vectors. */
const FEW = 3;

function emitLoop(frame: Frame, s: Loop): void {
  const { code } = frame;
  const variable = frame.define(s.local);
  const end = code.local('i32');
  const forward = s.direction === 'forward';
  const [first, last] = forward ? [s.from, s.to] : [addPoly(s.to, integerPoly(-1)), addPoly(s.from, integerPoly(-1))];
  frame.integer(first);
  code.set(variable);
  frame.integer(last);
  code.set(end);
  emitSteps(frame, s, variable, end, forward ? s.from : undefined);
}

/** The loop from where its variable stands. */
function emitSteps(frame: Frame, s: Loop, variable: number, end: number, from = localPoly(s.local)): void {
  const { code } = frame;
  const forward = s.direction === 'forward';
  const step = forward ? s.step ?? 1 : -1;
  const more = forward ? 'i32.lt_s' : 'i32.gt_s';
  const plan = planVectorLoop(s, frame);
  const count = constantSteps(s);
  const some = (body: () => void): void => void (count === undefined ? code.get(variable).get(end).op(more).when(body) : body());
  if (count === 0) return;
  some(() => {
    const moves = frame.strides(frame.openPointers(s.body, s.local, from));
    const move = (steps: number): void => moves.forEach((by) => by(steps));
    const single = (): void => void code.loop(() => {
      emitStatements(frame, s.body);
      move(step);
      code.get(variable).i32(step).op('i32.add').tee(variable).get(end).op(more).branchIf(0);
    });
    /** a few steps that are sure to come */
    const few = (steps: number): void => {
      for (let k = 0; k < steps; k++) {
        if (k > 0) {
          move(step);
          code.get(variable).i32(step).op('i32.add').set(variable);
        }
        emitStatements(frame, s.body);
      }
    };
    if (plan !== undefined) {
      emitVectorSteps(frame, s, plan, variable, end, move);
      if (count === undefined) some(single);
      else few(count % frame.element.width);
    } else if (count !== undefined && count <= FEW && !s.body.some((inner) => inner.kind === 'for')) few(count);
    else keepingRows(frame, s, single);
    frame.closePointers();
  });
}
