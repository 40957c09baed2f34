/** The rules a derivation names: the ids are stable, tools may rely on them. */

export const ruleTitles = {
  'constant': 'constant rule',
  'identity': 'derivative of the variable itself',
  'sum': 'sum rule',
  'constant-factor': 'constant factor rule',
  'product': 'product rule',
  'quotient': 'quotient rule',
  'power': 'power rule',
  'exponential': 'exponential rule',
  'log-derivative': 'logarithmic derivative',
  'table': 'table of derivatives',
  'chain': 'chain rule',
  'cases': 'case by case',
  'opaque': 'derivative of a given function',
  'reverse-mode': 'all elements at once',
  'put-together': 'put together',
  'normal-form': 'collect like terms and powers',
  'implied-facts': 'use what the function itself implies',
  'angles': 'addition theorems',
  'common-factor': 'take out common factors',
  'reading-form': 'rewrite in the form that is shortest to read',
} as const;

export type RuleId = keyof typeof ruleTitles;
