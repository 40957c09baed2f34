/** Imports of model files, relative to the file that imports. */
import { dirname, join } from 'node:path';
import type { Bag } from '../diagnostics/bag.ts';
import type { Source } from '../diagnostics/span.ts';
import { kindOf, readSource, realPathOf } from './files.ts';

/** Finds the text of an import; undefined when there is no such file, which the elaborator reports at the import. */
export function importLoader(bag: Bag): (path: string, from: Source) => Source | undefined {
  return (path, from) => {
    const full = join(dirname(from.name), path);
    // a model imports models: a message about any other file would show its lines to whoever runs the model
    return path.endsWith('.diff') && kindOf(full) === 'file' && realPathOf(full)?.endsWith('.diff') === true ? readSource(full, bag) : undefined;
  };
}
