/** Whether braces, `\left … \right` and environments of a LaTeX formula are balanced and properly nested. */
export function balanced(latex: string): boolean {
  const open: string[] = [];
  for (const [, token = '', environment = ''] of latex.matchAll(/(\\left(?![a-z])|\\right(?![a-z])|\\begin|\\end|\\[a-zA-Z]+|\\.|[{}])(?:(?<=\\(?:begin|end))\{([a-z*]+)\})?/g)) {
    const begins = token === '{' ? '}' : token === '\\left' ? '\\right' : token === '\\begin' ? `\\end ${environment}` : undefined;
    if (begins !== undefined) open.push(begins);
    else if (token === '}' || token === '\\right' || token === '\\end') {
      if (open.pop() !== (token === '\\end' ? `\\end ${environment}` : token)) return false;
    }
  }
  return open.length === 0;
}
