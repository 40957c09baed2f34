/** Two species of iris told apart by their petals (Fisher's data): Newton's method with the emitted Hessian, and the line where both are as likely. */
export function run({ create }, { chartSvg, newton, pack, readCsv, withHessian }, csv) {
  const table = readCsv(csv);
  const { positions, classes } = table.labels('species');
  const [length, width] = [table.column('petal_length'), table.column('petal_width')];
  const flowers = Array.from(positions, (species, k) => ({ species: classes[species], length: length[k], width: width[k] })).filter(({ species }) => species !== 'setosa');
  const data = { X: Float64Array.from(flowers.flatMap((f) => [f.length, f.width])), y: Float64Array.from(flowers, ({ species }) => Number(species === 'virginica')) };

  const model = create({ N: flowers.length, D: 2 });
  const params = model.newParams();
  const hyper = { lambda: 1e-3 };
  const objective = withHessian(
    pack({ params, gradient: model.newGradient(), valueGradient: (p, out) => model.valueGradient(p, data, out, hyper) }),
    { params, hessian: model.newHessian(), evaluate: (p, out) => model.hessian(p, data, out, hyper) },
  );
  const result = newton(objective, objective.start);
  const { w, b } = objective.unpack(result.x);

  const virginica = (flower) => 1 / (1 + Math.exp(-(w[0] * flower.length + w[1] * flower.width + b)));
  const right = flowers.filter((flower) => virginica(flower) > 0.5 === (flower.species === 'virginica')).length;
  const [x, y] = [[2.8, 7], [0.8, 2.7]];
  const [columns, rows] = [40, 40];
  const values = Array.from({ length: columns * rows }, (_, k) => virginica({ length: x[0] + ((x[1] - x[0]) * ((k % columns) + 0.5)) / columns, width: y[0] + ((y[1] - y[0]) * (Math.floor(k / columns) + 0.5)) / rows }));
  const points = (name, colour) => {
    const of = flowers.filter(({ species }) => species === name);
    return { name, colour, marks: 'points', x: of.map((f) => f.length), y: of.map((f) => f.width) };
  };
  return {
    figures: { 'flowers told right': `${right} of ${flowers.length}`, 'loss': result.value, 'iterations': result.iterations },
    picture: chartSvg([
      points('versicolor', '#ff7f0e'), points('virginica', '#1f4e79'),
      { name: 'both as likely', colour: '#444', x: y.map((height) => -(w[1] * height + b) / w[0]), y },
    ], { xLabel: 'length of the petal in cm', yLabel: 'width in cm', scale: 'linear', shades: { x, y, columns, rows, values } }),
  };
}
