/** What coaching did in eight schools (Rubin 1981): draws from the posterior by the No-U-Turn sampler. Estimates are drawn towards each other, and the more so the less certain they are. */
export function run({ create }, { chartSvg, pack, packQuantities, sample, summarise }, json) {
  const { y, s } = JSON.parse(json);
  const data = { y: Float64Array.from(y), s: Float64Array.from(s) };
  const J = y.length;
  const model = create({ J });
  const prepared = model.prepare(data);
  const [params, gradient] = [model.newParams(), model.newGradient()];
  const target = pack({ params, gradient, valueGradient: (p, out) => model.target(p, data, prepared, out) });
  const quantities = packQuantities({ params, gradient, results: model.newResults(), evaluate: (p, out) => model.quantities(p, out) });
  const { rows, divergences } = summarise(sample(target, { quantities, seed: 1, targetAcceptance: 0.95 }));
  const named = Object.fromEntries(rows.map((row) => [row.name, row]));

  const schools = Array.from({ length: J }, (_, j) => named[`theta[${j}]`]);
  const intervals = (place, low, high) => ({ x: schools.flatMap((_, j) => [place(j), place(j), 0]), y: schools.flatMap((_, j) => [low(j), high(j), Number.NaN]) });
  const raw = (j) => j + 0.9;
  const pooled = (j) => j + 1.1;
  return {
    figures: { 'mean of the effects': `${named.mu.mean.toFixed(1)} ± ${named.mu.sd.toFixed(1)}`, 'their spread tau': `${named.tau.mean.toFixed(1)} ± ${named.tau.sd.toFixed(1)}`, 'largest R-hat': Math.max(...rows.map((row) => row.rHat)), 'divergent draws': divergences },
    picture: chartSvg([
      { name: 'each school for itself, ± 1.64 standard errors', colour: '#999', ...intervals(raw, (j) => y[j] - 1.645 * s[j], (j) => y[j] + 1.645 * s[j]) },
      { name: '', marks: 'points', colour: '#999', x: y.map((_, j) => raw(j)), y },
      { name: 'all together: mean and 90 % of the posterior', colour: '#1f77b4', ...intervals(pooled, (j) => schools[j].q5, (j) => schools[j].q95) },
      { name: '', marks: 'points', colour: '#1f77b4', x: schools.map((_, j) => pooled(j)), y: schools.map((school) => school.mean) },
    ], { xLabel: 'school', yLabel: 'effect in points', scale: 'linear' }),
  };
}
