/** The library as one file for pages: nothing of Node in it, and the same answers. */
import { existsSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { transform } from 'esbuild';
import { chromium } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import * as diffc from '../../src/index.ts';
import { lossModel } from '../project/support.ts';
import { root } from '../support/sources.ts';

const file = join(root, 'dist/browser/diffc.js');
const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));

describe('in a page', () => {
  let page: typeof diffc;
  let text = '';
  beforeAll(async () => {
    text = readFileSync(file, 'utf8');
    const { code } = await transform(text, { format: 'iife', globalName: 'diffc' });
    // what a page has beside the language; no process, no Buffer, no require, no module
    const sandbox = createContext({ TextEncoder, TextDecoder });
    page = runInContext(`${code}\ndiffc`, sandbox) as typeof diffc;
  });

  it('there is nothing of Node, ts-morph or prettier', () => {
    const imports = [...text.matchAll(/(?:\bfrom|\bimport\(?|\brequire\()\s*["']([\w:@/.-]+)["']/g)].map((m) => m[1] ?? '');
    expect(imports.filter((name) => builtinModules.includes(name.replace(/^node:/, '')) || /ts-morph|prettier/.test(name))).toEqual([]);
    expect(text).not.toMatch(/\bprocess\.(?:env|cwd|argv|stdout)/);
    expect(text.length).toBeLessThan(1_300_000);
  });

  it('the surface is the same', () => {
    expect(Object.keys(page).sort()).toEqual(Object.keys(diffc).sort());
  });

  it('formulas are differentiated, models compiled to the same bytes, mistakes shown with their place', async () => {
    expect(String(page.gradient(page.parse('x^2*sin(y)'))['y'])).toBe('x^2*cos(y)');
    const [here, there] = [await page.compile(lossModel, { target: 'js', format: 'plain' }), await diffc.compile(lossModel, { target: 'js', format: 'plain' })];
    expect(here.code).toBe(there.code);
    expect(here.declarations).toBe(there.declarations);
    expect((await page.compile(lossModel)).code).toContain('export function valueGradient(params: Params, data: Data, out: Gradient): number {');
    expect(() => page.parse('sigmod(x)')).toThrow(/unknown-function[\s\S]*did you mean `sigmoid`/);
  });

  it.skipIf(executablePath === undefined)('Chromium runs it', async () => {
    const browser = await chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] });
    const tab = await browser.newPage();
    await tab.route('http://diffc.test/**', (route) => route.fulfill(route.request().url().endsWith('.js') ? { body: text, contentType: 'text/javascript' } : { body: '<!doctype html>', contentType: 'text/html' }));
    await tab.goto('http://diffc.test/');
    const run = `import('http://diffc.test/diffc.js').then(async (d) => {
      const { code } = await d.compile(${JSON.stringify(lossModel)}, { target: 'js' });
      const m = d.load(code), g = m.newGradient();
      return [m.valueGradient({ w: 1, b: 2 }, { x: 3, y: 4 }, g), g.w, g.b];
    })`;
    expect(await tab.evaluate(run)).toEqual([1, 6, 2]);
    await browser.close();
  });
});
