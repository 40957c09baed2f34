/** A model text as a running module. */
import { instantiate } from '../src/backends/typescript/instantiate.ts';
import { plainJavaScript } from '../src/backends/typescript/emit.ts';
import { readModel, refuseInto, tidy } from '../src/compile.ts';
import { Bag } from '../src/diagnostics/bag.ts';
import { planModule } from '../src/plan/module.ts';

export type Functions = Readonly<Record<string, (...args: unknown[]) => unknown>>;

export function emitModule(text: string): Functions {
  const bag = new Bag();
  const model = readModel({ name: '<bench>', text }, {}, bag);
  if (model === undefined) throw new Error(bag.diagnostics[0]?.message);
  return instantiate(plainJavaScript(planModule(model, { source: 'bench.diff', version: '0', refuse: refuseInto(bag), tidy })).code) as Functions;
}

