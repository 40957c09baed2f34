/** Arrays as numpy saves them: NEP 1, versions 1 to 3. */
import { DataError } from './error.ts';

export interface SavedArray {
  readonly shape: readonly number[];
  /** row-major */
  readonly data: Float64Array;
}

type Reader = (view: DataView, at: number) => number;
/** By the type's letter and width; numbers of 64 bits that doubles cannot hold are refused. */
const READERS: Readonly<Record<string, Reader>> = {
  f8: (v, at) => v.getFloat64(at, true), f4: (v, at) => v.getFloat32(at, true),
  i1: (v, at) => v.getInt8(at), i2: (v, at) => v.getInt16(at, true), i4: (v, at) => v.getInt32(at, true), i8: (v, at) => whole(v.getBigInt64(at, true)),
  u1: (v, at) => v.getUint8(at), u2: (v, at) => v.getUint16(at, true), u4: (v, at) => v.getUint32(at, true), u8: (v, at) => whole(v.getBigUint64(at, true)),
  b1: (v, at) => v.getUint8(at),
};

/** Reads the bytes of a `.npy` file. */
export function readNpy(bytes: Uint8Array): SavedArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = bytes.length >= 12 && bytes[0] === 0x93 && String.fromCharCode(...bytes.subarray(1, 6)) === 'NUMPY';
  if (!magic) throw new DataError('bad-data-file', {}, 'it is not a .npy file');
  const long = bytes[6]! >= 2;
  const start = long ? 12 : 10;
  const length = long ? view.getUint32(8, true) : view.getUint16(8, true);
  const header = new TextDecoder().decode(bytes.subarray(start, start + length));
  const [, order, letter, width] = /'descr':\s*'([<>|=])([a-zA-Z])(\d*)'/.exec(header) ?? [];
  const sizes = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1];
  const reader = READERS[`${letter}${width}`];
  if (sizes === undefined || reader === undefined || (order === '>' && width !== '1')) throw new DataError('bad-data-file', {}, `arrays of type ${letter === undefined ? 'record' : `${order}${letter}${width}`} are not read: save as little-endian numbers`);
  if (/'fortran_order':\s*True/.test(header)) throw new DataError('bad-data-file', {}, 'it is column-major: save `numpy.ascontiguousarray` of it');
  const shape = sizes.split(',').map((s) => s.trim()).filter((s) => s !== '').map(Number);
  const count = shape.reduce((a, b) => a * b, 1);
  const found = bytes.length - start - length;
  if (found !== count * Number(width)) throw new DataError('bad-data-file', {}, `it is cut off or too long: ${found} bytes of numbers where ${count * Number(width)} are expected`);
  return { shape, data: Float64Array.from({ length: count }, (_, k) => reader(view, start + length + k * Number(width))) };
}

function whole(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new DataError('bad-data-file', {}, `the integer ${value} is too large for a double`);
  return number;
}
