/**
 * Recursion without the machine stack: user formulas nest 1e5 deep, V8's stack holds about 1e4 frames.
 * A visitor is a generator that yields the visit of a child and receives its result:
 *
 *     function* visit(e: Expr): Visit<number> { const l = yield visit(e.left); … return l + r; }
 */
export type Visit<R> = Generator<Visit<R>, R, R>;

/** Runs a visit to its end with an explicit stack; depth is bounded by memory only. */
export function run<R>(root: Visit<R>): R {
  const stack: Visit<R>[] = [root];
  let step = root.next();
  for (;;) {
    if (!step.done) {
      stack.push(step.value);
      step = step.value.next();
      continue;
    }
    stack.pop();
    const parent = stack[stack.length - 1];
    if (parent === undefined) return step.value;
    step = parent.next(step.value);
  }
}
