/** The article's five points and its line: gradient descent with the emitted gradient, and how the loss falls. */
export function run({ create }, { chartSvg }) {
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
  return {
    figures: { 'slope w': params.w, 'offset b': params.b, 'loss at the start': losses[0], 'loss after 60 steps': losses.at(-1) },
    picture: chartSvg([{ name: 'loss', x: losses.map((_, k) => k), y: losses }], { xLabel: 'step' }),
  };
}
