/** Sections of a WebAssembly module in their order. */
import { Bytes } from './bytes.ts';
import type { Code, Signature } from './code.ts';
import { TYPE } from './opcodes.ts';

export interface ImportedFunction {
  readonly module: string;
  readonly name: string;
  readonly signature: Signature;
}

export interface ModuleParts {
  readonly functions: readonly ImportedFunction[];
  /** immutable integers, by module and name */
  readonly globals: readonly { readonly module: string; readonly name: string }[];
  readonly memory: { readonly module: string; readonly name: string; readonly shared: boolean };
  readonly code: readonly Code[];
  /** names of functions, counted from the first that is not imported */
  readonly exports: readonly { readonly name: string; readonly code: number }[];
}

const signatureKey = (s: Signature): string => `${s.parameters.join(',')}>${s.results.join(',')}`;

export interface Binary {
  readonly bytes: Uint8Array;
  /** of the byte that says that memory is shared; 0 where it is not */
  readonly sharedAt: number;
}

/** 64 KB each: all that addresses reach. */
const MOST_PAGES = 65536;
/** With a maximum, as shared memory must have. */
const SHARED = 0x03;

export function encodeBinary(parts: ModuleParts): Binary {
  const signatures = new Map<string, { index: number; signature: Signature }>();
  const typeOf = (signature: Signature): number => {
    const key = signatureKey(signature);
    const known = signatures.get(key) ?? { index: signatures.size, signature };
    signatures.set(key, known);
    return known.index;
  };
  const imports = new Bytes().u32(parts.functions.length + parts.globals.length + 1);
  for (const f of parts.functions) imports.name(f.module).name(f.name).u8(0x00).u32(typeOf(f.signature));
  // at least one page; the memory that is passed has its final size
  imports.name(parts.memory.module).name(parts.memory.name).u8(0x02);
  const limits = imports.length;
  if (parts.memory.shared) imports.u8(SHARED).u32(1).u32(MOST_PAGES);
  else imports.u8(0x00).u32(1);
  for (const g of parts.globals) imports.name(g.module).name(g.name).u8(0x03, TYPE.i32, 0x00);
  const functions = new Bytes().u32(parts.code.length);
  for (const code of parts.code) functions.u32(typeOf(code.signature));
  const types = new Bytes().u32(signatures.size);
  for (const { signature } of signatures.values()) {
    types.u8(0x60).u32(signature.parameters.length).u8(...signature.parameters.map((t) => TYPE[t]));
    types.u32(signature.results.length).u8(...signature.results.map((t) => TYPE[t]));
  }
  const exports = new Bytes().u32(parts.exports.length);
  for (const e of parts.exports) exports.name(e.name).u8(0x00).u32(parts.functions.length + e.code);
  const bodies = new Bytes().u32(parts.code.length);
  for (const code of parts.code) {
    const encoded = code.encoded(({ kind, position }) => (kind === 'imported' ? position : parts.functions.length + position));
    bodies.u32(encoded.length).append(encoded);
  }
  const whole = new Bytes().u8(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);
  const sections: readonly (readonly [id: number, content: Bytes])[] = [[1, types], [2, imports], [3, functions], [7, exports], [10, bodies]];
  let sharedAt = 0;
  for (const [id, content] of sections) {
    whole.u8(id).u32(content.length);
    if (content === imports && parts.memory.shared) sharedAt = whole.length + limits;
    whole.append(content.done());
  }
  return { bytes: whole.done(), sharedAt };
}
