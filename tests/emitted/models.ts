/** The sample models as plans, and values for their inputs. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readModel, refuseInto, tidy } from '../../src/compile.ts';
import { Bag } from '../../src/diagnostics/bag.ts';
import type { Input } from '../../src/elaborate/model.ts';
import { isDeclaredSymmetric } from '../../src/elaborate/types.ts';
import { evaluateDim } from '../../src/ir/dim.ts';
import { planModule } from '../../src/plan/module.ts';
import type { EmitPlan } from '../../src/schedule/plan.ts';
import { fillValues } from '../schedule/support.ts';
import { root } from '../support/sources.ts';

export function planOf(path: string): EmitPlan | undefined {
  const bag = new Bag();
  const load = (name: string): { name: string; text: string } => ({ name, text: readFileSync(name, 'utf8') });
  const model = readModel(load(join(root, path)), { load: (name, from) => load(join(from.name, '..', name)) }, bag);
  return model === undefined ? undefined : planModule(model, { source: path, version: '0', refuse: refuseInto(bag), tidy });
}

/** Values inside the declared bounds, away from kinks. */
export function valuesOf(input: Input, sizes: ReadonlyMap<string, number>, seed: number): Float64Array {
  const length = input.shape.reduce((n, d) => n * evaluateDim(d, sizes), 1);
  const raw = fillValues(length, seed);
  if (input.element === 'index') return raw.map((x) => Math.floor(Math.abs(x) * 1000) % evaluateDim(input.of ?? '1', sizes));
  if (input.element === 'int' || input.element === 'bool') return raw.map((x) => (x > 0 ? 1 : 0));
  const values = raw.map((x) => 0.25 + 0.5 * Math.abs(Math.sin(x)));
  if (!isDeclaredSymmetric(input.properties)) return values;
  // symmetric with a heavy diagonal, as declared
  const n = Math.round(Math.sqrt(length));
  return values.map((x, k) => {
    const [i, j] = [Math.floor(k / n), k % n];
    return i === j ? n + x : ((values[i * n + j] ?? 0) + (values[j * n + i] ?? 0)) / 2;
  });
}
