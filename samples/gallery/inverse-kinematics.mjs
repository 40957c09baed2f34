/** An arm of five links whose hand follows a figure of eight: the angles for every place by L-BFGS, beginning at those for the place before. */
export function run({ create }, { chartSvg, lbfgs, pack }) {
  const ell = Float64Array.of(1, 0.9, 0.7, 0.5, 0.3);
  const J = ell.length;
  const model = create({ J });
  const gradient = model.newGradient();
  const anglesFor = (target, start) => {
    const data = { ell, target: Float64Array.from(target) };
    const objective = pack({ params: { q: start }, gradient, valueGradient: (params, out) => model.valueGradient(params, data, out, { damping: 0 }) });
    return lbfgs(objective, objective.start, { gradientTolerance: 1e-12 });
  };
  const jointsAt = (q) => {
    let [x, y, angle] = [0, 0, 0];
    return [[0, 0], ...Array.from(q, (turn, j) => {
      angle += turn;
      x += ell[j] * Math.cos(angle);
      y += ell[j] * Math.sin(angle);
      return [x, y];
    })];
  };

  const path = Array.from({ length: 81 }, (_, k) => (2 * Math.PI * k) / 80).map((t) => [1.6 + 0.8 * Math.sin(2 * t), 0.9 + 0.9 * Math.sin(t)]);
  let q = new Float64Array(J).fill(0.4);
  const poses = path.map((target) => {
    q = anglesFor(target, q).x;
    return jointsAt(q);
  });
  const miss = Math.max(...poses.map((joints, k) => Math.hypot(joints[J][0] - path[k][0], joints[J][1] - path[k][1])));

  const drawn = poses.filter((_, k) => k % 16 === 8);
  // a line is broken where a height is missing
  const links = drawn.flatMap((joints) => [...joints, [0, Number.NaN]]);
  return {
    figures: { 'places': path.length, 'largest miss of the hand': miss < 1e-8 ? 'below 1e-8' : miss },
    picture: chartSvg([
      { name: 'the path to follow', colour: '#d62728', x: path.map(([x]) => x), y: path.map(([, y]) => y) },
      { name: 'the arm at five of the places', x: links.map(([x]) => x), y: links.map(([, y]) => y), colour: '#1f77b4' },
      { name: '', marks: 'points', colour: '#1f77b4', x: drawn.flat().map(([x]) => x), y: drawn.flat().map(([, y]) => y) },
    ], { xLabel: '', scale: 'linear', aspect: 'equal', height: 480 }),
  };
}
