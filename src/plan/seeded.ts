/** Matrices that a module colours itself: the functions it keeps for that. */
import type { Derived, DerivedOutput } from '../autodiff/requests.ts';
import type { NodeId } from '../ir/types.ts';
import type { FunctionPlan, OutputPlan, SeededPlan } from '../schedule/plan.ts';
import type { SeededMatrix } from '../structure/seeded.ts';

/** What the functions of a matrix are made with. */
export interface InnerFunctions {
  /** of the matrix, which theirs begin with */
  readonly name: string;
  readonly checkpoints: number | undefined;
  /** what is emitted for a node */
  readonly emitted: (node: NodeId) => NodeId;
}

const TITLES = { jacobian: 'Jacobian', hessian: 'Hessian', gauss_newton: 'Gauss-Newton matrix' } as const;

export function seededPlan({ kind, reach, positions, products, apart }: SeededMatrix, inner: InnerFunctions): SeededPlan {
  return {
    apart, positions,
    reach: innerFunction(inner, `${inner.name}Reach`, reach, 'Marks what can depend on the marked elements.'),
    products: products.map(({ side, derived }) => ({
      side, product: innerFunction(inner, `${inner.name}By${side === 'columns' ? 'Columns' : 'Rows'}`, derived, `The product of the ${side === 'columns' ? '' : 'transposed '}${TITLES[kind]} and one vector.`),
    })),
  };
}

function innerFunction({ emitted, checkpoints }: InnerFunctions, name: string, { outputs, directions }: Derived, docs: string): FunctionPlan {
  const output = (o: DerivedOutput): OutputPlan => ({ name: o.kind === 'jvp' ? o.of : o.by[0] ?? o.of, node: emitted(o.node), kind: 'filled', quantity: o.kind, of: o.of, by: o.by, doc: '' });
  return {
    name, docs: [docs], formulas: [], outputs: outputs.map(output), matrices: [],
    directions: directions.map((d) => ({ name: d.name, node: d.node })),
    ...(checkpoints !== undefined && { checkpoints }),
  };
}
