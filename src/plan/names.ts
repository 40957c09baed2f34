/** What functions and fields of a module are called, and what their documentation calls the results. */
import type { DerivedOutput, LowRankPart } from '../autodiff/requests.ts';
import type { DeriveRequest } from '../elaborate/model.ts';

const camel = (words: readonly string[]): string => words.map((w, k) => (k === 0 ? w : w.slice(0, 1).toUpperCase() + w.slice(1))).join('');

/** `valueGradient`, with the differentiated name or the variables added where that is not yet unique. */
export function functionNames(requests: readonly DeriveRequest[]): string[] {
  const candidates = requests.map((r) => {
    const what = r.what.flatMap((kind) => (kind === 'derivative' ? (r.orders ?? [1]).map((n) => `derivative${n === 1 ? '' : n}`) : kind.split('_')));
    return [camel(what), camel([...what, ...r.of.map((o) => o.name)]), camel([...what, ...r.of.map((o) => o.name), ...r.wrt.map((w) => w.name)])];
  });
  return requests.map((request, k) => {
    if (request.as !== undefined) return request.as;
    const own = candidates[k] ?? [];
    return own.find((name, level) => candidates.every((other, n) => n === k || requests[n]?.as !== undefined || other[level] !== name)) ?? `${own[own.length - 1] ?? 'f'}_${k + 1}`;
  });
}

/** Names of the fields: of two kinds of results with one name, such as a gradient and a product of the Hessian, the later says its kind. */
export function fieldNames(outputs: readonly DerivedOutput[], request: DeriveRequest): string[] {
  const names = outputs.map((o) => fieldName(o, request));
  return outputs.map((o, k) => {
    const name = names[k] ?? '';
    const taken = outputs.slice(0, k).some((other, n) => names[n] === name && other.kind !== o.kind);
    return taken ? `${o.kind}_${name}` : name;
  });
}

/** A gradient entry is called like its variable; with several values the others say what they are of. */
function fieldName(output: DerivedOutput, request: DeriveRequest): string {
  if (output.part !== undefined) return partName(output, output.part, request);
  const of = request.of.length > 1 || output.by.length === 0 ? [output.of] : [];
  switch (output.kind) {
    case 'jvp': return output.of;
    case 'directional': return `${output.of}_${output.order ?? 1}`;
    case 'derivative': return [...of, ...runs(output.by).map(([name, n]) => (n === 1 ? name : `${name}_${n}`))].join('_');
    default: return [...of, ...output.by].join('_') || output.of;
  }
}

/** `hessian_factors`, with the variable where there are several; further terms are numbered. */
function partName({ kind, of, by }: DerivedOutput, part: LowRankPart, request: DeriveRequest): string {
  const names = [...(request.of.length > 1 ? [of] : []), kind, part.kind, ...(request.wrt.length > 1 ? by : [])];
  return [...names, ...(part.kind !== 'diagonal' && part.term > 1 ? [String(part.term)] : [])].join('_');
}

const PART_LETTERS = { diagonal: 'd', factors: 'U', weights: 'w' } as const;

/** The part of diag(d) + Uᵀ·diag(w)·U, a sum over k of such products when there are several. */
function partText({ kind, of, by: [x] }: DerivedOutput, part: LowRankPart): string {
  const matrix = kind === 'hessian' ? `∂²${of}` : 'Jᵀ J';
  return `${matrix} = diag(d) + Uᵀ·diag(w)·U, ${PART_LETTERS[part.kind]}${x === undefined ? '' : `_${x}`}`;
}

export function quantityText(output: DerivedOutput): string {
  const { kind, of, by, order, part } = output;
  const [x = '', y = ''] = by;
  if (part !== undefined) return partText(output, part);
  switch (kind) {
    case 'value': return of;
    case 'gradient': case 'jacobian': return `∂${of}/∂${x}`;
    case 'hessian': return x === y ? `∂²${of}/∂${x}²` : `∂²${of}/∂${x}∂${y}`;
    case 'hvp': return `(∂²${of}·v)_${x}`;
    case 'jvp': return `∂${of}·v`;
    case 'vjp': return `uᵀ∂${of}/∂${x}`;
    case 'gauss_newton': return `(∂${of}/∂${x})ᵀ ∂${of}/∂${y}`;
    case 'gauss_newton_product': return `(Jᵀ J·v)_${x}, J = ∂${of}`;
    case 'derivative': return `∂${superscript(by.length)}${of}/${runs(by).map(([name, n]) => `∂${name}${superscript(n)}`).join('')}`;
    case 'directional': return `D${superscript(order ?? 1)}${of} along the direction${by.length > 1 ? 's' : ''}`;
  }
}

/** Equal neighbours counted: x, x, y as x twice and y once. */
function runs(names: readonly string[]): [string, number][] {
  const counted: [string, number][] = [];
  for (const name of names) {
    const last = counted[counted.length - 1];
    if (last?.[0] === name) last[1]++;
    else counted.push([name, 1]);
  }
  return counted;
}

const superscript = (n: number): string => (n === 1 ? '' : Array.from(String(n), (c) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(c)] ?? c).join(''));
