/** Functions of few numbers. */
import { bowl } from '../reference/bowl.ts';
import { rosenbrock, rosenbrock10 } from '../reference/rosenbrock.ts';
import { byHand, emitted, waves, type Workload } from './workload.ts';

const BOWL = 'param x: R, y: R\nf = x² + y²\nderive value, gradient of f wrt x, y';
const point = { x: 1.5, y: -0.25 };

const bowlWorkload: Workload = {
  name: 'bowl',
  title: 'x² + y²',
  locals: () => {
    const out = { x: 0, y: 0 };
    return [
      ...emitted({ model: BOWL, params: point, filled: (o) => [o['x']!, o['y']!] }),
      byHand('hand-written', bowl, [point, out], () => [out.x, out.y]),
    ];
  },
  programs: [{ file: 'bowl.c' }],
  peers: 'bowl',
  goals: [{ of: 'emitted', to: 'hand-written', atMost: 1.1 }],
};

const ROSENBROCK = `dim N = 10
param x: R[N]
f = ∑ (i = 1 to N-1) [100*(x[i+1] - x[i]²)² + (1 - x[i])²]
derive value, gradient of f wrt x`;

const rosenbrockWorkload: Workload = {
  name: 'rosenbrock',
  title: "Rosenbrock's function of 10 variables",
  locals: () => {
    const params = { x: waves(10, 0.1, 2) };
    const out = { x: new Float64Array(10) };
    return [
      ...emitted({ model: ROSENBROCK, params, filled: (o) => [o['x']!] }),
      byHand('hand-written', rosenbrock10, [params, out], () => [out.x]),
    ];
  },
  programs: [{ file: 'rosenbrock.c' }],
  peers: 'rosenbrock',
  goals: [{ of: 'emitted', to: 'hand-written', atMost: 1.1 }, { of: 'emitted', to: 'C strict', atMost: 2 }],
};

const openRosenbrock: Workload = {
  name: 'rosenbrock-1000',
  title: "Rosenbrock's function of 1,000 variables, size open",
  locals: () => {
    const params = { x: waves(1000, 0.1, 2) };
    const out = { x: new Float64Array(1000) };
    return [
      ...emitted({ model: ROSENBROCK.replace('N = 10', 'N where N >= 2'), sizes: { N: 1000 }, params, filled: (o) => [o['x']!] }),
      byHand('hand-written', rosenbrock, [params, out], () => [out.x]),
    ];
  },
  goals: [],
};

export const scalarWorkloads: readonly Workload[] = [bowlWorkload, rosenbrockWorkload, openRosenbrock];
