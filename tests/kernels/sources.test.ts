/** The kernels as text are the kernels: self-contained, and the same numbers. (That they are up to date: architecture.test.ts.) */
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { kernelSource, withDependencies } from '../../src/kernels/registry.ts';
import { kernelSources, type KernelName } from '../../src/kernels/sources.generated.ts';
import { opNames, rowOf } from '../../src/ops/table.ts';

const names = Object.keys(kernelSources) as KernelName[];

/** The kernel as an emitted module would have it: its own text and that of what it calls, and nothing else. */
function evaluateText(name: KernelName, args: readonly number[]): number {
  const text = withDependencies([name]).map((needed) => kernelSource(needed).javascript).join('\n');
  return runInNewContext(`${text}\n${name}(...args)`, { args }) as number;
}

describe('kernel sources', () => {
  it('call only Math and one another', () => {
    const calls = names.flatMap((name) => {
      const code = kernelSource(name).javascript.replace(/\/\/.*/g, '');
      const free = [...code.matchAll(/(?<![.\w])([A-Za-z_]\w*)\(/g)].map((match) => match[1] ?? '');
      return free.filter((callee) => !names.includes(callee as KernelName) && !['if', 'for', 'while'].includes(callee));
    });
    expect(calls).toEqual([]);
  });

  it('carry a comment and a typed signature', () => {
    const bare = names.filter((name) => !/^\/\*\*[\s\S]*?\*\/\nfunction \w+\((?:\s*\w+: number,?)+\s*\): number \{/.test(kernelSource(name).source));
    expect(bare).toEqual([]);
  });

  it('list what they need, closed under calls', () => {
    expect(withDependencies(['erfc'])).toEqual(['erf', 'erfc', 'erfcxGap', 'erfcxTail', 'expSquare']);
    expect(withDependencies(['beta', 'lbeta'])).toContain('stirlingRest');
    expect(withDependencies([])).toEqual([]);
  });

  it('give the numbers that the rows evaluate', () => {
    const spelled = opNames().flatMap((op) => {
      const row = rowOf(op);
      return row.kind === 'primitive' && 'kernel' in row.ts ? [{ row, kernel: row.ts.kernel }] : [];
    });
    expect(spelled.length).toBeGreaterThan(30);
    const points = [0.3, 1.7, 4, 25.5, -0.4, -7.25];
    const wrong = spelled.flatMap(({ row, kernel }) =>
      points.flatMap((x, k) => {
        const args = row.args.map((_, i) => (i === row.args.length - 1 ? x : k));
        return Object.is(evaluateText(kernel, args), row.evaluate(...args)) ? [] : [`${kernel}(${args.join(', ')})`];
      }),
    );
    expect(wrong).toEqual([]);
  });
});
