/** Ratios of times as a picture: one line a workload, one mark a contestant, on a logarithmic scale relative to C. */
import type { Result } from './workloads/workloads.ts';

const [WIDTH, LEFT, RIGHT, STEP, TOP] = [960, 190, 24, 30, 72];
const COLOURS = ['#0b6e4f', '#d1495b', '#30638e', '#edae49', '#7b2d8b', '#6b705c', '#e07a5f', '#3d405b', '#81b29a', '#a44a3f', '#457b9d', '#b5838d'];

export function ratiosPlot(results: readonly Result[]): string {
  const lines = results.map((r) => {
    const base = (r.rows.find((row) => row.name === 'C strict') ?? r.rows[0])?.min ?? 1;
    return { name: r.name, marks: r.rows.filter((row) => !row.name.includes(',')).map((row) => ({ name: row.name, ratio: row.min / base })) };
  });
  const ratios = lines.flatMap((l) => l.marks.map((m) => m.ratio));
  const [low, high] = [Math.floor(Math.log10(Math.min(...ratios, 0.1))), Math.ceil(Math.log10(Math.max(...ratios, 10)))];
  const x = (ratio: number): number => LEFT + ((Math.log10(ratio) - low) / (high - low)) * (WIDTH - LEFT - RIGHT);
  const names = [...new Set(lines.flatMap((l) => l.marks.map((m) => m.name)))];
  const colour = (name: string): string => COLOURS[names.indexOf(name) % COLOURS.length] ?? 'black';
  const height = TOP + STEP * lines.length + 30;
  const decades = Array.from({ length: high - low + 1 }, (_, k) => low + k);
  const legend = names.map((name, k) => {
    const [column, row] = [k % 7, Math.floor(k / 7)];
    return `<circle cx="${12 + column * 134}" cy="${14 + row * 18}" r="5" fill="${colour(name)}"/><text x="${22 + column * 134}" y="${18 + row * 18}">${name}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${height}" fill="white"/>`,
    ...legend,
    ...decades.map((d) => `<line x1="${round(x(10 ** d))}" x2="${round(x(10 ** d))}" y1="${TOP - 8}" y2="${height - 26}" stroke="${d === 0 ? '#444' : '#ddd'}"/><text x="${round(x(10 ** d))}" y="${height - 10}" text-anchor="middle">${d < 0 ? `1/${10 ** -d}` : 10 ** d}×</text>`),
    ...lines.flatMap((line, k) => {
      const y = TOP + k * STEP + STEP / 2;
      return [`<text x="8" y="${y + 4}">${line.name}</text>`, ...line.marks.map((m) => `<circle cx="${round(x(m.ratio))}" cy="${y}" r="5" fill="${colour(m.name)}"><title>${m.name}: ${m.ratio.toPrecision(3)}× C strict</title></circle>`)];
    }),
    '</svg>',
    '',
  ].join('\n');
}

const round = (v: number): string => v.toFixed(1);
