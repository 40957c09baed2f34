/** `diffc sample FILE`: draws from the density of a model, what they say of each quantity, and whether they can be trusted. */
import { Bag } from '../diagnostics/bag.ts';
import { readModel } from '../compile.ts';
import { readSource, replaceFile } from '../project/files.ts';
import { RuntimeError } from '../runtime/error.ts';
import { advi } from '../runtime/sampling/advi.ts';
import { laplace } from '../runtime/sampling/laplace.ts';
import { sample, type SampleOptions, type Samples } from '../runtime/sampling/sample.ts';
import { summarise, summaryTable, type Summary, type WarningCode } from '../runtime/sampling/summary.ts';
import type { Arguments } from './arguments.ts';
import { approximationRows, approximationTable, drawsText, type ApproximationRow, type Draws } from './draws.ts';
import { METRICS, SAMPLERS } from './flags.ts';
import { importLoader } from '../project/imports.ts';
import { startGiven } from './fit-start.ts';
import { readModelData } from './model-data.ts';
import { posteriorOf, type Posterior } from './posterior.ts';
import { jsonDiagnostics, printDiagnostics, reportFailure, toJson, type ExitCode, type Terminal } from './report.ts';
import { choice, fromStdin, numberOf, onlyTarget } from './subject.ts';

interface Settings {
  readonly method: (typeof SAMPLERS)[number];
  readonly metric: (typeof METRICS)[number];
  readonly chains: number;
  readonly samples: number;
  readonly warmup: number;
  readonly seed: number;
  readonly accept: number;
  readonly out: string | undefined;
}

/** What is printed, and what `--json` has beside it. */
interface Outcome {
  readonly text: string;
  readonly json: Readonly<Record<string, unknown>>;
  readonly draws: Draws;
}

export function sampleCommand(targets: readonly string[], args: Arguments, terminal: Terminal): ExitCode {
  const format = args.flags.has('json') ? 'json' : 'text';
  const usage = new Bag();
  const settings = readSettings(args, usage);
  const path = onlyTarget(targets, { name: 'sample', takes: 'a model file' }, args, terminal, usage);
  if (path === undefined) return 2;
  const bag = new Bag();
  const posterior = readPosterior(path, args, terminal, bag);
  const outcome = posterior === undefined ? undefined : run(posterior, settings, format === 'text' && terminal.progress ? terminal : undefined, bag);
  if (outcome !== undefined && settings.out !== undefined && !bag.hasErrors) replaceFile(settings.out, drawsText(outcome.draws, settings.out), bag);
  if (outcome === undefined || bag.hasErrors) {
    reportFailure(terminal, format, bag.diagnostics);
    return 1;
  }
  if (format === 'json') terminal.write(`${toJson({ ok: true, version: 1, source: path, ...outcome.json, diagnostics: jsonDiagnostics(bag.diagnostics) })}\n`);
  else {
    terminal.write(outcome.text);
    printDiagnostics(terminal, bag.diagnostics);
  }
  return 0;
}

function readSettings(args: Arguments, usage: Bag): Settings {
  const out = args.flags.get('out');
  if (out !== undefined && !/\.(csv|json)$/.test(out)) usage.report('bad-flag-value', undefined, { flag: '--out', value: out, expected: 'a file that ends in .csv or .json' });
  return {
    method: choice(args, 'method', SAMPLERS) ?? SAMPLERS[0], metric: choice(args, 'metric', METRICS) ?? METRICS[0], accept: numberOf(args, 'accept') ?? 0.9, out,
    chains: numberOf(args, 'chains') ?? 4, samples: numberOf(args, 'samples') ?? 1000, warmup: numberOf(args, 'warmup') ?? 1000, seed: numberOf(args, 'seed') ?? 1,
  };
}

function readPosterior(path: string, args: Arguments, terminal: Terminal, bag: Bag): Posterior | undefined {
  const source = path === '-' ? fromStdin(terminal, bag) : readSource(path, bag);
  const model = source === undefined ? undefined : readModel(source, { load: importLoader(bag), transforms: 'every-bound' }, bag);
  if (model === undefined || bag.hasErrors) return undefined;
  const data = readModelData(model, args, bag);
  const starts = data === undefined ? undefined : startGiven(model, model.inputs.filter((i) => i.role === 'param'), data, args, bag);
  return data === undefined || starts === undefined || bag.hasErrors ? undefined : posteriorOf(model, data, starts, bag);
}

function run(posterior: Posterior, settings: Settings, progress: Terminal | undefined, bag: Bag): Outcome | undefined {
  try {
    if (settings.method === 'laplace') return runLaplace(posterior, settings, bag);
    if (settings.method === 'nuts' || settings.method === 'hmc') return runChains(posterior, { ...settings, method: settings.method }, progress, bag);
    return runAdvi(posterior, settings, settings.method === 'advi' ? 'mean-field' : 'full-rank', progress, bag);
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    bag.report('no-start', undefined, { reason: error.message });
    return undefined;
  } finally {
    progress?.writeError('\r\u001b[K');
  }
}

