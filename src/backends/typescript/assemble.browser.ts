/** In a page there is no ts-morph: the small printer gives the same declarations in its own layout. */
import { typescript } from './dialect.ts';
import { moduleText } from './print.ts';
import type { EmittedModule } from './structure.ts';

export function assemble(module: EmittedModule): Promise<string> {
  return Promise.resolve(moduleText(module, typescript));
}
