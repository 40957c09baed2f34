import { describe, expect, it } from 'vitest';
import { Builder, type Operand } from '../../src/ir/build.ts';
import type { Dim } from '../../src/ir/dim.ts';
import { Graph } from '../../src/ir/graph.ts';
import { axisLabel } from '../../src/ir/normal-view.ts';
import * as Q from '../../src/ir/rational.ts';
import { closeScan } from '../../src/ir/scan.ts';
import type { NodeId } from '../../src/ir/types.ts';
import type { OpName } from '../../src/ops/table.ts';
import { printNode } from '../../src/print/print.ts';

const b = new Builder(new Graph());
const tensor = (name: string, ...shape: Dim[]): NodeId => b.leaf({ name, role: 'data', element: 'real', shape });
const A = tensor('A', 'M', 'N');
const B = tensor('B', 'N', 'K');
const C = tensor('C', 'M', 'N');
const S = tensor('S', 'N', 'N');
const x = tensor('x', 'N');
const z = tensor('z', 'N');
const u = tensor('u', 'M');
const a = tensor('a');
const F = tensor('F', 'M', 'N', 'K');

/** `ein('ij,j->i', A, x)`: letters are labels, those after the arrow the output axes. */
function ein(spec: string, ...args: NodeId[]): NodeId {
  const [inputs = '', output = ''] = spec.split('->');
  const letters = [...new Set([...output, ...inputs.replace(/,/g, '')])];
  const sizes = new Map<string, Dim>();
  const operands = inputs.split(',').map((labels, k): Operand => {
    const shape = b.graph.shape(args[k]!);
    [...labels].forEach((l, axis) => sizes.set(l, shape[axis]!));
    return { id: args[k]!, sub: [...labels].map((l) => letters.indexOf(l)) };
  });
  return b.ein(Q.ONE, operands, [...output].map((l) => sizes.get(l)!), letters.slice(output.length).map((l) => sizes.get(l)!));
}
const f = (op: OpName, arg: NodeId): NodeId => b.map(op, [b.whole(arg)], b.graph.shape(arg));
const square = (arg: NodeId): NodeId => b.power(arg, Q.integer(2));
const ascii = (id: NodeId): string => printNode(b.graph, id, { notation: 'ascii' });
const Ax = ein('ij,j->i', A, x);
const r = b.subtract(Ax, u);

const CLOSED: readonly (readonly [string, NodeId])[] = [
  ['A*x', Ax],
  ["A'*u", ein('ij,i->j', A, u)],
  ['A*B', ein('ij,jk->ik', A, B)],
  ["B'*A'", ein('ij,jk->ki', A, B)],
  ["C'*A", ein('ij,ik->jk', C, A)],
  ["A'", ein('ij->ji', A)],
  ["x'*z", ein('i,i->', x, z)],
  ["u*x'", ein('i,j->ij', u, x)],
  ["u'*A*x", ein('i,ij,j->', u, A, x)],
  ['sum(x)', ein('i->', x)],
  ['sum(A)', ein('ij->', A)],
  ['sum(A, axis = 2)', ein('ij->i', A)],
  ['sum(A, axis = 1)', ein('ij->j', A)],
  ['tr(S)', ein('ii->', S)],
  ['sum(A .* C)', ein('ij,ij->', A, C)],
  ['x .* z', ein('i,i->i', x, z)],
  ['diag(u)*A', ein('i,ij->ij', u, A)],
  ['A*diag(x)', ein('ij,j->ij', A, x)],
  ["A*diag(x)*C'", ein('ij,j,kj->ik', A, x, C)],
  ['diag(x)', b.ein(Q.ONE, [{ id: b.delta('N'), sub: [0, 1] }, { id: x, sub: [0] }], ['N', 'N'])],
  ['eye(N)', b.delta('N')],
  ['diag(S) .* (S*x)', ein('ii,ij,j->i', S, S, x)],
  ["diag(S)'*x", ein('ii,i->', S, x)],
  ['a*eye(N)', b.ein(Q.ONE, [{ id: b.delta('N'), sub: [0, 1] }, { id: a, sub: [] }], ['N', 'N'])],
  ["2*A'*(A*x - u)", b.scale(Q.integer(2), ein('ij,i->j', A, r))],
  ["A'*(A*x - u)/N", ein('ij,i,->j', A, r, b.power(b.dim('N'), Q.MINUS_ONE))],
  ['sum((A*x - u).^2)/2', b.scale(Q.HALF, ein('i->', square(r)))],
  ["A'*(u .* (1 - tanh(A*x).^2))", ein('ij,i,i->j', A, u, b.add([{ coef: Q.ONE, id: b.integer(1), sub: [] }, { coef: Q.MINUS_ONE, id: square(f('tanh', Ax)), sub: [0] }], ['M']))],
  ['1 ./ x', b.power(x, Q.MINUS_ONE)],
  ['x ./ z.^2', b.multiply(x, b.power(z, Q.integer(-2)))],
  ['zeros(N)', b.zero(['N'])],
  ['2*ones(M, N)', b.fill(Q.integer(2), ['M', 'N'])],
  ["S + S'", b.add([{ coef: Q.ONE, id: S, sub: [0, 1] }, { coef: Q.ONE, id: S, sub: [1, 0] }], ['N', 'N'])],
  ['x + a', b.add([{ coef: Q.ONE, id: x, sub: [0] }, { coef: Q.ONE, id: a, sub: [] }], ['N'])],
  ['inv(S)*x', ein('ij,j->i', b.linalg('inv', [S]), x)],
  ['logdet(S)', b.linalg('logdet', [S])],
  ['solve(S, x)', b.linalg('solve', [S, x])],
  ['logsumexp(x)', b.reduce('logsumexp', x, [0])],
  ['max(A, axis = 2)', b.reduce('max', A, [1])],
  ['x[2..N]', b.view(x, { index: [{ kind: 'affine', terms: [{ label: 0, coef: 1 }], offset: '1' }], shape: ['N-1'], gathers: [], masked: false })],
  ['A[1, :]', b.view(A, { index: [{ kind: 'affine', terms: [], offset: '0' }, axisLabel(0)], shape: ['N'], gathers: [], masked: false })],
  ['[a, 2*a]', b.stack([a, b.scale(Q.integer(2), a)])],
];

