/** `diffc report FILE`: what each function of the module costs, and what became of its formulas. */
import { moduleCost, type FunctionCost, type ModuleCost } from '../answer/cost.ts';
import { Bag } from '../diagnostics/bag.ts';
import { planInto } from '../generate.ts';
import type { Arguments } from './arguments.ts';
import { readPoint } from './point-text.ts';
import { jsonDiagnostics, printDiagnostics, reportFailure, toJson, type ExitCode, type Terminal } from './report.ts';
import { onlyTarget, readSubject, reportUnused } from './subject.ts';
import { table } from './table.ts';

export function reportCommand(targets: readonly string[], args: Arguments, terminal: Terminal): ExitCode {
  const format = args.flags.has('json') ? 'json' : 'text';
  const usage = new Bag();
  const set = args.flags.get('set');
  const given = set === undefined ? new Map<string, unknown>() : (readPoint(set, 'set', usage) ?? new Map<string, unknown>());
  const target = onlyTarget(targets, { name: 'report', takes: 'a model file' }, args, terminal, usage);
  if (target === undefined) return 2;
  const bag = new Bag();
  const model = readSubject(target, args, terminal, bag)?.model;
  const sizes = new Map<string, number>();
  for (const [name, value] of model === undefined ? [] : given) {
    const open = model?.dims.some((d) => d.name === name && d.value === undefined) ?? false;
    if (!open && model !== undefined) reportUnused(name, model, bag);
    else if (typeof value !== 'number' || !Number.isInteger(value) || value < 1) bag.report('bad-data', undefined, { name, reason: 'a size is a positive whole number' });
    else sizes.set(name, value);
  }
  const plan = model === undefined || bag.hasErrors ? undefined : planInto(bag, model, target);
  if (plan !== undefined && plan.functions.length === 0) bag.report('nothing-to-generate', undefined, { path: target });
  if (plan === undefined || bag.hasErrors) {
    reportFailure(terminal, format, bag.diagnostics);
    return 1;
  }
  const cost = moduleCost(plan, sizes);
  if (format === 'json') terminal.write(`${toJson({ ok: true, version: 1, source: target, ...cost, diagnostics: jsonDiagnostics(bag.diagnostics) })}\n`);
  else {
    terminal.write(reportText(cost));
    printDiagnostics(terminal, bag.diagnostics);
  }
  return 0;
}

function reportText({ sizes, functions, prepared }: ModuleCost): string {
  const at = sizes.map(({ name, value, origin }) => `${name} = ${value}${origin === 'assumed' ? ' (assumed)' : ''}`);
  const head = at.length === 0 ? '' : `at ${at.join(', ')}\n\n`;
  const rows = functions.map((f) => [f.name, short(f.operations), short(f.elementary), `${short(f.bytes)}B`, ownArrays(f), duration(f.nanoseconds), became(f)]);
  const once = prepared.map((p) => `prepared once of the data: ${p.name} = ${p.formula} (${short(8 * p.elements)}B)\n`);
  return `${head}${table(['function', 'operations', 'functions', 'moved', 'own arrays', 'about', 'form'], rows)}${once.length === 0 ? '' : `\n${once.join('')}`}`;
}

/** `8.0 kB of 12.0 kB`: what is allocated, of what it would be if no array made room for another. */
function ownArrays({ scratch, room }: FunctionCost): string {
  const total = scratch.reduce((sum, a) => sum + a.elements, 0);
  return `${short(8 * room)}B${room === total ? '' : ` of ${short(8 * total)}B`}`;
}

/** `31 nodes in 2 loop nests, 1 product of matrices` */
function became({ nodes, loopNests, kernels, scratch }: FunctionCost): string {
  const counts = new Map<string, number>();
  for (const kernel of kernels) counts.set(kernel, (counts.get(kernel) ?? 0) + 1);
  const nests = loopNests > 0 ? ` in ${loopNests} loop nest${loopNests === 1 ? '' : 's'}` : kernels.length === 0 ? ' in a straight line' : '';
  const kept = scratch.length === 0 ? [] : [`${scratch.length} array${scratch.length === 1 ? '' : 's'} kept`];
  return [`${nodes} node${nodes === 1 ? '' : 's'}${nests}`, ...[...counts].map(([kernel, n]) => `${n} × ${kernel}`), ...kept].join(', ');
}

/** 1234 → `1.23 k` */
function short(n: number): string {
  const [scaled, unit] = n >= 1e9 ? [n / 1e9, ' G'] : n >= 1e6 ? [n / 1e6, ' M'] : n >= 1e4 ? [n / 1e3, ' k'] : [n, ' '];
  return `${unit === ' ' ? String(Math.round(scaled)) : scaled.toPrecision(3)}${unit}`;
}

function duration(ns: number): string {
  const [scaled, unit] = ns < 1e3 ? [ns, 'ns'] : ns < 1e6 ? [ns / 1e3, 'µs'] : [ns / 1e6, 'ms'];
  return `${scaled < 10 ? scaled.toPrecision(2) : Math.round(scaled)} ${unit}`;
}
