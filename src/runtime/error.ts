/** Mistakes in calling the runtime. What an algorithm meets on its way is a `Status`, never an exception. */

/**
 * - `bad-dimension`: an array has not the length that the problem states
 * - `bad-start`: the starting point holds a NaN or an infinity, or a log density is not finite there
 * - `bad-option`: an option is outside its range
 * - `bad-bounds`: a lower bound lies above its upper bound, or a bound is NaN
 * - `bad-struct`: a struct of an emitted module has not the fields that were expected
 * - `too-few-observations`: fewer residuals than parameters
 * - `bad-checkpoint`: a checkpoint is damaged, or of another run; it is not overwritten
 * - `no-threads`: threads cannot share memory here, or the model has some already
 * - `thread-failed`: a thread could not start, or met an exception
 *
 * In data (`DataError`, with row and column): `missing-cell`, `bad-cell`, `ragged-row`, `wrong-label`,
 * `cell-outside-bounds`, `duplicate-column`, `unknown-column`, `empty-data`, `bad-data-file`.
 */
export type RuntimeErrorCode = 'bad-dimension' | 'bad-start' | 'bad-option' | 'bad-bounds' | 'bad-struct' | 'too-few-observations' | 'bad-checkpoint' | 'no-threads' | 'thread-failed' | DataErrorCode;
export type DataErrorCode = 'missing-cell' | 'bad-cell' | 'ragged-row' | 'wrong-label' | 'cell-outside-bounds' | 'duplicate-column' | 'unknown-column' | 'empty-data' | 'bad-data-file';

/** Thrown before the first evaluation; `code` says which kind of mistake, the message names the argument. */
export class RuntimeError extends Error {
  readonly code: RuntimeErrorCode;

  constructor(code: RuntimeErrorCode, message: string) {
    super(message);
    this.name = 'RuntimeError';
    this.code = code;
  }
}

/** A copy of the starting point, checked. */
export function startingPoint(start: ArrayLike<number>, dimension: number): Float64Array {
  checkLength('start', start, dimension);
  const x = Float64Array.from(start);
  const wrong = x.findIndex((xi) => !Number.isFinite(xi));
  if (wrong >= 0) throw new RuntimeError('bad-start', `start[${wrong}] is ${x[wrong]}, expected a finite number`);
  return x;
}

export function checkLength(name: string, array: ArrayLike<number>, length: number): void {
  if (array.length !== length) throw new RuntimeError('bad-dimension', `${name} has ${array.length} elements, expected ${length}`);
}

/** Options that are ranges of numbers: `value` must hold `low <= value <= high`. */
export function checkRange(name: string, value: number, low: number, high: number): void {
  if (!(value >= low && value <= high)) throw new RuntimeError('bad-option', `${name} is ${value}, expected ${low} <= ${name} <= ${high}`);
}

/** Options that count something. */
export function checkCount(name: string, value: number): void {
  if (!(value === Infinity || (Number.isInteger(value) && value >= 0))) throw new RuntimeError('bad-option', `${name} is ${value}, expected an integer >= 0`);
}
