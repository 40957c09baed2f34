/** ts-morph's one home: the whole file in one call with a finished structure (statement by statement is quadratic). */
import type { FunctionDeclarationStructure, InterfaceDeclarationStructure, StatementStructures } from 'ts-morph';
import { headerText } from './print.ts';
import type { Declaration, EmittedModule, Parameter } from './structure.ts';

type Morph = typeof import('ts-morph');

export async function assemble(module: EmittedModule): Promise<string> {
  const morph = await import('ts-morph');
  const project = new morph.Project({
    useInMemoryFileSystem: true, skipLoadingLibFiles: true,
    manipulationSettings: { indentationText: morph.IndentationText.TwoSpaces, quoteKind: morph.QuoteKind.Single },
  });
  const statements = module.declarations.map((d) => structure(morph, d));
  const file = project.createSourceFile('module.ts', { statements: [headerText(module), ...statements] });
  return file.getFullText();
}

function structure(morph: Morph, d: Declaration): StatementStructures | string {
  switch (d.kind) {
    case 'text': return d.text;
    case 'interface': {
      const made: InterfaceDeclarationStructure = {
        kind: morph.StructureKind.Interface, name: d.name, isExported: true, docs: docs(d.docs),
        properties: d.fields.map((f) => ({ name: f.name, type: f.type, isReadonly: f.readonly, hasQuestionToken: f.optional, docs: docs(f.docs) })),
        methods: d.methods.map((m) => ({ name: m.name, returnType: m.returns, docs: docs(m.docs), parameters: m.parameters.map(optional) })),
      };
      return made;
    }
    case 'function': {
      const made: FunctionDeclarationStructure = {
        kind: morph.StructureKind.Function, name: d.name, isExported: d.exported, docs: docs(d.docs), returnType: d.returns,
        parameters: d.parameters.map((p) => ({ name: p.name, type: p.type, ...(p.initial === undefined ? {} : { initializer: p.initial }) })),
        statements: [d.body.join('\n')],
      };
      return made;
    }
  }
}

const optional = (p: Parameter): { name: string; type: string; hasQuestionToken: boolean } =>
  ({ name: p.name, type: p.type, hasQuestionToken: p.initial !== undefined });

function docs(lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const text = lines.map((line) => line.replaceAll('*/', '*∕')).join('\n');
  // a leading line break makes ts-morph use the long form
  return [lines.length > 1 || text.length >= 100 ? `\n${text}` : text];
}
