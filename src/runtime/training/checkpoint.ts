/**
 * The state of a training as bytes: a magic word, the format's version, a header in JSON, numbers as they are in
 * memory, and a checksum over everything before it. Little-endian on every platform that JavaScript runs on today.
 */
import { RuntimeError } from '../error.ts';

/** Where checkpoints are kept: `fileCheckpoint` of diffc/runtime/node, or anything else that replaces them as a whole. */
export interface CheckpointStore {
  /** for messages */
  readonly name: string;
  /** undefined when there is none yet */
  read(): Uint8Array | undefined;
  /** Replaces what was kept before; after a crash at any moment either the old or the new bytes are there. */
  write(bytes: Uint8Array): void;
}

export interface Snapshot {
  /** what the run is about: two runs that differ in it do not continue each other */
  readonly problem: Readonly<Record<string, string | number>>;
  readonly arrays: Readonly<Record<string, Float64Array>>;
}

const MAGIC = 'DIFFCKPT';
const VERSION = 1;
/** magic, version, length of the header */
const FRONT = 16;
const CHECKSUM = 4;

interface Header {
  readonly problem: Snapshot['problem'];
  readonly arrays: readonly (readonly [name: string, length: number])[];
}

export function encodeCheckpoint({ problem, arrays }: Snapshot): Uint8Array {
  const entries = Object.entries(arrays);
  const text = JSON.stringify({ problem, arrays: entries.map(([name, values]) => [name, values.length]) } satisfies Header);
  // numbers begin at a multiple of 8
  const header = new TextEncoder().encode(text.padEnd(Math.ceil(text.length / 8) * 8));
  const padded = Math.ceil(header.length / 8) * 8;
  const size = FRONT + padded + entries.reduce((sum, [, values]) => sum + 8 * values.length, 0) + CHECKSUM;
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  for (let k = 0; k < MAGIC.length; k++) bytes[k] = MAGIC.charCodeAt(k);
  view.setUint32(8, VERSION, true);
  view.setUint32(12, padded, true);
  bytes.fill(0x20, FRONT, FRONT + padded);
  bytes.set(header, FRONT);
  let at = FRONT + padded;
  for (const [, values] of entries) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  view.setUint32(at, checksum(bytes, at), true);
  return bytes;
}

/** Throws `RuntimeError` with the reason when the bytes are no checkpoint, or not a whole one. */
export function decodeCheckpoint(bytes: Uint8Array, name: string): Snapshot {
  const refuse = (reason: string): RuntimeError => new RuntimeError('bad-checkpoint', `${name} is left as it is: ${reason}`);
  if (bytes.length < MAGIC.length || String.fromCharCode(...bytes.subarray(0, MAGIC.length)) !== MAGIC) throw refuse('it is not a checkpoint of diffc');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < FRONT) throw refuse(`it is cut off after ${bytes.length} bytes`);
  const version = view.getUint32(8, true);
  if (version !== VERSION) throw refuse(`its format is version ${version}, and this is version ${VERSION}`);
  const start = FRONT + view.getUint32(12, true);
  if (bytes.length < start + CHECKSUM) throw refuse(`it is cut off after ${bytes.length} bytes`);
  const end = bytes.length - CHECKSUM;
  const sound = view.getUint32(end, true) === checksum(bytes, end);
  const header = sound ? (JSON.parse(new TextDecoder().decode(bytes.subarray(FRONT, start))) as Header) : undefined;
  if (header === undefined) throw refuse('it is cut off or damaged: its checksum does not fit');
  let at = start;
  const arrays: Record<string, Float64Array> = {};
  for (const [key, length] of header.arrays) {
    // a copy: numbers begin anywhere in the bytes of a file
    arrays[key] = new Float64Array(new Uint8Array(bytes.subarray(at, at + 8 * length)).buffer);
    at += 8 * length;
  }
  return { problem: header.problem, arrays };
}

/** Throws `RuntimeError`, naming what differs, unless a checkpoint belongs to the run. */
export function checkProblem(found: Snapshot['problem'], expected: Snapshot['problem'], name: string): void {
  for (const key of new Set([...Object.keys(expected), ...Object.keys(found)])) {
    if (found[key] !== expected[key]) throw new RuntimeError('bad-checkpoint', `${name} is left as it is: it belongs to another run, where ${key} is ${found[key] ?? 'unknown'} and not ${expected[key] ?? 'unknown'}`);
  }
}

/** CRC-32 (ISO 3309) of the first `length` bytes. */
function checksum(bytes: Uint8Array, length: number): number {
  let crc = -1;
  for (let k = 0; k < length; k++) crc = TABLE[(crc ^ bytes[k]!) & 255]! ^ (crc >>> 8);
  return (crc ^ -1) >>> 0;
}

const TABLE: Int32Array = Int32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});
