/** Delta and gamma of a call option over the price of the share: first and second derivatives of Black and Scholes. */
export function run(module, { chartSvg }) {
  const params = { ...module.newParams(), K: 100, T: 0.5, r: 0.03, sigma: 0.2 };
  const hessian = module.newHessian();
  const results = module.newResults();
  const S = Array.from({ length: 101 }, (_, k) => 60 + 0.8 * k);
  const rows = S.map((price) => {
    module.greeks({ ...params, S: price }, results);
    module.second({ ...params, S: price }, hessian);
    return { call: results.call / 40, delta: results.call_S, gamma: 20 * hessian.S_S };
  });
  const atTheMoney = rows[50];
  return {
    figures: { 'price at S = 100': 40 * atTheMoney.call, 'delta': atTheMoney.delta, 'gamma': atTheMoney.gamma / 20 },
    picture: chartSvg([
      { name: 'price / 40', x: S, y: rows.map((r) => r.call) },
      { name: 'delta = d price / d S', x: S, y: rows.map((r) => r.delta) },
      { name: '20 gamma = 20 d² price / d S²', x: S, y: rows.map((r) => r.gamma) },
    ], { xLabel: 'price S of the share', scale: 'linear' }),
  };
}
