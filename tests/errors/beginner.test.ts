/**
 * What a beginner types and what is answered: one-line formulas, model files, command lines. Each message is a golden text; it
 * must say what to write instead, its fix must repair, and nothing of the compiler's inside may show.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decideClaims } from '../../src/answer/decided.ts';
import { main } from '../../src/cli/main.ts';
import { readExpression, readModel } from '../../src/compile.ts';
import { Bag } from '../../src/diagnostics/bag.ts';
import { stages } from '../../src/diagnostics/catalog.ts';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { renderAll } from '../../src/diagnostics/render.ts';
import { planInto } from '../../src/generate.ts';
import { opNames, rowOf } from '../../src/ops/table.ts';
import { filesBelow, root } from '../support/sources.ts';
import { readGolden, testGolden, writeGolden } from '../support/golden.ts';

const folder = join(import.meta.dirname, 'beginner');
const lines = join(folder, 'lines.txt');
const models = join(folder, 'models.txt');
const commands = join(folder, 'commands.txt');

function lineDiagnostics(text: string): readonly Diagnostic[] {
  const bag = new Bag();
  readExpression({ name: '<expression>', text }, {}, bag);
  return bag.diagnostics;
}

function modelDiagnostics(text: string): readonly Diagnostic[] {
  const bag = new Bag();
  const source = { name: 'model.diff', text };
  const model = readModel(source, { load: () => undefined }, bag);
  if (model !== undefined && !bag.hasErrors) planInto(bag, model, source.name);
  if (model !== undefined && !bag.hasErrors) decideClaims(model, bag);
  return bag.diagnostics;
}

/** Runs the command line as it is typed. */
async function answer(words: readonly string[]): Promise<string> {
  let out = '';
  const code = await main(words, { write: (text) => void (out += text), writeError: (text) => void (out += text), readStdin: () => new Uint8Array(), colour: false, progress: false, width: 100 });
  return `${out.trimEnd()}\n[exit ${code}]`.replaceAll(/\.\d+\.diffc\.tmp/g, '.PID.diffc.tmp');
}

/** Golden cases whose output is made asynchronously. */
function testAnswers(path: string, transform: (input: string) => Promise<string>): void {
  const cases = readGolden(path);
  if (process.env['UPDATE_GOLDEN'] === '1') {
    return it('are written anew', async () => {
      const made = [];
      for (const c of cases) made.push({ ...c, output: await transform(c.input) });
      writeGolden(path, made);
      expect(made.length).toBeGreaterThan(0);
    });
  }
  for (const { name, input, output } of cases) it(`${name} ${input}`, async () => expect(await transform(input)).toBe(output));
}

describe('formulas', () => testAnswers(lines, (input) => answer([input])));
describe('models', () => testGolden(models, (input) => renderAll(modelDiagnostics(input))));

