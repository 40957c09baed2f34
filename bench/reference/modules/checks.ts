/** What a careful author checks of the caller's arrays, as emitted modules do: type, length, elements once, and that results lie apart. */

const seen = new WeakSet<Float64Array>();

export function checkSize(name: string, size: number, least: number): void {
  if (!Number.isInteger(size) || size < least) throw new RangeError(`${name} is ${size}, expected an integer >= ${least}`);
  if (size > 2 ** 32) throw new RangeError(`${name} is ${size}, expected at most ${2 ** 32}: an array cannot be longer`);
}

export function checkArray(name: string, array: Float64Array, length: number): void {
  const type = Object.prototype.toString.call(array);
  if (array && type !== '[object Float64Array]') throw new RangeError(`${name} is ${type}, expected Float64Array`);
  if (array?.length !== length) throw new RangeError(`${name} has ${array?.length ?? 'no'} elements, expected ${length}`);
}

export function checkData(name: string, array: Float64Array, length: number, holds = (x: number): boolean => !Number.isNaN(x), rule = 'a number'): void {
  checkArray(name, array, length);
  if (seen.has(array)) return;
  const bad = array.findIndex((x) => !holds(x));
  if (bad >= 0) throw new RangeError(`${name}[${bad}] is ${array[bad]}, expected ${rule}`);
  seen.add(array);
}

export function checkApart(filled: Readonly<Record<string, Float64Array>>, read: Readonly<Record<string, Float64Array>>): void {
  const all = Object.entries({ ...filled, ...read });
  for (const [name, a] of Object.entries(filled)) {
    for (const [other, b] of all) {
      if (name !== other && a.buffer === b.buffer && a.byteOffset < b.byteOffset + b.byteLength && b.byteOffset < a.byteOffset + a.byteLength)
        throw new RangeError(`${name} shares memory with ${other}, expected an array of its own`);
    }
  }
}
