/**
 * The portfolio of least risk with an emitted module and diffc/runtime: constraints of the model file, their multipliers.
 * `module` is the module emitted from samples/optimisation/portfolio.diff, `runtime` is diffc/runtime, `data` the JSON of
 * samples/data/portfolio.json, `least` the gain that is asked for.
 */
export function leastRisk(module, runtime, data, least) {
  const model = module.create({ N: data.m.length });
  const shares = { S: Float64Array.from(data.S.flat()), m: Float64Array.from(data.m) };
  const [params, gradient] = [{ ...model.newParams(), w: new Float64Array(data.m.length).fill(1 / data.m.length) }, model.newGradient()];
  const objective = runtime.pack({ params, gradient, valueGradient: (p, g) => model.valueGradient(p, shares, g) });
  const everything = runtime.packConstraints({
    params, weights: model.newDirection(), results: model.newVjp(), evaluate: (p, u, out) => model.equality1(p, u, out),
  });
  const gain = runtime.packConstraints({
    params, weights: model.newInequality1Direction(), results: model.newVjp(), evaluate: (p, u, out) => model.inequality1(p, shares, u, out, { least }),
  });
  const bounds = runtime.packBounds({ params, gradient, results: model.newResults(), evaluate: (out) => model.bounds(out) });
  const { status, x, value, violation, inequalityMultipliers } = runtime.augmentedLagrangian(objective, objective.start, { equalities: everything, inequalities: gain, bounds });
  return { status, weights: Array.from(x), risk: value, violation, price: inequalityMultipliers[0] };
}
