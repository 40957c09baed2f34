/**
 * The update rules that people train with. Constants of a closure are read again for every element, which nearly doubles the
 * time of Adam: loops have them in locals.
 */
import { checkRange } from '../error.ts';
import { ruleOf } from './rule.ts';
import type { RuleMaker } from './rule.ts';

/** x ← x − η g. Robbins and Monro, Annals of Mathematical Statistics 22 (1951), with mini-batches; Cauchy (1847) without. */
export function sgd(): RuleMaker {
  return ruleOf('sgd', 0, (x, g, rate) => {
    for (let i = 0; i < x.length; i++) x[i]! -= rate * g[i]!;
  });
}

/** v ← μ v + g, x ← x − η v. Polyak, USSR Computational Mathematics and Mathematical Physics 4 (1964), the heavy ball. */
export function momentum(options: { readonly momentum?: number } = {}): RuleMaker {
  const { momentum: mu = 0.9 } = options;
  checkRange('momentum', mu, 0, 1);
  return ruleOf(`momentum ${mu}`, 1, (x, g, rate, arrays) => {
    const v = arrays[0]!;
    const keep = mu;
    for (let i = 0; i < x.length; i++) {
      const vi = keep * v[i]! + g[i]!;
      v[i] = vi;
      x[i]! -= rate * vi;
    }
  });
}

/**
 * v ← μ v + g, x ← x − η (g + μ v). Nesterov, Soviet Mathematics Doklady 27 (1983), written for the point ahead as in
 * Sutskever, Martens, Dahl, Hinton, ICML (2013), section 2, and Bengio, Boulanger-Lewandowski, Pascanu (2012), equation (7).
 */
export function nesterov(options: { readonly momentum?: number } = {}): RuleMaker {
  const { momentum: mu = 0.9 } = options;
  checkRange('momentum', mu, 0, 1);
  return ruleOf(`nesterov ${mu}`, 1, (x, g, rate, arrays) => {
    const v = arrays[0]!;
    const keep = mu;
    for (let i = 0; i < x.length; i++) {
      const vi = keep * v[i]! + g[i]!;
      v[i] = vi;
      x[i]! -= rate * (g[i]! + keep * vi);
    }
  });
}

/** s ← s + g², x ← x − η g / (√s + ε). Duchi, Hazan, Singer, JMLR 12 (2011), the diagonal form of figure 1. */
export function adagrad(options: { readonly epsilon?: number } = {}): RuleMaker {
  const { epsilon = 1e-10 } = options;
  checkRange('epsilon', epsilon, 0, 1);
  return ruleOf(`adagrad ${epsilon}`, 1, (x, g, rate, arrays) => {
    const s = arrays[0]!;
    const floor = epsilon;
    for (let i = 0; i < x.length; i++) {
      const gi = g[i]!;
      const si = s[i]! + gi * gi;
      s[i] = si;
      if (gi !== 0) x[i]! -= (rate * gi) / (Math.sqrt(si) + floor);
    }
  });
}

/** s ← ρ s + (1−ρ) g², x ← x − η g / (√s + ε). Tieleman and Hinton, Coursera lecture 6.5 (2012). */
export function rmsprop(options: { readonly decay?: number; readonly epsilon?: number } = {}): RuleMaker {
  const { decay = 0.9, epsilon = 1e-8 } = options;
  checkRange('decay', decay, 0, 1);
  checkRange('epsilon', epsilon, 0, 1);
  return ruleOf(`rmsprop ${decay} ${epsilon}`, 1, (x, g, rate, arrays) => {
    const s = arrays[0]!;
    const [keep, take, floor] = [decay, 1 - decay, epsilon];
    for (let i = 0; i < x.length; i++) {
      const gi = g[i]!;
      const si = keep * s[i]! + take * gi * gi;
      s[i] = si;
      if (gi !== 0) x[i]! -= (rate * gi) / (Math.sqrt(si) + floor);
    }
  });
}

export interface AdamOptions {
  /** decay of the mean of gradients, 0.9 when left out */
  readonly beta1?: number;
  /** decay of the mean of squares, 0.999 when left out */
  readonly beta2?: number;
  /** 1e-8 when left out */
  readonly epsilon?: number;
}

/** Adam: Kingma and Ba, ICLR (2015), algorithm 1. */
export function adam(options: AdamOptions = {}): RuleMaker {
  return adamLike(options, 0);
}

/** Adam with weight decay outside of the adaptive step: Loshchilov and Hutter, ICLR (2019), algorithm 2. */
export function adamw(options: AdamOptions & { readonly weightDecay?: number } = {}): RuleMaker {
  const { weightDecay = 0.01 } = options;
  checkRange('weightDecay', weightDecay, 0, Infinity);
  return adamLike(options, weightDecay);
}

function adamLike(options: AdamOptions, weightDecay: number): RuleMaker {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  checkBetas(beta1, beta2, epsilon);
  return ruleOf(`adam ${beta1} ${beta2} ${epsilon} ${weightDecay}`, 2, (x, g, rate, arrays, steps) => {
    const m = arrays[0]!;
    const v = arrays[1]!;
    const first = rate / filled(beta1, steps);
    const second = 1 / filled(beta2, steps);
    const keep = 1 - rate * weightDecay;
    const [keepMean, takeMean, keepSquare, takeSquare, floor] = [beta1, 1 - beta1, beta2, 1 - beta2, epsilon];
    for (let i = 0; i < x.length; i++) {
      const gi = g[i]!;
      const mi = keepMean * m[i]! + takeMean * gi;
      const vi = keepSquare * v[i]! + takeSquare * gi * gi;
      m[i] = mi;
      v[i] = vi;
      x[i] = keep * x[i]! - (first * mi) / (Math.sqrt(second * vi) + floor);
    }
  });
}

/** Adam with the largest mean of squares so far: Reddi, Kale, Kumar, ICLR (2018), algorithm 2, with Adam's corrections. */
export function amsgrad(options: AdamOptions = {}): RuleMaker {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  checkBetas(beta1, beta2, epsilon);
  return ruleOf(`amsgrad ${beta1} ${beta2} ${epsilon}`, 3, (x, g, rate, arrays, steps) => {
    const m = arrays[0]!;
    const v = arrays[1]!;
    const largest = arrays[2]!;
    const first = rate / filled(beta1, steps);
    const second = 1 / filled(beta2, steps);
    const [keepMean, takeMean, keepSquare, takeSquare, floor] = [beta1, 1 - beta1, beta2, 1 - beta2, epsilon];
    for (let i = 0; i < x.length; i++) {
      const gi = g[i]!;
      const mi = keepMean * m[i]! + takeMean * gi;
      const vi = keepSquare * v[i]! + takeSquare * gi * gi;
      const most = Math.max(largest[i]!, vi);
      m[i] = mi;
      v[i] = vi;
      largest[i] = most;
      x[i]! -= (first * mi) / (Math.sqrt(second * most) + floor);
    }
  });
}

/** 1 − β^steps, which cancels in the first thousands of steps when it is written so. */
function filled(beta: number, steps: number): number {
  return -Math.expm1(steps * Math.log(beta));
}

function checkBetas(beta1: number, beta2: number, epsilon: number): void {
  checkRange('beta1', beta1, 0, 1 - 2 ** -52);
  checkRange('beta2', beta2, 0, 1 - 2 ** -52);
  checkRange('epsilon', epsilon, Number.MIN_VALUE, 1);
}
