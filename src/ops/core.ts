/**
 * The few operations that structural rules must name: a pass imports them as values from here,
 * so that a renamed row is a compile error and no pass spells an operation's name.
 */
import type { OpName } from './table.ts';

export const core = {
  where: 'where', eq: 'eq', gt: 'gt', lt: 'lt', ge: 'ge', le: 'le',
  and: 'and', not: 'not', max: 'max', min: 'min', abs: 'abs', floor: 'floor',
  exp: 'exp', ln: 'ln', sqrt: 'sqrt', pow: 'pow',
  sin: 'sin', cos: 'cos', sinh: 'sinh', cosh: 'cosh', sigmoid: 'sigmoid', softplus: 'softplus',
  hypot: 'hypot', root0: 'root0', diffsq: 'diffsq', log1p: 'log1p', logaddexp: 'logaddexp', xdivy: 'xdivy', xlogy: 'xlogy', xlog1py: 'xlog1py', xexpy: 'xexpy', sigmoidrest: 'sigmoidrest', exprest: 'exprest', tanh: 'tanh', sech2: 'sech2', tanhslope: 'tanhslope', sech: 'sech', erfc: 'erfc', ndtr: 'ndtr', expsq: 'expsq', sinq: 'sinq', sinqslope: 'sinqslope', sinqrest: 'sinqrest', powm1: 'powm1', pow1p: 'pow1p', pow1pm1: 'pow1pm1', lnmul: 'lnmul', lndiv: 'lndiv',
} as const satisfies Record<string, OpName>;
