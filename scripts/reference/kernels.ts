/** docs/reference/kernels.md: functions that the platform lacks, with the error that each states. */
import { kernelNames, kernelSource } from '../../src/kernels/registry.ts';

export function kernelsPage(): string {
  const rows = kernelNames().toSorted((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)).flatMap((name) => {
    const [, comment = '', parameters = ''] = /^\/\*\*([\s\S]*?)\*\/\s*function \w+\(([^)]*)\)/.exec(kernelSource(name).source) ?? [];
    const text = comment.replace(/^\s*\* ?/gm, '').replace(/\s+/g, ' ').trim();
    const [, what = '', error = ''] = /^(.*?)\s*Maximum error (.*)$/.exec(text) ?? [];
    // what states no error is a part of the others
    return error === '' ? [] : [`| \`${name}(${parameters.replaceAll(': number', '')})\` | ${cell(what)} | ${cell(error.replace(/\.$/, ''))} |`];
  });
  return [
    '# Kernels', '',
    'Generated from the comments in `src/kernels/`; do not edit. Functions that JavaScript lacks: the compiler evaluates them, and copies into',
    'a module those that it needs. Tests hold each to the largest error it states, in units in the last place.', '',
    '| function | computes | largest error |', '| --- | --- | --- |', ...rows, '',
  ].join('\n');
}

const cell = (text: string): string => text.replaceAll('|', '\\|');
