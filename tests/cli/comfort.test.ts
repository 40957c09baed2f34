/** Completion, first steps, plots and sessions: what makes the command pleasant to use by hand. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import { pieces, svgPlot, terminalPlot, visible } from '../../src/cli/curve.ts';
import { commonFlags } from '../../src/cli/flags.ts';
import { commandHelp, overallHelp } from '../../src/cli/help.ts';
import { main } from '../../src/cli/main.ts';
import { Session } from '../../src/cli/repl-command.ts';
import type { Terminal } from '../../src/cli/report.ts';
import { root } from '../support/sources.ts';

const bin = join(root, 'dist/cli/bin.js');
let folder = '';
const before = process.cwd();
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'diffc-comfort-'));
  process.chdir(folder);
});
afterAll(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

function recorder(): { readonly terminal: Terminal; readonly text: () => string } {
  let all = '';
  const write = (text: string): void => void (all += text);
  return { terminal: { write, writeError: write, readStdin: () => new Uint8Array(), colour: false, progress: false, width: 100 }, text: () => all };
}

async function run(...words: readonly string[]): Promise<{ readonly out: string; readonly code: number }> {
  const { terminal, text } = recorder();
  const code = await main(words, terminal);
  return { out: text(), code };
}

describe('one table of commands', () => {
  it('is what help, completion and dispatch are made from', async () => {
    const help = overallHelp();
    for (const { name, takes, flags } of commands) {
      expect(help).toContain(`diffc ${[name, takes].filter((w) => w !== '').join(' ')}`);
      for (const shell of ['bash', 'zsh', 'fish']) {
        const { out } = await run('completion', shell);
        expect(out).toContain(name);
        for (const flag of Object.keys(flags)) expect(out).toMatch(new RegExp(`--${flag}|-l ${flag}\\b`));
      }
    }
  });

  it('every command has an example, a summary and a help of its own', () => {
    for (const command of commands) {
      expect(command.examples.length).toBeGreaterThan(0);
      const help = commandHelp(command);
      for (const flag of [...Object.keys(command.flags), ...commonFlags]) expect(help).toContain(`--${flag}`);
      expect(help.split('\n').filter((line) => line.length > 130 && !line.startsWith('diffc'))).toEqual([]);
    }
  });
});

describe('completion', () => {
  const complete = (...words: readonly string[]): string[] => {
    const script = `source <(cat); COMP_WORDS=(diffc ${words.map((w) => `'${w}'`).join(' ')}); COMP_CWORD=${words.length}; _diffc; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const bash = spawnSync(process.execPath, [bin, 'completion', 'bash'], { encoding: 'utf8' });
    const { stdout, stderr } = spawnSync('bash', ['-c', script], { input: bash.stdout, encoding: 'utf8', cwd: folder });
    expect(stderr).toBe('');
    return stdout.split('\n').filter((line) => line !== '').sort();
  };

  it('offers commands, flags of the command, values of the flag, files and names', () => {
    writeFileSync('model.diff', 'param x: R\n');
    writeFileSync('other.txt', '');
    expect(complete('gen')).toEqual(['generate']);
    expect(complete('generate', '--tar')).toEqual(['--target']);
    expect(complete('generate', '--target', '')).toEqual(['auto', 'js', 'ts', 'wasm']);
    expect(complete('generate', 'm')).toEqual(['model.diff']);
    expect(complete('check', 'o')).toEqual([]);
    expect(complete('explain', 'shape')).toEqual(['shape-mismatch']);
    expect(complete('ops', 'tanhs')).toEqual(['tanhshrink']);
    expect(complete('completion', 'f')).toEqual(['fish']);
  });

  it('refuses shells it has no script for', async () => expect((await run('completion', 'powershell')).code).toBe(2));
});

describe('init', () => {
  it('writes a model that holds and a program, and overwrites nothing', async () => {
    expect((await run('init', 'first')).out).toContain('written first/line.diff');
    expect((await run('check', 'first/line.diff')).out).toContain('1 hold, 0 fail');
    writeFileSync('first/train.mjs', 'mine');
    const again = await run('init', 'first');
    expect(again.out).toContain('kept first/train.mjs');
    expect(readFileSync('first/train.mjs', 'utf8')).toBe('mine');
    expect(JSON.parse((await run('init', 'first', '--json')).out)).toMatchObject({ ok: true, files: [{ outcome: 'kept' }, { outcome: 'kept' }, { outcome: 'unchanged' }, { outcome: 'unchanged' }] });
  });

  it('makes the module of the model that is there, whatever a configuration says', async () => {
    mkdirSync('own');
    writeFileSync('own/line.diff', 'param w: R\nL = w^^2\n');
    const wrong = await run('init', 'own');
    expect(wrong.code).toBe(1);
    expect(wrong.out).toMatch(/error\[doubled-operator\][^]*kept own\/line\.diff/);
    writeFileSync('diffc.config.json', '{ "outDir": "elsewhere" }');
    expect((await run('init', 'configured')).out).toContain('written configured/line.gen.js');
    rmSync('diffc.config.json');
  });

  it('what it writes trains at once', async () => {
    await run('init', 'trained');
    const { stdout } = spawnSync(process.execPath, ['train.mjs'], { cwd: join(folder, 'trained'), encoding: 'utf8' });
    expect(stdout).toContain('y = 1.800 * x + -0.200');
  });

  it('says what a project of CommonJS needs before', async () => {
    mkdirSync('common');
    writeFileSync('common/package.json', '{ "type": "commonjs" }');
    expect((await run('init', 'common/deep')).out).toContain('Next:\n  npm pkg set type=module\n  node common/deep/train.mjs');
    writeFileSync('common/package.json', '{ "type": "module" }');
    expect((await run('init', 'common/deep')).out).toContain('Next:\n  node common/deep/train.mjs');
  });

  it('says what it cannot write', async () => {
    writeFileSync('a-file', '');
    const { out, code } = await run('init', 'a-file');
    expect(code).toBe(1);
    expect(out).toContain('error[cannot-write]');
  });
});

describe('check', () => {
  it('takes several models, and says when none of them claims anything', async () => {
    writeFileSync('claims.diff', 'param x: R\ncheck (x + 1)^2 == x^2 + 2*x + 1\n');
    writeFileSync('none.diff', 'param x: R\nL = x^2\n');
    expect((await run('check', 'claims.diff', 'none.diff')).out).toContain('1 hold, 0 fail');
    expect(await run('check', 'none.diff')).toEqual({ out: 'there are no `check` statements to decide\n', code: 0 });
  });
});

describe('plot', () => {
  const x = Array.from({ length: 401 }, (_, k) => -5 + k / 40);
  const reciprocal = x.map((v) => 1 / v).map((v) => (Number.isFinite(v) ? v : Number.NaN));

  it('leaves gaps where there is no value and at poles', () => {
    const logarithm = x.map((v) => Math.log(v)).map((v) => (Number.isFinite(v) ? v : Number.NaN));
    expect(pieces(logarithm, visible([{ label: '', y: logarithm }]))).toHaveLength(1);
    expect(pieces(logarithm, visible([{ label: '', y: logarithm }]))[0]?.[0]).toBe(201);
    expect(pieces(reciprocal, visible([{ label: '', y: reciprocal }]))).toHaveLength(2);
    const tangent = x.map((v) => Math.tan(v));
    expect(pieces(tangent, visible([{ label: '', y: tangent }]))).toHaveLength(5);
  });

  it('a pole does not press the rest flat', () => {
    const { high } = visible([{ label: '', y: reciprocal }]);
    expect(high).toBeLessThan(20);
    expect(visible([{ label: '', y: x.map((v) => v * v) }])).toEqual({ low: 0, high: 25 });
    expect(visible([{ label: '', y: [3, 3] }])).toEqual({ low: 2, high: 4 });
    expect(visible([{ label: '', y: [Number.NaN] }])).toEqual({ low: -1, high: 1 });
  });

  it('draws in the terminal without colours for pipes', async () => {
    const { out, code } = await run('plot', 'x^2', '--range', 'x=-1:1');
    expect(code).toBe(0);
    expect(out).toContain('d/dx = 2*x');
    expect(out).toMatch(/[\u2801-\u28ff]/);
    expect(out).not.toContain('\u001b');
    expect(terminalPlot({ name: 'f', x, curves: [{ label: 'f', y: x }] }, 20, 4, true)).toContain('\u001b[36m');
  });

  it('writes an image, the same bytes twice, with nothing in it that runs', async () => {
    expect((await run('plot', 'a*ln(x) < 3 and 1 > 0', '--at', 'a=1')).code).not.toBe(70);
    expect((await run('plot', 'a*ln(x)', '--at', 'a=2', '--range', 'x=-1:5', '--out', 'one.svg')).out).toContain('wrote one.svg');
    await run('plot', 'a*ln(x)', '--at', 'a=2', '--range', 'x=-1:5', '--out', 'two.svg');
    const text = readFileSync('one.svg', 'utf8');
    expect(readFileSync('two.svg', 'utf8')).toBe(text);
    expect(text).toContain('<polyline');
    expect(svgPlot({ name: '</title><script>', x, curves: [{ label: '"<&', y: x }] })).not.toMatch(/<script|"<&/);
  });

  it.each([
    [['plot', '2 + 3'], 'nothing-to-plot'], [['plot', 'a*x', '--range', 'x=0:1'], 'missing-value'], [['plot', 'x', '--range', 'y=0:1'], 'unused-value'],
    [['plot', '[x, 1]'], 'expected-scalar'], [['plot', 'x', '--range', 'x=1:0'], 'empty-sample-range'], [['plot'], 'missing-flag-value'], [['plot', 'x^^2'], 'doubled-operator'],
  ])('%j is %s', async (words, code) => {
    const { out } = await run(...words);
    expect(out).toContain(`error[${code}]`);
    expect(JSON.parse((await run(...words, '--json')).out)).toMatchObject({ ok: false, diagnostics: [{ code }] });
  });
});

describe('repl', () => {
  async function session(...lines: readonly string[]): Promise<string> {
    const { terminal, text } = recorder();
    const s = new Session(terminal, new Map());
    for (const line of lines) await s.take(line);
    return text();
  }

  it('keeps definitions and shows the answer alone', async () => {
    expect(await session('f(x) = x^2', 'r = f(3*t)', 'r + 1')).toBe('f(x) = x^2\n  d/dx = 2*x\nr = f(3*t)\n  d/dt = 18*t\nr + 1\n  d/dt = 18*t\n');
    expect(await session('a = x^2', 'a = x^3', 'a')).toContain('a\n  d/dx = 3*x^2');
    expect(await session('a = x', ':defs', ':clear', ':defs')).toContain('a = x\nnothing is defined');
  });

  it('goes on in the next line where one is unfinished', async () => {
    expect(await session('(x +', '1)^2')).toContain('d/dx = 2*(x + 1)');
    expect(await session('x^2 +', 'x')).toContain('d/dx = 2*x + 1');
    const { terminal, text } = recorder();
    const s = new Session(terminal, new Map());
    await s.take('sin(');
    expect(s.prompt).toBe('  ...> ');
    s.interrupt();
    expect(s.prompt).toBe('diffc> ');
    await s.take('x');
    expect(text()).toBe('x\n  d/dx = 1\n');
  });

  it('says what is wrong and goes on', async () => {
    const text = await session('x^^2', 'sinn(x)', 'x', ':nothing', ':help');
    expect(text).toContain('error[doubled-operator]');
    expect(text).toContain('error[unknown-function]');
    expect(text).toContain('x\n  d/dx = 1');
    expect(text).toContain('error[unknown-session-command]');
  });

  it('evaluates, restricts and changes notation', async () => {
    expect(await session(':at x=2', 'x^3')).toContain('value 8');
    expect(await session(':wrt x', 'x*y')).toBe('x*y\n  d/dx = y\n');
    expect(await session(':unicode', 'x^2')).toContain('∂/∂x');
    expect(await session(':at x=2', ':at', 'x^3')).not.toContain('value');
  });

  it('a definition with a mistake does not stay, nor does what asks for too much end the session', async () => {
    const text = await session('a = sinn(x)', ':at x=1', 'sum(i=1 to 1000000000) sin(i*x)', ':at', 'a', ':defs');
    expect(text).toMatch(/error\[unknown-function\][^]*error\[too-large\][^]*a\n {2}d\/da = 1\nnothing is defined/);
  });

  it('answers programs with one object for every line, places as in that line', async () => {
    const { terminal, text } = recorder();
    const s = new Session(terminal, new Map([['json', '']]));
    const lines = ['a = x^2', 'a*y', '', '(x +', '1)', ':defs', ':nothing', ':at x=2', 'a', 'a + x^^2', 'a = x', 'sinn(a)', ':quit'];
    for (const line of lines) await s.take(line);
    const answers = text().trimEnd().split('\n').map((line) => JSON.parse(line) as unknown);
    expect(answers).toHaveLength(lines.length);
    expect(answers).toMatchObject([
      { ok: true, expression: 'a = x^2' }, { ok: true, expression: 'a*y', gradient: { x: '2*x*y', y: 'x^2' } }, { ok: true }, { ok: true, unfinished: true }, { ok: true, expression: 'x + 1' },
      { ok: true, definitions: ['a = x^2'] }, { ok: false, diagnostics: [{ code: 'unknown-session-command' }] }, { ok: true }, { ok: true, numeric: { value: 4 } },
      { ok: false, diagnostics: [{ code: 'doubled-operator', span: { line: 1, column: 6 } }] }, { ok: true, expression: 'a = x' }, { ok: false, diagnostics: [{ code: 'unknown-function', span: { line: 1, column: 1 } }] }, { ok: true },
    ]);
    const piped = spawnSync(process.execPath, [bin, 'repl', '--json'], { input: 'x^2\n', encoding: 'utf8' });
    expect(JSON.parse(piped.stdout)).toMatchObject({ ok: true, gradient: { x: '2*x' } });
    expect(piped.stderr).toBe('');
  });

  it('reads a pipe to its end and leaves with 0', () => {
    const { stdout, status } = spawnSync(process.execPath, [bin, 'repl'], { input: 'a = x^2\na*x\n:quit\nnever', encoding: 'utf8' });
    expect(stdout).toBe('a = x^2\n  d/dx = 2*x\na*x\n  d/dx = 3*x^2\n');
    expect(status).toBe(0);
  });
});

describe('the process', () => {
  it('ends silently when its reader does', () => {
    const { stderr, stdout } = spawnSync('bash', ['-c', `set -o pipefail; "${process.execPath}" "${bin}" ops | head -1`], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(stdout.split('\n')).toHaveLength(2);
  });

  it('ends at once with Ctrl-C, without a trace', async () => {
    const child = spawn(process.execPath, [bin, 'repl'], { stdio: ['pipe', 'pipe', 'pipe'] });
    let errors = '';
    child.stderr.on('data', (part: Buffer) => void (errors += part.toString()));
    child.stdin.write('x\n');
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.kill('SIGINT');
    // a shell shows 130 for a process that SIGINT has ended
    const [code, signal] = await new Promise<[number | null, string | null]>((resolve) => child.once('exit', (c, s) => resolve([c, s])));
    expect([code, signal]).toEqual([null, 'SIGINT']);
    expect(errors).toBe('');
  });
});
