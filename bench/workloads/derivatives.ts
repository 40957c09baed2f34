/** Time to differentiate and simplify, warm: SymPy's cases, and the antiderivatives of the Rubi suite where they are present. */
import { ask } from '../../src/answer/question.ts';
import { simplifyAnswer } from '../../src/answer/simplify.ts';
import { readExpression, refuseInto, tidy } from '../../src/compile.ts';
import { Bag } from '../../src/diagnostics/bag.ts';
import type { Model } from '../../src/elaborate/model.ts';
import { Builder } from '../../src/ir/build.ts';
import { readCorpus } from '../../tests/support/corpora.ts';
import { SYMPY_CASES } from '../../tests/support/sympy-cases.ts';
import type { Measured } from '../measure.ts';
import type { Table } from '../report.ts';
import { writeReport } from '../report.ts';

const ROUNDS = 5;
/** Every so manieth antiderivative. */
const STRIDE = 10;

export function run(): string {
  const sympy = SYMPY_CASES.map(({ name, formula, wrt, order }) => timed(name, () => {
    const { model, refuse } = read(formula);
    const asked = ask(model, valueOf(model), undefined, { order, wrt }, refuse);
    return () => simplifyAnswer(model, asked);
  }));
  const rubi = (readCorpus<{ antiderivative: string; variable: string }>('rubi_dev.jsonl.gz') ?? []).filter((_, k) => k % STRIDE === 0);
  const best = rubi.map((c) => {
    const { min } = timed(c.antiderivative, () => {
      const { model, refuse } = read(c.antiderivative);
      return () => {
        const { value, gradient } = ask(model, valueOf(model), undefined, { order: 1, wrt: [c.variable] }, refuse);
        tidy(new Builder(model.graph), { values: [value], derivatives: gradient.map((d) => d.node) }, [value]);
      };
    });
    return min;
  }).sort((x, y) => x - y);
  const at = (share: number): Measured => row(`${share * 100} % take at most`, best[Math.floor((best.length - 1) * share)] ?? Number.NaN);
  const tables: Table[] = [
    { title: 'derivatives of SymPy\'s cases, simplified and in reading form', unit: 'ms', rows: sympy },
    { title: `differentiate and simplify, every ${STRIDE}th of the Rubi suite`, unit: 'ms', rows: [at(0.5), at(0.9), at(1)] },
  ];
  return writeReport('derivatives', ROUNDS, tables);
}

const row = (name: string, min: number): Measured => ({ name, min, median: min, ratio: 1 });

/** `prepare` is not timed. */
function timed(name: string, prepare: () => () => void): Measured {
  const times = Array.from({ length: ROUNDS }, () => {
    const work = prepare();
    const start = performance.now();
    work();
    return performance.now() - start;
  }).sort((x, y) => x - y);
  return { ...row(name, times[0] ?? Number.NaN), median: times[ROUNDS >> 1] ?? Number.NaN };
}

function read(text: string): { model: Model; refuse: ReturnType<typeof refuseInto> } {
  const bag = new Bag();
  const model = readExpression({ name: '<bench>', text }, {}, bag);
  if (model === undefined) throw new Error(bag.diagnostics[0]?.message);
  return { model, refuse: refuseInto(bag) };
}

function valueOf(model: Model): number {
  if (model.answer?.kind !== 'value') throw new Error('no value');
  return model.answer.node;
}
