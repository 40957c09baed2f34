/** Two interleaved half moons, which no line can part: a network with eight hidden units, trained by L-BFGS, and the probability that it gives to each place. */
export function run({ create }, { chartSvg, lbfgs, pack, Random }) {
  const [N, D, H] = [120, 2, 8];
  const random = new Random(1);
  const X = new Float64Array(N * D);
  const y = Float64Array.from({ length: N }, (_, n) => n % 2);
  for (let n = 0; n < N; n += 1) {
    const angle = Math.PI * random.uniform();
    const [sign, dx, dy] = y[n] === 0 ? [1, 0, 0] : [-1, 1, 0.4];
    X.set([dx + sign * Math.cos(angle) + 0.12 * random.normal(), dy + sign * Math.sin(angle) + 0.12 * random.normal()], D * n);
  }

  const model = create({ N, D, H });
  const params = { ...model.newParams(), W1: Float64Array.from({ length: D * H }, () => random.normal()), b1: Float64Array.from({ length: H }, () => random.normal()), w2: Float64Array.from({ length: H }, () => random.normal()) };
  const objective = pack({ params, gradient: model.newGradient(), valueGradient: (p, gradient) => model.valueGradient(p, { X, y }, gradient) });
  const result = lbfgs(objective, objective.start, { gradientTolerance: 1e-6, maxIterations: 1000 });
  const trained = objective.unpack(result.x);

  const probability = (places) => {
    const at = create({ N: places.length, D, H });
    const results = at.newResults();
    at.predict(trained, { X: Float64Array.from(places.flat()), y: new Float64Array(places.length) }, results);
    return results.p;
  };
  const points = Array.from({ length: N }, (_, n) => [X[2 * n], X[2 * n + 1]]);
  const right = probability(points).filter((p, n) => p > 0.5 === (y[n] === 1)).length;
  const grid = Array.from({ length: 60 * 40 }, (_, k) => [-1.5 + (4 * ((k % 60) + 0.5)) / 60, -1.1 + (2.6 * (Math.floor(k / 60) + 0.5)) / 40]);
  const moon = (label) => points.filter((_, n) => y[n] === label);
  return {
    figures: { 'points told right': `${right} of ${N}`, 'loss at the start': objective.valueGradient(objective.start, new Float64Array(objective.dimension)), 'loss at the end': result.value },
    picture: chartSvg([0, 1].map((label) => (
      { name: `class ${label}`, x: moon(label).map(([x]) => x), y: moon(label).map(([, height]) => height), marks: 'points', colour: ['#ff7f0e', '#1f4e79'][label] }
    )), { xLabel: '', scale: 'linear', aspect: 'equal', height: 440, shades: { x: [-1.5, 2.5], y: [-1.1, 1.5], columns: 60, rows: 40, values: probability(grid) } }),
  };
}
