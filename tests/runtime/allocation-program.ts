/** Run by allocation.test.ts with room for all that is allocated: prints the bytes that a step of one method takes. */
import { create } from '../../generated/article/mlp.ts';
import { descend } from '../../src/runtime/descend.ts';
import { pack } from '../../src/runtime/pack.ts';
import { Random } from '../../src/runtime/random.ts';
import type { RuleMaker } from '../../src/runtime/rules/rule.ts';
import { ruleOf } from '../../src/runtime/rules/rule.ts';
import { adagrad, adam, adamw, amsgrad, momentum, nesterov, rmsprop, sgd } from '../../src/runtime/rules/rules.ts';
import { sample } from '../../src/runtime/sampling/sample.ts';

const model = create({ N: 8, D: 3, H: 2 });
const random = new Random(1);
const draw = (count: number): Float64Array => Float64Array.from({ length: count }, () => random.normal());
const data = { X: draw(24), y: draw(8) };
const objective = pack({ params: model.newParams(), gradient: model.newGradient(), valueGradient: (p, g) => model.valueGradient(p, data, g) });

/** Allocates one small array in every step. */
const planted = ruleOf('planted', 0, (x, g, rate) => {
  const step = g.map((gi) => rate * gi);
  for (let i = 0; i < x.length; i++) x[i]! -= step[i]!;
});
const rules: Readonly<Record<string, RuleMaker>> = {
  sgd: sgd(), momentum: momentum(), nesterov: nesterov(), adagrad: adagrad(), rmsprop: rmsprop(), adam: adam(), adamw: adamw(), amsgrad: amsgrad(), planted,
};

const method = process.argv[2] ?? '';
/** The engine optimises late when the machine is busy, and boxes numbers until then: what counts is the leanest of many windows. */
const [WINDOW, WINDOWS] = [20_000, 12];
const heap = new Float64Array(WINDOWS + 1);
let windows = 0;
const mark = (steps: number): void => {
  if (steps % WINDOW !== 0 || windows > WINDOWS) return;
  heap[windows++] = process.memoryUsage().heapUsed;
};
if (method === 'nuts' || method === 'hmc') drawFromNormal(method);
else takeSteps(rules[method]);
// a collection leaves a window with less than it began with: it says nothing
const grown = Array.from(heap.subarray(1, windows), (used, k) => used - heap[k]!).filter((bytes) => bytes >= 0);
if (grown.length < WINDOWS / 2) throw new Error(`only ${grown.length} of ${WINDOWS} windows without a collection`);
console.log(Math.min(...grown) / WINDOW);

function takeSteps(rule: RuleMaker | undefined): void {
  if (rule === undefined) throw new Error(`no rule ${method}`);
  descend(objective, draw(objective.dimension), { rule, rate: 1e-6, clipNorm: 1e3, weightDecay: 1e-4, l1: 1e-6, maxIterations: WINDOW * (WINDOWS + 1), monitor: ({ iteration }) => mark(iteration) });
}

/** Counts calls of the density: one in a leapfrog step. */
function drawFromNormal(method: 'nuts' | 'hmc'): void {
  let calls = 0;
  const target = {
    dimension: 11,
    valueGradient(x: Float64Array, g: Float64Array): number {
      mark(++calls);
      let value = 0;
      for (let i = 0; i < x.length; i++) {
        g[i] = -x[i]!;
        value -= 0.5 * x[i]! * x[i]!;
      }
      return value;
    },
  };
  // long trajectories: the momenta of each are drawn as boxed numbers
  sample(target, { method, chains: 1, warmup: 1000, draws: 20_000, integrationTime: 8 });
}
