/** Emitted modules pass the harshest tsconfig; one tsc process for all of them. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { emitJavaScript, emitTypeScript, plainTypeScript } from '../../src/backends/typescript/emit.ts';
import { format } from '../../src/backends/typescript/format.ts';
import { root } from '../support/sources.ts';
import { fixtures, randomPlan } from './fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'diffc-emitted-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const plans = Object.entries(fixtures);

describe('emitted TypeScript', () => {
  it('is strict-clean, with declarations for the JavaScript target', async () => {
    for (const [name, plan] of plans) writeFileSync(join(folder, `${name}.ts`), (await emitTypeScript(plan())).code);
    for (let seed = 300; seed < 330; seed++) writeFileSync(join(folder, `random${seed}.ts`), plainTypeScript(randomPlan(seed)));
    for (const [name, plan] of plans) writeFileSync(join(folder, `${name}.types.d.ts`), (await emitJavaScript(plan())).declarations ?? '');
    const { compilerOptions } = JSON.parse(readFileSync(join(root, 'tsconfig.generated.json'), 'utf8')) as { compilerOptions: object };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    const { stdout } = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], { encoding: 'utf8' });
    expect(stdout).toBe('');
  });

  it.each(plans)('%s: suppresses nothing, imports nothing, same bytes twice', async (_, plan) => {
    const { code } = await emitTypeScript(plan());
    expect(code).not.toMatch(/\bany\b|@ts-|eslint|^import /m);
    expect((await emitTypeScript(plan())).code).toBe(code);
  });

  it.each(plans)('%s: ts-morph and the small printer agree', async (_, plan) => {
    expect((await emitTypeScript(plan())).code).toBe(await format(plainTypeScript(plan())));
  });
});
