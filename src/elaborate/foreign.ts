/** Names that other languages, libraries and countries use for what has another name here. */
import { integrals } from '../ast/notation.ts';
import type { Span } from '../diagnostics/span.ts';
import type { ReportOptions } from '../diagnostics/bag.ts';
import { families, findOp, rowOf } from '../ops/table.ts';
import { subscripted } from './syntax.ts';
import { constantNames } from './vocabulary.ts';

/** Other spellings of functions that exist. */
const renamed: ReadonlyMap<string, string> = new Map([
  ['sine', 'sin'], ['cosine', 'cos'], ['tangent', 'tan'], ['sen', 'sin'], ['arcsen', 'asin'], ['arctg', 'atan'], ['arcctg', 'acot'], ['lg', 'log10'], ['lb', 'log2'],
  ['logarithm', 'ln'], ['fabs', 'abs'], ['absolute', 'abs'], ['signum', 'sign'], ['sigm', 'sigmoid'], ['sigma', 'sigmoid'], ['Phi', 'ndtr'], ['normcdf', 'ndtr'], ['norm_cdf', 'ndtr'], ['maximum', 'max'], ['minimum', 'min'], ['average', 'mean'],
  ['avg', 'mean'], ['total', 'sum'], ['product', 'prod'], ['trace', 'tr'], ['inverse', 'inv'], ['determinant', 'det'], ['logsumexp2', 'logsumexp'], ['len', 'length'],
  ['numel', 'length'], ['lgammafn', 'lgamma'], ['psi', 'digamma'], ['exponential', 'exp'], ['squareroot', 'sqrt'], ['identity', 'eye'],
]);
/** What is written without a function of that name. */
const written: ReadonlyMap<string, string> = new Map([
  ['power', 'write `x^n`'], ['square', 'write `x^2`'], ['root', 'write `sqrt(x)` or `x^(1/n)`'], ['nthroot', 'write `x^(1/n)`'],
  ['factorial', 'write `n!`'], ['fact', 'write `n!`'], ['choose', 'write `n!/(k!*(n - k)!)`'], ['binomial', 'write `n!/(k!*(n - k)!)`'], ['binom', 'write `n!/(k!*(n - k)!)`'],
  ['comb', 'write `n!/(k!*(n - k)!)`'], ['nCr', 'write `n!/(k!*(n - k)!)`'], ['matmul', 'write `A*B`'], ['mm', 'write `A*B`'], ['multiply', 'write `a*b`'], ['add', 'write `a + b`'],
  ['divide', 'write `a/b`'], ['heaviside', 'write `if x > 0 then 1 else 0`'], ['integrate', integrals], ['integral', integrals],
  ['int', integrals], ['limit', 'write `lim(x -> 0) …`'], ['solveset', 'equations are not solved'], ['simplify', 'derivatives are simplified anyway: write the formula alone'],
  ['expand', 'write the formula alone'], ['factor', 'write the formula alone'], ['print', 'write the formula alone'], ['plot', 'use the command: `diffc plot "sin(x)"`'],
  ['range', 'a range is written `1..N`'], ['array', 'a vector is written `[1, 2, 3]`'], ['tensor', 'a vector is written `[1, 2, 3]`'], ['list', 'a vector is written `[1, 2, 3]`'],
  ['var', 'write `mean((x - mean(x)).^2)`'], ['variance', 'write `mean((x - mean(x)).^2)`'], ['std', 'write `sqrt(mean((x - mean(x)).^2))`'], ['cov', 'write `mean((x - mean(x)) .* (y - mean(y)))`'],
  ...['mse', 'MSE', 'mean_squared_error', 'mse_loss', 'l2_loss'].map((name) => [name, 'write `mean((y - p).^2)`'] as const),
  ...['mae', 'MAE', 'mean_absolute_error', 'l1_loss'].map((name) => [name, 'write `mean(abs(y - p))`'] as const),
  ['rmse', 'write `sqrt(mean((y - p).^2))`'], ['RMSE', 'write `sqrt(mean((y - p).^2))`'], ['sse', 'write `sum((y - p).^2)`'],
  ...['cross_entropy', 'crossentropy', 'CrossEntropy', 'categorical_crossentropy'].map((name) => [name, 'write `-sum(y .* ln(p))`, of scores z `-sum(y .* log_softmax(z))`'] as const),
  ...['nll', 'nll_loss'].map((name) => [name, 'write `-log_softmax(z)[k]` for the class k'] as const),
  ...['bce', 'BCE', 'binary_cross_entropy', 'binary_crossentropy', 'log_loss'].map((name) => [name, 'write `-(y*ln(p) + (1 - y)*ln(1 - p))`, of a score z `softplus(z) - y*z`'] as const),
  ...['kl', 'KL', 'kl_div'].map((name) => [name, 'write `sum(p .* ln(p ./ q))`'] as const),
  ...['hinge', 'hinge_loss'].map((name) => [name, 'write `max(0, 1 - y*s)`'] as const),
  ['random', 'formulas have no random numbers: `y ~ Normal(mu, sigma)` states a distribution'], ['rand', 'formulas have no random numbers: `y ~ Normal(mu, sigma)` states a distribution'],
]);
const types: ReadonlyMap<string, string> = new Map([
  ['float', 'R'], ['double', 'R'], ['number', 'R'], ['real', 'R'], ['float32', 'R'], ['float64', 'R'], ['Real', 'R'], ['Float', 'R'], ['num', 'R'], ['f64', 'R'], ['f32', 'R'],
  ['integer', 'int'], ['Int', 'int'], ['int32', 'int'], ['long', 'int'], ['boolean', 'bool'], ['Bool', 'bool'],
]);
const arrays: ReadonlySet<string> = new Set(['Float64Array', 'Float32Array', 'array', 'Array', 'list', 'List', 'tensor', 'Tensor', 'ndarray', 'vec', 'Vec']);
const distributions: ReadonlyMap<string, string> = new Map([
  ['Gaussian', 'Normal'], ['gaussian', 'Normal'], ['N', 'Normal'], ['norm', 'Normal'], ['Gauss', 'Normal'], ['T', 'StudentT'], ['t', 'StudentT'], ['Student', 'StudentT'],
  ['Exp', 'Exponential'], ['expon', 'Exponential'], ['U', 'Uniform'], ['InverseGamma', 'InvGamma'], ['MultivariateNormal', 'MvNormal'], ['MVN', 'MvNormal'], ['Bern', 'Bernoulli'],
]);

