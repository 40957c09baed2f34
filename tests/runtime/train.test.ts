/** The trainer: what it computes, what it refuses, what it says when numbers end. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { create as createLine } from '../../generated/article/linear-regression.ts';
import { create as createNetwork } from '../../generated/article/mlp.ts';
import { create as createSoftmax } from '../../generated/models/03-softmax-regression.ts';
import { explainNonFinite } from '../../src/answer/not-finite.ts';
import { DataError } from '../../src/runtime/data/error.ts';
import { descend } from '../../src/runtime/descend.ts';
import { RuntimeError } from '../../src/runtime/error.ts';
import { pack } from '../../src/runtime/pack.ts';
import { Random } from '../../src/runtime/random.ts';
import { adam, momentum, sgd } from '../../src/runtime/rules/rules.ts';
import { stepDecay } from '../../src/runtime/rules/schedules.ts';
import type { CheckpointStore } from '../../src/runtime/training/checkpoint.ts';
import type { EpochRecord } from '../../src/runtime/training/options.ts';
import { train, Training } from '../../src/runtime/training/train.ts';
import { root } from '../support/sources.ts';

const random = new Random(3);
const N = 50;
const X = Float64Array.from({ length: N * 3 }, () => random.normal());
const y = Float64Array.from({ length: N }, (_, n) => Math.sin(X[3 * n]!) + 0.1 * random.normal());
const D = 3;
const H = 4;
const start = (() => {
  const draw = new Random(5);
  return { W1: Float64Array.from({ length: D * H }, () => 0.5 * draw.normal()), b1: new Float64Array(H), W2: Float64Array.from({ length: H }, () => 0.5 * draw.normal()), b2: 0 };
})();
function network(rows: number) {
  const model = createNetwork({ N: rows, D, H });
  return { params: model.newParams(), gradient: model.newGradient(), valueGradient: model.valueGradient };
}
const options = { start, rate: 0.05, epochs: 6, batch: 8, progress: 'never' } as const;

describe('train', () => {
  it('with one batch in order is gradient descent', () => {
    const whole = network(N);
    const objective = pack({ params: whole.params, gradient: whole.gradient, valueGradient: (p, g) => whole.valueGradient(p, { X, y }, g) });
    const want = descend(objective, objective.flatten(start), { rule: adam(), rate: 0.05, maxIterations: 20, weightDecay: 0.01, clipNorm: 1 });
    const got = train(network, { X, y }, { ...options, rule: adam(), epochs: 20, batch: N, shuffle: 'never', weightDecay: 0.01, clipNorm: 1 });
    expect(got.x).toEqual(want.x);
    expect(got.steps).toBe(20);
  });

  it('mini-batches are the rows in the order of the seed, the last one smaller', () => {
    const seen: number[][] = [];
    const first = (rows: number) => ({ ...network(rows), valueGradient: (_: unknown, batch: { y: Float64Array }, g: { b2: number }) => { seen.push([...batch.y]); g.b2 = 0; return 1; } });
    train(first, { X, y }, { ...options, epochs: 2, batch: 20, seed: 7 });
    expect(seen.map((b) => b.length)).toEqual([20, 20, 10, 20, 20, 10]);
    const order = Int32Array.from({ length: N }, (_, k) => k);
    new Random(7, 1).shuffle(order);
    expect(seen.slice(3).flat()).toEqual(Array.from(order, (row) => y[row]!));
    expect(seen.slice(0, 3).flat()).not.toEqual(seen.slice(3).flat());
    expect(seen.slice(0, 3).flat().sort()).toEqual([...y].sort());
  });

  it('may drop the rows that fill no batch', () => {
    const { history } = train(network, { X, y }, { ...options, batch: 20, partial: 'drop', epochs: 3 });
    expect(history.map((r) => r.steps)).toEqual([2, 4, 6]);
  });

  it('the same seed gives the same bits, on every platform', () => {
    const run = (seed: number) => train(network, { X, y }, { ...options, rule: momentum(), seed });
    expect(run(1).x).toEqual(run(1).x);
    expect(run(1).x).not.toEqual(run(2).x);
    const order = Int32Array.from({ length: 10 }, (_, k) => k);
    new Random(1, 3).shuffle(order);
    expect([...order]).toEqual([2, 4, 1, 3, 5, 6, 0, 7, 9, 8]);
  });

  it('lowers the loss; history, metrics, validation, rates and callbacks are per epoch', () => {
    const told: EpochRecord[] = [];
    const lines: string[] = [];
    const result = train(network, { X, y }, {
      ...options, rule: adam(), epochs: 40, rate: stepDecay(0.02, { every: 7 * 20 }), validation: { X: X.slice(0, 30), y: y.slice(0, 10) },
      metrics: { size: (p) => p.W2.reduce((s, w) => s + w * w, 0) }, onEpoch: (r) => void told.push(r), progress: (line) => void lines.push(line),
    });
    expect(result.status).toBe('max-iterations');
    expect(result.history).toEqual(told);
    expect(result.history).toHaveLength(40);
    expect(result.value).toBeLessThan(0.2 * result.history[0]!.loss);
    expect(result.history[39]!.metrics['size']).toBeCloseTo(result.params.W2.reduce((s, w) => s + w * w, 0), 14);
    expect(result.history[39]!.rate).toBe(0.01);
    const small = network(10);
    expect(result.history[39]!.validationLoss).toBe(small.valueGradient(result.params, { X: X.slice(0, 30), y: y.slice(0, 10) }, small.gradient));
    expect(lines[0]).toMatch(/^epoch 1\/40: loss [\d.]+, validation [\d.]+, size [\d.]+, rate 0.02000$/);
    expect(lines[39]).toMatch(/^epoch 40\/40: .*, 0 s left$/);
  });

  it('a callback ends it', () => {
    const { status, epochs } = train(network, { X, y }, { ...options, onEpoch: ({ epoch }) => (epoch === 2 ? 'stop' : undefined) });
    expect([status, epochs]).toEqual(['stopped', 2]);
  });

  it('stops early and goes back to the best epoch', () => {
    const values = [5, 4, 3, 3.5, 3, 9, 9];
    const kept: Float64Array[] = [];
    let epoch = 0;
    const run = (goal: 'smallest' | 'largest', sign: number) => {
      epoch = 0;
      return train(network, { X, y }, { ...options, epochs: 7, metrics: { score: () => sign * values[epoch++]! }, earlyStopping: { metric: 'score', patience: 2, goal }, onEpoch: (_, p) => void kept.push(p.W2.slice()) });
    };
    const result = run('smallest', 1);
    expect([result.status, result.epochs]).toEqual(['no-improvement', 5]);
    expect(result.params.W2).toEqual(kept[2]);
    expect(run('largest', -1).params.W2).toEqual(kept[2]);
  });

  it('penalties act on the parameters that are named', () => {
    const { params } = train(network, { X, y }, { ...options, rule: sgd(), epochs: 60, l1: 10, penalised: ['W2'] });
    expect(params.W2.every((w) => w === 0)).toBe(true);
    expect(params.W1.every((w) => w !== 0)).toBe(true);
    const { params: decayed } = train(network, { X, y: y.map((v) => v + 3) }, { ...options, rule: sgd(), epochs: 60, weightDecay: 5, penalised: ['W1', 'W2'] });
    expect(decayed.W1.every((w) => Math.abs(w) < 0.02)).toBe(true);
    expect(decayed.b2).toBeGreaterThan(2);
  });

  it('advances epoch by epoch for those who have other things to do', () => {
    const training = new Training(network, { X, y }, options);
    expect(training.advance()).toBeUndefined();
    expect(training.epochs).toBe(1);
    while (training.advance() === undefined);
    expect(training.result('max-iterations').x).toEqual(train(network, { X, y }, options).x);
  });
});

describe('wrong data and options', () => {
  const softmax = (rows: number) => {
    const model = createSoftmax({ N: rows, D: 2, K: 3 });
    return { params: model.newParams(), gradient: model.newGradient(), valueGradient: model.valueGradient };
  };
  const points = { X: Float64Array.from({ length: 40 }, (_, k) => Math.sin(k)), c: Int32Array.from({ length: 20 }, (_, k) => k % 3) };
  const few = { rate: 0.1, epochs: 1, batch: 4, progress: 'never' } as const;
  const message = (run: () => unknown): string => {
    try {
      run();
    } catch (error) {
      if (error instanceof RuntimeError) return `${error.code}: ${error.message}`;
      throw error;
    }
    return 'nothing was refused';
  };

  it('a label out of range names its row, wherever the shuffle put it', () => {
    expect(message(() => train(softmax, { ...points, c: points.c.map((c, k) => (k === 16 ? 3 : c)) }, few))).toBe('wrong-label: row 17, column `c`: is 3, expected a position from 0 to 2');
    try {
      train(softmax, { ...points, c: points.c.map((c, k) => (k === 16 ? 3 : c)) }, few);
    } catch (error) {
      expect(error instanceof DataError && error.place.row).toBe(17);
    }
  });

  it('a NaN in the data names row and column', () => {
    expect(message(() => train(softmax, { ...points, X: points.X.map((x, k) => (k === 2 * 11 + 1 ? Number.NaN : x)) }, few))).toBe('bad-cell: row 12, column `X[2]`: is NaN, expected a number');
  });

  it.each([
    ['bad-dimension: data.X has 41 elements, which is no multiple of 20 rows', () => train(softmax, { ...points, X: new Float64Array(41) }, few)],
    ['empty-data: there are no rows in { X, c }', () => train(softmax, { X: new Float64Array(0), c: new Int32Array(0) }, few)],
    ['bad-option: batch is 0, expected an integer >= 1', () => train(softmax, points, { ...few, batch: 0 })],
    ['bad-option: epochs is 1.5, expected an integer >= 0', () => train(softmax, points, { ...few, epochs: 1.5 })],
    ['bad-option: shared names Z, which is not in { X, c }', () => train(softmax, points, { ...few, shared: ['Z'] })],
    ['bad-option: earlyStopping.metric is accuracy, expected one of loss', () => train(softmax, points, { ...few, earlyStopping: { metric: 'accuracy', patience: 1 } })],
    ['bad-start: W[2] is NaN, expected a finite number', () => train(softmax, points, { ...few, start: { W: Float64Array.of(0, 0, Number.NaN, 0, 0, 0), b: new Float64Array(3) } })],
  ])('%s', (want, run) => {
    expect(message(run)).toBe(want);
  });

  it('rows of another width are the module\'s to refuse', () => {
    expect(() => train(softmax, { ...points, X: new Float64Array(60) }, few)).toThrow('data.X has 12 elements, expected 8');
  });
});

describe('numbers that end', () => {
  const line = (rows: number) => {
    const model = createLine({ N: rows });
    return { params: model.newParams(), gradient: model.newGradient(), valueGradient: model.valueGradient };
  };
  const x = Float64Array.from({ length: 12 }, (_, k) => k);

  it('step, parameter and rows are named, and who knows the formula is asked', () => {
    const asked: unknown[] = [];
    const result = train(line, { x, y: x }, { rate: 1e60, epochs: 9, batch: 5, seed: 2, progress: 'never', diagnose: (p, batch) => { asked.push(p, batch); return 'first of all `w*x[1]`'; } });
    expect(result.status).toBe('not-finite');
    const { failure } = result;
    expect(failure?.epoch).toBe(2);
    expect(failure?.rows.every((row) => row >= 1 && row <= 12)).toBe(true);
    expect(failure?.message).toMatch(/^epoch 2, step \d: the loss is (Infinity|NaN) on the batch of rows [\d, ]+; first of all `w\*x\[1\]`$/);
    expect(asked).toHaveLength(2);
    expect(result.history).toHaveLength(1);
  });

  it('explainNonFinite of the compiler is such a one', () => {
    const source = readFileSync(join(root, 'samples/article/linear-regression.diff'), 'utf8');
    const { failure } = train(line, { x, y: x }, { rate: 1e60, epochs: 9, batch: 5, seed: 2, progress: 'never', diagnose: (p, batch) => explainNonFinite(source, { ...p, ...batch }) });
    expect(failure?.node).toMatch(/^in L, `.*` \[\d\] is (NaN|-?Infinity), where .* = /);
  });

  it.each([
    ['L = sum[i] ln(w*x[i])', -1, 'in L, `ln(w*x)` [1] is NaN, where x = 1, w = -1'],
    ['L = ln(w/sum(x))', -1, 'in L, `ln(w/sum(x))` is NaN, where w = -1, sum(x) = 3'],
    ['L = ln(1 + w)*sum(x)', -3, 'in L, `ln(1 + w)*sum(x)` is NaN, where sum(x) = 3, w = -3'],
    ['L = ln(exp(w) - 1)*sum(x)', -3, 'in L, `ln(exp(w) - 1)` is NaN, where w = -3'],
  ])('names what was typed, not the primitive that computes it: %s', (formula, w, sentence) => {
    expect(explainNonFinite(`dim N\ndata x: R[N]\nparam w: R\n${formula}\nderive value, gradient of L wrt w`, { w, x: Float64Array.of(1, 2) })).toBe(sentence);
  });

  it('a gradient that is not finite under a finite loss is found', () => {
    const broken = (rows: number) => ({ ...line(rows), valueGradient: (_: unknown, __: unknown, g: { w: number; b: number }) => { g.w = 1; g.b = Number.NaN; return 1; } });
    expect(train(broken, { x, y: x }, { rate: 1, epochs: 1, progress: 'never' }).failure?.what).toBe('the gradient of b');
  });

  it('a step that leads out of the numbers is found', () => {
    const steep = (rows: number) => ({ ...line(rows), valueGradient: (_: unknown, __: unknown, g: { w: number; b: number }) => { g.w = 1e300; g.b = 1; return 1; } });
    expect(train(steep, { x, y: x }, { rate: 1e10, epochs: 1, progress: 'never' }).failure?.what).toBe('the parameter w after the last step');
    // within an epoch the next loss tells
    const honest = (rows: number) => ({ ...line(rows), valueGradient: (p: { w: number }, __: unknown, g: { w: number; b: number }) => { g.w = 1e300; g.b = 1; return p.w; } });
    expect(train(honest, { x, y: x }, { rate: 1e10, epochs: 1, batch: 4, progress: 'never' }).failure?.message).toMatch(/^epoch 1, step 2: the parameter w after the step before is -Infinity on the batch of rows \d/);
  });
});

describe('checkpoints', () => {
  const memory = (): CheckpointStore & { bytes: Uint8Array | undefined; all: Uint8Array[] } => {
    const store = { name: 'run.ckpt', bytes: undefined as Uint8Array | undefined, all: [] as Uint8Array[], read: () => store.bytes, write: (bytes: Uint8Array) => { store.bytes = bytes; store.all.push(bytes); } };
    return store;
  };
  const full = { ...options, rule: adam(), epochs: 4, seed: 4, metrics: { size: (p: { b2: number }) => p.b2 }, validation: { X: X.slice(0, 30), y: y.slice(0, 10) }, earlyStopping: { patience: 9 } } as const;
  const whole = train(network, { X, y }, full);

  it('a run that goes on from any step ends with the same bits', () => {
    const store = memory();
    train(network, { X, y }, { ...full, checkpoint: { store, everySteps: 1 } });
    expect(store.all).toHaveLength(7 * 4);
    for (const bytes of store.all) {
      const again = memory();
      again.bytes = bytes;
      const resumed = train(network, { X, y }, { ...full, checkpoint: { store: again, everySteps: 5 } });
      expect(resumed.x).toEqual(whole.x);
      expect(resumed.history).toEqual(whole.history);
      expect(resumed.status).toBe(whole.status);
    }
  });

  it('more epochs may be asked for later', () => {
    const store = memory();
    train(network, { X, y }, { ...full, epochs: 2, checkpoint: { store } });
    expect(train(network, { X, y }, { ...full, checkpoint: { store } }).x).toEqual(whole.x);
  });

  const refused = (bytes: Uint8Array, change: object = {}): string => {
    const store = memory();
    store.bytes = bytes;
    try {
      train(network, { X, y }, { ...full, ...change, checkpoint: { store } });
    } catch (error) {
      expect(store.all).toEqual([]);
      if (error instanceof RuntimeError && error.code === 'bad-checkpoint') return error.message;
      throw error;
    }
    return 'nothing was refused';
  };
  const sound = (() => {
    const store = memory();
    train(network, { X, y }, { ...full, epochs: 2, checkpoint: { store } });
    return store.bytes!;
  })();

  it('what is cut off at any byte or damaged in any byte is refused', () => {
    const lengths = [0, 1, 7, 8, 12, 15, 16, 20, 100, 400, sound.length - 9, sound.length - 4, sound.length - 1];
    for (const length of lengths) expect(refused(sound.slice(0, length))).toMatch(/^run\.ckpt is left as it is: it is (not a checkpoint of diffc|cut off)/);
    for (let at = 16; at < sound.length; at += 37) expect(refused(sound.map((b, k) => (k === at ? b ^ 4 : b)))).toMatch(/damaged/);
  });

  it.each([
    ['another file', Buffer.from('{"not": "a checkpoint"}'), 'it is not a checkpoint of diffc'],
    ['another version', sound.map((b, k) => (k === 8 ? 9 : b)), 'its format is version 9, and this is version 1'],
  ])('%s is refused', (_, bytes, reason) => {
    expect(refused(bytes)).toBe(`run.ckpt is left as it is: ${reason}`);
  });

  it.each([
    [{ batch: 9 }, 'batch is 8 and not 9'],
    [{ seed: 5 }, 'seed is 4 and not 5'],
    [{ rule: momentum() }, 'rule is adam 0.9 0.999 1e-8 0 and not momentum 0.9'],
    [{ l1: 1 }, 'penalties is 0, 0, none, none, all and not 0, 1, none, none, all'],
  ])('a checkpoint of a run with %j is refused', (change, reason) => {
    expect(refused(sound, change)).toBe(`run.ckpt is left as it is: it belongs to another run, where ${reason}`);
  });

  it('a checkpoint of other data is refused', () => {
    const store = memory();
    store.bytes = sound;
    expect(() => train(network, { X, y: y.map((v, k) => (k === 3 ? v + 1e-15 : v)) }, { ...full, checkpoint: { store } })).toThrow(/it belongs to another run, where data is \d+ and not \d+/);
  });
});
