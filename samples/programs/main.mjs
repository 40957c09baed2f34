/**
 * `npm start`: derivatives printed, modules generated from samples/, and both programs of the article trained
 * with the generated code, a curve fitted. Data comes from ../shared/article when it is there, else from samples/data.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fitKinetics } from './fit.mjs';
import { trainLinearRegression, trainNetwork } from './train.mjs';

const root = join(import.meta.dirname, '../..');

function diffc(...args) {
  const result = spawnSync(process.execPath, [join(root, 'dist/cli/bin.js'), ...args], { cwd: root, encoding: 'utf8' });
  return { status: result.status, text: `${result.stdout}${result.stderr}`.trimEnd() };
}

function show(...args) {
  const { status, text } = diffc(...args);
  console.log(`$ diffc ${args.map((a) => (/[^\w./,=-]/.test(a) ? `"${a}"` : a)).join(' ')}`);
  console.log(text.replace(/^/gm, '  '), '\n');
  return status;
}

function must(status, what) {
  if (status !== 0) {
    console.error(`${what} failed`);
    process.exit(1);
  }
}

function article(file) {
  const shared = join(root, '../shared/article', file);
  return JSON.parse(readFileSync(existsSync(shared) ? shared : join(root, 'samples/data', file), 'utf8'));
}

console.log('1. Derivatives\n');
must(show('x^2 + y^2'), 'a one-liner');
must(show('d/dx [sin(x)/x]'), 'a one-liner');
must(show('∑ (i=1 to N) [yᵢ - (w*xᵢ + b)]²', '--wrt', 'w,b', '--unicode'), 'a sum over data');
must(show('norm2(A*x - b)^2', '--matrix', '--wrt', 'x'), 'a matrix formula');
must(show('d/dx tanh(x) = 1 - tanh(x)²'), 'a claim');

console.log('2. The article\'s table of derivatives: every row as printed, and the one that does not hold\n');
must(show('check', 'samples/article/derivative-table.diff'), 'the table');
show('check', 'samples/article/cross-entropy-as-printed.diff');

console.log('3. Modules generated from samples/\n');
must(show('generate', 'samples', '--out-dir', 'generated', '--quiet'), 'generating TypeScript');
must(show('generate', 'samples/article', '--out-dir', 'dist/generated/article', '--target', 'js', '--quiet'), 'generating JavaScript');

console.log('4. Linear regression, trained with the generated module\n');
const regression = article('linear-regression.json');
const line = trainLinearRegression(await import('../../dist/generated/article/linear-regression.js'), regression, ({ epoch, loss, w, b }) =>
  console.log(`  epoch ${String(epoch).padStart(4)}   loss ${loss.toFixed(5)}   w ${w.toFixed(5)}   b ${b.toFixed(5)}`));
console.log(`  final w = ${line.w}, b = ${line.b}   (the article's program: ${regression.final.w}, ${regression.final.b})\n`);

console.log('5. The network, trained with the generated module\n');
const network = article('mlp.json');
const trained = trainNetwork(await import('../../dist/generated/article/mlp.js'), network, ({ epoch, loss }) => {
  const expected = network.loss_trace.find(([at]) => at === epoch)?.[1];
  console.log(`  epoch ${String(epoch).padStart(4)}   loss ${loss.toFixed(12)}   (the article's program: ${expected.toFixed(12)})`);
});
console.log(`  final loss ${trained.loss}   (the article's program: ${network.final_loss})`);
console.log(`  final b1 = [${Array.from(trained.b1, (x) => x.toFixed(6)).join(', ')}], b2 = ${trained.b2.toFixed(6)}`);
console.log(`  final W2 = [${Array.from(trained.W2, (x) => x.toFixed(6)).join(', ')}]`);

console.log('\n6. A curve, fitted with diffc/runtime: standard errors and 95 % intervals\n');
must(show('generate', 'samples/fitting', '--out-dir', 'dist/generated/fitting', '--target', 'js', '--quiet'), 'generating JavaScript');
const kinetics = JSON.parse(readFileSync(join(root, 'samples/data/puromycin.json'), 'utf8'));
const fit = fitKinetics(await import('../../dist/generated/fitting/michaelis-menten.js'), await import('diffc/runtime'), kinetics);
for (const { name, value, error, interval: [low, high] } of fit.parameters) {
  console.log(`  ${name} = ${value.toPrecision(6)} ± ${error.toPrecision(4)}   [${low.toPrecision(5)}, ${high.toPrecision(5)}]   (published: ${kinetics.published[name]} ± ${kinetics.published.errors[name]})`);
}
console.log(`  ${fit.status} after ${fit.evaluations} evaluations`);

must(fit.parameters.every(({ name, value }) => Math.abs(value / kinetics.published[name] - 1) < 1e-3) ? 0 : 1, 'the curve');
must(Math.abs(line.w - regression.final.w) <= 1e-12 && Math.abs(line.b - regression.final.b) <= 1e-12 ? 0 : 1, 'linear regression');
must(Math.abs(trained.loss - network.final_loss) <= 1e-10 ? 0 : 1, 'the network');
