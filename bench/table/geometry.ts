/** Geometry: residuals of cameras with the Jacobian without its zeros, and an arm with every partial. */
import { emitted, sample, waves, type Filled, type Workload } from './workload.ts';

const bundleAdjustment: Workload = {
  name: 'bundle-adjustment',
  title: "ADBench's bundle adjustment, 10 cameras, 500 points, 2,000 observations: residuals and sparse Jacobian",
  locals: () => {
    const [C, P, O] = [10, 500, 2000];
    const params = { camera: waves(C * 11, 0.1, 1), X: waves(P * 3, 0.3, 1).map((x) => x + 2), w: waves(O, 0.5, 1) };
    const data = { cam: Int32Array.from({ length: O }, (_, o) => o % C), pt: Int32Array.from({ length: O }, (_, o) => (o * 7) % P), feat: waves(O * 2, 0.7, 1) };
    const model = sample('adbench/ba.diff');
    const alone = `${model.slice(0, model.indexOf('derive'))}\nderive value of err, werr as alone\n`;
    const filled = (o: Readonly<Record<string, Filled>>): Filled[] => [o['err']!, o['werr']!];
    const sizes = { C, P, O };
    return [
      ...emitted({ model, sizes, run: 'errors', room: 'newResults', params, data, filled }),
      ...emitted({ model: alone, sizes, run: 'alone', room: 'newResults', params, data, filled, prefix: 'value alone, ' }),
    ];
  },
  goals: [{ of: 'emitted', to: 'value alone, emitted', atMost: 2.5 }],
};

/** Joint angles, twists, lengths and offsets, as the module calls them. */
const LINKS = ['q', 'alpha', 'a', 'd'].flatMap((name) => [1, 2, 3, 4, 5, 6].map((joint) => `${name}${joint}`));

const rotaryMechanism: Workload = {
  name: 'rotary-mechanism',
  title: 'A rotary mechanism of six joints: distance of the tip with all 24 partials',
  locals: () => {
    const model = sample('models/22-rotary-mechanism.diff');
    const alone = `${model.slice(0, model.indexOf('derive'))}\nderive value of E as alone\n`;
    const values = waves(LINKS.length, 0.3, 1);
    const params = Object.fromEntries(LINKS.map((name, k) => [name, values[k] ?? 0]));
    const data = { target: waves(3, 0.7, 2) };
    return [
      ...emitted({ model, run: 'distance', params, data, filled: (o) => LINKS.map((name) => o[name]!) }),
      ...emitted({ model: alone, run: 'alone', room: '', params, data, filled: () => [], prefix: 'value alone, ' }),
    ];
  },
  goals: [{ of: 'emitted', to: 'value alone, emitted', atMost: 3 }],
};

export const geometryWorkloads: readonly Workload[] = [bundleAdjustment, rotaryMechanism];
