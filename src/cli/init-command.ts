/** `diffc init [DIR]`: a first model, its module, and a program that trains it. What is there already stays as it is. */
import { dirname, join, resolve } from 'node:path';
import { Bag } from '../diagnostics/bag.ts';
import { kindOf, readIfPresent, readSource, replaceFile } from '../project/files.ts';
import { runJob } from '../project/generation.ts';
import type { Arguments } from './arguments.ts';
import { jsonDiagnostics, printDiagnostics, reportFailure, toJson, type ExitCode, type Terminal } from './report.ts';

const MODEL = `/// A straight line through points: least squares.
module line
dim N
data x: R[N], y: R[N]
param w: R, b: R

L = mean[i] (w*x[i] + b - y[i])^2

derive value, gradient of L wrt w, b
check ∂L/∂b == mean[i] 2*(w*x[i] + b - y[i])
`;

const PROGRAM = `// Gradient descent with the derivatives in line.gen.js. After a change of the model: diffc generate line.diff --target js
import { create } from './line.gen.js';

const x = Float64Array.of(1, 2, 3, 4, 5);
const y = Float64Array.of(2, 3, 5, 7, 9);
const model = create({ N: x.length });
const params = model.newParams();
const gradient = model.newGradient();

for (let step = 0; step <= 1000; step += 1) {
  const loss = model.valueGradient(params, { x, y }, gradient);
  if (step % 200 === 0) console.log('step', step, 'loss', loss.toFixed(5));
  params.w -= 0.05 * gradient.w;
  params.b -= 0.05 * gradient.b;
}
console.log('y =', params.w.toFixed(3), '* x +', params.b.toFixed(3));
`;

const FILES: readonly (readonly [name: string, text: string])[] = [['line.diff', MODEL], ['train.mjs', PROGRAM]];

/** JavaScript beside the model, which is where the program looks for it. */
async function makeModule(directory: string, bag: Bag): Promise<{ readonly path: string; readonly outcome: string }[]> {
  const input = join(directory, 'line.diff');
  const source = readSource(input, bag);
  if (source === undefined) return [];
  const { files, diagnostics } = await runJob({ input, output: join(directory, 'line.gen'), within: directory, found: 'named' }, source, { target: 'js', precision: 'f64', threads: false, format: 'prettier', sourceMap: false, types: false, check: false }, bag);
  for (const d of diagnostics) bag.add(d);
  return files.flatMap(({ output, outcome }) => (output === '' ? [] : [{ path: output, outcome }]));
}

/** `npm init` declares a project to be CommonJS, and Node then takes the module for it; where nothing is declared it looks twice and says so. */
function isUndeclared(directory: string): boolean {
  for (let folder = resolve(directory); ; folder = dirname(folder)) {
    const text = readIfPresent(join(folder, 'package.json'));
    if (text !== undefined) return !/"type"\s*:\s*"module"/.test(text);
    if (folder === dirname(folder)) return false;
  }
}

export async function initCommand(targets: readonly string[], args: Arguments, terminal: Terminal): Promise<ExitCode> {
  const format = args.flags.has('json') ? 'json' : 'text';
  const [directory = '.', extra] = targets;
  const bag = new Bag();
  if (extra !== undefined) {
    bag.report('unexpected-argument', undefined, { argument: extra });
    reportFailure(terminal, format, bag.diagnostics);
    return 2;
  }
  const written = FILES.map(([name, text]) => {
    const path = join(directory, name);
    return { path, outcome: kindOf(path) === 'missing' ? replaceFile(path, text, bag) : 'kept' };
  });
  const made = bag.hasErrors ? [] : await makeModule(directory, bag);
  const files = [...written, ...made];
  if (format === 'json') {
    terminal.write(`${toJson({ ok: !bag.hasErrors, version: 1, files, diagnostics: jsonDiagnostics(bag.diagnostics) })}\n`);
    return bag.hasErrors ? 1 : 0;
  }
  printDiagnostics(terminal, bag.diagnostics);
  for (const { path, outcome } of files) terminal.write(`${outcome} ${path}\n`);
  if (!bag.hasErrors) terminal.write(`\nNext:\n${isUndeclared(directory) ? '  npm pkg set type=module\n' : ''}  node ${join(directory, 'train.mjs')}\n  diffc check ${join(directory, 'line.diff')}\n`);
  return bag.hasErrors ? 1 : 0;
}