describe('closed forms', () => {
  it.each(CLOSED)('%s', (text, node) => {
    expect(ascii(node)).toBe(text);
  });

  it('keeps a scalar inside an elementwise tensor', () => {
    expect(ascii(b.map('max', [b.whole(x), b.whole(a)], ['N']))).toMatch(/^max\((x, a|a, x)\)$/);
  });

  it('has signs of its own in Unicode and LaTeX', () => {
    const node = ein('ij,j,kj->ik', A, x, C);
    expect(printNode(b.graph, node, { notation: 'unicode' })).toBe('A·diag(x)·Cᵀ');
    expect(printNode(b.graph, node, { notation: 'latex' })).toBe('A \\operatorname{diag}\\left(x\\right) C^{\\top}');
    expect(printNode(b.graph, ein('i,i->i', x, z), { notation: 'latex' })).toBe('x \\odot z');
  });
});

describe('index notation', () => {
  it('is used where no matrix form exists', () => {
    expect(ascii(ein('ijk,k->ij', F, tensor('k', 'K')))).toBe('t1[i in 1..M, j in 1..N] = sum[l in 1..K] F[i, j, l]*k[l]; t1');
    expect(ascii(ein('ijk->', F))).toBe('sum[i in 1..M, j in 1..N, k in 1..K] F[i, j, k]');
  });

  it('counts positions from 1', () => {
    const next = b.view(x, { index: [{ kind: 'affine', terms: [{ label: 0, coef: 1 }], offset: '1' }], shape: ['N-1'], gathers: [], masked: false });
    const first = b.view(x, { index: [{ kind: 'affine', terms: [], offset: '0' }], shape: [], gathers: [], masked: false });
    const cell = b.view(F, { index: [axisLabel(0), axisLabel(1), { kind: 'affine', terms: [], offset: '2' }], shape: ['M', 'N'], gathers: [], masked: false });
    expect(ascii(b.multiply(first, a))).toBe('x[1]*a');
    expect(ascii(f('sin', next))).toBe('sin(x[2..N])');
    expect(ascii(cell)).toBe('F[:, :, 3]');
  });

  it('reads gathered positions', () => {
    const c = b.leaf({ name: 'c', role: 'data', element: 'index', of: 'N', shape: ['M'] });
    const gathered = b.view(x, { index: [{ kind: 'gather', arg: 1, sub: [0] }], shape: ['M'], gathers: [c], masked: false });
    expect(ascii(gathered)).toBe('t1[i in 1..M] = x[c[i]]; t1');
    expect(ascii(b.ein(Q.ONE, [{ id: gathered, sub: [0] }], [], ['M']))).toBe('sum[i in 1..M] x[c[i]]');
    const back = b.scat(u, { index: [{ kind: 'gather', arg: 1, sub: [0] }], shape: ['N'], gathers: [c], masked: false });
    expect(ascii(back)).toBe('t1[i in 1..N] = sum[j in 1..M] (if c[j] == i then u[j] else 0); t1');
  });
});

