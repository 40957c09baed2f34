/** A loop program as text, for people, golden tests and `--after schedule`. */
import type { LocalId, Poly } from './poly.ts';
import type { BufferId, Combine, Expr, MatrixOperand, Program, Stmt } from './types.ts';

export function programText(program: Program): string {
  const lines = program.buffers.map((b) => `${b.use} ${bufferName(program, b.id)}[${b.shape.join(', ')}]`);
  block(program, program.body, '', lines);
  if (program.result !== undefined) lines.push(`return ${exprText(program, program.result)}`);
  return lines.join('\n');
}

const bufferName = (p: Program, id: BufferId): string => `${p.buffers[id]?.name ?? ''}#${id}`;
const localName = (p: Program, id: LocalId): string => `${p.locals[id]?.hint ?? ''}$${id}`;

function polyText(program: Program, p: Poly): string {
  if (p.length === 0) return '0';
  return p.map((m) => {
    const names = [...m.locals.map((l) => localName(program, l)), ...m.sizes];
    const factors = m.coef === 1 && names.length > 0 ? names : [String(m.coef), ...names];
    return factors.join('*');
  }).join(' + ');
}

export function exprText(p: Program, e: Expr): string {
  switch (e.kind) {
    case 'number': return Object.is(e.value, -0) ? '-0' : String(e.value);
    case 'local': return localName(p, e.id);
    case 'index': return `(${polyText(p, e.poly)})`;
    case 'multiple': return `multiple(${polyText(p, e.poly)}, ${e.of})`;
    case 'pieces': return `pieces(${polyText(p, e.poly)}, ${e.cut.grain}, ${e.cut.most})`;
    case 'boundary': return `boundary(${polyText(p, e.piece)}, ${polyText(p, e.poly)}, ${e.cut.grain}, ${e.cut.most})`;
    case 'load': return `${bufferName(p, e.buffer)}[${polyText(p, e.index)}]`;
    case 'arithmetic': return `(${exprText(p, e.left)} ${e.op} ${exprText(p, e.right)})`;
    case 'negate': return `-${exprText(p, e.arg)}`;
    case 'op': return `${e.op}(${e.args.map((a) => exprText(p, a)).join(', ')})`;
    case 'call': return `${e.name}'${e.orders.join('.')}(${e.args.map((a) => exprText(p, a)).join(', ')})`;
  }
}

const SIGN: Readonly<Record<Combine, string>> = { set: '=', add: '+=', multiply: '*=', max: 'max=', min: 'min=' };

function block(p: Program, statements: readonly Stmt[], indent: string, lines: string[]): void {
  for (const s of statements) {
    switch (s.kind) {
      case 'let': lines.push(`${indent}const ${localName(p, s.local)} = ${exprText(p, s.value)}`); break;
      case 'var': lines.push(`${indent}let ${localName(p, s.local)} = ${exprText(p, s.value)}`); break;
      case 'assign': lines.push(`${indent}${localName(p, s.local)} ${SIGN[s.combine]} ${exprText(p, s.value)}`); break;
      case 'store': lines.push(`${indent}${bufferName(p, s.buffer)}[${polyText(p, s.index)}] ${SIGN[s.combine]} ${exprText(p, s.value)}`); break;
      case 'fill': lines.push(`${indent}fill ${bufferName(p, s.buffer)} with ${s.value}`); break;
      case 'copy': lines.push(`${indent}copy ${polyText(p, s.length)} from ${bufferName(p, s.from)}[${polyText(p, s.fromOffset)}] to ${bufferName(p, s.to)}[${polyText(p, s.toOffset)}]`); break;
      case 'if':
        lines.push(`${indent}if ${exprText(p, s.when)}`);
        block(p, s.body, `${indent}  `, lines);
        break;
      case 'for':
        lines.push(`${indent}for ${localName(p, s.local)} in ${polyText(p, s.from)}..${polyText(p, s.to)}${s.direction === 'backward' ? ' backward' : ''}${s.step === undefined ? '' : ` by ${s.step}`}${s.apart === undefined ? '' : ' apart'}`);
        block(p, s.body, `${indent}  `, lines);
        break;
      case 'matmul': {
        const operand = (o: MatrixOperand): string => `${bufferName(p, o.buffer)}[${polyText(p, o.offset)} + i*(${polyText(p, o.row)}) + j*(${polyText(p, o.column)})]`;
        const sizes = [s.rows, s.columns, s.inner].map((n) => polyText(p, n));
        lines.push(`${indent}${bufferName(p, s.result)}${s.at.length === 0 ? '' : `[${polyText(p, s.at)}]`} = ${s.scale === 1 ? '' : `${s.scale} * `}matmul(${[operand(s.left), operand(s.right), ...sizes].join(', ')})`);
        break;
      }
      case 'linalg': {
        const result = s.result.kind === 'buffer' ? bufferName(p, s.result.buffer) : localName(p, s.result.local);
        const args = [...s.args, ...s.scratch].map((b) => bufferName(p, b));
        lines.push(`${indent}${result} = ${s.kernel}(${[...args, ...s.sizes.map((n) => polyText(p, n))].join(', ')})`);
        break;
      }
    }
  }
}
