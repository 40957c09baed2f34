/**
 * Values of a formula modulo a prime, every function counting as a variable of its own: a quick way to see that a function
 * cancels. Where the residue does not change with the function's, the formula does not depend on it but by a rare chance.
 */
import type { Builder } from '../ir/build.ts';
import * as Q from '../ir/rational.ts';
import type { NodeId } from '../ir/types.ts';
import { core } from '../ops/core.ts';

/** Products of two residues are exact in a double. */
const PRIME = 67_108_859;

/** Whether the last of `nodes`, a sum or product of those before it, stays the same when one of the functions has another value. */
export function someCancel(b: Builder, nodes: readonly NodeId[], functions: readonly NodeId[]): boolean {
  const residue = functions.length === 0 ? undefined : residueOf(b, nodes, new Map());
  return residue !== undefined && functions.some((f) => residueOf(b, nodes, new Map([[f, scattered(f, 1)]])) === residue);
}

/** The residue of the last node, beside those that are given; undefined where something is divided by 0. */
function residueOf(b: Builder, nodes: readonly NodeId[], given: ReadonlyMap<NodeId, number>): number | undefined {
  const residues = new Map(given);
  for (const id of nodes) {
    if (given.has(id)) continue;
    const residue = ofNode(b, id, (arg) => residues.get(arg) ?? scattered(arg, 0));
    if (residue === undefined) return undefined;
    residues.set(id, residue);
  }
  return residues.get(nodes.at(-1) ?? -1);
}

function ofNode(b: Builder, id: NodeId, of: (arg: NodeId) => number): number | undefined {
  const attr = b.graph.attr(id);
  const args = [...b.graph.args(id)];
  if (attr.kind === 'const' && attr.value.kind === 'rational') return rational(attr.value.value);
  if (attr.kind === 'add') return args.reduce<number | undefined>((sum, arg, k) => plus(sum, product(rational(attr.coefs[k] ?? Q.ONE), of(arg))), 0);
  if (attr.kind === 'ein' && attr.sums.length === 0) return args.reduce<number | undefined>((all, arg) => product(all, of(arg)), rational(attr.coef));
  const exponent = attr.kind === 'map' && attr.op === core.pow ? b.constantOf(b.graph.arg(id, 1)) : undefined;
  if (exponent === undefined) return scattered(id, 0);
  const base = b.graph.arg(id, 0);
  // towards 0, as powers are split before they are multiplied out
  const whole = exponent.num / exponent.den;
  const root = Q.subtract(exponent, Q.integer(whole));
  return product(power(of(base), whole), Q.isZero(root) ? 1 : scattered(base, Number((root.num * 31n + root.den) % 1000n)));
}

/** Some residue that is not 0, for a node that counts as a variable: mixed well, since those of sums must not meet. */
function scattered(id: NodeId, salt: number): number {
  let mixed = Math.imul(id + 1, 0x9e3779b1) ^ Math.imul(salt + 1, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39);
  return 1 + ((mixed ^ (mixed >>> 15)) >>> 0) % (PRIME - 1);
}

const plus = (x: number | undefined, y: number | undefined): number | undefined => (x === undefined || y === undefined ? undefined : (x + y) % PRIME);
const product = (x: number | undefined, y: number | undefined): number | undefined => (x === undefined || y === undefined ? undefined : (x * y) % PRIME);

function rational({ num, den }: Q.Rational): number | undefined {
  const prime = BigInt(PRIME);
  return product(Number(((num % prime) + prime) % prime), power(Number(den % prime), -1n));
}

/** By squaring; x⁻¹ is x^(p - 2). */
function power(x: number, exponent: bigint): number | undefined {
  if (exponent < 0n && x === 0) return undefined;
  const size = BigInt(PRIME - 1);
  let left = Number(((exponent % size) + size) % size);
  let result = 1;
  for (let square = x; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = (result * square) % PRIME;
    square = (square * square) % PRIME;
  }
  return result;
}
