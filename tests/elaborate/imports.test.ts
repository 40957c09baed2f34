/** Definitions of other files. */
import { describe, expect, it } from 'vitest';
import { readModel } from '../../src/compile.ts';
import { Bag } from '../../src/diagnostics/bag.ts';
import type { Source } from '../../src/diagnostics/span.ts';
import { printNode } from '../../src/print/print.ts';

const files = new Map([
  ['se3.diff', 'const half = 1/2\nfn rotate(w: R[3], v: R[3]): R[3] {\n  return v + half*cross(w, v)\n}\nscaled(x) = k*x\nk = 3'],
  ['a.diff', 'import { g } from "b.diff"\nf(x) = g(x)'],
  ['b.diff', 'import { f } from "a.diff"\ng(x) = f(x)'],
  ['broken.diff', 'f(x) = x +'],
]);
const load = (path: string): Source | undefined => {
  const text = files.get(path);
  return text === undefined ? undefined : { name: path, text };
};

function read(text: string): { definitions: Record<string, string>; said: string[] } {
  const bag = new Bag();
  const model = readModel({ name: 'main.diff', text }, { load }, bag);
  const definitions = Object.fromEntries(model?.definitions.map((d) => [d.name, printNode(model.graph, d.node, { notation: 'ascii' })]) ?? []);
  return { definitions, said: bag.diagnostics.map((d) => `${d.span?.source.name ?? ''}: ${d.code}: ${d.message}`) };
}

describe('imports', () => {
  it('functions under another name, with the names they see at home', () => {
    const { definitions, said } = read('import { rotate as rot, scaled } from "se3.diff"\nparam a: R[3], k: R\np = rot(a, a)\nq = scaled(k)');
    expect(said).toEqual([]);
    expect(definitions['q']).toBe('3*k');
  });
  it('constants and definitions', () => expect(read('import { half, k } from "se3.diff"\ny = half + k').definitions['y']).toBe('7/2'));
  it('a circle is told with its chain', () => {
    expect(read('import { f } from "a.diff"\nparam x: R\ny = f(x)').said).toEqual(['b.diff: cyclic-import: the imports go round in a circle: a.diff → b.diff → a.diff']);
  });
  it('mistakes of the other file are reported there', () => expect(read('import { f } from "broken.diff"').said[0]).toMatch(/^broken\.diff: /));
  it('a missing file', () => expect(read('import { f } from "none.diff"\nparam x: R\ny = f(x)').said).toEqual(['main.diff: import-not-found: there is no file `none.diff` to import from']));
});
