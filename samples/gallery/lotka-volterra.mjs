/** Predators and prey: rates fitted through 100 Runge-Kutta steps by descending the exact gradient with L-BFGS. */
export function picture({ create }, { chartSvg, lbfgs, pack }) {
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
  const obs = Float64Array.from(seen.flat());
  const model = create({ T });
  const objective = pack({
    params: { ...model.newParams(), u0: Float64Array.of(8, 6) }, gradient: model.newGradient(),
    valueGradient: (params, gradient) => model.valueGradient(params, { obs }, gradient, { h }),
  });
  const raw = objective.unpack(lbfgs(objective, objective.start).x);
  // rates are optimised through exp, which keeps them positive
  const fitted = { a: Math.exp(raw.a), b: Math.exp(raw.b), c: Math.exp(raw.c), d: Math.exp(raw.d), u0: raw.u0 };
  const curve = simulate(fitted);
  const time = curve.map((_, t) => (t + 1) * h);
  return chartSvg([
    { name: 'prey seen', x: time, y: seen.map((u) => u[0]) }, { name: 'prey fitted', x: time, y: curve.map((u) => u[0]) },
    { name: 'predators seen', x: time, y: seen.map((u) => u[1]) }, { name: 'predators fitted', x: time, y: curve.map((u) => u[1]) },
  ], { xLabel: 'time', scale: 'linear' });
}
