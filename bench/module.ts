/** A model text as a running module. */
import { instantiate } from '../src/backends/typescript/instantiate.ts';
import { plainJavaScript } from '../src/backends/typescript/emit.ts';
import { encodeModule, type Threading } from '../src/backends/wasm/module.ts';
import { readModel, refuseInto, tidy } from '../src/compile.ts';
import { Bag } from '../src/diagnostics/bag.ts';
import { planModule } from '../src/plan/module.ts';
import type { NativeCompiler } from '../src/schedule/native.ts';
import type { Precision } from '../src/targets.ts';
import type { EmitPlan } from '../src/schedule/plan.ts';

export type Functions = Readonly<Record<string, (...args: unknown[]) => unknown>>;

export function emitModule(text: string): Functions {
  return instantiate(plainJavaScript(planOf(text)).code) as Functions;
}

/** With the machine code that a compiler makes. */
export function emitNative(text: string, native: NativeCompiler): Functions {
  return instantiate(plainJavaScript(planOf(text), native).code) as Functions;
}

/** With WebAssembly, where that is faster; undefined when it is nowhere. */
export function emitMachineModule(text: string, precision: Precision = 'f64', threading?: Threading): Functions | undefined {
  let functions = 0;
  const module = emitNative(text, (requests) => {
    const native = encodeModule(requests, precision, threading);
    functions = native.functions.size;
    return native;
  });
  return functions === 0 ? undefined : module;
}

export function planOf(text: string): EmitPlan {
  const bag = new Bag();
  const model = readModel({ name: '<bench>', text }, {}, bag);
  if (model === undefined) throw new Error(bag.diagnostics[0]?.message);
  return planModule(model, { source: 'bench.diff', version: '0', refuse: refuseInto(bag), tidy });
}