describe('command lines', () => {
  const before = process.cwd();
  let place = '';
  beforeAll(() => {
    place = mkdtempSync(join(tmpdir(), 'diffc-beginner-'));
    process.chdir(place);
    mkdirSync('empty-folder');
    writeFileSync('broken.json', '{"x": 1,}');
    writeFileSync('picture.diff', Buffer.from([137, 80, 78, 71, 0, 255]));
    writeFileSync('good.diff', 'param x: R, y: R\nf = x^2*y\nderive value, gradient of f wrt x, y\n');
    writeFileSync('good.txt', 'x');
  });
  afterAll(() => {
    process.chdir(before);
    rmSync(place, { recursive: true });
  });
  testAnswers(commands, (input) => answer([...input.matchAll(/"([^"]*)"|(\S+)/g)].map((m) => m[1] ?? m[2] ?? '').slice(1)));
});

const cases = [
  ...readGolden(lines).map(({ input }) => ({ input, diagnose: lineDiagnostics })),
  ...readGolden(models).map(({ input }) => ({ input, diagnose: modelDiagnostics })),
];

describe('every message', () => {
  it('there are more than 200 inputs, and none is refused without a word', () => {
    const all = [lines, models, commands].flatMap(readGolden);
    expect(all.length).toBeGreaterThan(300);
    expect(all.filter(({ output }) => !/(error|warning|note)(\[|:)/.test(output) && !output.includes('"diagnostics":[{'))).toEqual([]);
  });

  it('is about the input and never about a defect of diffc', () => {
    expect([lines, models, commands].flatMap(readGolden).filter(({ output }) => /exit 70|internal/.test(output)).map(({ input }) => input)).toEqual([]);
  });

  it('says what to write instead', () => {
    // a counterexample says it all
    const selfEvident = new Set(['check-failed', 'is-directory']);
    const bare = cases.flatMap(({ input, diagnose }) => diagnose(input).filter((d) => d.hint === undefined && d.fix === undefined && !selfEvident.has(d.code)).map((d) => `${input}: ${d.message}`));
    expect(bare).toEqual([]);
    const said = readGolden(commands).flatMap(({ input, output }) => (/^error\[/m.test(output) && !/^(hint|fix):/m.test(output) && !/cannot (read|write)/.test(output) ? [input] : []));
    expect(said).toEqual([]);
  });

  it('has a place inside its text', () => {
    const outside = cases.flatMap(({ input, diagnose }) => diagnose(input).filter(({ span }) => span !== undefined && (span.start < 0 || span.end < span.start || span.end > span.source.text.length)).map((d) => `${input}: ${d.message}`));
    expect(outside).toEqual([]);
  });

  it('repairs with its fix what it complains about', () => {
    const failed: string[] = [];
    let fixes = 0;
    for (const { input, diagnose } of cases) {
      for (const { code, fix } of diagnose(input)) {
        if (fix === undefined) continue;
        fixes += 1;
        const repaired = input.slice(0, fix.span.start) + fix.text + input.slice(fix.span.end);
        const left = diagnose(repaired);
        const again = left.some((d) => d.code === code && d.span?.start === fix.span.start && d.fix?.text === fix.text);
        if (again || repaired === input) failed.push(`${input} → ${repaired}: ${left.map((d) => d.message).join('; ')}`);
      }
    }
    expect(failed).toEqual([]);
    expect(fixes).toBeGreaterThan(60);
  });

  it('leads to a text that can be read when its fixes are applied one after the other', () => {
    const failed: string[] = [];
    let repairs = 0;
    for (const { input, diagnose } of cases) {
      let text = input;
      let fixable = diagnose(text).find((d) => d.fix !== undefined)?.fix;
      if (fixable === undefined) continue;
      for (let round = 0; round < 6 && fixable !== undefined; round += 1) {
        text = text.slice(0, fixable.span.start) + fixable.text + text.slice(fixable.span.end);
        fixable = diagnose(text).find((d) => d.fix !== undefined)?.fix;
      }
      repairs += 1;
      // an input that is a mere remark, or that has a hole where something must be filled in, stays unreadable
      const left = diagnose(text).filter((d) => d.severity === 'error' && d.code in stages.parsing && !/^(empty-input|unexpected-token|dangling-operator|missing-operand)$/.test(d.code) && d.span !== undefined);
      if (left.some((d) => d.fix !== undefined) || (left.length > 0 && diagnose(input).length === 1)) failed.push(`${input} → ${text}: ${left.map((d) => d.message).join('; ')}`);
    }
    expect(failed).toEqual([]);
    expect(repairs).toBeGreaterThan(100);
  });
});

describe('no message', () => {
  const golden = [...filesBelow('tests/errors', '.txt'), 'tests/cli/golden.txt'].map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
  /** What the compiler calls things and a user never typed. */
  const inside: readonly (readonly [string, RegExp])[] = [
    ['a terminal of the grammar', /\b(?:JUXT|COEF|LPC|LBI|RSUBB?|RSUPB?|LSUB|LSUP|RBB|RPB|BIGSYM|LEIB|PDEN|PEND|BEND|EPOW|EMUL|ROWSEP|OPSET)\b/],
    ['a file of the compiler', /\bsrc\/|\.ts:\d|node_modules|node:internal/],
    ['an exception', /\b(?:TypeError|RangeError|InternalError|internal-error|at <anonymous>|stack)\b/],
    ['a value of JavaScript', /\[object |\bundefined is\b|=> |\bNaN is\b/],
    ['a parser', /\b(?:nearley|Earley|moo|lexeme|AST|trampoline)\b/],
    ['a kind of node', /\b(?:hash-cons|NodeId|nodeKind|matrixLiteral|superscript node)\b/],
  ];
  /** The answer alone, without the input that it shows. */
  const messages = golden.flatMap(({ path, text }) => text.split(/^# /m).slice(1).flatMap((block) => (block.split(/^==>\n?/m)[1] ?? '').split('\n').filter((line) => /^(error|warning|note|hint)/.test(line)).map((line) => ({ path, line }))));

  it.each(inside)('shows %s', (_, pattern) => {
    expect(messages.filter(({ line, path }) => pattern.test(line) && !path.includes('golden.txt')).map(({ path, line }) => `${path}: ${line}`)).toEqual([]);
  });

  it('suggests a form that only the compiler uses', () => {
    const hidden = opNames().filter((name) => rowOf(name).reads !== undefined);
    expect(messages.filter(({ line }) => hidden.some((name) => line.includes(`\`${name}\``) || line.includes(`\`${name}(`)))).toEqual([]);
  });

  it('is empty of a code or a hint that ends like a sentence', () => {
    expect(messages.filter(({ line }) => /[^.]\.$/.test(line)).map(({ line }) => line)).toEqual([]);
  });
});
