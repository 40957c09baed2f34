/** Arrays that are not needed at one time share room: within a function, and between functions. That values stay the same is asked wherever programs are run (`support.ts`). */
import { expect, it } from 'vitest';
import { moduleCost } from '../../src/answer/cost.ts';
import { checkRooms, lives, rooms } from '../../src/schedule/rooms.ts';
import type { Buffer, Expr, Program, Stmt } from '../../src/schedule/types.ts';
import { emitted } from '../support/emitted.ts';

const scratch = (id: number, shape: readonly string[]): Buffer => ({ id, use: 'scratch', name: `t${id}`, shape, element: 'real' });
const first = (buffer: number): Expr => ({ kind: 'load', buffer, index: [] });
const made = (buffer: number, value: Expr = { kind: 'number', value: 1 }): Stmt => ({ kind: 'store', buffer, index: [], combine: 'set', value });

/** Each array is made of the one before: two are needed at a time. */
const chain: Program = { buffers: ['N', 'N', 'N', 'N', 'M'].map((n, id) => scratch(id, [n])), locals: [], body: [made(0), made(1, first(0)), made(2, first(1)), made(3, first(2)), made(4, first(3))], result: first(4) };

it('an array takes the room of one that is done with, when it is as long', () => {
  expect([...rooms(chain)]).toEqual([[0, 0], [1, 1], [2, 0], [3, 1], [4, 4]]);
  expect(lives(chain).get(3)).toEqual({ first: 3, last: 4 });
  expect(checkRooms(chain, rooms(chain))).toEqual([]);
});

it('what the result reads lives to the end', () => {
  const program: Program = { ...chain, body: [made(0), made(1), made(2, first(1))], result: first(0) };
  expect(rooms(program).get(2)).toBe(2);
});

it('the checker finds arrays that meet, that do not fit and that have no room', () => {
  expect(checkRooms(chain, new Map([[0, 0], [1, 0], [2, 2], [3, 3], [4, 4]]))).toEqual(['#1 and #0 are needed at one time']);
  expect(checkRooms(chain, new Map([[0, 0], [1, 1], [2, 0], [3, 1], [4, 0]]))).toEqual(['#4 is not as long as #0']);
  expect(checkRooms(chain, new Map([[0, 0], [1, 1], [2, 0], [3, 1]]))).toEqual(['#4 has no room']);
});

const layers = `dim N, H
data X: R[N, H]
param A: R[H, H], B: R[H, H]
Y = X*A
Z = tanh(Y)*B
L = sum(exp(Z))
`;

it('functions of a module share their arrays', () => {
  const arrays = (text: string): number => [...emitted(text).code.matchAll(/: new Float64Array\(N \* H\)/g)].length;
  const one = arrays(`${layers}derive value of L as value`);
  expect(one).toBeGreaterThan(0);
  expect(arrays(`${layers}derive value of L as value\nderive value, gradient of L wrt A as other`)).toBeLessThan(arrays(`${layers}derive value, gradient of L wrt A as other`) + one);
});

it('the report says what is saved', () => {
  const { functions: [cost] } = moduleCost(emitted(`${layers}derive value, gradient of L wrt A, B as f`).plan, new Map([['N', 100], ['H', 20]]));
  const total = cost?.scratch.reduce((sum, a) => sum + a.elements, 0) ?? 0;
  expect(cost?.room).toBeLessThan(total);
});
