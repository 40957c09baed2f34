/** Statements and files as text, with documentation and blocks. */
import { level } from './levels.ts';
import { bindersPieces, indexPieces, joined, piece, printPieces } from './print.ts';
import type { Piece } from './print.ts';
import type { Declaration, Expr, Name, Parameter, SourceFile, Statement, TypeExpr } from './types.ts';

export type NotationName = 'ascii' | 'unicode';

/** One statement per line, blocks indented; ends without a newline. */
export function printFile(file: SourceFile, notation: NotationName = 'ascii'): string {
  return printPieces(blockPieces(file.statements), notation);
}

export function printStatement(s: Statement, notation: NotationName = 'ascii'): string {
  return printPieces(blockPieces([s]), notation);
}

/** The statements of a block and, by an explicit stack, of the blocks inside it. */
function blockPieces(statements: readonly Statement[]): Piece[] {
  const out: Piece[] = [];
  const stack: { readonly body: readonly Statement[]; next: number }[] = [{ body: statements, next: 0 }];
  for (let block = stack.at(-1); block; block = stack.at(-1)) {
    const indent = '  '.repeat(stack.length - 1);
    const s = block.body[block.next];
    block.next += 1;
    if (!s) {
      stack.pop();
      if (stack.length > 0) out.push(`\n${'  '.repeat(stack.length - 1)}}`);
      continue;
    }
    if (out.length > 0) out.push('\n');
    out.push(...s.docs.map((line) => `${indent}///${line === '' ? '' : ` ${line}`}\n`), indent, ...statementPieces(s));
    if (s.kind === 'fn' || s.kind === 'recur') {
      out.push(' {');
      stack.push({ body: s.body, next: 0 });
    }
  }
  return out;
}

function statementPieces(s: Statement): Piece[] {
  switch (s.kind) {
    case 'module': return [`module ${s.name.name}`];
    case 'import': {
      const names = s.names.map(({ name, as }) => (as ? `${name.name} as ${as.name}` : name.name));
      return [`import { ${names.join(', ')} } from `, piece(s.from)];
    }
    case 'pragma': return s.value ? [`${s.name.name} `, piece(s.value)] : [s.name.name];
    case 'dim': return ['dim ', ...items(s.items)];
    case 'declare': return [`${s.role} `, ...items(s.items)];
    case 'const': return ['const ', ...joined(s.items.map((item) => [`${item.name.name} = `, piece(item.value)]), ', ')];
    case 'index': return ['index ', ...bindersPieces(s.binders)];
    case 'define': return [piece(s.left), ' = ', piece(s.value), ...(s.family.length > 0 ? [' for ', ...bindersPieces(s.family)] : [])];
    case 'update':
      return beginsWithName(s.left) ? ['update ', piece(s.left, level.postfix), ' = ', piece(s.value)] : [piece(s.left), ' := ', piece(s.value)];
    case 'distributed': return [piece(s.left), ' ~ ', piece(s.distribution)];
    case 'fn': return ['fn ', ...signature(s)];
    case 'opaque': return ['opaque ', ...signature(s)];
    case 'return': return ['return ', piece(s.value)];
    case 'recur': return ['recur ', ...bindersPieces(s.binders)];
    case 'init': return ['init ', ...joined(s.items.map((item) => [piece(item.left, level.postfix), ' = ', piece(item.value)]), ', ')];
    case 'derive': return [
      'derive ', ...joined(s.what.map((r) => [r.name, ...(r.order ? ['(', piece(r.order), ')'] : [])]), ', '), ' of ', ...exprs(s.of), ...clause(' wrt ', s.wrt), ...clause(' along ', s.along),
      s.as ? ` as ${s.as.name}` : '',
      ...(s.using.length === 0 ? [] : [' using ', ...joined(s.using.map((o) => [o.name, ...(o.value ? [' = ', piece(o.value, level.sum)] : [])]), ', ')]),
    ];
    case 'check': return ['check ', piece(s.claim)];
    case 'check-derivative': return [
      `check ${s.what.name} of `, piece(s.of), ' wrt ', ...joined(s.wrt.map((e) => [piece(e, level.sum)]), ', '), ' == ', piece(s.expected),
    ];
    case 'assume': return ['assume ', piece(s.condition)];
    case 'subject': return ['subject to ', ...exprs(s.constraints)];
    case 'expression': return [piece(s.value)];
    case 'broken': return ['// not understood'];
  }
}

/** `update` is a statement word only in front of a name. */
function beginsWithName(e: Expr): boolean {
  return e.kind === 'name' || ((e.kind === 'index' || e.kind === 'subscript') && e.base.kind === 'name');
}

const exprs = (list: readonly Expr[]): Piece[] => joined(list.map((e) => [piece(e)]), ', ');
const clause = (word: string, list: readonly Expr[]): Piece[] => (list.length === 0 ? [] : [word, ...exprs(list)]);
const items = (list: readonly Declaration[]): Piece[] => joined(list.map(declarationPieces), ', ');

function declarationPieces(d: Declaration): Piece[] {
  return [
    d.name.name,
    ...(d.family.length > 0 ? ['[', ...joined(d.family.map(indexPieces), ', '), ']'] : []),
    ...(d.type ? [': ', ...typePieces(d.type)] : []),
    ...(d.init ? [' = ', piece(d.init, level.sum)] : []),
    ...(d.where ? [' where ', piece(d.where)] : []),
    d.via ? ` via ${d.via.name}` : '',
  ];
}

function signature(s: { readonly name: Name; readonly parameters: readonly Parameter[]; readonly result?: TypeExpr }): Piece[] {
  const parameters = s.parameters.map((p): Piece[] => (p.type ? [`${p.name.name}: `, ...typePieces(p.type)] : [p.name.name]));
  return [`${s.name.name}(`, ...joined(parameters, ', '), ')', ...(s.result ? [': ', ...typePieces(s.result)] : [])];
}

function typePieces(type: TypeExpr): Piece[] {
  return [
    type.base,
    ...(type.dims.length > 0 ? ['[', ...exprs(type.dims), ']'] : []),
    ...(type.range ? [' in ', piece(type.range.from, level.sum), '..', piece(type.range.to, level.sum)] : []),
    ...(type.of ? [' of ', piece(type.of, level.primary)] : []),
    ...type.properties.map((property) => ` ${property.name}`),
  ];
}
