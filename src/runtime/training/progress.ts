/** One line on stderr that shows where a training is. */
import type { EpochRecord } from './options.ts';

type Sink = (line: string) => void;

/** What there may be of a process; in a browser there is none. */
interface Surroundings {
  readonly process?: { readonly stderr?: { readonly isTTY?: boolean; write(text: string): unknown } };
}

/** Shows each record that is given; `done` is how many epochs there were before this process began. */
export function progressLine(sink: 'auto' | 'never' | Sink, epochs: number, done: () => number): (record: EpochRecord) => void {
  const write = sink === 'auto' ? terminal(epochs) : sink === 'never' ? undefined : sink;
  if (write === undefined) return () => {};
  let [begun, before] = [Number.NaN, 0];
  return (record) => {
    if (Number.isNaN(begun)) [begun, before] = [performance.now(), done()];
    const passed = record.epoch - before;
    const left = passed > 0 ? ((performance.now() - begun) / passed) * (epochs - record.epoch) : undefined;
    write(lineOf(record, epochs, left));
  };
}

export function lineOf(record: EpochRecord, epochs: number, left: number | undefined): string {
  const numbers = [['loss', record.loss], ...(record.validationLoss === undefined ? [] : [['validation', record.validationLoss]]), ...Object.entries(record.metrics), ['rate', record.rate]] as const;
  const shown = numbers.map(([name, value]) => `${name} ${Number(value).toPrecision(4)}`).join(', ');
  return `epoch ${record.epoch}/${epochs}: ${shown}${left === undefined ? '' : `, ${duration(left)} left`}`;
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Rewrites one line; the last one stays. */
function terminal(epochs: number): Sink | undefined {
  const stderr = (globalThis as Surroundings).process?.stderr;
  if (stderr?.isTTY !== true) return undefined;
  return (line) => stderr.write(`\r\u001b[K${line}${line.startsWith(`epoch ${epochs}/`) ? '\n' : ''}`);
}
