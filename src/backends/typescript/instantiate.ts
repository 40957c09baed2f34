/** Runs an emitted JavaScript module in this process. Only text made by this backend ever comes here. */

export type Instance = Readonly<Record<string, unknown>>;

/**
 * The exports of a JavaScript module that `compile` made with `target: 'js'`, run in this process. Throws `EvalError` where
 * a page's security policy forbids `new Function`.
 */
export function instantiate(code: string): Instance {
  const names = [...code.matchAll(/^export function (\w+)/gmu)].map((m) => m[1] ?? '');
  const body = `'use strict';\n${code.replace(/^export function/gm, 'function')}\nreturn { ${names.join(', ')} };`;
  return run(body) as Instance;
}

/** What the body of a function gives, made of emitted text. A page whose policy forbids this throws `EvalError`. */
export function run(body: string): unknown {
  const made = new Function(body) as () => unknown;
  return made();
}
