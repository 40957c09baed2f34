/** What `diffc sample` refuses, and what it says about draws. `wrong` and `right` are models or command lines. */
import type { Entry } from '../entry.ts';

const said = ({ message }: { readonly message: string }): string => message;

export const samplingEntries = {
  'no-density': {
    severity: 'error',
    message: (a: { name: string }) => `\`${a.name}\` has no log density of parameters`,
    hint: 'declare `param` names and say how they are distributed: `mu ~ Normal(0, 5)`; or define `logp = …`',
    explanation: 'What is sampled is `logp`: the sum of the `~` statements, or a definition of that name. Parameters with bounds are replaced by unconstrained ones, and the logarithm of the Jacobian is added.',
    wrong: 'param w: R\nL = w^2',
    right: 'param w: R\nw ~ Normal(0, 1)',
  },
  'no-distribution': {
    severity: 'error',
    message: (a: { name: string }) => `the log density does not depend on \`${a.name}\`, so that it has no distribution`,
    hint: 'say how it is distributed, or make it `data`',
    explanation: 'A parameter that nothing depends on is everywhere equally likely on the whole line: there is no such distribution, and a chain would wander without end.',
    wrong: 'param a: R, b: R\na ~ Normal(0, 1)',
    right: 'param a: R, b: R\na ~ Normal(0, 1)\nb ~ Normal(a, 1)',
  },
  'not-continuous': {
    severity: 'error',
    message: (a: { name: string }) => `\`${a.name}\` is not a real number: only real parameters can be sampled`,
    hint: 'sum over its values in the model: `logsumexp`',
    explanation: 'Hamiltonian Monte Carlo follows derivatives, which a whole number or a position has not. Sum it out of the density instead.',
    wrong: 'param k: int\nk ~ Poisson(3)',
    right: 'param k: R\nk ~ Normal(3, 1)',
  },
  'no-start': {
    severity: 'error',
    message: (a: { reason: string }) => a.reason,
    hint: 'a density that is 0 or not a number almost everywhere cannot be sampled: look at bounds, scales and the data it divides by',
    explanation: 'A chain starts where the log density and its derivatives are finite numbers; 100 random points between -2 and 2 of the unconstrained parameters are tried.',
    wrong: 'diffc sample model.diff --data negative.json',
    right: 'diffc sample model.diff --data data.json',
  },
  'trajectories-diverged': {
    severity: 'warning',
    message: said,
    explanation: 'The integrator left the density: there is a region, often narrow, that the chains do not reach, so that all figures may be wrong. More draws do not help. Smaller steps may (`--accept 0.95`); writing the model in other variables usually does.',
    wrong: 'param v: R, x: R\nv ~ Normal(0, 3)\nx ~ Normal(0, exp(v/2))',
    right: 'param v: R, z: R\nx = exp(v/2)*z\nv ~ Normal(0, 3)\nz ~ Normal(0, 1)',
  },
  'trajectories-cut-off': {
    severity: 'warning',
    message: said,
    explanation: 'Trees of trajectories have a greatest depth. Draws are right when it is reached, but neighbours are more alike than they need be. Scales that differ by orders of magnitude and strong correlations are the usual cause.',
    wrong: 'diffc sample model.diff --data data.json',
    right: 'diffc sample model.diff --data data.json --metric dense',
  },
  'low-energy-fraction': {
    severity: 'warning',
    message: said,
    explanation: 'From draw to draw the energy changes much less than it varies: chains move slowly between the middle and the tails of the density.',
    wrong: 'diffc sample model.diff --data data.json',
    right: 'diffc sample model.diff --data data.json --warmup 4000 --samples 4000',
  },
  'chains-disagree': {
    severity: 'warning',
    message: said,
    explanation: 'R-hat compares the spread of all draws with that within chains; above 1.01 the chains have not come to the same distribution. Several modes, too short a warm-up and divergences are the usual causes.',
    wrong: 'diffc sample model.diff --data data.json --warmup 20 --samples 50',
    right: 'diffc sample model.diff --data data.json',
  },
  'few-effective-draws': {
    severity: 'warning',
    message: said,
    explanation: 'Neighbouring draws are alike. So many independent ones would say as much; with fewer than 100 for each chain, the figures and the diagnostics themselves are rough.',
    wrong: 'diffc sample model.diff --data data.json --samples 50',
    right: 'diffc sample model.diff --data data.json --samples 1000',
  },
  'constant-quantity': {
    severity: 'warning',
    message: said,
    explanation: 'A quantity that has the same value in all draws, or is not finite in some, has no standard error and no R-hat.',
    wrong: 'param a: R\none = 1\na ~ Normal(0, 1)\nderive value of one',
    right: 'param a: R\ntwice = 2*a\na ~ Normal(0, 1)\nderive value of twice',
  },
  'approximation-failed': {
    severity: 'error',
    message: (a: { method: string; reason: string }) => `no ${a.method} approximation: ${a.reason}`,
    hint: 'sample instead: `--method nuts`',
    explanation: 'Laplace\'s approximation needs a maximum of the log density of the unconstrained parameters, with a negative definite Hessian; the variational one a bound that is finite.',
    wrong: 'diffc sample model.diff --data data.json --method laplace',
    right: 'diffc sample model.diff --data data.json --method nuts',
  },
  'approximation-not-settled': {
    severity: 'warning',
    message: said,
    explanation: 'The evidence lower bound still changed when the iterations were spent. The figures are of where it ended.',
    wrong: 'diffc sample model.diff --data data.json --method advi',
    right: 'diffc sample model.diff --data data.json --method nuts',
  },
} as const satisfies Record<string, Entry>;
