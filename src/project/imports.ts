/** Imports of model files, relative to the file that imports. */
import { dirname, join } from 'node:path';
import type { Bag } from '../diagnostics/bag.ts';
import type { Source } from '../diagnostics/span.ts';
import { kindOf, readSource } from './files.ts';

/** Finds the text of an import; undefined when there is no such file, which the elaborator reports at the import. */
export function importLoader(bag: Bag): (path: string, from: Source) => Source | undefined {
  return (path, from) => {
    const full = join(dirname(from.name), path);
    return kindOf(full) === 'file' ? readSource(full, bag) : undefined;
  };
}
