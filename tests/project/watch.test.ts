/** The watch in a process of its own, as people run it: waits for lines it must say, never for a time. */
import { spawn, type ChildProcess } from 'node:child_process';
import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { root } from '../support/sources.ts';
import { lossModel, Project } from './support.ts';

let child: ChildProcess | undefined;
let p: Project | undefined;
afterEach(() => {
  child?.kill('SIGKILL');
  p?.remove();
});

/** Everything said so far, and a promise of what must be said next. */
class Said {
  #text = '';
  #wake: () => void = () => {};
  add(text: string): void {
    this.#text += text;
    this.#wake();
  }
  async next(pattern: RegExp): Promise<string> {
    for (;;) {
      const match = pattern.exec(this.#text);
      if (match !== null) {
        this.#text = this.#text.slice(match.index + match[0].length);
        return match[0];
      }
      await new Promise<void>((resolve) => { this.#wake = resolve; });
    }
  }
}

function watching(project: Project, ...flags: readonly string[]): Said {
  const said = new Said();
  child = spawn(process.execPath, [join(root, 'dist/cli/bin.js'), 'generate', '--watch', ...flags], { cwd: project.root, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => said.add(text));
  child.stdout?.setEncoding('utf8').on('data', (text: string) => said.add(text));
  return said;
}

it('follows models through mistakes, renames, new folders and changes of the configuration', async () => {
  p = new Project({ 'models/loss.diff': lossModel });
  const said = watching(p);
  await said.next(/^watching: 1 written in \d+ ms\n/m);
  p.write('models/loss.diff', lossModel.replace('^2', '^4'));
  await said.next(/^models\/loss\.diff: 1 written in \d+ ms\n/m);
  expect(p.read('models/loss.gen.ts')).toContain('⁴');
  p.write('models/loss.diff', lossModel.replace('^2', '^^2'));
  await said.next(/error\[doubled-operator\][\s\S]*models\/loss\.diff: 1 failed in \d+ ms; waiting for a change\n/);
  p.write('models/loss.diff', lossModel);
  await said.next(/^models\/loss\.diff: 1 written/m);
  // what many editors do: another file takes the place
  p.write('models/.loss.swp', lossModel.replace('^2', '^6'));
  renameSync(join(p.root, 'models/.loss.swp'), join(p.root, 'models/loss.diff'));
  await said.next(/^models\/loss\.diff: 1 written/m);
  expect(p.read('models/loss.gen.ts')).toContain('⁶');
  p.write('models/new/cost.diff', lossModel);
  await said.next(/^models\/new\/cost\.diff: 1 written/m);
  p.write('diffc.config.json', '{ "outDir": "gen", "clean": true }');
  await said.next(/models\/loss\.gen\.ts.*: 2 written, 2 removed/);
  rmSync(join(p.root, 'models/new/cost.diff'));
  await said.next(/^gen\/models\/new\/cost\.ts: 1 removed/m);
  expect(p.files()).toEqual(['diffc.config.json', 'gen/models/loss.ts', 'models/loss.diff']);
  const ended = new Promise((resolve) => child?.once('exit', resolve));
  child?.kill('SIGINT');
  expect(await ended).toBe(0);
});

it('follows imports, and speaks JSON a line', async () => {
  p = new Project({ 'a/loss.diff': 'import { f } from "../b/part.diff"\nparam w: R\nL = f(w)\nderive value, gradient of L wrt w\n', 'b/part.diff': 'f(x) = x^2\n' });
  const said = watching(p, 'a', '--json', '--no-format');
  expect(JSON.parse(await said.next(/^\{.*\}\n/m))).toMatchObject({ ok: true, files: [{ input: 'a/loss.diff', outcome: 'written' }] });
  p.write('b/part.diff', 'f(x) = x^3\n');
  expect(JSON.parse(await said.next(/^\{.*\}\n/m))).toMatchObject({ ok: true, files: [{ input: 'a/loss.diff', outcome: 'written' }] });
  expect(p.read('a/loss.gen.ts')).toContain('w³');
});
