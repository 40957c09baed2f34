/** Vite's development server in a real browser: training in the page, hot reload, the overlay. Skipped, and said so, without Chromium. */
import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';
import { createServer, type ViteDevServer } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diffc } from '../../src/plugin/index.ts';
import { Project } from '../project/support.ts';
import { regression } from './support.ts';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));
if (executablePath === undefined) console.log('tests/plugin/chromium.test.ts: skipped, there is no Chromium (apt-get install chromium)');

const page = `<!doctype html><p id="trained"></p><p id="formula"></p><script type="module" src="/main.js"></script>`;
const main = `import { create } from './regression.diff';
import { value } from './formula.diff';

const data = { x: Float64Array.of(1, 2, 3, 4), y: Float64Array.of(3.1, 4.9, 7.2, 8.8) };
const model = create({ N: 4 });
const params = model.newParams();
for (let k = 0; k < 2000; k++) model.step(params, data);
document.querySelector('#trained').textContent = params.w.toFixed(4) + ' ' + params.b.toFixed(4);
const show = (f) => { document.querySelector('#formula').textContent = String(f({ x: 3 })); };
show(value);
if (import.meta.hot) import.meta.hot.accept('./formula.diff', (changed) => { if (changed) show(changed.value); });
`;
const formula = (text: string): string => `param x: R\nf = ${text}\nderive value of f\n`;

describe.skipIf(executablePath === undefined)('a page', () => {
  const p = new Project({ 'index.html': page, 'main.js': main, 'regression.diff': regression, 'formula.diff': formula('x^2') });
  let server: ViteDevServer;
  let browser: Browser;
  let url = '';
  beforeAll(async () => {
    server = await createServer({ root: p.root, configFile: false, logLevel: 'silent', plugins: [diffc.vite()], server: { port: 0, host: '127.0.0.1' }, optimizeDeps: { noDiscovery: true }, appType: 'spa' });
    await server.listen();
    url = server.resolvedUrls?.local[0] ?? '';
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
    p.remove();
  });

  it('trains the emitted module, takes a changed formula while it runs, and shows mistakes in the overlay', async () => {
    const tab = await browser.newPage();
    const failures: string[] = [];
    tab.on('pageerror', (error) => failures.push(error.message));
    await tab.goto(url);
    await tab.waitForFunction("document.querySelector('#trained').textContent === '1.9400 1.1500'");
    await tab.waitForFunction("document.querySelector('#formula').textContent === '9'");
    await tab.evaluate("window.stayed = 'the page was not loaded again'");

    p.write('formula.diff', formula('x^3 + 1'));
    await tab.waitForFunction("document.querySelector('#formula').textContent === '28'");
    expect(await tab.evaluate('window.stayed')).toBe('the page was not loaded again');

    p.write('formula.diff', formula('x^^3'));
    const overlay = tab.locator('vite-error-overlay');
    await overlay.waitFor({ state: 'attached' });
    const shown = (await tab.evaluate("document.querySelector('vite-error-overlay').shadowRoot.textContent")) as string;
    expect(shown).toContain('doubled-operator: `^` cannot follow `^`');
    expect(shown).toMatch(/formula\.diff:2:6[\s\S]*2 \| f = x\^\^3[\s\S]*hint: write `\^` for a power/);

    p.write('formula.diff', formula('x^4'));
    await tab.waitForFunction("document.querySelector('#formula').textContent === '81'");
    expect(await overlay.count()).toBe(0);
    expect(failures).toEqual([]);
  });
});
