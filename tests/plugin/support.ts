/** A small application that trains an imported model, as every bundler gets it. */
import { Project } from '../project/support.ts';

export const regression = `dim N
data x: R[N], y: R[N]
param w: R, b: R
hyper lr: R = 0.05
L = mean((w*x + b - y)^2)
derive value, gradient of L wrt w, b
update w = w - lr * ∂L/∂w
update b = b - lr * ∂L/∂b
`;

const app = `import { create } from './regression.diff';

const data = { x: Float64Array.of(1, 2, 3, 4), y: Float64Array.of(3.1, 4.9, 7.2, 8.8) };
const model = create({ N: 4 });
const params = model.newParams();
for (let k = 0; k < 2000; k++) model.step(params, data);
const gradient = model.newGradient();
const loss = model.valueGradient(params, data, gradient);
console.log(JSON.stringify({ loss, w: params.w, b: params.b, gradient: [gradient.w, gradient.b] }));
`;

/** `package.json` makes Node read the bundles as modules. */
export const application = (model: string = regression): Project => new Project({ 'package.json': '{ "type": "module" }', 'app.js': app, 'regression.diff': model });

/** The least squares line through the data: what training must end at. */
export const fitted = { w: 1.94, b: 1.15 };