/** Functions that differentiate; here the line itself is what is differentiated. */
const derivatives: ReadonlySet<string> = new Set(['diff', 'derivative', 'D', 'd', 'grad', 'gradient']);
const objects: ReadonlyMap<string, string> = new Map([['hessian', 'hessian'], ['hess', 'hessian'], ['jacobian', 'jacobian'], ['jac', 'jacobian']]);

const replaced = (span: Span, text: string): ReportOptions => ({ hint: `write \`${text}\``, fix: { span, text } });

/** `diff(x^2*y, x)`, `hessian(f)`: what to write for a derivative that is asked for as a call; undefined for other calls. */
export function foreignDerivative(name: string, args: readonly string[], call: Span): ReportOptions | undefined {
  const [body = '…', variable, order = '1'] = args;
  const object = objects.get(name);
  if (object !== undefined) return { hint: `ask for it on the command line: \`diffc "${body}" --derive ${object}\`` };
  if (!derivatives.has(name)) return undefined;
  // `d(x^2)/dx` and `diff()` are no calls with a variable
  if (args.length === 0 || (variable === undefined && name.length === 1)) return { hint: `write \`d/dx (${body})\`, or the formula alone` };
  if (variable === undefined || !/^\p{L}\w*$/u.test(variable)) return replaced(call, body);
  return replaced(call, /^[2-9]$/.test(order) ? `d^${order}/d${variable}^${order} (${body})` : `d/d${variable} (${body})`);
}

/** What to write for a function that does not exist; undefined when nothing is known of the name. */
export function foreignFunction(name: string, span: Span): ReportOptions | undefined {
  const same = renamed.get(name) ?? renamed.get(name.toLowerCase());
  if (same !== undefined) return replaced(span, same);
  const hint = written.get(name) ?? written.get(name.toLowerCase());
  if (hint !== undefined) return { hint };
  const mixed = /^d(\p{L})d(\p{L})$/u.exec(name);
  if (mixed !== null) return { hint: `a mixed derivative is written \`∂²/∂${mixed[1] ?? 'x'}∂${mixed[2] ?? 'y'} (…)\`` };
  // `xsin(y)`: letters in front of a function
  for (let k = 1; k <= 2 && name.length - k >= 2; k += 1) {
    const tail = name.slice(k);
    if (elementary.has(tail)) return replaced(span, `${name.slice(0, k)}*${tail}`);
  }
  return undefined;
}

export function foreignType(name: string, span: Span): ReportOptions {
  const same = types.get(name);
  if (same !== undefined) return replaced(span, same);
  return arrays.has(name) ? { hint: 'an array has its sizes in the type: `R[N]`, `R[N, D]`' } : {};
}

export function foreignDistribution(name: string, span: Span): ReportOptions | undefined {
  const same = distributions.get(name);
  return same === undefined ? undefined : replaced(span, same);
}

/** `Infinity`, `NaN`, `True`, `PI`: a constant in the spelling of another language. */
export function foreignConstant(name: string): string | undefined {
  if (name.length < 2 || /^(null|undefined|None|nil)$/.test(name)) return undefined;
  const folded = name.toLowerCase();
  return folded !== name && folded.length > 1 ? constantNames().find((c) => c === folded) : undefined;
}

/** Elementary functions: their names are hardly ever meant as variables. */
const elementary: ReadonlySet<string> = new Set(
  [families['Exponentials and logarithms'], families['Trigonometric functions'], families['Hyperbolic functions'], { sqrt: rowOf('sqrt'), abs: rowOf('abs') }]
    .flatMap((family) => Object.entries(family).flatMap(([name, { args, aliases = [] }]) => (args.length === 1 ? [name, ...aliases] : [])))
    .filter((name) => name.length > 2 || name === 'ln'),
);

export function isElementary(name: string): boolean {
  return elementary.has(name);
}

/** `int_0`, the sign of an integral with its lower limit */
export function isIntegral(name: string): boolean {
  const { base, suffix } = subscripted(name);
  return suffix !== '' && written.get(base) === integrals;
}

/** `sinx` is one name, and hardly ever meant as one. */
export function gluedFunction(name: string): string | undefined {
  const [, fn = '', argument = ''] = /^(sin|cos|tan|sqrt|exp|ln|log)([x-zt-w])$/.exec(name) ?? [];
  return fn === '' || findOp(name) !== undefined ? undefined : `${fn}(${argument})`;
}
