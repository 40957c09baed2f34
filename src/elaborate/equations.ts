/** Equations of a line that would define what has its meaning: `cos(theta) = (a^2 + b^2 - c^2)/(2*a*b)`. */
import type { Statement } from '../ast/types.ts';
import { textOf, type Pass } from './pass.ts';
import { expressionsOf, someExpr } from './syntax.ts';

/** What undoes a function, as text around the other side. */
const UNDONE: Readonly<Record<string, (side: string) => string>> = {
  ...Object.fromEntries(['sin', 'cos', 'tan', 'cot', 'sec', 'csc', 'sinh', 'cosh', 'tanh'].flatMap((name) => {
    const inverse = `arc${name}`;
    return [[name, (side: string) => `${inverse}(${side})`], [inverse, (side: string) => `${name}(${side})`], [`a${name}`, (side: string) => `${name}(${side})`]];
  })),
  exp: (side) => `ln(${side})`, ln: (side) => `exp(${side})`, log: (side) => `exp(${side})`, log2: (side) => `2^(${side})`, log10: (side) => `10^(${side})`, sqrt: (side) => (/^[\p{L}\p{N}_]+$/u.test(side) ? `${side}^2` : `(${side})^2`),
};

/** A function with its own meaning, of a name that the other side does not mention: an equation for that name, and no definition of the function. */
export function reportEquation(pass: Pass, statement: Statement): void {
  if (statement.kind !== 'define' || statement.left.kind !== 'apply') return;
  const { left, value, span } = statement;
  const [argument, ...others] = left.args;
  const undone = left.callee.kind === 'name' && Object.hasOwn(UNDONE, left.callee.name) ? UNDONE[left.callee.name] : undefined;
  if (undone === undefined || left.callee.kind !== 'name' || others.length > 0 || argument?.kind !== 'positional' || argument.value.kind !== 'name') return;
  const { name } = argument.value;
  if (expressionsOf(statement).some((root) => root !== left && someExpr(root, (e) => e.kind === 'name' && e.name === name))) return;
  const solved = `${name} = ${undone(textOf(value.span))}`;
  pass.report('bad-definition', left.span, { left: textOf(left.span) }, { hint: `\`${left.callee.name}\` has its meaning; the equation says what \`${name}\` is: \`${solved}\``, fix: { span, text: solved } });
}
