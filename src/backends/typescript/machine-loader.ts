/**
 * The text that loads machine code in an emitted module: types stand in double brackets and go in JavaScript. Lines that
 * begin with `+` stand in modules whose loops threads may share, those with `-` in the others.
 */
import type { NativeRanges } from '../../schedule/native.ts';
import type { Dialect } from './dialect.ts';

/** Names that the text defines. */
export const LOADER_NAMES: readonly string[] = ['openMachine', 'openMemory', 'compileMachine', 'arrayAt', 'machineCode', 'compiledMachine'];

/** Machine code as a line of the module, and the functions that open it; `ranges`: with loops that threads share. */
export function loaderText(base64: string, dialect: Dialect, ranges: NativeRanges | undefined): string {
  const text = withLinesFor(ranges, dialect.language === 'ts' ? `${TYPES}\n\n${LOADER}` : LOADER);
  return `${inLanguage(text, dialect)}\n\nfunction machineCode()${dialect.typed('string')} {\n  return '${base64}';\n}`;
}

/** The function that hands out arrays in the machine's memory. */
export const arrayAtText = (dialect: Dialect): string => inLanguage(ARRAY_AT, dialect);

const inLanguage = (text: string, { language }: Dialect): string => text.replace(/⟦([^⟧]*)⟧/g, language === 'ts' ? '$1' : '').trim();

function withLinesFor(ranges: NativeRanges | undefined, text: string): string {
  const [kept, dropped] = ranges === undefined ? ['-', '+'] : ['+', '-'];
  const lines = text.split('\n').filter((line) => !line.startsWith(dropped)).map((line) => (line.startsWith(kept) ? line.slice(1) : line));
  return lines.join('\n').replaceAll('SHARED_AT', String(ranges?.sharedAt)).replaceAll('MOST_THREADS', String(ranges?.threads));
}

const TYPES = `
type Numbers = Float64Array | Float32Array | Int32Array;
type NumbersConstructor = Float64ArrayConstructor | Float32ArrayConstructor | Int32ArrayConstructor;

interface Machine {
  readonly call: Readonly<Record<string, (...args: number[]) => number>>;
  /** scalars that functions write */
  readonly cells: Numbers;
  /** address of an array: where it lies in this memory, or of a copy */
  enter(slot: number, array: Numbers): number;
  /** address of an array that is to be filled */
  room(slot: number, array: Numbers): number;
  /** hands over what was filled */
  leave(slot: number, array: Numbers): void;
  /** the array in this memory, to the first who asks */
  take(slot: number): Numbers | undefined;
+  readonly threads: Threads | undefined;
}

+/** What \`startThreads\` of diffc/runtime needs of a model. Threads run the same code over the same memory. */
+export interface Threads {
+  readonly code: object;
+  readonly memory: object;
+  readonly size: Readonly<Record<string, number>>;
+  readonly at: Readonly<Record<string, number>>;
+  /** functions of JavaScript that the code calls */
+  readonly borrowed: readonly string[];
+  /** threads that have room */
+  readonly most: number;
+  /** does one piece of a job here, as the thread of that number */
+  run(job: number, piece: number, thread: number): void;
+  /** has the pieces of a job done, about so many operations altogether; where it is missing, this thread does one after the other */
+  share: ((job: number, pieces: number, operations: number) => void) | undefined;
+}
+
/** As much of the standard as is used here: not every library of types declares it. */
interface WebAssemblyApi {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
  readonly Memory: new (limits: { initial: number; maximum: number; shared?: boolean }) => { readonly buffer: ArrayBuffer };
}`;

