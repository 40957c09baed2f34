/** Points near a circle and the circle that fits them, by Levenberg-Marquardt with the exact Jacobian. */
export function run({ create }, { chartSvg, levenbergMarquardt, packLeastSquares }) {
  const N = 40;
  const angle = Array.from({ length: N }, (_, k) => (1.7 * Math.PI * k) / N);
  // a wobble instead of random numbers: the picture is the same everywhere
  const radius = angle.map((_, k) => 2 + 0.15 * Math.sin(37 * k));
  const x = Float64Array.from(angle, (t, k) => 1 + radius[k] * Math.cos(t));
  const y = Float64Array.from(angle, (t, k) => -0.5 + radius[k] * Math.sin(t));
  const model = create({ N });
  const problem = packLeastSquares({
    params: { a: 0, b: 0, rho: 1 }, results: model.newResults(), residuals: 'res',
    valueJacobian: (params, results) => model.valueJacobian(params, { x, y }, results),
  });
  const [a, b, rho] = levenbergMarquardt(problem, problem.start).x;
  const turn = Array.from({ length: 121 }, (_, k) => (2 * Math.PI * k) / 120);
  return {
    figures: { 'centre': `(${a.toFixed(2)}, ${b.toFixed(2)})`, 'radius': rho },
    picture: chartSvg([
      { name: 'points', marks: 'points', x, y },
      { name: 'the circle that fits best', x: turn.map((t) => a + rho * Math.cos(t)), y: turn.map((t) => b + rho * Math.sin(t)) },
    ], { xLabel: 'x', width: 480, height: 480, scale: 'linear', aspect: 'equal' }),
  };
}
