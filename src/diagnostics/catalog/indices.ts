/** Sizes, indices, ranges, recurrences. */
import type { Entry } from '../entry.ts';

export const indexEntries = {
  'unknown-size': {
    severity: 'error',
    message: (a: { name: string }) => `unknown size \`${a.name}\``,
    hint: (a: { name: string }) => `declare it: \`dim ${a.name}\``,
    explanation: 'Sizes are names declared with `dim`, whole numbers, or `name ± number`.',
    wrong: 'data x: R[N]\ns = sum(x)',
    right: 'dim N\ndata x: R[N]\ns = sum(x)',
  },
  'bad-size': {
    severity: 'error',
    message: (a: { text: string }) => `\`${a.text}\` is not a size`,
    hint: 'a size is a name, a positive whole number, or `name ± number`',
    explanation: 'Sizes must be comparable as symbols, so they are kept simple. A size of 0 or below is refused: an empty sum is written `0`.',
    wrong: 'data x: R[0]',
    right: 'data x: R[3]',
  },
  'unknown-index': {
    severity: 'error',
    message: (a: { name: string }) => `\`${a.name}\` is not an index here`,
    hint: (a: { name: string }) => `bind it: \`sum[${a.name}] …\` or \`z[${a.name}] = …\``,
    explanation: 'An index is bound by a sum, by the left side of a definition, by a range, or by `recur`.',
    wrong: 'dim N\ndata x: R[N]\ny = x[i]',
    right: 'dim N\ndata x: R[N]\ny = sum[i] x[i]',
  },
  'index-size-conflict': {
    severity: 'error',
    message: (a: { index: string; first: string; second: string }) =>
      `\`${a.index}\` runs over ${a.first} in one place and over ${a.second} in another`,
    hint: 'take another index for the other size, or declare both with one size',
    explanation: 'An index used plainly on two axes must meet the same size; otherwise one of them would be cut or padded silently.',
    wrong: 'dim N, D\ndata x: R[N], y: R[D]\ns = sum[i] x[i]*y[i]',
    right: 'dim N\ndata x: R[N], y: R[N]\ns = sum[i] x[i]*y[i]',
  },
  'unknown-range': {
    severity: 'error',
    message: (a: { index: string }) => `nothing tells how far \`${a.index}\` runs`,
    hint: (a: { index: string }) => `give its range: \`${a.index} in 1..N\``,
    explanation: 'The range of an index follows from the axes it is used on. When it is used on none, it must be written.',
    wrong: 's = sum[i] i^2',
    right: 'dim N\ns = sum[i in 1..N] i^2',
  },
  'index-out-of-range': {
    severity: 'error',
    message: (a: { position: string; size: string; base: number }) =>
      `position ${a.position} lies outside ${a.base}..${a.size}`,
    hint: 'positions count from 1; `base 0` at the head of the file counts from 0',
    explanation: 'The position is provably not on the axis. Formulas count from 1, as ranges `i = 1 to N` do.',
    wrong: 'data x: R[3]\ny = x[0]',
    right: 'data x: R[3]\ny = x[1]',
  },
  'wrong-rank': {
    severity: 'error',
    message: (a: { name: string; rank: number; found: number }) =>
      `\`${a.name}\` has ${a.rank === 1 ? 'one axis' : `${a.rank} axes`}, but ${a.found === 1 ? 'one index is' : `${a.found} indices are`} given`,
    hint: 'write one index for each axis',
    explanation: 'There are more indices than axes.',
    wrong: 'data x: R[3]\ny = x[1, 2]',
    right: 'data x: R[3]\ny = x[1]',
  },
  'duplicate-index': {
    severity: 'error',
    message: (a: { name: string }) => `the index \`${a.name}\` is bound twice`,
    explanation: 'Each index of a definition or a sum needs its own name.',
    wrong: 'dim N\ndata A: R[N, N]\nB[i, i] = A[i, i]',
    right: 'dim N\ndata A: R[N, N]\nB[i, j] = A[i, j]',
  },
  'index-arithmetic': {
    severity: 'error',
    message: (a: { name: string }) => `\`${a.name}\` holds positions, not numbers`,
    hint: 'use it inside index brackets: `w[c[n]]`',
    explanation: 'Values of type `index[N] of K` say which element is meant; adding to them has no meaning.',
    wrong: 'dim N, K\ndata c: index[N] of K\ns = sum[n] (c[n] + 1)',
    right: 'dim N, K\ndata c: index[N] of K, w: R[K]\ns = sum[n] w[c[n]]',
  },
  'index-wrong-axis': {
    severity: 'error',
    message: (a: { name: string; of: string; axis: string }) => `\`${a.name}\` holds positions of ${a.of}, but this axis has size ${a.axis}`,
    explanation: 'A position in one axis must not select from another.',
    wrong: 'dim N, K, D\ndata c: index[N] of K, w: R[D]\ns = sum[n] w[c[n]]',
    right: 'dim N, K\ndata c: index[N] of K, w: R[K]\ns = sum[n] w[c[n]]',
  },
  'empty-range': {
    severity: 'error',
    message: (a: { from: string; to: string }) => `the range ${a.from}..${a.to} is empty`,
    explanation: 'Ranges run upwards and contain both ends.',
    wrong: 's = sum[i in 5..1] i',
    right: 's = sum[i in 1..5] i',
  },
  'bad-recurrence': {
    severity: 'error',
    message: (a: { reason: string }) => `this recurrence cannot run: ${a.reason}`,
    hint: 'a step may use the states of the step before, `h[t-1]`, and what it has defined itself',
    explanation: 'Inside `recur t in 1..T { … }` every state has an initial value (`init h[0] = …`) and a rule `h[t] = …` that looks back, not ahead.',
    wrong: 'dim T\nrecur t in 1..T {\n  h[t] = h[t-1] + 1\n}',
    right: 'dim T\nrecur t in 1..T {\n  init h[0] = 0\n  h[t] = h[t-1] + 1\n}',
  },
  'bad-family': {
    severity: 'error',
    message: (a: { name: string; reason: string }) => `the family \`${a.name}\` cannot be unrolled: ${a.reason}`,
    hint: 'layers are counted at compile time: `dim n = [784, 128, 10]`',
    explanation: 'A family `W[l in 1..L]` is unrolled when the formula is compiled, so the number of its members must be known then.',
    wrong: 'dim L\nparam W[l in 1..L]: R\ny = W[1]',
    right: 'param W[l in 1..2]: R\ny = W[1]',
  },
} as const satisfies Record<string, Entry>;
