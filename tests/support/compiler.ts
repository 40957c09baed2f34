import { formulaTemplate } from '../../src/elaborate/scalar.ts';
import { gradient } from '../../src/autodiff/reverse.ts';
import { Builder } from '../../src/ir/build.ts';
import { evaluateScalars } from '../../src/ir/evaluate.ts';

export type Point = Readonly<Record<string, number>>;

export function scalarJacobian(expression: string, variables: readonly string[]): (at: Point) => { value: number; partials: number[] } {
  let run: ((at: Point) => number[]) | undefined;
  return (at) => {
    run ??= prepare(expression, variables, Object.keys(at));
    const [value = NaN, ...partials] = run(at);
    return { value, partials };
  };
}
function prepare(expression: string, variables: readonly string[], names: readonly string[]) {
  const t = formulaTemplate(expression, names);
  const b = new Builder(t.graph);
  const leaves = variables.map((v) => t.parameters[names.indexOf(v)]!);
  const { of: value, gradients } = wrap(gradient(b, t.root, leaves, (r) => { throw new Error('refused ' + JSON.stringify(r)); }), t.root);
  return (at: Point) => evaluateScalars(t.graph, [value, ...gradients], { sizes: new Map(), inputs: new Map(Object.entries(at)) });
}
function wrap(a: any, root: number) { return { of: a.value ?? root, gradients: a.adjoints ?? a.gradients ?? a }; }
export function scalarFunction(expression: string, variable: string) {
  const f = scalarJacobian(expression, [variable]);
  return (at: Point) => { const { value, partials } = f(at); return { value, derivative: partials[0] ?? NaN }; };
}
export const tensorProblem: any = () => { throw new Error('later'); };
export const emitted: any = () => { throw new Error('later'); };
