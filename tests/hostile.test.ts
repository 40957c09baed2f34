/**
 * Models written to do harm: to write or read elsewhere, to put code into modules, to poison objects, to run for ever. Each
 * attempt is answered with a diagnostic or with a module that does nothing but arithmetic.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ts } from 'ts-morph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../src/cli/main.ts';
import { generate } from '../src/generate.ts';
import { filesBelow, root } from './support/sources.ts';

let folder = '';
const before = process.cwd();
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'diffc-hostile-'));
  process.chdir(folder);
  mkdirSync('in');
});
afterAll(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

async function run(...words: readonly string[]): Promise<{ readonly out: string; readonly code: number }> {
  let out = '';
  const code = await main(words, { write: (text) => void (out += text), writeError: (text) => void (out += text), readStdin: () => new Uint8Array(), colour: false, progress: false, width: 100 });
  return { out, code };
}

// ---- what a module may name ---------------------------------------------------------------------------

/** Everything of the platform that emitted code uses; none of it reads, writes, or runs text. */
const ALLOWED = new Set([
  'Math', 'Number', 'Float64Array', 'Float32Array', 'Int32Array', 'Uint32Array', 'Uint8Array', 'DataView', 'ArrayBuffer', 'Array', 'ArrayLike', 'Set', 'ReadonlySet', 'WeakSet', 'Infinity', 'NaN', 'undefined', 'RangeError', 'TypeError', 'Error',
  'Readonly', 'ReadonlyArray', 'Record', 'Partial', 'Pick', 'Omit', 'Required', 'Object', 'String', 'Parameters', 'ReturnType', 'Exclude', 'WebAssembly', 'ArrayBufferView', 'BufferSource', 'BigInt64Array', 'Int32ArrayConstructor', 'Float32ArrayConstructor', 'Float64ArrayConstructor', 'atob', 'const',
]);
const FORBIDDEN_NAMES = /^(?:eval|Function|require|process|globalThis|window|self|document|fetch|import|module|exports|Proxy|Reflect|setTimeout|setInterval|Worker|XMLHttpRequest)$/;
const FORBIDDEN_MEMBERS = /^(?:constructor|__proto__|prototype|__defineGetter__|__lookupGetter__|caller|callee|call|apply|bind)$/;

/** What may stand there as it is: the kind of an object, and the one way to ask for WebAssembly without its types. */
const HARMLESS = [['Object.prototype.toString.call(', 'String('], ["Reflect.get(globalThis, 'WebAssembly')", 'WebAssembly'], ["Reflect.get(globalThis, 'SharedArrayBuffer')", 'Number']] as const;

/** What of a module is more than arithmetic on its arguments. */
function beyondArithmetic(module: string): string[] {
  const text = HARMLESS.reduce((rest, [use, plain]) => rest.replaceAll(use, plain), module);
  const file = ts.createSourceFile('module.ts', text, ts.ScriptTarget.ES2022, true);
  const declared = new Set<string>();
  const found: string[] = [];
  const used: string[] = [];
  const work: ts.Node[] = [file];
  for (let node = work.pop(); node !== undefined; node = work.pop()) {
    if (ts.isImportDeclaration(node) || ts.isImportEqualsDeclaration(node) || ts.isTaggedTemplateExpression(node) || ts.isRegularExpressionLiteral(node) || ts.isAwaitExpression(node) || ts.isWithStatement(node)) found.push(ts.SyntaxKind[node.kind]);
    if (node.kind === ts.SyntaxKind.ImportKeyword) found.push('import()');
    if (ts.isPropertyAccessExpression(node) && FORBIDDEN_MEMBERS.test(node.name.text) && ts.isCallExpression(node.parent)) found.push(`.${node.name.text}`);
    const parent = node.parent as ts.Node | undefined;
    if (ts.isIdentifier(node)) {
      const isName = parent !== undefined && 'name' in parent && parent.name === node;
      if (isName && !ts.isPropertyAccessExpression(parent)) declared.add(node.text);
      else if (!isName) used.push(node.text);
    }
    work.push(...node.getChildren(file));
  }
  for (const name of used) {
    if (FORBIDDEN_NAMES.test(name) && !declared.has(name)) found.push(name);
    else if (!declared.has(name) && !ALLOWED.has(name)) found.push(name);
  }
  return [...new Set(found)];
}

