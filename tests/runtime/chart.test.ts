import { describe, expect, it } from 'vitest';
import { chartSvg, chartText } from '../../src/runtime/index.ts';

/** Elements that begin with `start`. */
const elements = (svg: string, start: string): string[] => svg.match(/<[^>]*>/g)?.filter((e) => e.startsWith(start)) ?? [];
/** The path of the curve in a colour. */
const pathIn = (svg: string, colour: string): string => elements(svg, '<path').find((e) => e.includes(`"${colour}"`)) ?? '';

describe('charts', () => {
  const x = [0, 1, 2, 3];

  it('break a line where a value is missing', () => {
    expect(pathIn(chartSvg([{ name: 'a', x, y: [1, 2, Number.NaN, 3], colour: 'teal' }]), 'teal').match(/M/g)).toHaveLength(2);
  });

  it('draw every finite point, none at the edge', () => {
    const svg = chartSvg([{ name: 'a', x, y: [0, 1, Infinity, 3], marks: 'points', colour: 'teal' }], { width: 400, height: 300 });
    const places = [...pathIn(svg, 'teal').matchAll(/M([\d.]+) ([\d.]+)h0/g)].map((m) => [Number(m[1]), Number(m[2])]);
    expect(places).toHaveLength(3);
    expect(places.every(([px, py]) => px! > 64 && px! < 384 && py! > 28 && py! < 256)).toBe(true);
  });

  it('shade from the upper values to the lower ones and take both into the frame', () => {
    const svg = chartSvg([{ name: 'band', x, y: [2, 2, 2, 2], low: [-2, -2, -2, -2], colour: 'teal' }], { scale: 'linear' });
    expect(pathIn(svg, 'teal')).toMatch(/d="M(?:[\d.]+ [\d.]+L){7}[\d.]+ [\d.]+Z"/);
    expect(svg).toContain('>-2</text>');
  });

  it('join neighbouring cells of one shade and leave white ones out', () => {
    const svg = chartSvg([], { shades: { x: [0, 4], y: [0, 2], columns: 4, rows: 2, values: [0, 1, 1, 1, 0, 0, 0.5, 0.5] } });
    const runs = elements(svg, '<path').filter((e) => e.includes('fill-opacity')).flatMap((e) => e.match(/M[^M"]*Z/g) ?? []);
    expect(runs).toHaveLength(2);
  });

  it('make units equal when asked to', () => {
    const svg = chartSvg([{ name: '', x: [0, 1, 1], y: [0, 0, 1], colour: 'teal' }], { aspect: 'equal', scale: 'linear' });
    const [a, b, c] = [...pathIn(svg, 'teal').matchAll(/[ML]([\d.]+) ([\d.]+)/g)].map((m) => [Number(m[1]), Number(m[2])] as const);
    expect(Math.abs(b![0] - a![0] - (b![1] - c![1]))).toBeLessThan(0.2);
  });

  it('put text from outside in as text', () => {
    expect(chartSvg([{ name: '<script>', x, y: x, colour: '"/><script>' }], { xLabel: '&', yLabel: '"' })).not.toMatch(/<script|&"/);
  });

  it('in characters show the same curves', () => {
    expect(chartText([{ name: 'a', x, y: x }, { name: 'b', x, y: [3, 2, 1, 0] }], { width: 40, height: 6, scale: 'linear' })).toContain('* a   + b');
  });
});
