/** Growing byte strings in the notation of the WebAssembly binary format. */

export class Bytes {
  #data = new Uint8Array(64);
  #length = 0;

  get length(): number {
    return this.#length;
  }
  u8(...values: readonly number[]): this {
    this.#reserve(values.length);
    for (const value of values) this.#data[this.#length++] = value;
    return this;
  }
  /** LEB128, unsigned 32 bits */
  u32(value: number): this {
    let rest = value >>> 0;
    while (rest >= 0x80) {
      this.u8((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    return this.u8(rest);
  }
  /** LEB128, signed 32 bits */
  s32(value: number): this {
    let rest = value | 0;
    for (;;) {
      const low = rest & 0x7f;
      rest >>= 7;
      // the sign bit of the last group says how the number goes on
      if ((rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0)) return this.u8(low);
      this.u8(low | 0x80);
    }
  }
  f64(value: number): this {
    this.#reserve(8);
    new DataView(this.#data.buffer).setFloat64(this.#length, value, true);
    this.#length += 8;
    return this;
  }
  f32(value: number): this {
    this.#reserve(4);
    new DataView(this.#data.buffer).setFloat32(this.#length, value, true);
    this.#length += 4;
    return this;
  }
  /** with its length in front */
  name(text: string): this {
    const encoded = new TextEncoder().encode(text);
    return this.u32(encoded.length).append(encoded);
  }
  append(bytes: Uint8Array): this {
    this.#reserve(bytes.length);
    this.#data.set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }
  done(): Uint8Array {
    return this.#data.slice(0, this.#length);
  }
  #reserve(more: number): void {
    if (this.#length + more <= this.#data.length) return;
    const grown = new Uint8Array(Math.max(2 * this.#data.length, this.#length + more));
    grown.set(this.#data.subarray(0, this.#length));
    this.#data = grown;
  }
}
