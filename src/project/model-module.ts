/** A model as the JavaScript module that bundlers and Node take in its place. */
import { dirname, relative } from 'node:path';
import { Bag } from '../diagnostics/bag.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { generate } from '../generate.ts';
import type { SourceMap } from '../source-map.ts';
import { readIfPresent, readSource, replaceFile } from './files.ts';
import { isOurs, sideCar } from './generation.ts';
import { importLoader } from './imports.ts';

export interface ModelModule {
  /** undefined when the model has mistakes */
  readonly code?: string;
  /** sources are named as seen from the model */
  readonly map?: SourceMap;
  readonly declarations?: string;
  /** imported models: a change in them changes this one */
  readonly imports: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

export async function modelModule(path: string): Promise<ModelModule> {
  const bag = new Bag();
  const source = readSource(path, bag);
  if (source === undefined) return { imports: [], diagnostics: bag.diagnostics };
  const imports: string[] = [];
  const load = importLoader(bag);
  const { code, map, declarations, diagnostics } = await generate(source, {
    target: 'js', format: 'plain',
    load: (name, from) => { const found = load(name, from); if (found !== undefined) imports.push(found.name); return found; },
  });
  const all = [...bag.diagnostics, ...diagnostics];
  if (code === undefined || map === undefined || declarations === undefined || bag.hasErrors) return { imports, diagnostics: all };
  return { code, map: seenFrom(map, path), declarations, imports, diagnostics: all };
}

function seenFrom(map: SourceMap, path: string): SourceMap {
  return { ...map, sources: map.sources.map((name) => relative(dirname(path), name).replaceAll('\\', '/')) };
}

/** Writes `NAME.d.diff.ts` beside a model when it says something new; a file that diffc has not made stays. */
export function writeSideCar(model: string, declarations: string): readonly Diagnostic[] {
  const bag = new Bag();
  const path = sideCar(model);
  const present = readIfPresent(path);
  if (present !== undefined && !isOurs(present)) bag.report('not-generated', undefined, { path });
  else if (present?.replaceAll('\r\n', '\n') !== declarations) replaceFile(path, declarations, bag);
  return bag.diagnostics;
}
