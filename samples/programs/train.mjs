/**
 * The article's two programs, run with emitted modules: gradient descent on a line and on a network with one
 * hidden layer. `module` is the emitted module, `data` the JSON of samples/data/, `report` is called every 100 epochs.
 */

/** Fits y = w x + b. Returns the final parameters. */
export function trainLinearRegression(module, data, report) {
  const model = module.create({ N: data.X.length });
  const points = { x: Float64Array.from(data.X), y: Float64Array.from(data.y) };
  const params = model.newParams();
  const gradient = model.newGradient();
  for (let epoch = 0; epoch < data.epochs; epoch++) {
    const reported = epoch % 100 === 0;
    const loss = reported ? model.valueGradient(params, points, gradient) : 0;
    model.step(params, points, { lr: data.lr });
    if (reported) report({ epoch, loss, w: params.w, b: params.b });
  }
  return params;
}

/** Trains the network from the given initial weights. Returns the final parameters and the final loss. */
export function trainNetwork(module, data, report) {
  const model = module.create({ N: data.N, D: data.D, H: data.H });
  const observations = { X: Float64Array.from(data.X.flat()), y: Float64Array.from(data.y) };
  const params = model.newParams();
  params.W1.set(data.init.W1.flat());
  params.b1.set(data.init.b1);
  params.W2.set(data.init.W2.flat());
  params.b2 = data.init.b2[0];
  const gradient = model.newGradient();
  for (let epoch = 0; epoch < data.epochs; epoch++) {
    if (epoch % 100 === 0) report({ epoch, loss: model.valueGradient(params, observations, gradient) });
    model.step(params, observations, { lr: data.lr });
  }
  return { ...params, loss: model.valueGradient(params, observations, gradient) };
}
