/** Distributions after `~`: their normalised log densities, as text in the language itself. */

export interface Distribution {
  readonly parameters: readonly string[];
  /** values of leading parameters that a shorter call leaves out: `HalfNormal(s)` is `HalfNormal(0, s)` */
  readonly leading?: string;
  /** log density of `x`; elementwise, unless the distribution is of a whole vector */
  readonly density: string;
  readonly doc: string;
}

/** ln of the integral of det(C)^(eta - 1): Lewandowski, Kurowicka, Joe, Journal of Multivariate Analysis 100 (2009), equation 16. */
const LKJ_CONSTANT = '∑ (k = 1 to rows(x) - 1) [(2*eta - 2 + k)*k*ln(2) + k*(2*lgamma(eta + (k - 1)/2) - lgamma(2*eta + k - 1))]';

const DISTRIBUTIONS = {
  Normal: { parameters: ['mu', 'sigma'], density: '-((x - mu) ./ sigma).^2/2 - ln(sigma) - ln(2*pi)/2', doc: 'Mean and standard deviation.' },
  HalfNormal: { parameters: ['mu', 'sigma'], leading: '0', density: 'ln(2) - ((x - mu) ./ sigma).^2/2 - ln(sigma) - ln(2*pi)/2', doc: 'A normal distribution folded to x >= mu.' },
  LogNormal: { parameters: ['mu', 'sigma'], density: '-((ln(x) - mu) ./ sigma).^2/2 - ln(sigma) - ln(x) - ln(2*pi)/2', doc: 'ln(x) is normal.' },
  Cauchy: { parameters: ['mu', 'sigma'], density: '-ln(pi) - ln(sigma) - log1p(((x - mu) ./ sigma).^2)', doc: 'Location and scale.' },
  HalfCauchy: { parameters: ['mu', 'sigma'], leading: '0', density: 'ln(2) - ln(pi) - ln(sigma) - log1p(((x - mu) ./ sigma).^2)', doc: 'A Cauchy distribution folded to x >= mu.' },
  StudentT: {
    parameters: ['nu', 'mu', 'sigma'],
    density: 'lgamma((nu + 1)/2) - lgamma(nu/2) - ln(pi*nu)/2 - ln(sigma) - ((nu + 1)/2) .* log1p(((x - mu) ./ sigma).^2 ./ nu)',
    doc: 'Degrees of freedom, location, scale.',
  },
  Laplace: { parameters: ['mu', 'b'], density: '-abs(x - mu) ./ b - ln(2*b)', doc: 'Location and scale.' },
  Logistic: { parameters: ['mu', 's'], density: '-(x - mu) ./ s - ln(s) - 2*softplus(-(x - mu) ./ s)', doc: 'Location and scale.' },
  Uniform: { parameters: ['a', 'b'], density: 'if x >= a and x <= b then -ln(b - a) else -inf', doc: 'On the interval from a to b.' },
  Exponential: { parameters: ['rate'], density: 'ln(rate) - rate .* x', doc: 'Rate, the reciprocal of the mean.' },
  Gamma: { parameters: ['shape', 'rate'], density: 'shape .* ln(rate) - lgamma(shape) + (shape - 1) .* ln(x) - rate .* x', doc: 'Shape and rate.' },
  InvGamma: { parameters: ['shape', 'scale'], density: 'shape .* ln(scale) - lgamma(shape) - (shape + 1) .* ln(x) - scale ./ x', doc: 'Shape and scale.' },
  Beta: { parameters: ['a', 'b'], density: '(a - 1) .* ln(x) + (b - 1) .* log1p(-x) - lgamma(a) - lgamma(b) + lgamma(a + b)', doc: 'On the interval from 0 to 1.' },
  Bernoulli: { parameters: ['p'], density: 'xlogy(x, p) + xlog1py(1 - x, -p)', doc: 'Probability of 1.' },
  BernoulliLogit: { parameters: ['z'], density: 'x .* z - softplus(z)', doc: 'Log-odds of 1.' },
  Binomial: { parameters: ['n', 'p'], density: 'lgamma(n + 1) - lgamma(x + 1) - lgamma(n - x + 1) + xlogy(x, p) + xlog1py(n - x, -p)', doc: 'Number of trials and probability.' },
  Poisson: { parameters: ['rate'], density: 'xlogy(x, rate) - rate - lgamma(x + 1)', doc: 'Mean.' },
  Geometric: { parameters: ['p'], density: 'ln(p) + xlog1py(x, -p)', doc: 'Failures before the first success.' },
  Multinomial: { parameters: ['p'], density: 'lgamma(sum(x) + 1) - sum(lgamma(x + 1)) + sum(xlogy(x, p))', doc: 'Probabilities of the classes; x are counts.' },
  MvNormal: {
    parameters: ['mu', 'S'],
    density: '-norm2(solve_lower(cholesky(S), x - mu))^2/2 - sum(ln(diag(cholesky(S)))) - length(x)*ln(2*pi)/2',
    doc: 'Mean vector and covariance matrix.',
  },
  Dirichlet: { parameters: ['alpha'], density: 'sum((alpha + 0*x - 1) .* ln(x)) - sum(lgamma(alpha + 0*x)) + lgamma(sum(alpha + 0*x))', doc: 'Concentrations, one for all or one each, of positive numbers that sum to 1.' },
  LKJ: { parameters: ['eta'], density: `(eta - 1)*logdet(x) - ${LKJ_CONSTANT}`, doc: 'Of correlation matrices; with shape 1 all are alike.' },
  LKJCholesky: { parameters: ['eta'], density: `∑ (i = 1 to rows(x)) [(rows(x) - i + 2*eta - 2)*ln(x[i, i])] - ${LKJ_CONSTANT}`, doc: 'Of the Cholesky factors of correlation matrices.' },
} as const satisfies Record<string, Distribution>;

/** The rows of the page of functions: how each is called, and what its parameters are. */
export function distributionsReference(): string[] {
  return Object.entries<Distribution>(DISTRIBUTIONS).map(([name, { parameters, leading, doc }]) => {
    const calls = [`${name}(${parameters.join(', ')})`, ...(leading === undefined ? [] : [`${name}(${parameters.slice(1).join(', ')})`])];
    return `| ${calls.map((call) => `\`${call}\``).join(', ')} | ${doc.replaceAll('|', '\\|')} |`;
  });
}

const byName: ReadonlyMap<string, Distribution> = new Map(Object.entries(DISTRIBUTIONS));

export function findDistribution(name: string): Distribution | undefined {
  return byName.get(name);
}
export function distributionNames(): readonly string[] {
  return [...byName.keys()];
}