const CODES = {
  divergent: 'trajectories-diverged', 'max-depth': 'trajectories-cut-off', 'low-energy-fraction': 'low-energy-fraction', 'r-hat': 'chains-disagree', 'few-effective': 'few-effective-draws', constant: 'constant-quantity',
} as const satisfies Record<WarningCode, string>;

function runChains({ target, quantities, start }: Posterior, settings: Settings & { readonly method: 'nuts' | 'hmc' }, progress: Terminal | undefined, bag: Bag): Outcome {
  const options: SampleOptions = {
    method: settings.method, chains: settings.chains, draws: settings.samples, warmup: settings.warmup, seed: settings.seed, metric: settings.metric, targetAcceptance: settings.accept, quantities, start,
    ...(progress !== undefined && {
      progress: ({ chain, iteration, iterations, divergences }) => {
        if (iteration % 50 === 0) progress.writeError(`\r\u001b[Kchain ${chain + 1} of ${settings.chains}: ${iteration} of ${iterations}${iteration <= settings.warmup ? ', warming up' : divergences > 0 ? `, ${divergences} divergent` : ''}`);
      },
    }),
  };
  const samples = sample(target, options);
  const summary = summarise(samples);
  for (const { code, message } of summary.warnings) bag.report(CODES[code], undefined, { message });
  const { method, metric, warmup, seed, accept } = settings;
  return {
    text: `${chainsText(settings, samples, summary)}\n${summaryTable(summary.rows)}`,
    json: { method, metric, warmup, seed, targetAcceptance: accept, ...summary, rows: undefined, warnings: undefined, quantities: summary.rows },
    draws: { names: samples.names, chains: samples.chains.map((c) => c.draws) },
  };
}

function chainsText({ method, warmup, seed, accept, metric }: Settings, { chains, draws, maxTreeDepth }: Samples, summary: Summary): string {
  const list = (values: readonly number[], digits: number): string => values.map((v) => v.toPrecision(digits)).join(', ');
  const depth = Math.max(...chains.map((c) => c.depth.reduce((m, d) => Math.max(m, d), 0)));
  return [
    `${chains.length} chain${chains.length === 1 ? '' : 's'} of ${draws} draws after ${warmup} of warm-up: ${method}, ${metric} metric, seed ${seed}`,
    `divergent trajectories: ${summary.divergences} of ${chains.length * draws}${method === 'nuts' ? `; cut off at depth ${maxTreeDepth}: ${summary.saturated}; deepest: ${depth}` : ''}`,
    `acceptance: ${list(summary.acceptance, 2)} (target ${accept}); step: ${list(summary.stepSize, 2)}; energy fraction: ${list(summary.energyFraction, 2)}`,
    '',
  ].join('\n');
}

function runLaplace({ target, quantities, start }: Posterior, { samples, seed }: Settings, bag: Bag): Outcome | undefined {
  const result = laplace(target, { quantities, draws: samples, seed, start: start.map((x) => x ?? 0) });
  if (result.status !== 'done') {
    const reason = result.status === 'no-mode' ? `the search for the mode ended with ${result.search.status} after ${result.search.iterations} iterations` : 'the Hessian is not negative definite where the search ended';
    bag.report('approximation-failed', undefined, { method: 'Laplace', reason });
    return undefined;
  }
  const rows = approximationRows(result.names, result.draws);
  return approximation(rows, `Laplace's approximation: mode after ${result.search.iterations} iterations, log density ${result.logDensity.toPrecision(6)}, log evidence ${result.logEvidence.toPrecision(6)}`, {
    method: 'laplace', seed, samples, logDensity: result.logDensity, logEvidence: result.logEvidence, iterations: result.search.iterations,
  }, { names: result.names, chains: [result.draws] });
}

function runAdvi({ target, quantities, start }: Posterior, { samples, seed, method }: Settings, family: 'mean-field' | 'full-rank', progress: Terminal | undefined, bag: Bag): Outcome | undefined {
  const result = advi(target, { family, quantities, draws: samples, seed, start: start.map((x) => x ?? 0), ...(progress !== undefined && { progress: (k: number, elbo: number) => progress.writeError(`\r\u001b[Kiteration ${k}: bound ${elbo.toPrecision(6)}`) }) });
  if (result.status === 'failed') {
    bag.report('approximation-failed', undefined, { method: 'variational', reason: 'the evidence lower bound is not finite, or only fell' });
    return undefined;
  }
  if (result.status === 'max-iterations') bag.report('approximation-not-settled', undefined, { message: `the evidence lower bound still changed after ${result.iterations} iterations` });
  const rows = approximationRows(result.names, result.draws);
  return approximation(rows, `variational approximation, ${family}: evidence lower bound ${result.elbo.toPrecision(6)} after ${result.iterations} iterations`, {
    method, seed, samples, elbo: result.elbo, iterations: result.iterations, converged: result.status === 'converged',
  }, { names: result.names, chains: [result.draws] });
}

function approximation(rows: readonly ApproximationRow[], title: string, json: Outcome['json'], draws: Draws): Outcome {
  return { text: `${title}\n\n${approximationTable(rows)}`, json: { ...json, quantities: rows }, draws };
}