describe('emitted modules do nothing but arithmetic', () => {
  it('the check finds what it is for', () => {
    expect(beyondArithmetic('import fs from "node:fs"; export const f = () => eval("1");')).toEqual(expect.arrayContaining(['ImportDeclaration', 'eval']));
    expect(beyondArithmetic('export const f = (x: number): number => x.constructor("return process")();')).toContain('.constructor');
    expect(beyondArithmetic('export function f(x: number): number { fetch(""); return Math.sin(x); }')).toEqual(['fetch']);
  });

  it.each(filesBelow('generated', '.ts'))('%s', (path) => {
    expect(beyondArithmetic(readFileSync(join(root, path), 'utf8'))).toEqual([]);
  });
});

// ---- code in texts and names --------------------------------------------------------------------------

const CODE = 'globalThis.pwned = 1;';
const INJECTIONS: readonly (readonly [name: string, model: string])[] = [
  ['the end of a comment in a doc comment', `/// */ ${CODE} /*\nmodule m\nparam x: R\nf = x^2\nderive value, gradient of f wrt x`],
  ['a template in a doc comment', `/// \${${CODE}} \` \${process.exit()}\nparam x: R\nf = x^2\nderive value of f`],
  ['a line separator in a doc comment', `/// a\u2028${CODE}\u2029${CODE}\nparam x: R\nf = x^2\nderive value of f`],
  ['a closing script in a doc comment', `/// </script><script>${CODE}</script><!--\nparam x: R\nf = x^2\nderive value of f`],
  ['a doc comment at a parameter', `/// */ ${CODE} /*\nparam x: R /// */ ${CODE}\nf = x^2\nderive value of f`],
  ['escapes in a doc comment', `/// \\u002a\\u002f ${CODE} \\\nparam x: R\nf = x^2\nderive value of f`],
  ['marks that turn the direction of text', `/// \u202e ${CODE} \u2066\nmodule m\nparam x: R /// \u202d\u2067 ${CODE}\nf = x^2\nderive value, gradient of f wrt x`],
  ['what a terminal obeys', `/// \u001b[2J\u0007\u009b31m ${CODE}\nmodule m\nparam x: R\nf = x^2\nderive value of f`],
  ['the end of a map comment', `/// //# sourceMappingURL=/etc/passwd\nmodule m\nparam x: R\nf = x^2\nderive value of f`],
  ['source names with line ends', `param x: R\nf = x^2\nderive value of f`],
  ['keywords as names', 'param class: R, function: R, return_: R, await: R, yield: R, let: R, eval: R, arguments: R\nf = class*function + return_ + await*yield + let*eval + arguments\nderive value, gradient of f wrt class, function, await, yield, let, eval, arguments'],
  ['names of prototypes', 'param __proto__: R, constructor: R, prototype: R, toString: R, valueOf: R, hasOwnProperty: R\nf = __proto__*constructor + prototype*toString + valueOf*hasOwnProperty\nderive value, gradient of f wrt __proto__, constructor, prototype, toString, valueOf, hasOwnProperty'],
  ['names of the platform', 'param Math: R, Float64Array: R, Number: R, undefined: R, NaN: R, globalThis: R, process: R, require: R\nf = sin(Math)*Float64Array + Number*undefined + NaN + globalThis*process*require\nderive value, gradient of f wrt Math, Float64Array, Number, undefined, NaN, globalThis, process, require'],
  ['names of what modules declare', 'param data: R, params: R, out: R, value: R, gradient: R, create: R\nf = data*params + out*value + gradient*create\nderive value, gradient of f wrt data, params, out, value, gradient, create'],
  ['names beyond ASCII', 'param ℯval: R, ｅval: R\nf = ℯval^2\nderive value of f'],
];

