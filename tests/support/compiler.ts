/** The one door through which conformance tests reach the compiler. */
import { DiffcError, evaluate, gradient, parse } from '../../src/index.ts';
import type { Formula } from '../../src/index.ts';
import { bindPoint } from '../../src/answer/point.ts';
import { deriveRequest } from '../../src/autodiff/requests.ts';
import { readModel } from '../../src/compile.ts';
import { Bag } from '../../src/diagnostics/bag.ts';
import type { Environment } from '../../src/ir/evaluate.ts';
import { evaluate as interpret } from '../../src/ir/evaluate.ts';
import type { NodeId } from '../../src/ir/types.ts';
import type { Nested } from './corpora.ts';
import { brief } from './samples.ts';

type Point = Readonly<Record<string, number>>;
type Arrays = Readonly<Record<string, Float64Array>>;

/** A scalar expression and its derivative, at points. */
export function scalarFunction(expression: string, variable: string): (at: Point) => { value: number; derivative: number } {
  const f = scalarJacobian(expression, [variable]);
  return (at) => {
    const { value, partials } = f(at);
    return { value, derivative: partials[0] ?? Number.NaN };
  };
}

/** A scalar expression and its partial derivatives, at points. */
export function scalarJacobian(expression: string, variables: readonly string[]): (at: Point) => { value: number; partials: number[] } {
  const formula = parse(expression);
  const first = gradient(formula, variables);
  const parts = variables.map((v) => first[v]);
  return (at) => ({ value: numberAt(formula, at), partials: parts.map((p) => (p === undefined ? Number.NaN : numberAt(p, at))) });
}

function numberAt(formula: Formula, at: Point): number {
  const known = new Set(formula.variables);
  const value = evaluate(formula, Object.fromEntries(Object.entries(at).filter(([name]) => known.has(name))));
  if (typeof value !== 'number') throw new TypeError(`${formula.toString()} is not a number`);
  return value;
}

/** An objective as typed at matrixcalculus.org, with the declared kinds. */
export function tensorProblem(
  objective: string,
  types: Readonly<Record<string, 'scalar' | 'vector' | 'matrix'>>,
  params: Readonly<Record<string, Nested>>,
  variables: Readonly<Record<string, Nested>>,
): { valueAndGradient: () => { value: number; gradient: Arrays }; hessianVector: (direction: Readonly<Record<string, Nested>>) => Arrays } {
  const declare = (role: string, names: readonly string[]): string[] => names.map((name) => `${role} ${name}: ${types[name]}`);
  const wrt = Object.keys(variables);
  const text = ['matrix', ...declare('data', Object.keys(params)), ...declare('param', wrt), `objective = ${objective}`, `derive value, gradient, hvp of objective wrt ${wrt.join(', ')}`].join('\n');
  const bag = new Bag();
  const model = readModel({ name: '<objective>', text }, {}, bag);
  const request = model?.requests[0];
  if (model === undefined || request === undefined || bag.hasErrors) throw new DiffcError(bag.diagnostics);
  const derived = deriveRequest(model.graph, request, ({ op, reason }) => { throw new Error(`${op}: ${reason}`); });
  const point = (): Environment => {
    const bound = new Bag();
    const environment = bindPoint(model, new Map(Object.entries({ ...params, ...variables })), bound);
    if (bound.hasErrors) throw new Error(bound.diagnostics.map(brief).join('; '));
    return environment;
  };
  const run = (kind: 'value' | 'gradient' | 'hvp', environment: Environment): Arrays => {
    const outputs = derived.outputs.filter((o) => o.kind === kind);
    const values = interpret(model.graph, outputs.map((o): NodeId => o.node), environment);
    return Object.fromEntries(outputs.map((o, k) => [o.by[0] ?? '', values[k]?.data ?? new Float64Array()]));
  };
  return {
    valueAndGradient: () => ({ value: run('value', point())['']?.[0] ?? Number.NaN, gradient: run('gradient', point()) }),
    hessianVector: (direction) => {
      const base = point();
      const inputs = new Map(base.inputs);
      for (const d of derived.directions) inputs.set(d.name, Float64Array.from([direction[d.for] ?? []].flat(3) as number[]));
      return run('hvp', { ...base, inputs });
    },
  };
}
