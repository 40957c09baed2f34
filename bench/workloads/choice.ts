/**
 * What `--target auto` chooses for every function of every sample, beside what its two forms take at the sizes that the
 * estimates are made for, with arrays where machine code reads them.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { estimated, PROBABLE, type Estimate } from '../../src/backends/wasm/costs.ts';
import { F64 } from '../../src/backends/wasm/lanes.ts';
import { Library } from '../../src/backends/wasm/library.ts';
import { encodeModule } from '../../src/backends/wasm/module.ts';
import type { NativeCompiler } from '../../src/schedule/native.ts';
import { planOf } from '../../tests/emitted/models.ts';
import { SampleRun } from '../../tests/emitted/sample-functions.ts';
import { filesBelow } from '../../tests/support/sources.ts';
import { measure, timePerRun, type Contestant } from '../measure.ts';
import { machine } from '../report.ts';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 7);
/** Until V8 has compiled what it will. */
const WARMING_MS = 60;
/** A smaller difference is none. */
const NEGLIGIBLE = 1.1;

const FORMS = ['JavaScript', 'machine code'];

interface Choice {
  readonly name: string;
  readonly estimate: Estimate;
  /** milliseconds */
  readonly javascript: number;
  readonly machine: number;
}

export function run(): string {
  const choices = filesBelow('samples', '.diff').flatMap(choicesOf);
  const wrong = choices.filter((c) => !isRight(c));
  const environment = machine(ROUNDS);
  const text = [
    '# choice', '',
    `${environment.node}, ${environment.cpu}, ${environment.cores} cores, ${ROUNDS} interleaved rounds. Ratios are machine code over JavaScript, of minima; open sizes are ${PROBABLE}.`, '',
    `${choices.length - wrong.length} of ${choices.length} choices are right; where the two differ by less than ${Math.round(100 * (NEGLIGIBLE - 1))} %, both are.`, '',
    '| function | JavaScript | machine code | estimated ratio | measured ratio | choice | right |',
    '| --- | --: | --: | --: | --: | --- | --- |',
    ...choices.map((c) => `| ${c.name} | ${microseconds(c.javascript)} | ${microseconds(c.machine)} | ${ratioOf(c.estimate).toFixed(2)} | ${ratioOf(c).toFixed(2)} | ${ratioOf(c.estimate) < 1 ? 'machine code' : 'JavaScript'} | ${isRight(c) ? 'yes' : 'no'} |`),
    '',
  ].join('\n');
  const folder = join(import.meta.dirname, '../results');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'choice.md'), text);
  writeFileSync(join(folder, 'choice.json'), `${JSON.stringify({ environment, choices }, undefined, 1)}\n`);
  return text;
}

const microseconds = (ms: number): string => `${(1000 * ms).toPrecision(3)} µs`;
const ratioOf = ({ javascript, machine: native }: Estimate): number => native / javascript;

function isRight(c: Choice): boolean {
  const measured = ratioOf(c);
  return ratioOf(c.estimate) < 1 ? measured < NEGLIGIBLE : measured > 1 / NEGLIGIBLE;
}

function choicesOf(path: string): Choice[] {
  const plan = planOf(path);
  if (plan === undefined) return [];
  const sizes = new Map(plan.dims.map((d) => [d.name, d.value ?? Math.max(PROBABLE, d.atLeast)]));
  const estimates = new Map<string, Estimate>();
  const compile: NativeCompiler = (requests) => {
    const library = new Library(F64);
    for (const request of requests) estimates.set(request.name, estimated(request, library));
    const native = encodeModule(requests);
    for (const name of native.refused.keys()) estimates.delete(name);
    return native;
  };
  return plan.functions.flatMap((f): Choice[] => {
    const forms = [new SampleRun(plan, sizes, undefined, 'f64'), new SampleRun(plan, sizes, compile, 'f64')];
    const estimate = estimates.get(f.name);
    if (estimate === undefined) return [];
    const [javascript, native] = measure(forms.map((form, k) => contestant(FORMS[k] ?? '', form.resident(f))), ROUNDS);
    return javascript === undefined || native === undefined ? [] : [{ name: `${path.replace(/^samples\/|\.diff$/g, '')} ${f.name}`, estimate, javascript: javascript.min, machine: native.min }];
  });
}

function contestant(name: string, call: () => unknown): Contestant {
  for (const end = performance.now() + WARMING_MS; performance.now() < end; ) call();
  let runs = 1;
  const calls = (): void => { for (let k = 0; k < runs; k++) call(); };
  // what the clock can tell
  while (timePerRun(calls, 0) < 0.2) runs *= 4;
  return { name, sample: () => timePerRun(calls, 2) / runs };
}
