/** Lists as the grammar builds them: left-recursive, shared between the items of an Earley column, so never mutated. */
export interface Cell<T> {
  readonly value: T;
  readonly before: Cell<T> | undefined;
}

export function toArray<T>(last: Cell<T> | undefined): T[] {
  const out: T[] = [];
  for (let cell = last; cell; cell = cell.before) out.push(cell.value);
  return out.reverse();
}

export function firstOf<T>(last: Cell<T>): T {
  let cell = last;
  while (cell.before) cell = cell.before;
  return cell.value;
}

// The actions of lists: `list -> item`, `list -> list , item`, `list -> list item`, and what stands for absence.
export const one = <T>([value]: [T]): Cell<T> => ({ value, before: undefined });
export const more = <T>([before, , value]: [Cell<T>, unknown, T]): Cell<T> => ({ value, before });
export const another = <T>([before, value]: [Cell<T>, T]): Cell<T> => ({ value, before });
export const none = (): undefined => undefined;
export const nothing = (): undefined => undefined;
export const first = <T>([value]: [T]): T => value;
export const second = <T>([, value]: [unknown, T]): T => value;
/** What a token stands for that was made of many. */
export const parsed = ([token]: [{ readonly parsed?: unknown }]): unknown => token.parsed;
