/** Every diagnostic diffc can give, by code. `diffc explain` and docs/reference/diagnostics.md are made from it. */
import { dataEntries } from './catalog/data.ts';
import { differentiationEntries } from './catalog/differentiation.ts';
import { indexEntries } from './catalog/indices.ts';
import { nameEntries } from './catalog/names.ts';
import { parseEntries } from './catalog/parse.ts';
import { projectEntries } from './catalog/project.ts';
import { samplingEntries } from './catalog/sampling.ts';
import { shapeEntries } from './catalog/shapes.ts';
import { usageEntries } from './catalog/usage.ts';
import type { Entry } from './entry.ts';

/** Entries by the stage that reports them, in pipeline order. */
export const stages = {
  parsing: parseEntries,
  names: nameEntries,
  shapes: shapeEntries,
  indices: indexEntries,
  differentiation: differentiationEntries,
  usage: { ...usageEntries, ...dataEntries, ...projectEntries, ...samplingEntries },
} as const satisfies Record<string, Record<string, Entry>>;

export const catalog = {
  ...parseEntries,
  ...nameEntries,
  ...shapeEntries,
  ...indexEntries,
  ...differentiationEntries,
  ...usageEntries,
  ...dataEntries,
  ...projectEntries,
  ...samplingEntries,
} as const satisfies Record<string, Entry>;

export type Stage = keyof typeof stages;
/** What kind of diagnostic it is: the headings of the page of diagnostics. */
export type Code = keyof typeof catalog;
/** The arguments that the message of `C` is made from. */
export type ArgsOf<C extends Code> = Parameters<(typeof catalog)[C]['message']> extends [infer A] ? A : Record<never, never>;

/** Whether a text names an entry: codes reach us from the command line. */
export function isCode(text: string): text is Code {
  return Object.hasOwn(catalog, text);
}
