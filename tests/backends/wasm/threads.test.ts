/** Loops in pieces: the same bits whoever computes the pieces, and what happens where threads cannot share memory. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { plainJavaScript } from '../../../src/backends/typescript/emit.ts';
import { instantiate } from '../../../src/backends/typescript/instantiate.ts';
import { encodeModule } from '../../../src/backends/wasm/module.ts';
import type { NativeCompiler, NativeModule } from '../../../src/schedule/native.ts';
import type { EmitPlan } from '../../../src/schedule/plan.ts';
import type { Precision } from '../../../src/targets.ts';
import { startThreads, type SharedModel } from '../../../src/runtime/threads/threads.ts';
import { planOf } from '../../emitted/models.ts';
import { runOf } from '../../emitted/sample-run.ts';
import { emitted } from '../../support/emitted.ts';

type Functions = Readonly<Record<string, (...args: never[]) => unknown>>;

interface Subject {
  readonly plan: EmitPlan | undefined;
  /** the size that is cut */
  readonly batch: string;
  readonly sizes: Readonly<Record<string, number>>;
}
const textPlan = (text: string): EmitPlan => emitted(text).plan;
const SUBJECTS: Readonly<Record<string, Subject>> = {
  'a line': { plan: textPlan('dim N\ndata x: R[N], y: R[N]\nparam w: R, b: R\nL = mean((w*x + b - y)²)\nderive value, gradient of L wrt w, b'), batch: 'N', sizes: {} },
  'logistic regression': { plan: planOf('samples/models/02-logistic.diff'), batch: 'N', sizes: { D: 7 } },
  'a classifier of products': { plan: planOf('samples/training/classifier.diff'), batch: 'N', sizes: { D: 9, H: 5, K: 3 } },
  'a mixture': { plan: planOf('samples/adbench/gmm.diff'), batch: 'N', sizes: { D: 3, K: 4 } },
  'sums by group': { plan: textPlan('dim N, K\ndata k: index[N] of K, y: R[N]\nparam m: R[K], s: R\nL = sum[n] (exp(m[k[n]]) - y[n]*s)²\nderive value, gradient of L wrt m, s'), batch: 'N', sizes: { K: 6 } },
  extremes: { plan: textPlan('dim N, D\ndata X: R[N, D]\nparam w: R[D], s: R\nL = s*max[n] (sum[d] X[n,d]*w[d])\nrows[n] = exp(sum[d] X[n,d]²)\nderive value of L\nderive value of rows'), batch: 'N', sizes: { D: 11 } },
};

const moduleText = (plan: EmitPlan): string => plainJavaScript(plan, (requests) => encodeModule(requests, 'f64', 'threads')).code;
const threadsOf = (module: Functions): SharedModel | undefined => module['threads']?.() as SharedModel | undefined;

/** Code that does not depend on sizes is made once. */
function memo(compile: NativeCompiler): NativeCompiler {
  let made: NativeModule | undefined;
  return (requests) => (made ??= compile(requests));
}

afterEach(() => vi.unstubAllGlobals());

describe.each(Object.entries(SUBJECTS))('%s', (_, { plan, batch, sizes }) => {
  if (plan === undefined) throw new Error('the sample is gone');
  const dims = (size: number): Map<string, number> => new Map([...plan.dims.map((d): [string, number] => [d.name, sizes[d.name] ?? 1]), [batch, size]]);
  const [double, single, whole] = [memo((requests) => encodeModule(requests, 'f64', 'threads')), memo((requests) => encodeModule(requests, 'f32', 'threads')), memo((requests) => encodeModule(requests))];
  const pieces = (size: number, precision?: Precision): ReturnType<typeof runOf> => runOf(plan, dims(size), precision === 'f32' ? single : double, precision);

  it.each([1, 2, 3])('has the bits of one thread with %i', async (count) => {
    for (const [size, precision] of [[1, 'f64'], [131, 'f64'], [1000, 'f32'], [5003, 'f64']] as const) {
      const [alone, shared] = [pieces(size, precision), pieces(size, precision)];
      const team = await startThreads(threadsOf(shared.model), { count, leastWork: 0, patience: 0 });
      const want = alone.results();
      expect(want.flat().length).toBeGreaterThan(0);
      for (let call = 0; call < 5; call++) expect(shared.results()).toEqual(want);
      team.stop();
      expect(shared.results()).toEqual(want);
    }
  });

  it('agrees with the code for one thread', () => {
    for (const size of [1, 9, 127]) {
      const [got, want] = [pieces(size).results().flat(), runOf(plan, dims(size), whole).results().flat()];
      const scale = Math.max(1, ...want.map(Math.abs));
      got.forEach((x, k) => expect(Math.abs(x - (want[k] ?? Number.NaN)) / scale).toBeLessThan(1e-13));
    }
  });

  it('computes the same pieces where SharedArrayBuffer is missing', () => {
    const want = pieces(501).results();
    vi.stubGlobal('SharedArrayBuffer', undefined);
    const { model, results } = pieces(501);
    expect(threadsOf(model)).toBeUndefined();
    expect(results()).toEqual(want);
  });
});

describe('startThreads', () => {
  const plan = SUBJECTS['logistic regression']?.plan;
  const make = (): Functions => (instantiate(plan === undefined ? '' : moduleText(plan))['create'] as (dims: object) => Functions)({ N: 100, D: 3 });

  it('says why a model has none', async () => {
    await expect(startThreads(undefined)).rejects.toThrow(/WebAssembly|SharedArrayBuffer/);
    vi.stubGlobal('SharedArrayBuffer', undefined);
    await expect(startThreads(threadsOf(make()))).rejects.toMatchObject({ code: 'no-threads', message: expect.stringMatching(/SharedArrayBuffer is missing here.*Cross-Origin-Opener-Policy/) });
    vi.stubGlobal('WebAssembly', undefined);
    await expect(startThreads(threadsOf(make()))).rejects.toMatchObject({ code: 'no-threads', message: expect.stringContaining('WebAssembly is missing here') });
  });

  it('refuses numbers of threads that there cannot be, and a second team', async () => {
    const model = threadsOf(make());
    await expect(startThreads(model, { count: 0 })).rejects.toMatchObject({ code: 'bad-option', message: 'count is 0, expected 1 <= count <= 16' });
    await expect(startThreads(model, { count: 1.5 })).rejects.toMatchObject({ code: 'bad-option' });
    await expect(startThreads(model, { count: 17 })).rejects.toMatchObject({ code: 'bad-option' });
    const team = await startThreads(model, { count: 2 });
    expect(team.count).toBe(2);
    await expect(startThreads(model)).rejects.toMatchObject({ code: 'no-threads', message: 'the model has threads already: stop() them first' });
    team.stop();
    (await startThreads(model, { count: 1 })).stop();
  });

  it('says when a thread cannot start', async () => {
    const model = threadsOf(make());
    await expect(startThreads(model === undefined ? undefined : { ...model, code: {} }, { count: 2 })).rejects.toMatchObject({ code: 'thread-failed' });
  });
});

describe('the header of a module', () => {
  it('says that loops come in pieces, and which do not', () => {
    const { plan } = emitted('dim N\ndata x: R[N]\nparam a: R, c: R\nL = sum[n] lgamma(exp(a*x[n]))\nM = sum[n] exp(a*x[n])\nQ = a*c\nderive value of L\nderive value of M\nderive value of Q');
    expect(moduleText(plan).slice(0, 1500)).toMatch(/Loops over data come in pieces[^]*One thread only: valueL \(its loops call lgamma in JavaScript\), valueQ \(no loop over data is worth sharing\)/);
  });
});
