/** Whole-process time of a one-liner against an empty node process. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { measure } from '../measure.ts';
import type { Contestant } from '../measure.ts';
import { writeReport } from '../report.ts';

const cli = join(import.meta.dirname, '../../dist/cli/bin.js');
const rounds = 31;

export function run(): string {
  const rows = measure(
    [
      process_('node -e 0', ['-e', '0']),
      process_('diffc "x^2 + y^2"', [cli, 'x^2 + y^2']),
      process_('diffc "sin(x)*exp(-y^2)/(1+x^2)"', [cli, 'sin(x)*exp(-y^2)/(1+x^2)']),
    ],
    rounds,
  );
  return writeReport('start-up', rounds, [{ title: 'Whole process', unit: 'ms', rows }]);
}

function process_(name: string, args: readonly string[]): Contestant {
  return {
    name,
    sample: () => {
      const start = performance.now();
      const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
      if (status !== 0) throw new Error(`${name} exited with ${status}`);
      return performance.now() - start;
    },
  };
}
