/** Matrices that a module colours for its sizes: their pattern, and how they are filled, a product for each colour. */
import type { SeededPlan, SparsePlan } from '../../schedule/plan.ts';
import type { PassedArray } from './checks.ts';
import type { ModuleContext } from './context.ts';
import type { Inner } from './inner.ts';
import type { Names } from './names.ts';
import type { InterfaceDeclaration } from './structure.ts';

/** What the functions of a matrix have become. */
export interface SeededSpec {
  readonly plan: SeededPlan;
  readonly reach: Inner;
  readonly products: readonly Inner[];
}

export const seededInterface: InterfaceDeclaration = {
  kind: 'interface', name: 'SeededProducts', methods: [],
  docs: ['Products of a matrix with seeds, one for each colour, and the entries that are read off them: product c holds those numbered starts[c] <= k < starts[c + 1].'],
  fields: [
    { name: 'colours', docs: ['the seed of each row or column; -1: none'] },
    { name: 'starts', docs: ['one more than there are colours'] },
    { name: 'entries', docs: ['numbers of values of the matrix'] },
    { name: 'elements', docs: ['the elements of the product that are these values'] },
  ].map((field) => ({ ...field, type: 'Int32Array', optional: false, readonly: true })),
};

/** The pattern is found by the module, once for its sizes and for arrays of positions. */
export function seededPatternLines(ctx: ModuleContext, { quantity }: SparsePlan, { plan, reach, products }: SeededSpec, positions: readonly string[]): string[] {
  const found = `${ctx.helper('reachedColumns')}(${reach.seeds}, ${reach.results}, () => ${reach.call})`;
  const made = (seedings: string): string => `return ${ctx.helper('seededMatrix')}(pattern, ${reach.length}, [${seedings}], [${positions.join(', ')}]);`;
  if (quantity !== 'jacobian') return [`const pattern = ${ctx.helper('symmetrised')}(${found});`, made(`${ctx.helper('seedSymmetric')}(pattern)`)];
  const [first] = plan.products;
  const sides = plan.products.map((p) => p.side).slice(0, products.length);
  return [
    `const pattern = ${found};`,
    `const { ${sides.join(', ')} } = ${ctx.helper(first?.side === 'rows' ? 'seedRows' : 'seedColumns')}(pattern, ${reach.length}, ${plan.apart});`,
    made(sides.join(', ')),
  ];
}

/** The colours that a matrix was made with are as many as this function has seeds. */
export function coloursOf(ctx: ModuleContext, field: string, { products }: SeededSpec): PassedArray[] {
  return products.map(({ length }, k): PassedArray => {
    const text = `${ctx.dialect.element(`out.${field}.products`, String(k))}.colours`;
    return { text, path: `out.${field}.products[${k}].colours`, length, type: 'Int32Array' };
  });
}

/** A product for each colour. */
export function seededFill(ctx: ModuleContext, field: string, names: Names, { products }: SeededSpec): string[] {
  const { element } = ctx.dialect;
  return products.flatMap((inner, k) => {
    const from = names.claim('seeded');
    const colour = names.claim('colour');
    return [
      `const ${from} = ${element(`out.${field}.products`, String(k))};`,
      `for (let ${colour} = 0; ${colour} < ${from}.starts.length - 1; ${colour}++) {`,
      `  ${ctx.helper('seedColour')}(${inner.seeds}, ${from}.colours, ${colour});`,
      `  ${inner.call};`,
      `  ${ctx.helper('takeEntries')}(out.${field}.values, ${from}, ${colour}, ${inner.results});`,
      '}',
    ];
  });
}
