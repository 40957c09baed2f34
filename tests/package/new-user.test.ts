/** What a new user does in an empty folder, from the packed tarball: install, ask, write a model, generate, import, train. */
import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { emptyFolder, install, packed } from './support.ts';

const model = `dim N
data x: R[N], y: R[N]
param w: R, b: R
loss = mean((w*x + b - y)^2)
derive value, gradient of loss wrt w, b
`;
const train = (from: string): string => `import { create } from '${from}';
import { lbfgs, pack } from 'diffc/runtime';

const data = { x: Float64Array.of(1, 2, 3, 4), y: Float64Array.of(3.1, 4.9, 7.2, 8.8) };
const model = create({ N: 4 });
const objective = pack({ params: model.newParams(), gradient: model.newGradient(), valueGradient: (p, g) => model.valueGradient(p, data, g) });
const { status, x } = lbfgs(objective, objective.start);
console.log(status, ...Array.from(x, (v) => v.toFixed(4)));
`;

it('from nothing to a trained model', () => {
  const folder = emptyFolder();
  const tarball = packed();
  const times: (readonly [step: string, milliseconds: number])[] = [];
  const step = <T>(name: string, take: () => T): T => {
    const start = performance.now();
    const result = take();
    times.push([name, performance.now() - start]);
    return result;
  };
  const run = (command: string, ...args: readonly string[]): string => {
    const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: 'utf8' });
    expect(`${status} ${stderr}`).toMatch(/^0 /);
    return stdout;
  };

  step('install', () => install(tarball, folder));
  expect(step('first derivative', () => run('npx', '--no-install', 'diffc', 'x^2 + sin(y)'))).toMatch(/2\*x[\s\S]*cos\(y\)/);

  writeFileSync(join(folder, 'loss.diff'), model);
  step('generate', () => run('npx', '--no-install', 'diffc', 'generate', 'loss.diff', '--target', 'js'));
  expect(readdirSync(folder).filter((name) => name.startsWith('loss')).sort()).toEqual(['loss.diff', 'loss.gen.d.ts', 'loss.gen.js']);
  // an empty folder is no project of modules: the emitted file says `export`
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module', private: true }));
  writeFileSync(join(folder, 'train.js'), train('./loss.gen.js'));
  expect(step('train', () => run(process.execPath, 'train.js'))).toMatch(/^[\w-]+ 1\.9400 1\.1500\n$/);

  // the same without a generated file
  writeFileSync(join(folder, 'direct.js'), train('./loss.diff'));
  expect(step('import the model', () => run(process.execPath, '--import', 'diffc/register', 'direct.js'))).toMatch(/^[\w-]+ 1\.9400 1\.1500\n$/);

  const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
  const total = times.reduce((sum, [, ms]) => sum + ms, 0);
  // a time depends on the machine, and is said, not asserted
  console.log('%s', `tests/package: a new user needs ${seconds(total)} (60 s are promised; ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}): ${times.map(([name, ms]) => `${name} ${seconds(ms)}`).join(', ')}`);
});
