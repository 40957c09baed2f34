/** The small printer: module structures to TypeScript, JavaScript and declaration text. */
import type { Dialect } from './dialect.ts';
import type { Declaration, EmittedModule, FunctionDeclaration, InterfaceDeclaration, Method, Parameter } from './structure.ts';
import { docComment } from './tsdoc.ts';

export function moduleText(module: EmittedModule, dialect: Dialect): string {
  const parts = module.declarations.flatMap((d) => declarationText(d, dialect) ?? []);
  return join(module, parts);
}

/** `.d.ts` text: what a JavaScript module exports. */
export function declarationFileText(module: EmittedModule): string {
  const parts = module.declarations.flatMap((d): string[] => {
    if (d.kind === 'interface') return [interfaceText(d)];
    if (d.kind !== 'function' || !d.exported) return [];
    return [`${docComment(d.docs, '')}export declare function ${d.name}(${signatureTypes(d.parameters)}): ${d.returns};`];
  });
  return join(module, parts);
}

function join(module: EmittedModule, parts: readonly string[]): string {
  return `${[headerText(module), ...parts].join('\n\n')}\n`;
}

export function headerText(module: EmittedModule): string {
  const comments = module.header.map((line) => `// ${line}`).join('\n');
  return module.docs.length === 0 ? comments : `${comments}\n\n${docComment(module.docs, '').trimEnd()}`;
}

function declarationText(d: Declaration, dialect: Dialect): string | undefined {
  switch (d.kind) {
    case 'interface': return dialect.language === 'ts' ? interfaceText(d) : undefined;
    case 'function': return functionLines(d, dialect, '').join('\n');
    case 'text': return d.text;
  }
}

function interfaceText(d: InterfaceDeclaration): string {
  const fields = d.fields.map((f) => `${docComment(f.docs, '  ')}  ${f.readonly ? 'readonly ' : ''}${f.name}${f.optional ? '?' : ''}: ${f.type};`);
  const methods = d.methods.map((m) => `${docComment(m.docs, '  ')}  ${m.name}(${signatureTypes(m.parameters)}): ${m.returns};`);
  return `${docComment(d.docs, '')}export interface ${d.name} {\n${[...fields, ...methods].join('\n')}\n}`;
}

const signatureTypes = (parameters: readonly Parameter[]): string =>
  parameters.map((p) => `${p.name}${p.initial === undefined ? '' : '?'}: ${p.type}`).join(', ');

export function signature(m: Method, dialect: Dialect): string {
  const parameters = m.parameters.map((p) => `${p.name}${dialect.typed(p.type)}${p.initial === undefined ? '' : ` = ${p.initial}`}`);
  return `${m.name}(${parameters.join(', ')})${dialect.typed(m.returns)}`;
}

/** A function as lines, at any depth: the functions of a model are closures over its buffers. */
export function functionLines(f: FunctionDeclaration, dialect: Dialect, indent: string): string[] {
  const head = `${indent}${f.exported ? 'export ' : ''}function ${signature(f, dialect)} {`;
  const docs = docComment(f.docs, indent).trimEnd();
  return [...(docs === '' ? [] : [docs]), head, ...f.body.map((line) => `${indent}  ${line}`), `${indent}}`];
}
