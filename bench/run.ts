/** `npm run bench [WORKLOAD ...]`: runs the workloads and writes bench/results/. Needs `npm run build` before. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, 'workloads');
const known = readdirSync(folder).filter((f) => f.endsWith('.ts')).map((f) => f.slice(0, -3)).sort();
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error('%s', `unknown workload ${unknown.join(', ')}; there are ${known.join(', ')}`);
  process.exit(2);
}
for (const name of asked.length > 0 ? asked : known) {
  const { run } = (await import(`./workloads/${name}.ts`)) as { run: () => string };
  console.log(run());
}
