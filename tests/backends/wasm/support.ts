/** The platform's WebAssembly, which the libraries of types in use here do not declare, and our compiler under watch. */
import { encodeModule, type Threading } from '../../../src/backends/wasm/module.ts';
import type { NativeCompiler, NativeModule } from '../../../src/schedule/native.ts';
import type { Precision } from '../../../src/targets.ts';

export interface Platform {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Readonly<Record<string, (...args: number[]) => number>> };
  readonly Memory: new (limits: { initial: number }) => { readonly buffer: ArrayBuffer };
}

export const platform = Reflect.get(globalThis, 'WebAssembly') as Platform;

/** The compiler, and what it made. */
export function watched(precision: Precision = 'f64', threading: Threading = 'one thread'): { readonly compiler: NativeCompiler; readonly made: NativeModule[] } {
  const made: NativeModule[] = [];
  const compiler: NativeCompiler = (requests) => {
    const native = encodeModule(requests, precision, threading);
    made.push(native);
    return native;
  };
  return { compiler, made };
}
