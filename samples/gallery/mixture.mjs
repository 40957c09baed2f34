/** Three kinds of flower found without being named: a mixture of normal densities of the petals of Fisher's irises, by L-BFGS on the negative log-likelihood. Ellipses lie at one and two standard deviations. */
export function run({ create }, { chartSvg, lbfgs, pack, readCsv }, csv) {
  const table = readCsv(csv);
  const { positions, classes } = table.labels('species');
  const X = table.matrix(['petal_length', 'petal_width']);
  const [N, D, K] = [table.rows, 2, 3];

  const model = create({ N, D, K });
  // a likelihood is to be large: the objective is its negative
  const objective = pack({
    params: { ...model.newParams(), mu: Float64Array.of(2, 0.5, 4, 1, 6, 2), logs: new Float64Array(K * D).fill(-1) },
    gradient: model.newGradient(),
    valueGradient: (params, out) => {
      const logp = model.valueGradient(params, { X }, out);
      for (const part of Object.values(out)) part.forEach((v, i) => { part[i] = -v; });
      return -logp;
    },
  });
  const result = lbfgs(objective, objective.start);
  const { alpha, mu, logs } = objective.unpack(result.x);

  const clusters = Array.from({ length: K }, (_, k) => ({ weight: alpha[k], centre: mu.subarray(D * k, D * k + D), deviation: logs.subarray(D * k, D * k + D).map(Math.exp) }));
  const score = (flower, { weight, centre, deviation }) => flower.reduce((sum, v, d) => sum - Math.log(deviation[d]) - ((v - centre[d]) / deviation[d]) ** 2 / 2, weight);
  const nearest = Array.from({ length: N }, (_, n) => clusters.map((c) => score(X.subarray(D * n, D * n + D), c))).map((scores) => scores.indexOf(Math.max(...scores)));
  const together = classes.map((_, species) => Math.max(...clusters.map((__, k) => nearest.filter((c, n) => c === k && positions[n] === species).length)));
  const turn = Array.from({ length: 61 }, (_, k) => (2 * Math.PI * k) / 60);
  const ellipses = clusters.flatMap(({ centre, deviation }) => [1, 2].flatMap((r) => [...turn.map((t) => [centre[0] + r * deviation[0] * Math.cos(t), centre[1] + r * deviation[1] * Math.sin(t)]), [0, Number.NaN]]));
  const ofSpecies = (column, species) => table.column(column).filter((_, n) => positions[n] === species);
  return {
    figures: { 'flowers that share a cluster with most of their species': `${together.reduce((a, b) => a + b)} of ${N}`, 'log-likelihood': -result.value },
    picture: chartSvg([
      ...classes.map((name, species) => ({ name, marks: 'points', x: ofSpecies('petal_length', species), y: ofSpecies('petal_width', species) })),
      { name: 'clusters found', colour: '#444', x: ellipses.map(([x]) => x), y: ellipses.map(([, y]) => y) },
    ], { xLabel: 'length of the petal in cm', yLabel: 'width in cm', scale: 'linear' }),
  };
}
