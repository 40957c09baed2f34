/**
 * `npm run grammar`: compiles grammar/math.ne with nearley and writes grammar/math.generated.ts. nearley's own TypeScript
 * output is full of `any`; this prints the same rules as a typed function of the actions, so that a missing action
 * is a compile error and the grammar folder need not know the syntax tree. With `--check` nothing is written.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import nearley from 'nearley';

interface CompiledRule {
  readonly name: string;
  readonly symbols: readonly (string | { readonly token: string })[];
  readonly postprocess?: string;
}

const require = createRequire(import.meta.url);
const folder = join(import.meta.dirname, '../grammar');
const target = join(folder, 'math.generated.ts');

function compileGrammar(text: string): readonly CompiledRule[] {
  const bootstrapped = require('nearley/lib/nearley-language-bootstrapped.js') as nearley.CompiledRules;
  const compile = require('nearley/lib/compile.js') as (tree: unknown, options: object) => { rules: CompiledRule[] };
  const parser = new nearley.Parser(nearley.Grammar.fromCompiled(bootstrapped));
  parser.feed(text);
  return compile(parser.results[0], { version: '' }).rules;
}

function actionOf(rule: CompiledRule): string {
  const match = /^\s*build\.(\w+)\s*$/.exec(rule.postprocess ?? '');
  if (!match?.[1]) throw new Error(`rule ${rule.name}: the action must be one name of \`build\``);
  return match[1];
}

function printRule(rule: CompiledRule): string {
  const symbols = rule.symbols.map((symbol) => (typeof symbol === 'string' ? `'${symbol}'` : `{ type: '${symbol.token}' }`));
  return `    { name: '${rule.name}', symbols: [${symbols.join(', ')}], postprocess: build.${actionOf(rule)} },`;
}

function generate(text: string): string {
  const rules = compileGrammar(text);
  const actions = [...new Set(rules.map(actionOf))].toSorted();
  return `// Generated from math.ne by scripts/build-grammar.ts (npm run grammar); do not edit.

export type Symbol = string | { readonly type: string };
/** Gets what the symbols of its rule stand for; gives what the rule stands for. */
export type Action = (data: never) => unknown;
export interface Rule {
  readonly name: string;
  readonly symbols: readonly Symbol[];
  readonly postprocess: Action;
}
export interface Actions {
${actions.map((name) => `  readonly ${name}: Action;`).join('\n')}
}

export const start = 'statement';

export function makeRules(build: Actions): readonly Rule[] {
  return [
${rules.map(printRule).join('\n')}
  ];
}
`;
}

const generated = generate(readFileSync(join(folder, 'math.ne'), 'utf8'));
if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== generated) {
    console.error('grammar/math.generated.ts is stale: run npm run grammar');
    process.exit(1);
  }
} else {
  writeFileSync(target, generated);
}
