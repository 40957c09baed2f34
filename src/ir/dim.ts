/**
 * Sizes are symbols: a dimension is a name plus an integer, or an integer, held as canonical text
 * (`N`, `N-1`, `5`). Equal sizes are equal texts; nothing is unified at run time.
 */
export type Dim = string;

export interface AffineDim {
  /** the size symbol; undefined for a plain integer */
  readonly base: string | undefined;
  readonly offset: number;
}

const PATTERN = /^(.*?)(?:([+-])(\d+))?$/u;

export function readDim(dim: Dim): AffineDim {
  if (/^-?\d+$/.test(dim)) return { base: undefined, offset: Number(dim) };
  const m = PATTERN.exec(dim);
  const offset = m?.[3] === undefined ? 0 : Number(m[3]);
  return { base: m?.[1] ?? dim, offset: m?.[2] === '-' ? -offset : offset };
}

export function writeDim({ base, offset }: AffineDim): Dim {
  if (base === undefined) return String(offset);
  return offset === 0 ? base : offset > 0 ? `${base}+${offset}` : `${base}-${-offset}`;
}

/** dim + n */
export function shiftDim(dim: Dim, n: number): Dim {
  if (n === 0) return dim;
  const { base, offset } = readDim(dim);
  return writeDim({ base, offset: offset + n });
}

/** a − b when it is a known integer (same symbol, or both plain), else undefined. */
export function dimDifference(a: Dim, b: Dim): number | undefined {
  const x = readDim(a);
  const y = readDim(b);
  return x.base === y.base ? x.offset - y.offset : undefined;
}

/** The number when the size is a plain integer. */
export function constantDim(dim: Dim): number | undefined {
  const { base, offset } = readDim(dim);
  return base === undefined ? offset : undefined;
}

/** The value of a dimension under a binding of size symbols; throws nothing, NaN marks an unbound symbol. */
export function evaluateDim(dim: Dim, sizes: ReadonlyMap<string, number>): number {
  const { base, offset } = readDim(dim);
  return base === undefined ? offset : (sizes.get(base) ?? Number.NaN) + offset;
}
