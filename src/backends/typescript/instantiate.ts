/** Runs an emitted JavaScript module in this process. Only text made by this backend ever comes here. */

export type Instance = Readonly<Record<string, unknown>>;

/** The exports of a module that `plainJavaScript` made. */
export function instantiate(code: string): Instance {
  const names = [...code.matchAll(/^export function (\w+)/gmu)].map((m) => m[1] ?? '');
  const body = `'use strict';\n${code.replace(/^export function/gm, 'function')}\nreturn { ${names.join(', ')} };`;
  const run = new Function(body) as () => Instance;
  return run();
}
