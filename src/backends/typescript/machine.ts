/** What a module with machine code needs around it: room in one memory for arrays, and the lines that call the code. */
import type { Input } from '../../elaborate/model.ts';
import type { Dim } from '../../ir/dim.ts';
import type { NativeFunction, NativeModule } from '../../schedule/native.ts';
import { arrayType, type ArrayType, type ModuleContext } from './context.ts';
import { sizeText, vocabularyOf } from './checks.ts';
import { polyText } from './expression.ts';
import { scalePoly, sizePoly } from '../../schedule/poly.ts';
import { arrayAtText, LOADER_NAMES, loaderText } from './machine-loader.ts';
import type { FunctionDeclaration, TextDeclaration } from './structure.ts';

/** An array of the caller's that has a place in memory. */
interface Slot {
  readonly key: string;
  readonly shape: readonly Dim[];
  readonly type: ArrayType;
}

/** Names at the top of a module with machine code. */
export const MACHINE_NAMES: readonly string[] = ['machine', 'Threads', ...LOADER_NAMES];

export class Machine {
  readonly native: NativeModule;
  readonly slots: Slot[] = [];
  /** whether the module hands out arrays in memory */
  handsOut = false;

  constructor(native: NativeModule) {
    this.native = native;
  }

  function(name: string): NativeFunction | undefined {
    return this.native.functions.get(name);
  }
  /** The number of the place of an array, by struct and field. */
  slot(key: string, shape: readonly Dim[], type: ArrayType): number {
    const known = this.slots.findIndex((s) => s.key === key);
    if (known >= 0) return known;
    this.slots.push({ key, shape, type });
    return this.slots.length - 1;
  }
  known(key: string): number | undefined {
    const at = this.slots.findIndex((s) => s.key === key);
    return at < 0 ? undefined : at;
  }
}

/** A new array, in memory where it has a place there that is free. */
export function newArray(ctx: ModuleContext, key: string, shape: readonly Dim[], element?: Input['element']): string {
  const made = `new ${arrayType(ctx, element)}(${sizeText(ctx, shape)})`;
  const slot = ctx.machine?.known(key);
  if (ctx.machine === undefined || slot === undefined) return made;
  ctx.machine.handsOut = true;
  return `arrayAt(machine, ${slot}, ${made})`;
}

/** `const machine = openMachine(…)`, where sizes are known. */
export function machineLine(ctx: ModuleContext): string[] {
  const { machine } = ctx;
  if (machine === undefined) return [];
  const { native } = machine;
  const sizes = native.sizes.map((symbol) => `${JSON.stringify(symbol)}: ${ctx.size(symbol)}`);
  const arrays = machine.slots.map((s) => `[${s.type}, ${sizeText(ctx, s.shape)}]`);
  const scratch = native.scratch.map(({ shape, bytes }) => polyText(vocabularyOf(ctx), scalePoly(sizePoly(shape), bytes)));
  const host = native.borrowed.map((name) => `${JSON.stringify(name)}: ${borrowedText(ctx, name)}`);
  return [`const machine = openMachine(${arrayType(ctx)}, ${native.cells}, [${arrays.join(', ')}], [${scratch.join(', ')}], { ${sizes.join(', ')} }, { ${host.join(', ')} });`];
}

function borrowedText(ctx: ModuleContext, name: string): string {
  const { typed } = ctx.dialect;
  if (name === 'remainder') return `(x${typed('number')}, y${typed('number')}) => x % y`;
  if (!name.startsWith('Math.')) ctx.kernels.add(name);
  return name;
}

/** Stands before what opens the machine when the module is loaded. */
export function machineState(ctx: ModuleContext): TextDeclaration[] {
  return ctx.machine === undefined ? [] : [{ kind: 'text', text: `let compiledMachine${ctx.dialect.typed('object | null | undefined')};` }];
}

/** `threads()`, which `startThreads` of diffc/runtime takes. */
export function threadsFunction(ctx: ModuleContext): FunctionDeclaration[] {
  if (ctx.machine?.native.ranges === undefined) return [];
  const docs = ['For `startThreads` of diffc/runtime; undefined where threads cannot share memory.'];
  return [{ kind: 'function', name: ctx.names.claim('threads'), exported: true, docs, parameters: [], returns: 'Threads | undefined', body: ['return machine?.threads;'] }];
}

/** What loads the code, and the code. */
export function machineTexts(ctx: ModuleContext): TextDeclaration[] {
  if (ctx.machine === undefined) return [];
  const { native, handsOut } = ctx.machine;
  return [...(handsOut ? [arrayAtText(ctx.dialect)] : []), loaderText(base64(native.bytes), ctx.dialect, native.ranges)].map((text) => ({ kind: 'text', text }));
}

function base64(bytes: Uint8Array): string {
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  let text = '';
  for (let k = 0; k < bytes.length; k += 3) {
    const group = ((bytes[k] ?? 0) << 16) | ((bytes[k + 1] ?? 0) << 8) | (bytes[k + 2] ?? 0);
    for (let n = 0; n < 4; n++) text += k + n > bytes.length ? '=' : digits.charAt((group >> (18 - 6 * n)) & 63);
  }
  return text;
}

/** For the header: what runs where, and why. */
export function machineHeader(native: NativeModule | undefined): string[] {
  if (native === undefined) return [];
  const { functions, refused, bytes, precision, ranges } = native;
  const listed = (reasons: ReadonlyMap<string, string>): string => [...reasons].map(([name, reason]) => `${name} (${reason})`).join(', ');
  return [
    ...(functions.size === 0 ? [] : [`WebAssembly (${bytes.length} bytes, SIMD${precision === 'f32' ? ', single precision' : ''}): ${[...functions.keys()].join(', ')}. Where it is missing, and for the rest, JavaScript.`]),
    ...(refused.size === 0 ? [] : [`JavaScript only: ${listed(refused)}.`]),
    ...(ranges === undefined ? [] : ['Loops over data come in pieces that threads may share: the same numbers for any number of threads.']),
    ...(ranges === undefined || ranges.single.size === 0 ? [] : [`One thread only: ${listed(ranges.single)}.`]),
  ];
}