describe('scattered tensors', () => {
  const shift = (offset: number) => ({ kind: 'affine', terms: [{ label: 0, coef: 1 }], offset: String(offset) } as const);
  const v = tensor('v', 'N-1');
  it('are read at the index, inside its range', () => {
    expect(ascii(b.scat(v, { index: [shift(0)], shape: ['N'], gathers: [], masked: false }))).toBe('t1[i in 1..N] = if i <= N - 1 then v[i] else 0; t1');
    expect(ascii(b.scat(v, { index: [shift(1)], shape: ['N'], gathers: [], masked: false }))).toBe('t1[i in 1..N] = if i >= 2 then v[i - 1] else 0; t1');
    expect(ascii(b.scat(a, { index: [{ kind: 'affine', terms: [], offset: '2' }], shape: ['N'], gathers: [], masked: false }))).toBe('t1[i in 1..N] = if i == 3 then a else 0; t1');
  });

  it('positions are compared without their bases', () => {
    const row = { id: b.iota('N'), sub: [0] };
    const column = { id: b.iota('N'), sub: [1] };
    const lower = b.map('where', [{ id: b.map('le', [column, row], ['N', 'N']), sub: [0, 1] }, { id: S, sub: [0, 1] }, { id: b.integer(0), sub: [] }], ['N', 'N']);
    expect(ascii(lower)).toBe('t1[i in 1..N, j in 1..N] = if j <= i then S[i, j] else 0; t1');
  });
});

describe('loops', () => {
  const h = tensor('h0');
  const xt = tensor('xt');
  const scan = closeScan(b, {
    length: 'N', direction: 'forward',
    carries: [{ placeholder: h, init: b.integer(0), next: f('tanh', b.sum([b.multiply(a, h), xt], [])) }],
    sequences: [{ placeholder: xt, value: x }], ys: [b.multiply(xt, xt)],
  });

  it('that run backward count from the end', () => {
    const back = closeScan(b, {
      length: 'N', direction: 'backward', carries: [{ placeholder: h, init: a, next: b.multiply(h, xt) }], sequences: [{ placeholder: xt, value: x }], ys: [h],
    });
    expect(ascii(b.proj(back, 'final', 0))).toBe('recur t in 1..N { init h1[0] = a, y1[0] = 0; h1[t] = h1[t - 1]*x[N + 1 - t]; y1[t] = h1[t - 1] }; h1[N]');
    expect(ascii(b.proj(back, 'ys', 0))).toMatch(/; t1\[i in 1\.\.N\] = y1\[N \+ 1 - i\]; t1$/);
    expect(ascii(b.proj(back, 'in', 0))).toBe(
      'recur t in 1..N { init h1[0] = a, s1[0] = 0, y1[0] = 0; s1[t] = h1[t - 1]; h1[t] = h1[t - 1]*x[N + 1 - t]; y1[t] = h1[t - 1] }; t1[i in 1..N] = s1[N + 1 - i]; t1');
  });

  it('are written as recurrences', () => {
    expect(ascii(square(b.proj(scan, 'final', 0)))).toBe('recur t in 1..N { init h1[0] = 0, y1[0] = 0; h1[t] = tanh(a*h1[t - 1] + x[t]); y1[t] = x[t]^2 }; h1[N]^2');
    expect(ascii(b.proj(scan, 'ys', 0))).toBe('recur t in 1..N { init h1[0] = 0, y1[0] = 0; h1[t] = tanh(a*h1[t - 1] + x[t]); y1[t] = x[t]^2 }; y1');
    expect(ascii(b.proj(scan, 'in', 0))).toBe('recur t in 1..N { init h1[0] = 0, s1[0] = 0, y1[0] = 0; s1[t] = h1[t - 1]; h1[t] = tanh(a*h1[t - 1] + x[t]); y1[t] = x[t]^2 }; s1');
  });
});
