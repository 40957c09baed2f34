/** `npm run bench [WORKLOAD ...]`: runs the workloads and writes bench/results/. Needs `npm run build` before. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parts } from './workloads/workloads.ts';

interface Bench {
  readonly run: (part?: string) => string | Promise<string>;
}

const folder = join(import.meta.dirname, 'workloads');
const known = readdirSync(folder).filter((f) => f.endsWith('.ts')).map((f) => f.slice(0, -3)).sort();
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !known.includes(name) && !parts.includes(name));
if (unknown.length > 0) {
  console.error('%s', `unknown workload ${unknown.join(', ')}; there are ${known.join(', ')}, and of the table ${parts.join(', ')}`);
  process.exit(2);
}
for (const name of asked.length > 0 ? asked : known) {
  const part = parts.includes(name) ? name : undefined;
  const { run } = (await import(`./workloads/${part === undefined ? name : 'workloads'}.ts`)) as Bench;
  console.log(await run(part));
}
