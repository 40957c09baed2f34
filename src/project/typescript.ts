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

export interface InlineCall {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface InlineUse {
  /** calls with a literal, in the order of the text */
  readonly calls: readonly InlineCall[];
  /** of the import, when it brings nothing else and every use of it is among the calls */
  readonly unneeded?: { readonly start: number; readonly end: number };
}

/** Where a file calls the `inline` it imports from diffc. Whatever hides the name hides it for good: such a file is left to run time. */
export async function inlineUse(path: string, text: string): Promise<InlineUse> {
  const { ts } = await import('ts-morph');
  const kind = /\.[cm]?js$/.test(path) ? ts.ScriptKind.JSX : path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, kind);
  const imported = file.statements.filter(ts.isImportDeclaration).find((s) => ts.isStringLiteral(s.moduleSpecifier) && s.moduleSpecifier.text === 'diffc');
  const bindings = imported?.importClause?.namedBindings;
  if (imported === undefined || bindings === undefined || !ts.isNamedImports(bindings)) return { calls: [] };
  const own = bindings.elements.find((e) => (e.propertyName ?? e.name).text === 'inline');
  if (own === undefined) return { calls: [] };
  const calls: InlineCall[] = [];
  let uses = 0;
  const open: import('ts-morph').ts.Node[] = file.statements.filter((s) => s !== imported);
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (ts.isIdentifier(node) && node.text === own.name.text && !(ts.isPropertyAccessExpression(node.parent) && node.parent.name === node)) {
      uses += 1;
      // a parameter or a variable of the same name
      if ((ts.isParameter(node.parent) || ts.isVariableDeclaration(node.parent) || ts.isBindingElement(node.parent) || ts.isFunctionLike(node.parent)) && node.parent.name === node) return { calls: [] };
    }
    const [argument] = ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === own.name.text && node.arguments.length === 1 ? node.arguments : [];
    if (argument !== undefined && ts.isStringLiteralLike(argument)) calls.push({ start: node.getStart(), end: node.getEnd(), text: argument.text });
    ts.forEachChild(node, (child) => void open.push(child));
  }
  const alone = uses === calls.length && bindings.elements.length === 1 && imported.importClause?.name === undefined;
  return { calls: inOrder(calls), ...(alone && { unneeded: { start: imported.getStart(), end: imported.getEnd() } }) };
}

const inOrder = (calls: readonly InlineCall[]): InlineCall[] => calls.toSorted((a, b) => a.start - b.start);