const LOADER = `
/** The code, compiled once; null where WebAssembly or its SIMD instructions are missing or forbidden. */
-function compileMachine(api⟦: WebAssemblyApi⟧)⟦: object | null⟧ {
+function compileMachine(api⟦: WebAssemblyApi⟧, shared⟦: boolean⟧)⟦: object | null⟧ {
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const text = machineCode().split('=').join('');
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let bits = 0;
  for (let k = 0; k < text.length; k++) {
    bits = (bits << 6) | digits.indexOf(text.charAt(k));
    if (k % 4 > 0) bytes[Math.floor((k * 3) / 4)] = bits >> (6 - 2 * (k % 4));
  }
+  // the same code, for memory that is not shared
+  if (!shared) bytes[SHARED_AT] = 1;
  if (!api.validate(bytes)) return null;
  try {
    return new api.Module(bytes);
  } catch (error) {
    // a page may forbid compilation by its security policy
    if (error instanceof Error) return null;
    throw error;
  }
}

/** At its final size: growing would detach every array in it. */
-function openMemory(api⟦: WebAssemblyApi⟧, bytes⟦: number⟧, size⟦: Readonly<Record<string, number>>⟧)⟦: { readonly buffer: ArrayBuffer }⟧ {
+function openMemory(api⟦: WebAssemblyApi⟧, bytes⟦: number⟧, size⟦: Readonly<Record<string, number>>⟧, shared⟦: boolean⟧)⟦: { readonly buffer: ArrayBuffer }⟧ {
  const sizes = Object.entries(size).map(([name, value]) => \`\${name} = \${value}\`).join(', ');
  const needs = \`\${sizes === '' ? 'the arrays' : \`dims \${sizes}\`} need \${bytes} bytes of memory\`;
  // with room behind the last array: vectors may be read beyond it
  const pages = Math.max(1, Math.ceil((bytes + 16) / 65536));
  if (!(pages <= 65536)) throw new RangeError(\`\${needs}, WebAssembly addresses at most 4294967296\`);
  try {
-    return new api.Memory({ initial: pages, maximum: pages });
+    return new api.Memory({ initial: pages, maximum: pages, shared });
  } catch (error) {
    throw new RangeError(\`\${needs}, this machine has less to give (\${error instanceof Error ? error.message : String(error)})\`);
  }
}

/** One memory for everything: scalars, then each array twice (the caller's own, and room for a copy), then scratch. */
function openMachine(
  real⟦: NumbersConstructor⟧,
  cells⟦: number⟧,
  arrays⟦: readonly (readonly [type: NumbersConstructor, length: number])[]⟧,
  scratch⟦: readonly number[]⟧,
  size⟦: Readonly<Record<string, number>>⟧,
  host⟦: Readonly<Record<string, (...x: number[]) => number>>⟧,
)⟦: Machine | undefined⟧ {
  const api = Reflect.get(globalThis, 'WebAssembly')⟦ as WebAssemblyApi | undefined⟧;
  if (api === undefined) return undefined;
-  if (compiledMachine === undefined) compiledMachine = compileMachine(api);
+  const shared = Reflect.get(globalThis, 'SharedArrayBuffer') !== undefined;
+  if (compiledMachine === undefined) compiledMachine = compileMachine(api, shared);
  if (compiledMachine === null) return undefined;
  let end = real.BYTES_PER_ELEMENT * cells;
  const reserve = (bytes⟦: number⟧)⟦: number⟧ => {
    const start = 64 * Math.ceil(end / 64);
    end = start + bytes;
    return start;
  };
  const homes = arrays.map(([type, length]) => reserve(type.BYTES_PER_ELEMENT * length));
  const copies = arrays.map(([type, length]) => reserve(type.BYTES_PER_ELEMENT * length));
  const at = Object.fromEntries(scratch.map((bytes, k) => [String(k), reserve(bytes)]));
-  const memory = openMemory(api, end, size);
+  const memory = openMemory(api, end, size, shared);
  const view = (addresses⟦: readonly number[]⟧)⟦: Numbers[]⟧ => arrays.map(([type, length], k) => new type(memory.buffer, addresses[k], length));
  const [home, copy] = [view(homes), view(copies)];
  const given = arrays.map(() => false);
-  const { exports } = new api.Instance(compiledMachine, { host: { ...host, memory }, size, at });
-  const call = exports⟦ as Machine['call']⟧;
+  const share = (job⟦: number⟧, pieces⟦: number⟧, operations⟦: number⟧)⟦: void⟧ => {
+    if (threads.share !== undefined) threads.share(job, pieces, operations);
+    else for (let piece = 0; piece < pieces; piece++) threads.run(job, piece, 0);
+  };
+  const { exports } = new api.Instance(compiledMachine, { host: { ...host, memory }, size, at, threads: { share } });
+  const call = exports⟦ as Machine['call']⟧;
+  const threads⟦: Threads⟧ = {
+    code: compiledMachine, memory, size, at, borrowed: Object.keys(host), most: MOST_THREADS, share: undefined,
+    run: (job, piece, thread) => void call[\`range\${job}\`]⟦!⟧(piece, thread),
+  };
  return {
    call,
    cells: new real(memory.buffer, 0, cells),
    enter(slot, array) {
      if (array === home[slot]) return homes[slot]⟦!⟧;
      copy[slot]⟦!⟧.set(array);
      return copies[slot]⟦!⟧;
    },
    room(slot, array) {
      return array === home[slot] ? homes[slot]⟦!⟧ : copies[slot]⟦!⟧;
    },
    leave(slot, array) {
      if (array !== home[slot]) array.set(copy[slot]⟦!⟧);
    },
    take(slot) {
      if (given[slot]) return undefined;
      given[slot] = true;
      return home[slot];
    },
+    threads: shared ? threads : undefined,
  };
}`;

const ARRAY_AT = `/** An array in the machine's memory for the first who asks, an ordinary one for the others. */
function arrayAt⟦<T extends Numbers>⟧(machine⟦: Machine | undefined⟧, slot⟦: number⟧, made⟦: T⟧)⟦: T⟧ {
  return (machine?.take(slot)⟦ as T | undefined⟧) ?? made;
}`;
