/** Run by kill.test.ts: trains with a checkpoint after every step and prints the bits of the parameters at the end. */
import { create } from '../../generated/article/mlp.ts';
import { fileCheckpoint } from '../../src/runtime/node.ts';
import { Random } from '../../src/runtime/random.ts';
import { adam } from '../../src/runtime/rules/rules.ts';
import { train } from '../../src/runtime/training/train.ts';

const path = process.argv[2];
const [N, D, H] = [60, 3, 4];
const random = new Random(9);
const draw = (count: number): Float64Array => Float64Array.from({ length: count }, () => random.normal());
const X = draw(N * D);
const data = { X, y: Float64Array.from({ length: N }, (_, n) => Math.sin(X[D * n]!)) };
const start = { W1: draw(D * H), b1: new Float64Array(H), W2: draw(H), b2: 0 };

const result = train((rows) => {
  const model = create({ N: rows, D, H });
  return { params: model.newParams(), gradient: model.newGradient(), valueGradient: model.valueGradient };
}, data, {
  start, rule: adam(), rate: 0.01, epochs: 400, batch: 8, seed: 3, metrics: { b2: (p) => p.b2 },
  onEpoch: ({ epoch }) => void process.stdout.write(`epoch ${epoch}\n`),
  ...(path !== undefined && { checkpoint: { store: fileCheckpoint(path), everySteps: 1 } }),
});
const losses = Float64Array.from(result.history, (r) => r.loss);
process.stdout.write(`end ${Buffer.from(result.x.buffer).toString('hex')} ${Buffer.from(losses.buffer).toString('hex')}\n`);
