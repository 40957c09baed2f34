/** Products that are 0 although a factor is infinite: x·ln x at 0, x²·exp(-x²) far out. */
import type { Builder, Operand } from '../ir/build.ts';
import type { Dim } from '../ir/dim.ts';
import * as Q from '../ir/rational.ts';
import { compose } from '../ir/sub.ts';
import type { EinAttr, MapAttr, NodeId } from '../ir/types.ts';
import { core } from '../ops/core.ts';
import type { OpName } from '../ops/table.ts';
import { factorsOf, type Factor } from './parts.ts';
import type { Recogniser } from './recognise.ts';
import { Signs } from './sign.ts';

/** R35, R36: a·ln t is 0 for a = 0 on the closure of the domain. */
export const XLOGY: Recogniser = {
  name: 'product-with-ln', doc: '`u*ln(v)` is 0 where u is 0 and v is in the closure of the domain',
  about: [core.ln, core.log1p, core.lnmul, core.lndiv],
  apply: (b, id, attr) => (attr.kind === 'ein' ? productWithLn(b, id, attr) : undefined),
};

const PARTNERS: ReadonlyMap<OpName, OpName> = new Map<OpName, OpName>([[core.ln, core.xlogy], [core.lnmul, core.xlogy], [core.lndiv, core.xlogy], [core.log1p, core.xlog1py]]);

/** Declared bounds do not count: data may lie on the edge of its range, where 0*ln 0 is 0 and not NaN. */
function productWithLn(b: Builder, id: NodeId, attr: EinAttr): NodeId | undefined {
  const { coef, factors } = factorsOf(b.graph, id);
  const logarithms = factors.filter((f) => f.exponent === 1n && partnerOf(b, f) !== undefined);
  const [ln] = logarithms;
  if (ln === undefined || logarithms.length > 1) return undefined;
  const partner = partnerOf(b, ln);
  const inner = b.graph.attr(ln.base.id);
  if (partner === undefined || inner.kind !== 'map') return undefined;
  const signs = new Signs(b, new Map());
  const argument = argumentOf(b, ln, inner, [...attr.shape, ...attr.sums]);
  if (partner === core.xlogy && (signs.isPositive(argument.id) || isConstant(b, argument.id))) return undefined;
  const weights = factors.filter((f) => f !== ln && f.exponent > 0n && !signs.isPositive(f.base.id) && !isConstant(b, f.base.id));
  if (weights.length === 0) return undefined;
  const others = factors.filter((f) => f !== ln && !weights.includes(f));
  const labels = [...attr.shape, ...attr.sums];
  const weight = productOf(b, weights, labels);
  const used = [...new Set([...weight.sub, ...argument.sub])].sort((x, y) => x - y);
  const local = (o: Operand): Operand => ({ id: o.id, sub: o.sub.map((label) => used.indexOf(label)) });
  const product = b.map(partner, [local(weight), local(argument)], used.map((label) => labels[label] ?? '1'));
  return b.ein(coef, [{ id: product, sub: used }, ...others.map((f) => raised(b, f))], attr.shape, attr.sums);
}

/** What the logarithm is of: the product or the quotient where that was recognised. */
function argumentOf(b: Builder, { base }: Factor, attr: MapAttr, labels: readonly Dim[]): Operand {
  const operand = (k: number): Operand => ({ id: b.graph.arg(base.id, k), sub: compose(attr.subs[k] ?? [], base.sub) });
  if (attr.op !== core.lnmul && attr.op !== core.lndiv) return operand(0);
  return productOf(b, [{ base: operand(0), exponent: 1n }, { base: operand(1), exponent: attr.op === core.lnmul ? 1n : -1n }], labels);
}

function partnerOf(b: Builder, { base }: Factor): OpName | undefined {
  const attr = b.graph.attr(base.id);
  return attr.kind === 'map' ? PARTNERS.get(attr.op) : undefined;
}

/** R37 in a value: powers that overflow where the exponential has long vanished. */
export const XEXPY: Recogniser = {
  name: 'product-with-exp', doc: '`u^n*exp(v)` is 0 where the exponential vanishes, also where the power overflows',
  about: [core.exp],
  apply: (b, id, attr) => (attr.kind === 'ein' ? productWithExp(b, id, attr, (e) => e > 1n) : undefined),
};

/** R37 in a derivative: poles too, for what is not defined there has no derivative. */
export const XEXPY_IN_DERIVATIVES: Recogniser = {
  name: 'product-with-exp-in-derivative', doc: 'the same for negative powers: what is not defined at a pole has no derivative there',
  about: [core.exp],
  apply: (b, id, attr) => (attr.kind === 'ein' ? productWithExp(b, id, attr, (e) => e > 1n || e < -1n) : undefined),
};

function productWithExp(b: Builder, id: NodeId, attr: EinAttr, overflows: (exponent: bigint) => boolean): NodeId | undefined {
  const { coef, factors } = factorsOf(b.graph, id);
  const exponential = factors.find((f) => f.exponent === 1n && isExponential(b, f.base.id));
  const inner = exponential === undefined ? undefined : b.graph.attr(exponential.base.id);
  if (exponential === undefined || inner?.kind !== 'map' || isConstant(b, b.graph.arg(exponential.base.id, 0))) return undefined;
  const weights = factors.filter((f) => f !== exponential && overflows(f.exponent) && !isConstant(b, f.base.id));
  if (weights.length === 0) return undefined;
  const others = factors.filter((f) => f !== exponential && !weights.includes(f));
  const labels = [...attr.shape, ...attr.sums];
  const weight = productOf(b, weights, labels);
  const argument: Operand = { id: b.graph.arg(exponential.base.id, 0), sub: compose(inner.subs[0] ?? [], exponential.base.sub) };
  const used = [...new Set([...weight.sub, ...argument.sub])].sort((x, y) => x - y);
  const local = (o: Operand): Operand => ({ id: o.id, sub: o.sub.map((label) => used.indexOf(label)) });
  const product = b.map(core.xexpy, [local(weight), local(argument)], used.map((label) => labels[label] ?? '1'));
  return b.ein(coef, [{ id: product, sub: used }, ...others.map((f) => raised(b, f))], attr.shape, attr.sums);
}

function isExponential(b: Builder, id: NodeId): boolean {
  const attr = b.graph.attr(id);
  return attr.kind === 'map' && attr.op === core.exp;
}

function isConstant(b: Builder, id: NodeId): boolean {
  const attr = b.graph.attr(id);
  if (attr.kind === 'const' || attr.kind === 'dim') return true;
  return attr.kind === 'map' && [...b.graph.args(id)].every((arg) => { const { kind } = b.graph.attr(arg); return kind === 'const' || kind === 'dim'; });
}

const raised = (b: Builder, f: Factor): Operand => (f.exponent === 1n ? f.base : { id: b.power(f.base.id, Q.integer(f.exponent)), sub: f.base.sub });

function productOf(b: Builder, factors: readonly Factor[], labels: readonly Dim[]): Operand {
  const [only] = factors;
  if (only !== undefined && factors.length === 1) return raised(b, only);
  const used = [...new Set(factors.flatMap((f) => f.base.sub))].sort((x, y) => x - y);
  const local = factors.map((f) => raised(b, f)).map((o) => ({ id: o.id, sub: o.sub.map((label) => used.indexOf(label)) }));
  return { id: b.ein(Q.ONE, local, used.map((label) => labels[label] ?? '1')), sub: used };
}
