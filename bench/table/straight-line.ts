/** A straight-line graph: products and sums of earlier values, four operations a definition. */

/** `count` definitions over ten parameters; f is the sum of the last hundred. */
export function straightLine(count: number): string {
  let state = 12345;
  const below = (m: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % m;
  };
  const names = Array.from({ length: 10 }, (_, k) => `x${k}`);
  const lines = [`param ${names.map((n) => `${n}: R`).join(', ')}`];
  const pick = (): string => names[names.length - 1 - below(Math.min(names.length, 200))] ?? 'x0';
  for (let k = 0; k < count; k++) {
    lines.push(`t${k} = ${pick()}*${pick()}*0.5 ${k % 2 === 0 ? '+' : '-'} ${pick()}*0.25`);
    names.push(`t${k}`);
  }
  lines.push(`f = ${names.slice(-100).join(' + ')}`, `derive value, gradient of f wrt ${names.slice(0, 10).join(', ')}`);
  return lines.join('\n');
}

export const straightPoint = (): Record<string, number> => Object.fromEntries(Array.from({ length: 10 }, (_, k) => [`x${k}`, Math.sin(k + 1)]));
