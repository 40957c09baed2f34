/**
 * Terms of one logistic argument and its opposite, taken together: for e = exp(-|x|), with p and n changing places where x < 0,
 * p·sigmoid(x) + n·sigmoid(-x) is (p + n·e)/(1 + e), and p·softplus(x) + n·softplus(-x) is (p + n)·log1p(e) + p·|x|.
 * A logistic loss and its slope are such sums; in the loss p + n is 1.
 */
import type { Builder, Operand } from '../ir/build.ts';
import * as Q from '../ir/rational.ts';
import { compose } from '../ir/sub.ts';
import type { AddAttr, NodeId } from '../ir/types.ts';
import { core } from '../ops/core.ts';
import { factorsOf, termsOf, type SumTerm } from '../simplify/parts.ts';
import { sharedExponential, signless, type SharedExponential } from './exponentials.ts';

type LogisticOp = typeof core.sigmoid | typeof core.softplus;

/** coef·(other factors)·op(±x) */
interface LogisticTerm {
  readonly op: LogisticOp;
  /** x before the pass, the same for x and -x */
  readonly argument: Operand;
  readonly ofOpposite: boolean;
  readonly weight: SumTerm;
}

interface Pair {
  readonly op: LogisticOp;
  readonly argument: Operand;
  /** weights of x, and of -x */
  readonly of: readonly [SumTerm[], SumTerm[]];
}

/** The sum with its pairs spelt out; `sharing` are the functions whose exponential is computed anyway. */
export function logisticSum(b: Builder, id: NodeId, attr: AddAttr, sharing: ReadonlySet<NodeId>, moved: (id: NodeId) => NodeId): NodeId | undefined {
  const pairs = new Map<string, Pair>();
  const read = termsOf(b.graph, id, attr).map((term) => ({ term, logistic: logisticTerm(b, term, sharing, moved) }));
  for (const { logistic } of read) {
    if (logistic === undefined) continue;
    const key = keyOf(logistic);
    const pair = pairs.get(key) ?? { op: logistic.op, argument: logistic.argument, of: [[], []] };
    pair.of[logistic.ofOpposite ? 1 : 0].push(logistic.weight);
    pairs.set(key, pair);
  }
  const complete = new Map([...pairs].filter(([, { of }]) => of.every((weights) => weights.length > 0)));
  if (complete.size === 0) return undefined;
  const others = read.filter(({ logistic }) => logistic === undefined || !complete.has(keyOf(logistic))).map(({ term }) => ({ ...term, id: moved(term.id) }));
  const spelt = [...complete.values()].flatMap((pair) => spelling(b, pair, sharedExponential(b, { ...pair.argument, id: moved(pair.argument.id) }, attr.shape)));
  return b.add([...others, ...spelt.map((node) => ({ coef: Q.ONE, ...b.whole(node) }))], attr.shape);
}

const keyOf = ({ op, argument }: LogisticTerm): string => `${op}|${argument.id}|${argument.sub.join()}`;

function spelling(b: Builder, { op, of }: Pair, { shape, negative, size, e, log1pe, total }: SharedExponential): NodeId[] {
  const [plus = b.whole(b.zero(shape)), minus = plus] = of.map((weights) => b.whole(b.add(weights, shape)));
  const first = b.map(core.where, [negative, minus, plus], shape);
  if (op === core.softplus) {
    const both = b.add(of.flat().flatMap((weight) => termsInside(b, weight)), shape);
    return [b.ein(Q.ONE, [b.whole(both), b.whole(log1pe())], shape), b.ein(Q.ONE, [b.whole(first), b.whole(size)], shape)];
  }
  const second = b.ein(Q.ONE, [b.whole(b.map(core.where, [negative, plus, minus], shape)), b.whole(e)], shape);
  return [b.divide(b.sum([first, second], shape), total)];
}

/** The terms of a weight that is a sum: y and 1 - y add up to 1. */
function termsInside(b: Builder, weight: SumTerm): SumTerm[] {
  const attr = b.graph.attr(weight.id);
  if (attr.kind !== 'add') return [weight];
  return termsOf(b.graph, weight.id, attr).map((term) => ({ coef: Q.multiply(weight.coef, term.coef), id: term.id, sub: compose(term.sub, weight.sub) }));
}

/** The only logistic factor of a product without sums. */
function logisticTerm(b: Builder, { coef, ...term }: SumTerm, sharing: ReadonlySet<NodeId>, moved: (id: NodeId) => NodeId): LogisticTerm | undefined {
  const product = b.graph.attr(term.id);
  if (product.kind === 'ein' && product.sums.length > 0) return undefined;
  const { coef: scale, factors } = factorsOf(b.graph, term.id);
  const found = factors.flatMap(({ base, exponent }, k) => {
    const read = exponent === 1n ? logisticFactor(b, base, sharing) : undefined;
    return read === undefined ? [] : [{ k, ...read }];
  });
  const [logistic] = found;
  if (logistic === undefined || found.length > 1) return undefined;
  const place = (operand: Operand): Operand => ({ id: operand.id, sub: compose(operand.sub, term.sub) });
  const shape = b.graph.shape(term.id);
  const others = factors.filter((_, k) => k !== logistic.k).map(({ base, exponent }) => ({ id: b.power(moved(base.id), Q.integer(exponent)), sub: base.sub }));
  const labels = [...new Set(others.flatMap((o) => o.sub))].sort((m, n) => m - n);
  const weight = b.ein(Q.ONE, others.map((o) => ({ id: o.id, sub: o.sub.map((label) => labels.indexOf(label)) })), labels.map((label) => shape[label] ?? '1'));
  return { ...logistic, argument: place(logistic.argument), weight: { coef: Q.multiply(coef, scale), ...place({ id: weight, sub: labels }) } };
}

function logisticFactor(b: Builder, factor: Operand, sharing: ReadonlySet<NodeId>): Omit<LogisticTerm, 'weight'> | undefined {
  const attr = b.graph.attr(factor.id);
  if (attr.kind !== 'map') return undefined;
  // sigmoidrest(x, sigmoid(x)) is sigmoid(-x)
  const isRest = attr.op === core.sigmoidrest;
  if (!sharing.has(isRest ? b.graph.arg(factor.id, 1) : factor.id)) return undefined;
  const op = isRest ? core.sigmoid : attr.op;
  if (op !== core.sigmoid && op !== core.softplus) return undefined;
  const x: Operand = { id: b.graph.arg(factor.id, 0), sub: attr.subs[0] ?? [] };
  const { of, isOpposite } = signless(b, x);
  return { op, argument: { id: of.id, sub: compose(of.sub, factor.sub) }, ofOpposite: isOpposite !== isRest };
}
