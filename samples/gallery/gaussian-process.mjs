/** A curve through noisy points with a gap among them: length scale and deviations by L-BFGS on the evidence, and a band of two standard deviations that is wide where nothing was seen. */
export function run({ create }, { chartSvg, lbfgs, pack, Random }) {
  const random = new Random(5);
  const truth = (x) => Math.sin(1.3 * x) + 0.4 * x;
  const noise = 0.2;
  const x = Float64Array.from({ length: 32 }, (_, k) => (k < 18 ? 0.22 * k : 0.22 * k + 2));
  const y = x.map((at) => truth(at) + noise * random.normal());
  const u = Float64Array.from({ length: 131 }, (_, k) => -0.6 + 0.08 * k);

  const model = create({ N: x.length, M: u.length, D: 1 });
  const data = { X: x, y, U: u };
  const objective = pack({ params: { ...model.newParams(), logn: -1 }, gradient: model.newGradient(), valueGradient: (params, out) => model.valueGradient(params, data, out) });
  const result = lbfgs(objective, objective.start);
  const params = objective.unpack(result.x);
  const predicted = model.newResults();
  model.predict(params, data, predicted);

  const deviation = predicted.var_u.map(Math.sqrt);
  const inside = Array.from(u, (at, k) => Math.abs(truth(at) - predicted.mean_u[k]) <= 2 * deviation[k]).filter(Boolean).length;
  return {
    figures: { 'length scale': Math.exp(params.logell[0]), 'deviation of the noise, 0.2 in truth': Math.exp(params.logn), 'negative log evidence': result.value, 'of the true curve within the band': `${Math.round((100 * inside) / u.length)} %` },
    picture: chartSvg([
      { name: 'mean and two standard deviations', x: u, y: predicted.mean_u, colour: '#1f77b4' },
      { name: '', x: u, y: predicted.mean_u.map((m, k) => m + 2 * deviation[k]), low: predicted.mean_u.map((m, k) => m - 2 * deviation[k]), colour: '#1f77b4' },
      { name: 'the curve behind the points', x: u, y: u.map(truth), colour: '#2ca02c' },
      { name: 'points seen', x, y, marks: 'points', colour: '#444' },
    ], { xLabel: 'x', scale: 'linear' }),
  };
}
