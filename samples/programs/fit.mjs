/**
 * A curve fitted with an emitted module and diffc/runtime: parameters, standard errors, 95 % intervals. `module` is
 * the module emitted from samples/fitting/michaelis-menten.diff, `runtime` is diffc/runtime, `data` the JSON of
 * samples/data/puromycin.json.
 */
export function fitKinetics(module, runtime, data) {
  const model = module.create({ N: data.c.length });
  const observations = { c: Float64Array.from(data.c), v: Float64Array.from(data.v) };
  const problem = runtime.packLeastSquares({
    params: { ...model.newParams(), ...data.start },
    results: model.newResults(),
    residuals: 'res',
    valueJacobian: (params, results) => model.valueJacobian(params, observations, results),
  });
  const fit = runtime.levenbergMarquardt(problem, problem.start);
  const statistics = runtime.fitStatistics(fit);
  return {
    status: fit.status,
    evaluations: fit.evaluations,
    residualDeviation: statistics.residualDeviation,
    parameters: Array.from(fit.x, (value, i) => ({ name: problem.componentName(i), value, error: statistics.standardErrors[i], interval: statistics.interval(i) })),
  };
}
