/**
 * Shares of classes by NUTS with an emitted module and diffc/runtime: draws on the scale of the model, and what they say.
 * `module` is the module emitted from samples/inference/shares.diff, `runtime` is diffc/runtime, `data` the JSON of
 * samples/data/shares.json.
 */
export function sampleShares(module, runtime, data) {
  const model = module.create({ K: data.n.length });
  const counts = { n: Float64Array.from(data.n) };
  const prepared = model.prepare(counts);
  const [params, gradient] = [model.newParams(), model.newGradient()];
  const target = runtime.pack({ params, gradient, valueGradient: (p, g) => model.target(p, counts, prepared, g) });
  const quantities = runtime.packQuantities({ params, gradient, results: model.newResults(), evaluate: (p, out) => model.quantities(p, out) });
  const summary = runtime.summarise(runtime.sample(target, { quantities, seed: 7 }));
  return { rows: summary.rows, warnings: summary.warnings.map((w) => w.code), table: runtime.summaryTable(summary.rows) };
}
