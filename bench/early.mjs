/**
 * How fast a module is at which moment of its life: `node early.mjs MODULE MILLISECONDS`, in a process of its own. Prints JSON:
 * milliseconds of the first call, and medians of a call over the next ten, around the first second, and of the best stretch.
 */
const [, , path, length] = process.argv;
const SECOND = 1000;
/** Calls whose median is one rate. */
const STRETCH = 10;

const { newParams, newGradient, valueGradient } = await import(path);
const [params, out] = [newParams(), newGradient()];
params.x.forEach((_, k) => (params.x[k] = Math.sin(3 * k + 1)));

const start = performance.now();
const times = [];
const ends = [];
while ((ends.at(-1) ?? start) - start < Number(length)) {
  const before = performance.now();
  valueGradient(params, out);
  const after = performance.now();
  times.push(after - before);
  ends.push(after);
}
const median = (from) => times.slice(from, from + STRETCH).sort((a, b) => a - b)[STRETCH >> 1] ?? Number.NaN;
const atSecond = ends.findIndex((end) => end - start >= SECOND);
const stretches = Array.from({ length: Math.floor(times.length / STRETCH) }, (_, k) => median(k * STRETCH));
console.log(JSON.stringify({ first: times[0], next: median(1), second: median(atSecond), best: Math.min(...stretches) }));
