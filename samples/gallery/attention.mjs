/** A head of attention that learns to look things up: every row asks for the key of another row and wants its value. Trained on forty lists, shown on one that it never saw: the map says where each row looks, a point where it should. */
export function run({ create }, { chartSvg, lbfgs, pack, Random }) {
  const [T, V] = [10, 3];
  // a row is its key, the key that it asks for, both as one of T, and its value
  const [D, K] = [2 * T + V, T];
  const random = new Random(2);
  const shuffled = () => {
    const order = Int32Array.from({ length: T }, (_, k) => k);
    random.shuffle(order);
    return order;
  };
  const list = () => {
    const [key, asked] = [shuffled(), shuffled()];
    const values = Array.from({ length: T }, () => Array.from({ length: V }, () => random.normal()));
    const wanted = Array.from(asked, (k) => key.indexOf(k));
    const oneOf = (k) => Array.from({ length: T }, (_, j) => Number(j === k));
    return { wanted, X: Float64Array.from(values.flatMap((value, t) => [...oneOf(key[t]), ...oneOf(asked[t]), ...value])), Y: Float64Array.from(wanted.flatMap((s) => values[s])) };
  };

  const lists = Array.from({ length: 40 }, list);
  const model = create({ T, D, K, V });
  const part = model.newGradient();
  const small = (length) => Float64Array.from({ length }, () => 0.2 * random.normal());
  const objective = pack({
    params: { Wq: small(D * K), Wk: small(D * K), Wv: small(D * V) },
    gradient: model.newGradient(),
    valueGradient: (params, out) => {
      for (const sum of Object.values(out)) sum.fill(0);
      let loss = 0;
      for (const data of lists) {
        loss += model.valueGradient(params, data, part) / lists.length;
        for (const [name, sum] of Object.entries(out)) part[name].forEach((v, i) => { sum[i] += v / lists.length; });
      }
      return loss;
    },
  });
  const result = lbfgs(objective, objective.start, { maxIterations: 200 });

  const unseen = list();
  const { A } = model.newResults();
  model.attention(objective.unpack(result.x), unseen, { A });
  const right = unseen.wanted.filter((s, t) => A.subarray(t * T, (t + 1) * T).every((weight) => weight <= A[t * T + s])).length;
  return {
    figures: { 'rows of the new list that look at the right one': `${right} of ${T}`, 'loss at the start': objective.valueGradient(objective.start, new Float64Array(objective.dimension)), 'loss after training': result.value < 1e-6 ? 'below 1e-6' : result.value },
    picture: chartSvg([{ name: 'the row that has what is asked for', x: unseen.wanted.map((s) => s + 1), y: unseen.wanted.map((_, t) => t + 1), marks: 'points', colour: '#d62728' }],
      { xLabel: 'row that is looked at', yLabel: 'row that asks', scale: 'linear', aspect: 'equal', height: 520, shades: { x: [0.5, T + 0.5], y: [0.5, T + 0.5], columns: T, rows: T, values: A } }),
  };
}
