import { describe, expect, it } from 'vitest';
import { Bag } from '../../src/diagnostics/bag.ts';
import { makeDiagnostic } from '../../src/diagnostics/bag.ts';
import { diagnosticsMarkdown, explain } from '../../src/diagnostics/explain.ts';
import { catalog, isCode, stages } from '../../src/diagnostics/catalog.ts';
import { positionOf } from '../../src/diagnostics/position.ts';
import { render, renderAll } from '../../src/diagnostics/render.ts';
import type { Source, Span } from '../../src/diagnostics/span.ts';
import { ansi } from '../../src/diagnostics/style.ts';
import { width } from '../../src/diagnostics/width.ts';

function spanOf(source: Source, part: string, from = 0): Span {
  const start = source.text.indexOf(part, from);
  if (start < 0) throw new Error(part);
  return { source, start, end: start + part.length };
}

const source: Source = { name: 'samples/dense.diff', text: 'module m\n\nz = W * a + b\n\tq = y\u0302日本 * k\n' };

describe('frames', () => {
  it('mark the place, explain with labels, and show the fix', () => {
    const star = spanOf(source, '*');
    const diagnostic = makeDiagnostic('inner-sizes-differ', star, { left: 'matrix[3,4]', right: 'vector[3]', leftSize: '4', rightSize: '3' }, {
      labels: [{ span: spanOf(source, 'W'), text: 'matrix[3,4]' }, { span: spanOf(source, 'a +').source === source ? { ...spanOf(source, 'a +'), end: spanOf(source, 'a +').start + 1 } : star, text: 'vector[3]' }],
      hint: 'did you mean `transpose(W) * a`?',
      fix: { span: spanOf(source, 'W'), text: 'transpose(W)' },
    });
    expect(render(diagnostic)).toBe([
      'error[inner-sizes-differ]: cannot multiply matrix[3,4] by vector[3]: inner sizes 4 and 3 differ',
      '  samples/dense.diff:3:7',
      '3 | z = W * a + b',
      '  |     - ^ - vector[3]',
      '  |     matrix[3,4]',
      'hint: did you mean `transpose(W) * a`?',
      'fix:',
      '3 | z = transpose(W) * a + b',
      '  |     ++++++++++++',
    ].join('\n'));
  });

  it('align under combining and wide characters and tabs', () => {
    const text = render(makeDiagnostic('unknown-name', spanOf(source, 'k'), { name: 'k' }));
    const [, , line = '', carets = ''] = text.split('\n');
    expect(width(line.slice(0, line.indexOf('k')))).toBe(carets.indexOf('^'));
  });

  it('show several lines and places in other files', () => {
    const other: Source = { name: 'lib.diff', text: 'f(x) = x' };
    const text = render(makeDiagnostic('duplicate-name', spanOf(source, 'k'), { name: 'k' }, {
      labels: [{ span: spanOf(source, 'module'), text: 'first' }, { span: spanOf(other, 'f'), text: 'and here' }],
    }));
    expect(text).toMatch(/1 \| module m\n {2}\| -{6} first\n {2}…\n4 \|/);
    expect(text).toMatch(/ {2}lib\.diff:1:1\n1 \| f\(x\) = x\n {2}\| - and here/);
  });

  it('cut long lines around the place', () => {
    const long: Source = { name: 'long', text: `${'a'.repeat(100_000)} ? ${'b'.repeat(100_000)}` };
    const text = render(makeDiagnostic('unknown-character', spanOf(long, '?'), { found: '?', codePoint: 'U+003F' }), { maxWidth: 60 });
    const [, , line = '', carets = ''] = text.split('\n');
    expect(line.length).toBeLessThan(80);
    expect(line[carets.indexOf('^')]).toBe('?');
  });

  it('never let the source reach the terminal as control characters', () => {
    const evil: Source = { name: 'a\u001b[31m', text: 'x\u001b[2J\u202e y \u0000' };
    expect(render(makeDiagnostic('unknown-name', spanOf(evil, 'y'), { name: '\u001b[1m' }))).not.toMatch(/[\u001b\u202e\u0000]/);
  });

  it('are coloured only when asked', () => {
    const diagnostic = makeDiagnostic('unknown-name', spanOf(source, 'k'), { name: 'k' });
    expect(render(diagnostic)).not.toContain('\u001b');
    expect(render(diagnostic, { style: ansi })).toContain('\u001b[31m');
  });

  it('count columns in characters', () => {
    expect(positionOf(spanOf(source, 'k'))).toEqual({ line: 4, column: 13 });
    expect(positionOf({ source: { name: '', text: '𝑥y' }, start: 2, end: 3 })).toEqual({ line: 1, column: 2 });
  });
});

describe('the bag', () => {
  it('gives back what was reported in the order of the text', () => {
    const bag = new Bag();
    bag.report('unknown-name', spanOf(source, 'k'), { name: 'k' });
    bag.report('unused-name', spanOf(source, 'z'), { name: 'z' });
    bag.report('unknown-flag', undefined, { flag: '--x' });
    expect(bag.diagnostics.map((d) => d.code)).toEqual(['unknown-flag', 'unused-name', 'unknown-name']);
    expect(bag.hasErrors).toBe(true);
    expect(renderAll(bag.diagnostics).split('\n\n')).toHaveLength(3);
  });

  it('does not count warnings as errors', () => {
    const bag = new Bag();
    bag.report('unused-name', undefined, { name: 'z' });
    expect(bag.hasErrors).toBe(false);
    expect(bag.size).toBe(1);
  });
});

describe('the catalogue', () => {
  it('names every code once, in words', () => {
    const codes = Object.values(stages).flatMap((entries) => Object.keys(entries));
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes.filter((code) => !/^[a-z]+(?:-[a-z]+)*$/.test(code))).toEqual([]);
    expect(codes.toSorted()).toEqual(Object.keys(catalog).toSorted());
  });

  it('explains and documents all of them', () => {
    const page = diagnosticsMarkdown();
    for (const code of Object.keys(catalog)) {
      if (!isCode(code)) throw new Error(code);
      expect(explain(code)).toContain(catalog[code].explanation);
      expect(page).toContain(`### ${code}\n`);
    }
    expect(isCode('toString')).toBe(false);
    expect(page).not.toContain('undefined');
  });
});
