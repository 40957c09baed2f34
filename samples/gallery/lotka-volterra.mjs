/** Predators and prey: rates fitted through 100 Runge-Kutta steps by descending the exact gradient with L-BFGS. */
export function run({ create }, { chartSvg, lbfgs, pack }) {
  const T = 100;
  const h = 0.1;
  const simulate = ({ a, b, c, d, u0 }) => {
    const field = ([p, q]) => [a * p - b * p * q, d * p * q - c * q];
    let u = [...u0];
    return Array.from({ length: T }, () => {
      const k1 = field(u);
      const k2 = field(u.map((v, i) => v + (h / 2) * k1[i]));
      const k3 = field(u.map((v, i) => v + (h / 2) * k2[i]));
      const k4 = field(u.map((v, i) => v + h * k3[i]));
      u = u.map((v, i) => v + (h / 6) * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]));
      return u;
    });
  };
  const seen = simulate({ a: 1.1, b: 0.4, c: 0.4, d: 0.1, u0: [10, 5] }).map((u, t) => u.map((v, i) => v * (1 + 0.05 * Math.sin(11 * t + 5 * i))));
  // a long curve has wrong minima, where rates make other waves meet some of the points: begin with a short part of it
  let start = { a: 0, b: 0, c: 0, d: 0, u0: Float64Array.of(8, 6) };
  for (const known of [15, 40, T]) {
    const obs = Float64Array.from(seen.slice(0, known).flat());
    const model = create({ T: known });
    const objective = pack({ params: start, gradient: model.newGradient(), valueGradient: (params, gradient) => model.valueGradient(params, { obs }, gradient, { h }) });
    start = objective.unpack(lbfgs(objective, objective.start).x);
  }
  // rates are optimised through exp, which keeps them positive
  const fitted = { a: Math.exp(start.a), b: Math.exp(start.b), c: Math.exp(start.c), d: Math.exp(start.d), u0: start.u0 };
  const curve = simulate(fitted);
  const time = curve.map((_, t) => (t + 1) * h);
  return {
    figures: { 'rates found': [fitted.a, fitted.b, fitted.c, fitted.d].map((rate) => rate.toFixed(3)).join(', '), 'rates in truth': '1.1, 0.4, 0.4, 0.1' },
    picture: chartSvg([
      { name: 'prey', marks: 'points', colour: '#1f77b4', x: time, y: seen.map((u) => u[0]) }, { name: '', colour: '#1f77b4', x: time, y: curve.map((u) => u[0]) },
      { name: 'predators; lines are fitted', marks: 'points', colour: '#d62728', x: time, y: seen.map((u) => u[1]) }, { name: '', colour: '#d62728', x: time, y: curve.map((u) => u[1]) },
    ], { xLabel: 'time', scale: 'linear' }),
  };
}
