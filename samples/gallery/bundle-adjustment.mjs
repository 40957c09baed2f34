/** Five photographs of a cube of 27 points: cameras and points recovered together from where the points are seen, by Levenberg-Marquardt. The blocks of the Jacobian say how each sighting depends on its camera and its point. */
export function run({ create }, { chartSvg, levenbergMarquardt, pack, Random }) {
  const [C, P] = [5, 27];
  const O = C * P;
  const random = new Random(3);
  const cam = Int32Array.from({ length: O }, (_, o) => Math.floor(o / P));
  const pt = Int32Array.from({ length: O }, (_, o) => o % P);
  const model = create({ C, P, O });
  const results = model.newResults();
  const sightings = (params, z) => {
    model.residuals(params, { cam, pt, z }, results);
    return results.res;
  };

  const truth = model.newParams();
  truth.X.set(Array.from({ length: P }, (_, p) => [(p % 3) - 1, (Math.floor(p / 3) % 3) - 1, Math.floor(p / 9) - 1]).flat());
  for (let c = 0; c < C; c += 1) {
    truth.rot.set([0.15 * Math.sin(2 * c), 0.35 * (c - 2), 0.05 * c], 3 * c);
    truth.t.set([0.1 * (c - 2), 0.1 * Math.cos(c), -6], 3 * c);
    truth.f[c] = 500;
  }
  const noise = 0.5;
  const z = sightings(truth, new Float64Array(2 * O)).map((v) => v + noise * random.normal());
  const about = (values, spread) => values.map((v) => v + spread * random.normal());
  const start = { rot: about(truth.rot, 0.05), t: about(truth.t, 0.1), f: about(truth.f, 10), kd: truth.kd.slice(), X: about(truth.X, 0.15) };

  const { dimension, start: from, unpack, segment } = pack({ params: start, gradient: model.newGradient(), valueGradient: (p, out) => model.valueGradient(p, { cam, pt, z }, out) });
  const blocks = [['rot', cam, 3], ['t', cam, 3], ['f', cam, 1], ['kd', cam, 2], ['X', pt, 3]].map(([name, owner, width]) => ({ name, owner, width, first: segment(name)[0] }));
  const solved = levenbergMarquardt({
    dimension, observations: 2 * O,
    residuals: (x, r) => r.set(sightings(unpack(x), z)),
    jacobian: (x, r, J) => {
      r.set(sightings(unpack(x), z));
      J.fill(0);
      for (const { name, owner, width, first } of blocks) {
        for (let row = 0; row < 2 * O; row += 1) J.set(results[name].subarray(row * width, (row + 1) * width), row * dimension + first + owner[row >> 1] * width);
      }
    },
  }, from, { maxIterations: 60 });

  const seenBy = (params) => sightings(params, new Float64Array(2 * O)).slice(4 * P, 6 * P);
  const rms = (r) => Math.sqrt(r.reduce((sum, v) => sum + v * v, 0) / O);
  const points = (name, at, colour) => ({ name, colour, marks: 'points', x: at.filter((_, i) => i % 2 === 0), y: at.filter((_, i) => i % 2 === 1) });
  const [before, after, seen] = [seenBy(start), seenBy(unpack(solved.x)), z.slice(4 * P, 6 * P)];
  const misses = { name: '', colour: '#bbb', x: [...Array(P).keys()].flatMap((p) => [seen[2 * p], before[2 * p], 0]), y: [...Array(P).keys()].flatMap((p) => [seen[2 * p + 1], before[2 * p + 1], Number.NaN]) };
  return {
    figures: { 'parameters': dimension, 'distance of a point from where it is seen, before': `${rms(sightings(start, z)).toFixed(1)} pixels`, 'after': `${rms(solved.residuals).toFixed(2)} pixels`, 'noise of the sightings': `${(noise * Math.SQRT2).toFixed(2)} pixels` },
    picture: chartSvg([misses, points('where the third camera sees the points', seen, '#1f77b4'), points('where they would be seen before', before, '#ff7f0e'), points('and after', after, '#d62728')],
      { xLabel: 'pixels', scale: 'linear', aspect: 'equal', height: 520 }),
  };
}
