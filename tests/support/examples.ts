/** Examples of the catalogue of diagnostics, read as far as the stage that reports them. */
import { decideClaims } from '../../src/answer/decided.ts';
import { ask } from '../../src/answer/question.ts';
import { readExpression, readModel, refuseInto } from '../../src/compile.ts';
import { Bag } from '../../src/diagnostics/bag.ts';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import type { Source } from '../../src/diagnostics/span.ts';
import { planInto } from '../../src/generate.ts';
import { parseExpression, parseFile } from '../../src/frontends/math/parse.ts';

type Read = (source: Source, bag: Bag) => unknown;

/** What the examples of imports import. */
const imported = new Map([
  ['./rotate.diff', 'fn rotate(w: R[3], v: R[3]): R[3] {\n  return v + cross(w, v)\n}'],
  ['./self.diff', 'import { g } from "./self.diff"\nf(x) = x^2'],
]);
function load(path: string): Source | undefined {
  const text = imported.get(path);
  return text === undefined ? undefined : { name: path, text };
}

/** How far a text is taken: mistakes of reading are shown alone, others through the front, those of derivatives and checks to the answer. */
function reader(stage: string, line: boolean): Read {
  if (stage === 'parsing') return line ? parseExpression : parseFile;
  if (stage !== 'differentiation') return line ? (source, bag) => readExpression(source, { load }, bag) : (source, bag) => readModel(source, { load }, bag);
  if (!line) return (source, bag) => { const model = readModel(source, { load }, bag); if (model === undefined || bag.hasErrors) return model; if (model.requests.length > 0) planInto(bag, model, source.name); return decideClaims(model, bag); };
  return (source, bag) => {
    const model = readExpression(source, { load }, bag);
    const answer = model?.answer;
    return model && answer?.kind === 'value' ? ask(model, answer.node, undefined, { order: 1 }, refuseInto(bag)) : undefined;
  };
}

/** What is said of an example of the catalogue, taken as far as its stage. */
export function diagnosticsOf(stage: string, line: boolean, text: string): readonly Diagnostic[] {
  const bag = new Bag();
  reader(stage, line)({ name: line ? '<expression>' : 'model.diff', text }, bag);
  return bag.diagnostics;
}
