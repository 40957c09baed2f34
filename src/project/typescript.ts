/** What TypeScript's own compiler is needed for outside the backend; it comes with ts-morph and is loaded when called for. */

/** A module in TypeScript or JavaScript as the CommonJS text that `vm` can run. Types are dropped, not checked. */
export async function commonJs(path: string, text: string): Promise<string> {
  const { ts } = await import('ts-morph');
  const { outputText, diagnostics = [] } = ts.transpileModule(text, {
    fileName: path, reportDiagnostics: true,
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true, allowJs: true },
  });
  const [first] = diagnostics;
  if (first !== undefined) throw new SyntaxError(`${ts.flattenDiagnosticMessageText(first.messageText, ' ')}${position(first.file?.getLineAndCharacterOfPosition(first.start ?? 0))}`);
  return outputText;
}

const position = (at: { readonly line: number; readonly character: number } | undefined): string => (at === undefined ? '' : ` (line ${at.line + 1}, column ${at.character + 1})`);
