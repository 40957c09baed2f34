/** Loops over data in blocks: the text, and graph = plain loops = loops in blocks = emitted code around the ends of blocks. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EVALUATED_APART } from '../../src/backends/typescript/fast-functions.ts';
import { RunningModule } from '../../src/backends/typescript/invoke.ts';
import { evaluateDim } from '../../src/ir/dim.ts';
import { evaluate } from '../../src/ir/evaluate.ts';
import { checkProgram } from '../../src/schedule/check.ts';
import { countOperations } from '../../src/schedule/count.ts';
import { interpret } from '../../src/schedule/interpret.ts';
import { schedule, type LoopForm, type Scheduled } from '../../src/schedule/schedule.ts';
import { programText } from '../../src/schedule/text.ts';
import { emitted } from '../support/emitted.ts';
import { eachStmt } from '../../src/schedule/visit.ts';
import { fillValues, scratchInRooms } from './support.ts';

const MODELS: Readonly<Record<string, string>> = {
  line: `dim N
data x: R[N], y: R[N]
param w: R, b: R
L = mean((w*x + b - y)²)
derive value, gradient of L wrt w, b as f`,
  logistic: `dim N, D
data X: R[N, D], y: R[N]
param w: R[D], b: R
z = X*w + b
L = mean(softplus(z) - y .* z)
derive value, gradient of L wrt w, b as f
derive hvp of L wrt w as product`,
  network: `dim N, D = 3, H = 2
data X: R[N, D], y: R[N]
param W1: R[D, H], b1: R[H], W2: R[H], b2: R
L = mean((y - (tanh(X*W1 + b1)*W2 + b2))²)
derive value, gradient of L wrt W1, b1, W2, b2 as f`,
  mixture: `dim N, D, K
data x: R[N, D]
param a: R[K], mu: R[K, D], q: R[K, D]
inner[n,k] = a[k] - 1/2*sum[d] exp(q[k,d])*(x[n,d] - mu[k,d])²
L = sum[n] logsumexp[k] inner[n,k]
derive value, gradient of L wrt a, mu, q as f`,
  maps: `dim N, D
data X: R[N, D]
param A: R[D, D], m: R[D]
white[n,i] = sum[j] A[i,j]*(X[n,j] - m[j])
L = sum[n] exp(-1/2*sum[i] white[n,i]²)
derive value, gradient of L wrt m as f
derive value of L as value`,
  short: `dim N, D = 7
data X: R[N, D]
param m: R[D], A: R[D, D]
white[n,i] = sum[j] A[i,j]*(X[n,j] - m[j])
L = sum[n,i] white[n,i]^4
derive value, gradient of L wrt m, A as f`,
  triangle: `dim N, D = 5
data x: R[N, D]
param m: R[D], q: R[D], l: R[D, D]
below[i,j] = if j < i then l[i,j] else 0
white[n,i] = exp(q[i])*(x[n,i] - m[i]) + sum[j] below[i,j]*(x[n,j] - m[j])
L = sum[n] logsumexp[i] (1/2*white[n,i]^2)
derive value, gradient of L wrt m, q, l as f`,
  triangles: `dim N, D
data X: R[N, D], k: index[N] of D
param A: R[D, D], v: R[D]
above[i,j] = if i <= j + 1 then A[i,j] else 0
rest[i,j] = if i > j + 1 then 0 else A[i,j]^2
Y = X*above
L = sum[n,j] Y[n,j]^2 + sum[n,j] above[k[n],j]*v[j]^2 + v'*rest*v
derive value, gradient of L wrt A, v as f`,
  extremes: `dim N, D
data X: R[N, D]
param w: R[D], v: R[N]
top = max[n] (sum[d] X[n,d]*w[d])
least[d] = min[n] X[n,d]
every = prod[n] (1 + v[n]/10)
rows[n] = sum[d] X[n,d]²
derive value of top, least, every, rows as f`,
  gathered: `dim N, K
data k: index[N] of K, y: R[N]
param m: R[K], s: R
L = sum[n] (y[n] - m[k[n]]*s)²
derive value, gradient of L wrt m, s as f`,
  neighbours: `dim N where N >= 2
param x: R[N]
L = ∑ (i = 1 to N-1) [100*(x[i+1] - x[i]²)² + (1 - x[i])²]
derive value, gradient of L wrt x as f`,
  chain: `dim N where N >= 1
data u: R[N]
param x: R[N], w: R[N]
L = sum[n in 1..N-1] (u[n]*(x[n+1] - x[n])² + sin(w[n+1])*x[n]) + sum[n] exp(x[n])
derive value, gradient of L wrt x, w as f
derive hvp of L wrt x as product
derive gradient of L wrt x as slope`,
  phases: `dim N, D, H
data X: R[N, D], y: R[N]
param W: R[D, H], V: R[D, H], b: R[H]
gated = sigmoid(X*V) .* tanh(X*W + b)
L = mean((y - gated*b)²) + sum[n,h] exp(-gated[n,h])
derive value, gradient of L wrt W, V, b as f`,
  gates: `dim T, H
data x: R[T, H], h0: R[H]
param u: R[H], v: R[H]
recur t in 1..T {
  init h[0] = h0
  h[t] = sigmoid(u .* x[t] + h[t-1]) .* tanh(v .* h[t-1]) + 0.5*h[t-1]
}
L = sum[t in 1..T, j] h[t,j]²
derive value, gradient of L wrt u, v as f`,
};

const scheduled = (module: ReturnType<typeof emitted>, name: string, loops: LoopForm): Scheduled => {
  const outputs = module.plan.functions.find((f) => f.name === name)?.outputs ?? [];
  const directions = module.plan.functions.find((f) => f.name === name)?.directions ?? [];
  const given = directions.map((d) => ({ ...d, shape: module.plan.b.graph.shape(d.node), element: 'real' as const }));
  return schedule({ b: module.plan.b, inputs: [...module.plan.inputs, ...given], names: module.plan.names, outputs: outputs.map((o) => ({ kind: 'filled', name: o.name, node: o.node })), loops, apart: EVALUATED_APART });
};

describe.each(Object.entries(MODELS))('%s', (model, text) => {
  const module = emitted(text);
  const running = new RunningModule(module.plan);
  const dims = module.plan.dims.filter((d) => d.value === undefined).map((d) => d.name);

  it('in pieces for threads', async () => {
    const program = scheduled(module, 'f', 'ranged');
    expect(checkProgram(program)).toEqual([]);
    await expect(`${programText(program)}\n`).toMatchFileSnapshot(join(import.meta.dirname, 'programs', `ranged-${model}.txt`));
  });

  it('as loops in blocks', async () => {
    const program = scheduled(module, 'f', 'blocked');
    expect(checkProgram(program)).toEqual([]);
    await expect(`${programText(program)}\n`).toMatchFileSnapshot(join(import.meta.dirname, 'programs', `blocked-${model}.txt`));
  });

  it.each([1, 2, 3, 4, 5, 7, 8, 9, 13, 300])('%d rows', (N) => {
    const sizes = new Map([...module.plan.dims.flatMap((d): [string, number][] => (d.value === undefined ? [] : [[d.name, d.value]])), ...dims.map((d, k): [string, number] => [d, d === 'N' ? Math.max(N, module.plan.dims.find((x) => x.name === d)?.atLeast ?? 1) : 2 + k])]);
    for (const f of module.plan.functions) {
      const inputs = new Map<string, Float64Array>();
      const fill = (name: string, shape: readonly string[], of?: string): void => {
        const values = fillValues(shape.reduce((n, d) => n * evaluateDim(d, sizes), 1), inputs.size + 1);
        inputs.set(name, of === undefined ? values : values.map((x) => Math.floor(Math.abs(x) * 1e6) % evaluateDim(of, sizes)));
      };
      for (const i of module.plan.inputs) fill(i.name, i.shape, i.of);
      for (const d of f.directions) {
        const attr = module.plan.b.graph.attr(d.node);
        if (attr.kind === 'leaf') fill(attr.name, attr.shape);
      }
      const want = evaluate(module.plan.b.graph, f.outputs.map((o) => o.node), { sizes, inputs });
      for (const loops of ['plain', 'blocked', 'ranged'] as const) {
        const program = scheduled(module, f.name, loops);
        expect(checkProgram(program)).toEqual([]);
        const leaves = [...module.plan.inputs.map((i) => i.name), ...f.directions.map((d) => { const attr = module.plan.b.graph.attr(d.node); return attr.kind === 'leaf' ? attr.name : ''; })];
        const arrays = scratchInRooms(program, sizes);
        for (const [k, buffer] of program.inputBuffers.entries()) arrays.set(buffer, Float64Array.from(inputs.get(leaves[k] ?? '') ?? []));
        interpret(program, { sizes, arrays });
        f.outputs.forEach((o, k) => expectClose(arrays.get(program.outputBuffers[k] ?? -1), want[k]?.data ?? [], `${loops}: ${o.name}`));
      }
      const called = running.call(f, { sizes, inputs });
      f.outputs.forEach((o, k) => expectClose(called.outputs.get(o), want[k]?.data ?? [], `emitted: ${o.name}`));
    }
  });
});

it('functions between other work are evaluated over arrays, those of a block of rows at once', () => {
  const { code } = emitted(MODELS['phases'] ?? '');
  // a function and its slope in one call
  expect(code).toMatch(/fastTanhPairs\(\w+, 0, \w+, 0, \w+, 0, 4 \* H\);/);
  // rows that stand in a matrix stay where they are
  expect(code).toMatch(/fastSigmoids\(\w+, row, \w+, H, H\);/);
  expect(code).not.toMatch(/fast(Tanh|Sigmoid)\([^-xz]/);
});

describe('what a round of a loop hands to the next', () => {
  const chain = emitted('dim N where N >= 0\nparam x: R[N]\nf = sum[i in 1..N-1] (x[i+1] - x[i])²\nderive value, gradient of f wrt x');

  it('stands in a local, not in an array', () => {
    expect(chain.code).not.toContain('spread');
    expect(chain.code).not.toContain('.fill(0)');
    expect(chain.code.match(/handed = /g)).toHaveLength(3);
  });

  it.each([0, 1, 2, 3, 5, 6])('%d numbers', (N) => {
    const x = fillValues(N, 1);
    const step = (i: number): number => (i < 0 || i + 1 >= N ? 0 : (x[i + 1] ?? 0) - (x[i] ?? 0));
    const { returned, out } = chain.call('valueGradient', { N }, { x });
    expectClose([returned ?? Number.NaN], [x.reduce((sum, _, i) => sum + step(i) ** 2, 0)], 'value');
    expectClose(out['x'], Array.from(x, (_, i) => 2 * (step(i - 1) - step(i))), 'gradient');
  });

  it('an array that is overwritten while its neighbours are read keeps the second loop', () => {
    const { code } = emitted('dim N\nparam x: R[N]\nf = sum[i in 1..N-1] (x[i+1] - x[i])²\nhyper α: R = 0.1\nupdate x = x - α * ∂f/∂x');
    expect(code).not.toContain('handed');
  });
});

/** Loops inside the block of four rows. */
function loopsInBlock(D: number, H: number): number {
  const module = emitted((MODELS['network'] ?? '').replace('D = 3, H = 2', `D = ${D}, H = ${H}`));
  const block = scheduled(module, 'f', 'blocked').body.find((s) => s.kind === 'for' && s.step === 4);
  let loops = -1;
  eachStmt(block === undefined ? [] : [block], (s) => {
    if (s.kind === 'for') loops++;
  });
  return loops;
}

it('nests of short loops in blocks are written out as long as the function stays short', () => {
  // what is left walks the tanhs
  expect(loopsInBlock(10, 5)).toBe(1);
  expect(loopsInBlock(40, 20)).toBe(4);
});

it('a linear map is applied once, after the sum over the data', () => {
  const module = emitted(MODELS['maps'] ?? '');
  const sizes = new Map([['N', 1000], ['D', 20]]);
  const count = (name: string): number => countOperations(scheduled(module, name, 'plain'), sizes);
  expect(count('f') / count('value')).toBeLessThan(1.1);
});

function expectClose(got: ArrayLike<number> | undefined, want: ArrayLike<number>, what: string): void {
  expect(got, what).toHaveLength(want.length);
  const scale = Math.max(1, ...Array.from(want, Math.abs));
  for (let k = 0; k < want.length; k++) expect(Math.abs((got?.[k] ?? Number.NaN) - (want[k] ?? 0)) / scale, `${what}[${k}]`).toBeLessThan(1e-13);
}
