/** SHA-256 of a text in UTF-8, as hex digits: what `sha256sum` says of the file. Node's own is not there in browsers. */
export function sha256(text: string): string {
  const bytes = new TextEncoder().encode(text);
  const blocks = padded(bytes);
  const [constants, state] = fractions();
  const w = new Uint32Array(64);
  for (let at = 0; at < blocks.length; at += 16) {
    w.set(blocks.subarray(at, at + 16));
    compress(state, constants, w);
  }
  return [...state].map((word) => word.toString(16).padStart(8, '0')).join('');
}

/** The message as big-endian words, followed by one bit and its length. */
function padded(bytes: Uint8Array): Uint32Array {
  const words = new Uint32Array((((bytes.length + 8) >> 6) + 1) * 16);
  bytes.forEach((byte, k) => { words[k >> 2] = (words[k >> 2] ?? 0) | (byte << (24 - 8 * (k & 3))); });
  words[bytes.length >> 2] = (words[bytes.length >> 2] ?? 0) | (0x80 << (24 - 8 * (bytes.length & 3)));
  words[words.length - 2] = Math.floor(bytes.length / 2 ** 29);
  words[words.length - 1] = (bytes.length << 3) >>> 0;
  return words;
}

/** The first 32 bits after the point of the cube roots of 64 primes, and of the square roots of 8. */
function fractions(): readonly [Uint32Array, Uint32Array] {
  const primes: number[] = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p !== 0)) primes.push(n);
  const digits = (root: number): number => Math.floor((root - Math.floor(root)) * 2 ** 32);
  return [Uint32Array.from(primes, (p) => digits(Math.cbrt(p))), Uint32Array.from(primes.slice(0, 8), (p) => digits(Math.sqrt(p)))];
}

function compress(state: Uint32Array, constants: Uint32Array, w: Uint32Array): void {
  const turn = (x: number, n: number): number => (x >>> n) | (x << (32 - n));
  const word = (k: number): number => w[k] ?? 0;
  for (let k = 16; k < 64; k++) {
    const early = turn(word(k - 15), 7) ^ turn(word(k - 15), 18) ^ (word(k - 15) >>> 3);
    const late = turn(word(k - 2), 17) ^ turn(word(k - 2), 19) ^ (word(k - 2) >>> 10);
    w[k] = word(k - 16) + early + word(k - 7) + late;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let k = 0; k < 64; k++) {
    const first = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + (constants[k] ?? 0) + word(k)) | 0;
    const second = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((value, k) => { state[k] = (state[k] ?? 0) + value; });
}
