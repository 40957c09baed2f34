/** The article's points and its line: gradient descent with the emitted gradient. */
export function picture({ create }, { chartSvg }) {
  const x = Float64Array.of(1, 2, 3, 4, 5);
  const y = Float64Array.of(2, 3, 5, 7, 9);
  const model = create({ N: x.length });
  const params = model.newParams();
  const gradient = model.newGradient();
  const losses = [];
  for (let step = 0; step < 60; step += 1) {
    losses.push(model.valueGradient(params, { x, y }, gradient));
    params.w -= 0.02 * gradient.w;
    params.b -= 0.02 * gradient.b;
  }
  return chartSvg([{ name: `loss; at the end y = ${params.w.toFixed(2)} x + ${params.b.toFixed(2)}`, x: losses.map((_, k) => k), y: losses }], { xLabel: 'step' });
}
