/** `npm run soak [-- ROUNDS]`: the property tests with examples that are drawn anew each round; the seed of a failing round is printed. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const rounds = Number(process.argv[2] ?? 10);
const files = readdirSync('tests', { recursive: true, encoding: 'utf8' }).map((file) => `tests/${file}`)
  .filter((file) => file.endsWith('.test.ts') && readFileSync(file, 'utf8').includes('support/property.ts'));
let failed = 0;
for (let round = 1; round <= rounds; round++) {
  const seed = Math.trunc(Math.random() * 2 ** 31);
  process.stdout.write(`round ${round} of ${rounds}, DIFFC_SEED=${seed}: `);
  const { status, stdout, stderr } = spawnSync('npx', ['vitest', 'run', ...files], { env: { ...process.env, DIFFC_SEED: String(seed) }, encoding: 'utf8' });
  process.stdout.write(status === 0 ? 'passed\n' : `failed\n${stdout}${stderr}`);
  if (status !== 0) failed += 1;
}
process.exitCode = failed === 0 ? 0 : 1;
