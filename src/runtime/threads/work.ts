/**
 * What a thread does, as the text of its program: Node and browsers start it from a string, so that no bundler has to know
 * of it. It makes an instance of the model's code over the same memory, then takes pieces as they are offered.
 */

/** Elements of the control block, 32-bit integers that all threads see. */
export const CONTROL = {
  /** job, number of pieces and next piece in one number, so that a piece is taken with all it belongs to */
  offer: 0,
  /** pieces of the job that are done */
  done: 1,
  /** 1 when the threads are to end */
  stop: 2,
  /** 1 when a thread met an exception */
  failed: 3,
} as const;
export const CONTROL_LENGTH = Object.keys(CONTROL).length;

/** The next piece lies in the lowest bits of an offer. */
export const PIECE_BITS = 8;
const MASK = 2 ** PIECE_BITS - 1;

export const offerOf = (job: number, pieces: number): number => (job << (2 * PIECE_BITS)) | (pieces << PIECE_BITS);
/** Jobs of a model that have numbers in offers. */
export const MOST_JOBS = 2 ** (31 - 2 * PIECE_BITS);

/** What a thread is started with. */
export interface ThreadStart {
  readonly code: object;
  readonly memory: object;
  readonly size: Readonly<Record<string, number>>;
  readonly at: Readonly<Record<string, number>>;
  readonly borrowed: readonly string[];
  readonly control: Int32Array;
  readonly thread: number;
  /** milliseconds to look for the next piece before falling asleep */
  readonly patience: number;
}

export const THREAD_PROGRAM = `
function lent(name) {
  if (name.startsWith('Math.')) return Math[name.slice('Math.'.length)];
  if (name === 'remainder') return (x, y) => x % y;
  return () => { throw new Error(name + ' is not for threads'); };
}
function work({ code, memory, size, at, borrowed, control, thread, patience }, ready) {
  const host = { memory };
  for (const name of borrowed) host[name] = lent(name);
  const threads = { share() { throw new Error('a piece cannot be shared again'); } };
  const { exports } = new WebAssembly.Instance(code, { host, size, at, threads });
  const run = [];
  for (let k = 0; exports['range' + k] !== undefined; k++) run.push(exports['range' + k]);
  ready();
  let idleSince = performance.now();
  while (Atomics.load(control, ${CONTROL.stop}) === 0) {
    const offer = Atomics.load(control, ${CONTROL.offer});
    const piece = offer & ${MASK};
    if (piece < ((offer >> ${PIECE_BITS}) & ${MASK})) {
      if (Atomics.compareExchange(control, ${CONTROL.offer}, offer, offer + 1) !== offer) continue;
      try {
        run[offer >> ${2 * PIECE_BITS}](piece, thread);
      } catch {
        Atomics.store(control, ${CONTROL.failed}, 1);
      }
      Atomics.add(control, ${CONTROL.done}, 1);
      idleSince = performance.now();
    } else if (performance.now() - idleSince > patience) {
      Atomics.wait(control, ${CONTROL.offer}, offer);
      idleSince = performance.now();
    }
  }
}
if (typeof require === 'function') {
  const { parentPort, workerData } = require('node:worker_threads');
  work(workerData, () => parentPort.postMessage('ready'));
} else onmessage = ({ data }) => {
  work(data, () => postMessage('ready'));
  close();
};
`;
