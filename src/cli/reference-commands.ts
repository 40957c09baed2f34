/** `diffc ops [NAME]` and `diffc explain CODE`: the reference, from the tables themselves. */
import { Bag } from '../diagnostics/bag.ts';
import { catalog, isCode } from '../diagnostics/catalog.ts';
import { explain } from '../diagnostics/explain.ts';
import { suggest } from '../diagnostics/suggest.ts';
import { describeOp } from '../ops/describe.ts';
import { findOp, opNames, opSpellings, rowOf } from '../ops/table.ts';
import type { Arguments } from './arguments.ts';
import { reportFailure, toJson, type ExitCode, type Terminal } from './report.ts';

export function opsCommand(names: readonly string[], args: Arguments, terminal: Terminal): ExitCode {
  const json = args.flags.has('json');
  const [name] = names;
  if (name === undefined) {
    const list = opNames().map((op) => ({ name: op, arguments: rowOf(op).args, title: rowOf(op).title }));
    if (json) terminal.write(`${toJson({ ok: true, version: 1, ops: list })}\n`);
    else terminal.write(list.map((op) => `${`${op.name}(${op.arguments.join(', ')})`.padEnd(28)}${op.title}\n`).join(''));
    return 0;
  }
  const op = findOp(name);
  if (op === undefined) {
    const bag = new Bag();
    const better = suggest(name, opSpellings());
    bag.report('unknown-function', undefined, { name }, better === undefined ? {} : { hint: `did you mean \`${better}\`?` });
    reportFailure(terminal, json ? 'json' : 'text', bag.diagnostics);
    return 1;
  }
  const row = rowOf(op);
  if (json) terminal.write(`${toJson({ ok: true, version: 1, name: op, ...row, evaluate: undefined })}\n`);
  else terminal.write(`${describeOp(op)}\n`);
  return 0;
}

export function explainCommand(codes: readonly string[], args: Arguments, terminal: Terminal): ExitCode {
  const json = args.flags.has('json');
  const [code] = codes;
  const bag = new Bag();
  if (code === undefined) {
    const all = Object.keys(catalog);
    terminal.write(json ? `${toJson({ ok: true, version: 1, codes: all })}\n` : `${all.join('\n')}\n`);
    return 0;
  }
  if (isCode(code)) {
    terminal.write(json ? `${toJson({ ok: true, version: 1, code, explanation: explain(code) })}\n` : `${explain(code)}\n`);
    return 0;
  }
  const like = Object.keys(catalog).filter((c) => code.length > 2 && c.includes(code));
  const better = suggest(code, Object.keys(catalog));
  bag.report('unknown-code', undefined, { code }, better !== undefined ? { hint: `did you mean \`${better}\`?` } : like.length > 0 ? { hint: `there are ${like.map((c) => `\`${c}\``).join(', ')}` } : {});
  reportFailure(terminal, json ? 'json' : 'text', bag.diagnostics);
  return 1;
}
