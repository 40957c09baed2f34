/** Parameters declared with `via`: emitted functions take unconstrained numbers, people give and read the constrained ones. */
import { jacobian } from '../autodiff/reverse.ts';
import { invariant } from '../diagnostics/internal.ts';
import { takenAs } from '../elaborate/leaf.ts';
import type { Input } from '../elaborate/model.ts';
import { Builder } from '../ir/build.ts';
import { evaluateDim } from '../ir/dim.ts';
import { evaluate } from '../ir/evaluate.ts';
import type { Graph } from '../ir/graph.ts';
import type { NodeId } from '../ir/types.ts';
import { inverses, type Inverse } from './inverse-transforms.ts';
import type { Misfit } from '../answer/nested.ts';

export interface Natural {
  /** numbers that the functions take for it */
  readonly count: number;
  /** from what the functions take to what people read */
  forward(u: Float64Array): Float64Array;
  /** The derivative of `forward`, a row for each number that people read. */
  jacobian(u: Float64Array): Float64Array;
  /** From what people give, or what is wrong with it. */
  inverse(x: Float64Array): Float64Array | Misfit;
  /** whether every number is mapped by itself, and so are the ends of its interval */
  readonly elementwise: boolean;
}

/** The map is the one in the graph of the model. */
export function naturalOf(graph: Graph, input: Input, sizes: ReadonlyMap<string, number>): Natural {
  const { node, via, shape, bounds } = input;
  const numbers = (dims: readonly string[]): number => dims.reduce((product, dim) => product * evaluateDim(dim, sizes), 1);
  if (via === undefined) return { count: numbers(shape), elementwise: true, forward: (u) => u, inverse: (x) => x, jacobian: (u) => identity(u.length) };
  const leaf = takenAs(graph, input);
  const at = (of: NodeId, u: Float64Array): Float64Array => evaluate(graph, [of], { sizes, inputs: new Map([[leaf.name, u]]) })[0]?.data ?? new Float64Array(0);
  const { elementwise, invert }: Inverse = inverses[via.transform];
  let derivative: NodeId | undefined;
  return {
    count: numbers(leaf.shape), elementwise,
    forward: (u) => at(node, u),
    jacobian(u) {
      derivative ??= jacobian(new Builder(graph), node, [via.leaf], () => invariant(false, 'fit', 'transforms have derivatives')).adjoints[0];
      invariant(derivative !== undefined, 'fit', 'there is one derivative');
      return at(derivative, u);
    },
    inverse(x) {
      const u = invert(x, shape.map((dim) => evaluateDim(dim, sizes)), bounds);
      if ('reason' in u || u.every(Number.isFinite)) return u;
      return { place: '', reason: `\`via ${via.transform}\` comes near to such values and never reaches them` };
    },
  };
}

function identity(n: number): Float64Array {
  const matrix = new Float64Array(n * n);
  for (let k = 0; k < n; k++) matrix[k * n + k] = 1;
  return matrix;
}
