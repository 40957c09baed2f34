/** Learning rates as functions of the number of steps taken, from 0. */
import { checkCount, checkRange } from '../error.ts';

export type Schedule = (step: number) => number;

/** The same rate at every step. */
export function constantRate(rate: number): Schedule {
  checkRange('rate', rate, 0, Infinity);
  return () => rate;
}

/** rate · factor^⌊step/every⌋ */
export function stepDecay(rate: number, options: { readonly factor?: number; readonly every: number }): Schedule {
  const { factor = 0.5, every } = options;
  checkRange('rate', rate, 0, Infinity);
  checkRange('factor', factor, 0, 1);
  checkRange('every', every, 1, Infinity);
  return (step) => rate * factor ** Math.floor(step / every);
}

/** rate · factor^step */
export function exponentialDecay(rate: number, factor: number): Schedule {
  return stepDecay(rate, { factor, every: 1 });
}

/** rate / (1 + decay·step): sums of rates diverge and sums of squares of rates converge, as Robbins and Monro (1951) ask for power 1. */
export function inverseTimeDecay(rate: number, decay: number): Schedule {
  checkRange('rate', rate, 0, Infinity);
  checkRange('decay', decay, 0, Infinity);
  return (step) => rate / (1 + decay * step);
}

/** From `rate` to `least` along half a cosine in `period` steps, then again: Loshchilov and Hutter, SGDR, ICLR (2017), equation (5). */
export function cosineDecay(rate: number, options: { readonly period: number; readonly least?: number; readonly restart?: 'never' | 'always' }): Schedule {
  const { period, least = 0, restart = 'never' } = options;
  checkRange('rate', rate, 0, Infinity);
  checkRange('period', period, 1, Infinity);
  checkRange('least', least, 0, rate);
  return (step) => {
    const part = restart === 'always' ? (step % period) / period : Math.min(step / period, 1);
    return least + 0.5 * (rate - least) * (1 + Math.cos(Math.PI * part));
  };
}

/** A linear rise over the first `steps` steps of `then`: Goyal and others, arXiv:1706.02677 (2017), section 2.2. */
export function warmUp(steps: number, then: Schedule): Schedule {
  checkCount('steps', steps);
  return (step) => then(step) * Math.min(1, (step + 1) / steps);
}