describe('texts and names put no code into modules', () => {
  it.each(INJECTIONS)('%s', async (_, model) => {
    for (const name of ['model.diff', `x*/${CODE}/*.diff`, `a\n${CODE}\u2028.diff`, '`${1}`.diff', 'a\u202e\u001b[2J.diff']) {
      const made = await generate({ name, text: model }, { format: 'plain' });
      if (made.code === undefined) {
        expect(made.diagnostics.some((d) => d.severity === 'error')).toBe(true);
        continue;
      }
      expect(beyondArithmetic(made.code)).toEqual([]);
      expect(made.code.split('\n').some((line) => line.trimStart().startsWith(CODE) || line.startsWith('//#'))).toBe(false);
      // a reader sees what the machine reads
      expect(made.code).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2028\u2029\u2066-\u2069]/);
    }
  });

  it('what is written as a string is not even read', async () => {
    const made = await generate({ name: 'm.diff', text: `module "${CODE}"\nparam x: R\nf = x^2\nderive value of f as "${CODE}"` }, { format: 'plain' });
    expect(made.code).toBeUndefined();
  });

  it('modules of hostile names still compute', async () => {
    const { code } = await generate({ name: 'm.diff', text: INJECTIONS[8]![1] }, { format: 'plain', target: 'js' });
    const module = (await import(`data:text/javascript,${encodeURIComponent(code ?? '')}`)) as Record<string, unknown>;
    expect(Object.keys(module).length).toBeGreaterThan(0);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

// ---- places ------------------------------------------------------------------------------------------

describe('files are written in the output folder only', () => {
  it.each([
    ['module ../../evil', 'module ../../evil\nparam x: R\nf = x^2\nderive value of f'],
    ['module "/etc/cron.d/evil"', 'module "/etc/cron.d/evil"\nparam x: R\nf = x^2\nderive value of f'],
    ['derive … as ../evil', 'param x: R\nf = x^2\nderive value of f as ../evil'],
    ['derive … as "../evil"', 'param x: R\nf = x^2\nderive value of f as "../evil"'],
  ])('%s', async (_, text) => {
    writeFileSync('in/model.diff', text);
    const { code } = await run('generate', 'in/model.diff', '--out-dir', 'out', '--no-format');
    expect(code).toBe(1);
    expect(existsSync('out') ? readdirSync('out') : []).toEqual([]);
    expect(existsSync('../evil.ts') || existsSync('evil.ts')).toBe(false);
  });

  it('an import through a symbolic link reads models only', async () => {
    symlinkSync('/etc/passwd', 'in/link.diff');
    writeFileSync('in/importer.diff', 'import { root } from "./link.diff"\nparam x: R\nf = root(x)\nderive value of f');
    const { out, code } = await run('generate', 'in/importer.diff', '--out-dir', 'imported', '--no-format');
    expect(code).toBe(1);
    expect(out).toMatch(/import-not-found/);
  });

  it.each(['../../../../../../etc/passwd', '/etc/passwd', 'file:///etc/passwd', 'https://example.org/f.diff', '\\u002e./x', 'con', 'a\u0000b', '.'.repeat(5000)])('an import of %s brings in nothing', async (path) => {
    writeFileSync('in/importer.diff', `import { root } from ${JSON.stringify(path)}\nparam x: R\nf = root(x)\nderive value of f`);
    const { out, code } = await run('generate', 'in/importer.diff', '--out-dir', 'imported', '--no-format');
    expect(code).toBe(1);
    expect(out).not.toMatch(/internal-error/);
    expect(out).not.toMatch(/\/bin\/(?:ba)?sh|nologin/);
    expect(existsSync('imported')).toBe(false);
  });
});

describe('data poison no objects', () => {
  it('--at with __proto__ and constructor', async () => {
    writeFileSync('evil.json', '{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}, "x": 2}');
    const { out, code } = await run('x^2', '--at', 'evil.json');
    expect(code).toBe(1);
    expect(out).not.toMatch(/internal-error/);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it.each([
    ['--at, nested 10⁵ deep', ['x^2', '--at', 'deep.json'], /lists are nested 100000 deep/],
    ['--at, with a deep list behind a number', ['x^2', '--at', 'later.json'], /a list is not a number/],
    ['--at, with a deep object', ['x^2', '--at', 'object.json'], /an object is not a number/],
    ['--data', ['fit', 'fit.diff', '--data', 'deep.json'], /lists are nested 100000 deep/],
    ['--data, a list of records', ['fit', 'fit.diff', '--data', 'records.json'], /row 1/],
    ['--start', ['fit', 'fit.diff', '--data', 'good.json', '--start', 'start.json'], /lists are nested 100000 deep/],
    ['a table with a column __proto__', ['fit', 'fit.diff', '--data', 'proto.csv'], /missing-data/],
  ])('%s', async (_, words, message) => {
    const deep = `${'['.repeat(1e5)}1${']'.repeat(1e5)}`;
    writeFileSync('deep.json', `{"x": ${deep}}`);
    writeFileSync('later.json', `{"x": [1, ${deep}]}`);
    writeFileSync('object.json', `{"x": ${'{"a":'.repeat(1e5)}1${'}'.repeat(1e5)}}`);
    writeFileSync('records.json', `[{"x": ${deep}}]`);
    writeFileSync('start.json', `{"w": ${deep}}`);
    writeFileSync('good.json', '{"x": [1, 2, 3]}');
    writeFileSync('proto.csv', '__proto__,constructor\n1,2\n3,4\n');
    writeFileSync('fit.diff', 'dim N\ndata x: R[N]\nparam w: R\nL = mean((w - x)^2)\nderive value, gradient of L wrt w\n');
    const { out, code } = await run(...words);
    expect(out).not.toMatch(/internal-error/);
    expect(out).toMatch(message);
    expect(code).toBe(1);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('a variable called __proto__ gets its value', async () => {
    writeFileSync('proto.json', '{"__proto__": 3, "constructor": 2}');
    const { out } = await run('__proto__^2*constructor', '--at', 'proto.json', '--json');
    expect(JSON.parse(out)).toMatchObject({ ok: true, numeric: { value: 18 } });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

// ---- sizes ------------------------------------------------------------------------------------------

describe('no input makes it run for ever or fill the memory', () => {
  const twice = Array.from({ length: 40 }, (_, k) => `f${k + 1}(x) = f${k === 0 ? '' : k}(f${k === 0 ? '' : k}(x))`).join('; ');
  it.each([
    ['a number of a million digits', `${'9'.repeat(1e6)}*x`, /a number of 1000000 digits is too large/],
    ['a fraction of a million digits', `0.${'3'.repeat(1e6)}*x`, /a number of 1000002 digits is too large/],
    ['a huge exponent', '1e999999999*x', /`1e999999999` is not a number/],
    ['a million statements', Array.from({ length: 1e6 }, (_, k) => `a${k} = x`).join(';'), /too large/],
    ['a million brackets', '('.repeat(1e6), /a text of 1000000 names, numbers and signs is too large/],
    ['nine megabytes', ' '.repeat(9e6), /a text of 9000000 characters is too large/],
    ['ten thousand sums in sums without an index', `${'sum('.repeat(1e4)}x_i${')'.repeat(1e4)}`, /nothing tells how far `i` runs/],
    ['functions that call each other twice', `f(x) = x + x*x; ${twice}; f40(x)`, /the expansion of `f\d+\(…\)` is too large/],
    ['more variables than anyone reads', Array.from({ length: 3000 }, (_, k) => `x${k}`).join('+'), /a line with 3000 variables is too large/],
  ])('%s', async (_, text, message) => {
    const { out, code } = await run(text);
    expect(out.slice(0, 2000)).toMatch(message);
    expect(code).toBe(1);
  });

  it.each([
    ['a recurrence of 10⁹ steps', 'prod[i in 1..1000000000] (x + i)', ['--at', 'x=1'], /an array of 1000000000 elements is too large/],
    ['a sum of 10⁹ terms', 'sum[i in 1..1000000000] sin(i*x)', ['--at', 'x=1'], /an array of 1000000000 elements is too large/],
    ['a matrix of 10¹⁸ elements', 'sum(sin(eye(1000000000)*x))', ['--at', 'x=1'], /too large/],
  ])('%s', async (_, text, flags, message) => {
    const { out, code } = await run(text, ...flags);
    expect(out.slice(0, 2000)).toMatch(message);
    expect(code).toBe(1);
  });

  it.each([
    ['an exponent tower of twos', '2^2^2^2^2^2*x', 'd/dx = 2^(2^65536)'],
    ['an exponent tower of tens', '10^10^10*x', 'd/dx = 10^10000000000'],
    ['a factorial of 10⁹', '1000000000!*x', 'd/dx = gamma(1000000001)'],
    ['a power of a million', '(1/3)^1000000*x', 'd/dx = (1/3)^1000000'],
    ['a sum of 10⁹ terms that need not be added', 'sum[i in 1..1000000000] i*x', 'd/dx = sum[i in 1..1000000000] i'],
    ['zeros of 10⁹', 'sum(zeros(1000000000))*x', 'd/dx = 0'],
    ['a name of a million letters', `${'x'.repeat(1e6)}^2`, '= 2*'],
  ])('%s stays as it is written', async (_, text, expected) => {
    const { out, code } = await run(text);
    expect(code).toBe(0);
    expect(out).toContain(expected);
  });

  it('brackets, signs and calls nested 10⁴ deep are read', async () => {
    for (const text of [`${'('.repeat(1e4)}x${')'.repeat(1e4)}`, `${'-'.repeat(1e4)}x`]) {
      const { out, code } = await run('--after', 'parse', '--', text);
      expect(code).toBe(0);
      expect(out.length).toBeGreaterThan(1);
    }
  });

  it('sizes that no computer has make small modules', async () => {
    const made = await generate({ name: 'm.diff', text: 'dim N = 1000000000\nparam w: R[N]\nL = sum(w.^2)\nderive value, gradient of L wrt w' }, { format: 'plain' });
    expect(made.code?.length ?? 0).toBeGreaterThan(100);
    expect(made.code?.length ?? 0).toBeLessThan(20_000);
  });
});
