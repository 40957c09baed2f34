/** Every fence of docs/reference/diagnostics.md is run: the first example of a code is refused with it, the second is not. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { Session } from '../../src/cli/repl-command.ts';
import type { Terminal } from '../../src/cli/report.ts';
import { stages } from '../../src/diagnostics/catalog.ts';
import type { Entry } from '../../src/diagnostics/entry.ts';
import { gradient } from '../../src/answer/library.ts';
import { inline } from '../../src/inline.ts';
import { diagnosticsOf } from '../support/examples.ts';
import { fencesOf, type Fence } from '../support/fences.ts';
import { root } from '../support/sources.ts';
import { elsewhere, furnish, scenes } from './scenes.ts';

const page = readFileSync(join(root, 'docs/reference/diagnostics.md'), 'utf8');
const sections = page.split(/^### /m).slice(1).map((text) => ({ code: text.slice(0, text.indexOf('\n')), fences: fencesOf(text) }));
const known = new Map(Object.entries(stages).flatMap(([stage, entries]) => Object.entries(entries as Record<string, Entry>).map(([code, { examples }]) => [code, { stage, line: examples === 'line' }] as const)));

const before = process.cwd();
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'diffc-reference-'));
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

/** What is said, as `error[unknown-name]`. */
async function saidOf(code: string, fence: Fence, kind: 'refused' | 'accepted'): Promise<string[]> {
  const { stage = '', line = false } = known.get(code) ?? {};
  const text = fence.text.replace(/\n$/, '');
  if (stage !== 'usage') return diagnosticsOf(stage, line, text).map((d) => `${d.severity}[${d.code}]`);
  furnish(code, kind);
  let out = '';
  const terminal: Terminal = { write: () => undefined, writeError: (t) => void (out += t), readStdin: () => new Uint8Array(), colour: false, progress: false, width: 100 };
  const example = scenes[code]?.example;
  if (example !== undefined) writeFileSync(example.file, example.around?.(text) ?? fence.text);
  if (fence.language === 'text') await new Session(terminal, new Map()).take(text);
  else if (fence.language === 'js') out = messageOf(() => void runInNewContext(text, { inline, gradient }));
  else await main([...(example?.run ?? text).matchAll(/"([^"]*)"|(\S+)/g)].map((m) => m[1] ?? m[2] ?? '').slice(1), terminal);
  return out.match(/^(?:error|warning|note)\[[\w-]+\]/gm) ?? [];
}

function messageOf(run: () => unknown): string {
  try {
    run();
    return '';
  } catch (error) {
    return String(error).replace(/^DiffcError: /, '');
  }
}

describe('docs/reference/diagnostics.md', () => {
  it('has two examples of every code', () => {
    expect(sections.map(({ code }) => code)).toEqual([...known.keys()]);
    expect(sections.filter(({ fences }) => fences.length !== 2).map(({ code }) => code)).toEqual([]);
  });

  for (const { code, fences: [wrong, right] } of sections) {
    const reason = elsewhere[code];
    if (reason !== undefined) console.log('%s', `not run, ${code}: ${reason}`);
    if (reason !== undefined || wrong === undefined || right === undefined) continue;
    it(`${code}: the example is refused`, async () => expect(await saidOf(code, wrong, 'refused')).toContainEqual(expect.stringContaining(`[${code}]`)));
    it(`${code}: the mended one is not`, async () => expect((await saidOf(code, right, 'accepted')).filter((said) => said.startsWith('error') || said.includes(`[${code}]`))).toEqual([]));
  }
});
