/** Sets of terminals in words: what a reader would say should come next. */

const operators = ['TIMES', 'RAISE'];
const descriptions: readonly (readonly [string, string])[] = [
  ['NAME', 'a name'], ['NUM', 'a number'], ['STR', 'a file name in quotes'], ['RP', '`)`'], ['RPB', '`)`'], ['RB', '`]`'], ['RBB', '`]`'],
  ['RC', '`}`'], ['RSUB', '`}`'], ['RSUBB', '`}`'], ['RSUP', '`}`'], ['RSUPB', '`}`'], ['RBAR', '`|`'], ['RNORM', '`‖`'], ['THEN', '`then`'],
  ['ELSE', '`else`'], ['OF', '`of`'], ['WRT', '`wrt`'], ['FROM', '`from`'], ['IN', '`in`'], ['TO', '`to`'], ['COLON', '`:`'], ['EQ', '`=`'],
  ['COMMA', '`,`'], ['LPC', '`(`'], ['LC', '`{`'], ['ARROW', '`→`'], ['PDEN', '`∂…`'], ['DOTS', '`..`'], ['ROWSEP', '`;`'],
];
/** Worth naming even where an operator could follow as well. */
const besideOperators = ['RP', 'RPB', 'RB', 'RBB', 'RC', 'RSUB', 'RSUBB', 'RSUP', 'RSUPB', 'RBAR', 'RNORM', 'THEN', 'ELSE', 'OF', 'WRT', 'FROM', 'COLON', 'DOTS', 'TO'];

/** `an expression`, `an operator or `)``, `a name`. At most four alternatives are named. */
export function expectedWords(expected: ReadonlySet<string>): string {
  // nothing but a denominator makes sense of a numerator
  if (expected.has('PDIV')) return '`/∂…`';
  const parts: string[] = [];
  const operand = expected.has('NUM') && expected.has('LP');
  const operator = operators.some((type) => expected.has(type));
  if (operand) parts.push('an expression');
  if (operator) parts.push('an operator');
  for (const [type, text] of descriptions) {
    if (!expected.has(type) || parts.includes(text)) continue;
    if (operand && ['NAME', 'NUM', 'STR', 'LC'].includes(type)) continue;
    if (operator && !besideOperators.includes(type)) continue;
    parts.push(text);
  }
  const named = parts.slice(0, 4);
  if (named.length === 0) return 'the end of the statement';
  const last = named.pop() as string;
  return named.length === 0 ? last : `${named.join(', ')} or ${last}`;
}
