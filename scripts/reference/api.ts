/** docs/reference/api.md: what each entry of the package exports, from declarations and their docstrings. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Node, Project, SyntaxKind, type ClassDeclaration, type ExportedDeclarations } from 'ts-morph';

const root = join(import.meta.dirname, '../..');

interface Export {
  readonly name: string;
  readonly declaration: ExportedDeclarations;
}

export function apiPage(): string {
  const project = new Project({ tsConfigFilePath: join(root, 'tsconfig.json'), skipAddingFilesFromTsConfig: true });
  const described = new Map<string, string>();
  const sections = entries().flatMap(({ entry, path }) => {
    const title = `## \`${entry}\``;
    const same = described.get(path);
    if (same !== undefined) return [title, `What \`${same}\` exports, as one file without ts-morph, prettier and Node. Bundlers take it for \`${same}\` when they build for browsers.`];
    described.set(path, entry);
    const file = project.addSourceFileAtPath(join(root, path));
    project.resolveSourceFileDependencies();
    const exported = [...file.getExportedDeclarations()].flatMap(([name, [declaration]]) => (declaration === undefined ? [] : [{ name, declaration }])).toSorted(byName);
    const types = exported.filter((e) => isType(e.declaration));
    const names = new Set(exported.map((e) => e.name));
    return [title, headOf(file.getFullText()), ...exported.filter((e) => !isType(e.declaration)).map(callSection), ...(types.length === 0 ? [] : ['### Types', ...types.map((e) => typeSection(e, names))])];
  });
  return `${[TITLE, ...sections].join('\n\n')}\n`;
}

const TITLE = `# API

Generated from the docstrings and types in \`src/\`; do not edit. What emitted modules export is on the page of [generated code](../generated-code.md).`;

/** The entries of package.json, each with the source that its types are made of. */
function entries(): { readonly entry: string; readonly path: string }[] {
  const { name, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { name: string; exports: Record<string, string | { types: string }> };
  return Object.entries(exports).flatMap(([key, target]) => (typeof target === 'string' ? [] : [{ entry: `${name}${key.slice(1)}`, path: target.types.replace('./dist/', '').replace(/\.d\.ts$/, '.ts') }]));
}

const byName = (a: Export, b: Export): number => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1);
const isType = (d: ExportedDeclarations): boolean => Node.isInterfaceDeclaration(d) || Node.isTypeAliasDeclaration(d);

/** The comment at the head of a file, without the name of the entry that it begins with. */
function headOf(text: string): string {
  const comment = (/^\/\*\*([\s\S]*?)\*\//.exec(text)?.[1] ?? '').replace(/^\s*\* ?/gm, '').trim().replace(/^`?diffc[\w/]*`?[:,]\s*/, '');
  return comment.charAt(0).toUpperCase() + comment.slice(1);
}

const callSection = ({ name, declaration }: Export): string => [`### \`${name}\``, code(signature(name, declaration)), ...docsOf(declaration)].join('\n\n');
const typeSection = ({ name, declaration }: Export, exported: ReadonlySet<string>): string => [`#### \`${name}\``, ...docsOf(declaration), code(typeText(declaration, exported).replace(/^(interface|type) \w+/, `$1 ${name}`))].join('\n\n');
const code = (text: string): string => `\`\`\`ts\n${text}\n\`\`\``;

function docsOf(declaration: ExportedDeclarations): string[] {
  const documented = Node.isVariableDeclaration(declaration) ? declaration.getVariableStatement() : declaration;
  return documented !== undefined && Node.isJSDocable(documented) ? documented.getJsDocs().map((doc) => doc.getInnerText().trim()) : [];
}

/** A declaration as its users see it: no bodies, no values. */
function signature(name: string, declaration: ExportedDeclarations): string {
  if (Node.isFunctionDeclaration(declaration)) return headOnly(declaration).replace(/\bfunction \w+/, `function ${name}`);
  if (Node.isClassDeclaration(declaration)) return classText(declaration);
  if (Node.isVariableDeclaration(declaration)) return `const ${name}: ${declaration.getTypeNodeOrThrow().getText()}`;
  throw new Error(`${name} is a ${declaration.getKindName()}, which no section is written for`);
}

/** A function without its body, and without the values that parameters have when they are left out. */
function headOnly(node: Node): string {
  const start = node.getStart();
  const body = Node.isBodyable(node) || Node.isBodied(node) ? node.getBody() : undefined;
  let text = node.getText().slice(0, (body?.getStart() ?? node.getEnd()) - start);
  for (const parameter of (Node.isParametered(node) ? node.getParameters() : []).toReversed()) {
    if (!parameter.hasInitializer()) continue;
    const type = parameter.getTypeNode()?.getText() ?? parameter.getType().getText(parameter);
    text = `${text.slice(0, parameter.getStart() - start)}${parameter.getName()}?: ${type}${text.slice(parameter.getEnd() - start)}`;
  }
  return text.trim().replace(/^(?:export )?(?:async )?/, '');
}

/** What is neither private nor marked as internal, without initial values. */
function classText(declaration: ClassDeclaration): string {
  const heritage = declaration.getExtends()?.getText();
  const parameters = declaration.getTypeParameters().map((p) => p.getText()).join(', ');
  const head = `class ${declaration.getNameOrThrow()}${parameters === '' ? '' : `<${parameters}>`}${heritage === undefined ? '' : ` extends ${heritage}`}`;
  const members = declaration.getMembers().flatMap((member) => {
    const docs = Node.isJSDocable(member) ? member.getJsDocs() : [];
    const isPrivate = member.getFirstDescendantByKind(SyntaxKind.PrivateIdentifier)?.getParent() === member;
    if (isPrivate || docs.some((doc) => doc.getText().includes('@internal'))) return [];
    const text = Node.isPropertyDeclaration(member) ? `${member.isReadonly() ? 'readonly ' : ''}${member.getName()}: ${member.getTypeNodeOrThrow().getText()}` : headOnly(member);
    return [...docs.map((doc) => doc.getText()), `${text};`];
  });
  return `${head} {\n${members.map((member) => `  ${member}`).join('\n')}\n}`;
}

/** An interface shows what it inherits from types that are not exported themselves. */
function typeText(declaration: ExportedDeclarations, exported: ReadonlySet<string>): string {
  const text = declaration.getText().replace(/^export /, '');
  // the members of a list of values
  if (Node.isTypeAliasDeclaration(declaration) && text.endsWith('[number];')) return `type ${declaration.getName()} = ${declaration.getType().getUnionTypes().map((t) => t.getText()).join(' | ')};`;
  if (!Node.isInterfaceDeclaration(declaration) || declaration.getExtends().every((base) => exported.has(base.getExpression().getText()))) return text;
  const own = new Set<Node>(declaration.getMembers());
  const inherited = declaration.getType().getProperties().flatMap((property) => property.getDeclarations()).filter((member) => !own.has(member));
  return text.replace(/ extends [^{]*\{\n/, ` {\n${inherited.map((member) => `  ${member.getFullText().trim()}\n`).join('')}`);
}
