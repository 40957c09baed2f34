/** Elaborates until no size is left to be inferred. */
import type { Bag } from '../diagnostics/bag.ts';
import { InternalError } from '../diagnostics/internal.ts';
import type { Dim } from '../ir/dim.ts';
import { demandDefinition } from './definitions.ts';
import { visitExpression } from './expression.ts';
import { Pass, type ElaborateOptions } from './pass.ts';
import { Bindings } from './sizes.ts';

const MACHINERY = { visit: visitExpression, demand: demandDefinition };
/** Every repetition binds a size, so a text of ordinary length needs a handful. */
const MOST_PASSES = 10_000;

export interface Solved<M> {
  /** undefined when there are errors */
  readonly model: M | undefined;
  /** the last pass */
  readonly pass: Pass;
}

/** Runs passes over the same text; the last one is delivered. */
export function solve<M>(options: ElaborateOptions, bag: Bag, elaborate: (pass: Pass) => M): Solved<M> {
  const bindings = new Bindings();
  for (let round = 0; round < MOST_PASSES; round++) {
    const pass = new Pass(options, bindings, MACHINERY);
    const model = elaborate(pass);
    pass.sizes.settle();
    if (pass.sizes.learnt) continue;
    const unnamed = [...pass.sizes.flexible];
    if (unnamed.length > 0) {
      nameSizes(pass, unnamed, bindings);
      continue;
    }
    pass.deliver(bag);
    return { model: bag.hasErrors ? undefined : model, pass };
  }
  throw new InternalError('elaborate', 'sizes are not settled');
}

const MATRIX_NAMES = ['m', 'n', 'k', 'p', 'q', 'r', 's', 't'];
const MATH_NAMES = ['N', 'M', 'K', 'P', 'Q', 'S', 'D', 'H', 'J'];

/** Sizes that stay free are sizes of the model: they get short names that nothing else has. */
function nameSizes(pass: Pass, unnamed: readonly Dim[], bindings: Bindings): void {
  const pool = pass.options.mode === 'matrix' || pass.matrixMode ? MATRIX_NAMES : MATH_NAMES;
  const taken = new Set<string>([...pass.used, ...pass.inputs.keys(), ...pass.sizeNames]);
  let next = 0;
  for (const size of unnamed) {
    let name = pool[next] ?? `n${next}`;
    while (taken.has(name)) {
      next += 1;
      name = pool[next] ?? `n${next}`;
    }
    taken.add(name);
    bindings.rename(size, name);
    pass.sizeNames.add(name);
  }
}
