/** A series that an LSTM layer learns to continue: trained on two thirds to say the next number, then fed with its own predictions. */
export function run({ create }, { chartSvg, lbfgs, pack, Random }) {
  const random = new Random(2);
  const [T, H, known] = [150, 8, 100];
  const series = Array.from({ length: T + 1 }, (_, t) => 0.6 * (1 + 0.5 * Math.sin(0.07 * t)) * Math.sin(0.45 * t));

  const model = create({ T: known, H });
  const data = { x: Float64Array.from(series.slice(0, known)), next: Float64Array.from(series.slice(1, known + 1)) };
  const params = Object.fromEntries(Object.entries(model.newParams()).map(([name, value]) => [name, typeof value === 'number' ? value : value.map((v) => v + 0.3 * random.normal())]));
  const objective = pack({ params, gradient: model.newGradient(), valueGradient: (p, out) => model.valueGradient(p, data, out) });
  const result = lbfgs(objective, objective.start, { maxIterations: 60 });
  const trained = objective.unpack(result.x);

  const all = create({ T, H });
  const results = all.newResults();
  const x = Float64Array.from({ length: T }, (_, t) => (t < known ? series[t] : 0));
  const next = new Float64Array(T);
  for (let t = known; t < T; t += 1) {
    all.predict(trained, { x, next }, results);
    x[t] = results.predicted[t - 1];
  }
  const ahead = Array.from({ length: T - known }, (_, k) => known + k);
  const rms = Math.sqrt(ahead.reduce((sum, t) => sum + (x[t] - series[t]) ** 2, 0) / ahead.length);
  return {
    figures: { 'parameters': objective.dimension, 'loss at the start': objective.valueGradient(objective.start, new Float64Array(objective.dimension)), 'loss at the end': result.value, 'error of 50 numbers ahead': rms },
    picture: chartSvg([
      { name: 'the series; what was learned ends at 100', x: series.map((_, t) => t), y: series },
      { name: 'continued by the layer', x: ahead, y: ahead.map((t) => x[t]) },
    ], { xLabel: 'step', scale: 'linear' }),
  };
}
